"""What classifiers are asked, what they answered, and how each stands."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "classifier_usage",
        sa.Column("classifier_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("classifier_id", name="pk_classifier_usage"),
    )
    table = "classifier_questions"
    op.create_table(
        table,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("classifier_id", sa.Text(), nullable=False),
        sa.Column("content_ref", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=True),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("channel_kind", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("lease_us", sa.BigInteger(), nullable=True),
        *_references(table, ("author_id", "accounts"), ("recipient_id", "accounts"), ("item_id", "items")),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    is_waiting = sa.text("state = 'waiting'")
    op.create_index(f"ix_{table}_due", table, ["next_us"], sqlite_where=is_waiting, postgresql_where=is_waiting)
    for name in ("rule", "classifier_id"):
        op.create_index(f"ix_{table}_{name}", table, [name, "created_us"])
    op.create_index(f"ix_{table}_created_us", table, ["created_us"])
    _create_answers()


def _create_answers() -> None:
    table = "classifier_answers"
    op.create_table(
        table,
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("classifier_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content_ref", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("laid_as", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=True),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("cost_micro", sa.BigInteger(), nullable=True),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        *_references(table, ("author_id", "accounts"), ("item_id", "items")),
        sa.PrimaryKeyConstraint("question_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_at_us", table, ["at_us"])
    op.create_index(f"ix_{table}_classifier_id", table, ["classifier_id", "at_us"])


def _references(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}") for column, other in columns
    ]


def downgrade() -> None:
    """Drop them: nothing waits for an answer any more."""
    for table in ("classifier_answers", "classifier_questions", "classifier_usage"):
        op.drop_table(table)
