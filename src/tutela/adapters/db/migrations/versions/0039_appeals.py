"""Appeals, what people answered about them, misuse of them, and what the policy said at each time."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0037"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state NOT IN ('set_aside', 'decided', 'withdrawn')")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "appeals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text()),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("window_ends_us", sa.BigInteger()),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("aside", sa.Text()),
        sa.Column("has_new_facts", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("until_us", sa.BigInteger()),
        sa.Column("outcome", sa.Text()),
        sa.Column("decided_us", sa.BigInteger()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("with_whom", sa.Text()),
        sa.Column("is_single_operator", sa.Boolean(), nullable=False),
        sa.Column("is_unfounded", sa.Boolean(), nullable=False),
        sa.Column("reversal_id", sa.Text()),
        sa.Column("repeats", sa.Text()),
        sa.Column("words_period", sa.Text()),
        sa.Column("words_key", sa.LargeBinary()),
        sa.Column("words", sa.LargeBinary()),
        sa.CheckConstraint("(outcome IS NULL) = (decided_us IS NULL)", name="ck_appeals_outcome"),
        sa.CheckConstraint("state <> 'decided' OR outcome IS NOT NULL", name="ck_appeals_decided"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_appeals_decision_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_appeals_account_id"),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name="fk_appeals_statement_id"),
        sa.ForeignKeyConstraint(["reversal_id"], ["decisions.id"], name="fk_appeals_reversal_id"),
        sa.ForeignKeyConstraint(["repeats"], ["appeals.id"], name="fk_appeals_repeats"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
    )
    op.create_index("ix_appeals_decision_id", "appeals", ["decision_id", "account_id"])
    op.create_index("ix_appeals_account_id", "appeals", ["account_id", "opened_us"])
    op.create_index("ix_appeals_open", "appeals", ["id"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    op.create_index("ix_appeals_holder", "appeals", ["holder"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    op.create_index("ix_appeals_statement_id", "appeals", ["statement_id"])
    op.create_index("ix_appeals_decided_us", "appeals", ["decided_us"])
    op.create_index(
        "uq_appeals_open", "appeals", ["decision_id", "account_id"], unique=True, sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )  # fmt: skip
    op.create_table(
        "appeal_answers",
        sa.Column("appeal_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.Column("is_senior", sa.Boolean(), nullable=False),
        sa.Column("is_unfounded", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name="ck_appeal_answers_place"),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name="fk_appeal_answers_appeal_id"),
        sa.PrimaryKeyConstraint("appeal_id", "place", name="pk_appeal_answers"),
    )
    op.create_index("ix_appeal_answers_answered_by", "appeal_answers", ["answered_by"])
    op.create_table(
        "appeal_conduct",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("until_us", sa.BigInteger()),
        sa.Column("unfounded", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("gravity", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_appeal_conduct_account_id"),
        sa.PrimaryKeyConstraint("account_id", "at_us", "step", name="pk_appeal_conduct"),
    )
    op.create_table(
        "policy_clauses",
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("adult", sa.Text(), nullable=False),
        sa.Column("teen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("clause_id", "version", name="pk_policy_clauses"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("policy_clauses", "appeal_conduct", "appeal_answers", "appeals"):
        op.drop_table(table)
