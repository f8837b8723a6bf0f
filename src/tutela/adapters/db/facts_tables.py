"""What only platforms know of accounts, sealed; and when they were asked for it."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, Text

from tutela.adapters.db.tables import metadata

account_facts = Table(
    "account_facts",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    # Of the period of the key ring; another one after each destruction.
    Column("series", Integer, nullable=False),
    Column("wrapped", LargeBinary),
    Column("sealed", LargeBinary),
    Column("parts", Text, nullable=False),
    Column("told_us", BigInteger),
    Column("told_by", Text),
    Column("destroyed_us", BigInteger),
    Column("asked_us", BigInteger),
    Column("asked_of", Integer, nullable=False),
)
