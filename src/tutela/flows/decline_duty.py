"""Decide that an authority is not told, with a reason: only where the law leaves that open."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.filing.dealings import Dealing, DealingKind, refuse_declining
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.deal import Deal
from tutela.flows.read_duties import Duties


@dataclass(frozen=True, slots=True)
class DeclineDuty:
    """Record that an authority is not told. Reversible: whoever files later has filed."""

    deal: Deal

    def __call__(self, principal: Principal, case_id: CaseId, authority: str, reason: str) -> Duties:
        """Decline, and return what is owed then.

        Raises:
            tutela.errors.Forbidden: It must be told (P4).
            tutela.errors.BadInput: There is no reason, no such authority, or no person has found it yet.
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.CaseMoved: The case has ended.
        """

        def say(duties: Duties, now: datetime) -> Dealing:
            refuse_declining(duties.line(authority).duty, reason)
            dealing = self.deal.new(principal, case_id, authority, DealingKind.DECLINED, now)
            return replace(dealing, reason=reason.strip())

        return self.deal.commit(principal, "reports", case_id, say)
