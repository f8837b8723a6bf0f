"""What people from outside tell us, what it names, what answered it, and who is enrolled."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "notifiers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("enrolled_us", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_by", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notifiers"),
        sa.UniqueConstraint("key_id", name="uq_notifiers_key_id"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_enrolled", sa.Boolean(), nullable=False),
        sa.Column("notifier_id", sa.Text(), nullable=True),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("heard_us", sa.BigInteger(), nullable=False),
        sa.Column("has_held", sa.Boolean(), nullable=False),
        sa.Column("valid_us", sa.BigInteger(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("wants_link", sa.Boolean(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("says_minor", sa.Boolean(), nullable=False),
        sa.Column("wants_call_back", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answered_us", sa.BigInteger(), nullable=True),
        sa.Column("copies", sa.BigInteger(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("proposed_outcome", sa.Text(), nullable=True),
        sa.Column("proposed_us", sa.BigInteger(), nullable=True),
        sa.Column("is_manifestly_unfounded", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code_mac", sa.LargeBinary(), nullable=False),
        sa.Column("source_mac", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["notifier_id"], ["notifiers.id"], name="fk_notices_notifier_id"),
        sa.ForeignKeyConstraint(["merged_into"], ["notices.id"], name="fk_notices_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("code_mac", name="uq_notices_code_mac"),
    )
    is_open = sa.text("state <> 'answered'")
    op.create_index("ix_notices_open", "notices", ["state", "id"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_notices_source", "notices", ["source_mac", "received_us"])
    op.create_index("ix_notices_fingerprint", "notices", ["fingerprint", "received_us"])
    op.create_index("ix_notices_notifier", "notices", ["notifier_id"])
    op.create_index("ix_notices_merged", "notices", ["merged_into"])
    op.create_index("ix_notices_received", "notices", ["received_us"])
    op.create_table(
        "notice_items",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_items_notice_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_notice_items_item_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_notice_items_account_id"),
        sa.PrimaryKeyConstraint("notice_id", "item_id", name="pk_notice_items"),
    )
    op.create_index("ix_notice_items_item_id", "notice_items", ["item_id"])
    op.create_table(
        "notice_accounts",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_accounts_notice_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_notice_accounts_account_id"),
        sa.PrimaryKeyConstraint("notice_id", "account_id", name="pk_notice_accounts"),
    )
    op.create_index("ix_notice_accounts_account_id", "notice_accounts", ["account_id"])
    op.create_table(
        "notice_cases",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_cases_notice_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notice_cases_case_id"),
        sa.PrimaryKeyConstraint("notice_id", "case_id", name="pk_notice_cases"),
    )
    op.create_index("ix_notice_cases_case_id", "notice_cases", ["case_id"])
    op.create_table(
        "notice_digests",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("signal_type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_digests_notice_id"),
        sa.PrimaryKeyConstraint("notice_id", "signal_type", "value", name="pk_notice_digests"),
    )
    op.create_index("ix_notice_digests_value", "notice_digests", ["signal_type", "value"])
    op.create_table(
        "notice_decisions",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_decisions_notice_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_notice_decisions_decision_id"),
        sa.PrimaryKeyConstraint("notice_id", "decision_id", name="pk_notice_decisions"),
    )
    op.create_index("ix_notice_decisions_decision_id", "notice_decisions", ["decision_id"])
    op.create_table(
        "notice_warnings",
        sa.Column("source_mac", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_mac", "at_us", name="pk_notice_warnings"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("notice_warnings")
    op.drop_table("notice_decisions")
    op.drop_table("notice_digests")
    op.drop_table("notice_cases")
    op.drop_table("notice_accounts")
    op.drop_table("notice_items")
    op.drop_table("notices")
    op.drop_table("notifiers")
