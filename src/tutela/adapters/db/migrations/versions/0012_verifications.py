"""That the platform has verified who holds an account."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "verifications",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("recorded_us", sa.BigInteger, nullable=False),
        sa.Column("decision_id", sa.Text),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_verifications_account_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_verifications_decision_id")),
        sa.PrimaryKeyConstraint("account_id", "kind", "at_us", name=op.f("pk_verifications")),
    )


def downgrade() -> None:
    """Forget them; the locks that ended stay ended."""
    op.drop_table("verifications")
