"""How much a machine did in a day because of one source, and what no person has looked at in time."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "quota_uses",
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.CheckConstraint("used >= 0 AND held >= 0", name=op.f("ck_quota_uses_counts")),
        sa.PrimaryKeyConstraint("day", "source", "kind", name=op.f("pk_quota_uses")),
    )
    is_reviewed = sa.text("is_automated AND revoked_by IS NULL")
    op.create_index(
        "ix_measures_review_us", "measures", ["review_us"], sqlite_where=is_reviewed, postgresql_where=is_reviewed
    )


def downgrade() -> None:
    """Forget what was counted: the day begins anew."""
    op.drop_index("ix_measures_review_us", table_name="measures")
    op.drop_table("quota_uses")
