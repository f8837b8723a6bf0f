"""Answers to cases, what they came to, and which are looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_index("ix_report_drafts_decision_id", "report_drafts", ["decision_id"])
    waits = sa.text("closed_by IS NULL AND answer > 1")
    op.create_index("ix_cases_awaiting", "cases", ["id"], sqlite_where=waits, postgresql_where=waits)
    _answers()
    op.create_table(
        "settlements",
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("settled_us", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("is_single_operator", sa.Boolean(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("enacted_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["case_answers.id"], name="fk_settlements_answer_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_settlements_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_settlements_decision_id"),
        sa.PrimaryKeyConstraint("answer_id", name="pk_settlements"),
    )
    op.create_index("uq_settlements_series", "settlements", ["case_id", "series"], unique=True)
    op.create_index("ix_settlements_decision_id", "settlements", ["decision_id"])
    waits = sa.text("enacted_us IS NULL")
    op.create_index("ix_settlements_open", "settlements", ["answer_id"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "quality_samples",
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("drawn_us", sa.BigInteger(), nullable=False),
        sa.Column("looked_by", sa.Text(), nullable=True),
        sa.Column("looked_us", sa.BigInteger(), nullable=True),
        sa.Column("is_agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["case_answers.id"], name="fk_quality_samples_answer_id"),
        sa.PrimaryKeyConstraint("answer_id", name="pk_quality_samples"),
    )
    waits = sa.text("looked_us IS NULL")
    op.create_index(
        "ix_quality_samples_open", "quality_samples", ["answer_id"], sqlite_where=waits, postgresql_where=waits
    )


def _answers() -> None:
    op.create_table(
        "case_answers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=True),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("is_senior", sa.Boolean(), nullable=False),
        sa.Column("outsider", sa.Text(), nullable=True),
        sa.Column("why_two", sa.Text(), nullable=False),
        sa.Column("meanwhile", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name="ck_case_answers_place"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_answers_case_id"),
        sa.ForeignKeyConstraint(["meanwhile"], ["decisions.id"], name="fk_case_answers_meanwhile"),
        sa.PrimaryKeyConstraint("id", name="pk_case_answers"),
    )
    op.create_index("uq_case_answers_place", "case_answers", ["case_id", "series", "place"], unique=True)
    op.create_index("ix_case_answers_meanwhile", "case_answers", ["meanwhile"])
    op.create_table(
        "case_answer_roles",
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["case_answers.id"], name="fk_case_answer_roles_answer_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_case_answer_roles_account_id"),
        sa.PrimaryKeyConstraint("answer_id", "account_id", name="pk_case_answer_roles"),
    )


def downgrade() -> None:
    """Drop them: who answered what, and who stands behind a decision, is forgotten."""
    for name in ("quality_samples", "settlements", "case_answer_roles", "case_answers"):
        op.drop_table(name)
    op.drop_index("ix_cases_awaiting", table_name="cases")
    op.drop_index("ix_report_drafts_decision_id", table_name="report_drafts")
