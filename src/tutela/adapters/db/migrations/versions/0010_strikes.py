"""What a finding counts against an account."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "strikes",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("clause_id", sa.Text, nullable=False),
        sa.Column("ladder", sa.Text, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("decay", sa.Text, nullable=False),
        sa.Column("decay_days", sa.Integer, nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_strikes_points")),
        sa.CheckConstraint("clause_id NOT LIKE 'cse.%'", name=op.f("ck_strikes_ordinary")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_strikes_decision_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_strikes_account_id")),
        sa.PrimaryKeyConstraint("decision_id", "account_id", "clause_id", name=op.f("pk_strikes")),
    )
    op.create_index("ix_strikes_account_id", "strikes", ["account_id"])


def downgrade() -> None:
    """Forget all strikes."""
    op.drop_table("strikes")
