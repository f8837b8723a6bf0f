"""What was done with the delays of statements, and what of statements goes to the EU Transparency Database."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

WAITING = text("state = 'waiting'")
"""In a condition, as the index has it: SQLite uses it only for these words."""

statement_changes = Table(
    "statement_changes",
    metadata,
    Column("statement_id", Text, ForeignKey("statements.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("basis", Text),
    Column("reason", Text, nullable=False),
    Column("tell_us", BigInteger, nullable=False),
)

# Kept until it is sent, whatever becomes of the statement: it names nobody.
transparency_records = Table(
    "transparency_records",
    metadata,
    Column("puid", Text, primary_key=True),
    Column("statement_id", Text, nullable=False),
    Column("applied_on", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_unsure", Boolean, nullable=False),  # it was sent, and no answer came
    Column("at_most", Integer, nullable=False),  # in one batch with others
    Column("tries", Integer, nullable=False),
    Column("next_us", BigInteger, nullable=False),
    Column("holder", Text),
    Column("lease_us", BigInteger),
    Column("environment", Text),  # that stored it
    Column("uuid", Text),
    Column("ended_us", BigInteger),
    Column("errors", Text),
    Index("uq_transparency_records_statement_id", "statement_id", unique=True),
    Index("ix_transparency_records_applied_on", "applied_on", "puid"),
    Index("ix_transparency_records_waiting", "next_us", "puid", sqlite_where=WAITING, postgresql_where=WAITING),
)

transparency_channel = Table(
    "transparency_channel",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("token", LargeBinary),
    Column("changed_us", BigInteger, nullable=False),
)
