"""The cases of an item, found without reading all."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_case_items_item_id", "case_items", ["item_id"])


def downgrade() -> None:
    """Take it away; nothing is lost."""
    op.drop_index("ix_case_items_item_id", table_name="case_items")
