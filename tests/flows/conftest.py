"""A real house for each test: its own folder, database, vault and keys; one real scanner for all."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import make
from login import quick_passwords
from make import Home
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner


@pytest.fixture(scope="session")
def scanner() -> Iterator[ChildScanner]:
    """Start one child process for the session: starting takes longer than most tests."""
    started = ChildScanner(Limits(), children=1)
    yield started
    started.close()


@pytest.fixture
def home(tmp_path: Path, scanner: ChildScanner, migrated_sqlite: Path) -> Iterator[Home]:
    """Yield a house whose clock is set by hand."""
    database = tmp_path / "database" / "tutela.db"
    database.parent.mkdir()
    shutil.copy(migrated_sqlite, database)  # migrating takes longer than most tests
    with make.house(tmp_path, scanner, url=f"sqlite:///{database}") as built:
        yield built


@pytest.fixture
def home_anywhere(database_url: str, tmp_path: Path, scanner: ChildScanner) -> Iterator[Home]:
    """Yield a house on the databases of the test: see `both_databases`."""
    with make.house(tmp_path, scanner, url=database_url) as built:
        yield built


@pytest.fixture
def staffed(home_anywhere: Home) -> Home:
    """Return a house on the databases of the test whose passwords are hashed with the least work."""
    home_anywhere.house.passwords = quick_passwords()
    return home_anywhere


@pytest.fixture
def office(request: pytest.FixtureRequest, home: Home) -> Iterator[Any]:
    """Yield the office that a module of tests names; what is stored agrees with its audit, and no promise broke."""
    yield request.module.OFFICE(home)
    assert home.house.verify().breaches == ()


@pytest.fixture
def office_anywhere(request: pytest.FixtureRequest, home_anywhere: Home) -> Iterator[Any]:
    """Yield one on the databases of the test."""
    yield request.module.OFFICE(home_anywhere)
    assert home_anywhere.house.verify().breaches == ()


@pytest.fixture
def statements(home_anywhere: Home) -> Iterator[list[str]]:
    """Collect every statement that reaches the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(home_anywhere.house.engine, "before_cursor_execute", note)
    yield asked
    event.remove(home_anywhere.house.engine, "before_cursor_execute", note)
