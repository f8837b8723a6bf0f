"""Looks at evidence over HTTP: once, by one person in one session, and no more than was granted."""

import io
import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops

import make
from evidence import open_case
from films import film
from login import SITE, Member, join
from tutela.adapters.vault.segments import SEGMENT_BYTES
from tutela.api.view_stream import GROUP_BYTES
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of

AGENT = "a browser of the tests"
FILM = b"\0\0\0\x20ftypisom" + bytes(range(256)) * 12_000
"""Three megabytes that a browser takes for a film."""


@pytest.fixture
def api(request: pytest.FixtureRequest, database_kind: str) -> Any:
    """Return the client of a server on the databases of the test."""
    return request.getfixturevalue("served" if database_kind == "sqlite" else "served_on_postgresql")


class Desk:
    """A case with media in it, and people who look."""

    def __init__(self, api: Any, contents: dict[str, bytes]) -> None:
        """Submit one item with each content, and open a case about it by hand."""
        self.api = api
        number = make.new_id("item")
        self.media = {name: api.upload(content + b"")["id"] for name, content in contents.items()}
        api.post(
            "/v1/items",
            {
                "id": number,
                "author": {"id": f"author-{number}"},
                "kind": "post",
                "media": [{"id": each} for each in self.media.values()],
            },
        )
        self.case = open_case(api.house, number, f"author-{number}")
        self.me = self.member(StaffRole.SENIOR_REVIEWER)

    def member(self, *roles: StaffRole) -> Member:
        """Return somebody who has proved a moment ago who they are."""
        login = make.new_id("person").replace("_", "-")
        return join(self.api.house, login, *roles, visitor=visitor_of("127.0.0.1", AGENT))

    def ask(self, name: str, purpose: str = "full_look", by: Member | None = None, **more: Any) -> httpx.Response:
        """Ask for a look."""
        body = {"media": self.media[name], "purpose": purpose, "reason": "quality", **more}
        return self.api.send_as(by or self.me, "POST", f"/v1/cases/{self.case}/views", json=body)

    def granted(self, name: str, purpose: str = "full_look", **more: Any) -> str:
        """Return the address of a granted look."""
        answer = self.ask(name, purpose, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["url"])

    def look(self, url: str, by: Member | None = None, method: str = "GET", **headers: str) -> httpx.Response:
        """Look."""
        member = by or self.me
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        cookie = {"Cookie": f"tutela_session={member.signed.secret}"}
        return self.api.client.request(method, url, headers={**cookie, **names})  # type: ignore[no-any-return]  # of the Api

    def log(self, name: str) -> Any:
        """Return the log of a content, once all that was sent is noted."""
        officer = self.api.person(StaffRole.CHILD_SAFETY_OFFICER)
        return self.api.send_as(officer, "GET", f"/v1/media/{self.media[name]}/views").json()

    def sent(self, name: str, wanted: list[list[int]]) -> Any:
        """Wait until the newest look at a content is noted as *wanted*, and return the log."""
        until = time.monotonic() + 60
        while (log := self.log(name))["views"][0]["sent"] != wanted:
            assert time.monotonic() < until, log["views"][0]["sent"]
            time.sleep(0.02)
        return log


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the kind of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("urn:tutela:problem:")


def fresh_photo(**more: Any) -> bytes:
    """Return a picture that nothing else here is identical to."""
    return make.photo(**more) + make.new_id("media").encode()


@pytest.fixture
def desk(api: Any) -> Desk:
    """Return a case with a picture, a film and a page."""
    unique = make.new_id("media").encode()
    page = b"<!DOCTYPE html><script>alert(1)</script>" + unique
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' + unique
    return Desk(api, {"picture": fresh_photo(width=640), "film": FILM + unique, "page": page, "svg": svg})


def test_a_look_is_small_grey_blurred_and_once(desk: Desk) -> None:
    """The bytes are a picture of its own, with nothing of the file beside its pixels; a second time is refused."""
    url = desk.granted("picture", "look")
    answer = desk.look(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert max(shown.size) == 512
        red, green, blue = shown.convert("RGB").getpixel((200, 100))  # type: ignore[misc]  # of three bands
        assert red == green == blue
        assert not shown.getexif()
    assert answer.headers["tutela-rendition"] == "filtered"
    assert problem(desk.look(url)) == (410, "grant-used")
    log = desk.sent("picture", [[0, len(answer.content)]])
    assert (log["seen_whole"], log["views"][0]["rendition"]) == (False, "filtered")


def test_a_full_look_is_the_whole_picture_with_the_viewer_across_it(desk: Desk) -> None:
    """At full size; the log then knows who has seen all of it."""
    answer = desk.look(desk.granted("picture"))
    with Image.open(io.BytesIO(answer.content)) as shown, Image.open(io.BytesIO(make.photo(width=640))) as plain:
        assert shown.size == plain.size
        differs = ImageChops.difference(shown.convert("L"), plain.convert("L")).histogram()
        changed = sum(differs[40:])
        assert changed > shown.width * shown.height / 100
    log = desk.sent("picture", [[0, len(answer.content)]])
    assert (log["seen_whole"], log["seen_whole_by"]) == (True, [desk.me.id])


def test_a_poster_is_a_stamp(desk: Desk) -> None:
    """And never all of it."""
    answer = desk.look(desk.granted("picture", "poster"))
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert max(shown.size) == 128
    assert not desk.sent("picture", [[0, len(answer.content)]])["seen_whole"]


def test_a_look_at_a_film_is_a_grid_that_shows_nobody_all_of_it(api: Any) -> None:
    """A still grid is no view of the whole; where no decoder knows the film, nothing is wrong with it nor used up."""
    unique = make.new_id("media").encode()
    desk = Desk(api, {"film": film() + unique, "torn": FILM + unique})
    answer = desk.look(desk.granted("film", "look"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (480, 360)
    log = desk.sent("film", [[0, len(answer.content)]])
    assert (log["seen_whole"], log["views"][0]["rendition"]) == (False, "filtered")
    assert problem(desk.look(desk.granted("torn", "look"))) == (422, "no-such-rendition")
    assert desk.log("torn")["views"][0]["opened_at"] is None
    assert desk.look(desk.granted("torn")).status_code == 200


@pytest.mark.both_databases
def test_a_film_is_sent_in_parts_and_known_when_it_was_all(desk: Desk) -> None:
    """Single and suffix ranges are one use; what was sent is put together."""
    url = desk.granted("film")
    size = len(FILM) + len(make.new_id("media"))
    head = desk.look(url, method="HEAD")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(size))
    first = desk.look(url, Range="bytes=0-999999")
    assert (first.status_code, first.headers["content-range"]) == (206, f"bytes 0-999999/{size}")
    assert first.content == FILM[:1_000_000]
    last = desk.look(url, Range="bytes=-1000000", If_Range=first.headers["etag"])
    assert (last.status_code, len(last.content)) == (206, 1_000_000)
    assert not desk.sent("film", [[0, 1_000_000], [size - 1_000_000, size]])["seen_whole"]
    middle = desk.look(url, Range=f"bytes=1000000-{size - 1_000_001}")
    assert middle.status_code == 206
    assert desk.sent("film", [[0, size]])["seen_whole_by"] == [desk.me.id]
    assert first.headers["tutela-overlay"].startswith(desk.me.id)


def test_a_film_is_sent_whole_where_its_range_is_of_another_version(desk: Desk) -> None:
    """If-Range of something else, several ranges, and nonsense are all answered by the whole."""
    url = desk.granted("film")
    for headers in ({"Range": "bytes=0-9", "If_Range": '"x"'}, {"Range": "bytes=0-9,20-29"}, {"Range": "lines=1"}):
        answer = desk.look(url, **headers)
        assert (answer.status_code, answer.content[: len(FILM)]) == (200, FILM)


def test_a_part_that_is_not_there_is_416_and_no_use(desk: Desk) -> None:
    """The size is told; the grant is still to be used."""
    url = desk.granted("film")
    answer = desk.look(url, Range="bytes=999999999-")
    assert problem(answer) == (416, "range-outside")
    assert answer.headers["content-range"] == f"bytes */{len(FILM) + len(make.new_id('media'))}"
    assert desk.log("film")["views"][0]["opened_at"] is None
    assert desk.look(url).status_code == 200


def test_what_could_run_is_only_ever_saved(desk: Desk) -> None:
    """HTML and SVG: bytes of no type, to be saved, in a sandbox; and no small form of them exists."""
    for name in ("page", "svg"):
        assert problem(desk.ask(name, "look")) == (422, "no-such-rendition")
        answer = desk.look(desk.granted(name))
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; ")


@pytest.mark.parametrize(("name", "purpose"), [("picture", "look"), ("film", "full_look"), ("svg", "full_look")])
def test_no_view_is_kept_guessed_at_run_or_embedded_elsewhere(desk: Desk, name: str, purpose: str) -> None:
    """The headers of every view, HEAD and GET alike; the name of the file is ours."""
    url = desk.granted(name, purpose)
    for method in ("HEAD", "GET"):
        headers = desk.look(url, method=method).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "sandbox" in headers["content-security-policy"]
        assert re.search(rf'filename="{desk.media[name]}\.\w+"', headers["content-disposition"])


def test_a_grant_is_nobody_elses_and_of_no_other_session(desk: Desk) -> None:
    """A colleague, oneself in another browser tab's session, and somebody without the role."""
    url = desk.granted("film")
    other = desk.member(StaffRole.REVIEWER)
    assert problem(desk.look(url, by=other)) == (403, "grant-not-yours")
    again = desk.me.house.staff.sign_in_passkey
    asked = again.begin(SITE)
    signed = again.finish(asked.ceremony, desk.me.passkey.prove(asked.options), SITE, desk.me.arrival)
    elsewhere = Member(desk.me.house, desk.me.clock, desk.me.login, desk.me.id, signed, desk.me.visitor)
    assert problem(desk.look(url, by=elsewhere)) == (403, "grant-not-yours")
    assert problem(desk.look(url, by=desk.member(StaffRole.ADMINISTRATOR))) == (403, "forbidden")
    assert desk.look(url).status_code == 200


def test_no_key_and_no_token_of_a_person_sees_evidence(desk: Desk) -> None:
    """Whatever its scopes: somebody must be there."""
    body = {"media": desk.media["film"], "purpose": "full_look", "reason": "decide"}
    url = desk.granted("film")
    for scope in ("all", "cases"):
        assert desk.api.send("POST", f"/v1/cases/{desk.case}/views", json=body, scope=scope).status_code == 403
        assert desk.api.send("GET", url, scope=scope).status_code == 403
        assert desk.api.send("GET", f"/v1/media/{desk.media['film']}/views", scope=scope).status_code == 403
        assert desk.api.send("GET", f"/v1/media/{desk.media['film']}/metadata", scope=scope).status_code == 403


def test_a_grant_that_was_given_back_opens_nothing(desk: Desk) -> None:
    """By its owner, and by nobody else."""
    url = desk.granted("film")
    assert desk.api.send_as(desk.member(StaffRole.REVIEWER), "DELETE", url).status_code == 403
    assert desk.api.send_as(desk.me, "DELETE", url).status_code == 204
    assert problem(desk.look(url)) == (410, "grant-revoked")
    assert problem(desk.look("/v1/views/none")) == (404, "unknown-view")


def test_a_grant_is_over_in_minutes_and_so_is_a_proof(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not used in time; used and over; and a proof of six minutes ago."""
    unused, used = desk.granted("film"), desk.granted("film")
    assert desk.look(used, Range="bytes=0-9").status_code == 206
    real = desk.api.house.clock.now
    monkeypatch.setattr(type(desk.api.house.clock), "now", lambda _: real() + timedelta(minutes=6))
    assert problem(desk.look(unused)) == (410, "grant-expired")
    assert problem(desk.ask("film")) == (403, "must-prove")
    assert desk.look(used, Range="bytes=0-9").status_code == 206
    monkeypatch.setattr(type(desk.api.house.clock), "now", lambda _: real() + timedelta(minutes=11))
    assert problem(desk.look(used, Range="bytes=0-9")) == (410, "grant-used")


@pytest.mark.both_databases
def test_of_two_at_once_one_sees_the_picture(desk: Desk) -> None:
    """Both ask at the same moment, with the same token."""
    url = desk.granted("picture", "look")
    gate, answers = threading.Barrier(2), []

    def ask() -> None:
        gate.wait()
        with httpx.Client(base_url=desk.api.client.base_url, headers={"User-Agent": AGENT}) as client:
            answers.append(client.get(url, headers={"Cookie": f"tutela_session={desk.me.signed.secret}"}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 410]


class Slow:
    """Somebody who reads a long film as slowly as they like."""

    def __init__(self, desk: Desk, url: str) -> None:
        """Begin."""
        self.client = httpx.Client(base_url=desk.api.client.base_url, timeout=30, headers={"User-Agent": AGENT})
        headers = {"Cookie": f"tutela_session={desk.me.signed.secret}"}
        self.answer = self.client.send(self.client.build_request("GET", url, headers=headers), stream=True)
        self.pieces: Iterator[bytes] = self.answer.iter_raw(SEGMENT_BYTES)
        self.read_bytes = len(next(self.pieces))

    def to_the_end(self) -> int:
        """Read on until nothing more comes, and return how much there was."""
        try:
            for piece in self.pieces:
                self.read_bytes += len(piece)
        except httpx.RemoteProtocolError:
            return self.read_bytes
        finally:
            self.answer.close()
            self.client.close()
        return self.read_bytes


LONG = b"\0\0\0\x20ftypisom" + bytes(24 * 1024 * 1024)


@pytest.fixture
def long_film(api: Any) -> Iterator[Desk]:
    """Yield a case with a film of 24 megabytes. The server is that of other tests, too: it takes no more afterwards."""
    limits = ((api.house.settings, "upload_max_bytes"), (api.house.receive_media, "max_bytes"))
    before = [getattr(of, name) for of, name in limits]
    for of, name in limits:
        object.__setattr__(of, name, 64 * 1024 * 1024)
    yield Desk(api, {"film": LONG + make.new_id("media").encode()})
    for (of, name), usual in zip(limits, before, strict=True):
        object.__setattr__(of, name, usual)


@pytest.mark.parametrize("cut", ["revoked", "role", "session"])
def test_a_long_view_is_broken_off_when_it_may_not_go_on(long_film: Desk, cut: str, logs: list[Any]) -> None:
    """A grant taken back, a role taken away, a session ended: within a megabyte the rest is not sent."""
    desk, house = long_film, long_film.api.house
    url = desk.granted("film")
    slow = Slow(desk, url)
    if cut == "revoked":
        desk.api.send_as(desk.me, "DELETE", url)
    elif cut == "role":
        boss = desk.member(StaffRole.ADMINISTRATOR)
        house.staff.keep_people.change_roles(boss.principal, desk.me.id, ["auditor"])
    else:
        house.staff.keep_sessions.revoke(desk.me.principal, desk.me.principal.session_id)
    got = slow.to_the_end()
    assert got < len(LONG)
    view = desk.log("film")["views"][0]
    assert sum(end - start for start, end in view["sent"]) <= got
    assert not desk.log("film")["seen_whole"]
    assert any(each["event"] == "view_cut" for each in logs)


def test_whoever_hangs_up_has_not_seen_the_rest(long_film: Desk) -> None:
    """What is noted is less than all of it, and the server goes on."""
    desk = long_film
    slow = Slow(desk, desk.granted("film"))
    slow.answer.close()
    slow.client.close()
    time.sleep(0.5)
    log = desk.log("film")
    assert not log["seen_whole"]
    assert sum(end - start for start, end in log["views"][0]["sent"]) < len(LONG)


def test_a_view_is_held_in_memory_a_group_at_a_time(long_film: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in pieces, not in time: whatever the length, no more than a group and a segment wait to be sent."""
    desk, held, peaks = long_film, [0], []
    vault = desk.api.house.evidence.open.vault
    read = vault.read

    def counted(content_id: str, **more: Any) -> Iterator[bytes]:
        for piece in read(content_id, **more):
            assert len(piece) <= SEGMENT_BYTES
            held[0] += len(piece)
            peaks.append(held[0])
            yield piece

    from tutela.api.view_stream import ViewResponse  # noqa: PLC0415  # only here is it reached into

    send_group = ViewResponse._send_group  # as above

    async def sent(self: Any, send: Any, group: list[bytes]) -> None:
        await send_group(self, send, group)
        held[0] -= sum(map(len, group))

    monkeypatch.setattr(type(vault), "read", lambda _, content_id, **more: counted(content_id, **more))
    monkeypatch.setattr(ViewResponse, "_send_group", sent)
    answer = desk.look(desk.granted("film"))

    assert len(answer.content) > len(LONG)
    assert max(peaks) <= GROUP_BYTES + 2 * SEGMENT_BYTES


def place_of(desk: Desk, name: str) -> list[Path]:
    """Return the files in which a content lies."""
    with desk.api.house.store.read() as reader:
        media = reader.media_by_id([desk.media[name]])[desk.media[name]]
    return list((desk.api.house.settings.var / "vault").rglob(f"{media.content_id}*"))


@pytest.mark.parametrize(
    ("harm", "status", "kind"), [("missing", 503, "media-missing"), ("damaged", 503, "media-damaged")]
)
def test_media_that_cannot_be_opened_says_so_in_the_answer_in_the_case_and_as_an_alarm(
    desk: Desk, harm: str, status: int, kind: str, logs: list[Any]
) -> None:
    """Missing, or changed by a byte: a state of its own, audited, logged once, counted, and never left out."""
    url = desk.granted("film")
    for path in place_of(desk, "film"):
        if harm == "missing":
            path.unlink()
        elif path.stat().st_size > 1000:
            path.write_bytes(b"x" + path.read_bytes()[1:])
    for _ in range(2):
        assert problem(desk.look(url)) == (status, kind)
    found = desk.api.send_as(desk.me, "GET", f"/v1/cases/{desk.case}/media").json()["media"]
    [film] = [each for each in found if each["id"] == desk.media["film"]]
    assert (len(found), film["state"], film["purposes"]) == (4, harm, [])
    assert [each["state"] for each in logs if each["event"] == "media_fault"] == [harm]
    assert f'tutela_media_faults{{state="{harm}"}}' in desk.api.send("GET", "/metrics", scope="operate").text
    assert desk.log("film")["views"][0]["opened_at"] is None, "what could not be sent uses nothing up"


@pytest.mark.both_databases
def test_a_picture_that_no_decoder_shows_is_broken_and_can_still_be_had_as_a_file(api: Any) -> None:
    """Its beginning says how large it is; the rest is not there."""
    whole = fresh_photo(width=640)
    desk = Desk(api, {"picture": whole})
    desk.api.house.evidence.open.renderer.render = lambda *_: None
    try:
        assert problem(desk.look(desk.granted("picture", "look"))) == (409, "media-broken")
        answer = desk.look(desk.granted("picture"))
    finally:
        del desk.api.house.evidence.open.renderer.render
    assert (answer.content, answer.headers["tutela-rendition"]) == (whole, "original")
    found = desk.api.send_as(desk.me, "GET", f"/v1/cases/{desk.case}/media").json()["media"]
    assert [each["state"] for each in found] == ["broken"]


@pytest.mark.both_databases
def test_an_animation_is_sent_as_it_is_since_no_picture_shows_all_of_it(api: Any) -> None:
    """And is then seen when all its bytes were sent."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=make.new_id("media").encode())
    desk = Desk(api, {"animation": out.getvalue()})
    answer = desk.look(desk.granted("animation"))
    assert (answer.content, answer.headers["content-type"]) == (out.getvalue(), "image/gif")
    assert desk.sent("animation", [[0, len(out.getvalue())]])["seen_whole"]


def with_exif() -> bytes:
    """Return a landscape with a camera, a time and a place in it."""
    exif = Image.Exif()
    exif[0x0110] = "Camera 2"
    exif[0x0132] = "2026:11:20 10:00:00"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "W", 4: (13.0, 24.0, 36.0)}
    out = io.BytesIO()
    with Image.open(io.BytesIO(make.photo())) as picture:
        picture.save(out, "JPEG", exif=exif)
    return out.getvalue() + make.new_id("media").encode()


@pytest.mark.both_databases
def test_metadata_is_told_on_request_and_logged_with_a_coarse_place(api: Any) -> None:
    """Exactly only when that is asked for; without the scope not at all."""
    desk = Desk(api, {"picture": with_exif()})
    where = f"/v1/media/{desk.media['picture']}/metadata"
    told = desk.api.send_as(desk.me, "GET", where).json()
    assert {"name": "Model", "value": "Camera 2"} in told["tags"]
    assert (told["location"], told["location_is_exact"]) == ({"latitude": 52.5, "longitude": -13.4}, False)
    exact = desk.api.send_as(desk.me, "GET", f"{where}?location=exact&reason=danger").json()
    assert exact["location"] == {"latitude": 52.52, "longitude": -13.41}
    assert desk.api.send_as(desk.member(StaffRole.REVIEWER), "GET", where).status_code == 403
    log = desk.log("picture")
    assert (log["metadata_seen"], log["seen_whole"], [each["purpose"] for each in log["views"]]) == (
        True, False, ["metadata", "metadata"],
    )  # fmt: skip


def test_a_look_takes_a_case_in_which_the_media_lies(desk: Desk) -> None:
    """No other case, no other media, and no purpose or reason that is not on the list."""
    body = {"media": desk.media["film"], "purpose": "full_look", "reason": "quality"}
    where = f"/v1/cases/{desk.case}/views"
    elsewhere = Desk(desk.api, {"film": FILM + make.new_id("media").encode()})
    assert problem(desk.api.send_as(desk.me, "POST", "/v1/cases/cas_none/views", json=body)) == (404, "unknown-case")
    other = {**body, "media": elsewhere.media["film"]}
    assert problem(desk.api.send_as(desk.me, "POST", where, json=other)) == (404, "unknown-media")
    for wrong in ({"purpose": "metadata"}, {"reason": "because"}, {"reason": None}):
        assert desk.api.send_as(desk.me, "POST", where, json={**body, **wrong}).status_code == 422


@pytest.mark.both_databases
def test_the_log_is_told_in_pages(desk: Desk) -> None:
    """Newest first."""
    urls = [desk.granted("film") for _ in range(3)]
    assert len(urls) == 3
    officer = desk.api.person(StaffRole.CHILD_SAFETY_OFFICER)
    where = f"/v1/media/{desk.media['film']}/views?limit=2"
    first = desk.api.send_as(officer, "GET", where).json()
    rest = desk.api.send_as(officer, "GET", f"{where}&cursor={first['next']}").json()
    ids = [each["id"] for each in (*first["views"], *rest["views"])]
    assert (len(ids), rest["next"]) == (3, None)
    assert ids == sorted(ids, reverse=True)


@pytest.mark.both_databases
def test_whoever_looks_to_decide_holds_the_case_and_it_is_not_about_their_own_account(desk: Desk) -> None:
    """A queue is no place to look around in, and nobody sees what is held against themselves."""
    assert problem(desk.ask("film", reason="decide")) == (403, "not-for-you")
    assert desk.api.send_as(desk.me, "POST", f"/v1/cases/{desk.case}/claim").status_code == 200
    assert desk.ask("film", reason="decide").status_code == 201
    other = desk.member(StaffRole.SENIOR_REVIEWER)
    assert problem(desk.ask("film", by=other, reason="second_opinion")) == (403, "not-for-you")
    assert desk.ask("film", by=other, reason="quality").status_code == 201
    with desk.api.house.store.read() as reader:
        author = reader.case_shown(desk.case).account_platform_id
    desk.api.house.cases.own.add(other.principal, [author])
    assert problem(desk.ask("film", by=other, reason="quality")) == (403, "not-for-you")


def test_bytes_that_are_damaged_in_the_middle_break_the_view_off(long_film: Desk, logs: list[Any]) -> None:
    """What came before is what was received; the rest never comes, and the case says why from then on."""
    desk = long_film
    [stored] = [path for path in place_of(desk, "film") if path.stat().st_size > len(LONG)]
    with stored.open("r+b") as file:
        file.seek(len(LONG) // 2)
        [byte] = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))  # whatever it was: one of 256 that are sealed is any byte one could name
    slow = Slow(desk, desk.granted("film"))
    assert slow.to_the_end() <= len(LONG) // 2 + SEGMENT_BYTES
    assert any(each["event"] == "view_cut" and each["because"] == "MediaDamaged" for each in logs)
    found = desk.api.send_as(desk.me, "GET", f"/v1/cases/{desk.case}/media").json()["media"]
    assert [each["state"] for each in found] == ["damaged"]
    assert not desk.log("film")["seen_whole"]
