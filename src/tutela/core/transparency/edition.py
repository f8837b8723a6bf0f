"""Editions of a report: drawn up, published, corrected with a reason. None is ever changed or taken away."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import TransparencyId
from tutela.core.transparency.period import Period, kept_until
from tutela.errors import BadInput, Conflict


class EditionState(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"  #: a draft that was drawn up anew before anybody published it


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the report of a period."""

    id: TransparencyId
    period: Period
    version: int
    state: EditionState
    drawn_at: datetime
    drawn_by: str
    sha256: str  #: of the package
    size_bytes: int
    published_at: datetime | None = None
    published_by: str | None = None
    correction: str = ""  #: why it was drawn up after one was published

    @property
    def is_public(self) -> bool:
        """Return whether everybody may read it."""
        return self.state is EditionState.PUBLISHED

    @property
    def kept_until(self) -> datetime | None:
        """Return until when it is kept at least; none before it is published."""
        return None if self.published_at is None else kept_until(self.published_at)


def refuse_to_draw_up(period: Period, now: datetime, *, has_published: bool, correction: str) -> None:
    """Refuse a report of a period that is not over, or one after a published one without saying why.

    Raises:
        tutela.errors.BadInput: As said; or a correction of what nobody has published.
    """
    if not period.is_over(now):
        raise BadInput(
            "This period is not over.", place="period", remedy=f"Draw it up from {period.ends_at.date()} on."
        )
    if has_published and not correction.strip():
        raise BadInput(
            "This report is published: another edition is a correction.", place="reason", remedy="Say what was wrong."
        )
    if correction.strip() and not has_published:
        raise BadInput("Nothing is published that could be corrected.", place="period", remedy="Draw it up.")


def refuse_to_publish(edition: Edition) -> None:
    """Refuse to publish what is published, or what another draft took the place of.

    Raises:
        tutela.errors.Conflict: As said.
    """
    if edition.state is not EditionState.DRAFT:
        raise Conflict(f"this edition is {edition.state.value}", place="id", remedy="Draw up another one.")
