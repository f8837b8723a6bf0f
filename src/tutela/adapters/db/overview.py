"""Read what the faces count and tell: open cases, told statements, where the feeds stand."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, or_, select, text

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId, StatementId
from tutela.core.plans import UNSCANNED
from tutela.core.statements import DelayBasis, Statement, StatementCode
from tutela.ports.store import Overdue

_OPEN_COUNT = select(func.count()).select_from(t.cases).where(t.cases.c.closed_by.is_(None))
_DETECTIONS_BY_BANK = (
    select(t.detections.c.bank_id, func.count().label("count"))
    .where(t.detections.c.bank_id.is_not(None))
    .group_by(t.detections.c.bank_id)
)
# A person has looked where one of theirs lies on the same subject under the same clause.
_LOOKED_AT = t.measures.alias("looked_at")
_OVERDUE = select(func.count(), func.min(t.measures.c.review_us)).where(
    text(t.REVIEWED),
    t.measures.c.review_us < bindparam("now"),
    or_(t.measures.c.ends_us.is_(None), t.measures.c.ends_us > bindparam("now")),
    ~exists().where(
        _LOOKED_AT.c.subject_kind == t.measures.c.subject_kind,
        _LOOKED_AT.c.subject_id == t.measures.c.subject_id,
        _LOOKED_AT.c.clause_id == t.measures.c.clause_id,
        _LOOKED_AT.c.is_automated.is_(False),
        _LOOKED_AT.c.revoked_by.is_(None),
    ),
)
_HELD_UNASKED = (
    select(t.items.c.id, t.items.c.account_id)
    .join_from(t.measures, t.items, t.items.c.id == t.measures.c.subject_id)
    .where(
        text(t.REVIEWED),
        t.measures.c.clause_id == UNSCANNED,
        t.measures.c.review_us < bindparam("now"),
        ~exists().where(
            t.case_items.c.item_id == t.items.c.id,
            t.cases.c.id == t.case_items.c.case_id,
            t.cases.c.clause_id == t.measures.c.clause_id,
        ),
    )
    .order_by(t.items.c.id)
    .distinct()
    .limit(bindparam("limit"))
)
_TOLD = (
    select(t.statements)
    .where(t.statements.c.account_id == bindparam("account"), t.statements.c.tell_us <= bindparam("now"))
    .order_by(t.statements.c.id.desc())
    .limit(bindparam("limit"))
)


class OverviewReads:
    """The part of `ports.store.Reader` about lists and counts."""

    _connection: Connection

    def open_case_count(self) -> int:
        """Return how many cases wait for a person."""
        return int(self._connection.execute(_OPEN_COUNT).scalar_one())

    def overdue(self, now: datetime) -> Overdue:
        """Return what is past its review clock and no person has decided on, under the same clause."""
        count, oldest_us = self._connection.execute(_OVERDUE, {"now": rows.to_us(now)}).one()
        return Overdue(count, None if oldest_us is None else rows.from_us(oldest_us))

    def held_unasked(self, now: datetime, limit: int) -> list[tuple[ItemId, AccountId]]:
        """Return items held because nobody could look, past their review clock and in no case for it, with authors."""
        found = self._connection.execute(_HELD_UNASKED, {"now": rows.to_us(now), "limit": limit})
        return [(ItemId(row.id), AccountId(row.account_id)) for row in found]

    def detections_by_bank(self) -> dict[str, int]:
        """Return how often each bank was met."""
        found = self._connection.execute(_DETECTIONS_BY_BANK).mappings()
        return {row["bank_id"]: row["count"] for row in found}

    def statements_told(self, account_id: AccountId, now: datetime, limit: int) -> list[Statement]:
        """Return what the holder of an account may be told by now, newest first."""
        asked = {"account": account_id, "now": rows.to_us(now), "limit": limit}
        return [
            Statement(
                id=StatementId(row.id),
                decision_id=DecisionId(row.decision_id),
                account_id=AccountId(row.account_id),
                clause_id=ClauseId(row.clause_id),
                code=StatementCode(row.code),
                policy_version=row.policy_version,
                is_automated=row.is_automated,
                tell_at=rows.from_us(row.tell_us),
                delay_basis=DelayBasis(row.delay_basis) if row.delay_basis else None,
            )
            for row in self._connection.execute(_TOLD, asked)
        ]
