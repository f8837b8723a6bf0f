"""Which states a case has and which moves lead from one to another: the whole table, as data.

What is not in the table cannot be done. Every state that is no end has a clock, so that no case waits for ever without
anybody being told; a lease and a hold end by themselves, by a comparison when the case is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"  #: waits for somebody to take it
    CLAIMED = "claimed"  #: somebody works on it, under a lease
    ON_HOLD = "on_hold"  #: waits for something until a moment
    AWAITING_SECOND = "awaiting_second"  #: one person answered; another one must, without seeing that answer (P3)
    CLAIMED_SECOND = "claimed_second"
    AWAITING_THIRD = "awaiting_third"  #: the two answers differ: a third person settles it
    CLAIMED_THIRD = "claimed_third"
    DECIDED = "decided"  #: the only end


class Clock(StrEnum):
    """What makes somebody hear of a case that stays where it is."""

    DUE = "due"  #: its due time, with an alarm before and after it
    LEASE = "lease"  #: it goes back to where it was claimed from; the due time runs on beside it
    HOLD = "hold"  #: it goes back to open, with a reminder; the due time runs on beside it


CLOCKS: Mapping[CaseState, tuple[Clock, ...]] = MappingProxyType({
    CaseState.OPEN: (Clock.DUE,),
    CaseState.CLAIMED: (Clock.LEASE, Clock.DUE),
    CaseState.ON_HOLD: (Clock.HOLD, Clock.DUE),
    CaseState.AWAITING_SECOND: (Clock.DUE,),
    CaseState.CLAIMED_SECOND: (Clock.LEASE, Clock.DUE),
    CaseState.AWAITING_THIRD: (Clock.DUE,),
    CaseState.CLAIMED_THIRD: (Clock.LEASE, Clock.DUE),
    CaseState.DECIDED: (),
})  # fmt: skip
"""Which clocks run in each state; only an end has none."""


class Move(StrEnum):
    """What can be done with a case."""

    CLAIM = "claim"
    RENEW = "renew"
    RELEASE = "release"
    SKIP = "skip"
    HAND_OVER = "hand_over"
    HOLD = "hold"
    RESUME = "resume"
    DECIDE = "decide"
    DECIDE_PART = "decide_part"
    ASK_SECOND = "ask_second"
    ASK_THIRD = "ask_third"
    RAISE_DANGER = "raise_danger"
    END_DANGER = "end_danger"
    LAPSE = "lapse"
    WAKE = "wake"
    CLOSE = "close"
    DEAL = "deal"
    REPORTED = "reported"


class By(StrEnum):
    """Who makes a move."""

    ANYBODY = "anybody"  #: who has the scopes and is not kept away from it
    HOLDER = "holder"  #: only who holds the lease, or put the case on hold
    CLOCK = "clock"  #: nobody: the lease or the hold ends
    SYSTEM = "system"  #: it follows from something else


MEANING: Mapping[Move, str] = MappingProxyType({
    Move.CLAIM: "take it, under a lease that counts down",
    Move.RENEW: "keep the lease, as a heartbeat of whoever still works on it",
    Move.RELEASE: "give it back to its queue",
    Move.SKIP: "give it back with a reason, and not be offered it again",
    Move.HAND_OVER: "give it to a colleague who may take it, under a lease of their own",
    Move.HOLD: "let it wait for something until a moment, then be reminded",
    Move.RESUME: "take it up again before that moment",
    Move.DECIDE: "end it by a decision; where two people must agree, by the answer that settles it",
    Move.DECIDE_PART: "decide about it while something is left that only a later decision ends, and keep it",
    Move.ASK_SECOND: "answer what one person alone may not: somebody else answers too, blind to it",
    Move.ASK_THIRD: "answer otherwise than the first: a third person settles it",
    Move.RAISE_DANGER: "say that somebody is in danger: it goes to the head of every queue",
    Move.END_DANGER: "say that the danger is over or in the right hands",
    Move.LAPSE: "its lease or its hold has ended",
    Move.WAKE: "something new was laid into it while it was on hold",
    Move.CLOSE: "another decision left nothing in it to look at",
    Move.DEAL: "say what an authority is owed, and what was done about it",
    Move.REPORTED: "nothing is owed any more to any authority",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a move from one state to another, who makes it and what they need."""

    move: Move
    source: CaseState
    target: CaseState
    by: By
    scopes: frozenset[str] = frozenset()
    bars_own: bool = True  #: not for a case about an account of one's own
    bars_answered: bool = False  #: not for whoever gave one of its answers before


_CASES = frozenset({"cases"})
_SECOND = frozenset({"cases", "second"})
_DECIDES = frozenset({"cases", "decide"})
_REPORTS = frozenset({"reports"})
_DECIDES_SECOND = frozenset({"cases", "decide", "second"})

TAKEN_FROM: Mapping[CaseState, CaseState] = MappingProxyType({
    CaseState.CLAIMED: CaseState.OPEN,
    CaseState.CLAIMED_SECOND: CaseState.AWAITING_SECOND,
    CaseState.CLAIMED_THIRD: CaseState.AWAITING_THIRD,
})  # fmt: skip
"""Where a case goes back to when whoever claimed it is done with it, or is not heard of."""

_ONE_ANSWER = (CaseState.OPEN, CaseState.CLAIMED, CaseState.ON_HOLD)

WAITING = frozenset(TAKEN_FROM.values())
CLAIMED = frozenset(TAKEN_FROM)
ENDS = frozenset({CaseState.DECIDED})


def _held_moves(held: CaseState, waiting: CaseState) -> Iterable[Rule]:
    """Yield what may be done with a case that somebody has taken: the same at every answer."""
    is_first = waiting is CaseState.OPEN
    takes = _CASES if is_first else _SECOND
    yield Rule(Move.CLAIM, waiting, held, By.ANYBODY, takes, bars_answered=not is_first)
    yield Rule(Move.RENEW, held, held, By.HOLDER, takes)
    # Whoever finds that it is about their own account must be able to let go of it.
    yield Rule(Move.RELEASE, held, waiting, By.HOLDER, _CASES, bars_own=False)
    yield Rule(Move.SKIP, held, waiting, By.HOLDER, _CASES, bars_own=False)
    yield Rule(Move.HAND_OVER, held, held, By.HOLDER, _CASES, bars_own=False)
    yield Rule(Move.LAPSE, held, waiting, By.CLOCK, bars_own=False)
    decides = _DECIDES if is_first else _DECIDES_SECOND
    yield Rule(Move.DECIDE, held, CaseState.DECIDED, By.HOLDER, decides, bars_answered=not is_first)
    yield Rule(Move.DECIDE_PART, held, held, By.HOLDER, decides, bars_answered=not is_first)


def _danger_moves(state: CaseState) -> Iterable[Rule]:
    # What somebody's life may hang on is never on hold.
    target = CaseState.OPEN if state is CaseState.ON_HOLD else state
    yield Rule(Move.RAISE_DANGER, state, target, By.ANYBODY, _CASES, bars_own=False)
    yield Rule(Move.END_DANGER, state, state, By.ANYBODY, frozenset({"rota"}))


RULES: tuple[Rule, ...] = (
    *(rule for held, waiting in TAKEN_FROM.items() for rule in _held_moves(held, waiting)),
    Rule(Move.HOLD, CaseState.CLAIMED, CaseState.ON_HOLD, By.HOLDER, _CASES),
    Rule(Move.RESUME, CaseState.ON_HOLD, CaseState.CLAIMED, By.HOLDER, _CASES),
    Rule(Move.LAPSE, CaseState.ON_HOLD, CaseState.OPEN, By.CLOCK, bars_own=False),
    Rule(Move.WAKE, CaseState.ON_HOLD, CaseState.OPEN, By.SYSTEM, bars_own=False),
    Rule(Move.ASK_SECOND, CaseState.CLAIMED, CaseState.AWAITING_SECOND, By.HOLDER, _DECIDES),
    Rule(
        Move.ASK_THIRD, CaseState.CLAIMED_SECOND, CaseState.AWAITING_THIRD, By.HOLDER, _DECIDES_SECOND,
        bars_answered=True,
    ),
    # Never once one of several answers was given: only the answer of another person settles it then (P3).
    *(
        Rule(Move.CLOSE, state, CaseState.DECIDED, By.SYSTEM, bars_own=False)
        for state in _ONE_ANSWER
    ),
    # What was found stays until it is told: only then does the case end, and nobody ends it otherwise (P4).
    *(Rule(Move.DEAL, state, state, By.ANYBODY, _REPORTS) for state in CaseState if state not in ENDS),
    # Only while nobody is at it: whoever holds it, or waits for an answer about it, is not cut off.
    Rule(Move.REPORTED, CaseState.OPEN, CaseState.DECIDED, By.SYSTEM, bars_own=False),
    *(rule for state in CaseState if state not in ENDS for rule in _danger_moves(state)),
)  # fmt: skip
"""The whole table. What it does not hold cannot be done."""

_BY_PLACE: Mapping[tuple[CaseState, Move], Rule] = MappingProxyType({(rule.source, rule.move): rule for rule in RULES})

CLOSES_BESIDE = frozenset(rule.source for rule in RULES if rule.move is Move.CLOSE)
"""Where another decision may end a case that nobody decided about as such."""


def rule_for(state: CaseState, move: Move) -> Rule | None:
    """Return the row of a move from a state, or none where it cannot be made."""
    return _BY_PLACE.get((state, move))


def rules_from(state: CaseState) -> tuple[Rule, ...]:
    """Return every row that leads away from a state, or back to it."""
    return tuple(rule for rule in RULES if rule.source is state)
