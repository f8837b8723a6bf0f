"""Choices of viewers in the database; see `ports.choices`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, bindparam, delete, func, or_, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db.choice_tables import choices as t
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela_client.viewer import Choice

_MINE = t.c.account == bindparam("of")
_HOLDS = or_(t.c.ends_us.is_(None), t.c.ends_us > bindparam("now"))
_HELD = select(t).where(_MINE, _HOLDS).order_by(t.c.kind, t.c.value)
_PAGE = _HELD.where(tuple_(t.c.kind, t.c.value) > tuple_(bindparam("kind"), bindparam("value"))).limit(
    bindparam("limit")
)
_COUNT = select(func.count()).select_from(t).where(_MINE)
_FORGET_ENDED = delete(t).where(_MINE, t.c.ends_us <= bindparam("now"))
_FORGET_ALL_ENDED = delete(t).where(and_(text("ends_us IS NOT NULL"), t.c.ends_us <= bindparam("now")))
_DROP = delete(t).where(_MINE)
_DROP_KIND = _DROP.where(t.c.kind == bindparam("of_kind"))
_DROP_ONE = _DROP_KIND.where(t.c.value == bindparam("of_value"))


def _put(dialect: Any) -> Any:
    statement = dialect.insert(t)
    changed = {"ends_us": statement.excluded.ends_us}
    return statement.on_conflict_do_update(index_elements=["account", "kind", "value"], set_=changed)


_PUT = (_put(sqlite), _put(postgresql))


class _NoRoomError(Exception):
    """The transaction is given back."""


class DatabaseChoices:
    """Keep choices, each call in a transaction of its own and without an entry in the audit."""

    def __init__(self, engine: Engine) -> None:
        """Write through *engine*."""
        self._engine = engine

    def put(self, account: str, choices: Sequence[Choice], now: datetime, *, at_most: int) -> bool:
        """Store choices beside those that are there."""
        new = [{**_row(each), "account": account} for each in choices]
        try:
            with write_transaction(self._engine) as connection:
                connection.execute(_FORGET_ENDED, {"of": account, "now": rows.to_us(now)})
                connection.execute(_PUT[is_postgresql(self._engine)], new)
                _check_room(connection, account, at_most)
        except _NoRoomError:
            return False
        return True

    def drop(self, account: str, *, kind: str | None = None, value: str | None = None) -> None:
        """Delete choices of an account."""
        statement = _DROP if kind is None else _DROP_KIND if value is None else _DROP_ONE
        named = {"of": account, "of_kind": kind, "of_value": value}
        with write_transaction(self._engine) as connection:
            connection.execute(statement, {name: said for name, said in named.items() if said is not None})

    def page(self, account: str, after: tuple[str, str], limit: int, now: datetime) -> list[Choice]:
        """Return the next choices that are not over."""
        kind, value = after
        asked = {"of": account, "kind": kind, "value": value, "limit": limit, "now": rows.to_us(now)}
        with read_transaction(self._engine) as connection:
            return [_choice(row) for row in connection.execute(_PAGE, asked).mappings()]

    def forget_ended_before(self, moment: datetime) -> int:
        """Delete what is over."""
        with write_transaction(self._engine) as connection:
            return connection.execute(_FORGET_ALL_ENDED, {"now": rows.to_us(moment)}).rowcount


def _check_room(connection: Connection, account: str, at_most: int) -> None:
    if connection.execute(_COUNT, {"of": account}).scalar_one() > at_most:
        raise _NoRoomError


def _row(choice: Choice) -> dict[str, Any]:
    return {"kind": choice.kind, "value": choice.value, "ends_us": rows.maybe_us(choice.ends_at)}


def _choice(row: RowMapping) -> Choice:
    ends_us = row["ends_us"]
    return Choice(row["kind"], row["value"], None if ends_us is None else rows.from_us(ends_us))
