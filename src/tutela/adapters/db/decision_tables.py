"""The tables of what people decide: findings, parts, answers, proposals, and decisions in bulk."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from tutela.adapters.db.tables import metadata

# Beside the decision: what was found in the words of whoever decided. Never in the audit, which is kept for ever.
findings = Table(
    "findings",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("code", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("is_senior", Boolean, nullable=False),
    Column("is_reversal", Boolean, nullable=False),
    Column("bulk_id", Text, ForeignKey("bulks.id")),
    Index("ix_findings_bulk_id", "bulk_id"),
)

finding_roles = Table(
    "finding_roles",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Index("ix_finding_roles_account_id", "account_id"),
)

# What the platform was told about an item by a decision of a person, a reversal included, and what it was told before.
decision_answers = Table(
    "decision_answers",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("answer", Text, nullable=False),
    Column("before", Text, nullable=False),
    Index("ix_decision_answers_item_id", "item_id"),
)

# P3: what one person would reverse and must not reverse alone. There is one for each decision.
proposals = Table(
    "proposals",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("proposed_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("line", Text, nullable=False),
)

bulks = Table(
    "bulks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decided_by", Text, nullable=False),
    Column("is_senior", Boolean, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("decided", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    CheckConstraint("position BETWEEN 0 AND total", name="position"),
    Index(
        "ix_bulks_open", "id", sqlite_where=text("ended_us IS NULL"), postgresql_where=text("ended_us IS NULL")
    ),
)  # fmt: skip

bulk_items = Table(
    "bulk_items",
    metadata,
    Column("bulk_id", Text, ForeignKey("bulks.id"), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Column("outcome", Text),
    Column("decision_id", Text, ForeignKey("decisions.id")),
)
