"""Mix other work in: after many hard looks somebody is now and then given a case under an ordinary clause."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.case_moves import step, why_not
from tutela.core.case_states import Move
from tutela.core.exposure import BREAK_AFTER, wants_other_work
from tutela.core.looks import replaces_head
from tutela.core.permissions import Principal
from tutela.core.plans import ZERO_TOLERANCE
from tutela.flows.move_case import actor_of, move_event
from tutela.flows.next_case import EVERY, FIRST, Give, GivenInstead
from tutela.ports.cases import CaseFilter, CaseMove, OpenCase
from tutela.ports.committer import Changeset
from tutela.ports.entropy import Entropy
from tutela.ports.exposure import ExposureBook
from tutela.ports.store import Reader

_DRAW_BYTES = 4


@dataclass(frozen=True, slots=True)
class MixNeutral:
    """Give an ordinary case in place of the head. Never before danger, or what is late."""

    book: ExposureBook
    entropy: Entropy

    def __call__(
        self, reader: Reader, principal: Principal, head: OpenCase, wanted: CaseFilter, now: datetime
    ) -> GivenInstead | None:
        """Return an ordinary case, claimed, or none in most cases: also where somebody asked for one clause."""
        if (
            head.case.clause_id not in ZERO_TOLERANCE
            or wanted.clause_id is not None
            or not replaces_head(head.case, now)
        ):
            return None
        looks = self.book.looks_of(principal.id, now - 2 * BREAK_AFTER.delta)
        if not wants_other_work(looks, now, self.entropy.token(_DRAW_BYTES)):
            return None
        calm = replace(wanted, without=wanted.without | ZERO_TOLERANCE)
        found = reader.next_case(principal.id, calm, EVERY if principal.may("second") else FIRST, now)
        actor = actor_of(reader, principal)
        if found is None or why_not(found.case, Move.CLAIM, actor, now) is not None:
            return None
        move = CaseMove(found.case, step(found.case, Move.CLAIM, actor, now))
        changeset = Changeset(case_moves=(move,), audit=(move_event(move, Move.CLAIM, actor.id),))
        return GivenInstead(replace(found, case=move.after), changeset)


@dataclass(frozen=True, slots=True)
class InTurn:
    """Ask several, and give what the first has to give."""

    gives: Sequence[Give]

    def __call__(
        self, reader: Reader, principal: Principal, head: OpenCase, wanted: CaseFilter, now: datetime
    ) -> GivenInstead | None:
        """Return what is given in place of *head*, or none."""
        found = (give(reader, principal, head, wanted, now) for give in self.gives)
        return next((each for each in found if each is not None), None)
