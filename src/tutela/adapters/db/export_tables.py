"""Packages of evidence for police: who asked, who agreed, what became of it."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from tutela.adapters.db.tables import metadata

exports = Table(
    "exports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("key_kind", Text, nullable=False),
    Column("key_text", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_us", BigInteger, nullable=False),
    Column("approved_by", Text),
    Column("approved_us", BigInteger),
    Column("made_by", Text),
    Column("made_us", BigInteger),
    Column("sha256", Text),
    Column("size_bytes", BigInteger),
    Column("version", Integer, nullable=False),
)

export_contents = Table(
    "export_contents",
    metadata,
    Column("export_id", Text, ForeignKey("exports.id"), primary_key=True),
    Column("evidence_id", Text, primary_key=True),
    Index("ix_export_contents_evidence_id", "evidence_id", "export_id"),
)
