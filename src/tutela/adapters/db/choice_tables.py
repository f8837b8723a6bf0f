"""What viewers chose not to see, by the platform's own id of the account: personal, and deleted when they say so."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from tutela.adapters.db.tables import metadata

choices = Table(
    "choices",
    metadata,
    Column("account", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("ends_us", BigInteger),
    Index(
        "ix_choices_ends_us",
        "ends_us",
        sqlite_where=text("ends_us IS NOT NULL"),
        postgresql_where=text("ends_us IS NOT NULL"),
    ),
)
