"""What is asked through the driver itself is answered as by SQLAlchemy, and fails as there."""

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    event,
    insert,
    select,
)

import make
from make import Desk
from tutela.adapters.db import driver
from tutela.adapters.db.driver import ROWS_AT_ONCE, first_read, rows_read, run_many, tuples_read
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.errors import BadInput, Conflict, DatabaseBusy

_METADATA = MetaData()
_ROWS = Table(
    "asked_by_driver", _METADATA, Column("id", Text, primary_key=True), Column("count", Integer),
    Column("bytes", LargeBinary), Column("is_on", Boolean),
)  # fmt: skip
_SOME = select(_ROWS).where(among(_ROWS.c.id), _ROWS.c.count >= bindparam("least")).order_by(_ROWS.c.id)
_COUNTED = select(_ROWS.c.count.label("much"), _ROWS.c.is_on).where(_ROWS.c.count > 1).order_by(_ROWS.c.id).limit(3)
_ALL = select(_ROWS.c.id)
_ANY_OF = select(_ROWS.c.id).where(_ROWS.c.id.in_(bindparam("ids", expanding=True))).order_by(_ROWS.c.id)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open a database with rows in a table of their own."""
    written = [{"id": f"é{n:05}", "count": n, "bytes": bytes([n % 256]), "is_on": bool(n % 2)} for n in range(9)]
    with make.database(database_url) as opened:
        with write_transaction(opened.engine) as connection:
            _METADATA.create_all(connection)
            connection.execute(insert(_ROWS), [*written, {"id": "none", "count": 99, "bytes": None, "is_on": None}])
        yield opened
        with write_transaction(opened.engine) as connection:
            _METADATA.drop_all(connection)


def test_rows_are_read_as_by_sqlalchemy(desk: Desk) -> None:
    """With values that the driver does not take or give as they are, those fixed in the statement, and none."""
    asked = {"ids": ["é00001", "é00002", "none", "nobody"], "least": 2}
    with read_transaction(desk.engine) as connection:
        for statement, values in ((_SOME, asked), (_COUNTED, {}), (_ANY_OF, {"ids": ["none", "x"]})):
            theirs = [dict(row) for row in connection.execute(statement, values).mappings()]
            assert [dict(row) for row in rows_read(connection, statement, values)] == theirs
            assert theirs
        assert [row["id"] for row in rows_of(connection, _SOME, asked["ids"], least=0)] == ["none", "é00001", "é00002"]
        assert first_read(connection, _SOME, {"ids": ["nobody"], "least": 0}) is None
        assert list(tuples_read(connection, "SELECT 1, 'a'", ())) == [(1, "a")]


def test_more_than_are_fetched_at_once_are_all_read(desk: Desk) -> None:
    """And whoever stops in between keeps nobody from going on."""
    with write_transaction(desk.engine) as connection:
        connection.execute(insert(_ROWS), [{"id": f"more{n}"} for n in range(2 * ROWS_AT_ONCE)])
    with read_transaction(desk.engine) as connection:
        next(rows_read(connection, _ALL, {}))
        assert len(list(rows_read(connection, _ALL, {}))) == 10 + 2 * ROWS_AT_ONCE


def test_what_the_database_refuses_is_told_as_everywhere(desk: Desk) -> None:
    """As an error of ours, whose text holds none of the values."""
    key = "%s" if is_postgresql(desk.engine) else "?"
    with pytest.raises(Conflict), write_transaction(desk.engine) as connection:
        run_many(connection, f"INSERT INTO asked_by_driver (id) VALUES ({key})", [("none",)])  # noqa: S608  # a sign
    with pytest.raises(BadInput) as caught, write_transaction(desk.engine) as connection:
        run_many(connection, f"INSERT INTO asked_by_driver (id) VALUES ({key})", [("half \ud800 a pair",)])  # noqa: S608  # a sign
    assert "half" not in str(caught.value)


def test_a_connection_that_is_lost_is_given_up(desk: Desk) -> None:
    """Whoever asks is told to come again, and the next one gets a new connection."""
    if not is_postgresql(desk.engine):
        pytest.skip("a file has no connection that others could end")

    def end(connection: Connection) -> None:
        [(pid,)] = tuples_read(connection, "SELECT pg_backend_pid()", ())
        with read_transaction(desk.engine) as other:
            tuples_read(other, "SELECT pg_terminate_backend(%s)", (pid,))
        list(rows_read(connection, _ALL, {}))

    with pytest.raises(DatabaseBusy), read_transaction(desk.engine) as connection:
        end(connection)
    with read_transaction(desk.engine) as connection:
        assert len(list(rows_read(connection, _ALL, {}))) == 10


def test_whoever_listens_hears_what_is_asked(desk: Desk) -> None:
    """So that statements can be counted."""
    heard: list[str] = []
    event.listen(desk.engine, "before_cursor_execute", note := (lambda *about: heard.append(about[2])))
    with read_transaction(desk.engine) as connection:
        list(rows_read(connection, _ALL, {}))
        tuples_read(connection, "SELECT 1", ())
    event.remove(desk.engine, "before_cursor_execute", note)
    assert [each for each in heard if each != "BEGIN"] == [str(_ALL), "SELECT 1"]


def test_a_statement_that_is_built_for_each_call_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be kept for ever."""
    monkeypatch.setattr(driver, "MOST_STATEMENTS", 0)
    with read_transaction(desk.engine) as connection, pytest.raises(TypeError, match="for each call"):
        list(rows_read(connection, select(_ROWS.c.count), {}))
