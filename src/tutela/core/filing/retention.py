"""How long each kind of thing is kept, from when, and how it ends: rows of data with their sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.filing.years import years_after
from tutela.core.operator import UNKNOWN_REGION

EUROPEAN_UNION = frozenset(
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]
)  # fmt: skip
"""Member States, for limits that name the Union."""


class RunsFrom(StrEnum):
    """What a time runs from."""

    FINISHED = "finished"  #: of the report, in production
    DECIDED = "decided"
    DETECTED = "detected"
    RECEIVED = "received"
    DESTROYED = "destroyed"
    RECORDED = "recorded"
    ENDED = "ended"  #: of a report that was never filed in earnest


class Ends(StrEnum):
    """How it ends."""

    ITSELF = "itself"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar years or days."""

    years: int = 0
    days: int = 0

    def after(self, moment: datetime) -> datetime:
        """Return when it is over."""
        return (years_after(moment, self.years) if self.years else moment) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class RegionLimit:
    """What the law of a region has shorter."""

    region: str  #: a code of ISO 3166-1, or `EU`
    period: Period
    source: str

    def covers(self, regions: Iterable[str]) -> bool:
        """Return whether it is about somebody in these regions; who is nowhere known may be there."""
        there = EUROPEAN_UNION | {self.region} if self.region == "EU" else frozenset({self.region})
        return any(each in there or each == UNKNOWN_REGION for each in regions)


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """One kind of thing."""

    id: str
    keeps: str
    runs_from: RunsFrom
    period: Period
    ends: Ends
    source: str
    floor: Period | None = None  #: the law has it no shorter; the period never is
    limits: tuple[RegionLimit, ...] = ()

    def until(self, moment: datetime, regions: Iterable[str] = ()) -> datetime:
        """Return when its time is over.

        Args:
            moment: That it runs from.
            regions: Of the people concerned: the shortest limit of any of them holds.
        """
        there = tuple(regions)
        return min(
            [self.period.after(moment), *(limit.period.after(moment) for limit in self.limits if limit.covers(there))]
        )


@dataclass(frozen=True, slots=True)
class RetentionTable:
    """All kinds."""

    version: str
    rows: Mapping[str, RetentionRow]
