"""How often people agree who answered blind to each other, by how much more than chance, and how sure that is.

Small numbers say little, and are told so instead of as a percentage; nobody is ranked. Golden cases, whose answer is
known beforehand, are counted apart, and so is somebody who works alone: each measures something else.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tutela.core.case_answers import CaseAnswer

FEW = 30
"""Below this many pairs there is no percentage, only the two numbers; of a colleague not even those."""

_Z = 1.959964
"""Of the normal distribution, for an interval that holds in 95 of 100 cases."""


class PairKind(StrEnum):
    """Why two answers lie side by side."""

    TWO_PEOPLE = "two_people"  #: it takes two, the second blind to the first (P3)
    SAMPLE = "sample"  #: one was enough, and another one looked again
    GOLDEN = "golden"  #: one person beside what is known
    SINGLE_OPERATOR = "single_operator"  #: the same person twice: how steady somebody is, and not who agrees


Labels = tuple[str, str]
"""What the first and the second of a pair said, each in a word."""


def label(answer: CaseAnswer) -> str:
    """Return what an answer says, in one word: its conclusion, and whether it is grave. Parts are left out.

    With the parts of everybody concerned nearly every answer would be of a kind of its own, and no agreement could be
    put down to chance. Whether two agree about the parts is in the plain figure.
    """
    return f"{answer.conclusion.value}/grave" if answer.is_grave else answer.conclusion.value


def alpha(pairs: Mapping[Labels, int]) -> float | None:
    """Return Krippendorff's alpha for nominal values: 1 where all agree, 0 where they do so as chance would have it.

    It asks nothing of who was the first and who the second, which Cohen's kappa does; and it corrects for few. None
    where all said the same, or nobody said anything: there is nothing then that chance could have done otherwise.

    Args:
        pairs: How often each two were said beside each other. Source: K. Krippendorff, Computing
            Krippendorff's Alpha-Reliability, 2011, part B.
    """
    said: Counter[str] = Counter()
    for (first, second), count in pairs.items():
        said[first] += count
        said[second] += count
    values = said.total()
    by_chance = values * values - sum(count * count for count in said.values())
    if not by_chance:
        return None
    differ = 2 * sum(count for (first, second), count in pairs.items() if first != second)
    return 1 - (values - 1) * differ / by_chance


@dataclass(frozen=True, slots=True)
class Figure:
    """How often, out of how many."""

    agreed: int
    of: int

    @property
    def is_few(self) -> bool:
        """Return whether there are too few for a percentage."""
        return self.of < FEW

    @property
    def share(self) -> float | None:
        """Return the share; none where there are too few."""
        return None if self.is_few else self.agreed / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Return between what the share lies in 95 of 100 cases, by Wilson's score: also true of few, and of all."""
        if not self.of:
            return 0.0, 1.0
        count, share, square = self.of, self.agreed / self.of, _Z * _Z
        middle = share + square / (2 * count)
        around = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
        whole = 1 + square / count
        return max(0.0, (middle - around) / whole), min(1.0, (middle + around) / whole)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pairs of one kind said these two things beside each other."""

    key: str  #: by what is counted: a clause, or a person
    kind: PairKind
    said: Labels
    is_agreed: bool
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The figures of one kind, under one key."""

    key: str
    kind: PairKind
    figure: Figure
    alpha: float | None  #: none where there are too few, or all said the same


def agreement(tallies: Iterable[Tally]) -> tuple[Agreement, ...]:
    """Return the figures of each key and kind, in their order."""
    counted: dict[tuple[str, PairKind], list[Tally]] = defaultdict(list)
    for tally in tallies:
        counted[tally.key, tally.kind].append(tally)
    return tuple(_of(*place, counted[place]) for place in sorted(counted))


def _of(key: str, kind: PairKind, tallies: Iterable[Tally]) -> Agreement:
    pairs: Counter[Labels] = Counter()
    agreed = 0
    for tally in tallies:
        pairs[tally.said] += tally.count
        agreed += tally.count if tally.is_agreed else 0
    figure = Figure(agreed, pairs.total())
    return Agreement(key, kind, figure, None if figure.is_few else alpha(pairs))
