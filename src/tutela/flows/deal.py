"""Write down what is said of an incident, and what was done about an authority (P4).

What was read to say it, and the case itself, are of one version: who ends the case, or says something else, beside this
has it read and said again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tutela.core.audit import SALT_BYTES, commit_to
from tutela.core.case_moves import step, why_not
from tutela.core.case_states import Move
from tutela.core.filing.dealings import Dealing, DealingKind
from tutela.core.filing.sheets import DutySheet, answers_of
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal, demand_person
from tutela.errors import Conflict
from tutela.flows.close_dealt import CloseDealt
from tutela.flows.move_case import MAX_REPLANS, CaseWork, actor_of, move_event, refuse, shown_case
from tutela.flows.read_duties import Duties, ReadDuties
from tutela.ports.cases import CaseMove
from tutela.ports.committer import Changeset

Say = Callable[[Duties, datetime], Dealing | DutySheet]
"""From what is owed, and the time, to what is written down; it raises what is wrong with that."""


@dataclass(frozen=True, slots=True)
class Deal:
    """What every verb that deals with an authority needs."""

    work: CaseWork
    read: ReadDuties
    close: CloseDealt

    def commit(self, principal: Principal, scope: str, case_id: CaseId, say: Say) -> Duties:
        """Write down what *say* makes of what is owed, end the case where nothing is then, and return what is.

        Raises:
            tutela.errors.Forbidden: The scope is missing, or it is the key of a service: a name stands beside a clock.
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs.
            tutela.errors.CaseMoved: The case has ended.
        """
        demand_person(principal, scope)
        for _ in range(MAX_REPLANS):
            now = self.work.clock.now()
            with self.work.store.read() as reader:
                shown, actor = shown_case(reader, case_id), actor_of(reader, principal)
                refuse(why_not(shown.case, Move.DEAL, actor, now), shown, actor, now)
                said = say(self.read.of(reader, shown.case), now)
            move = CaseMove(shown.case, step(shown.case, Move.DEAL, actor, now))
            try:
                self.work.committer.commit(_changeset(move, actor.id, said))
            except Conflict:
                continue
            self.close.one(case_id)
            with self.work.store.read() as reader:
                return self.read.of(reader, shown_case(reader, case_id).case)
        raise Conflict("others are working on the same case without end", remedy="Try again.")

    def new(self, principal: Principal, case_id: CaseId, authority: str, kind: DealingKind, now: datetime) -> Dealing:
        """Return a dealing of *principal*, to be filled in."""
        entropy = self.work.entropy
        return Dealing(
            entropy.new_id("dealing"), case_id, authority, kind, principal.id, now, now, salt=entropy.token(SALT_BYTES)
        )


def _changeset(move: CaseMove, by: str, said: Dealing | DutySheet) -> Changeset:
    if isinstance(said, DutySheet):
        event = move_event(move, Move.DEAL, by, {"sheet": dict(answers_of(said))})
        return Changeset(case_moves=(move,), duty_sheets=(said,), audit=(event,))
    event = move_event(move, Move.DEAL, by, _told(said))
    return Changeset(case_moves=(move,), dealings=(said,), audit=(event,))


def _told(dealing: Dealing) -> dict[str, str | int | None]:
    """Return what the audit says of a dealing: that it was done, and a commitment to what was written."""
    written = {"reason": dealing.reason, "reference": dealing.reference}
    return {
        "dealing": dealing.id,
        "authority": dealing.authority,
        "kind": dealing.kind.value,
        "commitment": commit_to(written, dealing.salt).hex(),
    }
