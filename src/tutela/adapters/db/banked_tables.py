"""The table of what entries of the operator's own banks rest on. One metadata with `tables`."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from tutela.adapters.db.tables import metadata

# P11: an entry is in its bank as long as one of these stands; rows stay, for what came of it and for verification.
entry_grounds = Table(
    "entry_grounds",
    metadata,
    Column("member_id", Text, ForeignKey("members.id"), primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("ended_by", Text, ForeignKey("decisions.id")),
    Index("ix_entry_grounds_decision_id", "decision_id"),
)
