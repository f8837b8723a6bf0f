"""Record that somebody told an authority where there is no interface: the clock stops, and preservation starts."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.filing.dealings import Dealing, DealingKind, refuse_by_hand
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.deal import Deal
from tutela.flows.read_duties import Duties


@dataclass(frozen=True, slots=True)
class FileByHand:
    """Record a filing by hand with its reference, its time and who filed it. Not reversible: it was told."""

    deal: Deal

    def __call__(
        self, principal: Principal, case_id: CaseId, authority: str, reference: str, filed_at: datetime
    ) -> Duties:
        """Record it, and return what is owed then.

        Raises:
            tutela.errors.BadInput: There is no reference, the time lies ahead, or there is no such authority.
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.CaseMoved: The case has ended.
        """

        def say(duties: Duties, now: datetime) -> Dealing:
            duties.line(authority)
            refuse_by_hand(reference, filed_at, now)
            dealing = self.deal.new(principal, case_id, authority, DealingKind.BY_HAND, now)
            return replace(dealing, reference=reference.strip(), at=min(filed_at, now))

        return self.deal.commit(principal, "file", case_id, say)
