"""Page by mail, over SMTP with TLS from the first byte or before anything is said; never in the clear."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tutela.core.paging import SUBJECT, TEXT_OF_TEST, Channel, PageFailure, text_of_page
from tutela.ports.pages import Message


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, as whom, and how the console is reached."""

    host: str
    port: int
    sender: str
    is_tls_at_once: bool = True  #: port 465; else STARTTLS, and nothing without it
    user: str = ""
    password: str = field(default="", repr=False)
    site: str = ""  #: before our own paths
    timeout_seconds: float = 15.0


class MailPages:
    """Send pages by mail to whoever has an address."""

    channel = Channel.EMAIL

    def __init__(self, server: MailServer, trust: ssl.SSLContext | None = None) -> None:
        """Send through *server*, which must prove who it is to *trust*: what this machine believes unless given."""
        self._server, self._trust = server, trust

    def reaches(self, message: Message) -> bool:
        """Return whether the person has an address."""
        return message.email is not None

    def send(self, message: Message) -> PageFailure | None:
        """Send and return why it did not go out."""
        mail = self._mail(message.email or "", message.at, text_of_page(message.page, self._server.site))
        mail["Message-ID"] = f"<{message.page.id}.{message.number}@{_host(self._server.sender)}>"
        return self._carried(mail)

    def test(self, at: datetime, email: str | None) -> PageFailure | None:
        """Sign in, and send a mail where *email* says."""
        return self._carried(None if email is None else self._mail(email, at, TEXT_OF_TEST))

    def _mail(self, address: str, at: datetime, text: str) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = SUBJECT
        mail["From"], mail["To"] = self._server.sender, address
        mail["Date"] = format_datetime(at)
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Priority"] = "1"
        mail.set_content(text)
        return mail

    def _carried(self, mail: EmailMessage | None) -> PageFailure | None:
        try:
            with self._connected() as connection:
                if self._server.user and not self._is_signed_in(connection):
                    return PageFailure.SIGN_IN_REFUSED
                if mail is not None:
                    connection.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return _failure(error)
        return None

    def _is_signed_in(self, connection: smtplib.SMTP) -> bool:
        try:
            connection.login(self._server.user, self._server.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
            return False
        return True

    def _connected(self) -> smtplib.SMTP:
        server, trust = self._server, self._trust or ssl.create_default_context()
        if server.is_tls_at_once:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_seconds, context=trust)
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        try:
            connection.starttls(context=trust)
        except BaseException:
            connection.close()
            raise
        return connection


_FAILURES: tuple[tuple[type[Exception], PageFailure], ...] = (
    (smtplib.SMTPNotSupportedError, PageFailure.TLS),
    (smtplib.SMTPServerDisconnected, PageFailure.BROKEN),
    (smtplib.SMTPResponseException, PageFailure.REJECTED),
    (smtplib.SMTPRecipientsRefused, PageFailure.REJECTED),
    (ssl.SSLError, PageFailure.TLS),
    (TimeoutError, PageFailure.TIMED_OUT),
    (socket.gaierror, PageFailure.NO_ADDRESS),
    (ConnectionResetError, PageFailure.BROKEN),
    (ConnectionError, PageFailure.NOT_CONNECTED),
)
"""What went wrong, the narrower kind before the wider."""


def _failure(error: Exception) -> PageFailure:
    return next((failure for kind, failure in _FAILURES if isinstance(error, kind)), PageFailure.BROKEN)


def _host(address: str) -> str:
    return address.rpartition("@")[2]
