"""What accounts have in common, what each did, and when cases were opened, found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and an index on events. It fills from now on: what happened before ties nobody."""
    op.create_table(
        "account_ties",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_ties_account_id"),
        sa.PrimaryKeyConstraint("kind", "value", "account_id", name="pk_account_ties"),
    )
    op.create_index("ix_account_ties_account_id", "account_ties", ["account_id", "kind", "last_us"])
    op.create_index("ix_account_ties_last_us", "account_ties", ["last_us"])
    op.create_index("ix_events_author_id", "events", ["author_id", "received_us"])
    op.create_index("ix_cases_opened_us", "cases", ["opened_us"])
    is_open = sa.text("closed_by IS NULL")
    op.create_index("ix_cases_open_since", "cases", ["opened_us"], sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    """Drop all."""
    op.drop_index("ix_cases_open_since", "cases")
    op.drop_index("ix_cases_opened_us", "cases")
    op.drop_index("ix_events_author_id", "events")
    op.drop_table("account_ties")
