"""Segments in force, oldest first: which of their entries later ones took out, and several made one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tutela.adapters.index.entries import NOWHERE, Entries, no_entries, together
from tutela.adapters.index.segment import Segment
from tutela.core.matching import Numbers

NO_NUMBERS: Numbers = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Part:
    """A segment in force. It holds what one stretch of the feed changed in the parts before it."""

    segment: Segment
    up_to_seq: int  #: the last change that it answers for, together with the parts before it
    dead: Numbers  #: numbers of its entries that were taken out since, ascending
    file: str | None = None  #: its name in the folder; None while it is only in memory

    @property
    def live(self) -> int:
        """Return how many entries are live."""
        return len(self.segment) - len(self.dead)

    def find(self, asked: Entries) -> Numbers:
        """Return the number of each live entry asked for, or NOWHERE."""
        numbers = self.segment.find(asked)
        if len(self.dead):
            at = np.minimum(np.searchsorted(self.dead, numbers), len(self.dead) - 1)
            numbers[self.dead[at] == numbers] = NOWHERE
        return numbers

    def without(self, numbers: Numbers) -> "Part":
        """Return the part less those of its entries that are named; NOWHERE names none."""
        lost = numbers[numbers != NOWHERE]
        return replace(self, dead=np.union1d(self.dead, lost)) if len(lost) else self


def settled(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts, each without what the parts after it have taken out, and nothing else."""
    gone, done = no_entries(), list[Part]()
    for part in reversed(parts):
        dead = part.segment.find(gone)
        done.append(replace(part, dead=np.unique(dead[dead != NOWHERE])))
        gone = together([gone, part.segment.gone])
    return tuple(reversed(done))


def merged(older: Sequence[Part], merging: Sequence[Part], kernels: Any = None) -> Segment:
    """Make one segment of *merging*, settled parts; what they took out of *older* ones stays noted."""
    live = [part.segment.entries().only(_alive(part)) for part in merging]
    gone = together([part.segment.gone for part in merging])
    is_older = np.zeros(len(gone), np.bool_)
    for part in older:
        is_older |= part.segment.find(gone) != NOWHERE
    return Segment.build(together(live), gone.only(is_older), kernels)


def _alive(part: Part) -> Numbers:
    is_alive = np.ones(len(part.segment), np.bool_)
    is_alive[part.dead] = False
    return np.flatnonzero(is_alive)
