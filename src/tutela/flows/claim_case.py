"""Take one case, keep it, and let go of it."""

from dataclasses import dataclass

from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.move_case import AskedMove, CaseSeen, CaseWork


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """Take a case by name, whatever is before it in its queue. Whoever holds it already keeps what they have."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId) -> CaseSeen:
        """Claim a case; it raises what `CaseWork.move` raises."""
        return self.work.move(principal, case_id, AskedMove(Move.CLAIM))


@dataclass(frozen=True, slots=True)
class RenewCase:
    """Keep a lease: the heartbeat of a screen on which somebody works."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId) -> CaseSeen:
        """Renew a lease; it raises what `CaseWork.move` raises."""
        return self.work.move(principal, case_id, AskedMove(Move.RENEW))
