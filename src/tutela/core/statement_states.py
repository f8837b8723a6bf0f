"""How a statement of reasons stands: delayed with a basis and an end, due, told, delivered. Pure (P8)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.statements import LONGEST_DELAY, DelayBasis, Statement
from tutela.core.undo_windows import AHEAD, PAUSE
from tutela.core.units import Duration
from tutela.errors import BadInput

MOST_REASON = 500
"""Characters of why a delay is changed. It stays here: in no audit, no log and no statement."""

MOST_HOW = 60
"""Characters of how a statement was delivered: a word of the platform's own, such as `email`."""

DELIVERED_WITHIN = Duration(days=1)
"""From when it may be told to when the platform has delivered it; later is an alarm.

Source: Article 17(1), in good time, at the latest from the date on which the measure applies; a day is our own bound.
"""

SETTLED_AFTER: timedelta = AHEAD + PAUSE
"""After its decision: earlier it may be taken back as if it had never been, and nothing is told or changed."""


class StatementState(StrEnum):
    """Where a statement is."""

    DELAYED = "delayed"
    DUE = "due"  #: it may be told, and no platform was
    TOLD = "told"  #: a platform was told that there is one
    DELIVERED = "delivered"  #: the platform has said so
    OVERTAKEN = "overtaken"  #: its decision was reversed before it could be told: it is told to nobody


UNTOLD = frozenset({StatementState.DELAYED, StatementState.OVERTAKEN})
"""What is not there for a platform."""


class DelayStep(StrEnum):
    """What somebody did with a delay."""

    EXTENDED = "extended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class DelayChange:
    """One line of the history of a delay."""

    at: datetime
    by: str
    step: DelayStep
    basis: DelayBasis | None  #: from now on; none where it ended
    reason: str
    tell_at: datetime  #: from now on


@dataclass(frozen=True, slots=True)
class Tracked:
    """A statement with what became of it."""

    statement: Statement
    decided_at: datetime
    told_at: datetime | None = None
    delivered_at: datetime | None = None
    delivered_how: str | None = None
    is_overtaken: bool = False  #: its decision was reversed before it could be told

    def state(self, now: datetime) -> StatementState:
        """Return where it is at *now*."""
        if self.delivered_at is not None:
            return StatementState.DELIVERED
        if self.is_overtaken:
            return StatementState.OVERTAKEN
        if self.statement.tell_at > now:
            return StatementState.DELAYED
        return StatementState.DUE if self.told_at is None else StatementState.TOLD

    def is_late(self, now: datetime) -> bool:
        """Return whether it should have been delivered by now."""
        is_waiting = self.delivered_at is None and not self.is_overtaken
        return is_waiting and self.statement.tell_at + DELIVERED_WITHIN.delta <= now


def latest_telling(decided_at: datetime, basis: DelayBasis) -> datetime:
    """Return until when telling may wait at most on that basis: a delay without an end is silence (P8)."""
    return decided_at + LONGEST_DELAY[basis].delta


def extended(tracked: Tracked, change: DelayChange) -> Tracked:
    """Return the statement with a longer delay, or one on another basis.

    Raises:
        tutela.errors.BadInput: It was told, or may have been; it would wait too long, or end before it does now; there
            is no basis or no reason.
    """
    _check_change(tracked, change)
    before = tracked.statement
    if change.basis is None:
        raise BadInput("A delay needs its basis.", place="basis")
    latest = latest_telling(tracked.decided_at, change.basis)
    if change.tell_at > latest:
        raise BadInput(
            f"On this basis telling waits until {latest.isoformat(timespec='minutes')} at most.", place="until"
        )
    if change.tell_at < before.tell_at:
        raise BadInput("It waits longer than that now.", place="until", remedy="End the delay, or name a later time.")
    return replace(tracked, statement=replace(before, tell_at=change.tell_at, delay_basis=change.basis))


def ended(tracked: Tracked, change: DelayChange) -> Tracked:
    """Return the statement with its delay at an end: it is told from now on.

    Raises:
        tutela.errors.BadInput: It was told, or may have been, or there is no reason.
    """
    _check_change(tracked, change)
    return replace(tracked, statement=replace(tracked.statement, tell_at=change.at))


def _check_change(tracked: Tracked, change: DelayChange) -> None:
    if tracked.is_overtaken:
        raise BadInput("Its decision was reversed before it was told.", place="id", remedy="Name that of the reversal.")
    if tracked.state(change.at) is not StatementState.DELAYED:
        raise BadInput("It may have been told by now.", place="id", remedy="What was told cannot be taken back.")
    if change.at < tracked.decided_at + SETTLED_AFTER:
        raise BadInput("Its decision can still be taken back.", place="id", remedy="Wait a minute after the decision.")
    if not change.reason.strip() or len(change.reason) > MOST_REASON or not change.reason.isprintable():
        raise BadInput(f"It needs a reason, of at most {MOST_REASON} characters on one line.", place="reason")


def check_how(how: str) -> str:
    """Return how a statement was delivered, without space at its ends.

    Raises:
        tutela.errors.BadInput: It is empty, too long, or more than a word or two.
    """
    said = how.strip()
    if not 0 < len(said) <= MOST_HOW or not all(each.isalnum() or each in "_- " for each in said):
        raise BadInput(
            f"It is a word or two, of at most {MOST_HOW} characters.", place="how", remedy="Say email, or in_app."
        )
    return said
