"""What people do with cases: queues, notes, who skipped what, and which accounts are whose."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text

from tutela.adapters.db.tables import metadata

# One row for every clause, language and kind that a case ever had: few, whatever the number of cases.
case_queues = Table(
    "case_queues",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clause_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
)

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("written_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    # Of the commitment in the audit: gone with the text when that is erased.
    Column("salt", LargeBinary, nullable=False),
    Index("ix_case_notes_case_id", "case_id", "id"),
)

case_skips = Table(
    "case_skips",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("skipped_by", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

# Platform accounts that somebody here says are their own: they never work on a case about one.
own_accounts = Table(
    "own_accounts",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)
