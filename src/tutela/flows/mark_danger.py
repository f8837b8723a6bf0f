"""Say that somebody is in danger, and that they are not any more."""

from dataclasses import dataclass

from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.move_case import AskedMove, CaseSeen, CaseWork


@dataclass(frozen=True, slots=True)
class MarkDanger:
    """Raise or end the alarm of a case. It takes the case from nobody, and puts it at the head of every queue."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId, *, is_in_danger: bool) -> CaseSeen:
        """Raise the alarm, or end it; it raises what `CaseWork.move` raises."""
        move = Move.RAISE_DANGER if is_in_danger else Move.END_DANGER
        return self.work.move(principal, case_id, AskedMove(move))
