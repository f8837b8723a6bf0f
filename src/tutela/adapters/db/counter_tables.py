"""The tables of counters over sliding windows. One metadata with `tables`."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from tutela.adapters.db.tables import Sequence64, metadata

counters = Table(
    "counters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("window_us", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    # Kept by whoever writes windows: to count millions of them for a page would take longer than anybody waits.
    Column("key_count", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("not_counted", BigInteger, nullable=False),
)

# Its rows are found by one index and written by number, and a write touches no index: neither column of one changes.
counter_windows = Table(
    "counter_windows",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=False),
    Column("counter_id", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("additions", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
    # When to look whether it has expired; not moved when something is added, but when it was looked at.
    Column("expires_us", BigInteger, nullable=False),
    Index("uq_counter_windows_key", "counter_id", "key", unique=True),
    Index("ix_counter_windows_expires_us", "expires_us"),
)
