"""Read one case, with what whoever reads it may do."""

from dataclasses import dataclass

from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.flows.move_case import CaseSeen, CaseWork, actor_of, seen, shown_case


@dataclass(frozen=True, slots=True)
class ReadCase:
    """Read a case, open or ended."""

    work: CaseWork

    def __call__(self, principal: Principal, case_id: CaseId) -> CaseSeen:
        """Return a case.

        Raises:
            tutela.errors.UnknownCase: There is none of that identifier.
        """
        demand(principal, "cases")
        with self.work.store.read() as reader:
            return seen(shown_case(reader, case_id), actor_of(reader, principal), self.work.clock.now())
