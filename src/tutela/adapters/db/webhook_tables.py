"""Endpoints of platforms, the batches on their way to them, and every try."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from tutela.adapters.db.tables import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("cursor", Text, nullable=False),
    Column("numbered", BigInteger, nullable=False),  # the last number given to a delivery
    Column("batched_us", BigInteger),
    Column("secret", LargeBinary, nullable=False),
    Column("previous", LargeBinary),
    Column("previous_until_us", BigInteger),
    Column("off_because", Text),
    Column("created_us", BigInteger, nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("webhook_id", Text, ForeignKey("webhooks.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    # Also the mark of who holds it: a process that was taken for dead writes under a number that is over.
    Column("attempts", Integer, nullable=False),
    Column("next_us", BigInteger, nullable=False),
    Column("holder", Text),
    Column("lease_us", BigInteger),
    Column("created_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Index("uq_webhook_deliveries_number", "webhook_id", "number", unique=True),
    # The next of an endpoint is the first that waits; a page of one state is read from here too.
    Index("ix_webhook_deliveries_webhook_id_state", "webhook_id", "state", "number"),
    Index("ix_webhook_deliveries_state_ended_us", "state", "ended_us"),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("delivery_id", Text, ForeignKey("webhook_deliveries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("status", Integer),
    Column("failure", Text),
    Column("milliseconds", Integer, nullable=False),
)
