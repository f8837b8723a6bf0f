"""Count what happened in a period; see `ports.figures`. Rows of other features are read here and nowhere else."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, and_, bindparam, case, exists, func, or_, select

from tutela.adapters.db import report_tables as r
from tutela.adapters.db import tables as t
from tutela.adapters.db.appeal_tables import appeals
from tutela.adapters.db.clock_tables import clocks
from tutela.adapters.db.decision_tables import findings
from tutela.adapters.db.enforcement_tables import strikes
from tutela.adapters.db.engine import read_transaction
from tutela.adapters.db.notice_tables import notice_decisions, notice_items, notices
from tutela.adapters.db.order_tables import order_decisions, order_items, orders
from tutela.adapters.db.quality_tables import comparisons
from tutela.adapters.db.rows import from_us, to_us
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core.agreement import PairKind
from tutela.core.appeals.states import Outcome
from tutela.core.clocks import ClockId, ClockSubject, Signal
from tutela.core.dsa.words import EEA, Category
from tutela.core.filing.states import Environment, Phase
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.orders import OrderKind, OrderState
from tutela.core.plans import Source
from tutela.core.transparency.counted import (
    AppealCounted,
    AppealOutcome,
    Cause,
    Counted,
    MeasuresCounted,
    NoticeCounted,
    OrderCounted,
    RemovalClock,
)

NCMEC = "ncmec"
_BY_MACHINES = sorted({Source.MATCH.value, Source.SCAN.value, Source.RULE.value})

_M, _D, _N = t.measures.c, t.decisions.c, notices.c


def _within(column: Any) -> Any:
    return and_(column >= bindparam("since"), column < bindparam("until"))


_UNDONE = exists().where(
    undo_parts.c.decision_id == _D.id,
    undo_windows.c.id == undo_parts.c.window_id,
    undo_windows.c.undone_us.is_not(None),
)
_DECIDED = and_(_within(_D.at_us), _D.reverses.is_(None), ~_UNDONE)
"""Made in the period, and neither a reversal nor taken back within its window."""

_IS_PROVISIONAL = _D.source.in_((Source.NOTICE.value, Source.CLAIM.value))
"""Hidden at the word of a notice. `notice_decisions` holds only what people decided of it later."""

_FROM_NOTICE = or_(_IS_PROVISIONAL, exists().where(notice_decisions.c.decision_id == _D.id))
_OF_FLAGGER = notices.c.kind == NoticeKind.TRUSTED_FLAGGER.value
_FROM_FLAGGER = or_(
    exists().where(
        notice_decisions.c.decision_id == _D.id, notices.c.id == notice_decisions.c.notice_id, _OF_FLAGGER
    ),
    and_(
        _IS_PROVISIONAL,
        exists().where(
            notice_items.c.item_id == _D.item_id, notices.c.id == notice_items.c.notice_id, _OF_FLAGGER,
            notices.c.received_us <= _D.at_us,
        ),
    ),
)  # fmt: skip
_FROM_ORDER = exists().where(order_decisions.c.decision_id == _D.id)
_NOTICED = or_(
    _D.source.in_(_BY_MACHINES),
    exists().where(t.detections.c.item_id == _D.item_id, t.detections.c.at_us <= _D.at_us),
)
_REVERSAL = t.decisions.alias("reversal")
_OVERTURNED = or_(
    exists().where(
        _REVERSAL.c.id == _M.revoked_by, _REVERSAL.c.reverses == _D.id, _REVERSAL.c.is_automated.is_(False),
        findings.c.decision_id == _REVERSAL.c.id, findings.c.is_reversal.is_(True),
    ),
    exists().where(
        appeals.c.reversal_id == _M.revoked_by,
        appeals.c.outcome.in_((Outcome.OVERTURNED.value, Outcome.PARTLY.value)),
    ),
)  # fmt: skip
"""A person said that it was wrong, wholly or in part. What a decision that took its place ended was not wrong."""

_EACH = (
    select(
        _M.clause_id, _M.kind, _M.scope, _D.is_automated,
        case(
            (_FROM_ORDER, Cause.ORDER.value), (_FROM_FLAGGER, Cause.FLAGGER.value), (_FROM_NOTICE, Cause.NOTICE.value),
            else_=Cause.OWN.value,
        ).label("cause"),
        case((_NOTICED, 1), else_=0).label("is_detected"),
        case((_OVERTURNED, 1), else_=0).label("is_overturned"),
    )
    .join_from(t.measures, t.decisions, _D.id == _M.decision_id)
    .where(_DECIDED)
    .subquery()
)  # fmt: skip
_MEASURES = select(*_EACH.c, func.count().label("number")).group_by(*_EACH.c)

_NOTICES = (
    select(
        _N.id, _N.clause_id, _N.received_us, _N.kind, _N.answered_us, func.count(notice_items.c.item_id).label("items")
    )
    .join_from(notices, notice_items, notice_items.c.notice_id == _N.id, isouter=True)
    .where(_within(_N.received_us))
    .group_by(_N.id, _N.clause_id, _N.received_us, _N.kind, _N.answered_us)
    .order_by(_N.id)
)  # fmt: skip
_ANSWERS = (
    select(notice_decisions.c.notice_id, _D.clause_id)
    .join_from(notice_decisions, notices, _N.id == notice_decisions.c.notice_id)
    .join(t.decisions, _D.id == notice_decisions.c.decision_id)
    .where(
        _within(_N.received_us), _D.clause_id.is_not(None), ~_UNDONE, exists().where(_M.decision_id == _D.id),
        ~exists().where(findings.c.decision_id == _D.id, findings.c.is_reversal.is_(True)),
    )
    .order_by(notice_decisions.c.notice_id, notice_decisions.c.decision_id)
)  # fmt: skip
"""The actions taken: that a reversal lets something stay, or that people found nothing, is none."""


_O = orders.c
_ORDERS = (
    select(
        _O.id, _O.kind, _O.country, _O.category, _O.received_us, _O.acknowledged_us, _O.effect_us,
        func.count(order_items.c.item_id).label("items"),
    )
    .join_from(orders, order_items, order_items.c.order_id == _O.id, isouter=True)
    .where(_within(_O.received_us), _O.state != OrderState.FALSE.value)
    .group_by(_O.id, _O.kind, _O.country, _O.category, _O.received_us, _O.acknowledged_us, _O.effect_us)
    .order_by(_O.id)
)  # fmt: skip

_A = appeals.c
_APPEALS = (
    select(_A.id, _A.opened_us, _A.decided_us, _A.outcome, _A.state, _A.repeats, _D.is_automated)
    .join_from(appeals, t.decisions, _D.id == _A.decision_id)
    .where(_within(_A.opened_us))
    .order_by(_A.id)
)
_APPEALED = (
    select(_A.id, _M.kind)
    .join_from(appeals, t.measures, _M.decision_id == _A.decision_id)
    .where(_within(_A.opened_us))
    .distinct()
)

_OUTCOMES = {
    Outcome.UPHELD.value: AppealOutcome.UPHELD,
    Outcome.PARTLY.value: AppealOutcome.PARTLY,
    Outcome.OVERTURNED.value: AppealOutcome.OVERTURNED,
    Outcome.OVERTAKEN.value: AppealOutcome.OMITTED,
}
_ENDED_WITHOUT = frozenset({"set_aside", "withdrawn"})

_SAMPLES = select(
    func.count().label("number"), func.count().filter(comparisons.c.is_agreed.is_(True)).label("agreed")
).where(comparisons.c.kind == PairKind.SAMPLE.value, _within(comparisons.c.at_us))
_SUSPENSIONS = (
    select(func.count(func.distinct(_D.id)))
    .join_from(t.decisions, strikes, strikes.c.decision_id == _D.id)
    .join(t.measures, _M.decision_id == _D.id)
    .where(_DECIDED, _M.kind == MeasureKind.SUSPEND.value)
)
_IS_CLOCKED = and_(
    clocks.c.subject_kind == ClockSubject.NOTICE.value,
    clocks.c.subject_id == _N.id,
    clocks.c.clock == ClockId.TIDA_REMOVE.value,
)
_IN_TIME = and_(clocks.c.stopped_by == Signal.REMOVED.value, clocks.c.stopped_us <= clocks.c.limit_us)
_IMAGES = (
    select(
        func.count().label("requests"), func.count(clocks.c.subject_id).label("valid"),
        func.count().filter(_IN_TIME).label("in_time"),
    )
    .join_from(notices, clocks, _IS_CLOCKED, isouter=True)
    .where(
        _within(_N.received_us),
        or_(_N.branch == Branch.ADULT_INTIMATE.value, clocks.c.subject_id.is_not(None)),
    )
)  # fmt: skip
_FILED = select(func.count()).where(
    r.filings.c.phase == Phase.FINISHED.value,
    r.filings.c.environment == Environment.PRODUCTION.value,
    r.filings.c.authority == NCMEC,
    _within(r.filings.c.finished_us),
)


_FIRST = select(func.min(t.audit_entries.c.at_us)).join_from(
    t.audit_chains,
    t.audit_entries,
    and_(t.audit_entries.c.chain == t.audit_chains.c.chain, t.audit_entries.c.seq == 1),
)
"""Of the first entry of each chain: two reads of an index for each process that ever wrote."""


class DatabaseCounting:
    """Count from the tables of a house."""

    def __init__(self, engine: Engine) -> None:
        """Read through *engine*."""
        self._engine = engine

    def count(self, since: datetime, until: datetime) -> Counted:
        """Return everything that happened from *since* on and before *until*."""
        asked = {"since": to_us(since), "until": to_us(until)}
        with read_transaction(self._engine) as connection:
            samples = connection.execute(_SAMPLES, asked).mappings().one()
            images = connection.execute(_IMAGES, asked).mappings().one()
            return Counted(
                tuple(_measures(connection, asked)), tuple(_notices(connection, asked)),
                tuple(_orders(connection, asked)), tuple(_appeals(connection, asked)), samples["agreed"],
                samples["number"], connection.execute(_SUSPENSIONS, asked).scalar_one(),
                RemovalClock(images["requests"], images["valid"], images["in_time"]),
                connection.execute(_FILED, asked).scalar_one(),
            )  # fmt: skip

    def began_at(self) -> datetime | None:
        """Return when this installation first wrote anything down."""
        with read_transaction(self._engine) as connection:
            first = connection.execute(_FIRST).scalar_one()
        return _at(first)


def _measures(connection: Connection, asked: dict[str, int]) -> Iterator[MeasuresCounted]:
    for row in connection.execute(_MEASURES, asked).mappings():
        yield MeasuresCounted(
            ClauseId(row["clause_id"]), MeasureKind(row["kind"]), Cause(row["cause"]), bool(row["is_automated"]),
            bool(row["is_detected"]), bool(row["is_overturned"]), _is_abroad(row["scope"]), row["number"],
        )  # fmt: skip


def _is_abroad(scope: str | None) -> bool:
    countries = orjson.loads(scope).get("countries", []) if scope else []
    return bool(countries) and frozenset(EEA).isdisjoint(countries)


def _notices(connection: Connection, asked: dict[str, int]) -> Iterator[NoticeCounted]:
    under: dict[str, list[ClauseId]] = defaultdict(list)
    for row in connection.execute(_ANSWERS, asked).mappings():
        under[row["notice_id"]].append(ClauseId(row["clause_id"]))
    for row in connection.execute(_NOTICES, asked).mappings():
        yield NoticeCounted(
            ClauseId(row["clause_id"]), from_us(row["received_us"]), row["kind"] == NoticeKind.TRUSTED_FLAGGER.value,
            row["items"], _at(row["answered_us"]), tuple(under[row["id"]]),
        )  # fmt: skip


def _orders(connection: Connection, asked: dict[str, int]) -> Iterator[OrderCounted]:
    for row in connection.execute(_ORDERS, asked).mappings():
        yield OrderCounted(
            OrderKind(row["kind"]), row["country"], Category(row["category"]), from_us(row["received_us"]),
            row["items"], _at(row["acknowledged_us"]), _at(row["effect_us"]),
        )  # fmt: skip


def _appeals(connection: Connection, asked: dict[str, int]) -> Iterator[AppealCounted]:
    kinds: dict[str, set[MeasureKind]] = defaultdict(set)
    for row in connection.execute(_APPEALED, asked).mappings():
        kinds[row["id"]].add(MeasureKind(row["kind"]))
    for row in connection.execute(_APPEALS, asked).mappings():
        is_repeated = row["repeats"] is not None  # answered at once by the first outcome: nobody decided again
        ended = AppealOutcome.OMITTED if is_repeated or row["state"] in _ENDED_WITHOUT else None
        outcome = _OUTCOMES[row["outcome"]] if row["outcome"] and not is_repeated else ended
        yield AppealCounted(
            from_us(row["opened_us"]), None if is_repeated else _at(row["decided_us"]), outcome,
            frozenset(kinds[row["id"]]), bool(row["is_automated"]),
        )  # fmt: skip


def _at(value: int | None) -> datetime | None:
    return None if value is None else from_us(value)
