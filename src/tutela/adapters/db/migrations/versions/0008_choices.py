"""What viewers chose not to see."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "choices",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("ends_us", sa.BigInteger),
        sa.PrimaryKeyConstraint("account", "kind", "value", name="pk_choices"),
    )
    has_end = sa.text("ends_us IS NOT NULL")
    op.create_index("ix_choices_ends_us", "choices", ["ends_us"], sqlite_where=has_end, postgresql_where=has_end)


def downgrade() -> None:
    """Forget all choices."""
    op.drop_table("choices")
