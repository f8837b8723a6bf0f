"""Page by mail, over SMTP with TLS from the first byte or before anything is said; never in the clear."""

import queue
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
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
    timeout_seconds: float = 20.0  #: for a mail, from the name of the server to its last word


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
        own_id = f"<{message.page.id}.{message.number}@{_host(self._server.sender)}>"
        text = text_of_page(message.page, self._server.site)
        return self._carried(Letter(message.email or "", message.at, text, own_id))

    def test(self, at: datetime, email: str | None) -> PageFailure | None:
        """Sign in, and send a mail where *email* says."""
        return self._carried(None if email is None else Letter(email, at, TEXT_OF_TEST))

    def _carried(self, letter: "Letter | None") -> PageFailure | None:
        """Send within one time for all of it: a server that says a byte now and then would hold every page up."""
        said: queue.SimpleQueue[PageFailure | None] = queue.SimpleQueue()
        lines = list[smtplib.SMTP]()
        threading.Thread(target=lambda: said.put(self._spoken(letter, lines)), name="mail", daemon=True).start()
        try:
            return said.get(timeout=self._server.timeout_seconds)
        except queue.Empty:
            for each in lines:
                _break_off(each)
            return PageFailure.TIMED_OUT

    def _spoken(self, letter: "Letter | None", lines: list[smtplib.SMTP]) -> PageFailure | None:
        try:
            with self._connected(lines) as connection:
                if self._server.user and not self._is_signed_in(connection):
                    return PageFailure.SIGN_IN_REFUSED
                if letter is not None:
                    # To whom is said here, and not read out of the mail.
                    connection.send_message(letter.mail(self._server.sender), self._server.sender, [letter.address])
        except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
            return _failure(error)
        return None

    def _is_signed_in(self, connection: smtplib.SMTP) -> bool:
        try:
            connection.login(self._server.user, self._server.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
            return False
        return True

    def _connected(self, lines: list[smtplib.SMTP]) -> smtplib.SMTP:
        server, trust = self._server, self._trust or ssl.create_default_context()
        if server.is_tls_at_once:
            return _EncryptedLine(lines, server, trust)
        connection = _Line(lines, server)
        try:
            connection.starttls(context=trust)
        except BaseException:
            connection.close()
            raise
        return connection


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


class _Line(smtplib.SMTP):
    """A connection that is known before the server has said anything."""

    def __init__(self, lines: list[smtplib.SMTP], server: MailServer) -> None:
        lines.append(self)
        super().__init__(server.host, server.port, timeout=server.timeout_seconds)


class _EncryptedLine(smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""

    def __init__(self, lines: list[smtplib.SMTP], server: MailServer, trust: ssl.SSLContext) -> None:
        lines.append(self)
        super().__init__(server.host, server.port, timeout=server.timeout_seconds, context=trust)


def _break_off(line: smtplib.SMTP) -> None:
    if line.sock is not None:
        with suppress(OSError):
            # Below TLS, whose own shutdown would pull its state away from under the thread that reads.
            socket.socket.shutdown(line.sock, socket.SHUT_RDWR)


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
