"""Bring an index up to what is committed, in commit order."""

from collections.abc import Iterator
from dataclasses import dataclass

from tutela.ports.index import FeedMark, FeedPage, IndexName, SignalIndex
from tutela.ports.store import Reader, Store

FEED_PAGE = 20_000
"""Feed rows read at once: bounds the Python objects alive while a large bank is loaded."""


def refresh(reader: Reader, index: SignalIndex, name: IndexName, *, page_rows: int = FEED_PAGE) -> int:
    """Apply every committed change that *index* has not seen; return the version that the reader's snapshot has.

    An index that is found to be damaged meanwhile answers for nothing afterwards, and is built anew by the next call.
    """
    newest = reader.feed_seq(name)
    built = index.built_to_seq
    if built < newest:
        index.apply(_pages(reader, name, built, page_rows), after_seq=built, up_to_seq=newest)
    return newest


def _pages(reader: Reader, name: IndexName, after_seq: int, page_rows: int) -> Iterator[FeedPage]:
    # Digests and bank settings are numbered in the same feed but are no rows of a distance index.
    page = reader.feed(name, after_seq, page_rows)
    while len(page):
        yield page
        if len(page) < page_rows:
            return
        page = reader.feed(name, page.seqs[-1], page_rows)


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """The past of one feed, by `ports.index.FeedHistory`; each question is a read of its own."""

    store: Store
    name: IndexName

    def mark(self, seq: int) -> FeedMark:
        """Return a mark of the change *seq*, which is committed."""
        with self.store.read() as reader:
            return reader.feed_mark(seq)

    def has(self, mark: FeedMark) -> bool:
        """Return whether the change that was marked, and all before it, are in this database as they were."""
        with self.store.read() as reader:
            return mark.seq <= reader.feed_seq(self.name) and reader.has_feed_mark(mark)
