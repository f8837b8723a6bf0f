"""What only platforms know of accounts, sealed under a key that can be destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "account_facts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("told_us", sa.BigInteger(), nullable=True),
        sa.Column("told_by", sa.Text(), nullable=True),
        sa.Column("destroyed_us", sa.BigInteger(), nullable=True),
        sa.Column("asked_us", sa.BigInteger(), nullable=True),
        sa.Column("asked_of", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_facts_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_facts"),
    )


def downgrade() -> None:
    """Drop it: what was told is asked for again."""
    op.drop_table("account_facts")
