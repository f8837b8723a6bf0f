"""Which cases people would rather not be offered, and how they want to be shown things: private to each."""

from sqlalchemy import Boolean, Column, Table, Text

from tutela.adapters.db.tables import metadata

declined_clauses = Table(
    "declined_clauses",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("clause_id", Text, primary_key=True),
)

comforts = Table(
    "comforts",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("blur", Text, nullable=False),
    Column("is_grey", Boolean, nullable=False),
)
