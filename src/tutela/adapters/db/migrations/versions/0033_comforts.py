"""How each person wants to be shown what must be seen."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "comforts",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("blur", sa.Text(), nullable=False),
        sa.Column("is_grey", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_comforts"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("comforts")
