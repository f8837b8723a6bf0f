"""What people have had to see, and what they would rather not. Private to each, and in no audit and no log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.exposure import Comfort, LookTaken
from tutela.core.ids import ClauseId


@dataclass(frozen=True, slots=True)
class Together:
    """What many people saw together. Of a few nothing is told; see `core.exposure.GROUP`."""

    people: int
    looks: int
    severe: int


class ExposureBook(Protocol):
    """Read looks, and keep what people decline."""

    def looks_of(self, person: str, since: datetime) -> list[LookTaken]:
        """Return the looks that somebody opened from a moment on, oldest first."""
        ...

    def together(self, since: datetime) -> Together:
        """Return what everybody saw from a moment on."""
        ...

    def declined(self, person: str) -> frozenset[ClauseId]:
        """Return under which clauses somebody is offered no cases."""
        ...

    def decline(self, person: str, clauses: frozenset[ClauseId]) -> None:
        """Store all that somebody declines, in the place of what they declined before."""
        ...

    def comfort(self, person: str) -> Comfort:
        """Return how somebody wants to be shown things; the usual where they never said."""
        ...

    def keep_comfort(self, person: str, comfort: Comfort) -> None:
        """Store it, in the place of what they said before."""
        ...
