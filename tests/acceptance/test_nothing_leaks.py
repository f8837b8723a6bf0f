"""A full run of a real server leaves no content, link or name in logs, numbers, webhooks and problem answers.

To extend it: plant what your part takes in `PLANTS`, and write a `@part` that sends it through, well and badly.
"""

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pyrage
import pytest
from PIL import Image

import make
from acceptance.served import Installation, Server, teach
from cli.place import Place
from evidence import AGENT, as_browser, beside, open_case
from login import Member, join
from mailing import Post, posting
from receiving import Receiver, receiving, trusted
from reported import found_with_picture, operate_in_us, set_channel_up
from tutela.bootstrap import House
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of
from tutela.sandbox.ncmec.server import Sandbox, listening

PLANTS: dict[str, frozenset[str]] = {
    "text": frozenset(),
    "link": frozenset(),
    "tag": frozenset(),
    "device": frozenset(),
    "conversation": frozenset(),
    "filename": frozenset(),
    "bytes": frozenset(),
    "exif": frozenset(),
    "field": frozenset({"problems"}),  # a misspelt name is named, when it looks like one of ours
    "query": frozenset(),
    "header": frozenset(),
    "range": frozenset(),
    "login": frozenset(),
    "word": frozenset(),
    "secret": frozenset(),
    "fact": frozenset(),
    "typed": frozenset(),
    "reference": frozenset(),
    "agency": frozenset(),
    "named": frozenset({"problems"}),  # of a thousand identifiers, whoever sent them must know which is none
    "reached": frozenset({"envelopes"}),  # a mail goes to an address
    "item": frozenset({"webhooks"}),
    "author": frozenset({"webhooks"}),
}
"""What is planted, and where it may be all the same: a platform is told about its own things by its own names."""


def mark(plant: str) -> str:
    """Return the invented word of a plant: nothing else holds it, and no encoding of an address changes it."""
    return f"zqx{plant}xqz"


@dataclass
class Run:
    """One server, whoever speaks to it, and all that others read of it."""

    server: Server
    key: str
    house: House
    receiver: Receiver
    bridge: Receiver
    post: Post
    log: Path
    me: Member
    other: Member
    place: Place
    sandbox: Sandbox
    problems: list[bytes] = field(default_factory=list)
    numbers: list[bytes] = field(default_factory=list)

    def send(
        self, method: str, path: str, *, as_me: bool = False, by: Member | None = None, **more: Any
    ) -> httpx.Response:
        """Send a request, by the platform's key or as somebody at a browser, and keep a problem for the search."""
        who = self.me if as_me else by
        own = as_browser(self.house, who) if who else {"Authorization": f"Bearer {self.key}"}
        headers = {**own, **more.pop("headers", {})}
        answer = httpx.request(method, self.server.url + path, headers=headers, timeout=30, **more)
        if answer.status_code >= 400:
            self.problems.append(answer.content + repr(answer.headers.raw).encode())
        return answer

    def places(self) -> dict[str, bytes]:
        """Return everything that others read."""
        return {
            "logs": self.log.read_bytes(),
            "numbers": b"".join(self.numbers),
            "webhooks": b"".join(got.body + repr(dict(got.headers)).encode() for got in self.receiver.got),
            "problems": b"".join(self.problems),
            "pages": b"".join(got.body + repr(dict(got.headers)).encode() for got in self.bridge.got),
            "mails": b"".join(lines_but_to(mail) for mail in self.post.mails),
            "envelopes": "".join(self.post.says).encode() * 20,
        }


def lines_but_to(mail: bytes) -> bytes:
    """Return a mail without the line that says to whom it goes."""
    return b"".join(line for line in mail.splitlines(keepends=True) if not line.startswith(b"To: "))


Part = Callable[[Run], None]
PARTS: list[Part] = []


def part(function: Part) -> Part:
    """Add a part to the run."""
    PARTS.append(function)
    return function


def picture() -> bytes:
    """Return a landscape that holds marks in its EXIF and behind its end."""
    exif = Image.Exif()
    exif[0x010E] = mark("exif")
    out = io.BytesIO()
    with Image.open(io.BytesIO(make.photo(quality=80))) as opened:
        opened.save(out, "JPEG", exif=exif)
    return out.getvalue() + mark("bytes").encode()


def item(**more: Any) -> dict[str, Any]:
    """Return an item full of marks."""
    return {
        "id": mark("item"),
        "author": {"id": mark("author")},
        "kind": "post",
        "text": f"{mark('text')} https://{mark('link')}.example/{mark('filename')}.jpg",
        "channel": {"kind": "public", "conversation": mark("conversation")},
        "tags": [mark("tag")],
        "links": [f"https://{mark('link')}.example/"],
        "device": mark("device"),
        **more,
    }


@part
def submit(run: Run) -> None:
    """Known material with a file name, and everything about it that can be wrong."""
    form = {"item": (None, json.dumps(item()), "application/json"), "media": (f"{mark('filename')}.jpg", picture())}
    assert run.send("POST", "/v1/items", files=form).status_code == 201
    broken = item(id=f"{mark('item')}-2")
    for wrong in (
        {mark("field"): 1},
        {"kind": mark("text") * 50},
        {"links": [mark("link") * 900]},
        {"author": mark("author")},
    ):
        assert run.send("POST", "/v1/items", json={**broken, **wrong}).status_code == 422
    run.send("POST", "/v1/items", content=f'{{"id": "{mark("text")}', headers={"Content-Type": "application/json"})
    run.send("POST", "/v1/items", json=item(text=f"other {mark('text')}"))
    run.send("POST", "/v1/media", content=mark("bytes").encode(), headers={"Content-Type": mark("header")})
    run.send("POST", "/v1/media", content=mark("bytes").encode(), headers={"Content-Type": "application/octet-stream"})


@part
def ask(run: Run) -> None:
    """What is shown, and what is asked of nobody and nothing."""
    viewer = {"account": mark("author")}
    run.send("POST", "/v1/visibility", json={"viewer": viewer, "surface": "home", "items": [mark("item")]})
    run.send("POST", "/v1/may", json={"account": mark("author"), "deed": mark("text")})
    for path in (f"/v1/items/{mark('text')}", f"/v1/accounts/{mark('author')}-9/standing", f"/{mark('text')}"):
        assert run.send("GET", path).status_code == 404
    run.send("GET", f"/v1/changes?cursor={mark('query')}&{mark('field')}=1")
    run.send("POST", "/v1/lookup", json={"hashes": [{"type": "md5", "value": mark("text")}]})
    run.send("GET", "/v1/policy", headers={"Authorization": f"Bearer {mark('secret')}"})
    run.send("GET", "/v1/policy", headers={"Authorization": "", "Cookie": f"tutela_session={mark('secret')}"})
    run.send(mark("text").upper(), "/v1/items")


@part
def look(run: Run) -> None:
    """Every kind of look, and every kind of refusal."""
    case = open_case(run.house, mark("item"), mark("author"))
    media = run.send("GET", f"/v1/cases/{case}/media", as_me=True).json()["media"][0]["id"]
    where = f"/v1/cases/{case}/views"
    for purpose in ("look", "poster", "full_look"):
        body = {"media": media, "purpose": purpose, "reason": "quality"}
        url = run.send("POST", where, json=body, as_me=True).json()["url"]
        shown = run.send("GET", url, headers={"Range": f"bytes={mark('range')}", "If-Range": mark("range")}, as_me=True)
        assert shown.status_code == 200
        assert mark("exif").encode() not in shown.content
        assert run.send("GET", url, as_me=True).status_code == 410
    for wrong in ({"media": mark("text")}, {"reason": mark("text")}, {mark("field"): 1}):
        run.send("POST", where, json={"media": media, "purpose": "look", "reason": "quality", **wrong}, as_me=True)
    assert run.send("GET", f"/v1/views/{mark('secret')}", as_me=True).status_code == 404
    told = run.send("GET", f"/v1/media/{media}/metadata?location=exact", as_me=True)
    assert mark("exif") in told.text, "what was asked for is told, and nowhere else"
    run.send("GET", f"/v1/media/{media}/metadata?location={mark('query')}", as_me=True)
    run.send("GET", f"/v1/media/{mark('text')}/views", as_me=True)


@part
def wake(run: Run) -> None:
    """Somebody is in danger, whoever is on call is woken by both channels and has it; and all that is refused."""
    person, case = run.me.id, run.send("GET", "/v1/cases", as_me=True).json()["cases"][0]["id"]
    now = run.house.clock.now().replace(tzinfo=None, microsecond=0)
    starts, ends = now.isoformat(), (now + timedelta(hours=8)).isoformat()
    where = f"/v1/rota/people/{person}"
    for wrong in (f"{mark('reached')}@x\nBcc: a@b", mark("reached"), f"=?utf-8?q?{mark('reached')}?=@x.example"):
        assert run.send("PUT", where, json={"email": wrong}, as_me=True).status_code == 422
    reached = {"email": f"{mark('reached')}@tutela.example"}
    assert run.send("PUT", where, json=reached, as_me=True).status_code == 204
    shift = {"person": person, "starts": starts, "ends": ends}
    for more in ({"zone": mark("text")}, {mark("field"): 1}, {"person": mark("text")}, {"starts": mark("text")}):
        assert run.send("POST", "/v1/rota/shifts", json={**shift, **more}, as_me=True).status_code in {404, 422}
    assert run.send("POST", "/v1/rota/shifts", json=shift, as_me=True).status_code == 201
    assert run.send("POST", "/v1/pages/test", json=reached, as_me=True).json()["channels"][1]["arrived"]
    run.send("POST", f"/v1/cases/{case}/notes", json={"text": mark("text")}, as_me=True)
    assert run.send("POST", f"/v1/cases/{case}/danger", json={"in_danger": True}, as_me=True).status_code == 200
    until = time.monotonic() + 60
    while not (found := run.send("GET", "/v1/pages", as_me=True).json()["pages"]) or not found[0]["tries"]:
        assert time.monotonic() < until, "the page goes out"
        time.sleep(0.1)
    assert found[0]["tries"][0]["sent_by"] == ["webhook", "email"]
    assert run.send("POST", f"/v1/pages/{found[0]['id']}/acknowledge", as_me=True).status_code == 200
    assert run.send("POST", f"/v1/pages/{mark('text')}/acknowledge", as_me=True).status_code == 404


@part
def word(run: Run) -> None:
    """Banks of words are filled, well and badly; what is in them is told to nobody."""
    planted, end = mark("word"), (run.house.clock.now() + timedelta(days=9)).isoformat()
    said = {"keywords": planted, "links": f"{planted}.example", "names": planted, "texts": f"see {planted} by the lake"}
    held: dict[str, Any] = {
        "keywords": {"keyword": {"terms": [planted], "contexts": [{"terms": [planted]}]}},
        "links": {"link": {"link": f"https://{planted}.example/{planted}"}},
        "names": {"name": {"name": f"{planted} Vask", "basis": planted}},
        "texts": {"text": said["texts"]},
    }
    for kind, entry in held.items():
        body = {"name": kind, "kind": kind, "clause": "cse.conversation", "source": "a test"}
        assert run.send("POST", "/v1/word-banks", json=body).status_code == 201
        where = f"/v1/word-banks/{kind}"
        assert run.send("POST", f"{where}/entries", json={**entry, "ends_at": end}).status_code == 200
        for wrong in ({"category": said[kind]}, {"ends_at": planted}, {"text": 1}, {mark("field"): 1}):
            refused = {**entry, "ends_at": end, **wrong}
            assert run.send("POST", f"{where}/entries", json=refused).status_code == 422
        for media_type in ("text/plain", "text/csv", "application/jsonl", planted):
            send_lists(run, where, media_type)
        assert planted not in run.send("GET", f"{where}/entries").text
    assert run.send("DELETE", f"/v1/word-banks/links/entries/{planted}").status_code == 404
    assert run.send("GET", f"/v1/word-banks/{planted}").status_code == 404


def send_lists(run: Run, where: str, media_type: str) -> None:
    """Send lists that are none, or hold rows that cannot be used."""
    planted = mark("word")
    for content in (f"{planted} {planted}", f"name,text,term,url\n{planted},{planted},{planted}\n", planted * 900):
        for query in ("", f"?ends_at={planted}"):
            told = run.send("POST", where + "/import" + query, content=content, headers={"Content-Type": media_type})
            assert planted not in told.text


@part
def report(run: Run) -> None:
    """What a platform tells of an account, and a report about it, typed well and badly, until it is filed."""
    operate_in_us(run.house)
    set_channel_up(run.house, run.sandbox, run.me.principal)
    author = f"{mark('author')}-3"
    case = found_with_picture(run.house, run.other.principal, run.me.principal, text=mark("text"), author=author)
    facts = f"/v1/accounts/{author}/facts"
    told = {"screen_name": mark("fact"), "person": {"emails": [{"address": f"{mark('fact')}@forum.example"}]}}
    assert run.send("PUT", facts, json=told).status_code == 200
    for wrong in ({"screen_name": {mark("fact"): 1}}, {"ip_events": [{"ip": mark("fact")}]}, {mark("field"): 1}):
        assert run.send("PUT", facts, json={**told, **wrong}).status_code == 422
    assert mark("fact") in run.send("GET", facts, as_me=True).text, "what was asked for is told, and nowhere else"

    drawn = run.send("POST", "/v1/reports", json={"cases": [case]})
    assert drawn.status_code == 201, drawn.text
    where, at = f"/v1/reports/{drawn.json()['id']}", run.house.clock.now() - timedelta(hours=2)
    typed = {"incident.kind": "csam", "incident.at": at.isoformat(), "note": f"Seen first-hand: {mark('typed')}."}
    for place in ("incident.kind", "incident.at", "suspects.0.person.age", f"note.{mark('typed')}"):
        wrong = {"version": 1, "set": {**typed, place: mark("typed")}}
        assert run.send("PATCH", f"{where}/draft", json=wrong).status_code == 422
    edited = run.send("PATCH", f"{where}/draft", json={"version": 1, "set": typed})
    assert run.send("PATCH", f"{where}/draft", json={"version": 1, "set": {"note": "stale"}}).status_code == 409
    ready = {"version": edited.json()["version"], "reason": f"Nothing more: {mark('typed')}."}
    prepared = run.send("POST", f"{where}/prepare", json=ready)
    assert prepared.status_code == 200, prepared.text
    ready["version"] = prepared.json()["version"]
    approved = run.send("POST", f"{where}/approve", json=ready, as_me=True)
    assert approved.status_code == 200, approved.text
    until = time.monotonic() + 60
    while run.send("GET", where).json()["phase"] != "finished":
        assert time.monotonic() < until, "the report is filed"
        time.sleep(0.1)
    [filed] = run.sandbox.authority.finished()
    assert mark("typed").encode() in filed.document


@part
def preserve(run: Run) -> None:
    """A hold and a package for an agency: asked for well and badly, approved by another, made at the machine."""
    case = run.send("GET", "/v1/cases", as_me=True).json()["cases"][0]["id"]
    later = (run.house.clock.now() + timedelta(days=90)).isoformat()
    asked = {"reference": mark("reference"), "reason": mark("reference"), "cases": [case]}
    held = {**asked, "source": "court", "until": later}
    placed = run.send("POST", "/v1/holds", json=held, as_me=True)
    assert placed.status_code == 201, placed.text
    for wrong in ({"source": mark("reference")}, {"until": mark("reference")}, {"media": [mark("named")]}):
        assert run.send("POST", "/v1/holds", json={**held, **wrong}, as_me=True).status_code in {404, 422}
    key = str(pyrage.x25519.Identity.generate().to_public())
    package = {**asked, "agency": mark("agency"), "key": key}
    for wrong in ({"key": mark("secret")}, {"agency": mark("agency") * 90}, {"cases": [mark("named")]}):
        assert run.send("POST", "/v1/exports", json={**package, **wrong}, as_me=True).status_code in {404, 422}
    export = run.send("POST", "/v1/exports", json=package, as_me=True)
    assert export.status_code == 201, export.text
    where = f"/v1/exports/{export.json()['id']}"
    assert run.send("POST", f"{where}/approve", as_me=True).status_code == 403
    assert run.send("POST", f"{where}/approve", by=run.other).status_code == 200
    for to in ("package", "package"):  # the second time the file is there
        done = run.place.call("export", "make", export.json()["id"], run.place.folder / to)
        run.problems.append(done.err.encode())
    assert done.status == 1


@part
def count(run: Run) -> None:
    """The numbers, at the end of everything."""
    run.numbers.append(run.send("GET", "/metrics").content)
    run.numbers.append(run.send("GET", "/v1/status").content)


@pytest.fixture
def run(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Run]:
    """Yield a server that logs all it ever logs, with a webhook, a bank and somebody who looks."""
    trust, log = trusted(tmp_path, "localhost"), tmp_path / "server.log"
    post = Post(trust)
    with (
        receiving() as receiver, receiving() as bridge, posting(post) as mail, log.open("w") as told,
        listening(Sandbox()) as sandbox,
    ):  # fmt: skip
        installation = Installation.at(
            tmp_path / "here", new_database(), webhooks_allow_private="true", log_level="debug",
            pages_webhook_url=f"{bridge.url}/{mark('secret')}", pages_webhook_secret="whsec_" + "YWFh" * 10,
            pages_smtp_host=mail.host, pages_smtp_port=mail.port, pages_smtp_from=mail.sender,
        )  # fmt: skip
        installation.place.environment["SSL_CERT_FILE"] = str(trust.authority)
        installation.make_key("words", "facts", "reports")
        with beside(installation) as house:
            server = installation.ready(installation.place.start("serve", "--port", 0, stderr=told))
            teach(server.client)
            server.client.call("POST", "/v1/webhooks", {"url": receiver.url, "name": mark("text")})
            me, other = (
                join(house, login, StaffRole.CHILD_SAFETY_OFFICER, visitor=visitor_of("127.0.0.1", AGENT))
                for login in (mark("login"), f"{mark('login')}-2")
            )
            key, place = installation.key, installation.place
            yield Run(server, key, house, receiver, bridge, post, log, me, other, place, sandbox)
            installation.close()


def test_a_full_run_leaves_nothing_where_others_read(run: Run) -> None:
    """Everything is planted, everything is searched, and the search would find it."""
    for each in PARTS:
        each(run)
    until = time.monotonic() + 60
    while mark("item").encode() not in run.places()["webhooks"]:
        assert time.monotonic() < until, "the webhook tells of the item"
        time.sleep(0.1)
    assert run.server.stop() == 0
    places = run.places()
    assert all(len(content) > 500 for content in places.values())
    assert b'"/v1/views/{token}"' in places["logs"] or b"route=/v1/views/{token}" in places["logs"]

    found = {
        (place, plant)
        for place, content in places.items()
        for plant, allowed in PLANTS.items()
        for form in (mark(plant), mark(plant).encode().hex())
        if form.encode() in content.lower() and place not in allowed
    }
    assert found == set()


def test_the_search_would_find_what_is_planted() -> None:
    """Each mark is a word of its own, and none is part of another."""
    marks = [mark(plant) for plant in PLANTS]
    assert all(one == other or one not in other for one in marks for other in marks)
