"""Let a case wait for something until a moment, and take it up again."""

from dataclasses import dataclass
from datetime import datetime

from tutela.core.case_moves import SENTENCES, Barred, HoldReason, hold_ends_well
from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.errors import BadInput
from tutela.flows.move_case import AskedMove, CaseSeen, CaseWork


@dataclass(frozen=True, slots=True)
class HoldCase:
    """Put a case on hold. Its due time runs on: whoever waits too long is told like everybody else."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId, until: datetime, reason: HoldReason) -> CaseSeen:
        """Put a case on hold; it raises what `CaseWork.move` raises.

        Raises:
            tutela.errors.BadInput: The moment is over, or too far away.
        """
        demand(principal, "cases")
        if not hold_ends_well(until, self.work.clock.now()):
            raise BadInput(SENTENCES[Barred.BAD_MOMENT], place="until")
        return self.work.move(principal, case_id, AskedMove(Move.HOLD, until, told={"reason": reason.value}))


@dataclass(frozen=True, slots=True)
class ResumeCase:
    """Take a case up again before the moment that was said."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId) -> CaseSeen:
        """Resume a case; it raises what `CaseWork.move` raises."""
        return self.work.move(principal, case_id, AskedMove(Move.RESUME))
