"""Hand a mail to a mail server: SMTP with TLS from the first byte or before anything is said; never in the clear."""

import queue
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage

from tutela.core.mail import MailFailure

GONE_FROM = 500
"""SMTP answers from here on are for good; those below are for now. Source: RFC 5321, 4.2.1."""


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


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail to one person."""

    address: str = field(repr=False)
    make: Callable[[], EmailMessage] = field(repr=False)


class MailLine:
    """Speak with one mail server, anew for each mail."""

    def __init__(self, server: MailServer, trust: ssl.SSLContext | None = None) -> None:
        """Send through *server*, which must prove who it is to *trust*: what this machine believes unless given."""
        self.server, self._trust = server, trust
        self._lock, self._is_closed = threading.Lock(), threading.Event()
        self._open: dict[int, list[smtplib.SMTP]] = {}  # of each mail under way

    def close(self) -> None:
        """Break off what is under way, and let nothing out any more."""
        with self._lock:
            self._is_closed.set()
            for each in [line for lines in self._open.values() for line in lines]:
                _break_off(each)

    def carry(self, mail: Outgoing | None) -> MailFailure | None:
        """Send within one time for all of it, or only sign in; return why it did not go out.

        A server that says a byte now and then would hold everything up else.
        """
        lines = list[smtplib.SMTP]()
        with self._lock:
            if self._is_closed.is_set():
                return MailFailure.STOPPED
            self._open[id(lines)] = lines
        try:
            failure = self._within_time(mail, lines)
        finally:
            with self._lock:
                del self._open[id(lines)]
        return MailFailure.STOPPED if failure is not None and self._is_closed.is_set() else failure

    def _within_time(self, mail: Outgoing | None, lines: list[smtplib.SMTP]) -> MailFailure | None:
        said: queue.SimpleQueue[MailFailure | None] = queue.SimpleQueue()
        threading.Thread(target=lambda: said.put(self._spoken(mail, lines)), name="mail", daemon=True).start()
        try:
            return said.get(timeout=self.server.timeout_seconds)
        except queue.Empty:
            for each in lines:
                _break_off(each)
            return MailFailure.TIMED_OUT

    def _spoken(self, mail: Outgoing | None, lines: list[smtplib.SMTP]) -> MailFailure | None:
        try:
            with self._connected(lines) as connection:
                if self.server.user and not self._is_signed_in(connection):
                    return MailFailure.SIGN_IN_REFUSED
                if mail is not None:
                    if not mail.address.isascii() and not _takes_every_script(connection):
                        return MailFailure.BOUNCED
                    # To whom is said here, and not read out of the mail.
                    connection.send_message(mail.make(), self.server.sender, [mail.address])
        except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
            return _failure(error)
        return None

    def _is_signed_in(self, connection: smtplib.SMTP) -> bool:
        try:
            connection.login(self.server.user, self.server.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
            return False
        return True

    def _connected(self, lines: list[smtplib.SMTP]) -> smtplib.SMTP:
        server, trust = self.server, self._trust or ssl.create_default_context()
        if server.is_tls_at_once:
            return _EncryptedLine(lines, server, trust)
        connection = _Line(lines, server)
        try:
            connection.starttls(context=trust)
        except BaseException:
            connection.close()
            raise
        return connection


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


def _takes_every_script(connection: smtplib.SMTP) -> bool:
    """Return whether addresses may have letters outside ASCII. Source: RFC 6531."""
    connection.ehlo_or_helo_if_needed()
    return connection.has_extn("smtputf8")


def _break_off(line: smtplib.SMTP) -> None:
    if line.sock is not None:
        with suppress(OSError):
            # Below TLS, whose own shutdown would pull its state away from under the thread that reads.
            socket.socket.shutdown(line.sock, socket.SHUT_RDWR)


_FAILURES: tuple[tuple[type[Exception], MailFailure], ...] = (
    (smtplib.SMTPNotSupportedError, MailFailure.TLS),
    (smtplib.SMTPServerDisconnected, MailFailure.BROKEN),
    (smtplib.SMTPResponseException, MailFailure.REJECTED),
    (ssl.SSLError, MailFailure.TLS),
    (TimeoutError, MailFailure.TIMED_OUT),
    (socket.gaierror, MailFailure.NO_ADDRESS),
    (ConnectionResetError, MailFailure.BROKEN),
    (ConnectionError, MailFailure.NOT_CONNECTED),
)
"""What went wrong, the narrower kind before the wider."""


def _failure(error: Exception) -> MailFailure:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return MailFailure.BOUNCED if codes and min(codes) >= GONE_FROM else MailFailure.REJECTED
    return next((failure for kind, failure in _FAILURES if isinstance(error, kind)), MailFailure.BROKEN)
