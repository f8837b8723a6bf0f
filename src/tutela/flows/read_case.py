"""Read one case, with what whoever reads it may do."""

from dataclasses import dataclass, replace

from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.flows.move_case import CaseSeen, CaseWork, actor_of, seen, shown_case
from tutela.flows.offer_undo import offer_undo


@dataclass(frozen=True, slots=True)
class ReadCase:
    """Read a case, open or ended."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId) -> CaseSeen:
        """Return a case, and what of it *principal* may take back.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
        """
        demand(principal, "cases")
        with self.work.store.read() as reader:
            shown, now = shown_case(reader, case_id), self.work.clock.now()
            offer = offer_undo(reader, principal.id, shown.case, now) if principal.may("decide") else None
            return replace(seen(shown, actor_of(reader, principal), now), undo=offer)
