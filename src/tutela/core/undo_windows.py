"""How long a decision may be taken back as if it had never been made: pure, with the times from outside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_SECONDS = 60
"""Longer than that, nobody told would be the rule and not the pause."""


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
