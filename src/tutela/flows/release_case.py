"""Give a case back to its queue."""

from dataclasses import dataclass

from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.move_case import AskedMove, CaseSeen, CaseWork


@dataclass(frozen=True, slots=True)
class ReleaseCase:
    """Give a case back, for whoever comes next."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId) -> CaseSeen:
        """Release a case; it raises what `CaseWork.move` raises."""
        return self.work.move(principal, case_id, AskedMove(Move.RELEASE))
