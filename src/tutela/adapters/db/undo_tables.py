"""The tables of the windows in which decisions may be taken back. One metadata with `tables`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from tutela.adapters.db.tables import metadata

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
    Column("answer_id", Text),
    Column("body", Text, nullable=False),
    Column("undone_us", BigInteger),
    Column("undone_by", Text, ForeignKey("decisions.id")),
    Index("ix_undo_windows_until_us", "until_us"),
)

undo_parts = Table(
    "undo_parts",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("window_id", Text, ForeignKey("undo_windows.id"), nullable=False),
)
