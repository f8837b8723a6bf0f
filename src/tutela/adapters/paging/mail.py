"""Page by mail."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tutela.adapters.mail.line import MailLine, MailServer, Outgoing
from tutela.core.mail import MailFailure
from tutela.core.paging import SUBJECT, TEXT_OF_TEST, Channel, PageFailure, text_of_page
from tutela.ports.pages import Message

_FAILURES: Mapping[MailFailure, PageFailure] = {
    MailFailure.NO_ADDRESS: PageFailure.NO_ADDRESS,
    MailFailure.NOT_CONNECTED: PageFailure.NOT_CONNECTED,
    MailFailure.TLS: PageFailure.TLS,
    MailFailure.TIMED_OUT: PageFailure.TIMED_OUT,
    MailFailure.SIGN_IN_REFUSED: PageFailure.SIGN_IN_REFUSED,
    MailFailure.REJECTED: PageFailure.REJECTED,
    MailFailure.BOUNCED: PageFailure.REJECTED,
}


class MailPages:
    """Send pages by mail to whoever has an address."""

    channel = Channel.EMAIL

    def __init__(self, server: MailServer, trust: ssl.SSLContext | None = None) -> None:
        """Send through *server*, which must prove who it is to *trust*: what this machine believes unless given."""
        self._line = MailLine(server, trust)

    def reaches(self, message: Message) -> bool:
        """Return whether the person has an address."""
        return message.email is not None

    def send(self, message: Message) -> PageFailure | None:
        """Send and return why it did not go out."""
        server = self._line.server
        own_id = f"<{message.page.id}.{message.number}@{_host(server.sender)}>"
        text = text_of_page(message.page, server.site)
        return self._carried(Letter(message.email or "", message.at, text, own_id))

    def test(self, at: datetime, email: str | None) -> PageFailure | None:
        """Sign in, and send a mail where *email* says."""
        return self._carried(None if email is None else Letter(email, at, TEXT_OF_TEST))

    def _carried(self, letter: "Letter | None") -> PageFailure | None:
        sender = self._line.server.sender
        outgoing = None if letter is None else Outgoing(letter.address, lambda: letter.mail(sender))
        failure = self._line.carry(outgoing)
        return None if failure is None else _FAILURES.get(failure, PageFailure.BROKEN)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person: nothing in it says what this system is."""

    address: str = field(repr=False)
    at: datetime
    text: str
    id: str = ""

    def mail(self, sender: str) -> EmailMessage:
        """Return it as it is sent."""
        mail = EmailMessage()
        mail["Subject"] = SUBJECT
        mail["From"], mail["To"] = sender, self.address
        mail["Date"] = format_datetime(self.at)
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Priority"] = "1"
        if self.id:
            mail["Message-ID"] = self.id
        mail.set_content(self.text)
        return mail


def _host(address: str) -> str:
    return address.rpartition("@")[2]
