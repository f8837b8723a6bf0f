"""Second looks, golden cases, and which answers lie side by side."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_by IS NULL")
_WORK = sa.text("closed_by IS NULL AND purpose = 'work'")
_GRAVE = (
    "'cse.depiction', 'cse.generated', 'cse.commentary', 'cse.links', 'cse.promotion', 'cse.seeking', "
    "'cse.commercial', 'cse.sending', 'cse.conversation', 'cse.coercion', 'cse.identifying', 'cse.normalising'"
)


def upgrade() -> None:
    """Create the tables, and tell looks from work; take over the pairs of answers that there are."""
    op.add_column("cases", sa.Column("purpose", sa.Text(), nullable=False, server_default="work"))
    op.drop_index("uq_cases_open", table_name="cases")
    op.create_index(
        "uq_cases_open", "cases", ["account_id", "clause_id"], unique=True, sqlite_where=_WORK, postgresql_where=_WORK
    )
    op.create_index("ix_quality_samples_drawn_us", "quality_samples", ["drawn_us"])
    _golden()
    _looks()
    _comparisons()


def _golden() -> None:
    op.create_table(
        "golden_cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=name == "context")
            for name in (
                "clause_id", "language", "kind", "answer_id", "conclusion", "context", "held_clause", "code", "line",
                "reason", "marked_by",
            )
        ),
        sa.Column("marked_us", sa.BigInteger(), nullable=False),
        sa.Column("is_senior", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_us", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_for", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_golden_cases_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_golden_cases_decision_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_golden_cases_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_golden_cases"),
    )  # fmt: skip
    held = sa.text("withdrawn_us IS NULL")
    op.create_index(
        "uq_golden_cases_held", "golden_cases", ["case_id"], unique=True, sqlite_where=held, postgresql_where=held
    )
    op.create_index("ix_golden_cases_held", "golden_cases", ["id"], sqlite_where=held, postgresql_where=held)
    op.create_table(
        "golden_roles",
        sa.Column("golden_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["golden_id"], ["golden_cases.id"], name="fk_golden_roles_golden_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_golden_roles_account_id"),
        sa.PrimaryKeyConstraint("golden_id", "account_id", name="pk_golden_roles"),
    )


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("sample_id", sa.Text(), nullable=True),
        sa.Column("golden_id", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(sample_id IS NULL) <> (golden_id IS NULL)", name="ck_looks_about_one"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_looks_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_looks_decision_id"),
        sa.ForeignKeyConstraint(["sample_id"], ["quality_samples.answer_id"], name="fk_looks_sample_id"),
        sa.ForeignKeyConstraint(["golden_id"], ["golden_cases.id"], name="fk_looks_golden_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_looks"),
    )
    op.create_index("uq_looks_sample_id", "looks", ["sample_id"], unique=True)
    op.create_index("ix_looks_golden_id", "looks", ["golden_id", "person"])
    waits = sa.text("ended_us IS NULL")
    op.create_index("ix_looks_open", "looks", ["case_id"], sqlite_where=waits, postgresql_where=waits)


def _comparisons() -> None:
    op.create_table(
        "comparisons",
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("first_by", sa.Text(), nullable=True),
        sa.Column("second_by", sa.Text(), nullable=False),
        sa.Column("first_said", sa.Text(), nullable=False),
        sa.Column("second_said", sa.Text(), nullable=False),
        sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.Column("golden_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["golden_id"], ["golden_cases.id"], name="fk_comparisons_golden_id"),
        sa.PrimaryKeyConstraint("answer_id", name="pk_comparisons"),
    )
    op.create_index("ix_comparisons_at_us", "comparisons", ["at_us"])
    op.create_index("ix_comparisons_first_by", "comparisons", ["first_by", "at_us"])
    op.create_index("ix_comparisons_second_by", "comparisons", ["second_by", "at_us"])

    def said(answer: str) -> str:
        is_grave = f"{answer}.conclusion = 'violation' AND {answer}.clause_id IN ({_GRAVE})"
        return f"{answer}.conclusion || CASE WHEN {is_grave} THEN '/grave' ELSE '' END"

    # Two agreed where the second answer settled their series; otherwise there was, or will be, a third.
    op.execute(
        "INSERT INTO comparisons (answer_id, kind, clause_id, at_us, first_by, second_by, first_said, second_said,"  # noqa: S608  # of nothing but what is written here
        " is_agreed) SELECT two.id, CASE WHEN one.answered_by = two.answered_by THEN 'single_operator' ELSE"
        " 'two_people' END, cases.clause_id, two.at_us, one.answered_by, two.answered_by,"
        f" {said('one')}, {said('two')}, settlements.answer_id IS NOT NULL"
        " FROM case_answers AS two JOIN case_answers AS one ON one.case_id = two.case_id AND one.series = two.series"
        " AND one.place = 1 JOIN cases ON cases.id = two.case_id"
        " LEFT JOIN settlements ON settlements.answer_id = two.id WHERE two.place = 2"
    )


def downgrade() -> None:
    """Drop them: who agrees with whom is forgotten, and looks that had not ended end."""
    op.execute(
        "UPDATE cases SET closed_by = (SELECT decision_id FROM looks WHERE looks.case_id = cases.id),"
        " state = 'decided', holder = NULL, until_us = NULL WHERE closed_by IS NULL AND purpose <> 'work'"
    )
    for name in ("comparisons", "looks", "golden_roles", "golden_cases"):
        op.drop_table(name)
    op.drop_index("ix_quality_samples_drawn_us", table_name="quality_samples")
    op.drop_index("uq_cases_open", table_name="cases")
    op.drop_column("cases", "purpose")
    op.create_index(
        "uq_cases_open", "cases", ["account_id", "clause_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
