"""Banks of words, their entries as nobody can read them, and the number that grows with every change."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

HAS_END = text("ends_us IS NOT NULL")

word_banks = Table(
    "word_banks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("may_keep", Boolean, nullable=False),
    Column("licence_ends_us", BigInteger),
    Column("version", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),  # as many as there are: to count millions takes its time
    Index("uq_word_banks_name", "name", unique=True),
)

word_entries = Table(
    "word_entries",
    metadata,
    # The bank comes first: what is asked for is always a page of one bank.
    Column("bank_id", Text, ForeignKey("word_banks.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("mark", Text, nullable=False),  # hex: lists among the parameters are text
    Column("held", LargeBinary, nullable=False),
    Column("added_us", BigInteger, nullable=False),
    Column("ends_us", BigInteger),
    Column("category", Text, nullable=False),
    Index("uq_word_entries_mark", "bank_id", "mark", unique=True),
    Index("ix_word_entries_ends_us", "ends_us", "bank_id", sqlite_where=HAS_END, postgresql_where=HAS_END),
)

word_stamp = Table(
    "word_stamp",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("seq", BigInteger, nullable=False),
)
