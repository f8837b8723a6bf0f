"""Say of an incident what laws ask for: what kind of picture it is, how far it goes, which countries it touches."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.filing.sheets import DutySheet, checked
from tutela.core.permissions import Principal, demand_person
from tutela.flows.deal import Deal
from tutela.flows.read_duties import Duties


@dataclass(frozen=True, slots=True)
class FillDutySheet:
    """Fill in the sheet of an incident. The table answers anew from then on."""

    deal: Deal

    def __call__(self, principal: Principal, sheet: DutySheet) -> Duties:
        """Store *sheet* in the place of what was said before, and return what is owed then.

        Raises:
            tutela.errors.Forbidden: The scope is missing, or it is the key of a service.
            tutela.errors.BadInput: A country is none.
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.CaseMoved: The case has ended.
        """
        demand_person(principal, "reports")

        def say(_: Duties, now: datetime) -> DutySheet:
            return replace(checked(sheet), by=principal.id, at=now)

        return self.deal.commit(principal, "reports", sheet.case_id, say)
