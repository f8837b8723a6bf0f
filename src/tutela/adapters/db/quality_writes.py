"""Write second looks, golden cases and what lies side by side, inside the group's transaction."""

from typing import Any

from sqlalchemy import Connection, bindparam, update

from tutela.adapters.db.answer_tables import quality_samples
from tutela.adapters.db.quality_tables import comparisons, golden_cases, golden_roles, looks
from tutela.adapters.db.rows import maybe_us, to_us
from tutela.core.looks import Look
from tutela.errors import Conflict
from tutela.ports.quality import Compared, QualityChanges, StoredGolden

Row = dict[str, Any]

TABLES = (golden_cases, golden_roles, looks, comparisons)
"""In the order in which rows are inserted: none names another one that comes later."""

_END = (
    update(looks)
    .where(looks.c.case_id == bindparam("b_id"))
    .values(ended=bindparam("b_ended"), ended_us=bindparam("b_us"))
)
_LOOKED = (
    update(quality_samples)
    .where(quality_samples.c.answer_id == bindparam("b_id"))
    .values(looked_by=bindparam("b_by"), looked_us=bindparam("b_us"), is_agreed=bindparam("b_agreed"))
)
_WITHDRAW = (
    update(golden_cases)
    .where(golden_cases.c.id == bindparam("b_id"), golden_cases.c.withdrawn_us.is_(None))
    .values(withdrawn_by=bindparam("b_by"), withdrawn_us=bindparam("b_us"), withdrawn_for=bindparam("b_for"))
)


def collect(inserts: dict[str, list[Row]], changes: QualityChanges | None) -> None:
    """Gather the rows that are new."""
    if changes is None:
        return
    inserts["looks"].extend(map(_look_row, changes.looks))
    inserts["comparisons"].extend(map(_compared_row, changes.compared))
    inserts["golden_cases"].extend(map(_golden_row, changes.golden))
    inserts["golden_roles"].extend(
        {"golden_id": each.golden.id, "account_id": account_id, "role": role.value}
        for each in changes.golden
        for account_id, role in each.golden.answer.roles.items()
    )


def run(connection: Connection, changes: QualityChanges | None) -> None:
    """Change what is there.

    Raises:
        tutela.errors.Conflict: A golden case has been withdrawn by now.
    """
    if changes is None:
        return
    for ended in changes.ended:
        connection.execute(_END, {"b_id": ended.case_id, "b_ended": ended.end.value, "b_us": to_us(ended.at)})
    for looked in changes.looked_at:
        asked = {"b_id": looked.answer_id, "b_by": looked.by, "b_us": to_us(looked.at), "b_agreed": looked.is_agreed}
        connection.execute(_LOOKED, asked)
    for golden in changes.withdrawn:
        asked = {
            "b_id": golden.id, "b_by": golden.withdrawn_by, "b_us": maybe_us(golden.withdrawn_at),
            "b_for": golden.withdrawn_for,
        }  # fmt: skip
        if connection.execute(_WITHDRAW, asked).rowcount != 1:
            raise Conflict("it has been withdrawn meanwhile")


def _look_row(look: Look) -> Row:
    return {
        "case_id": look.case_id,
        "purpose": look.purpose.value,
        "decision_id": look.decision_id,
        "opened_us": to_us(look.opened_at),
        "sample_id": look.sample_id,
        "golden_id": look.golden_id,
        "person": look.person,
        "ended": None,
        "ended_us": None,
    }


def _compared_row(compared: Compared) -> Row:
    first, second = compared.said
    return {
        "answer_id": compared.answer_id,
        "kind": compared.kind.value,
        "clause_id": compared.clause_id,
        "at_us": to_us(compared.at),
        "first_by": compared.first_by,
        "second_by": compared.second_by,
        "first_said": first,
        "second_said": second,
        "is_agreed": compared.is_agreed,
        "golden_id": compared.golden_id,
    }


def _golden_row(stored: StoredGolden) -> Row:
    golden, answer = stored.golden, stored.golden.answer
    return {
        "id": golden.id,
        "case_id": golden.case.id,
        "decision_id": golden.decision_id,
        "account_id": golden.case.account_id,
        "clause_id": golden.case.clause_id,
        "language": golden.case.language,
        "kind": golden.case.kind,
        "answer_id": answer.id,
        "conclusion": answer.conclusion.value,
        "context": answer.context.value if answer.context else None,
        "held_clause": answer.clause_id,
        "code": answer.facts.code,
        "line": answer.facts.line,
        "reason": golden.reason,
        "marked_by": answer.by,
        "marked_us": to_us(answer.at),
        "is_senior": answer.is_senior,
        "salt": stored.salt,
        "withdrawn_by": None,
        "withdrawn_us": None,
        "withdrawn_for": "",
    }
