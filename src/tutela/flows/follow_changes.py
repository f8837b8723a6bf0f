"""Read the change feed for those who are told of it: the one place that knows what a place in it looks like."""

from dataclasses import dataclass

from tutela.core.webhooks import Batch, Told, once_each
from tutela.ports.changes import FeedPlace
from tutela.ports.store import Reader

BEGINNING = "0"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the feed."""

    batch: Batch  #: without changes where the feed moved on and nobody is to be told
    is_full: bool  #: whether there was more to tell at once


def newest(reader: Reader) -> str:
    """Return the place behind everything that is there."""
    return str(reader.change_seq())


def changed_after(reader: Reader, after: str, limit: int, held_from: int | None = None) -> Stretch:
    """Return the next changes, each subject once, at most *limit*, and none from the number *held_from* on."""
    place = FeedPlace.parse(after)
    page = reader.changes(place, limit)
    end = page.following.seq + 1 if held_from is None else held_from
    told = (Told(each.subject.kind, each.platform_id, each.seq, each.at) for each in page.changes if each.seq < end)
    is_cut = page.following.seq >= end
    # All before the first that is held back is in the page: it goes on from there, and never back.
    following = page.following if not is_cut else place if place.seq >= end else FeedPlace(end - 1)
    return Stretch(Batch(once_each(told), after, str(following)), is_full=not (page.is_complete or is_cut))
