"""How long a decision may be taken back as if it had never been made: pure, with the times from outside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.cases import Case

LONGEST_SECONDS = 60
"""Longer than that, nobody told would be the rule and not the pause."""

PAUSE = timedelta(seconds=1)
"""Between the last moment in which something is taken back and the first in which it is told.

A commit takes a moment, and the clocks of two servers are never the same: without it, somebody could be told at the end
of a window of what is being taken back just then.
"""

AHEAD = timedelta(seconds=LONGEST_SECONDS)
"""How far in the future a window may have begun: further than that the clock was set back, and nobody waits for it."""

FORGOTTEN_AFTER = timedelta(days=1)
"""How long a window that ended is kept for whoever asks why it is too late."""


@dataclass(frozen=True, slots=True)
class RecentWindow:
    """A window as far as the next one asks: which numbers of the change feed were given to what it holds back."""

    first_seq: int
    last_seq: int
    until: datetime
    bound: datetime | None  #: by when what it holds back beside the decision must be told; none where nothing is


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last change of one subject that a decision is about."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may take back, and until when."""

    id: str  #: of a decision, or of an answer
    until: datetime


def is_as_left(stored: Case, left: Case) -> bool:
    """Return whether a case is as it was left; what came into it meanwhile stays, and is no reason to refuse."""
    names = ("id", "state", "holder", "closed_by", "answered_by")
    return all(getattr(stored, name) == getattr(left, name) for name in names)


def bound_of(
    changes: Iterable[LastChange], recent: Iterable[RecentWindow], now: datetime, length: timedelta
) -> datetime | None:
    """Return by when a window must end for what was changed before it, by anything but a person with a window.

    A subject that changes again moves on in the feed, and what a machine has hidden would be told with it, later and
    later: its own window began when the machine hid it.
    """
    windows = list(recent)
    bounds: list[datetime] = []
    for change in changes:
        over = next((each for each in windows if each.first_seq <= change.seq <= each.last_seq), None)
        if over is None:
            bounds.append(change.at + length)
        elif over.bound is not None:
            bounds.append(over.bound)
    return min((each for each in bounds if each > now), default=None)
