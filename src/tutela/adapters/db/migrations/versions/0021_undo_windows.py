"""Windows in which decisions may be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "undo_windows",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("bound_us", sa.BigInteger(), nullable=True),
        sa.Column("first_seq", sa.BigInteger(), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), nullable=True),
        sa.Column("answer_id", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("series", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("has_lingering", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("undone_us", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_undo_windows_case_id"),
        sa.ForeignKeyConstraint(["undone_by"], ["decisions.id"], name="fk_undo_windows_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_undo_windows"),
    )
    op.create_index("ix_undo_windows_until_us", "undo_windows", ["until_us"])
    op.create_index("ix_undo_windows_case_id", "undo_windows", ["case_id"])
    is_over = sa.text("undone_us IS NULL AND NOT has_lingering")
    op.create_index(
        "ix_undo_windows_over", "undo_windows", ["until_us"], sqlite_where=is_over, postgresql_where=is_over
    )
    op.create_table(
        "undo_parts",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_undo_parts_decision_id"),
        sa.ForeignKeyConstraint(["window_id"], ["undo_windows.id"], name="fk_undo_parts_window_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_undo_parts"),
    )
    op.create_index("ix_undo_parts_window_id", "undo_parts", ["window_id"])


def downgrade() -> None:
    """Drop them: nothing more may be taken back."""
    op.drop_table("undo_parts")
    op.drop_table("undo_windows")
