"""Second looks that somebody's work gets for its quality: samples of single decisions, and golden cases. Pure.

Both are cases of their own, so that whoever works on one has the same screens, leases and clocks as ever. A sample
waits for a second answer, blind to the first, as if it took two. A golden case looks like one that nobody has answered,
and nothing ever comes of what is answered to it: no decision, no measure, no report, no word to anybody.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.case_answers import CaseAnswer, Settlement, agree
from tutela.core.case_states import WAITING, CaseState
from tutela.core.cases import LEASE, REVIEW_WITHIN, Case, Purpose
from tutela.core.conclusions import Conclusion
from tutela.core.ids import CaseAnswerId, CaseId, DecisionId, GoldenId
from tutela.core.sampling import THOUSAND
from tutela.core.units import Duration

SAMPLE_AFTER = Duration(minutes=1)
"""How long after a decision it is laid before somebody again: by then it is not taken back any more."""

SAMPLE_WITHIN = Duration(days=7)
"""By when somebody must have looked again. A decision that nobody looked at by then counts as not looked at."""

_MOST_MICROSECONDS = 5 * 60 * 1_000_000
"""How long at most a golden case is made to have been open before that which it is given in place of."""

_ROOM = 1 << 32


class LookEnd(StrEnum):
    """How a look ended."""

    AGREED = "agreed"
    DIFFERED = "differed"  #: of a golden case: what was answered is not what is held to be right
    UPHELD = "upheld"  #: two differed, and a third sided with the decision
    OVERTURNED = "overturned"  #: two differed, and a third sided with whoever looked again
    LAPSED = "lapsed"  #: nobody answered in time
    MOOT = "moot"  #: the decision was reversed, or the golden case withdrawn, before anybody answered
    SPOILT = "spoilt"  #: of a golden case: whoever held it was told, as they were about to do more than answer


@dataclass(frozen=True, slots=True)
class Look:
    """What a case of one of these kinds is about. One of `sample_id` and `golden_id` is set."""

    case_id: CaseId
    purpose: Purpose
    decision_id: DecisionId  #: that ended what is looked at again, and so ends the look where nothing comes of it
    opened_at: datetime
    sample_id: CaseAnswerId | None = None
    golden_id: GoldenId | None = None
    person: str | None = None  #: whom a golden case was given to


@dataclass(frozen=True, slots=True)
class Golden:
    """A decided case whose answer is held to be right."""

    id: GoldenId
    case: Case  #: that was decided
    decision_id: DecisionId
    answer: CaseAnswer  #: as if whoever marked it had given it
    reason: str  #: why it is held to be right, for staff only
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_for: str = ""


def look_at(case: Case, case_id: CaseId, first: CaseAnswer, now: datetime) -> Case:
    """Return the case by which somebody else looks at a decision of one person."""
    return replace(
        case, id=case_id, purpose=Purpose.SAMPLE, state=CaseState.AWAITING_SECOND, answered_by=(first.by,),
        opened_at=now, due_at=now + SAMPLE_WITHIN.delta, closed_by=None, holder=None, until=None, version=2,
        is_in_danger=False,
    )  # fmt: skip


def is_given(rate: int, draw: bytes) -> bool:
    """Return whether a golden case is given now: at a rate of a thousand, by four random bytes."""
    return int.from_bytes(draw, "big") * THOUSAND < rate * _ROOM


def golden_round(golden: Golden, case_id: CaseId, person: str, head: Case, now: datetime, draw: bytes) -> Case:
    """Return the case by which somebody is given a golden one, as they would have been given *head*: claimed by them.

    It is as old as a case can be that comes just before *head*, so that its place in the queue is its own.

    Args:
        golden: What is given.
        case_id: The name of the case.
        person: Who is given it.
        head: What they would have been given.
        now: The time.
        draw: Four random bytes, by which two rounds have no distance in common.
    """
    within = REVIEW_WITHIN[golden.case.reason].delta
    before = timedelta(microseconds=1 + int.from_bytes(draw, "big") * _MOST_MICROSECONDS // _ROOM)
    opened_at = min(now, head.due_at - within) - before
    return replace(
        golden.case, id=case_id, purpose=Purpose.GOLDEN, state=CaseState.CLAIMED, holder=person,
        until=now + LEASE.delta, opened_at=opened_at, due_at=opened_at + within, closed_by=None, version=2,
        answered_by=(), is_in_danger=False,
    )  # fmt: skip


def replaces_head(head: Case, now: datetime) -> bool:
    """Return whether a golden case may be given before *head*: never before danger, or what is late."""
    return not head.is_in_danger and now < head.due_at


def golden_end(golden: Golden, answer: CaseAnswer) -> LookEnd:
    """Return how a golden case ends by an answer to it."""
    if golden.withdrawn_at is not None:
        return LookEnd.MOOT
    return LookEnd.AGREED if agree(golden.answer, answer) else LookEnd.DIFFERED


def sample_end(settlement: Settlement) -> LookEnd:
    """Return how a sample ends by the answers to it: the first of which is the decision's own."""
    answer, behind = settlement.answer, settlement.behind
    if answer is None:
        raise ValueError(settlement.stage)
    confirms = behind[0].place == 1
    if not confirms:
        return LookEnd.OVERTURNED
    return LookEnd.AGREED if answer.place == 2 else LookEnd.UPHELD  # noqa: PLR2004  # the second answer


def over(case: Case, now: datetime, *, is_moot: bool) -> LookEnd | None:
    """Return how a look ends that nobody answers, or none where it goes on.

    Whoever holds one is let finish. Where two differ already, only a third, or the end of what they differ about, ends
    it: such a look is overdue as any other case, and never given up.
    """
    state = case.state_at(now)
    if state not in WAITING:
        return None
    if is_moot:
        return LookEnd.MOOT
    is_late = now >= case.due_at and state is not CaseState.AWAITING_THIRD
    return LookEnd.LAPSED if is_late else None


class Tarnished(StrEnum):
    """Why a case cannot be golden."""

    NOT_DECIDED = "not_decided"
    IN_DANGER = "in_danger"
    A_LOOK = "a_look"
    REVERSED = "reversed"
    ANSWERED_OTHERWISE = "answered_otherwise"
    EMPTY = "empty"


TARNISHED = {
    Tarnished.NOT_DECIDED: "only a case that is decided can be golden",
    Tarnished.IN_DANGER: "a case in which somebody was in danger is given to nobody for the sake of a figure",
    Tarnished.A_LOOK: "this is a look at a decision, or a golden case given to somebody; mark the case itself",
    Tarnished.REVERSED: "its decision was reversed",
    Tarnished.ANSWERED_OTHERWISE: "it was decided otherwise: reverse that first, or hold to what was decided",
    Tarnished.EMPTY: "nothing lies in it that could be shown",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that somebody would mark as golden, as far as the question asks."""

    case: Case
    item_count: int
    is_reversed: bool
    standing: CaseAnswer | None  #: that settled it; none where it was decided by hand


def tarnish(candidate: Candidate, answer: CaseAnswer) -> Tarnished | None:
    """Return what keeps a case from being golden with this answer, or none."""
    case, standing = candidate.case, candidate.standing
    found = {
        Tarnished.A_LOOK: case.purpose is not Purpose.WORK,
        Tarnished.NOT_DECIDED: case.closed_by is None,
        Tarnished.IN_DANGER: case.is_in_danger,
        Tarnished.REVERSED: candidate.is_reversed,
        Tarnished.EMPTY: not candidate.item_count,
        Tarnished.ANSWERED_OTHERWISE: standing is not None and not agree(standing, answer),
    }
    return next((each for each, is_so in found.items() if is_so), None)


def speaks_of(case: Case, given: CaseAnswer) -> bool:
    """Return whether an answer speaks of the case at all: a violation names who has which part in it."""
    return given.conclusion is not Conclusion.VIOLATION or case.account_id in given.roles
