"""Ask about any number of ids: databases take only so many parameters in one statement."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Dialect, Select, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine, UserDefinedType

from tutela.adapters.db.driver import Row, rows_read

MOST_IDS = 10_000
"""In one statement: a flat picture can be close to more members than anybody should hold in memory at once."""


class _Listed(UserDefinedType[list[Any]]):
    """A list as one parameter: an array of PostgreSQL, and JSON for SQLite."""

    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        """Hold values *of* a type."""
        self.of = of

    def dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the driver takes it as."""
        return ARRAY(self.of).dialect_impl(dialect) if dialect.name == "postgresql" else self

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what writes it down; PostgreSQL's driver knows lists itself."""
        return None if dialect.name == "postgresql" else _as_json


def _as_json(values: Sequence[Any]) -> str:
    return orjson.dumps(values).decode()


class _Among(FunctionElement[Any]):
    """A column, and the list in which its value has to be."""

    inherit_cache = True


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # both are what the compiler made


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """Return whether the value of *column*, text or a whole number, is in the list that is given under *name*.

    The list is one parameter. As many parameters as it has values, SQLAlchemy would write the statement anew each time,
    and look at each value: that cost more than the database.
    """
    return _Among(column, bindparam(name, type_=_Listed(column.type)))


def rows_of(connection: Connection, statement: "Select[Any]", ids: Iterable[str], **more: Any) -> Iterator[Row]:
    """Yield the rows of *statement*, which asks for those `among` ids: a run for each ten thousand, none for none.

    The statement is built once, at import: see `rows_read`.
    """
    for some in chunks_of(ids):
        yield from rows_read(connection, statement, {**more, "ids": some})


def chunks_of(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield each id once, in order, as many at a time as one statement takes."""
    wanted = iter(sorted(set(ids)))
    while some := list(islice(wanted, MOST_IDS)):
        yield some
