"""Run one statement for many rows by the driver itself.

SQLAlchemy looks at each value of each row again on its way: for a decision in bulk that costs as much as the database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import Boolean, LargeBinary

from tutela.adapters.db.driver import Values, in_order, run_many

_AS_THEY_ARE = (Boolean, LargeBinary)
"""Both drivers take `bool` and `bytes` as they come; every other type of ours is text or a whole number."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as one driver takes it."""

    text: str
    parameters: Callable[[Values], Any]


_ready: dict[tuple[UpdateBase, str, frozenset[str]], _Ready] = {}
"""By statement, dialect and names of values: as many as there are statements in this package."""


def write_many(connection: Connection, statement: UpdateBase, rows: Sequence[Values]) -> None:
    """Run *statement* for each of *rows*, all of which name the same values. Of no rows nothing comes."""
    if not rows:
        return
    key = (statement, connection.dialect.name, frozenset(rows[0]))
    ready = _ready.get(key)
    if ready is None:
        ready = _ready[key] = _made_ready(connection, statement, sorted(rows[0]))
    run_many(connection, ready.text, [ready.parameters(row) for row in rows])


def _made_ready(connection: Connection, statement: UpdateBase, names: Sequence[str]) -> _Ready:
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  # what a statement compiles to
    for name, bound in compiled.binds.items():
        changes = bound.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) is not None
        if changes and not isinstance(bound.type, _AS_THEY_ARE):
            raise TypeError(f"{name} has a type whose values the driver does not take as they are")
    if compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError("a value that SQLAlchemy would fill in is not filled in here")
    fixed = {name: bound.value for name, bound in compiled.binds.items() if name not in names}
    return _Ready(compiled.string, in_order(compiled, fixed))
