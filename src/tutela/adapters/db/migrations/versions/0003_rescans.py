"""Re-scans: where each one stands, and what it has hit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "rescans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=True),
        sa.Column("after_seq", sa.BigInteger(), nullable=False),
        sa.Column("up_to_seq", sa.BigInteger(), nullable=False),
        sa.Column("up_to_media", sa.Text(), nullable=False),
        sa.Column("is_dry", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("media_total", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("shards", sa.BigInteger(), nullable=False),
        sa.Column("media", sa.BigInteger(), nullable=False),
        sa.Column("hashes", sa.BigInteger(), nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.Column("pairs", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("hit_media", sa.BigInteger(), nullable=True),
        sa.Column("hit_items", sa.BigInteger(), nullable=True),
        sa.Column("hit_accounts", sa.BigInteger(), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=True),
        sa.Column("is_unfinished", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["banks.id"], name=op.f("fk_rescans_bank_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescans")),
        sa.UniqueConstraint("is_unfinished", name=op.f("uq_rescans_is_unfinished")),
    )
    op.create_table(
        "rescan_hits",
        sa.Column("rescan_id", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("is_decided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_rescan_hits_media_id")),
        sa.ForeignKeyConstraint(["rescan_id"], ["rescans.id"], name=op.f("fk_rescan_hits_rescan_id")),
        sa.PrimaryKeyConstraint("rescan_id", "media_id", name=op.f("pk_rescan_hits")),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("rescan_hits")
    op.drop_table("rescans")
