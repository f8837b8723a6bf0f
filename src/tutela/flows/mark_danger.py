"""Say that somebody is in danger, and that they are not any more."""

from dataclasses import dataclass

from tutela.core.case_moves import DangerOver
from tutela.core.case_states import Move
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.errors import BadInput
from tutela.flows.move_case import AskedMove, CaseSeen, CaseWork


@dataclass(frozen=True, slots=True)
class MarkDanger:
    """Raise or end the alarm of a case. It takes the case from nobody, and puts it at the head of every queue."""

    work: CaseWork

    def __call__(
        self, principal: Principal, case_id: CaseId, *, is_in_danger: bool, over: DangerOver | None = None
    ) -> CaseSeen:
        """Raise the alarm, or end it; it raises what `CaseWork.move` raises. Reversible: it is raised again.

        Raises:
            tutela.errors.BadInput: It would end, and nobody says why.
        """
        if is_in_danger:
            return self.work.move(principal, case_id, AskedMove(Move.RAISE_DANGER))
        if over is None:
            said = ", ".join(DangerOver)
            raise BadInput("say why nobody is in danger any more", place="over", remedy=f"It is one of {said}.")
        return self.work.move(principal, case_id, AskedMove(Move.END_DANGER, told={"over": over.value}))
