"""Hand a statement to the driver itself, made ready once: as SQLAlchemy wrote it, and no more than that.

SQLAlchemy looks at a statement, at each value that goes in and at each row that comes out again on every run. For a
small question that takes five times as long as the database. What is asked thousands of times a second is asked here.

Where somebody listens to what is executed (`before_cursor_execute`), SQLAlchemy runs it, so that it is heard.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, cast

from sqlalchemy import ClauseElement, Connection, Dialect, RowMapping, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

ROWS_AT_ONCE: Final = 1000
"""Fetched in one call, and held in memory together: a popular picture has a hundred thousand carriers."""

MOST_STATEMENTS: Final = 2000
"""More are no constants of this package: one that is built for each call would be kept for ever."""

Row = Mapping[str, Any] | RowMapping
"""A row that is read, by the names of its columns."""

Values = Mapping[str, Any]
"""What a statement is given, by name: for a statement that writes, a row."""

_Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A question as one driver takes it, and what makes our values of its answer."""

    text: str
    values: Callable[[Values], Any]
    names: tuple[str, ...]  #: of the columns that come back
    processors: tuple[tuple[int, _Processor], ...]  #: by place of the column

    def row(self, found: Sequence[Any]) -> Row:
        """Return a row by its names."""
        if not self.processors:
            return dict(zip(self.names, found))  # noqa: B905  # as many as were asked for; thousands a second
        values = list(found)
        for place, process in self.processors:
            values[place] = process(values[place])
        return dict(zip(self.names, values))  # noqa: B905  # as above


_ready: dict[tuple[ClauseElement, str], _Ready | None] = {}
"""By statement and dialect; none of one whose text SQLAlchemy has to write anew for each list of values."""


def rows_read(connection: Connection, statement: "Select[*tuple[Any, ...]]", values: Values) -> Iterator[Row]:
    """Yield the rows of *statement*, which is built once, at import; a thousand are held at a time."""
    ready = _made_ready(connection.dialect, statement)
    if ready is None or _is_heard(connection):
        for page in connection.execute(statement, values).mappings().partitions(ROWS_AT_ONCE):
            yield from page
        return
    cursor = connection.connection.cursor()
    try:
        _execute(connection, cursor.execute, ready.text, ready.values(values))
        while found := cursor.fetchmany(ROWS_AT_ONCE):
            yield from map(ready.row, found)
            if len(found) < ROWS_AT_ONCE:
                return
    finally:
        cursor.close()


def tuples_read(connection: Connection, text: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return all rows of a question that is written as the driver takes it."""
    if _is_heard(connection):
        return connection.exec_driver_sql(text, tuple(values)).fetchall()
    cursor = connection.connection.cursor()
    try:
        _execute(connection, cursor.execute, text, values)
        return cursor.fetchall()
    finally:
        cursor.close()


def first_read(connection: Connection, statement: "Select[*tuple[Any, ...]]", values: Values) -> Row | None:
    """Return the first row of *statement*, which is built once, at import; none where there is none."""
    return next(rows_read(connection, statement, values), None)


def run_many(connection: Connection, text: str, rows: Sequence[Any]) -> None:
    """Run a statement that writes once for each of *rows*, values as the driver takes them."""
    if _is_heard(connection):
        connection.exec_driver_sql(text, list(rows))
        return
    cursor = connection.connection.cursor()
    try:
        _execute(connection, cursor.executemany, text, rows)
    finally:
        cursor.close()


def in_order(compiled: SQLCompiler, fixed: Values) -> _Processor:
    """Return what brings the values of a statement into the driver's order, or under its names; some are *fixed*."""
    order = compiled.positiontup
    if order is None:
        return (lambda row: {**fixed, **row}) if fixed else dict
    if fixed or len(order) == 1:
        return lambda row: tuple(row[name] if name in row else fixed[name] for name in order)
    return itemgetter(*order) if order else lambda _row: ()


# ----------------------------------------------------------------------------------------------------------- made ready


def _made_ready(dialect: Dialect, statement: "Select[Any]") -> _Ready | None:
    key = statement, dialect.name
    if key not in _ready:
        if len(_ready) >= MOST_STATEMENTS:
            raise TypeError("this statement is built for each call: run it by SQLAlchemy")
        _ready[key] = _compiled(dialect, statement)
    return _ready[key]


def _compiled(dialect: Dialect, statement: "Select[Any]") -> _Ready | None:
    compiled = statement.compile(dialect=dialect)
    columns = tuple(statement.selected_columns)
    names = tuple(str(column.key) for column in columns)
    if "POSTCOMPILE" in compiled.string or len(set(names)) < len(names):
        return None
    fixed = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}
    bound = {name: each.type.dialect_impl(dialect).bind_processor(dialect) for name, each in compiled.binds.items()}
    changed = {name: process for name, process in bound.items() if process is not None}
    ordered = in_order(compiled, {name: changed[name](v) if name in changed else v for name, v in fixed.items()})
    found = (each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns)
    processors = tuple((place, process) for place, process in enumerate(found) if process is not None)
    return _Ready(compiled.string, _processed(ordered, changed), names, processors)


def _processed(ordered: _Processor, changed: Mapping[str, _Processor]) -> _Processor:
    if not changed:
        return ordered
    return lambda row: ordered({name: changed[name](v) if name in changed else v for name, v in row.items()})


# ----------------------------------------------------------------------------------------------------------- executing


def _is_heard(connection: Connection) -> bool:
    return bool(connection.dispatch.before_cursor_execute)


def _execute(connection: Connection, run: Callable[[str, Any], object], text: str, values: Any) -> None:
    """Run it; what the driver raises becomes what SQLAlchemy would have raised, and a lost connection is given up."""
    try:
        run(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        base = connection.dialect.loaded_dbapi.Error
        is_lost = connection.dialect.is_disconnect(error, cast("Any", connection.connection.dbapi_connection), None)
        raised = DBAPIError.instance(
            text, None, error, base, hide_parameters=True, connection_invalidated=is_lost, dialect=connection.dialect
        )
        if is_lost:
            connection.invalidate(error)
        raise raised from error
