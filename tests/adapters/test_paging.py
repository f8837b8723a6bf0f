"""Pages by mail and webhook over real connections: encrypted or not at all, and with nothing in them."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from receiving import HOST, Behave, Trusted, cut, receiving, refuse, take, trusted
from tutela.adapters.paging.mail import MailPages, MailServer
from tutela.adapters.paging.webhook import WebhookPages
from tutela.adapters.webhooks.sender import HttpSender
from tutela.core.ids import CaseId, PageId, PersonId
from tutela.core.paging import Page, PageFailure
from tutela.ports.pages import Message

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = f"whsec_{base64.b64encode(b'a' * 32).decode()}"
ANNA = "anna@tutela.example"


def message(email: str | None = ANNA, person: str | None = "per_1") -> Message:
    """Return a page on its way."""
    page = Page(PageId("pag_1"), CaseId("cas_1"), AT)
    return Message(page, PersonId(person) if person else None, 1, datetime.now(UTC), email)


@dataclass
class Post:
    """A mail server that behaves as it is told, and what came to it."""

    trust: Trusted
    is_tls_at_once: bool = True
    offers_tls: bool = True
    password: str = "right"  # noqa: S105 - of nobody
    refuses: str = ""  #: the verb that it answers with a refusal
    says: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    port: int = 0

    def serve(self, opened: socket.socket) -> None:
        """Speak with one client."""
        if self.is_tls_at_once:
            self._go_on(self.trust.server.wrap_socket(opened, server_side=True), "220 here")
        else:
            self._go_on(opened, "220 here")

    def _go_on(self, opened: socket.socket, *greeting: str) -> None:
        with opened, opened.makefile("rwb") as stream:
            self._say(stream, *greeting)
            while line := stream.readline():
                verb = line.decode().strip()
                self.says.append(verb)
                if verb == "STARTTLS" and self.offers_tls:
                    self._say(stream, "220 go")
                    self._go_on(self.trust.server.wrap_socket(opened, server_side=True))
                    return
                if not self._answer(stream, verb):
                    return

    def _answer(self, stream: Any, verb: str) -> bool:
        word = verb.split(maxsplit=1)[0].upper()
        if word == self.refuses:
            self._say(stream, "550 no")
        elif word == "EHLO":
            tls = ["250-STARTTLS"] if self.offers_tls and not self.is_tls_at_once else []
            self._say(stream, "250-here", *tls, "250 AUTH PLAIN")
        elif word == "AUTH":
            given = base64.b64decode(verb.split()[2]).decode()
            self._say(stream, "235 yes" if given.endswith(self.password) else "535 no")
        elif word == "DATA":
            self._say(stream, "354 go")
            lines = iter(stream.readline, b".\r\n")
            self.mails.append(b"".join(lines))
            self._say(stream, "250 taken")
        else:
            self._say(stream, "221 bye" if word == "QUIT" else "250 yes")
        return word != "QUIT"

    def _say(self, stream: Any, *lines: str) -> None:
        stream.write("".join(f"{line}\r\n" for line in lines).encode())
        stream.flush()


@contextmanager
def posting(post: Post) -> Iterator[MailServer]:
    """Yield how to reach a mail server that listens."""
    with socket.create_server((HOST, 0)) as listening:
        listening.settimeout(0.1)
        is_over = threading.Event()

        def run() -> None:
            while not is_over.is_set():
                with suppress(OSError):
                    opened, _ = listening.accept()
                    opened.settimeout(10)
                    with suppress(OSError, ssl.SSLError), opened:
                        post.serve(opened)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield MailServer(
            "localhost", listening.getsockname()[1], "duty@tutela.example", is_tls_at_once=post.is_tls_at_once,
            user="duty", password="right", site="https://tutela.example", timeout_seconds=10,  # noqa: S106 - of nobody
        )  # fmt: skip
        is_over.set()
        thread.join()


@pytest.fixture
def trust(tmp_path: Path) -> Trusted:
    """Return a certificate of `localhost`."""
    return trusted(tmp_path, "localhost")


@pytest.mark.parametrize("is_tls_at_once", [True, False], ids=["at once", "STARTTLS"])
def test_a_mail_arrives_encrypted_and_says_nothing(trust: Trusted, is_tls_at_once: bool) -> None:  # noqa: FBT001 - a table
    """A neutral subject, an identifier and a path of ours; nothing is said in the clear but that TLS is wanted."""
    post = Post(trust, is_tls_at_once)
    with posting(post) as server:
        assert MailPages(server, trust.client).send(message()) is None
    [raw] = post.mails
    mail = message_from_bytes(raw, policy=policy.default)
    told = mail.get_content()
    assert (mail["Subject"], mail["To"], mail["From"]) == ("Tutela: please look", ANNA, "duty@tutela.example")
    assert "Case: cas_1" in told
    assert "https://tutela.example/v1/pages/pag_1" in told
    assert "per_1" not in raw.decode()
    before_tls = post.says[: post.says.index("STARTTLS")] if not is_tls_at_once else []
    assert all(each.startswith("ehlo") for each in before_tls)


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], PageFailure]] = {
    "no TLS offered": ({"is_tls_at_once": False, "offers_tls": False}, {}, PageFailure.TLS),
    "wrong password": ({"password": "other"}, {}, PageFailure.SIGN_IN_REFUSED),
    "no such person": ({"refuses": "RCPT"}, {}, PageFailure.REJECTED),
    "no such sender": ({"refuses": "MAIL"}, {}, PageFailure.REJECTED),
    "somebody else's name": ({}, {"host": HOST}, PageFailure.TLS),
}


@pytest.mark.parametrize("name", CASES)
def test_what_goes_wrong_with_mail_is_told(trust: Trusted, name: str) -> None:
    """And the password is not said to whoever does not prove to be the server."""
    behaves, asked, expected = CASES[name]
    post = Post(trust, **behaves)
    with posting(post) as server:
        reached = MailServer(**{**{each: getattr(server, each) for each in server.__slots__}, **asked})
        assert MailPages(reached, trust.client).send(message()) is expected
    assert post.mails == []
    if expected is PageFailure.TLS:
        assert not any(each.startswith("AUTH") for each in post.says)


def test_a_mail_server_that_is_not_there_is_told() -> None:
    """Nobody listens; and a name that leads nowhere."""
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
    assert MailPages(MailServer(HOST, port, ANNA)).send(message()) is PageFailure.NOT_CONNECTED
    with socket.create_server((HOST, 0)) as mute:
        server = MailServer(HOST, mute.getsockname()[1], ANNA, timeout_seconds=0.2)
        assert MailPages(server).send(message()) is PageFailure.TIMED_OUT


def test_the_connection_is_tried_with_and_without_a_mail(trust: Trusted) -> None:
    """Signed in either way."""
    post = Post(trust)
    with posting(post) as server:
        pages = MailPages(server, trust.client)
        assert [pages.test(AT, None), pages.test(AT, ANNA)] == [None, None]
    assert len(post.mails) == 1
    assert sum(each.startswith("AUTH") for each in post.says) == 2


def test_mail_leads_only_to_whoever_has_an_address(trust: Trusted) -> None:
    """The webhook leads to everybody, and where there is nobody."""
    mail = MailPages(MailServer("localhost", 1, ANNA), trust.client)
    hook = WebhookPages("https://bridge.example/", SECRET, HttpSender(1, allows_private=True))
    assert [mail.reaches(message()), mail.reaches(message(None))] == [True, False]
    assert [hook.reaches(message(None)), hook.reaches(message(None, None))] == [True, True]


def test_a_webhook_is_signed_and_says_nothing() -> None:
    """Verified by the official library; the same try has the same identifier."""
    with receiving() as receiver:
        pages = WebhookPages(receiver.url, SECRET, HttpSender(10, allows_private=True))
        assert pages.send(message()) is None
        assert pages.test(datetime.now(UTC), None) is None
        got, ping = receiver.wait_for(2)
    told = Webhook(SECRET).verify(got.body, dict(got.headers))
    assert told["data"] == {"page": "pag_1", "case": "cas_1", "person": "per_1", "path": "/v1/pages/pag_1"}
    assert got.id == "pag_1/1"
    assert Webhook(SECRET).verify(ping.body, dict(ping.headers))["type"] == "ping"


def elsewhere(handler: Any) -> None:
    """Lead somewhere else."""
    handler.send_response(302)
    handler.send_header("Location", "/other")
    handler.end_headers()


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (take, None),
        (refuse(500), PageFailure.REJECTED),
        (elsewhere, PageFailure.REJECTED),
        (cut, PageFailure.BROKEN),
    ],
    ids=["taken", "refused", "redirected", "cut"],
)
def test_what_a_webhook_answers_is_told(behave: Behave, expected: PageFailure | None) -> None:
    """Nothing is followed."""
    with receiving(behave=behave) as receiver:
        pages = WebhookPages(receiver.url, SECRET, HttpSender(10, allows_private=True))
        assert pages.send(message()) is expected
        assert [each.path for each in receiver.got] == ["/hook"]


def test_a_webhook_inside_is_refused_unless_the_operator_allows_it() -> None:
    """As every webhook is."""

    def resolve(_host: str, port: int) -> list[Any]:
        return [(socket.AF_INET, (HOST, port))]

    sender = HttpSender(5, allows_private=False, resolve=resolve)
    assert WebhookPages("https://bridge.example/", SECRET, sender).send(message()) is PageFailure.ADDRESS_REFUSED
