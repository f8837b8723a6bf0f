"""Give somebody the case that they should decide next, and nobody else the same."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from tutela.core.case_moves import step, why_not
from tutela.core.case_states import Move
from tutela.core.ids import ClauseId
from tutela.core.permissions import Principal, demand
from tutela.errors import Conflict
from tutela.flows.move_case import MAX_REPLANS, CaseSeen, CaseWork, actor_of, move_event, refuse, seen
from tutela.flows.repeat import Answered, Repeatable, RepeatedError
from tutela.ports.cases import CaseFilter, CaseMove, OpenCase
from tutela.ports.committer import Changeset
from tutela.ports.store import Reader

FIRST = (1,)
EVERY = (1, 2, 3)
"""Which answers somebody may give; the second and the third only with the scope `second`."""


@dataclass(frozen=True, slots=True)
class GivenInstead:
    """A case that was opened for whoever asks, and is theirs."""

    shown: OpenCase
    changeset: Changeset


class Give(Protocol):
    """Give somebody another case than the head of their queues, or none."""

    def __call__(
        self, reader: Reader, principal: Principal, head: OpenCase, wanted: CaseFilter, now: datetime
    ) -> GivenInstead | None:
        """Return it with all that is written for it."""
        ...


def _nothing(person: str) -> frozenset[ClauseId]:
    del person
    return frozenset()


@dataclass(frozen=True, slots=True)
class NextCase:
    """Claim the head of all queues that were asked for: danger first, then what is due first.

    Two who ask at once plan from the same head; the committer lets one of them have it, and the other plans again.
    Those who ask the same process take turns instead, for all but one of them would plan in vain.
    """

    work: CaseWork
    give: Give | None = None  #: a golden case in place of the head, now and then
    declined: Callable[[str], frozenset[ClauseId]] = _nothing  #: under which clauses somebody would rather have none
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def __call__(self, principal: Principal, wanted: CaseFilter) -> CaseSeen | None:
        """Claim the next case and return it, or none when there is nothing for *principal*."""
        return self._claim(principal, wanted, None)[0]

    def once(self, principal: Principal, wanted: CaseFilter, request: Repeatable[CaseSeen | None]) -> Answered:
        """Claim the next case, or answer as the same request was answered before.

        Raises:
            tutela.errors.IdempotencyMismatch: The request's key was used for another request.
        """
        try:
            return Answered(self._claim(principal, wanted, request)[1])
        except RepeatedError as repeated:
            return Answered(repeated.body, is_replay=True)

    def _claim(
        self, principal: Principal, wanted: CaseFilter, request: Repeatable[CaseSeen | None] | None
    ) -> tuple[CaseSeen | None, bytes]:
        demand(principal, "cases")
        wanted = replace(wanted, without=wanted.without | self.declined(principal.id))
        with self._turn:
            return self._in_turn(principal, wanted, request)

    def _in_turn(
        self, principal: Principal, wanted: CaseFilter, request: Repeatable[CaseSeen | None] | None
    ) -> tuple[CaseSeen | None, bytes]:
        answers = EVERY if principal.may("second") else FIRST
        for _ in range(MAX_REPLANS):
            now = self.work.clock.now()
            with self.work.store.read() as reader:
                if request is not None:
                    request.check(reader)
                shown = reader.next_case(principal.id, wanted, answers, now)
                actor = actor_of(reader, principal)
                given = None if shown is None or self.give is None else self.give(reader, principal, shown, wanted, now)
            if shown is None:
                return None, b"" if request is None else request.encode(None)
            refuse(why_not(shown.case, Move.CLAIM, actor, now), shown, actor, now)
            move = CaseMove(shown.case, step(shown.case, Move.CLAIM, actor, now))
            found = seen(replace(shown, case=move.after), actor, now)
            changeset = Changeset(case_moves=(move,), audit=(move_event(move, Move.CLAIM, actor.id),))
            if given is not None:
                found, changeset = seen(given.shown, actor, now), given.changeset
            body = b""
            if request is not None:
                body = request.encode(found)
                changeset = replace(changeset, idempotency=request.remembered(body, now))
            try:
                self.work.committer.commit(changeset)
            except Conflict:
                continue
            return found, body
        raise Conflict("too many are asking for the same cases", remedy="Try again.")
