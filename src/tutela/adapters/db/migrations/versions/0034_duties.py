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
    # Too many rather than too few: whether a finding stands is asked of each.
    op.execute("UPDATE cases SET found_us = opened_us WHERE closed_by IS NULL AND clause_id LIKE 'cse.%'")
    is_found = sa.text("closed_by IS NULL AND found_us IS NOT NULL")
    op.create_index("ix_cases_found", "cases", ["id"], sqlite_where=is_found, postgresql_where=is_found)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_cases_found", "cases")
    op.drop_column("cases", "found_us")
    op.drop_index("ix_dealings_case_id", table_name="dealings")
    op.drop_table("dealings")
    op.drop_table("duty_sheets")
