"""What keeps evidence from being destroyed: the year after a report, orders of courts and police, and our own reasons.

A hold beats every deletion (P5). It is extended and never shortened; it ends by its own time or by a release with a
reason, and then nothing is destroyed by that alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.filing.years import years_after
from tutela.core.ids import PersonId
from tutela.errors import BadInput

PRESERVED_YEARS = 1
"""How long what was reported is kept, from the finish. Source: 18 U.S.C. 2258A(h)(1), as amended by Pub. L. 118-59."""


class HoldSource(StrEnum):
    """Who wants it kept."""

    REPORT = "report"  #: the law, because it was reported
    POLICE = "police"  #: a letter or extension
    COURT = "court"
    OWN = "own"  #: an officer here, to reduce exploitation


FROM_OUTSIDE = frozenset({HoldSource.POLICE, HoldSource.COURT})
"""Who asked for it must say that it is over; an order of somebody else does not end it."""


@dataclass(frozen=True, slots=True)
class Release:
    """That a hold ended before its time."""

    at: datetime
    by: PersonId
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason to keep something.

    Raises:
        tutela.errors.BadInput: It has no reference, or neither an end nor a date on which somebody looks at it again.
    """

    id: str
    source: HoldSource
    reference: str  #: the number of the report, of the letter, of the proceedings; of our own, the reason
    starts_at: datetime
    until: datetime | None = None
    review_by: datetime | None = None  #: somebody looks whether it is still wanted
    released: Release | None = None

    def __post_init__(self) -> None:
        """Refuse a hold that nobody could trace, or that nobody would ever look at again."""
        if not self.reference.strip():
            raise BadInput("A hold needs its reference.", place="reference", remedy="Enter the number of the letter.")
        if self.until is None and self.review_by is None:
            raise BadInput(
                "A hold without an end needs a date on which somebody looks at it again.",
                place="review_by",
                remedy="Enter an end or a date of review.",
            )
        if self.until is not None and self.until <= self.starts_at:
            raise BadInput("A hold ends after it begins.", place="until", remedy="Enter a later end.")

    def is_active(self, now: datetime) -> bool:
        """Return whether it keeps anything now. One that begins later keeps it already: what is wanted is announced."""
        if self.released is not None and self.released.at <= now:
            return False
        return self.until is None or now < self.until

    def needs_review(self, now: datetime) -> bool:
        """Return whether somebody has to look at it again."""
        return self.is_active(now) and self.review_by is not None and self.review_by <= now


def preservation(hold_id: str, report_id: str, finished_at: datetime) -> Hold:
    """Return the hold that begins when a report was finished in production: one calendar year."""
    return Hold(hold_id, HoldSource.REPORT, report_id, finished_at, years_after(finished_at, PRESERVED_YEARS))


def extended(hold: Hold, until: datetime) -> Hold:
    """Return *hold* with a later end.

    Raises:
        tutela.errors.BadInput: It would end earlier, or it was released.
    """
    if hold.released is not None:
        raise BadInput("A hold that was released is not extended.", place="until", remedy="Place a new one.")
    if hold.until is None or until <= hold.until:
        raise BadInput(
            "A hold is extended, never shortened.", place="until", remedy="Enter a later end, or release it."
        )
    return replace(hold, until=until)


def released(hold: Hold, release: Release) -> Hold:
    """Return *hold* ended before its time.

    Raises:
        tutela.errors.BadInput: It has no reason, it was released before, or it is the year that the law orders.
    """
    if hold.source is HoldSource.REPORT:
        raise BadInput(
            "The year after a report is ordered by law and is not released.", place="id", remedy="Wait for its end."
        )
    if not release.reason.strip():
        raise BadInput("A release needs its reason.", place="reason", remedy="Say who said that it is over, and where.")
    if hold.released is not None:
        raise BadInput("It was released before.", place="id", remedy="Nothing is to be done.")
    return replace(hold, released=release)


def active(holds: Iterable[Hold], now: datetime) -> tuple[Hold, ...]:
    """Return the holds that keep it now."""
    return tuple(each for each in holds if each.is_active(now))


def held_until(holds: Iterable[Hold], now: datetime) -> datetime | None:
    """Return when the last of the active holds ends by its time; none where one has no end, or none is active."""
    ends = [each.until for each in active(holds, now)]
    known = [each for each in ends if each is not None]
    return max(known) if known and len(known) == len(ends) else None
