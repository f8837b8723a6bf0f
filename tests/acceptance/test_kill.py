"""Killed between two durable steps that follow each other at once: too close for the clock of `test_kill_server`."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import make
from forked import program
from make import Home
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.operator import OperatorProfile
from tutela.ports.changes import FeedPlace

DRIVER = Path(__file__).with_name("driver.py")
POINTS = ("seal", "export", "acknowledge")


@dataclass
class Loaded:
    """A folder and a database, and what drivers were told about them before they died."""

    folder: Path
    url: str
    acknowledged: dict[str, str] = field(default_factory=dict)

    def run(self, point: str) -> None:
        """Run a driver until it kills itself at *point*."""
        with program(DRIVER, self.folder, self.url, point) as driver:
            assert driver.stdout is not None
            ready = driver.stdout.readline()
            assert "ready" in ready, "the driver did not start"
            for line in driver.stdout:
                if line.endswith("\n"):
                    said = json.loads(line)
                    self.acknowledged[said["name"]] = said["answer"]
            assert driver.wait(20) == -9


@pytest.fixture
def loaded(new_database: Callable[[], str], tmp_path: Path) -> Loaded:
    """Return a fresh folder and database."""
    return Loaded(tmp_path / "var", new_database())


def check(loaded: Loaded, home: Home) -> None:
    """Compare what is stored with what was acknowledged and with what is known."""
    with home.house.store.read() as reader:
        views = reader.item_views(list(loaded.acknowledged))
        names = [change.platform_id for change in reader.changes(FeedPlace(), 100_000).changes]
    assert set(views) == set(loaded.acknowledged)
    assert {name: view.answer.value for name, view in views.items()} == loaded.acknowledged
    touched = {name for name in names if name and name.startswith(("match", "near", "clean")) and name.count("-") == 2}
    for name in {*loaded.acknowledged, *touched}:
        if name.startswith(("match", "near")):
            assert home.is_absent(name), name
    assert home.house.verify().breaches == ()


def end(loaded: Loaded, home: Home) -> None:
    """Days later: no orphan is left, and what is sealed still opens."""
    home.clock.set(datetime.now(UTC) + timedelta(days=6))
    home.house.retain(OperatorProfile())
    with home.house.store.read() as reader:
        named = {content_id for _, content_id, _ in reader.evidence_states()}
    assert set(home.house.vault.contents()) == named
    assert not list(loaded.folder.rglob("*.part"))
    assert home.house.verify().breaches == ()


def test_a_kill_between_two_durable_steps_is_made_good(loaded: Loaded) -> None:
    """Sealed but not committed; heads signed but not handed out; committed but not acknowledged."""
    scanner = ChildScanner(Limits(), children=1)
    for point in POINTS:
        loaded.run(point)
        with make.house(loaded.folder, scanner, url=loaded.url) as home:
            home.clock.set(datetime.now(UTC))
            home.house.sealer.seal()
            check(loaded, home)
    with make.house(loaded.folder, scanner, url=loaded.url) as home:
        end(loaded, home)
    scanner.close()
