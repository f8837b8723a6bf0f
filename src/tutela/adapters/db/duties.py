"""Duties in the database; see `ports.duties`. Sheets and dealings are written in the committer's transaction."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, or_, select, text, update

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.case_rows import case
from tutela.adapters.db.decision_tables import decision_answers, finding_roles, findings
from tutela.adapters.db.duty_tables import dealings, duty_sheets
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.many import write_many
from tutela.core.cases import Case, Purpose
from tutela.core.filing.dealings import Dealing, DealingKind
from tutela.core.filing.duty import ChildKnown, Explicitness, Imagery, Trait
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet
from tutela.core.ids import CaseId, DecisionId
from tutela.core.plans import Answer, Source
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.ports.committer import Changeset
from tutela.ports.duties import FoundCase, Overturned

_REVERSAL = t.decisions.alias("reversal")
_IS_FINDING = and_(
    t.decisions.c.source == Source.PERSON.value,
    t.decisions.c.clause_id == t.cases.c.clause_id,
    ~findings.c.is_reversal,
)
# What was found of something that lies in the case; what a person only holds is not found yet.
_FROM_ITEMS = (
    t.case_items.join(decision_answers, decision_answers.c.item_id == t.case_items.c.item_id)
    .join(t.decisions, t.decisions.c.id == decision_answers.c.decision_id)
    .join(findings, findings.c.decision_id == t.decisions.c.id)
)
_ABOUT_ITEMS = and_(t.case_items.c.case_id == t.cases.c.id, decision_answers.c.answer != Answer.HOLD.value, _IS_FINDING)
# What was found of the account since the case was opened, also where no item lies in it. An older finding was another
# incident: it had a case of its own.
_FROM_ACCOUNT = finding_roles.join(t.decisions, t.decisions.c.id == finding_roles.c.decision_id).join(
    findings, findings.c.decision_id == t.decisions.c.id
)
_ABOUT_ACCOUNT = and_(
    finding_roles.c.account_id == t.cases.c.account_id, t.decisions.c.at_us >= t.cases.c.opened_us, _IS_FINDING
)
_WHERE_FOUND = ((_FROM_ITEMS, _ABOUT_ITEMS), (_FROM_ACCOUNT, _ABOUT_ACCOUNT))

_FINDING = (t.decisions.c.id, t.decisions.c.at_us)
_STANDS = ~exists().where(_REVERSAL.c.reverses == t.decisions.c.id)
_OF_ITEMS, _OF_ACCOUNT = (
    select(*_FINDING).select_from(found_in).where(about, _STANDS) for found_in, about in _WHERE_FOUND
)
IS_FOUND = or_(_OF_ITEMS.correlate(t.cases).exists(), _OF_ACCOUNT.correlate(t.cases).exists())


IS_FOUND_OPEN = text("cases.closed_by IS NULL AND cases.found_us IS NOT NULL")
"""As the index has it: SQLite uses a partial index only for the very words of its condition."""


_OPEN = (
    select(t.cases)
    .where(IS_FOUND_OPEN, t.cases.c.purpose == Purpose.WORK.value, t.cases.c.id > bindparam("after"), IS_FOUND)
    .order_by(t.cases.c.id)
    .limit(bindparam("limit"))
)
_ONE = t.cases.c.id == bindparam("case")
_FINDINGS = _OF_ITEMS.join(t.cases, _ONE).correlate(None).union(_OF_ACCOUNT.join(t.cases, _ONE).correlate(None))
_STOOD_ON_ITEMS, _STOOD_ON_ACCOUNT = (
    select(t.decisions.c.id, _REVERSAL.c.id.label("reversal_id"), _REVERSAL.c.at_us)
    .select_from(found_in.join(_REVERSAL, _REVERSAL.c.reverses == t.decisions.c.id))
    .where(about)
    .join(t.cases, _ONE)
    for found_in, about in _WHERE_FOUND
)
_OVERTURNED = _STOOD_ON_ITEMS.union(_STOOD_ON_ACCOUNT)
_SHEET = select(duty_sheets).where(duty_sheets.c.case_id == bindparam("case"))
_DEALINGS = select(dealings).where(among(dealings.c.case_id)).order_by(dealings.c.case_id, dealings.c.id)
_FORGET_SHEET = delete(duty_sheets).where(duty_sheets.c.case_id == bindparam("b_case"))
_ADD_SHEET, _ADD_DEALING = insert(duty_sheets), insert(dealings)

_IS_NEW = (t.cases.c.clause_id == bindparam("b_clause")) & t.cases.c.closed_by.is_(None) & t.cases.c.found_us.is_(None)
_FOUND_OF_ACCOUNT = (
    update(t.cases).where(t.cases.c.account_id == bindparam("b_id"), _IS_NEW).values(found_us=bindparam("b_at"))
)
_FOUND_OF_ITEM = (
    update(t.cases)
    .where(t.cases.c.id.in_(select(t.case_items.c.case_id).where(t.case_items.c.item_id == bindparam("b_id"))), _IS_NEW)
    .values(found_us=bindparam("b_at"))
)


class DutyReads:
    """The part of `ports.store.Reader` about duties."""

    _connection: Connection

    def duty_sheet(self, case_id: CaseId) -> DutySheet:
        """Return what was said of an incident."""
        row = self._connection.execute(_SHEET, {"case": case_id}).mappings().one_or_none()
        return DutySheet(case_id) if row is None else _sheet(row)

    def dealings(self, case_ids: Iterable[CaseId]) -> dict[CaseId, tuple[Dealing, ...]]:
        """Return what was done about each incident."""
        found: dict[CaseId, list[Dealing]] = defaultdict(list)
        for row in rows_of(self._connection, _DEALINGS, case_ids):
            found[CaseId(row["case_id"])].append(_dealing(row))
        return {case_id: tuple(each) for case_id, each in found.items()}

    def found_cases(self, after: str, limit: int) -> list[FoundCase]:
        """Return open cases about which a finding stands."""
        page = self._connection.execute(_OPEN, {"after": after, "limit": limit}).mappings()
        found = [self._with_finding(case(row)) for row in page.all()]
        return [each for each in found if each is not None]

    def found_case(self, case_id: CaseId) -> FoundCase | None:
        """Return a case with the first finding that stands about it."""
        row = self._connection.execute(select(t.cases).where(_ONE), {"case": case_id}).mappings().one_or_none()
        return None if row is None else self._with_finding(case(row))

    def findings_of_case(self, case_id: CaseId) -> list[DecisionId]:
        """Return the findings of people that stand about a case, oldest first."""
        found = sorted(self._connection.execute(_FINDINGS, {"case": case_id}), key=lambda row: (row.at_us, row.id))
        return [DecisionId(row.id) for row in found]

    def overturned_of_case(self, case_id: CaseId) -> list[Overturned]:
        """Return the findings of people about a case that were reversed, the last one first."""
        found = sorted(
            self._connection.execute(_OVERTURNED, {"case": case_id}),
            key=lambda row: (row.at_us, row.reversal_id, row.id),
            reverse=True,
        )
        return [Overturned(DecisionId(row.id), DecisionId(row.reversal_id)) for row in found]

    def _with_finding(self, of: Case) -> FoundCase | None:
        found = sorted(self._connection.execute(_FINDINGS, {"case": of.id}), key=lambda row: (row.at_us, row.id))
        return FoundCase(of, DecisionId(found[0].id), rows.from_us(found[0].at_us)) if found else None


def run_dealt(connection: Connection, changeset: Changeset) -> None:
    """Write sheets and dealings, and mark the open cases about which something was found."""
    _mark_found(connection, changeset)
    for sheet in changeset.duty_sheets:
        connection.execute(_FORGET_SHEET, {"b_case": sheet.case_id})
        connection.execute(_ADD_SHEET, _sheet_row(sheet))
    for dealing in changeset.dealings:
        connection.execute(_ADD_DEALING, _dealing_row(dealing))


def _mark_found(connection: Connection, changeset: Changeset) -> None:
    grave = {each.id: each for each in changeset.decisions if each.clause_id in ZERO_TOLERANCE_IDS}
    for record in changeset.findings:
        decision = grave.get(record.decision_id)
        if decision is None or record.is_reversal:
            continue
        told = {"b_clause": decision.clause_id, "b_at": rows.to_us(decision.at)}
        items = (
            each.item_id
            for each in changeset.decision_answers
            if each.decision_id == decision.id and each.answer is not Answer.HOLD
        )
        for statement, ids in ((_FOUND_OF_ACCOUNT, record.roles), (_FOUND_OF_ITEM, items)):
            if some := [{"b_id": each, **told} for each in ids]:
                write_many(connection, statement, some)


def _words(values: Iterable[str]) -> str:
    return " ".join(values)


def _sheet_row(sheet: DutySheet) -> dict[str, Any]:
    if sheet.at is None or sheet.by is None:
        raise ValueError("nobody has said what is on this sheet")
    return {
        "case_id": sheet.case_id,
        "imagery": sheet.imagery.value,
        "explicitness": sheet.explicitness.value,
        "child": sheet.child.value,
        "traits": _words(sorted(each.value for each in sheet.traits)),
        "suspects": _words(sheet.places.suspects),
        "children": _words(sheet.places.children),
        "published": _words(sheet.places.published),
        "said_by": sheet.by,
        "at_us": rows.to_us(sheet.at),
    }


def _sheet(row: Any) -> DutySheet:
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
