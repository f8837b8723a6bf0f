"""Give a case back with a reason, and not be offered it again."""

from dataclasses import dataclass

from tutela.core.case_moves import SkipReason
from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.move_case import AskedMove, CaseSeen, CaseWork
from tutela.ports.cases import CaseSkip


@dataclass(frozen=True, slots=True)
class SkipCase:
    """Skip a case. It is offered to everybody else, and may still be claimed by name."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId, reason: SkipReason) -> CaseSeen:
        """Skip a case; it raises what `CaseWork.move` raises."""
        skip = CaseSkip(case_id, principal.id, reason, self.work.clock.now())
        return self.work.move(principal, case_id, AskedMove(Move.SKIP, skip=skip, told={"reason": reason.value}))
