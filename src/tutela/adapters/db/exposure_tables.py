"""Which cases people would rather not be offered: private, and deleted when they say so."""

from sqlalchemy import Column, Table, Text

from tutela.adapters.db.tables import metadata

declined_clauses = Table(
    "declined_clauses",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("clause_id", Text, primary_key=True),
)
