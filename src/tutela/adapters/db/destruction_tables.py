"""What was proposed for destruction, what is being destroyed, and what is proved."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

NOT_OVER = text("state IN ('proposed', 'destroying', 'destroyed')")
"""In a condition, as the index has it: SQLite uses it only for these words."""

destructions = Table(
    "destructions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("basis", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("agency", Text),
    Column("reference", Text),
    Column("received_us", BigInteger),
    Column("ends_holds", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_us", BigInteger, nullable=False),
    Column("agreed_by", Text),
    Column("agreed_us", BigInteger),
    Column("destroyed_us", BigInteger),
    Column("proved_us", BigInteger),
    Column("certificate", LargeBinary),
    Column("version", Integer, nullable=False),
    Index("ix_destructions_open", "state", "id", sqlite_where=NOT_OVER, postgresql_where=NOT_OVER),
)

destruction_contents = Table(
    "destruction_contents",
    metadata,
    Column("destruction_id", Text, ForeignKey("destructions.id"), primary_key=True),
    Column("evidence_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("content_id", Text),
    Column("key_name", Text, nullable=False),
    Column("earlier", Text, nullable=False),
    Column("size_bytes", BigInteger),
    Column("salt", LargeBinary, nullable=False),
    Column("commitment", LargeBinary),
    Column("holds", Text, nullable=False),
    Column("ended_holds", Text, nullable=False),
    Index("ix_destruction_contents_evidence_id", "evidence_id", "destruction_id"),
    Index("ix_destruction_contents_content_id", "content_id"),
)
