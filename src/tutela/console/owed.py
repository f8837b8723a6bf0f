"""What a case owes, as lists and the page of the case tell it: what is open, how its time runs, who has it in hand."""

from typing import Any

from tutela.console.time_left import is_pressing, stage_words, time_left
from tutela.console.visits import Visit
from tutela.core.ids import CaseId
from tutela.flows.read_duties import Duties


def owed_told(visit: Visit, duties: Duties) -> dict[str, Any]:
    """Return what a list tells of one case."""
    now, found, due_at = visit.house.clock.now(), duties.found, duties.due_at
    clock = None
    if found is not None and due_at is not None:
        clock = {
            "left": time_left(due_at, now),
            "stage": stage_words(found.found_at, due_at, now),
            "is_pressing": is_pressing(found.found_at, due_at, now),
        }
    return {
        "case": duties.case,
        "clock": clock,
        "due_at": due_at,
        "open": [each for each in duties.lines if each.is_open and each.duty.is_concerned],
        "is_settled": duties.is_settled,
    }


def owed_of_case(visit: Visit, case_id: CaseId) -> dict[str, Any] | None:
    """Return what the page of a case tells: none where nobody found it, or it is not theirs."""
    if not visit.principal.may("reports"):
        return None
    duties = visit.house.duties.read(visit.principal, case_id)
    return None if duties.found is None else owed_told(visit, duties)
