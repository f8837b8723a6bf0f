"""Pages by mail and webhook over real connections: encrypted or not at all, and with nothing in them."""

import base64
import socket
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from mailing import Post, posting
from receiving import HOST, Behave, Trusted, cut, receiving, refuse, take, trusted
from tutela.adapters.mail.line import MailServer
from tutela.adapters.paging.mail import MailPages
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


@pytest.mark.parametrize("is_tls_at_once", [True, False], ids=["at once", "STARTTLS"])
def test_a_mail_server_that_says_a_byte_now_and_then_holds_nothing_up(trust: Trusted, is_tls_at_once: bool) -> None:  # noqa: FBT001 - a table
    """Each byte comes in time, and the last one never: the time is of all of it together."""
    post = Post(trust, is_tls_at_once, drips=True)
    with posting(post) as server:
        patient = replace(server, timeout_seconds=2)  # a busy machine has greeted by then
        assert MailPages(patient, trust.client).send(message()) is PageFailure.TIMED_OUT
    assert post.is_broken_off.wait(60)


def test_a_mail_goes_to_whom_it_is_for_and_to_nobody_else(trust: Trusted) -> None:
    """Said to the server by itself, and not read out of the mail."""
    post = Post(trust)
    with posting(post) as server:
        assert MailPages(server, trust.client).send(message("o'hara+duty~1@tutela.example")) is None
    told = [each.upper() for each in post.says if each.upper().startswith(("MAIL", "RCPT"))]
    assert [each.split(" ")[1] for each in told] == ["FROM:<DUTY@TUTELA.EXAMPLE>", "TO:<O'HARA+DUTY~1@TUTELA.EXAMPLE>"]


def test_what_cannot_be_written_as_a_mail_is_told_and_never_raised(trust: Trusted) -> None:
    """One that was stored by whatever means holds up no page of anybody else."""
    with posting(Post(trust)) as server:
        for wrong in ("a\nBcc: b@c", "=?utf-8?q?=0aBcc=3a_b=40c?=@d"):
            assert MailPages(server, trust.client).send(message(wrong)) is PageFailure.BROKEN
