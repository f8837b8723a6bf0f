"""A page of open cases, narrowed by what was asked for: each way by the index that finds it quickly."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Result, Select, and_, bindparam, case, or_, select, text, tuple_

from tutela.adapters.db import case_rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.case_conditions import (
    IN_ORDER,
    IN_QUEUE,
    IS_FREE,
    IS_ON_HOLD,
    IS_OPEN,
    QUEUE,
    SHOWN,
    is_asked,
    queue_asked,
)
from tutela.adapters.db.case_tables import case_queues
from tutela.adapters.db.lists import among
from tutela.adapters.db.rows import to_us
from tutela.core.case_states import TAKEN_FROM, CaseState
from tutela.ports.cases import CasePlace, ListFilter

FEW = 2000
"""Where what was asked for leaves no more than so many cases, these are sorted; where it leaves more, a walk in order
soon meets as many as a page takes."""

_PAGE = (
    SHOWN.where(IS_OPEN, tuple_(*IN_ORDER) > tuple_(bindparam("danger_rank"), bindparam("due_us"), bindparam("id")))
    .order_by(*IN_ORDER)
    .limit(bindparam("limit"))
)
_STANDS = case(
    (and_(IS_FREE, IS_ON_HOLD), CaseState.OPEN.value),
    *((and_(IS_FREE, t.cases.c.state == held.value), waiting.value) for held, waiting in TAKEN_FROM.items()),
    else_=t.cases.c.state,
)
_HELD = frozenset({*TAKEN_FROM, CaseState.ON_HOLD})
"""States in which a case is somebody's: few are, whatever the number of cases."""

_IS_HELD = text("cases.holder IS NOT NULL")
_IN_QUEUES = t.cases.c.queue_id.in_(select(case_queues.c.id).where(*IN_QUEUE))
_CONDITIONS: dict[str, tuple[Any, ...]] = {
    "few": (among(t.cases.c.id, "few"),),
    "queue": tuple(is_asked(t.cases.c[f"{name}_id" if name == "clause" else name], name) for name in QUEUE),
    # Whoever put it on hold is reminded when the moment has come: theirs until somebody takes it.
    "holder": (t.cases.c.holder == bindparam("holder"), or_(~IS_FREE, IS_ON_HOLD)),
    "account": (t.cases.c.account_id == bindparam("account"),),
    "state": (bindparam("state") == _STANDS,),
}
_SOURCES: dict[str, tuple[Any, ...]] = {
    "account": (t.cases.c.account_id == bindparam("account"),),
    "holder": (_IS_HELD, t.cases.c.holder == bindparam("holder")),
    "held": (_IS_HELD,),
    "queue": (_IN_QUEUES,),
}
"""By which index few cases are found, the narrowest first. Without statistics no database would choose them itself."""

_FEW = {name: select(t.cases.c.id).where(IS_OPEN, *where).limit(FEW + 1) for name, where in _SOURCES.items()}


@cache
def _narrowed(by: frozenset[str]) -> "Select[Any]":
    return _PAGE.where(*(each for name in sorted(by) for each in _CONDITIONS[name]))


def page(connection: Connection, after: CasePlace | None, limit: int, wanted: ListFilter | None) -> Result[Any]:
    """Return the next open cases: danger first, then the one due first. In two statements, or in one for all."""
    asked: dict[str, Any] = {**_place(after), "limit": limit}
    by = {} if wanted is None else _by(wanted)
    if wanted is None or not by:
        return connection.execute(_PAGE, asked)
    for values in by.values():
        asked |= values
    names = set(by)
    source = next((name for name in _SOURCES if name in by or (name == "held" and wanted.state in _HELD)), None)
    if source is not None:
        few = list(connection.execute(_FEW[source], by.get(source, {})).scalars())
        if len(few) <= FEW:
            names.add("few")
            asked["few"] = few
    return connection.execute(_narrowed(frozenset(names)), asked)


def _by(wanted: ListFilter) -> dict[str, dict[str, Any]]:
    """Return by what a list is narrowed, each with what its condition asks."""
    now, queue = to_us(wanted.at), queue_asked(wanted.queue)
    found: dict[str, dict[str, Any]] = {}
    if any(queue.values()):
        found["queue"] = queue
    if wanted.holder is not None:
        found["holder"] = {"holder": wanted.holder, "now": now}
    if wanted.account_id is not None:
        found["account"] = {"account": wanted.account_id}
    if wanted.state is not None:
        found["state"] = {"state": wanted.state.value, "now": now}
    return found


def _place(after: CasePlace | None) -> dict[str, Any]:
    if after is None:
        return {"danger_rank": -1, "due_us": -1, "id": ""}
    rank = case_rows.IN_DANGER if after.is_in_danger else case_rows.CALM
    return {"danger_rank": rank, "due_us": to_us(after.due_at), "id": after.id}
