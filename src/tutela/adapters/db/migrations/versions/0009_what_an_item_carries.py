"""What an item carries, said in its own row: a reader asks only the tables in which there is something."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Of old items it says that they may carry everything."""
    op.add_column("items", sa.Column("carries", sa.Integer, nullable=False, server_default="7"))


def downgrade() -> None:
    """Take it away; nothing is lost."""
    op.drop_column("items", "carries")
