"""Processes that file are killed, at every boundary and at random: each report is finished once, with every file."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

import make
from acceptance.filing_processes import processes
from core.filing import reports as drawn
from filed import md5
from filing_office import FilingOffice
from tutela.core.filing.states import Phase
from tutela.sandbox.ncmec.faults import Does, Fault
from tutela.sandbox.ncmec.server import Sandbox

WHOLE = [
    "submit.asked", "submit.done", "upload.asked", "upload.done", "fileinfo.asked", "fileinfo.done",
    "finish.asked", "finish.done",
]  # fmt: skip
BEGUN_ANEW = ["retract.asked", "gone.start_over", *WHOLE]
STORY = {
    ("after", 1): ["submit.asked", "submit.lost", *WHOLE],
    ("before", 2): ["submit.asked", "submit.lost", *WHOLE],
    ("after", 2): WHOLE,
    ("after", 3): [*WHOLE[:3], "upload.lost", *BEGUN_ANEW],
    ("before", 4): [*WHOLE[:3], "upload.lost", *BEGUN_ANEW],
    ("after", 4): WHOLE,
    ("after", 5): [*WHOLE[:5], "fileinfo.lost", *WHOLE[4:]],
    ("before", 6): [*WHOLE[:5], "fileinfo.lost", "fileinfo.asked", "fileinfo.was_done", *WHOLE[6:]],
    ("after", 6): WHOLE,
    ("after", 7): [*WHOLE[:7], "finish.lost", *WHOLE[6:]],
    ("before", 8): [*WHOLE[:7], "finish.lost", "finish.asked", "finish.was_finished"],
    ("after", 8): WHOLE,
}
"""What the log tells of each kill: around the n-th write, of the request before it is sent or of its answer."""

KILLS = 20
ANSWER_SECONDS = 0.4
"""That an answer takes as long as somebody is killed: longer than all else that is done about a request."""

MANY = 10_000


@pytest.fixture
def office(sandbox: Sandbox, database_url: str, tmp_path: Path) -> Iterator[FilingOffice]:
    """Yield an office on each kind of database whose channel is on."""
    scanner: Any = Unused()
    with make.house(tmp_path, scanner, url=database_url) as home:
        home.clock.set(drawn.NOW)
        made = FilingOffice(home, sandbox)
        made.set_up()
        yield made


class Unused:
    """No picture is looked at here."""

    def close(self) -> None:
        """Do nothing."""


def exact(office: FilingOffice, contents: list[bytes]) -> None:
    """Have the authority hold each of these in exactly one finished report, whole and described."""
    finished = office.finished()
    held = Counter(file.md5 for report in finished for file in report.files.values())

    assert held == Counter(md5(each) for each in contents)
    assert len(finished) == len(contents)
    assert all(file.details for report in finished for file in report.files.values())


def test_killed_around_every_write_each_report_is_finished_once_and_the_log_tells_it(office: FilingOffice) -> None:
    """By a real kill in a process of its own; another process goes on."""
    contents = [f"a hill by the lake, {at}".encode() * 999 for at in range(len(STORY))]
    stories = {}
    folder, url = office.home.house.settings.var, office.home.house.settings.database
    with processes(url, folder, drawn.NOW) as drivers:
        for kill, content in zip(STORY, contents, strict=True):
            report_id = office.queue(content)
            assert drivers.wait(drivers.start(kill=kill)) == SIGKILL, kill
            stories[report_id] = kill
    killed_at = {report_id: office.log(report_id) for report_id in stories}
    office.home.clock.advance(minutes=2)
    office.run(*stories)

    for report_id, kill in stories.items():
        log = office.log(report_id)
        assert log == STORY[kill], kill
        assert log[: len(killed_at[report_id])] == killed_at[report_id], "nothing is ever taken back"
        assert office.phase(report_id) is Phase.FINISHED
    exact(office, contents)
    assert office.home.house.verify().breaches == ()


@pytest.mark.postgresql
def test_killed_at_random_several_processes_file_every_report_once(
    sandbox: Sandbox, postgresql: Any, migrated_postgresql: str, tmp_path: Path
) -> None:
    """Thirty reports, three processes on PostgreSQL, and kills at a moment at which one of them waits for an answer."""
    url, dice = postgresql.create(migrated_postgresql), random.Random(9)  # noqa: S311  # an arrangement of kills
    scanner: Any = Unused()
    kills, left = 0, MANY
    with make.house(tmp_path, scanner, url=url) as home:
        home.clock.set(drawn.NOW)
        office = FilingOffice(home, sandbox)
        office.set_up()
        contents = [f"a mill by the lake, {at}".encode() * 999 for at in range(30)]
        ids = [office.queue(each) for each in contents]
        office.break_next(Fault(Does.DELAY, times=MANY, seconds=ANSWER_SECONDS))
        with processes(url, tmp_path, drawn.NOW, speed=120.0) as drivers:
            working = [drivers.start(is_endless=True) for _ in range(3)]
            until = time.monotonic() + 300
            while not all(office.filing(each).is_over for each in ids):
                assert time.monotonic() < until
                if kills < KILLS and sandbox.faults.waiting()[0].times < left:
                    left = sandbox.faults.waiting()[0].times
                    time.sleep(dice.uniform(0, ANSWER_SECONDS))
                    drivers.kill(working.pop(dice.randrange(len(working))))
                    working.append(drivers.start(is_endless=True))
                    kills += 1
                elif kills == KILLS:
                    sandbox.faults.clear()
                time.sleep(0.02)
            for each in working:
                drivers.kill(each)
        assert [office.phase(each) for each in ids] == [Phase.FINISHED] * len(ids)
        exact(office, contents)
        assert kills == KILLS
        resumed = [note for each in ids for note in office.log(each) if note.endswith(".lost")]
        assert resumed, "a request was on its way when somebody died"
        assert home.house.verify().breaches == ()
    postgresql.drop(url)
