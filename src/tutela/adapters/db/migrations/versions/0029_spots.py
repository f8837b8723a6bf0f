"""What was spotted in the text of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of events that are there already nothing was spotted."""
    op.add_column("events", sa.Column("spots", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("events", "spots")
