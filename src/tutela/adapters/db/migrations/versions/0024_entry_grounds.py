"""Which decisions the entries of the operator's own banks rest on."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "entry_grounds",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_entry_grounds_member_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_entry_grounds_decision_id"),
        sa.ForeignKeyConstraint(["ended_by"], ["decisions.id"], name="fk_entry_grounds_ended_by"),
        sa.PrimaryKeyConstraint("member_id", "decision_id", name="pk_entry_grounds"),
    )
    op.create_index("ix_entry_grounds_decision_id", "entry_grounds", ["decision_id"])


def downgrade() -> None:
    """Drop it: entries stay, and end with nothing any more."""
    op.drop_table("entry_grounds")
