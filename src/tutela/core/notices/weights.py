"""How soon somebody looks at a notice: by who told it, and by how often they were right before. Bounded both ways.

    weight = base of the kind x 2 ^ (2 a - 1),     a = (upheld + 2) / (upheld + unfounded + 4)

Whoever is not known has a = 1/2 and the weight of their kind. Being always right doubles it at most, being always wrong
halves it at most: nobody is made deaf to, and nobody commands. Two imagined notices of each sort keep the first few
from deciding. The weight moves when somebody looks, between 2 and 72 hours; what a machine may do is the ceiling's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tutela.core.notices.branches import NoticeKind
from tutela.core.units import Duration

BASE: Mapping[NoticeKind, float] = MappingProxyType({
    NoticeKind.USER: 1.0,
    NoticeKind.PARENT: 2.0,
    NoticeKind.DEPICTED_PERSON: 3.0,
    NoticeKind.TRUSTED_FLAGGER: 4.0,
    NoticeKind.HOTLINE: 5.0,
    NoticeKind.AUTHORITY: 6.0,
    NoticeKind.COURT_ORDER: 6.0,
})  # fmt: skip
"""The weight of each kind of whom nothing is known."""

IMAGINED = 2
"""Notices of each sort that everybody begins with."""

CUSTOMARY = Duration(hours=48)
SOONEST, LATEST = Duration(hours=2), Duration(hours=72)
HELD_WITHIN = Duration(hours=24)
"""By when a person decides what is held because of a notice. Source: measures.md, Ceilings."""


@dataclass(frozen=True, slots=True)
class Record:
    """How often somebody was right before. What was never answered counts for neither."""

    upheld: int = 0
    unfounded: int = 0


NO_RECORD = Record()


def weight(kind: NoticeKind, record: Record = NO_RECORD) -> float:
    """Return the weight: half to double the base of *kind*, higher with each upheld, lower with each unfounded one."""
    accuracy = (record.upheld + IMAGINED) / (record.upheld + record.unfounded + 2 * IMAGINED)
    return float(BASE[kind] * 2 ** (2 * accuracy - 1))


def due_within(kind: NoticeKind, record: Record, *, is_held: bool, is_urgent: bool) -> Duration:
    """Return within what time a person looks, from receipt."""
    if is_urgent:
        return SOONEST
    seconds = CUSTOMARY.seconds / weight(kind, record)
    longest = HELD_WITHIN if is_held else LATEST
    return Duration(seconds=max(SOONEST.seconds, min(seconds, longest.seconds)))
