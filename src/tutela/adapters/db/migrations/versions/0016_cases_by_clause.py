"""Cases by clause: what a decision in bulk is about may be what lies in the cases under one."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_cases_clause_id", "cases", ["clause_id"])


def downgrade() -> None:
    """Take it away; nothing is lost."""
    op.drop_index("ix_cases_clause_id", "cases")
