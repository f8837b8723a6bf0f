"""Read what happened with an account; see `ports.timeline`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    not_,
    select,
    tuple_,
    union_all,
)

from tutela.adapters.db.answer_tables import case_answers
from tutela.adapters.db.decision_tables import finding_roles
from tutela.adapters.db.event_tables import ACTED, events, rule_fires
from tutela.adapters.db.lists import among
from tutela.adapters.db.quality_tables import looks
from tutela.adapters.db.rows import Row, from_us, to_us
from tutela.adapters.db.tables import OPEN_CASE, accounts, cases, decisions, items, measures, statements
from tutela.adapters.db.undo_tables import undo_parts, undo_windows
from tutela.core.cases import Purpose
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId
from tutela.core.measures import SubjectKind
from tutela.core.timeline import Entry, EntryKind, EntryPlace

_NEWEST_US, _NEWEST_ID = 2**62, "~"
"""Behind everything."""

_MINE: BindParameter[str] = bindparam("account")


def _page(statement: "Select[Any]", at_us: ColumnElement[Any], key: ColumnElement[Any]) -> "Select[Any]":
    return (
        statement.add_columns(at_us.label("place_us"), key.label("place_id"))
        .where(tuple_(at_us, key) < tuple_(bindparam("us"), bindparam("before")))
        .order_by(at_us.desc(), key.desc())
        .limit(bindparam("limit"))
    )


_REVERSAL = decisions.alias("reversal")
_RECIPIENT = accounts.alias("recipient")
_NOT_KEPT = not_(among(measures.c.decision_id, "kept"))
# What a decision ended and what went on until nobody could take that back: nobody set it.
_LINGERED = (
    select(undo_windows.c.id)
    .join_from(undo_windows, undo_parts, undo_parts.c.window_id == undo_windows.c.id)
    .where(
        undo_parts.c.decision_id == measures.c.decision_id, undo_windows.c.has_lingering,
        measures.c.ends_us <= undo_windows.c.until_us,
    )
    .exists()
)  # fmt: skip
_STATEMENTS: Mapping[EntryKind, "Select[Any]"] = {
    # In order of their ids, which grow with time: an account may have posted a million.
    EntryKind.ITEM: (
        select(
            items.c.kind.label("what"), items.c.platform_id.label("said"), items.c.submitted_us.label("place_us"),
            items.c.id.label("place_id"),
        )
        .where(items.c.account_id == _MINE, items.c.id < bindparam("before"))
        .order_by(items.c.id.desc())
        .limit(bindparam("limit"))
    ),
    EntryKind.EVENT: _page(
        select(events.c.kind.label("what"), accounts.c.platform_id.label("about"))
        .outerjoin_from(events, accounts, accounts.c.id == events.c.recipient_id)
        .where(events.c.author_id == _MINE, events.c.item_id.is_(None)),
        events.c.received_us, events.c.id,
    ),
    EntryKind.FIRE: _page(
        select(
            rule_fires.c.rule.label("what"), rule_fires.c.because.label("said"), rule_fires.c.clause_id.label("clause"),
            rule_fires.c.case_id,
        ).where(rule_fires.c.account_id == _MINE, ACTED),
        rule_fires.c.at_us, rule_fires.c.id,
    ),
    EntryKind.CASE: _page(
        select(
            cases.c.reason.label("what"), cases.c.clause_id.label("clause"), cases.c.id.label("case_id"),
            cases.c.closed_by.label("over"),
        ).where(cases.c.account_id == _MINE, cases.c.purpose == Purpose.WORK.value),
        cases.c.opened_us, cases.c.id,
    ),
    EntryKind.FINDING: _page(
        select(
            finding_roles.c.role.label("what"), decisions.c.clause_id.label("clause"),
            decisions.c.decided_by.label("by"), _REVERSAL.c.id.label("over"), decisions.c.id.label("decision_id"),
        )
        .join_from(finding_roles, decisions, decisions.c.id == finding_roles.c.decision_id)
        .outerjoin(_REVERSAL, _REVERSAL.c.reverses == decisions.c.id)
        .where(finding_roles.c.account_id == _MINE, not_(among(decisions.c.id, "kept"))),
        decisions.c.at_us, decisions.c.id,
    ),
    EntryKind.MEASURE: _page(
        select(
            measures.c.kind.label("what"), measures.c.clause_id.label("clause"), measures.c.ends_us,
            measures.c.revoked_by.label("over"), decisions.c.decided_by.label("by"), measures.c.decision_id,
        )
        .join_from(measures, decisions, decisions.c.id == measures.c.decision_id)
        .where(
            measures.c.subject_kind == SubjectKind.ACCOUNT.value, measures.c.subject_id == _MINE, _NOT_KEPT,
            not_(_LINGERED),
        ),
        measures.c.starts_us, measures.c.id,
    ),
    EntryKind.STATEMENT: _page(
        select(statements.c.code.label("what"), statements.c.clause_id.label("clause"), statements.c.decision_id).where(
            statements.c.account_id == _MINE, statements.c.tell_us <= bindparam("now"),
            not_(among(statements.c.decision_id, "kept")),
        ),
        statements.c.tell_us, statements.c.id,
    ),
}  # fmt: skip
_KEPT_KINDS = frozenset({EntryKind.FINDING, EntryKind.MEASURE, EntryKind.STATEMENT})

_UNANSWERED = tuple(
    cases.c[name].is_(None) | (cases.c[name] != bindparam("person")) for name in ("first_by", "second_by", "third_by")
)
_KEPT_FROM = union_all(
    select(case_answers.c.meanwhile)
    .join_from(cases, case_answers, case_answers.c.case_id == cases.c.id)
    .where(cases.c.account_id == _MINE, OPEN_CASE, case_answers.c.meanwhile.is_not(None), *_UNANSWERED),
    select(looks.c.decision_id)
    .join_from(cases, looks, looks.c.case_id == cases.c.id)
    .where(cases.c.account_id == _MINE, OPEN_CASE, *_UNANSWERED),
)


class TimelineReads:
    """The part of `ports.store.Reader` about what happened with an account."""

    _connection: Connection

    def entries_of(  # as the port says
        self, account_id: AccountId, kind: EntryKind, before: EntryPlace | None, kept_from: Collection[DecisionId],
        now: datetime, limit: int,
    ) -> Sequence[tuple[EntryPlace, Entry]]:  # fmt: skip
        """Return what happened of one kind, the newest first, before a place, but for what some decisions brought."""
        place = before or EntryPlace(_NEWEST_US, _NEWEST_ID)
        asked: dict[str, Any] = {"account": account_id, "before": place.id, "limit": limit}
        if kind is not EntryKind.ITEM:
            asked["us"] = place.at_us
        if kind in _KEPT_KINDS:
            asked["kept"] = sorted(kept_from)
        if kind is EntryKind.STATEMENT:
            asked["now"] = to_us(now)
        rows = self._connection.execute(_STATEMENTS[kind], asked).mappings()
        return [(EntryPlace(row["place_us"], row["place_id"]), _entry(kind, row)) for row in rows]

    def decisions_kept_from(self, account_id: AccountId, person: str) -> frozenset[DecisionId]:
        """Return decisions that would tell *person* what others came to in open cases about the account (P3)."""
        found = self._connection.execute(_KEPT_FROM, {"account": account_id, "person": person}).scalars()
        return frozenset(map(DecisionId, found))


def _entry(kind: EntryKind, row: Row) -> Entry:
    ends, clause, case_id = row.get("ends_us"), row.get("clause"), row.get("case_id")
    return Entry(
        kind=kind,
        id=row["place_id"],
        at=from_us(row["place_us"]),
        what=row["what"],
        clause=ClauseId(clause) if clause else None,
        said=row.get("said") or "",
        by=row.get("by"),
        decision_id=DecisionId(decision) if (decision := row.get("decision_id")) else None,
        about=row.get("about") or "",
        case_id=CaseId(case_id) if case_id else None,
        until=None if ends is None else from_us(ends),
        is_over=row.get("over") is not None,
    )
