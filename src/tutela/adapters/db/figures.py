"""Count what agrees and differs; see `ports.quality`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.types import Text

from tutela.adapters.db import tables as t
from tutela.adapters.db.answer_tables import quality_samples, settlements
from tutela.adapters.db.quality_tables import comparisons, golden_cases
from tutela.adapters.db.rows import to_us
from tutela.core.agreement import PairKind, Tally
from tutela.ports.quality import FigureFilter, SampleCount

_C = comparisons.c
_FROM = comparisons.outerjoin(golden_cases, golden_cases.c.id == _C.golden_id)


def _asked(column: Any, name: str) -> Any:
    wanted = bindparam(name, type_=Text)
    return or_(wanted.is_(None), column == wanted)


_WITHIN = (
    _C.at_us >= bindparam("since"), _C.at_us < bindparam("until"),
    golden_cases.c.withdrawn_us.is_(None),  # what was held to be right is held no more: nobody was wrong
    _asked(_C.clause_id, "clause"), _asked(_C.kind, "kind"),
)  # fmt: skip
_SAID = (_C.kind, _C.first_said, _C.second_said, _C.is_agreed)


def _counted(key: Any, *more: Any) -> Any:
    return select(key.label("key"), *_SAID, func.count().label("count")).select_from(_FROM).where(*_WITHIN, *more)


def _grouped(key: Any, *more: Any) -> Any:
    return _counted(key, *more).group_by(key, *_SAID)


_BY_REVIEWER = union_all(
    _grouped(_C.second_by), _grouped(_C.first_by, _C.first_by.is_not(None), _C.first_by != _C.second_by)
)
_PERSON: Any = bindparam("person", type_=Text)
_BY_ONE = union_all(
    _grouped(_C.second_by, _C.second_by == _PERSON),
    _grouped(_C.first_by, _C.first_by == _PERSON, _C.first_by != _C.second_by),
)
_STATEMENTS = {
    "clause": _grouped(_C.clause_id),
    "kind": _grouped(_C.kind),
    "reviewer": _BY_REVIEWER,
}


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_S = quality_samples.c
_SAMPLES = select(
    func.count().label("drawn"),
    _sum(_S.looked_us.is_(None)).label("waiting"),
    _sum(_S.is_agreed.is_(True)).label("agreed"),
    _sum(_S.is_agreed.is_(False)).label("differed"),
    _sum(and_(_S.looked_us.is_not(None), _S.is_agreed.is_(None))).label("unseen"),
).where(_S.drawn_us >= bindparam("since"), _S.drawn_us < bindparam("until"))


_REVERSAL = t.decisions.alias("reversal")
_UNSEEN = (
    select(_S.answer_id)
    .join_from(quality_samples, settlements, settlements.c.answer_id == _S.answer_id)
    .outerjoin(_REVERSAL, _REVERSAL.c.reverses == settlements.c.decision_id)
    .where(
        _S.drawn_us >= bindparam("since"), _S.looked_us.is_not(None), _S.is_agreed.is_(None), _REVERSAL.c.id.is_(None)
    )
    .limit(1)
)  # fmt: skip


class FigureReads:
    """The part of `ports.store.Reader` that counts agreement."""

    _connection: Connection

    def tallies(self, by: str, wanted: FigureFilter) -> list[Tally]:
        """Return what agrees and differs."""
        asked = {
            "since": to_us(wanted.since), "until": to_us(wanted.until), "clause": wanted.clause_id,
            "kind": None if wanted.kind is None else wanted.kind.value,
        }  # fmt: skip
        statement = _STATEMENTS[by]
        if wanted.person is not None:
            statement, asked = _BY_ONE, {**asked, "person": wanted.person}
        return [
            Tally(key, PairKind(kind), (first, second), bool(is_agreed), count)
            for key, kind, first, second, is_agreed, count in self._connection.execute(statement, asked)
        ]

    def has_unseen(self, since: datetime) -> bool:
        """Return whether a decision that was drawn was looked at by nobody in time."""
        return self._connection.execute(_UNSEEN, {"since": to_us(since)}).first() is not None

    def sample_count(self, since: datetime, until: datetime) -> SampleCount:
        """Return what became of the decisions that were drawn."""
        row = self._connection.execute(_SAMPLES, {"since": to_us(since), "until": to_us(until)}).mappings().one()
        return SampleCount(**{name: int(value) for name, value in row.items()})
