"""Versions of rules, how far each has come, and moves that wait for somebody else."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text

from tutela.adapters.db.tables import metadata

_OPEN = text("ended_us IS NULL")

rules = Table(
    "rules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("clause_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("written_us", BigInteger, nullable=False),
    Column("made_from", Text),
    Column("state", Text, nullable=False),
    Index("ix_rules_state", "state"),
)

shipped_rules = Table(
    "shipped_rules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),  # where the operator brought it; without a row it is live
)

rule_moves = Table(
    "rule_moves",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("moved_by", Text, nullable=False),
    Column("proposed_by", Text),
    Column("at_us", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)

rule_proposals = Table(
    "rule_proposals",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_us", BigInteger),
    Column("ended_by", Text),
    Column("is_approved", Integer),
    # Whoever approves knows what: of one rule one move waits.
    Index("uq_rule_proposals_open", "name", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

rule_book = Table(
    "rule_book",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("seq", BigInteger, nullable=False),
)
