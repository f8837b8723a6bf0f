"""Appeals, what people answered about them, what was done about misuse, and what the policy said at each time."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from tutela.adapters.db.tables import metadata

IS_OPEN = text("state NOT IN ('set_aside', 'decided', 'withdrawn')")

appeals = Table(
    "appeals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("statement_id", Text, ForeignKey("statements.id")),
    Column("opened_us", BigInteger, nullable=False),
    Column("window_ends_us", BigInteger),
    Column("is_late", Boolean, nullable=False),
    Column("aside", Text),
    Column("has_new_facts", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("holder", Text),
    Column("until_us", BigInteger),
    Column("outcome", Text),
    Column("decided_us", BigInteger),
    Column("decided_by", Text),
    Column("with_whom", Text),
    Column("is_single_operator", Boolean, nullable=False),
    Column("is_unfounded", Boolean, nullable=False),
    Column("reversal_id", Text, ForeignKey("decisions.id")),
    Column("repeats", Text, ForeignKey("appeals.id")),
    # What they wrote, under a key of its month that is kept outside the database: destroyed with that key.
    Column("words_period", Text),
    Column("words_key", LargeBinary),
    Column("words", LargeBinary),
    CheckConstraint("(outcome IS NULL) = (decided_us IS NULL)", name="outcome"),
    CheckConstraint("state <> 'decided' OR outcome IS NOT NULL", name="decided"),
    Index("ix_appeals_decision_id", "decision_id", "account_id"),
    Index("ix_appeals_account_id", "account_id", "opened_us"),
    Index("ix_appeals_open", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    Index("ix_appeals_holder", "holder", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    Index("ix_appeals_statement_id", "statement_id"),
    Index("ix_appeals_decided_us", "decided_us"),
    # One open for each decision and account that it concerns.
    Index(
        "uq_appeals_open", "decision_id", "account_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
    ),
)  # fmt: skip

# In nobody's sight but that of whoever gave it until the appeal is decided, or two differ (P3).
appeal_answers = Table(
    "appeal_answers",
    metadata,
    Column("appeal_id", Text, ForeignKey("appeals.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("answered_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("ends", Text, nullable=False),  # a list of measures as JSON
    Column("is_senior", Boolean, nullable=False),
    Column("is_unfounded", Boolean, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    CheckConstraint("place BETWEEN 1 AND 3", name="place"),
    Index("ix_appeal_answers_answered_by", "answered_by"),
)

appeal_conduct = Table(
    "appeal_conduct",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("at_us", BigInteger, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("by_whom", Text, nullable=False),
    Column("until_us", BigInteger),
    Column("unfounded", Integer, nullable=False),
    Column("decided", Integer, nullable=False),
    Column("gravity", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

policy_clauses = Table(
    "policy_clauses",
    metadata,
    Column("clause_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("first_us", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("adult", Text, nullable=False),
    Column("teen", Text, nullable=False),
)
