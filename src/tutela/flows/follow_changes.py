"""Read the change feed for those who are told of it: the one place that knows what a place in it looks like."""

from dataclasses import dataclass

from tutela.core.webhooks import Batch, Told, once_each
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


def changed_after(reader: Reader, after: str, limit: int) -> Stretch:
    """Return the next changes, each subject once, at most *limit* rows of the feed."""
    place = int(after)
    found = reader.changes(place, limit)
    last = max(place, min(reader.change_seq(), place + limit))
    # Changes of media that nothing carries are numbered and told to nobody: every row up to there was looked at.
    following = found[-1].seq if found else last
    told = (Told(each.subject.kind, each.platform_id, each.seq, each.at) for each in found if each.platform_id)
    return Stretch(Batch(once_each(told), after, str(following)), is_full=following < reader.change_seq())
