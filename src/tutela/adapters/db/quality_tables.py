"""Second looks, golden cases, and which answers lie side by side."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

_NOT_ENDED = text("ended_us IS NULL")
_HELD = text("withdrawn_us IS NULL")

# What is held to be right is in nobody's sight but that of those who keep golden cases.
golden_cases = Table(
    "golden_cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("answer_id", Text, nullable=False),
    Column("conclusion", Text, nullable=False),
    Column("context", Text),
    Column("held_clause", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("marked_by", Text, nullable=False),
    Column("marked_us", BigInteger, nullable=False),
    Column("is_senior", Boolean, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("withdrawn_by", Text),
    Column("withdrawn_us", BigInteger),
    Column("withdrawn_for", Text, nullable=False),
    # One case is golden once; and those that may be given are few.
    Index("uq_golden_cases_held", "case_id", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
    Index("ix_golden_cases_held", "id", sqlite_where=_HELD, postgresql_where=_HELD),
)

golden_roles = Table(
    "golden_roles",
    metadata,
    Column("golden_id", Text, ForeignKey("golden_cases.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("role", Text, nullable=False),
)

looks = Table(
    "looks",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("sample_id", Text, ForeignKey("quality_samples.answer_id")),
    Column("golden_id", Text, ForeignKey("golden_cases.id")),
    Column("person", Text),
    Column("ended", Text),
    Column("ended_us", BigInteger),
    CheckConstraint("(sample_id IS NULL) <> (golden_id IS NULL)", name="about_one"),
    # Of two servers that lay the same sample, one finds that it is laid.
    Index("uq_looks_sample_id", "sample_id", unique=True),
    Index("ix_looks_golden_id", "golden_id", "person"),
    Index("ix_looks_open", "case_id", sqlite_where=_NOT_ENDED, postgresql_where=_NOT_ENDED),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("answer_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("first_by", Text),
    Column("second_by", Text, nullable=False),
    Column("first_said", Text, nullable=False),
    Column("second_said", Text, nullable=False),
    Column("is_agreed", Boolean, nullable=False),
    Column("golden_id", Text, ForeignKey("golden_cases.id")),
    Index("ix_comparisons_at_us", "at_us"),
    Index("ix_comparisons_first_by", "first_by", "at_us"),
    Index("ix_comparisons_second_by", "second_by", "at_us"),
)
