"""Figures of the work on cases, from what became of each: inflow, time to decision, outcomes. Pure.

None is of a person. Of fewer than five nothing is told but that there are fewer: a figure of three is three people.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from tutela.core.conclusions import Conclusion
from tutela.core.ids import ClauseId

FEW = 5
"""Of fewer nothing is told."""

SHARES = (50, 90, 99)
"""Percentiles that are told."""


@dataclass(frozen=True, slots=True)
class CaseFate:
    """What became of one case."""

    clause: ClauseId
    opened_at: datetime
    closed_at: datetime | None  #: none while it is open
    conclusion: Conclusion | None  #: none where no answer closed it
    is_overturned: bool


@dataclass(frozen=True, slots=True)
class ClauseFigures:
    """The figures of one clause."""

    clause: ClauseId
    opened: int
    decided: int
    open: int
    waits: Mapping[int, timedelta]  #: by percentile; none where too few were decided
    outcomes: Mapping[Conclusion, int | None]  #: none where there are some, and too few to tell
    overturned: int | None  #: as above


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The figures of a stretch of time."""

    inflow: Sequence[tuple[date, int, int]]  #: by day of opening: how many, and how many of them are decided by now
    clauses: Sequence[ClauseFigures]
    everything: ClauseFigures


ALL = ClauseId("")
"""Stands for all clauses together."""


def figures_of(fates: Iterable[CaseFate], first: date, last: date) -> CaseFigures:
    """Return the figures of *fates*, of which each was opened on one of the days from *first* to *last*."""
    known = list(fates)
    opened, decided = Counter[date](), Counter[date]()
    by_clause: dict[ClauseId, list[CaseFate]] = {}
    for fate in known:
        opened[fate.opened_at.date()] += 1
        decided[fate.opened_at.date()] += fate.closed_at is not None
        by_clause.setdefault(fate.clause, []).append(fate)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return CaseFigures(
        [(day, opened[day], decided[day]) for day in days],
        [_of(clause, by_clause[clause]) for clause in sorted(by_clause)],
        _of(ALL, known),
    )


def percentile(ordered: Sequence[timedelta], share: int) -> timedelta:
    """Return the value below or at which *share* percent of *ordered* lie: the nearest rank, so one that occurred."""
    return ordered[max(0, ceil(len(ordered) * share / 100) - 1)]


def told(count: int) -> int | None:
    """Return a count as it may be told: none where there are too few."""
    return count if count == 0 or count >= FEW else None


def _of(clause: ClauseId, fates: Sequence[CaseFate]) -> ClauseFigures:
    lengths = sorted(each.closed_at - each.opened_at for each in fates if each.closed_at is not None)
    outcomes = Counter(each.conclusion for each in fates if each.conclusion is not None)
    return ClauseFigures(
        clause=clause,
        opened=len(fates),
        decided=len(lengths),
        open=len(fates) - len(lengths),
        waits={share: percentile(lengths, share) for share in SHARES} if len(lengths) >= FEW else {},
        outcomes={each: told(outcomes[each]) for each in Conclusion},
        overturned=told(sum(each.is_overturned for each in fates)),
    )
