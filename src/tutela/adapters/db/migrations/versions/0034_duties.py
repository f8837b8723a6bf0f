"""What incidents owe to authorities, and what was done about it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "duty_sheets",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("imagery", sa.Text(), nullable=False),
        sa.Column("explicitness", sa.Text(), nullable=False),
        sa.Column("child", sa.Text(), nullable=False),
        sa.Column("traits", sa.Text(), nullable=False),
        sa.Column("suspects", sa.Text(), nullable=False),
        sa.Column("children", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_duty_sheets_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_duty_sheets"),
    )
    op.create_table(
        "case_findings",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_findings_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_case_findings_decision_id"),
        sa.PrimaryKeyConstraint("case_id", "decision_id", name="pk_case_findings"),
    )
    op.create_index("ix_case_findings_decision_id", "case_findings", ["decision_id"])
    op.create_table(
        "dealings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("noted_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_dealings_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_dealings"),
    )
    op.create_index("ix_dealings_case_id", "dealings", ["case_id", "id"])
    op.add_column("cases", sa.Column("found_us", sa.BigInteger(), nullable=True))
    # Too many rather than too few: of the account, and of what lies in the case; whether each stands is asked then.
    op.execute(
        "INSERT INTO case_findings (case_id, decision_id, at_us)"
        " SELECT c.id, d.id, d.at_us FROM cases c, decisions d, findings f"
        " WHERE c.closed_by IS NULL AND c.clause_id LIKE 'cse.%' AND d.clause_id = c.clause_id"
        " AND f.decision_id = d.id AND NOT f.is_reversal AND (EXISTS (SELECT 1 FROM finding_roles r"
        " WHERE r.decision_id = d.id AND r.account_id = c.account_id AND d.at_us >= c.opened_us)"
        " OR EXISTS (SELECT 1 FROM decision_answers a, case_items i WHERE a.decision_id = d.id"
        " AND a.item_id = i.item_id AND i.case_id = c.id AND a.answer <> 'hold'))"
    )
    op.execute("UPDATE cases SET found_us = opened_us WHERE id IN (SELECT case_id FROM case_findings)")
    is_found = sa.text("closed_by IS NULL AND found_us IS NOT NULL")
    op.create_index("ix_cases_found", "cases", ["id"], sqlite_where=is_found, postgresql_where=is_found)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_cases_found", "cases")
    op.drop_column("cases", "found_us")
    op.drop_index("ix_case_findings_decision_id", table_name="case_findings")
    op.drop_table("case_findings")
    op.drop_index("ix_dealings_case_id", table_name="dealings")
    op.drop_table("dealings")
    op.drop_table("duty_sheets")
