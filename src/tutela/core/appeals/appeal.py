"""An appeal as a value, what people answer about it, and how it goes on from there."""

from dataclasses import dataclass, replace
from datetime import datetime

from tutela.core.appeals.states import CLAIMED, MOVES, OPEN, PLACE, WAITING, AppealMove, AppealState, Aside, Outcome
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, AppealId, DecisionId, MeasureId, StatementId
from tutela.core.units import Duration
from tutela.errors import AppealMoved

LEASE = Duration(hours=8)
"""How long whoever claimed one has it; it holds no place in a queue, so a working day is no danger."""

MOST_WORDS = 10_000
"""Characters in which somebody says why; none at all is allowed: nobody has to argue to be heard."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What it came to."""

    outcome: Outcome
    at: datetime
    by: str | None  #: whoever decided last; none where an earlier outcome, or another decision, answers it
    with_whom: str | None = None  #: the other one, where it took two
    is_single_operator: bool = False  #: the second look of somebody who works alone, and not two people
    reversal_id: DecisionId | None = None  #: what reversed, replaced or eased the decision
    repeats: AppealId | None = None  #: the appeal whose outcome answers this one: it brought no new facts
    is_unfounded: bool = False  #: manifestly: it counts towards misuse


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal against one decision, by one account that it concerns."""

    id: AppealId
    decision_id: DecisionId
    account_id: AccountId
    opened_at: datetime
    state: AppealState
    version: int = 1
    statement_id: StatementId | None = None
    window_ends_at: datetime | None = None  #: none where nobody was told when it came
    is_late: bool = False
    aside: Aside | None = None  #: stays when it was accepted all the same
    has_new_facts: bool = False
    language: str = ""
    channel: str = "none"  #: how they want to hear of it: none, email or platform
    way: str = "api"  #: api, link or staff
    holder: str | None = None
    until: datetime | None = None  #: when the lease ends
    ended: Ended | None = None

    def state_at(self, now: datetime) -> AppealState:
        """Return where it stands: a lease that has ended holds nothing."""
        if self.state in CLAIMED and (self.until is None or self.until <= now):
            return WAITING[self.state]
        return self.state

    def holder_at(self, now: datetime) -> str | None:
        """Return who has it now."""
        return self.holder if self.state_at(now) in CLAIMED else None

    @property
    def is_open(self) -> bool:
        """Return whether somebody still has to decide it."""
        return self.state in OPEN

    @property
    def place(self) -> int:
        """Return whose answer is next: the first, the second or the third; 0 where none is."""
        return PLACE.get(self.state, 0)


@dataclass(frozen=True, slots=True)
class AppealAnswer:
    """What one person came to. In nobody else's sight until the appeal is decided, or two differ (P3)."""

    appeal_id: AppealId
    place: int
    by: str
    at: datetime
    outcome: Outcome
    facts: Facts
    ends: tuple[MeasureId, ...] = ()  #: which measures, of one that is partly right
    is_senior: bool = False
    is_unfounded: bool = False
    salt: bytes = b""

    @property
    def meaning(self) -> tuple[Outcome, frozenset[MeasureId]]:
        """Return what has to agree; never the words."""
        return self.outcome, frozenset(self.ends)


def agree(one: AppealAnswer, other: AppealAnswer) -> bool:
    """Return whether two answers come to the same."""
    return one.meaning == other.meaning


def moved(appeal: Appeal, move: AppealMove, by: str, now: datetime, *, ended: Ended | None = None) -> Appeal:
    """Return *appeal* after a move.

    Raises:
        tutela.errors.AppealMoved: It stands elsewhere by now, or somebody else has it.
    """
    state = appeal.state_at(now)
    after = MOVES.get((state, move))
    if after is None:
        raise AppealMoved(f"this appeal is {state.value.replace('_', ' ')} by now", place="appeal", remedy=_READ)
    if move in {AppealMove.RELEASE, AppealMove.ANSWER, AppealMove.DECIDE} and appeal.holder != by:
        raise AppealMoved("somebody else has this appeal", place="appeal", remedy=_READ)
    is_claim = move is AppealMove.CLAIM
    return replace(
        appeal,
        state=after,
        version=appeal.version + 1,
        holder=by if is_claim else None,
        until=now + LEASE.delta if is_claim else None,
        ended=ended,
    )


_READ = "Read it again."
