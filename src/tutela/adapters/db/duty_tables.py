"""What was found of incidents, said of them for their duties, and done about each authority."""

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

# Which findings of people are about which case: those that were made while it was open, whatever is found later.
case_findings = Table(
    "case_findings",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Index("ix_case_findings_decision_id", "decision_id"),
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
