"""Who looks, and what they have chosen not to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

CLASSES = ("author", "follower_adult", "follower_minor", "other_adult", "other_minor", "staff")
"""Viewer classes towards one item. Whoever is not known to be an adult is a minor."""

RELATIONS = ("none", "follower", "author", "blocked")
"""What a viewer is to the author of an item; `blocked` whichever of both blocked the other."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a viewer does not want to see. It can only hide more, and answers no violation."""

    kind: str  #: `hide_item`, `mute_account`, `mute_word`, `mute_tag` or `cover_sensitive`
    value: str = ""
    ends_at: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        """Return whether it still counts at *now*."""
        return self.ends_at is None or now < self.ends_at


CHOICES = ("hide_item", "mute_account", "mute_word", "mute_tag", "cover_sensitive")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. Staff see sealed items only under a view grant, never through this table."""

    account: str | None = None  #: the platform's id, or none for an anonymous viewer
    age: str = "unknown"  #: an age band; everything but `adult` is a minor wherever it matters
    countries: frozenset[str] = frozenset()  #: of the request and of the account; none known counts as every one
    is_staff: bool = False
    choices: tuple[Choice, ...] = ()

    def class_for(self, author: str | None, relation: str = "none") -> str:
        """Return the viewer class towards an item of *author*; an unknown relation is none."""
        if self.is_staff:
            return "staff"
        if relation == "author" or (self.account is not None and self.account == author):
            return "author"
        closeness = "follower" if relation == "follower" else "other"
        return f"{closeness}_{'adult' if self.age == 'adult' else 'minor'}"

    def chosen_at(self, now: datetime) -> "Chosen | None":
        """Return what the viewer's choices hide at *now*, or none when there are none."""
        held = [choice for choice in self.choices if choice.holds_at(now)]
        return Chosen.of(held) if held else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A viewer's choices, sorted by what they are compared with."""

    items: frozenset[str]
    accounts: frozenset[str]
    words: frozenset[str]
    tags: frozenset[str]
    covers_sensitive: bool
    until: datetime | None  #: the first of their ends

    @classmethod
    def of(cls, choices: Iterable[Choice]) -> "Chosen":
        """Return *choices* sorted."""
        held = tuple(choices)
        by_kind = {kind: frozenset(c.value for c in held if c.kind == kind) for kind in CHOICES}
        return cls(
            by_kind["hide_item"],
            by_kind["mute_account"],
            frozenset(word.casefold() for word in by_kind["mute_word"]),
            frozenset(tag.casefold() for tag in by_kind["mute_tag"]),
            any(c.kind == "cover_sensitive" for c in held),
            min((c.ends_at for c in held if c.ends_at is not None), default=None),
        )
