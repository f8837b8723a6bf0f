"""The tables of what enforcement remembers: strikes, clearances, verifications, quotas. One metadata with `tables`."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from tutela.adapters.db.tables import metadata

# As the policy said when the decision was made: nothing here is looked up in the policy again.
strikes = Table(
    "strikes",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("clause_id", Text, primary_key=True),
    Column("ladder", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("decay", Text, nullable=False),
    Column("decay_days", Integer, nullable=False),
    CheckConstraint("points >= 0", name="points"),
    # P2: under the twelve a first finding already demands the account measure; no ladder stands before it.
    CheckConstraint("clause_id NOT LIKE 'cse.%'", name="ordinary"),
    Index("ix_strikes_account_id", "account_id"),
)

# One row for each fact that people knew when they found the material harmless; empty text where a fact names none.
clearances = Table(
    "clearances",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("media_id", Text, ForeignKey("media.id"), primary_key=True),
    Column("clause_id", Text, primary_key=True),
    Column("match", Text, primary_key=True),
    Column("bank_id", Text, primary_key=True),
    Column("resembles", Text, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Index("ix_clearances_media_id", "media_id"),
)

verifications = Table(
    "verifications",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("at_us", BigInteger, primary_key=True),
    Column("recorded_us", BigInteger, nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id")),
)

# P11: of two processes that take the last of a quota at once, one plans again and finds it used up.
quota_uses = Table(
    "quota_uses",
    metadata,
    Column("day", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("used", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    CheckConstraint("used >= 0 AND held >= 0", name="counts"),
)
