"""What was said of incidents for their duties, and what was done about each authority."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from tutela.adapters.db.tables import metadata

duty_sheets = Table(
    "duty_sheets",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("imagery", Text, nullable=False),
    Column("explicitness", Text, nullable=False),
    Column("child", Text, nullable=False),
    # Words with a blank between them.
    Column("traits", Text, nullable=False),
    Column("suspects", Text, nullable=False),
    Column("children", Text, nullable=False),
    Column("published", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

dealings = Table(
    "dealings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("authority", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("noted_us", BigInteger, nullable=False),
    Column("due_us", BigInteger),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False),
    # Of the commitment in the audit: gone with the texts when they are erased.
    Column("salt", LargeBinary, nullable=False),
    Index("ix_dealings_case_id", "case_id", "id"),
)
