"""What people answer about cases, what it came to, and how well they agree."""

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

# In nobody's sight but that of whoever gave it until its series is settled (P3); the audit holds a commitment to it.
case_answers = Table(
    "case_answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("series", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("conclusion", Text, nullable=False),
    Column("context", Text),
    Column("clause_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("is_senior", Boolean, nullable=False),
    Column("outsider", Text),
    Column("why_two", Text, nullable=False),  # why one person alone may not, for it or any before it
    Column("meanwhile", Text, ForeignKey("decisions.id")),  # what holds until another person has answered
    Column("salt", LargeBinary, nullable=False),
    CheckConstraint("place BETWEEN 1 AND 3", name="place"),
    Index("uq_case_answers_place", "case_id", "series", "place", unique=True),
    Index("ix_case_answers_meanwhile", "meanwhile"),
)

case_answer_roles = Table(
    "case_answer_roles",
    metadata,
    Column("answer_id", Text, ForeignKey("case_answers.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("role", Text, nullable=False),
)

# Written with the answer that settles a series. Until it is enacted, a job goes on with it (decision 0002).
settlements = Table(
    "settlements",
    metadata,
    Column("answer_id", Text, ForeignKey("case_answers.id"), primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("series", Integer, nullable=False),
    Column("settled_us", BigInteger, nullable=False),
    Column("people", Integer, nullable=False),
    Column("is_single_operator", Boolean, nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id")),
    Column("enacted_us", BigInteger),
    Index("uq_settlements_series", "case_id", "series", unique=True),
    Index("ix_settlements_decision_id", "decision_id"),
    Index(
        "ix_settlements_open", "answer_id",
        sqlite_where=text("enacted_us IS NULL"), postgresql_where=text("enacted_us IS NULL"),
    ),
)  # fmt: skip

# Decisions of one person that are looked at again for their quality. Drawn with a secret key.
quality_samples = Table(
    "quality_samples",
    metadata,
    Column("answer_id", Text, ForeignKey("case_answers.id"), primary_key=True),
    Column("clause_id", Text, nullable=False),
    Column("drawn_us", BigInteger, nullable=False),
    Column("looked_by", Text),
    Column("looked_us", BigInteger),
    Column("is_agreed", Boolean),
    Index("ix_quality_samples_drawn_us", "drawn_us"),
    Index(
        "ix_quality_samples_open", "answer_id",
        sqlite_where=text("looked_us IS NULL"), postgresql_where=text("looked_us IS NULL"),
    ),
)  # fmt: skip
