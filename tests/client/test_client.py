"""The client against a small server of the same contract that can be told to misbehave."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tutela_client import Client, Exposure, Reason, Rejected, TutelaClientError, Viewer

KEY = "tutela_test"
ANSWER = {"id": "post-1", "answer": "publish", "decision": None, "notice": None, "scanned": True, "new": True}
PROBLEM = {"title": "no", "status": 422, "detail": "It cannot be used.", "place": "author.id", "remedy": "Name it."}


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass
class Scripted:
    """A server that answers what it was told to, and remembers what it was asked."""

    url: str = ""
    replies: list[tuple[int, Any] | str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    refuses_early: bool = False

    def last_json(self) -> Any:
        """Return the body that was sent last."""
        return json.loads(self.received[-1].body)


def _handler(script: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            if script.refuses_early:
                self._reply(413, {"detail": "too large", "status": 413})
                self.close_connection = True
                return
            body = self._body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.received.append(Received(self.command, self.path, headers, body, self.client_address[1]))
            reply = script.replies.pop(0) if len(script.replies) > 1 else script.replies[0]
            if isinstance(reply, str):
                self.close_connection = True  # the connection breaks before a word is said
                return
            self._reply(*reply)

        do_GET = do_POST = do_PUT = answer  # noqa: N815  # the base class names them so

        def _reply(self, status: int, value: Any) -> None:
            encoded = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(encoded)))
            if status == 503:
                self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(encoded)

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serving(script: Scripted) -> Iterator[Scripted]:
    """Serve *script* on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def script() -> Iterator[Scripted]:
    """Return a server that publishes everything until it is told otherwise."""
    with serving(Scripted(replies=[(200, ANSWER)])) as script:
        yield script


@pytest.fixture
def client(script: Scripted) -> Iterator[Client]:
    """Return a client of that server."""
    with Client(script.url, KEY) as client:
        yield client


ITEM = {"id": "post-1", "author": {"id": "user-1"}, "kind": "post"}


def test_an_item_without_media_is_sent_as_json_under_the_key(client: Client, script: Scripted) -> None:
    """The answer comes back as a value."""
    answer = client.submit(ITEM)

    received = script.received[0]
    assert (received.method, received.path) == ("POST", "/v1/items")
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert script.last_json() == ITEM
    assert answer.may_publish
    assert answer.new


@pytest.mark.parametrize("answer", ["hold", "refuse", "a word of a later version"])
def test_only_publish_means_publish(client: Client, script: Scripted, answer: str) -> None:
    """Whatever else the server says, the item stays unpublished."""
    script.replies = [(200, {**ANSWER, "answer": answer})]

    assert not client.submit(ITEM).may_publish


def _pipe(content: bytes) -> BinaryIO:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

    return Unseekable(content)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda content, _: content,
        lambda content, path: (path.write_bytes(content), path)[1],
        lambda content, _: io.BytesIO(content),
        lambda content, _: _pipe(content),
    ],
    ids=["bytes", "path", "file", "pipe"],
)
def test_media_is_streamed_after_its_item(
    client: Client, script: Scripted, tmp_path: Path, wrap: Callable[[bytes, Path], Any]
) -> None:
    """Bytes, paths, files and pipes arrive the same, in order, and no file name is told."""
    content = bytes(range(256)) * 1000

    client.submit(ITEM, [b"first", wrap(content, tmp_path / "secret-name.jpg")])

    received = script.received[0]
    boundary = received.headers["content-type"].partition("boundary=")[2].encode()
    parts = received.body.split(b"--" + boundary)
    assert [part.partition(b"\r\n\r\n")[2][:-2] for part in parts[1:-1]] == [
        json.dumps(ITEM, separators=(",", ":")).encode(),
        b"first",
        content,
    ]
    assert b'name="item"' in parts[1]
    assert all(b'name="media"' in part for part in parts[2:-1])
    assert b"secret-name" not in received.body


def test_a_file_is_sent_from_where_it_stands_each_time(client: Client, script: Scripted) -> None:
    """A second attempt sends what the first did."""
    file = io.BytesIO(b"skipped-content")
    file.seek(8)
    script.replies = [(503, PROBLEM), (200, ANSWER)]

    client.submit(ITEM, [file])

    bodies = [received.body for received in script.received]
    assert bodies[0] == bodies[1]
    assert b"content\r\n" in bodies[0]
    assert b"skipped" not in bodies[0]


@pytest.mark.parametrize("failure", ["broken", (503, PROBLEM)], ids=["broken connection", "503"])
def test_a_write_that_failed_is_tried_again_under_the_same_key(
    client: Client, script: Scripted, failure: tuple[int, Any] | str
) -> None:
    """So that it happens once, however often it is sent."""
    script.replies = [failure, (200, ANSWER)]

    assert client.submit(ITEM).may_publish

    keys = {received.headers["idempotency-key"] for received in script.received}
    assert len(script.received) == 2
    assert len(keys) == 1


def test_two_submissions_have_two_keys_unless_one_is_given(client: Client, script: Scripted) -> None:
    """A key names one submission."""
    client.submit(ITEM)
    client.submit(ITEM)
    client.submit(ITEM, idempotency_key="mine")

    keys = [received.headers["idempotency-key"] for received in script.received]
    assert len(set(keys)) == 3
    assert keys[2] == "mine"


def test_attempts_are_bounded_and_then_nothing_is_answered(script: Scripted) -> None:
    """A platform must not publish then, so the client raises."""
    script.replies = [(503, {**PROBLEM, "status": 503})]

    with Client(script.url, KEY, retries=1) as client, pytest.raises(TutelaClientError) as raised:
        client.submit(ITEM)

    assert raised.value.status == 503
    assert len(script.received) == 2


def test_a_pipe_cannot_be_sent_twice_so_it_is_not(client: Client, script: Scripted) -> None:
    """What was read from it is gone."""
    script.replies = [(503, PROBLEM), (200, ANSWER)]

    with pytest.raises(TutelaClientError):
        client.submit(ITEM, [_pipe(b"once")])

    assert len(script.received) == 1


def test_a_server_that_is_not_there_is_an_error_with_advice() -> None:
    """It is no answer, and the advice is to publish nothing."""
    with serving(Scripted(replies=[(200, ANSWER)])) as script:
        url = script.url
    with pytest.raises(TutelaClientError, match="Publish nothing") as raised:
        Client(url, KEY, retries=0).submit(ITEM)

    assert raised.value.status == 0


@pytest.mark.parametrize("error", [ConnectionResetError, ConnectionRefusedError, BrokenPipeError, TimeoutError])
def test_a_connection_that_breaks_while_it_is_opened_is_an_error_with_advice(
    monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    """A server that dies in that moment resets what it has not taken: there is no connection to read an answer from."""

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(socket, "create_connection", refuse)  # no server dies in that moment when asked to

    with pytest.raises(TutelaClientError, match="Publish nothing") as raised:
        Client("http://127.0.0.1:9", KEY, retries=0).submit(ITEM)

    assert raised.value.status == 0


def test_a_refusal_carries_what_the_server_said(client: Client, script: Scripted) -> None:
    """Status, place and remedy are there for the engineer."""
    script.replies = [(422, PROBLEM)]

    with pytest.raises(TutelaClientError) as raised:
        client.submit(ITEM)

    error = raised.value
    assert (error.status, error.detail, error.place, error.remedy) == (
        422, "It cannot be used.", "author.id", "Name it.",
    )  # fmt: skip
    assert str(error) == "author.id: It cannot be used. Name it."


def test_a_refusal_in_the_middle_of_an_upload_is_heard(client: Client, script: Scripted) -> None:
    """The server may answer before it has read everything."""
    script.refuses_early = True

    with pytest.raises(TutelaClientError) as raised:
        client.upload(_pipe(b"x" * 20_000_000))

    assert raised.value.status in {0, 413}


@pytest.mark.parametrize("body", [b"<html>a proxy's page</html>", b"[]", b"{}", b'{"answer": 1}'])
def test_an_answer_of_something_else_is_an_error(client: Client, script: Scripted, body: bytes) -> None:
    """A proxy's page is not taken for an answer."""
    script.replies = [(200, body)]

    with pytest.raises(TutelaClientError):
        client.submit(ITEM)


def test_a_connection_is_kept_for_the_next_request(client: Client, script: Scripted) -> None:
    """Connecting costs more than asking."""
    client.submit(ITEM)
    client.submit(ITEM)

    assert len({received.connection for received in script.received}) == 1


def test_each_thread_has_its_own_connection(client: Client, script: Scripted) -> None:
    """Requests of one thread never mix with another's."""
    client.submit(ITEM)
    thread = threading.Thread(target=lambda: client.submit(ITEM))
    thread.start()
    thread.join()

    assert len({received.connection for received in script.received}) == 2


def test_verdicts_are_read_as_the_strictest_where_they_are_silent(client: Client, script: Scripted) -> None:
    """An unknown exposure, an item without a verdict, a missing field: absent, no ads, not earning."""
    verdicts = {"a": {"exposure": "show", "ads": True}, "b": {"exposure": "a word of a later version"}}
    script.replies = [(200, {"table_version": "1", "verdicts": verdicts, "unknown": ["c"]})]

    seen = client.visibility("user-1", "feed", ["a", "b", "c"])

    assert script.last_json() == {"viewer": {"account": "user-1"}, "surface": "feed", "items": ["a", "b", "c"]}
    assert seen.is_shown("a")
    assert (seen.of("a").ads, seen.of("a").earns, seen.of("a").openable) == (True, False, False)
    assert seen.of("b").exposure is Exposure.ABSENT
    assert seen.of("c").exposure is Exposure.ABSENT
    assert seen.unknown == ("c",)


@pytest.mark.parametrize(
    ("exposure", "is_shown"), [("show", True), ("lower", True), ("cover", False), ("placeholder", False)]
)
def test_covers_and_placeholders_are_not_shown_as_they_are(
    client: Client,
    script: Scripted,
    exposure: str,
    is_shown: bool,  # noqa: FBT001  # a column of the table
) -> None:
    """A platform that knows no cover shows nothing instead."""
    script.replies = [(200, {"table_version": "1", "verdicts": {"a": {"exposure": exposure}}, "unknown": []})]

    assert client.visibility(None, "feed", ["a"]).is_shown("a") is is_shown
    assert script.last_json()["viewer"] == {"anonymous": True}


def test_a_viewer_with_age_and_countries_is_asked_about_with_all_of_it(client: Client, script: Scripted) -> None:
    """And what the platform knows of each item goes along; reasons and what acted come back."""
    acted = {"because": [{"measure": "msr_1", "row": "kinds.cover.author.*"}, {"measure": None, "row": "x"}]}
    told = {"exposure": "show", "reasons": [{"clause": "house.rule", "decision": "dec_1"}], **acted}
    script.replies = [(200, {"verdicts": {"a": told}, "accounts": {"user-2": {"exposure": "absent"}}})]
    viewer = Viewer("user-1", age="16_17", countries=frozenset({"FR", "DE"}))

    seen = client.visibility(viewer, "feed", [{"id": "a", "relation": "follower"}], accounts=["user-2"], explain=True)

    assert script.last_json() == {
        "viewer": {"account": "user-1", "age": "16_17", "countries": ["DE", "FR"]}, "surface": "feed",
        "items": [{"id": "a", "relation": "follower"}], "accounts": ["user-2"], "explain": True,
    }  # fmt: skip
    assert seen.of("a").reasons == {Reason("house.rule", "dec_1")}
    assert seen.of("a").because == {"msr_1"}
    assert (seen.of_account("user-2").exposure, seen.of_account("user-3").exposure) == (Exposure.ABSENT,) * 2


def test_staff_are_not_asked_about(client: Client) -> None:
    """They look under a grant, or not at all."""
    with pytest.raises(ValueError, match="view grant"):
        client.visibility(Viewer("user-1", is_staff=True), "feed", ["a"])


@pytest.mark.parametrize(
    ("told", "is_allowed", "code"),
    [
        ({"allowed": True, "code": None}, True, ""),
        ({"allowed": False, "code": "suspended"}, False, "suspended"),
        ({}, False, "not_available"),
        ({"allowed": "yes"}, False, "not_available"),
    ],
)
def test_what_is_not_said_to_be_allowed_is_not(
    client: Client, script: Scripted, told: Any, *, is_allowed: bool, code: str
) -> None:
    """The code comes with every refusal, for the platform's own words."""
    script.replies = [(200, told)]

    permission = client.may("user-1", "message", account={"id": "user-2"})

    assert (permission.is_allowed, permission.code) == (is_allowed, code)
    assert script.last_json() == {"actor": {"account": "user-1"}, "verb": "message", "account": {"id": "user-2"}}


@pytest.mark.parametrize("verb", ["report", "appeal", "get_help"])
def test_the_ways_to_be_heard_are_open_without_asking(client: Client, script: Scripted, verb: str) -> None:
    """Also while the server is down: nothing in force could take them away."""
    script.replies = ["it breaks"]

    assert client.may("user-1", verb).is_allowed
    assert not script.received


def test_a_batch_has_an_outcome_for_each_item(client: Client, script: Scripted) -> None:
    """One that could not be used is not published, and says why."""
    script.replies = [(200, {"results": [ANSWER, {"id": "post-2", "error": PROBLEM}]})]

    good, bad = client.submit_batch([ITEM, ITEM])

    assert good.may_publish
    assert isinstance(bad, Rejected)
    assert (bad.may_publish, bad.id, bad.place) == (False, "post-2", "author.id")


def test_an_account_that_is_not_said_to_be_free_is_not(client: Client, script: Scripted) -> None:
    """Its name is quoted into the path."""
    script.replies = [(200, {"id": "a/b c", "locked": {"reason": "pending_decision"}})]

    standing = client.standing("a/b c")

    assert script.received[0].path == "/v1/accounts/a%2Fb%20c/standing"
    assert (standing.may_post, standing.may_log_in, standing.earning) == (False, False, "escrow")
    assert (standing.may_message, standing.reach, standing.is_read_only) == ("nobody", "nobody", True)
    assert (standing.is_protected, standing.is_age_gated, standing.has_ads) == (True, True, False)


def test_changes_are_followed_from_a_position(client: Client, script: Scripted) -> None:
    """Times are aware."""
    held = {"id": "msr_1", "kind": "hold", "starts_at": "2026-11-22T08:30:00Z", "ends_at": None, "scope": {}}
    change = {"seq": 8, "kind": "item", "id": "post-1", "at": "2026-11-22T08:30:00Z", "own": [held], "author": "ann"}
    script.replies = [
        (200, {"changes": [change], "next": "8.itm_1", "more": True, "feed": "first", "table_version": "1"})
    ]

    page = client.changes("7", wait_seconds=3)

    assert script.received[0].path == "/v1/changes?after=7&limit=1000&wait_seconds=3"
    assert (page.next, page.has_more, page.changes[0].id) == ("8.itm_1", True, "post-1")
    assert page.changes[0].at.tzinfo is not None
    assert [each.kind for each in page.changes[0].own] == ["hold"]
    assert not page.changes[0].is_published  # it is not said to be


def test_a_lookup_returns_what_each_hash_is_known_as(client: Client, script: Scripted) -> None:
    """In the order asked."""
    match = {"bank": "b", "member": "m", "distance_bits": 3, "threshold_bits": 31, "clause": "cse.depiction"}
    script.replies = [(200, {"results": [{"type": "md5", "matches": []}, {"type": "pdq", "matches": [match]}]})]

    none, one = client.lookup([("md5", "0" * 32), ("pdq", "0" * 64)])

    assert none == ()
    assert (one[0].bank, one[0].distance_bits) == ("b", 3)


def test_an_upload_returns_its_digests(client: Client, script: Scripted) -> None:
    """With what the scanner saw."""
    told = {"id": "med_1", "sha256": "a", "sha1": "b", "md5": "c", "size_bytes": 3, "scan": "scanned", "pdq": []}
    script.replies = [(201, told)]

    assert client.upload(b"abc").id == "med_1"
    assert script.received[0].body == b"abc"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:8420", "", "http://tutela.example"])
def test_an_address_that_cannot_be_used_safely_is_refused(url: str) -> None:
    """Over plain http to another machine the key would travel in the clear."""
    with pytest.raises(ValueError, match=r"http"):
        Client(url, KEY)


def test_strikes_are_asked_for_by_the_platforms_name(client: Client, script: Scripted) -> None:
    """Points, ladders and strikes as the server tells them."""
    told = {"id": "a/b c", "at": "2026-11-22T08:30:00Z", "points": 2, "ladders": [{"ladder": "house"}], "strikes": [{}]}
    script.replies = [(200, told)]

    strikes = client.strikes("a/b c")

    assert script.received[0].path == "/v1/accounts/a%2Fb%20c/strikes"
    assert (strikes.id, strikes.points, strikes.ladders, strikes.strikes) == ("a/b c", 2, ({"ladder": "house"},), ({},))


def test_a_verification_is_told_and_what_still_locks_the_account_comes_back(client: Client, script: Scripted) -> None:
    """Kind and moment; the age only when there is one."""
    script.replies = [(201, {"still_demanded": ["phone"]})]

    left = client.verified("a/b c", "email", datetime(2026, 11, 22, 8, 30, tzinfo=UTC))

    assert script.received[0].path == "/v1/accounts/a%2Fb%20c/verifications"
    assert script.last_json() == {"kind": "email", "at": "2026-11-22T08:30:00+00:00"}
    assert left == ("phone",)
    client.verified("x", "age", datetime(2026, 11, 22, tzinfo=UTC), age="adult")
    assert script.last_json()["age"] == "adult"


def test_plain_http_may_be_allowed_where_the_way_is_safe() -> None:
    """As between two containers of one machine."""
    Client("http://tutela.internal:8420", KEY, is_plain_http_safe=True)


def test_the_key_is_not_printed() -> None:
    """Neither by the client's own description nor by an error's."""
    client = Client("http://127.0.0.1:9", KEY, retries=0)

    with pytest.raises(TutelaClientError) as raised:
        client.submit(ITEM)

    assert KEY not in repr(client) + repr(raised.value) + str(raised.value)


def test_a_statement_is_read_in_words_and_said_to_be_delivered(client: Client, script: Scripted) -> None:
    """In a language and for somebody; ids are quoted."""
    text = {
        "language": "de", "title": "Warum", "greeting": "-", "policy": "-", "plain": "Warum ...",
        "sections": [{"title": "Was", "sentences": ["Es wurde entfernt."]}],
    }  # fmt: skip
    told = {
        "id": "sta_1", "account": "user-7", "code": "item_removed", "decision": "dec_1", "text": text,
        "reasons": {"ground": "illegal"},
    }  # fmt: skip
    script.replies = [(200, told)]
    statement = client.statement("a/b", language="de", audience="teen")

    assert script.received[-1].path == "/v1/statements/a%2Fb?language=de&audience=teen"
    assert (statement.text, statement.sections) == ("Warum ...", (("Was", ("Es wurde entfernt.",)),))
    assert (statement.account, statement.decision, statement.reasons) == ("user-7", "dec_1", {"ground": "illegal"})
    client.delivered("sta_1", "email")
    received = script.received[-1]
    assert (received.method, received.path) == ("POST", "/v1/statements/sta_1/delivered")
    assert script.last_json() == {"how": "email"}


def test_facts_of_an_account_are_put_in_the_place_of_what_was_told(client: Client, script: Scripted) -> None:
    """Under the account's own name, also one with a slash; what was taken comes back by name."""
    script.replies = [(200, {"id": "a/b", "parts": ["screen_name"]})]
    told = client.facts("a/b", {"screen_name": "sam"})

    received = script.received[0]
    assert (received.method, received.path) == ("PUT", "/v1/accounts/a%2Fb/facts")
    assert script.last_json() == {"screen_name": "sam"}
    assert told == ("screen_name",)
