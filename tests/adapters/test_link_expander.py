"""Where a shortened link leads, over real connections to servers that are well, wrong, slow, or somebody else."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from receiving import HOST, Trusted, trusted
from tutela.adapters.links.expander import MAX_ANSWER_BYTES, HttpExpander
from tutela.adapters.links.nobody import NoExpander
from tutela.adapters.twins.link_expander import ExpanderTwin
from tutela.core.links import read
from tutela.ports.link_expander import Expansion, LinkExpander, Unexpanded


class Web:
    """A server on this machine, what it does by path, and what it was asked."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        """Serve nothing yet."""
        self.server = server
        self.pages: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.is_over = threading.Event()
        self.sent = 0

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.server.server_address[1])

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return f"http://{HOST}:{self.port}{path}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Note a request and do what the path says."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append((handler.command, handler.path, headers))
        handler.close_connection = True
        with suppress(OSError):
            self.pages.get(handler.path, page(404))(handler)


def page(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what answers with a status."""

    def answered(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()

    return answered


def to(location: str, status: int = 302) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what leads elsewhere."""
    return page(status, Location=location, Set_Cookie="a=b")


@contextmanager
def serving(certificate: Trusted | None = None) -> Iterator[Web]:
    """Yield a server that listens."""

    class Handler(BaseHTTPRequestHandler):
        web: Web

        def do_GET(self) -> None:
            self.web.answer(self)

        def do_HEAD(self) -> None:
            self.web.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # those who ask are meant to break off
    Handler.web = Web(server)
    if certificate is not None:
        server.socket = certificate.server.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Handler.web
    finally:
        Handler.web.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def inside(seconds: float = 10, **more: Any) -> HttpExpander:
    """Return an expander that may ask this machine: in tests alone."""
    return HttpExpander(seconds, **{"allows_private": True, **more})


def leading_to(*addresses: str, port: int | None = None) -> Any:
    """Return a resolver that finds these addresses for every name."""

    def resolve(_host: str, asked: int) -> list[Any]:
        return [(socket.AF_INET, (address, port or asked)) for address in addresses]

    return resolve


def told(expansion: Expansion) -> tuple[list[str], Unexpanded | None]:
    """Return the paths of a chain, and why it ended."""
    return [each.path + each.query for each in expansion.chain], expansion.unknown


def test_a_chain_is_followed_to_its_end() -> None:
    """Every kind of redirect, whole and relative addresses; the end is known."""
    with serving() as web:
        web.pages = {
            "/1": to(web.url("/2"), 301), "/2": to("/3", 302), "/3": to("4?a=b", 303), "/4?a=b": to("./5#part", 307),
            "/5": to("//" + web.url("/6").partition("//")[2], 308), "/6": page(200),
        }  # fmt: skip
        found = inside().expand(read(web.url("/1")))

        assert told(found) == (["/1", "/2", "/3", "/4?a=b", "/5", "/6"], None)
        assert found.is_known
        assert {method for method, _, _ in web.asked} == {"HEAD"}


def test_nothing_is_carried_from_hop_to_hop() -> None:
    """No cookie, no referrer, no credentials, nothing of the environment."""
    with serving() as web:
        web.pages = {"/1": to(f"http://name:word@{HOST}:{web.port}/2"), "/2": page(200)}
        inside().expand(read(f"http://somebody:secret@{HOST}:{web.port}/1"))

        for _, _, headers in web.asked:
            assert set(headers) == {"host", "user-agent", "accept", "connection", "accept-encoding"}


def test_who_does_not_answer_to_head_is_asked_for_the_page() -> None:
    """And of the page nothing but its headers is read."""

    def only_get(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "HEAD":
            page(405)(handler)
            return
        to("/2")(handler)
        while True:
            handler.wfile.write(b"x" * 65536)
            web.sent += 65536

    with serving() as web:
        web.pages = {"/1": only_get, "/2": page(200)}

        assert told(inside().expand(read(web.url("/1")))) == (["/1", "/2"], None)
        assert web.sent < 16 * 1024 * 1024


@pytest.mark.parametrize(
    ("status", "unknown"),
    [
        (200, None), (204, None), (304, None), (404, None), (410, None), (403, Unexpanded.NOT_REACHED),
        (429, Unexpanded.NOT_REACHED), (500, Unexpanded.NOT_REACHED),
    ],
)  # fmt: skip
def test_what_leads_nowhere_else(status: int, unknown: Unexpanded | None) -> None:
    """A page, or none; who refuses to answer has told nothing."""
    with serving() as web:
        web.pages = {"/1": page(status)}
        assert told(inside().expand(read(web.url("/1")))) == (["/1"], unknown)


def test_a_circle_is_a_loop() -> None:
    """Through others, or to itself."""
    with serving() as web:
        web.pages = {"/1": to("/2"), "/2": to("/3"), "/3": to("/2"), "/self": to("/self")}

        assert told(inside().expand(read(web.url("/1")))) == (["/1", "/2", "/3"], Unexpanded.LOOP)
        assert told(inside().expand(read(web.url("/self")))) == (["/self"], Unexpanded.LOOP)


def test_a_chain_has_an_end() -> None:
    """So many hops are followed, and no more."""
    with serving() as web:
        web.pages = {f"/{n}": to(f"/{n + 1}") for n in range(20)}
        found = inside(most_hops=3).expand(read(web.url("/0")))

        assert told(found) == (["/0", "/1", "/2", "/3"], Unexpanded.TOO_LONG)
        assert len(web.asked) == 4


@pytest.mark.parametrize(
    "elsewhere",
    ["http://169.254.169.254/latest", "http://[fd00:ec2::254]/", "http://0.0.0.0/", "http://2852039166/",
    "http://224.0.0.1/",
     "ftp://example.org/", "magnet:?xt=a", "http://example.org:25/"],
)  # fmt: skip
def test_a_redirect_to_where_nobody_connects_is_refused(elsewhere: str) -> None:
    """Metadata in any writing, other protocols, other ports; also where this machine may be asked."""
    with serving() as web:
        web.pages = {"/1": to(elsewhere)}
        found = inside().expand(read(web.url("/1")))

        assert found.unknown is Unexpanded.NOT_PUBLIC
        assert found.chain[1] == read(elsewhere)


def test_a_redirect_from_outside_to_a_machine_inside_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each hop is checked as the first one was; of the second nothing is opened."""
    certificate = trusted(tmp_path, "short.example.org")
    with serving(certificate) as outside, serving() as machine:
        outside.pages = {"/1": to(machine.url("/secret"))}
        # Below the check of addresses a public one is led to this machine.
        real = socket.socket.connect

        def rerouted(self: socket.socket, place: tuple[Any, ...]) -> None:
            real(self, (HOST, outside.port) if place[0] == "93.184.215.14" else place)

        monkeypatch.setattr(socket.socket, "connect", rerouted)
        careful = HttpExpander(10, resolve=leading_to("93.184.215.14"), trust=certificate.client)

        found = careful.expand(read("http://short.example.org/1"))
        assert told(found) == (["/1", "/secret"], Unexpanded.NOT_PUBLIC)
        assert (len(outside.asked), len(machine.asked)) == (1, 0)


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.0.0.1",),
        ("192.168.1.1",),
        ("169.254.169.254",),
        ("100.64.0.1",),
        ("93.184.215.14", "127.0.0.1"),
    ],
    ids=", ".join,
)
def test_a_name_that_leads_inside_is_not_connected_to(
    addresses: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is opened at all."""
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was opened"))
    careful = HttpExpander(5, resolve=leading_to(*addresses))
    for link in ("https://short.example.org/a", "http://short.example.org/a"):
        assert told(careful.expand(read(link))) == (["/a"], Unexpanded.NOT_PUBLIC)


def test_a_name_that_changes_is_looked_up_once_a_hop(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was checked is what is connected to; the next hop is checked anew."""
    answers = [HOST, "169.254.169.254"]
    asked: list[str] = []

    with serving() as web:

        def rebinding(host: str, port: int) -> list[Any]:
            asked.append(host)
            return [(socket.AF_INET, (answers[len(asked) - 1], port))]

        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a second look"))
        web.pages = {"/1": to("/2")}
        found = inside(resolve=rebinding).expand(read(f"http://short.example.org:{web.port}/1"))

        assert told(found) == (["/1", "/2"], Unexpanded.NOT_PUBLIC)
        assert len(asked) == 2
        assert len(web.asked) == 1


def test_outside_nothing_is_asked_in_the_clear(tmp_path: Path) -> None:
    """A link that says http is asked over TLS; one to a port of its own is not asked."""
    certificate = trusted(tmp_path, "other.example.org")
    with serving(certificate) as web:
        resolve = leading_to(HOST, port=web.port)
        secure = inside(resolve=resolve, trust=certificate.client)
        assert secure.expand(read("https://short.example.org/1")).unknown is Unexpanded.NOT_REACHED  # not its name
        assert told(secure.expand(read("https://other.example.org/1"))) == (["/1"], None)
    assert HttpExpander(5).expand(read("http://example.org:8080/")).unknown is Unexpanded.NOT_PUBLIC


def hang(handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""
    handler.server.RequestHandlerClass.web.is_over.wait(30)  # type: ignore[attr-defined]  # of the class above


def babble(handler: BaseHTTPRequestHandler) -> None:
    """Send headers without an end, a byte now and then."""
    handler.wfile.write(b"HTTP/1.1 302 Found\r\nX-Slow: ")
    while not handler.server.RequestHandlerClass.web.is_over.wait(0.02):  # type: ignore[attr-defined]  # as above
        handler.wfile.write(b"x")


@pytest.mark.parametrize("behave", [hang, babble])
def test_who_is_slow_ends_the_try(behave: Callable[[BaseHTTPRequestHandler], None]) -> None:
    """All hops together have one end."""
    with serving() as web:
        web.pages = {"/1": to("/2"), "/2": behave}
        assert told(inside(2).expand(read(web.url("/1")))) == (["/1", "/2"], Unexpanded.TIMED_OUT)


def raw(content: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what answers with these bytes."""
    return lambda handler: handler.wfile.write(content)


@pytest.mark.parametrize(
    ("content", "unknown"),
    [
        (b"", Unexpanded.BROKEN),
        (b"220 mail\r\n", Unexpanded.BROKEN),
        (b"HTTP/1.1 302 Found\r\nLocation: /" + b"x" * 70_000 + b"\r\n\r\n", Unexpanded.BROKEN),
        (b"HTTP/1.1 302 Found\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", Unexpanded.BROKEN),
        (b"HTTP/1.1 302 Found\r\n" + (b"X-A: " + b"b" * 60_000 + b"\r\n") * 50 + b"\r\n", Unexpanded.BROKEN),
        (b"HTTP/1.1 302 Found\r\nLocation: /" + b"x" * 3_000 + b"\r\n\r\n", Unexpanded.NO_LINK),
        (b"HTTP/1.1 302 Found\r\nLocation: http://\r\n\r\n", Unexpanded.NO_LINK),
        (b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n", Unexpanded.NO_LINK),
        (b"HTTP/1.1 302 Found\r\n\r\n", None),
    ],
    ids=[
        "nothing",
        "no HTTP",
        "huge line",
        "many headers",
        "huge headers",
        "long link",
        "no host",
        "one label",
        "no link",
    ],
)
def test_hostile_answers_are_told(content: bytes, unknown: Unexpanded | None) -> None:
    """And only a little of them is read."""
    with serving() as web:
        web.pages = {"/1": raw(content)}
        assert told(inside().expand(read(web.url("/1")))) == (["/1"], unknown)
    assert MAX_ANSWER_BYTES < 100_000


def test_a_redirect_in_another_script_is_read_as_browsers_do() -> None:
    """Bytes of UTF-8 in a header."""
    with serving() as web:
        web.pages = {"/1": raw("HTTP/1.1 302 Found\r\nLocation: /s\u00e9\r\n\r\n".encode()), "/s%C3%A9": page(200)}
        assert told(inside().expand(read(web.url("/1")))) == (["/1", "/s%C3%A9"], None)


def test_nobody_there_is_told() -> None:
    """A port where nothing listens, and a name that is none."""
    with serving() as web:
        gone = web.url("/1")
    assert told(inside().expand(read(gone))) == (["/1"], Unexpanded.NOT_REACHED)
    assert told(inside(resolve=lambda *_: []).expand(read("https://example.org/1"))) == (["/1"], Unexpanded.NO_ADDRESS)


def test_closing_breaks_off_what_is_under_way() -> None:
    """A stop waits for nobody."""
    found: list[Expansion] = []
    with serving() as web:
        web.pages = {"/1": hang}
        long = inside(60)
        under_way = threading.Thread(target=lambda: found.append(long.expand(read(web.url("/1")))))
        under_way.start()
        while not web.asked:
            web.is_over.wait(0.01)
        long.close()
        under_way.join(30)
    assert [each.is_known for each in found] == [False]


def test_by_default_nobody_is_asked() -> None:
    """What holds unless the operator says otherwise."""
    nobody: LinkExpander = NoExpander()
    assert told(nobody.expand(read("https://bit.ly/a"))) == (["/a"], Unexpanded.OFF)


def test_the_twin_does_as_the_web_would() -> None:
    """Chains, loops, length, and a web that is down."""
    leads = {
        "https://bit.ly/1": "https://bit.ly/2",
        "https://bit.ly/2": "https://example.org/3",
        "https://a.org/": "https://a.org/",
    }
    twin = ExpanderTwin(leads)

    assert told(twin.expand(read("https://bit.ly/1"))) == (["/1", "/2", "/3"], None)
    assert told(twin.expand(read("https://a.org/"))) == (["/"], Unexpanded.LOOP)
    assert told(ExpanderTwin(leads, most_hops=1).expand(read("https://bit.ly/1"))) == (
        ["/1", "/2"],
        Unexpanded.TOO_LONG,
    )
    twin.fail(Unexpanded.TIMED_OUT)
    assert told(twin.expand(read("https://bit.ly/1"))) == (["/1"], Unexpanded.TIMED_OUT)
    assert len(twin.asked) == 3
