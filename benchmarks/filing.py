"""File with the stand-in of the authority: memory for ten files of 20 MB, a thousand reports under kills, pre-flight.

    python -m benchmarks.filing --minutes 10

Workers are processes of their own (`tutela reports work`) on PostgreSQL; one after the other is killed with SIGKILL, as
long as is said, while reports are approved; then what is left is filed in peace. What counts is what the authority
holds: one finished report for each, with exactly its files. `./dev bench filing` does it for two minutes.
"""

import argparse
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.visibility_server import postgresql
from tutela.bootstrap import House, build, set_up_logs
from tutela.config import load
from tutela.core.filing.preflight import check
from tutela.core.filing.states import Phase
from tutela.sandbox.ncmec.server import Sandbox, listening
from tutela.sandbox.ncmec.xsd import schema

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the reports of the tests: the largest one there can be, and an office

from core.filing import reports, test_preflight  # noqa: E402  # see above
from filed import a_package, md5  # noqa: E402  # as above
from filing_office import ADA, FilingOffice  # noqa: E402  # as above
from make import Home  # noqa: E402  # as above
from tutela.adapters.authority.schema_check import SchemaCheck  # noqa: E402  # as above

MIB: Final = 1024 * 1024
FILES, FILE_BYTES = 10, 20 * MIB
REPORTS: Final = 1000
WORKERS: Final = 3
LEASE_SECONDS: Final = 5
SETTLE_SECONDS: Final = 900.0
"""How long what is left may take when nobody is killed any more."""

PREFLIGHTS: Final = 40
DICE = random.Random(9)  # noqa: S311  # an arrangement of kills


def run(minutes: float = 2.0) -> list[dict[str, Any]]:
    """Measure and return the rows."""
    rows = [_memory(), *_preflight()]
    with postgresql() as url:
        return [*rows, *_killed(url, minutes)]


def _memory() -> dict[str, Any]:
    with _installation("") as office, _worker(office) as worker:
        time.sleep(3)  # it has looked once, and loaded what it needs
        idle = _mib(worker, "VmRSS")
        report_id = _queue_large(office)
        begun = time.perf_counter()
        _wait(lambda: office.phase(report_id) is Phase.FINISHED, SETTLE_SECONDS)
        seconds = time.perf_counter() - begun
        grown = _mib(worker, "VmHWM") - idle
        [finished] = office.finished()
        if len(finished.files) != FILES or {each.size_bytes for each in finished.files.values()} != {FILE_BYTES}:
            raise SystemExit("not every file arrived whole")
    note = f"filed in {seconds:.1f} s; idle {idle:.0f} MiB"
    what = "ten files of 20 MB: memory above idle"
    return {"what": what, "ours": grown, "unit": "MiB", "to_reach": "at most 150", "note": note}


def _preflight() -> list[dict[str, Any]]:
    package, conditions = test_preflight.MAXIMAL, test_preflight.conditions(test_preflight.MAXIMAL)
    validate = SchemaCheck(schema(is_2026=True))
    rows = []
    for what, hook in (("pre-flight of the largest report", None), ("the same, validated by a schema", validate)):
        taken = []
        for _ in range(PREFLIGHTS):
            begun = time.process_time()  # of this process: what else the machine does is not measured
            problems = check(package, conditions, validate=hook)
            taken.append((time.process_time() - begun) * 1000)
            if problems:
                raise SystemExit(f"pre-flight found {problems[0]}")
        median = statistics.median(taken)
        rows.append({"what": f"{what}, processor time", "ours": median, "unit": "ms", "to_reach": "at most 50"})
    return rows


def _killed(url: str, minutes: float) -> list[dict[str, Any]]:
    with _installation(url) as office:
        campaign = _Campaign(office)
        begun = time.monotonic()
        for _ in range(WORKERS):
            campaign.start()
        try:
            campaign.kill_and_queue(begun + 60 * minutes)
            _wait(campaign.is_over, SETTLE_SECONDS)
        finally:
            campaign.end()
        return campaign.rows(time.monotonic() - begun)


class _Doomed:
    """A worker that is killed some moments after it has begun to file."""

    def __init__(self, office: FilingOffice) -> None:
        self.process, self.ends_at = _started(office), math.inf
        threading.Thread(target=self._note, daemon=True).start()

    def _note(self) -> None:
        if self.process.stdout is not None and self.process.stdout.readline():
            self.ends_at = time.monotonic() + DICE.uniform(0.2, 6.0)


@dataclass
class _Campaign:
    """Reports that are approved while workers are killed."""

    office: FilingOffice
    workers: list[_Doomed] = field(default_factory=list)
    contents: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    kills: int = 0

    def start(self) -> None:
        """Start a worker."""
        self.workers.append(_Doomed(self.office))

    def kill_and_queue(self, until: float) -> None:
        """Approve all reports evenly over four fifths of the time, and kill as long as it lasts, or they do."""
        queueing = threading.Thread(target=self._queue_all, args=(time.monotonic(), until), daemon=True)
        queueing.start()
        while time.monotonic() < until or queueing.is_alive():
            for worker in [each for each in self.workers if time.monotonic() >= each.ends_at]:
                self._kill(worker)
            time.sleep(0.02)

    def _queue_all(self, begun: float, until: float) -> None:
        while len(self.contents) < REPORTS:
            share = (time.monotonic() - begun) / (0.8 * (until - begun))
            if len(self.contents) < REPORTS * share:
                self._queue()
            else:
                time.sleep(0.02)

    def is_over(self) -> bool:
        """Return whether nothing is on its way any more."""
        return not any(not each.filing.is_over for each in self.office.verbs.filings.watched())

    def end(self) -> None:
        """End the workers."""
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.wait(timeout=60)

    def rows(self, seconds: float) -> list[dict[str, Any]]:
        """Return what the authority holds, held against what was sent."""
        finished = self.office.finished()
        held = [tuple(sorted(each.md5 for each in report.files.values())) for report in finished]
        sent = [tuple(sorted(md5(each) for each in contents)) for contents in self.contents.values()]
        wrong = sum(((Counter(held) - Counter(sent)) + (Counter(sent) - Counter(held))).values())
        told = Counter(each.is_verified for each in self._receipts())
        logs = [self.office.log(each) for each in self.contents]  # type: ignore[arg-type]  # keys are ids
        lost = sum(note.endswith(".lost") for log in logs for note in log)
        note = (
            f"{self.kills} kills in {seconds / 60:.1f} min; {told[True]} verified, {told[False]} of a lost finish; "
            f"{lost} requests were on their way when somebody died"
        )
        return [
            {"what": f"{REPORTS} reports under kills: finished", "ours": len(finished), "unit": "reports",
             "to_reach": str(REPORTS), "note": note},
            {"what": "files missing, doubled or in another report", "ours": wrong, "unit": "reports", "to_reach": "0"},
        ]  # fmt: skip

    def _receipts(self) -> Iterator[Any]:
        for each in self.contents:
            receipt = self.office.filing(each).receipt  # type: ignore[arg-type]  # keys are ids
            if receipt is not None:
                yield receipt

    def _queue(self) -> None:
        number = len(self.contents)
        contents = tuple(f"a field by the lake, {number}, {at}".encode() * 700 for at in range(number % 3))
        self.contents[self.office.queue(*contents)] = contents

    def _kill(self, worker: _Doomed) -> None:
        worker.process.kill()
        worker.process.wait()
        self.workers.remove(worker)
        self.kills += 1
        self.start()


@contextmanager
def _installation(url: str) -> Iterator[FilingOffice]:
    with tempfile.TemporaryDirectory(prefix="tutela-bench-") as folder, listening(Sandbox()) as sandbox:
        set_up_logs("error")
        settings = {"TUTELA_DATABASE_URL": url, "TUTELA_WRITER": "bench"}
        house = build(load(settings, var=Path(folder) / "var"))
        try:
            office = FilingOffice(Home(house, house.clock), sandbox)  # type: ignore[arg-type]  # a clock that goes by itself
            office.set_up()
            yield office
        finally:
            house.close()


def _started(office: FilingOffice) -> "subprocess.Popen[str]":
    house: House = office.home.house
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TUTELA_")},
        "TUTELA_VAR": str(house.settings.var), "TUTELA_DATABASE_URL": house.settings.database_url,
        "TUTELA_LOG_LEVEL": "error", "TUTELA_FILING_LEASE_SECONDS": str(LEASE_SECONDS),
    }  # fmt: skip
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "tutela", "reports", "work"], env=environment, stdin=nowhere, stdout=subprocess.PIPE,
        stderr=nowhere, text=True,
    )  # fmt: skip


@contextmanager
def _worker(office: FilingOffice) -> Iterator["subprocess.Popen[str]"]:
    worker = _started(office)
    try:
        if worker.stdout is None or "files reports" not in worker.stdout.readline():
            raise SystemExit("the worker did not start")
        yield worker
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def _queue_large(office: FilingOffice) -> Any:
    held, sealed = [], []
    for _ in range(FILES):
        content = os.urandom(FILE_BYTES)
        manifest = office.seal(content)
        held.append((manifest.content_id, manifest.size_bytes))
        sealed.append(md5(content))
    package = a_package([b""] * FILES, reports.with_image())
    files = tuple(replace(each, md5=digest) for each, digest in zip(package.files, sealed, strict=True))
    draft = office.process.draft(package=replace(package, files=files))
    return office.process.approve(draft, held, by=ADA.id).id


def _mib(process: "subprocess.Popen[str]", name: str) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(name))


def _wait(is_so: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit("it did not end in time")
        time.sleep(0.5)


def main() -> None:
    """Run for as long as is said and print the rows."""
    from benchmarks.__main__ import print_table  # noqa: PLC0415  # it imports every benchmark by name

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long workers are killed; default: 10")
    print_table(run(parser.parse_args().minutes))


if __name__ == "__main__":
    main()
