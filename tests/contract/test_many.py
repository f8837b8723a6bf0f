"""Rows are written by the driver itself, and arrive as they would by SQLAlchemy."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, insert, select, update
from sqlalchemy.sql import bindparam

import make
from make import Desk
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.db.many import write_many

_METADATA = MetaData()
_ROWS = Table(
    "written_by_many", _METADATA, Column("id", Text, primary_key=True), Column("count", Integer),
    Column("bytes", LargeBinary), Column("note", Text),
)  # fmt: skip
_TIMED = Table("timed_by_many", _METADATA, Column("id", Text, primary_key=True), Column("at", DateTime))
_WRITTEN = [
    {"id": "a", "count": 1, "bytes": b"\x00%s", "note": "%(id)s ? :id"},
    {"bytes": b"", "note": None, "count": None, "id": "b'\"\u00e9"},
]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def test_rows_arrive_as_they_were_given(desk: Desk) -> None:
    """In whatever order a row names its values, with signs that mean something to one driver or the other."""
    with write_transaction(desk.engine) as connection:
        _METADATA.create_all(connection)
        write_many(connection, insert(_ROWS), _WRITTEN)
        write_many(
            connection, update(_ROWS).where(_ROWS.c.id == bindparam("b_id")).values(count=bindparam("b_count")),
            [{"b_id": "a", "b_count": 7}],
        )  # fmt: skip
        write_many(connection, insert(_ROWS), [])
        found = connection.execute(select(_ROWS).order_by(_ROWS.c.id)).mappings().all()
        _METADATA.drop_all(connection)

    assert [dict(row) for row in found] == [{**_WRITTEN[0], "count": 7}, _WRITTEN[1]]


def test_a_type_that_is_not_taken_as_it_is_is_refused(desk: Desk) -> None:
    """What SQLAlchemy would change on its way must not be written unchanged."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    if desk.engine.dialect.name == "postgresql":
        pytest.skip("psycopg takes a moment as it is")
    with desk.engine.connect() as connection, pytest.raises(TypeError, match="at has a type"):
        write_many(connection, insert(_TIMED), [{"id": "a", "at": at}])
