"""Opinions on members, brakes, licence ends, and what lowered a match."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is known of members beside their value; banks that were there get the customary brake."""
    op.add_column("banks", sa.Column("brake_accounts", sa.Integer(), server_default="20", nullable=False))
    op.add_column("banks", sa.Column("brake_window_hours", sa.Integer(), server_default="24", nullable=False))
    op.add_column("banks", sa.Column("licence_ends_us", sa.BigInteger(), nullable=True))
    op.add_column("detections", sa.Column("bounds", sa.Text(), nullable=True))
    op.create_index("ix_detections_member", "detections", ["bank_id", "member_id", "at_us"], unique=False)
    op.create_table(
        "opinions",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("classification", sa.Text(), nullable=True),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("is_owed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_opinions_member_id")),
        sa.PrimaryKeyConstraint("member_id", "said_by", name=op.f("pk_opinions")),
    )
    op.create_index(
        "ix_opinions_owed",
        "opinions",
        ["member_id"],
        unique=False,
        sqlite_where=sa.text("is_owed"),
        postgresql_where=sa.text("is_owed"),
    )
    op.create_table(
        "brakes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("tripped_us", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("released_us", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.id"], name=op.f("fk_brakes_bank_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_brakes_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brakes")),
    )
    op.create_index("ix_brakes_member_id", "brakes", ["member_id"], unique=False)
    op.create_index(
        "uq_brakes_open",
        "brakes",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("released_us IS NULL"),
        postgresql_where=sa.text("released_us IS NULL"),
    )


def downgrade() -> None:
    """Take it away again: opinions and brakes are lost."""
    op.drop_table("brakes")
    op.drop_table("opinions")
    op.drop_index("ix_detections_member", "detections")
    op.drop_column("detections", "bounds")
    op.drop_column("banks", "licence_ends_us")
    op.drop_column("banks", "brake_window_hours")
    op.drop_column("banks", "brake_accounts")
