"""Give a case to a colleague."""

from collections.abc import Callable
from dataclasses import dataclass

from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand
from tutela.errors import UnknownColleague
from tutela.flows.move_case import AskedMove, CaseSeen, CaseWork, actor_of

Colleagues = Callable[[str], Principal | None]
"""Who somebody is, by their identifier, and what they may do; none where there is nobody."""


@dataclass(frozen=True, slots=True)
class HandOverCase:
    """Hand a case over: who gets it must be somebody who might claim it, and has a lease of their own from then on."""

    work: CaseWork
    colleagues: Colleagues

    def __call__(self, principal: Principal, case_id: CaseId, to: str) -> CaseSeen:
        """Hand a case over; it raises what `CaseWork.move` raises.

        Raises:
            tutela.errors.UnknownColleague: There is nobody of that identifier.
            tutela.errors.BadInput: They may not take this case.
        """
        demand(principal, "cases")
        colleague = self.colleagues(to)
        if colleague is None:
            raise UnknownColleague(place="to")
        with self.work.store.read() as reader:
            receiver = actor_of(reader, colleague)
        return self.work.move(
            principal, case_id, AskedMove(Move.HAND_OVER, to=receiver, told={"given_to": receiver.id})
        )
