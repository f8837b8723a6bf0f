"""Events, who knows whom, labels, and rules that fired."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("channel_kind", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("withheld", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name="fk_events_author_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["accounts.id"], name="fk_events_recipient_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_events_item_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.UniqueConstraint("platform_id", name="uq_events_platform_id"),
    )
    op.create_index("ix_events_received_us", "events", ["received_us", "id"])
    op.create_table(
        "contacts",
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=True),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("refused_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("pair", name="pk_contacts"),
    )
    op.create_table(
        "account_labels",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("is_list", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_labels_account_id"),
        sa.PrimaryKeyConstraint("account_id", "label", "is_list", "set_by", name="pk_account_labels"),
    )
    op.create_index("ix_account_labels_label", "account_labels", ["is_list", "label", "account_id"])
    _create_fires()


def _create_fires() -> None:
    op.create_table(
        "rule_fires",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("laid_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rule_fires_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_rule_fires_case_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_rule_fires_decision_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_fires"),
    )
    for name in ("rule", "account_id"):
        op.create_index(f"ix_rule_fires_{name}", "rule_fires", [name, "at_us"])
    for name in ("case_id", "decision_id", "at_us", "laid_us"):
        op.create_index(f"ix_rule_fires_{name}", "rule_fires", [name])
    has_acted = sa.text("outcome = 'acted'")
    for name, column in (("acted", "account_id"), ("acted_rule", "rule")):
        columns = [column, "at_us"]
        op.create_index(
            f"ix_rule_fires_{name}", "rule_fires", columns, sqlite_where=has_acted, postgresql_where=has_acted
        )
    is_waiting = sa.text("outcome = 'over_quota' AND case_id IS NULL")
    op.create_index(
        "ix_rule_fires_waiting", "rule_fires", ["severity", "id"], sqlite_where=is_waiting, postgresql_where=is_waiting
    )


def downgrade() -> None:
    """Drop them: nothing is known of events any more."""
    for table in ("rule_fires", "account_labels", "contacts", "events"):
        op.drop_table(table)
