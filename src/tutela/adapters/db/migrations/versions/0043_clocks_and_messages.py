"""By when notices, appeals and orders must be answered."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None

RUNS = sa.text("stopped_us IS NULL")
HAS_ALARM = sa.text("alarm_us IS NOT NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "clocks",
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("target_us", sa.BigInteger()),
        sa.Column("limit_us", sa.BigInteger()),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("stopped_us", sa.BigInteger()),
        sa.Column("stopped_by", sa.Text()),
        sa.Column("target_alarm", sa.Integer(), nullable=False),
        sa.Column("limit_alarm", sa.Integer(), nullable=False),
        sa.Column("alarm_us", sa.BigInteger()),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", "clock", "round", name="pk_clocks"),
    )
    op.create_index(
        "ix_clocks_running",
        "clocks",
        ["due_us", "subject_kind", "subject_id", "clock", "round"],
        sqlite_where=RUNS,
        postgresql_where=RUNS,
    )
    op.create_index("ix_clocks_alarm_us", "clocks", ["alarm_us"], sqlite_where=HAS_ALARM, postgresql_where=HAS_ALARM)
    op.create_index("ix_clocks_started_us", "clocks", ["started_us"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("clocks")
