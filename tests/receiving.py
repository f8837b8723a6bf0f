"""Receivers of webhooks on this machine that behave as they are told, over real HTTP, in threads of their own."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Return its identifier."""
        return self.headers["webhook-id"]


Behave = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Take one request and behave as the receiver was told."""

    protocol_version = "HTTP/1.1"
    receiver: "Receiver"

    def do_POST(self) -> None:
        """Read the request, note it and behave."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.note(Got(self.path, headers, body))
        with suppress(OSError):
            self.receiver.behave(self)

    def do_GET(self) -> None:
        """Note that somebody followed a redirect."""
        self.receiver.note(Got(self.path, {}, b""))
        answer(self, 200)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answer(handler: Handler, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer as a receiver does that knows what it does."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def take(handler: Handler) -> None:
    """Say that it was taken."""
    answer(handler, 204)


def refuse(status: int, **headers: str) -> Behave:
    """Answer with a status."""
    return lambda handler: answer(handler, status, b"no", **headers)


def cut(handler: Handler) -> None:
    """Cut the connection without a word."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def gush(handler: Handler) -> None:
    """Answer 200, and then without an end, until nobody listens."""
    handler.close_connection = True
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)
        handler.receiver.gushed += 65536


def babble(handler: Handler) -> None:
    """Send headers without an end, a byte now and then."""
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.receiver.is_over.wait(0.02):
        handler.wfile.write(b"x")


def lie(handler: Handler) -> None:
    """Answer in no language that anybody speaks."""
    handler.close_connection = True
    handler.wfile.write(b"220 mail.example ESMTP\r\n")


def sleep(handler: Handler) -> None:
    """Answer nothing until the receiver ends."""
    handler.close_connection = True
    handler.receiver.is_over.wait(30)


@dataclass
class Receiver:
    """A receiver, and what came to it."""

    server: ThreadingHTTPServer
    scheme: str = "http"
    behave: Behave = take
    got: list[Got] = field(default_factory=list)
    gushed: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)
    _came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        """Return its address."""
        return f"{self.scheme}://{HOST}:{self.port}/hook"

    def note(self, got: Got) -> None:
        """Note a request."""
        with self._came:
            self.got.append(got)
            self._came.notify_all()

    def wait_for(self, count: int, seconds: float = 60.0) -> list[Got]:
        """Return the requests as soon as there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.got) >= count, seconds), f"{len(self.got)} of {count} came"
            return list(self.got)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: those who call are meant to break off."""


@contextmanager
def receiving(*, behave: Behave = take, port: int = 0, trusted: "Trusted | None" = None) -> Iterator[Receiver]:
    """Yield a receiver that listens."""
    handler = type("_Handler", (Handler,), {})
    server = _Server((HOST, port), handler)
    receiver = Receiver(server, behave=behave)
    handler.receiver = receiver  # type: ignore[attr-defined]  # of a class made just now
    if trusted is not None:
        server.socket = trusted.server.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        receiver.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Trusted:
    """A certificate for a name, and who believes it."""

    server: ssl.SSLContext
    client: ssl.SSLContext
    authority: Path


def trusted(folder: Path, name: str) -> Trusted:
    """Return a certificate that an authority of our own has given to *name*."""
    authority_key, authority = _certificate("Test authority", None, None)
    key, certificate = _certificate(name, authority_key, authority)
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(private + certificate.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    client = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    return Trusted(server, client, folder / "authority.pem")


_Key = ec.EllipticCurvePrivateKey


def _certificate(name: str, issuer_key: _Key | None, issuer: x509.Certificate | None) -> tuple[_Key, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer_key or key
    now = datetime.now(UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    if issuer is None:
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
            decipher_only=False,
        )  # fmt: skip
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return key, builder.sign(signer, hashes.SHA256())
