"""Who looks, and what they have chosen not to see."""

from dataclasses import dataclass
from datetime import datetime

from tutela_client.muting import CHOICES, Choice, Chosen

__all__ = ["CHOICES", "CLASSES", "RELATIONS", "Choice", "Chosen", "Viewer"]

CLASSES = ("author", "follower_adult", "follower_minor", "other_adult", "other_minor", "staff")
"""Viewer classes towards one item. Whoever is not known to be an adult is a minor."""

RELATIONS = ("none", "follower", "author", "blocked")
"""What a viewer is to the author of an item; `blocked` whichever of both blocked the other."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. Staff see sealed items only under a view grant, never through this table."""

    account: str | None = None  #: the platform's id, or none for an anonymous viewer
    age: str = "unknown"  #: an age band; everything but `adult` is a minor wherever it matters
    countries: frozenset[str] = frozenset()  #: of the request and of the account; none known counts as every one
    is_staff: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def author(self) -> str:
        """Return the viewer class towards what the viewer wrote."""
        return "staff" if self.is_staff else "author"

    @property
    def follower(self) -> str:
        """Return the viewer class towards what somebody wrote whom the viewer follows."""
        return "staff" if self.is_staff else "follower_adult" if self.age == "adult" else "follower_minor"

    @property
    def stranger(self) -> str:
        """Return the viewer class towards what anybody else wrote."""
        return "staff" if self.is_staff else "other_adult" if self.age == "adult" else "other_minor"

    def class_for(self, author: str | None, relation: str = "none") -> str:
        """Return the viewer class towards an item of *author*; an unknown relation is none."""
        if relation == "author" or (self.account is not None and self.account == author):
            return self.author
        return self.follower if relation == "follower" else self.stranger

    def chosen_at(self, now: datetime) -> "Chosen | None":
        """Return what the viewer's choices hide at *now*, or none when there are none."""
        held = [choice for choice in self.choices if choice.holds_at(now)]
        return Chosen.of(held) if held else None
