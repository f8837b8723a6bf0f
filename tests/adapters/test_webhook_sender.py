"""Sending to receivers that are well, wrong, slow, or somebody else, over real connections."""

import base64
import socket
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from receiving import HOST, Behave, babble, cut, gush, lie, receiving, refuse, sleep, take, trusted
from tutela.adapters.webhooks.sender import MAX_ANSWER_BYTES, HttpSender
from tutela.core.units import Duration
from tutela.core.webhooks import Failure, Outcome
from tutela.ports.webhooks import Post

SECRET, OTHER = (f"whsec_{base64.b64encode(letter * 32).decode()}" for letter in (b"a", b"b"))


def post(url: str, body: bytes = b'{"type":"x"}', secrets: tuple[str, ...] = (SECRET,)) -> Post:
    """Return what is to be sent."""
    return Post(url, "dlv_1", datetime.now(UTC), body, secrets)


def sender(seconds: float = 10, **more: Any) -> HttpSender:
    """Return a sender that may send inside."""
    return HttpSender(seconds, **{"allows_private": True, **more})


def leading_to(*addresses: str) -> Any:
    """Return a resolver that finds these addresses for every name."""

    def resolve(_host: str, port: int) -> list[Any]:
        return [
            (socket.AF_INET6, (address, port, 0, 0)) if ":" in address else (socket.AF_INET, (address, port))
            for address in addresses
        ]

    return resolve


def told(outcome: Outcome) -> tuple[int | None, Failure | None]:
    """Return an outcome without its time."""
    return outcome.status, outcome.failure


def test_what_arrives_is_what_the_official_library_verifies() -> None:
    """Two secrets, two signatures, and either opens it; the body comes byte for byte."""
    body = '{"type":"standing.changed","data":{"id":"b\u00fccher"}}'.encode()
    with receiving() as receiver:
        outcome = sender().send(post(receiver.url, body, (SECRET, OTHER)))
        [got] = receiver.got

    assert told(outcome) == (204, None)
    assert got.body == body
    assert len(got.headers["webhook-signature"].split()) == 2
    for secret in (SECRET, OTHER):
        assert Webhook(secret).verify(got.body, dict(got.headers)) == {
            "type": "standing.changed",
            "data": {"id": "b\u00fccher"},
        }
    assert got.headers["content-type"] == "application/json"
    assert got.headers["host"] == f"{HOST}:{receiver.port}"


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (take, (204, None)),
        (refuse(200), (200, None)),
        (refuse(410), (410, None)),
        (refuse(500), (500, None)),
        (cut, (None, Failure.BROKEN)),
        (lie, (None, Failure.BROKEN)),
        (gush, (200, None)),
    ],
    ids=["taken", "answers", "gone", "broken inside", "cut", "no HTTP", "huge"],
)
def test_each_answer_is_told_as_it_was(behave: Behave, expected: tuple[int | None, Failure | None]) -> None:
    """By its status, or by why there was none."""
    with receiving(behave=behave) as receiver:
        assert told(sender().send(post(receiver.url))) == expected


def test_of_a_huge_answer_only_a_little_is_read() -> None:
    """The rest is left in the connection's buffers, which end it."""
    with receiving(behave=gush) as receiver:
        sender().send(post(receiver.url))
        before = receiver.gushed
    assert before < MAX_ANSWER_BYTES + 16 * 1024 * 1024


@pytest.mark.parametrize("behave", [sleep, babble], ids=["silent", "a byte now and then"])
def test_a_slow_receiver_ends_the_try_and_not_the_other_way_round(behave: Behave) -> None:
    """The whole try has one end, however busy the receiver looks."""
    with receiving(behave=behave) as receiver:
        assert told(sender(0.5).send(post(receiver.url))) == (None, Failure.TIMED_OUT)


def test_a_receiver_that_reads_nothing_ends_the_try() -> None:
    """A large body does not go out; the try is over at its time."""
    with socket.create_server((HOST, 0)) as silent:
        url = f"http://{HOST}:{silent.getsockname()[1]}/"
        assert told(sender(0.5).send(post(url, b"x" * 32_000_000))) == (None, Failure.TIMED_OUT)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    """Nor to an address that would be allowed, and least of all to one inside."""
    with receiving() as inside, receiving(behave=refuse(status, Location=inside.url)) as receiver:
        assert told(sender().send(post(receiver.url))) == (status, Failure.REDIRECTED)
        assert inside.got == []


def test_a_busy_receiver_says_when() -> None:
    """What it asks for is told."""
    with receiving(behave=refuse(503, Retry_After="120")) as receiver:
        outcome = sender().send(post(receiver.url))
    assert (outcome.status, outcome.retry_after) == (503, Duration(seconds=120))


def test_nobody_there_is_told() -> None:
    """A port where nothing listens."""
    with receiving() as receiver:
        url = receiver.url
    assert told(sender().send(post(url))) == (None, Failure.NOT_CONNECTED)


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("::1",),
        ("10.0.0.1",),
        ("100.64.0.1",),
        ("::ffff:127.0.0.1",),
        ("64:ff9b::7f00:1",),
        ("169.254.169.254",),
        ("0.0.0.0",),  # noqa: S104  # nothing listens here
        ("224.0.0.1",),
        ("93.184.215.14", "127.0.0.1"),
        ("no address",),
    ],
    ids=", ".join,
)
def test_a_name_that_leads_inside_is_not_connected_to(
    addresses: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One address inside among several is enough; nothing is opened at all."""

    def never(*_: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", never)
    careful = HttpSender(5, allows_private=False, resolve=leading_to(*addresses))
    assert told(careful.send(post("https://forum.example/"))) == (None, Failure.ADDRESS_REFUSED)


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "93.184.215.14"])
def test_metadata_and_unencrypted_ways_outside_stay_closed_when_inside_is_open(address: str) -> None:
    """What the operator allows is this machine and its network, no more."""
    assert told(sender(resolve=leading_to(address)).send(post("http://forum.example/"))) == (
        None,
        Failure.ADDRESS_REFUSED,
    )


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that changes between check and use changes nothing; nothing else looks it up."""
    asked: list[str] = []
    with receiving() as receiver, receiving() as other:

        def rebinding(host: str, _port: int) -> list[Any]:
            asked.append(host)
            return [(socket.AF_INET, (HOST, receiver.port if len(asked) == 1 else other.port))]

        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a second look"))
        outcome = sender(resolve=rebinding).send(post(f"http://forum.example:{other.port}/"))

        assert told(outcome) == (204, None)
        assert (asked, len(receiver.got), len(other.got)) == (["forum.example"], 1, 0)


def test_the_next_address_is_tried_when_the_first_does_not_answer() -> None:
    """As any client does, within the same time."""
    with receiving() as receiver:
        resolve = leading_to("::1", HOST)
        assert told(sender(resolve=resolve).send(post(f"http://forum.example:{receiver.port}/"))) == (204, None)


@pytest.mark.parametrize("broken", [OSError("no such name"), UnicodeError("no such label")])
def test_a_name_that_leads_nowhere_is_told(broken: Exception) -> None:
    """The resolver's words are not."""

    def resolve(_host: str, _port: int) -> Any:
        raise broken

    assert told(sender(resolve=resolve).send(post("https://forum.example/"))) == (None, Failure.NO_ADDRESS)


def test_a_resolver_that_does_not_answer_ends_the_try() -> None:
    """It is left to itself."""
    is_over = threading.Event()

    def resolve(_host: str, _port: int) -> Any:
        is_over.wait(30)
        return []

    assert told(sender(0.3, resolve=resolve).send(post("https://forum.example/"))) == (None, Failure.NO_ADDRESS)
    is_over.set()


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says."""
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{HOST}:{proxy.port}")
        assert told(sender().send(post(receiver.url))) == (204, None)
        assert (len(proxy.got), len(receiver.got)) == (0, 1)


def test_an_address_that_is_no_longer_allowed_is_not_sent_to() -> None:
    """The operator's word counts at every try, not when it was registered."""
    with receiving() as receiver:
        careful = HttpSender(5, allows_private=False)
        assert told(careful.send(post(receiver.url))) == (None, Failure.ADDRESS_REFUSED)
        assert receiver.got == []


@pytest.mark.parametrize(
    ("certified", "asked", "expected"),
    [
        ("forum.example", "forum.example", (204, None)),
        ("other.example", "forum.example", (None, Failure.TLS)),
    ],
)
def test_who_answers_must_prove_to_be_whom_the_name_says(
    tmp_path: Path, certified: str, asked: str, expected: tuple[int | None, Failure | None]
) -> None:
    """The certificate is checked for the name, though a number was connected to."""
    trust = trusted(tmp_path, certified)
    with receiving(trusted=trust) as receiver:
        secure = sender(resolve=leading_to(HOST), trust=trust.client)
        assert told(secure.send(post(f"https://{asked}:{receiver.port}/hook"))) == expected


def test_an_authority_that_nobody_knows_proves_nothing(tmp_path: Path) -> None:
    """A certificate of one's own making is none."""
    with receiving(trusted=trusted(tmp_path, "forum.example")) as receiver:
        unknown = sender(resolve=leading_to(HOST))
        assert told(unknown.send(post(f"https://forum.example:{receiver.port}/"))) == (None, Failure.TLS)
        assert receiver.got == []


def test_who_speaks_no_tls_is_told() -> None:
    """A plain receiver behind an https address."""
    with receiving() as receiver:
        plain = sender(resolve=leading_to(HOST))
        assert told(plain.send(post(f"https://forum.example:{receiver.port}/"))) == (None, Failure.TLS)


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "TLS"])
def test_closing_breaks_off_what_is_under_way(tmp_path: Path, *, is_encrypted: bool) -> None:
    """A stop does not wait for a receiver, and it is not held against it."""
    trust = trusted(tmp_path, "forum.example") if is_encrypted else None
    outcomes: list[Outcome] = []
    with receiving(behave=sleep, trusted=trust) as receiver:
        url = f"{receiver.scheme}://forum.example:{receiver.port}/"
        long = sender(60, resolve=leading_to(HOST), trust=trust.client if trust else None)
        under_way = threading.Thread(target=lambda: outcomes.append(long.send(post(url))))
        under_way.start()
        receiver.wait_for(1)
        long.close()
        under_way.join(30)
    assert [told(each) for each in outcomes] == [(None, Failure.STOPPED)]
    assert told(long.send(post(url))) == (None, Failure.STOPPED)


def test_closing_breaks_off_a_look_up_as_well() -> None:
    """And what begins afterwards does not begin."""
    is_asked, is_over = threading.Event(), threading.Event()
    outcomes: list[Outcome] = []

    def resolve(_host: str, _port: int) -> Any:
        is_asked.set()
        is_over.wait(30)
        return []

    waiting = sender(60, resolve=resolve)
    under_way = threading.Thread(target=lambda: outcomes.append(waiting.send(post("https://forum.example/"))))
    under_way.start()
    is_asked.wait(30)
    waiting.close()
    under_way.join(30)
    is_over.set()
    assert [told(each) for each in outcomes] == [(None, Failure.STOPPED)]
