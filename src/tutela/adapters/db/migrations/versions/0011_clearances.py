"""What people have found harmless, with what they knew."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "clearances",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("media_id", sa.Text, nullable=False),
        sa.Column("clause_id", sa.Text, nullable=False),
        sa.Column("match", sa.Text, nullable=False),
        sa.Column("bank_id", sa.Text, nullable=False),
        sa.Column("resembles", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_clearances_decision_id")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_clearances_item_id")),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_clearances_media_id")),
        sa.PrimaryKeyConstraint(
            "decision_id", "item_id", "media_id", "clause_id", "match", "bank_id", "resembles",
            name=op.f("pk_clearances"),
        ),
    )  # fmt: skip
    op.create_index("ix_clearances_media_id", "clearances", ["media_id"])


def downgrade() -> None:
    """Forget them: what matches is held again."""
    op.drop_table("clearances")
