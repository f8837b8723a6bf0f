"""Keep what somebody has had to see within bounds, and tell it to nobody but them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.core.exposure import (
    DAY,
    FIGURES_FOR,
    GROUP,
    Comfort,
    Exposure,
    ExposureLimits,
    Stage,
    declinable,
    exposure_of,
    free_again_at,
    is_break_due,
)
from tutela.core.ids import ClauseId
from tutela.core.permissions import Principal, demand
from tutela.core.policy import Policy
from tutela.core.units import Duration
from tutela.errors import CapReached
from tutela.ports.clock import Clock
from tutela.ports.exposure import ExposureBook, Together

SPANS = {1: DAY, 7: Duration(days=7), 30: Duration(days=30), 90: FIGURES_FOR}
"""Over how many days figures are told."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands now."""

    today: Exposure
    share: float
    stage: Stage
    is_break_due: bool
    free_at: datetime | None  #: when they may look again, where they have seen enough


@dataclass(frozen=True, slots=True)
class KeepExposure:
    """Read figures, keep choices, and stop who has seen enough."""

    book: ExposureBook
    limits: ExposureLimits
    policy: Policy
    clock: Clock

    def standing(self, principal: Principal) -> Standing:
        """Return how *principal* stands.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        now = self.clock.now()
        looks = self.book.looks_of(principal.id, now - DAY.delta)
        today = exposure_of(looks, now - DAY.delta)
        share, stage = today.share(self.limits), today.stage(self.limits)
        return Standing(today, share, stage, is_break_due(looks, now), free_again_at(looks, self.limits, now))

    def figures(self, principal: Principal) -> Mapping[int, Exposure]:
        """Return what *principal* saw, by the number of days; nobody reads those of somebody else.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        now = self.clock.now()
        looks = self.book.looks_of(principal.id, now - FIGURES_FOR.delta)
        return {days: exposure_of(looks, now - span.delta) for days, span in SPANS.items()}

    def together(self, principal: Principal) -> Together | None:
        """Return what all saw together in a week, or none where that would tell of one.

        Raises:
            tutela.errors.Forbidden: They do not keep quality.
        """
        demand(principal, "quality")
        found = self.book.together(self.clock.now() - SPANS[7].delta)
        return found if found.people >= GROUP else None

    def declined(self, principal: Principal) -> frozenset[ClauseId]:
        """Return under which clauses *principal* is offered no cases.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        return self.book.declined(principal.id)

    def decline(self, principal: Principal, clauses: list[str]) -> None:
        """Store under which clauses *principal* would rather be offered no cases; nobody asks why.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        self.book.decline(principal.id, declinable(self.policy.clauses.keys(), clauses))

    def comfort(self, principal: Principal) -> Comfort:
        """Return how *principal* wants to be shown what they must see.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        return self.book.comfort(principal.id)

    def keep_comfort(self, principal: Principal, comfort: Comfort) -> None:
        """Store how *principal* wants to be shown what they must see.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        self.book.keep_comfort(principal.id, comfort)

    def check(self, principal: Principal) -> None:
        """Refuse a look to whoever has seen as much as a day may hold.

        Raises:
            tutela.errors.CapReached: They have; cases may still be decided from matches and text.
        """
        now = self.clock.now()
        looks = self.book.looks_of(principal.id, now - DAY.delta)
        free_at = free_again_at(looks, self.limits, now)
        if free_at is not None:
            raise CapReached(
                place="exposure",
                remedy=f"Decide from the match and the text, or leave it to a colleague. Looks are possible again from "
                f"{free_at:%Y-%m-%d %H:%M} UTC on.",
            )
