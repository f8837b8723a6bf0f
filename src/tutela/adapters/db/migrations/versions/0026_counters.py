"""Counters over sliding windows."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "counters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("window_us", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("key_count", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("not_counted", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counters"),
    )
    op.create_table(
        "counter_windows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("counter_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("additions", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counter_windows"),
    )
    op.create_index("uq_counter_windows_key", "counter_windows", ["counter_id", "key"], unique=True)
    op.create_index("ix_counter_windows_expires_us", "counter_windows", ["expires_us"])


def downgrade() -> None:
    """Drop them: what was counted is counted anew."""
    op.drop_table("counter_windows")
    op.drop_table("counters")
