"""The change feed as the readers see it: each changed subject once, at its last change."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from tutela.core.measures import Measure, Subject

ITSELF = "0"
"""The position of the subject itself; it comes before the items that it touches, whose ids start with a letter."""

_PLACE = re.compile(r"(\d{1,18})(?:\.(0|[a-z]{3}_[0-9a-z]{1,40})(?:\.([a-z]{3}_[0-9a-z]{1,40}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class FeedPlace:
    """How far a reader has come: all of every change up to `seq`, or of that last one only what its position says.

    One change may touch a million items: those that carry a media, and those that quote one of them. They are told in
    the order of their ids, first the one that is touched (`base`), then what it is inside of (`container`).
    """

    seq: int = 0
    base: str = ""
    container: str = ""

    def __str__(self) -> str:
        """Return the cursor: `seq` or `seq.position`."""
        return ".".join(part for part in (str(self.seq), self.base, self.container) if part)

    @classmethod
    def parse(cls, cursor: str) -> Self:
        """Return the place of a cursor.

        Raises:
            ValueError: It was never told here.
        """
        found = _PLACE.fullmatch(cursor)
        if found is None or not cursor.isascii():
            raise ValueError("pass `next` of the page before, unchanged")
        return cls(int(found[1]), found[2] or "", found[3] or "")


@dataclass(frozen=True, slots=True)
class ItemState:
    """What a reader needs to know of an item to say by itself who may see it."""

    author_platform_id: str
    is_published: bool
    inside: tuple[Measure, ...]  #: on everything that it quotes, on the media of that and its authors


@dataclass(frozen=True, slots=True)
class Change:
    """One subject as it stands now."""

    seq: int
    subject: Subject
    platform_id: str  #: the platform's own name of it; a media is told through the items that carry it
    at: datetime  #: of the change that it is told for
    own: tuple[Measure, ...]  #: on itself; of an item on its media as well
    item: ItemState | None = None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """The next changes, in commit order, and where to go on."""

    changes: tuple[Change, ...]
    following: FeedPlace
    is_complete: bool  #: nothing is left behind `following`
