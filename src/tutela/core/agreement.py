"""How often people agree who answered blind to each other, and how sure that figure is.

Small numbers say little, and are told so instead of as a percentage; nobody is ranked, and no figure names anybody.
Golden cases, whose answer is known beforehand, are counted apart: they measure something else.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tutela.core.ids import ClauseId

FEW = 30
"""Below this many pairs there is no percentage, only the two numbers."""

_Z = 1.959964
"""Of the normal distribution, for an interval that holds in 95 of 100 cases."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers that were given blind to each other, or one beside the known answer of a golden case."""

    clause_id: ClauseId
    is_agreed: bool
    is_golden: bool = False
    is_single_operator: bool = False  #: the same person twice: it says how steady somebody is, and not who agrees


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
class Agreement:
    """The figures under one clause."""

    clause_id: ClauseId
    blind: Figure  #: two people
    golden: Figure  #: one person beside what is known
    steady: Figure  #: one person twice, where somebody works alone


def agreement(pairs: Iterable[Pair]) -> tuple[Agreement, ...]:
    """Return the figures of each clause, in order of its id."""
    counted: dict[ClauseId, dict[str, list[int]]] = {}
    for pair in pairs:
        kind = "golden" if pair.is_golden else "steady" if pair.is_single_operator else "blind"
        figures = counted.setdefault(pair.clause_id, {"blind": [0, 0], "golden": [0, 0], "steady": [0, 0]})
        figures[kind][0] += pair.is_agreed
        figures[kind][1] += 1
    return tuple(
        Agreement(clause_id, **{kind: Figure(*numbers) for kind, numbers in counted[clause_id].items()})
        for clause_id in sorted(counted)
    )
