"""Write to the people who asked, by mail: one plain text, and nothing in its head that says what it is about."""

import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from tutela.adapters.mail.line import MailLine, MailServer, Outgoing
from tutela.core.mail import MailFailure, is_mail_address
from tutela.ports.messages import Letter


class DeskMail:
    """Carry letters through one mail server; see `ports.messages.MailSender`."""

    def __init__(self, server: MailServer, trust: ssl.SSLContext | None = None) -> None:
        """Send through *server*, which must prove who it is to *trust*: what this machine believes unless given."""
        self._line = MailLine(server, trust)

    def send(self, letter: Letter) -> MailFailure | None:
        """Send and return why it did not go out."""
        if not is_mail_address(letter.address):  # what is no address could be two, or a command
            return MailFailure.BOUNCED
        sender = self._line.server.sender
        return self._line.carry(Outgoing(letter.address, lambda: mail_of(letter, sender)))

    def close(self) -> None:
        """Break off what is under way, and let nothing out any more."""
        self._line.close()


def mail_of(letter: Letter, sender: str) -> EmailMessage:
    """Return *letter* as it is sent; the same for the same message, so that who gets it twice can see that.

    No name of a sender, no part beside the text, no address to answer to.

    Raises:
        ValueError: Something in it cannot stand in the head of a mail, such as a line break.
    """
    mail = EmailMessage(SMTP if letter.address.isascii() else SMTPUTF8)
    mail["Subject"] = letter.subject
    mail["From"] = Address(addr_spec=sender)
    local, _, host = letter.address.rpartition("@")
    mail["To"] = Address(username=local, domain=host)
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answer comes back
    mail.set_content(letter.text, cte="quoted-printable")
    return mail
