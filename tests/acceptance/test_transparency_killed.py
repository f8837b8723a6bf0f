"""A process that sends to the EU Transparency Database is killed around every write: each record is stored once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

import make
from telling import TellingOffice
from tutela.sandbox.transparency.server import Sandbox, listening

DRIVER = Path(__file__).with_name("transparency_driver.py")
pytestmark = pytest.mark.both_databases


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[TellingOffice]:
    """Yield an office on each kind of database whose channel is on."""
    scanner: Any = Unused()
    with listening(Sandbox()) as sandbox, make.house(tmp_path, scanner, url=database_url) as home:
        made = TellingOffice(home, sandbox)
        made.set_up()
        yield made


class Unused:
    """A scanner that looks at nothing."""


@pytest.mark.parametrize(
    ("point", "is_there", "answers"),
    [
        ("claimed", 0, ["statement 404"] * 3 + ["statements 201"]),
        ("sent", 3, ["statement 302"] * 3),
        ("settled", 3, []),
    ],
)
def test_whoever_goes_on_asks_before_sending(
    office: TellingOffice, database_url: str, tmp_path: Path, point: str, is_there: int, answers: list[str]
) -> None:
    """Before the request, before its answer is stored, and after: nothing is lost and nothing is twice."""
    assert office.sandbox is not None
    office.remove_all(3)
    office.verbs.draw_up()
    now = office.home.clock.now()
    done = subprocess.run(
        [sys.executable, str(DRIVER), point, str(tmp_path), database_url, now.isoformat()], timeout=60, check=False
    )
    assert done.returncode == -SIGKILL
    assert len(office.stored()) == is_there
    assert office.verbs.submit(lambda: False) == 0, "it is in another one's hands"
    office.home.clock.advance(minutes=10)
    seen: list[str] = []
    office.sandbox.told = seen.append
    office.verbs.submit(lambda: False)
    assert seen == answers
    assert {row[0] for row in office.rows("uuid")} == {each["uuid"] for each in office.stored()}
    assert len(office.stored()) == 3
