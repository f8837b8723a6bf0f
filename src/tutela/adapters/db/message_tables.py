"""Messages to the people who asked, and how many mails went to which address."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

WAITS = text("state = 'waiting'")
"""In a condition, as the index has it: SQLite uses it only for these words."""

messages = Table(
    "messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("about_kind", Text, nullable=False),
    Column("about_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("with_link", Boolean, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    # Also the mark of who holds it: a process that was taken for dead writes under a number that is over.
    Column("claims", Integer, nullable=False),
    Column("next_us", BigInteger, nullable=False),
    Column("holder", Text),
    Column("lease_us", BigInteger),
    Column("ended_us", BigInteger),
    Column("failure", Text),
    Index("ix_messages_waiting", "next_us", "id", sqlite_where=WAITS, postgresql_where=WAITS),
    Index("ix_messages_about_id", "about_kind", "about_id", "id"),
    Index("ix_messages_state", "state", "id"),
)

# Under a code of the address that only this house can make; forgotten after two days.
message_counts = Table(
    "message_counts",
    metadata,
    Column("address_mac", LargeBinary, primary_key=True),
    Column("day_us", BigInteger, primary_key=True),
    Column("mails", Integer, nullable=False),
)
