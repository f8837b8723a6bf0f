"""By when notices, appeals and orders must be answered, and messages to who asked."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

RUNS = sa.text("stopped_us IS NULL")
WAITS = sa.text("state = 'waiting'")
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
    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("about_kind", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("with_link", sa.Boolean(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("lease_us", sa.BigInteger()),
        sa.Column("ended_us", sa.BigInteger()),
        sa.Column("failure", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_waiting", "messages", ["next_us", "id"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index("ix_messages_about_id", "messages", ["about_kind", "about_id", "id"])
    op.create_index("ix_messages_state", "messages", ["state", "id"])
    op.create_table(
        "message_counts",
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("day_us", sa.BigInteger(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address_mac", "day_us", name="pk_message_counts"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("message_counts", "messages", "clocks"):
        op.drop_table(table)
