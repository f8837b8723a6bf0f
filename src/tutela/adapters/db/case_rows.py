"""Cases as rows, and back."""

from typing import Any

from tutela.adapters.db.rows import Row, from_us, maybe_us, to_us
from tutela.core.case_states import CaseState
from tutela.core.cases import Case, CaseReason, Purpose
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId
from tutela.ports.cases import CaseNote, CaseSkip, Queue

ANSWERS = ("first_by", "second_by", "third_by")
_SECOND = frozenset({CaseState.AWAITING_SECOND, CaseState.CLAIMED_SECOND})
_THIRD = frozenset({CaseState.AWAITING_THIRD, CaseState.CLAIMED_THIRD})
IN_DANGER, CALM = 0, 1


def answer_of(state: CaseState) -> int:
    """Return which answer a case waits for, so that whoever may not give it passes by all of them at once."""
    return 3 if state in _THIRD else 2 if state in _SECOND else 1


def queue_id(case: Case) -> str:
    """Return the queue of a case, as one word."""
    return f"{case.clause_id}/{case.language}/{case.kind}"


def case_row(case: Case) -> dict[str, Any]:
    """Return the row of a case."""
    return {
        "id": case.id,
        "account_id": case.account_id,
        "clause_id": case.clause_id,
        "reason": case.reason.value,
        "opened_us": to_us(case.opened_at),
        "due_us": to_us(case.due_at),
        "closed_by": case.closed_by,
        "language": case.language,
        "kind": case.kind,
        "queue_id": queue_id(case),
        "purpose": case.purpose.value,
        **moved_row(case),
    }


def moved_row(case: Case) -> dict[str, Any]:
    """Return the part of a row that moves change."""
    answered = [*case.answered_by, None, None, None]
    return {
        "state": case.state.value,
        "holder": case.holder,
        "until_us": maybe_us(case.until),
        "version": case.version,
        "danger_rank": IN_DANGER if case.is_in_danger else CALM,
        **dict(zip(ANSWERS, answered, strict=False)),
        "answer": answer_of(case.state),
    }


def case(row: Row) -> Case:
    """Return the case of a row."""
    return Case(
        id=CaseId(row["id"]),
        account_id=AccountId(row["account_id"]),
        clause_id=ClauseId(row["clause_id"]),
        reason=CaseReason(row["reason"]),
        opened_at=from_us(row["opened_us"]),
        due_at=from_us(row["due_us"]),
        closed_by=DecisionId(row["closed_by"]) if row["closed_by"] else None,
        state=CaseState(row["state"]),
        holder=row["holder"],
        until=None if row["until_us"] is None else from_us(row["until_us"]),
        version=row["version"],
        is_in_danger=row["danger_rank"] == IN_DANGER,
        answered_by=tuple(row[name] for name in ANSWERS if row[name] is not None),
        language=row["language"],
        kind=row["kind"],
        purpose=Purpose(row["purpose"]),
    )


def queue(row: Row) -> Queue:
    """Return the queue of a row."""
    oldest = row["oldest_us"]
    return Queue(
        clause_id=ClauseId(row["clause_id"]),
        language=row["language"],
        kind=row["kind"],
        depth=row["depth"],
        claimed=row["claimed"],
        overdue=row["overdue"],
        in_danger=row["in_danger"],
        oldest_due_at=None if oldest is None else from_us(oldest),
    )


def note_row(note: CaseNote) -> dict[str, Any]:
    """Return the row of a note."""
    return {
        "id": note.id,
        "case_id": note.case_id,
        "written_by": note.by,
        "at_us": to_us(note.at),
        "text": note.text,
        "salt": note.salt,
    }


def note(row: Row) -> CaseNote:
    """Return the note of a row."""
    return CaseNote(
        row["id"], CaseId(row["case_id"]), row["written_by"], from_us(row["at_us"]), row["text"], bytes(row["salt"])
    )


def skip_row(skip: CaseSkip) -> dict[str, Any]:
    """Return the row of a skip."""
    return {
        "case_id": skip.case_id,
        "skipped_by": skip.by,
        "reason": skip.reason.value,
        "at_us": to_us(skip.at),
    }
