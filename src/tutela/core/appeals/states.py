"""Where an appeal stands, and every way from there: a table with laws, and no code."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType


class AppealState(StrEnum):
    """Where an appeal stands."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    AWAITING_SECOND = "awaiting_second"
    CLAIMED_SECOND = "claimed_second"
    AWAITING_THIRD = "awaiting_third"  #: the two do not agree
    CLAIMED_THIRD = "claimed_third"
    SET_ASIDE = "set_aside"  #: recorded and answered, with why nobody decides it yet; a person may accept it
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class AppealMove(StrEnum):
    """What is done with one."""

    CLAIM = "claim"
    RELEASE = "release"
    ANSWER = "answer"  #: the first of two, or the second where it does not agree
    DECIDE = "decide"
    ACCEPT = "accept"  #: one that was set aside
    WITHDRAW = "withdraw"  #: by whoever appealed
    OVERTAKE = "overtake"  #: the decision stands no more by another way


S, M = AppealState, AppealMove

MOVES: Mapping[tuple[AppealState, AppealMove], AppealState] = MappingProxyType({
    (S.RECEIVED, M.CLAIM): S.CLAIMED,
    (S.CLAIMED, M.RELEASE): S.RECEIVED,
    (S.CLAIMED, M.ANSWER): S.AWAITING_SECOND,
    (S.CLAIMED, M.DECIDE): S.DECIDED,
    (S.AWAITING_SECOND, M.CLAIM): S.CLAIMED_SECOND,
    (S.CLAIMED_SECOND, M.RELEASE): S.AWAITING_SECOND,
    (S.CLAIMED_SECOND, M.ANSWER): S.AWAITING_THIRD,
    (S.CLAIMED_SECOND, M.DECIDE): S.DECIDED,
    (S.AWAITING_THIRD, M.CLAIM): S.CLAIMED_THIRD,
    (S.CLAIMED_THIRD, M.RELEASE): S.AWAITING_THIRD,
    (S.CLAIMED_THIRD, M.DECIDE): S.DECIDED,
    (S.SET_ASIDE, M.ACCEPT): S.RECEIVED,
    **{
        (state, move): after
        for state in S
        if state not in {S.SET_ASIDE, S.DECIDED, S.WITHDRAWN}
        for move, after in ((M.WITHDRAW, S.WITHDRAWN), (M.OVERTAKE, S.DECIDED))
    },
})  # fmt: skip
"""Every move that there is; what is not here is refused."""

CLAIMED = frozenset({S.CLAIMED, S.CLAIMED_SECOND, S.CLAIMED_THIRD})
WAITING = MappingProxyType({claimed: MOVES[claimed, M.RELEASE] for claimed in CLAIMED})
"""Where one stands again whose lease has ended, by where it was claimed."""

OPEN = frozenset(S) - {S.SET_ASIDE, S.DECIDED, S.WITHDRAWN}
"""There is one of these for each decision and account."""

PLACE = MappingProxyType({
    S.RECEIVED: 1, S.CLAIMED: 1, S.AWAITING_SECOND: 2, S.CLAIMED_SECOND: 2, S.AWAITING_THIRD: 3, S.CLAIMED_THIRD: 3,
})  # fmt: skip
"""Whose answer is next, by state."""


class Outcome(StrEnum):
    """What an appeal came to."""

    UPHELD = "upheld"  #: the decision stands
    PARTLY = "partly"  #: it stands, and some of its measures end
    OVERTURNED = "overturned"
    OVERTAKEN = "overtaken"  #: it was decided anew meanwhile; what took its place may be appealed


DECIDED_BY_PEOPLE = (Outcome.UPHELD, Outcome.PARTLY, Outcome.OVERTURNED)
"""What whoever decides may say."""


class Aside(StrEnum):
    """Why nobody decides an appeal unless a person accepts it."""

    LATE = "late"
    MISUSE = "misuse"  #: appeals of this account are not processed until a date that it was told


def broken_laws() -> Iterator[str]:
    """Yield what is wrong with the table; empty when nothing is."""
    for (state, move), after in MOVES.items():
        if state in {S.DECIDED, S.WITHDRAWN}:
            yield f"{state} has ended, and {move} goes on from it"
        if move is M.CLAIM and after not in CLAIMED:
            yield f"{state} is claimed, and nobody has it"
        if move in {M.ANSWER, M.DECIDE} and state not in CLAIMED:
            yield f"{state} is decided by nobody who claimed it"
        if move is M.DECIDE and after is not S.DECIDED:
            yield f"{state} is decided and goes on"
    for state in OPEN:
        if any((state, move) not in MOVES for move in (M.WITHDRAW, M.OVERTAKE)):
            yield f"{state} cannot be withdrawn, or overtaken"
        if state not in PLACE:
            yield f"{state} waits for nobody"
    if (S.CLAIMED_THIRD, M.ANSWER) in MOVES:
        yield "three people answer and nothing is decided"
