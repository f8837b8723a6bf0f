"""Decisions by hand and in bulk: findings, parts of accounts, answers, proposals; measures by their decision."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OF_DECISION = (["decision_id"], ["decisions.id"])


def upgrade() -> None:
    """Add the tables, and the index by which a reversal finds what its decision granted."""
    op.create_index("ix_measures_decision_id", "measures", ["decision_id"])
    op.create_index("ix_statements_decision_id", "statements", ["decision_id"])
    _bulks()
    op.create_table(
        "findings",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("is_senior", sa.Boolean, nullable=False),
        sa.Column("is_reversal", sa.Boolean, nullable=False),
        sa.Column("bulk_id", sa.Text),
        sa.ForeignKeyConstraint(*_OF_DECISION, name="fk_findings_decision_id"),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulks.id"], name="fk_findings_bulk_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_findings"),
    )
    op.create_index("ix_findings_bulk_id", "findings", ["bulk_id"])
    op.create_table(
        "finding_roles",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(*_OF_DECISION, name="fk_finding_roles_decision_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_finding_roles_account_id"),
        sa.PrimaryKeyConstraint("decision_id", "account_id", name="pk_finding_roles"),
    )
    op.create_index("ix_finding_roles_account_id", "finding_roles", ["account_id"])
    op.create_table(
        "decision_answers",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(*_OF_DECISION, name="fk_decision_answers_decision_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_decision_answers_item_id"),
        sa.PrimaryKeyConstraint("decision_id", "item_id", name="pk_decision_answers"),
    )
    op.create_index("ix_decision_answers_item_id", "decision_answers", ["item_id"])
    op.create_table(
        "proposals",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(*_OF_DECISION, name="fk_proposals_decision_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_proposals"),
    )


def _bulks() -> None:
    op.create_table(
        "bulks",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("is_senior", sa.Boolean, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("total", "position", "decided", "unchanged", "refused")
        ),
        sa.Column("ended_us", sa.BigInteger),
        sa.CheckConstraint("position BETWEEN 0 AND total", name="ck_bulks_position"),
        sa.PrimaryKeyConstraint("id", name="pk_bulks"),
    )
    is_open = sa.text("ended_us IS NULL")
    op.create_index("ix_bulks_open", "bulks", ["id"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_table(
        "bulk_items",
        sa.Column("bulk_id", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("decision_id", sa.Text),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulks.id"], name="fk_bulk_items_bulk_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_bulk_items_item_id"),
        sa.ForeignKeyConstraint(*_OF_DECISION, name="fk_bulk_items_decision_id"),
        sa.PrimaryKeyConstraint("bulk_id", "position", name="pk_bulk_items"),
    )


def downgrade() -> None:
    """Take them away: the decisions and all they granted stay."""
    for name in ("bulk_items", "proposals", "decision_answers", "finding_roles", "findings", "bulks"):
        op.drop_table(name)
    op.drop_index("ix_statements_decision_id", table_name="statements")
    op.drop_index("ix_measures_decision_id", table_name="measures")
