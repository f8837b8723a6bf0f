"""What keeps evidence from being destroyed, what it keeps, and what was done with it."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, bindparam, or_, select, text

from tutela.adapters.db.tables import metadata

OF_REPORTS = text("source = 'report'")
"""In a condition, as the index has it: SQLite uses it only for these words."""

holds = Table(
    "holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("starts_us", BigInteger, nullable=False),
    Column("until_us", BigInteger),
    Column("review_us", BigInteger),
    Column("released_us", BigInteger),
    Column("placed_us", BigInteger, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("ix_holds_review_us", "review_us"),
    # One year for one report, however many processes see that it was finished.
    Index("uq_holds_report", "reference", unique=True, sqlite_where=OF_REPORTS, postgresql_where=OF_REPORTS),
)

hold_contents = Table(
    "hold_contents",
    metadata,
    Column("hold_id", Text, ForeignKey("holds.id"), primary_key=True),
    Column("evidence_id", Text, primary_key=True),
    Column("part", Text, nullable=False),
    Index("ix_hold_contents_evidence_id", "evidence_id", "hold_id"),
)

hold_changes = Table(
    "hold_changes",
    metadata,
    Column("hold_id", Text, ForeignKey("holds.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until_us", BigInteger),
    Column("review_us", BigInteger),
)

RELEASED_BY = (
    select(hold_changes.c.by_whom)
    .where(hold_changes.c.hold_id == holds.c.id, hold_changes.c.what == "released")
    .scalar_subquery()
    .label("released_by")
)
"""Who ended it before its time: a hold is released once."""

IS_ACTIVE = (
    holds.c.released_us.is_(None),
    or_(holds.c.until_us.is_(None), holds.c.until_us > bindparam("now")),
)
"""That a hold keeps something at the moment `now`. A release is of now or earlier, never of later."""

HELD = (
    select(hold_contents.c.evidence_id)
    .join_from(hold_contents, holds, holds.c.id == hold_contents.c.hold_id)
    .where(*IS_ACTIVE)
)
"""Everything that is held at the moment `now`."""
