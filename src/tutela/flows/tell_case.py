"""Say how a case stands: one wording for API and command line."""

from typing import Any

from tutela.core.case_states import CLOCKS, CaseState
from tutela.flows.move_case import CaseSeen
from tutela.flows.note_case import Notes
from tutela.ports.cases import CaseNote, Queue


def case_told(found: CaseSeen) -> dict[str, Any]:
    """Return a case, with what may be done with it. Who gave an answer before is told to nobody who may yet answer."""
    case, now = found.shown.case, found.at
    state, holder = case.state_at(now), case.holder_at(now)
    ends_at = case.until if holder is not None else None
    return {
        "id": case.id,
        "account": found.shown.account_platform_id,
        "clause": case.clause_id,
        "reason": case.reason.value,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "items": list(found.shown.item_platform_ids),
        "item_count": found.shown.item_count,
        "state": state.value,
        "version": case.version,
        "language": case.language,
        "kind": case.kind,
        "in_danger": case.is_in_danger,
        "overdue": state is not CaseState.DECIDED and now >= case.due_at,
        "holder": holder,
        "yours": found.is_own,
        "until": ends_at,
        "seconds_left": None if ends_at is None else int((ends_at - now).total_seconds()),
        "reminds": case.reminds_at(now),
        "clocks": [clock.value for clock in CLOCKS[state]],
        "answers": len(case.answered_by),
        "decision": case.closed_by,
        "purpose": case.purpose.value if state is CaseState.DECIDED else None,
        "moves": [move.value for move in found.moves],
        "undo": None if found.undo is None else found.undo.id,
        "undo_until": None if found.undo is None else found.undo.until,
    }


def note_told(note: CaseNote) -> dict[str, Any]:
    """Return a note."""
    return {"id": note.id, "by": note.by, "at": note.at, "text": note.text}


def notes_told(notes: Notes) -> dict[str, Any]:
    """Return a page of notes."""
    return {"notes": [note_told(note) for note in notes.notes], "all": notes.are_all, "next": notes.following}


def queue_told(queue: Queue) -> dict[str, Any]:
    """Return how a queue stands."""
    return {
        "clause": queue.clause_id,
        "language": queue.language,
        "kind": queue.kind,
        "depth": queue.depth,
        "claimed": queue.claimed,
        "overdue": queue.overdue,
        "in_danger": queue.in_danger,
        "oldest_due_at": queue.oldest_due_at,
    }
