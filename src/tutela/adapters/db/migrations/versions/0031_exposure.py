"""What each person has seen and holds, quickly, and which cases they decline."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and an index on the log of views and on cases."""
    op.create_table(
        "declined_clauses",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "clause_id", name="pk_declined_clauses"),
    )
    op.create_index("ix_views_person_id", "views", ["person_id", "opened_us"])
    is_held = sa.text("closed_by IS NULL AND holder IS NOT NULL")
    op.create_index("ix_cases_holder", "cases", ["holder"], sqlite_where=is_held, postgresql_where=is_held)


def downgrade() -> None:
    """Drop all."""
    op.drop_index("ix_cases_holder", "cases")
    op.drop_index("ix_views_person_id", "views")
    op.drop_table("declined_clauses")
