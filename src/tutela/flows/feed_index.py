"""Bring an index up to what is committed, in commit order."""

from tutela.ports.index import IndexName, SignalIndex
from tutela.ports.store import Reader

FEED_PAGE = 20_000
"""Feed rows taken in at once: bounds memory while a large bank is loaded."""


def refresh(reader: Reader, index: SignalIndex, name: IndexName) -> int:
    """Apply every committed change that *index* has not seen; return the version that the reader's snapshot has."""
    newest = reader.feed_seq(name)
    while index.built_to_seq < newest:
        rows = reader.feed(name, index.built_to_seq, FEED_PAGE)
        # Digests and bank settings are numbered in the same feed but are no rows of a distance index.
        is_last_page = len({row.seq for row in rows}) < FEED_PAGE
        index.apply(rows, up_to_seq=newest if is_last_page else rows[-1].seq)
    return newest
