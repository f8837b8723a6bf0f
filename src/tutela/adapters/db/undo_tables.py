"""The tables of the windows in which decisions may be taken back. One metadata with `tables`."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from tutela.adapters.db.tables import metadata

_IS_OVER = "undone_us IS NULL AND NOT has_lingering"

# Beside what a decision wrote: what was otherwise before. Read while the window is open, and by whoever verifies.
undo_windows = Table(
    "undo_windows",
    metadata,
    Column("id", Text, primary_key=True),
    Column("opened_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("bound_us", BigInteger),
    # Which numbers of the change feed it holds back; none where nothing changed that anybody reads.
    Column("first_seq", BigInteger),
    Column("last_seq", BigInteger),
    # Where it is an answer to a case: which one, and which of its series.
    Column("answer_id", Text),
    Column("case_id", Text, ForeignKey("cases.id")),
    Column("series", Integer),
    Column("place", Integer),
    # Whoever verifies must know by which window what lingered was measured.
    Column("has_lingering", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("undone_us", BigInteger),
    Column("undone_by", Text, ForeignKey("decisions.id")),
    Index("ix_undo_windows_until_us", "until_us"),
    Index("ix_undo_windows_case_id", "case_id"),
    Index("ix_undo_windows_over", "until_us", sqlite_where=text(_IS_OVER), postgresql_where=text(_IS_OVER)),
)

undo_parts = Table(
    "undo_parts",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("window_id", Text, ForeignKey("undo_windows.id"), nullable=False),
    Index("ix_undo_parts_window_id", "window_id"),
)
