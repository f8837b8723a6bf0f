"""Orders of authorities, what each names, by which decisions it was given effect, and what was done with it."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from tutela.adapters.db.tables import metadata

IS_OPEN = text("state IN ('received', 'verified')")
"""In a condition, as the index has it: SQLite uses it only for these words."""

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("category", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("redress", Text, nullable=False),
    Column("answer_to", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("is_readable", Boolean, nullable=False),
    Column("locations", Text, nullable=False),
    Column("territory", Text, nullable=False),
    Column("due_us", BigInteger),
    Column("is_secret", Boolean, nullable=False),
    Column("notifier_id", Text),
    Column("registered_us", BigInteger, nullable=False),
    Column("registered_by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("verified_us", BigInteger),
    Column("verified_by", Text),
    Column("verified_way", Text),
    Column("is_real", Boolean),
    Column("directory", Text),
    Column("spoken_to", Text),
    Column("acknowledged_us", BigInteger),
    Column("effect_us", BigInteger),
    Column("told_us", BigInteger),
    Column("informed_us", BigInteger),
    Column("delay_us", BigInteger),
    Column("delay_basis", Text, nullable=False),
    Column("hold_id", Text, ForeignKey("holds.id")),
    Column("version", BigInteger, nullable=False),
    # The same letter twice is one order, whoever opens the post.
    Index("uq_orders_reference", "country", "authority", "reference", "kind", unique=True),
    Index("ix_orders_open", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    Index("ix_orders_received_us", "received_us"),
)

order_items = Table(
    "order_items",
    metadata,
    Column("order_id", Text, ForeignKey("orders.id"), primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Index("ix_order_items_item_id", "item_id"),
)

order_accounts = Table(
    "order_accounts",
    metadata,
    Column("order_id", Text, ForeignKey("orders.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Index("ix_order_accounts_account_id", "account_id"),
)

order_decisions = Table(
    "order_decisions",
    metadata,
    Column("order_id", Text, ForeignKey("orders.id"), primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Index("ix_order_decisions_decision_id", "decision_id"),
)

order_steps = Table(
    "order_steps",
    metadata,
    Column("order_id", Text, ForeignKey("orders.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("by_whom", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("note", Text, nullable=False),
)
