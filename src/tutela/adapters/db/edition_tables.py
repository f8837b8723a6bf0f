"""Editions of reports of figures, and what the operator enters for them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from tutela.adapters.db.tables import metadata

transparency_editions = Table(
    "transparency_editions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("period", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("drawn_us", BigInteger, nullable=False),
    Column("drawn_by", Text, nullable=False),
    Column("published_us", BigInteger),
    Column("published_by", Text),
    Column("correction", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("package", LargeBinary, nullable=False),
    Column("summary", Text, nullable=False),
    # Of two who draw up the same report at once, one draws it up again.
    Index("uq_transparency_editions_version", "period", "version", unique=True),
)

transparency_entries = Table(
    "transparency_entries",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("by_whom", Text, nullable=False),
)
