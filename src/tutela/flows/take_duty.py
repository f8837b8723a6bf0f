"""Take it in hand to tell an authority, until a moment: a clock with a name beside it."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.filing.dealings import Dealing, DealingKind, refuse_taking
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.deal import Deal
from tutela.flows.read_duties import Duties


@dataclass(frozen=True, slots=True)
class TakeDuty:
    """Say who tells an authority, and by when. Whoever takes it later has it."""

    deal: Deal

    def __call__(self, principal: Principal, case_id: CaseId, authority: str, due_at: datetime | None = None) -> Duties:
        """Take it in hand, and return what is owed then; without a moment, until it is due.

        Raises:
            tutela.errors.BadInput: The moment is over, or there is no such authority.
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.CaseMoved: The case has ended.
        """

        def say(duties: Duties, now: datetime) -> Dealing:
            until = due_at or duties.line(authority).due_at
            if due_at is not None or until is None:
                refuse_taking(due_at or now, now)
            return replace(self.deal.new(principal, case_id, authority, DealingKind.TAKEN, now), due_at=until)

        return self.deal.commit(principal, "reports", case_id, say)
