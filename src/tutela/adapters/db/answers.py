"""Read and write answers to cases; see `ports.case_answers`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select, update

from tutela.adapters.db import case_rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.answer_tables import case_answer_roles, case_answers, quality_samples, settlements
from tutela.adapters.db.case_tables import own_accounts
from tutela.adapters.db.decision_tables import decision_answers, findings
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.case_answers import CaseAnswer
from tutela.core.cases import Case
from tutela.core.conclusions import Conclusion, Context
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, CaseAnswerId, CaseId, ClauseId, DecisionId, ItemId
from tutela.core.measures import SubjectKind
from tutela.core.remedies import WhyTwo
from tutela.core.roles import Role
from tutela.errors import Conflict
from tutela.ports.case_answers import QualitySample, StoredAnswer, StoredSettlement
from tutela.ports.committer import Changeset

_OF_CASE = (
    select(case_answers)
    .where(case_answers.c.case_id == bindparam("case"))
    .order_by(case_answers.c.series, case_answers.c.place)
)
_ROLES = select(case_answer_roles).where(among(case_answer_roles.c.answer_id))
_SETTLED = select(settlements).where(settlements.c.case_id == bindparam("case")).order_by(settlements.c.series)
_UNENACTED = (
    select(settlements)
    .where(settlements.c.enacted_us.is_(None))
    .order_by(settlements.c.answer_id)
    .limit(bindparam("limit"))
)
_AGREED = select(settlements.c.decision_id).where(
    among(settlements.c.decision_id), settlements.c.people > 1,
    ~settlements.c.is_single_operator,
)  # fmt: skip
_SETTLED_BY = select(settlements).where(settlements.c.decision_id == bindparam("decision"))
_BLINDED = (
    select(case_answers.c.case_id)
    .outerjoin(
        settlements,
        (settlements.c.case_id == case_answers.c.case_id) & (settlements.c.series == case_answers.c.series),
    )
    .where(case_answers.c.meanwhile == bindparam("id"), settlements.c.answer_id.is_(None))
)
_IN_CASE = (
    select(t.case_items.c.item_id)
    .where(t.case_items.c.case_id == bindparam("case"))
    .order_by(t.case_items.c.item_id)
    .limit(bindparam("limit"))
)
_REVERSAL = t.decisions.alias("reversal")


# A finding that took the place of another decision names that one as well, and is no reversal.
_UNDOES = exists().where(findings.c.decision_id == t.decisions.c.id, findings.c.is_reversal)


def _standing(statement: Any) -> Any:
    return statement.outerjoin(_REVERSAL, _REVERSAL.c.reverses == t.decisions.c.id).where(
        _REVERSAL.c.id.is_(None), t.decisions.c.reverses.is_(None) | ~_UNDOES,
        t.decisions.c.clause_id == bindparam("clause"),
    )  # fmt: skip


_ABOUT_ITEMS = _standing(select(t.decisions.c.id)).where(among(t.decisions.c.item_id))
_ANSWERED_ITEMS = _standing(
    select(t.decisions.c.id).join_from(
        decision_answers, t.decisions, t.decisions.c.id == decision_answers.c.decision_id
    )
).where(among(decision_answers.c.item_id))
_ON_ITEMS = _standing(
    select(t.decisions.c.id).join_from(t.measures, t.decisions, t.decisions.c.id == t.measures.c.decision_id)
).where(t.measures.c.subject_kind == SubjectKind.ITEM.value, among(t.measures.c.subject_id))
_ON_ACCOUNT = _standing(
    select(t.decisions.c.id).join_from(t.measures, t.decisions, t.decisions.c.id == t.measures.c.decision_id)
).where(
    t.measures.c.subject_kind == SubjectKind.ACCOUNT.value, t.measures.c.subject_id == bindparam("account"),
    t.measures.c.revoked_by.is_(None), t.decisions.c.item_id.is_(None),
)  # fmt: skip
_ABOUT = (_ABOUT_ITEMS, _ANSWERED_ITEMS, _ON_ITEMS)
_AWAITING = select(t.cases).where(t.AWAITING_CASE).order_by(t.cases.c.id).limit(bindparam("limit"))
_OWNERS = select(own_accounts).where(among(own_accounts.c.account_id))
_ENACT = (
    update(settlements)
    .where(settlements.c.answer_id == bindparam("b_id"), settlements.c.enacted_us.is_(None))
    .values(enacted_us=bindparam("b_us"), decision_id=bindparam("b_decision"))
)

TABLES = (case_answers, case_answer_roles, settlements, quality_samples)
"""In the order in which rows are inserted."""


class AnswerReads:
    """The part of `ports.store.Reader` about answers."""

    _connection: Connection

    def case_answers(self, case_id: CaseId) -> list[StoredAnswer]:
        """Return every answer to a case."""
        found = list(self._connection.execute(_OF_CASE, {"case": case_id}).mappings())
        roles: dict[str, dict[AccountId, Role]] = defaultdict(dict)
        for row in rows_of(self._connection, _ROLES, (row["id"] for row in found)):
            roles[row["answer_id"]][AccountId(row["account_id"])] = Role(row["role"])
        return [_answer(row, roles[row["id"]]) for row in found]

    def settlements_of(self, case_id: CaseId) -> list[StoredSettlement]:
        """Return what the answers to a case came to."""
        return [_settlement(row) for row in self._connection.execute(_SETTLED, {"case": case_id}).mappings()]

    def unenacted(self, limit: int) -> list[StoredSettlement]:
        """Return what is settled and not carried out."""
        return [_settlement(row) for row in self._connection.execute(_UNENACTED, {"limit": limit}).mappings()]

    def settled_by(self, decision_id: DecisionId) -> StoredSettlement | None:
        """Return the end of a series of answers that a decision carried out."""
        row = self._connection.execute(_SETTLED_BY, {"decision": decision_id}).mappings().first()
        return None if row is None else _settlement(row)

    def agreed_by_two(self, decision_ids: Iterable[DecisionId]) -> frozenset[DecisionId]:
        """Return which of these two people stand behind."""
        return frozenset(DecisionId(row["decision_id"]) for row in rows_of(self._connection, _AGREED, decision_ids))

    def blinded(self, decision_id: DecisionId) -> CaseId | None:
        """Return the case that a decision only holds things for while another answer is awaited."""
        found = self._connection.execute(_BLINDED, {"id": decision_id}).scalar()
        return None if found is None else CaseId(found)

    def awaiting(self, limit: int) -> list[Case]:
        """Return the cases that wait for another answer."""
        return [case_rows.case(row) for row in self._connection.execute(_AWAITING, {"limit": limit}).mappings()]

    def owners_of(self, account_ids: Iterable[AccountId]) -> dict[AccountId, frozenset[str]]:
        """Return who said that each of these accounts is their own."""
        found: dict[AccountId, set[str]] = defaultdict(set)
        for row in rows_of(self._connection, _OWNERS, account_ids):
            found[AccountId(row["account_id"])].add(row["person_id"])
        return {account_id: frozenset(each) for account_id, each in found.items()}

    def all_case_items(self, case_id: CaseId, limit: int) -> list[ItemId]:
        """Return what lies in a case."""
        return [
            ItemId(each) for each in self._connection.execute(_IN_CASE, {"case": case_id, "limit": limit}).scalars()
        ]

    def decided_about(self, items: Iterable[ItemId], account: AccountId, clause: ClauseId) -> list[DecisionId]:
        """Return the decisions under a clause about these items, or on the account alone, that stand."""
        ids = list(items)
        found = {row["id"] for each in _ABOUT for row in rows_of(self._connection, each, ids, clause=clause)}
        found |= set(self._connection.execute(_ON_ACCOUNT, {"account": account, "clause": clause}).scalars())
        return [DecisionId(each) for each in sorted(found)]


def collect_answers(inserts: dict[str, list[dict[str, Any]]], changeset: Changeset) -> None:
    """Gather the rows of *changeset* that are new."""
    inserts["case_answers"].extend(map(_answer_row, changeset.case_answers))
    inserts["case_answer_roles"].extend(
        {"answer_id": each.answer.id, "account_id": account_id, "role": role.value}
        for each in changeset.case_answers
        for account_id, role in each.answer.roles.items()
    )
    inserts["settlements"].extend(map(_settlement_row, changeset.settlements))
    inserts["quality_samples"].extend(map(_sample_row, changeset.quality_samples))


def run_enacted(connection: Connection, changeset: Changeset) -> None:
    """Write what was carried out.

    Raises:
        tutela.errors.Conflict: Somebody else has carried it out.
    """
    for each in changeset.enacted:
        asked = {"b_id": each.answer_id, "b_us": maybe_us(each.enacted_at), "b_decision": each.decision_id}
        if connection.execute(_ENACT, asked).rowcount != 1:
            raise Conflict("what was settled has been carried out meanwhile")


def _answer_row(stored: StoredAnswer) -> dict[str, Any]:
    given = stored.answer
    return {
        "id": given.id,
        "case_id": given.case_id,
        "series": given.series,
        "place": given.place,
        "answered_by": given.by,
        "at_us": to_us(given.at),
        "conclusion": given.conclusion.value,
        "context": given.context.value if given.context else None,
        "clause_id": given.clause_id,
        "code": given.facts.code,
        "line": given.facts.line,
        "is_senior": given.is_senior,
        "outsider": given.outsider,
        "why_two": " ".join(stored.why_two),
        "meanwhile": stored.meanwhile,
        "salt": stored.salt,
    }


def _answer(row: Row, roles: Mapping[AccountId, Role]) -> StoredAnswer:
    given = CaseAnswer(
        id=CaseAnswerId(row["id"]),
        case_id=CaseId(row["case_id"]),
        series=row["series"],
        place=row["place"],
        by=row["answered_by"],
        at=from_us(row["at_us"]),
        conclusion=Conclusion(row["conclusion"]),
        clause_id=ClauseId(row["clause_id"]),
        facts=Facts(row["code"], row["line"]),
        roles=dict(roles),
        context=Context(row["context"]) if row["context"] else None,
        is_senior=bool(row["is_senior"]),
        outsider=row["outsider"],
    )
    why_two = tuple(WhyTwo(each) for each in row["why_two"].split())
    meanwhile = DecisionId(row["meanwhile"]) if row["meanwhile"] else None
    return StoredAnswer(given, why_two, bytes(row["salt"]), meanwhile)


def _settlement_row(settled: StoredSettlement) -> dict[str, Any]:
    return {
        "answer_id": settled.answer_id,
        "case_id": settled.case_id,
        "series": settled.series,
        "settled_us": to_us(settled.at),
        "people": settled.people,
        "is_single_operator": settled.is_single_operator,
        "decision_id": settled.decision_id,
        "enacted_us": maybe_us(settled.enacted_at),
    }


def _settlement(row: Row) -> StoredSettlement:
    return StoredSettlement(
        answer_id=CaseAnswerId(row["answer_id"]),
        case_id=CaseId(row["case_id"]),
        series=row["series"],
        at=from_us(row["settled_us"]),
        people=row["people"],
        is_single_operator=bool(row["is_single_operator"]),
        decision_id=DecisionId(row["decision_id"]) if row["decision_id"] else None,
        enacted_at=None if row["enacted_us"] is None else from_us(row["enacted_us"]),
    )


def _sample_row(sample: QualitySample) -> dict[str, Any]:
    return {
        "answer_id": sample.answer_id,
        "clause_id": sample.clause_id,
        "drawn_us": to_us(sample.drawn_at),
        "looked_by": None,
        "looked_us": None,
        "is_agreed": None,
    }
