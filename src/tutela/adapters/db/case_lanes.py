"""Count what waits by lane; see `ports.cases`. Nearly all wait for a first answer: only the others are looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from tutela.adapters.db import tables as t
from tutela.adapters.db.case_conditions import IS_FREE, IS_ON_HOLD
from tutela.adapters.db.rows import from_us, to_us
from tutela.core.waiting import ANSWERS, InLane, Lane, Waiting, waiting_of

_C = t.cases.c
_COUNT = (func.count().label("cases"), func.min(_C.opened_us).label("oldest_us"))
_ALL = select(*_COUNT).where(t.OPEN_CASE)
_HELD = (
    select(_C.answer, IS_FREE.label("is_free"), IS_ON_HOLD.label("is_on_hold"), *_COUNT)
    .where(t.HELD_CASE)
    .group_by("answer", "is_free", "is_on_hold")
)
# Without the comparison of ids SQLite would walk through all open cases, by the index of when they were opened.
_AWAITING = (
    select(_C.answer, *_COUNT).where(t.AWAITING_CASE, _C.holder.is_(None), _C.id > "").group_by(_C.answer)
)  # fmt: skip
_FIRST = select(_C.opened_us).where(t.OPEN_CASE, _C.answer == 1, _C.holder.is_(None)).order_by(_C.opened_us).limit(1)


class CaseLaneReads:
    """The part of `ports.cases.CaseReader` about how many wait for what."""

    _connection: Connection

    def case_lanes(self, now: datetime) -> Waiting:
        """Return how many wait for what, and since when."""
        first_us = self._connection.execute(_FIRST).scalar()
        others = [(ANSWERS[row.answer], _in_lane(row)) for row in self._connection.execute(_AWAITING)]
        for row in self._connection.execute(_HELD, {"now": to_us(now)}):
            held = Lane.ON_HOLD if row.is_on_hold else Lane.WORKED_ON
            others.append((ANSWERS[row.answer] if row.is_free else held, _in_lane(row)))
        everything = _in_lane(self._connection.execute(_ALL).one())
        return waiting_of(everything, None if first_us is None else from_us(first_us), others)


def _in_lane(row: Row[Any]) -> InLane:
    return InLane(row.cases, None if row.oldest_us is None else from_us(row.oldest_us))
