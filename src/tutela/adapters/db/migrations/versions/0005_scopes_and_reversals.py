"""How far a measure reaches, who decided, what a decision reverses and rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the table of grounds."""
    op.add_column("measures", sa.Column("scope", sa.Text))
    op.add_column("decisions", sa.Column("decided_by", sa.Text))
    op.add_column("decisions", sa.Column("reverses", sa.Text))
    is_reversal = sa.text("reverses IS NOT NULL")
    op.create_index(
        "uq_decisions_reverses", "decisions", ["reverses"], unique=True, sqlite_where=is_reversal,
        postgresql_where=is_reversal,
    )  # fmt: skip
    op.create_table(
        "decision_grounds",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("rests_on", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_decision_grounds_decision_id"),
        sa.ForeignKeyConstraint(["rests_on"], ["decisions.id"], name="fk_decision_grounds_rests_on"),
        sa.PrimaryKeyConstraint("decision_id", "rests_on", name="pk_decision_grounds"),
    )
    op.create_index("ix_decision_grounds_rests_on", "decision_grounds", ["rests_on"])


def downgrade() -> None:
    """Take them away: what was narrowed then reaches everywhere, and nothing hidden comes back."""
    op.drop_table("decision_grounds")
    op.drop_index("uq_decisions_reverses", table_name="decisions")
    op.drop_column("decisions", "reverses")
    op.drop_column("decisions", "decided_by")
    op.drop_column("measures", "scope")
