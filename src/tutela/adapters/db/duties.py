"""Duties in the database; see `ports.duties`. Sheets and dealings are written in the committer's transaction."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.case_rows import case
from tutela.adapters.db.duty_tables import case_findings, dealings, duty_sheets
from tutela.adapters.db.lists import among, rows_of
from tutela.core.cases import Case, Purpose
from tutela.core.filing.dealings import Dealing, DealingKind
from tutela.core.filing.duty import ChildKnown, Explicitness, Imagery, Trait
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet, answers_of
from tutela.core.ids import CaseId, DecisionId
from tutela.core.plans import Answer
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.ports.committer import Changeset
from tutela.ports.duties import Finding, FoundCase, Overturned

_REVERSAL = t.decisions.alias("reversal")
_STANDS = ~exists().where(_REVERSAL.c.reverses == case_findings.c.decision_id)
IS_FOUND = exists().where(case_findings.c.case_id == t.cases.c.id, _STANDS).correlate(t.cases)
"""Whether a finding of a person stands about a case, in a statement about cases."""

IS_FOUND_OPEN = text("cases.closed_by IS NULL AND cases.found_us IS NOT NULL")
"""As the index has it: SQLite uses a partial index only for the very words of its condition."""


_OPEN = (
    select(t.cases)
    .where(IS_FOUND_OPEN, t.cases.c.purpose == Purpose.WORK.value, t.cases.c.id > bindparam("after"), IS_FOUND)
    .order_by(t.cases.c.id)
    .limit(bindparam("limit"))
)
_ONE = t.cases.c.id == bindparam("case")
_FINDINGS = (
    select(case_findings)
    .where(among(case_findings.c.case_id), _STANDS)
    .order_by(case_findings.c.case_id, case_findings.c.at_us, case_findings.c.decision_id)
)
_OVERTURNED = (
    select(case_findings.c.decision_id, _REVERSAL.c.id.label("reversal_id"))
    .join_from(case_findings, _REVERSAL, _REVERSAL.c.reverses == case_findings.c.decision_id)
    .where(case_findings.c.case_id == bindparam("case"))
    .order_by(_REVERSAL.c.at_us.desc(), _REVERSAL.c.id.desc(), case_findings.c.decision_id.desc())
)
_SHEET = select(duty_sheets).where(duty_sheets.c.case_id == bindparam("case"))
_DEALINGS = select(dealings).where(among(dealings.c.case_id)).order_by(dealings.c.case_id, dealings.c.id)
_FORGET_SHEET = delete(duty_sheets).where(duty_sheets.c.case_id == bindparam("b_case"))
_ADD_SHEET, _ADD_DEALING = insert(duty_sheets), insert(dealings)

_IS_OPEN = (t.cases.c.clause_id == bindparam("clause")) & t.cases.c.closed_by.is_(None)
_OF_ACCOUNTS = select(t.cases.c.id).where(among(t.cases.c.account_id), _IS_OPEN)
_OF_ITEMS = (
    select(t.cases.c.id)
    .join_from(t.case_items, t.cases, t.cases.c.id == t.case_items.c.case_id)
    .where(among(t.case_items.c.item_id), _IS_OPEN)
)
_MARK = (
    update(t.cases)
    .where(t.cases.c.id == bindparam("b_case"), t.cases.c.found_us.is_(None))
    .values(found_us=bindparam("b_at"))
)
_LINK = {
    is_postgresql: dialect.insert(case_findings)
    .values(case_id=bindparam("b_case"), decision_id=bindparam("b_decision"), at_us=bindparam("b_at"))
    .on_conflict_do_nothing()
    for is_postgresql, dialect in ((False, sqlite), (True, postgresql))
}


class DutyReads:
    """The part of `ports.store.Reader` about duties."""

    _connection: Connection

    def duty_sheet(self, case_id: CaseId) -> DutySheet:
        """Return what was said of an incident."""
        row = self._connection.execute(_SHEET, {"case": case_id}).mappings().one_or_none()
        return DutySheet(case_id) if row is None else sheet_of(row)

    def dealings(self, case_ids: Iterable[CaseId]) -> dict[CaseId, tuple[Dealing, ...]]:
        """Return what was done about each incident."""
        found: dict[CaseId, list[Dealing]] = defaultdict(list)
        for row in rows_of(self._connection, _DEALINGS, case_ids):
            found[CaseId(row["case_id"])].append(_dealing(row))
        return {case_id: tuple(each) for case_id, each in found.items()}

    def found_cases(self, after: str, limit: int) -> list[FoundCase]:
        """Return open cases about which a finding stands."""
        page = [case(row) for row in self._connection.execute(_OPEN, {"after": after, "limit": limit}).mappings()]
        return self._with_findings(page)

    def found_case(self, case_id: CaseId) -> FoundCase | None:
        """Return a case with the findings that stand about it."""
        row = self._connection.execute(select(t.cases).where(_ONE), {"case": case_id}).mappings().one_or_none()
        return next(iter(self._with_findings([] if row is None else [case(row)])), None)

    def overturned_of_case(self, case_id: CaseId) -> list[Overturned]:
        """Return the findings of people about a case that were reversed, the last one first."""
        found = self._connection.execute(_OVERTURNED, {"case": case_id}).mappings()
        return [Overturned(DecisionId(row["decision_id"]), DecisionId(row["reversal_id"])) for row in found]

    def _with_findings(self, page: list[Case]) -> list[FoundCase]:
        found: dict[str, list[Finding]] = defaultdict(list)
        for row in rows_of(self._connection, _FINDINGS, (each.id for each in page)):
            found[row["case_id"]].append(Finding(DecisionId(row["decision_id"]), rows.from_us(row["at_us"])))
        return [FoundCase(each, tuple(found[each.id])) for each in page if each.id in found]


def run_dealt(connection: Connection, changeset: Changeset) -> None:
    """Write sheets and dealings, and mark the open cases about which something was found."""
    _mark_found(connection, changeset)
    for sheet in changeset.duty_sheets:
        connection.execute(_FORGET_SHEET, {"b_case": sheet.case_id})
        connection.execute(_ADD_SHEET, _sheet_row(sheet))
    for dealing in changeset.dealings:
        connection.execute(_ADD_DEALING, _dealing_row(dealing))


def _mark_found(connection: Connection, changeset: Changeset) -> None:
    """Write which open cases findings of this changeset are about: of their accounts, and of what lies in them."""
    links = {(each.case_id, each.decision_id): each.at for each in changeset.case_findings}
    grave = {each.id: each for each in changeset.decisions if each.clause_id in ZERO_TOLERANCE_IDS}
    for record in changeset.findings:
        decision = grave.get(record.decision_id)
        if decision is None or record.is_reversal:
            continue
        # What a person only holds is not found yet.
        items = (
            each.item_id
            for each in changeset.decision_answers
            if each.decision_id == decision.id and each.answer is not Answer.HOLD
        )
        for statement, ids in ((_OF_ACCOUNTS, record.roles), (_OF_ITEMS, items)):
            for row in rows_of(connection, statement, ids, clause=decision.clause_id):
                links[CaseId(row["id"]), decision.id] = decision.at
    told = [{"b_case": of, "b_decision": by, "b_at": rows.to_us(at)} for (of, by), at in links.items()]
    if told:
        connection.execute(_LINK[connection.dialect.name == "postgresql"], told)
        connection.execute(_MARK, [{"b_case": each["b_case"], "b_at": each["b_at"]} for each in told])


def _sheet_row(sheet: DutySheet) -> dict[str, Any]:
    if sheet.at is None or sheet.by is None:
        raise ValueError("nobody has said what is on this sheet")
    return {
        "case_id": sheet.case_id,
        **answers_of(sheet),
        "said_by": sheet.by,
        "at_us": rows.to_us(sheet.at),
    }


def sheet_of(row: Any) -> DutySheet:
    """Return a stored sheet."""
    return DutySheet(
        CaseId(row["case_id"]),
        Imagery(row["imagery"]),
        Explicitness(row["explicitness"]),
        ChildKnown(row["child"]),
        frozenset(map(Trait, row["traits"].split())),
        Places(*(tuple(row[name].split()) for name in ("suspects", "children", "published"))),
        row["said_by"],
        rows.from_us(row["at_us"]),
    )


def _dealing_row(dealing: Dealing) -> dict[str, Any]:
    return {
        "id": dealing.id,
        "case_id": dealing.case_id,
        "authority": dealing.authority,
        "kind": dealing.kind.value,
        "done_by": dealing.by,
        "at_us": rows.to_us(dealing.at),
        "noted_us": rows.to_us(dealing.noted_at),
        "due_us": rows.maybe_us(dealing.due_at),
        "reason": dealing.reason,
        "reference": dealing.reference,
        "salt": dealing.salt,
    }


def _dealing(row: Any) -> Dealing:
    return Dealing(
        row["id"],
        CaseId(row["case_id"]),
        row["authority"],
        DealingKind(row["kind"]),
        row["done_by"],
        rows.from_us(row["at_us"]),
        rows.from_us(row["noted_us"]),
        row["reason"],
        row["reference"],
        None if row["due_us"] is None else rows.from_us(row["due_us"]),
        row["salt"],
    )
