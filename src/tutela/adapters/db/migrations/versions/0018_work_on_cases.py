"""Work on cases: states, leases, queues, notes, and who never works on which."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TEXTS = {
    "state": "open", "holder": None, "first_by": None, "second_by": None, "third_by": None, "language": "und",
    "kind": "account", "queue_id": "-",
}  # fmt: skip
_NUMBERS = {"until_us": None, "version": "1"}
_SMALL = {"danger_rank": "1", "answer": "1"}
_KIND = """
UPDATE cases SET kind = COALESCE((
    SELECT items.kind FROM case_items JOIN items ON items.id = case_items.item_id
    WHERE case_items.case_id = cases.id ORDER BY case_items.item_id LIMIT 1
), 'account')
"""
_OF_CASE = (["case_id"], ["cases.id"])


def upgrade() -> None:
    """Add columns and tables; what was decided has ended, and every case goes to its queue."""
    op.add_column("items", sa.Column("language", sa.Text))
    op.add_column("case_items", sa.Column("since_version", sa.BigInteger, nullable=False, server_default="1"))
    for kind, columns in ((sa.Text, _TEXTS), (sa.BigInteger, _NUMBERS), (sa.Integer, _SMALL)):
        for name, default in columns.items():
            op.add_column("cases", sa.Column(name, kind, nullable=default is None, server_default=default))
    _tables()
    op.execute("UPDATE cases SET state = 'decided' WHERE closed_by IS NOT NULL")
    op.execute(_KIND)
    op.execute("UPDATE cases SET queue_id = clause_id || '/' || language || '/' || kind")
    op.execute(
        "INSERT INTO case_queues (id, clause_id, language, kind) "
        "SELECT DISTINCT queue_id, clause_id, language, kind FROM cases"
    )
    is_open = sa.text("closed_by IS NULL")
    op.drop_index("ix_cases_due_us", table_name="cases")
    for name, keys in (
        ("ix_cases_order", ["danger_rank", "due_us", "id"]),
        ("ix_cases_queue", ["queue_id", "answer", "danger_rank", "due_us", "id", "until_us"]),
    ):
        op.create_index(name, "cases", keys, sqlite_where=is_open, postgresql_where=is_open)


def _tables() -> None:
    op.create_table(
        "case_queues",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("clause_id", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_queues"),
    )
    op.create_table(
        "case_notes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(*_OF_CASE, name="fk_case_notes_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_notes"),
    )
    op.create_index("ix_case_notes_case_id", "case_notes", ["case_id", "id"])
    op.create_table(
        "case_skips",
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("skipped_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(*_OF_CASE, name="fk_case_skips_case_id"),
        sa.PrimaryKeyConstraint("case_id", "skipped_by", name="pk_case_skips"),
    )
    op.create_table(
        "own_accounts",
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_own_accounts_account_id"),
        sa.PrimaryKeyConstraint("person_id", "account_id", name="pk_own_accounts"),
    )


def downgrade() -> None:
    """Take them away: the cases stay, and what was said of them is forgotten."""
    op.drop_index("ix_cases_queue", table_name="cases")
    op.drop_index("ix_cases_order", table_name="cases")
    op.create_index("ix_cases_due_us", "cases", ["due_us"])
    for name in ("own_accounts", "case_skips", "case_notes", "case_queues"):
        op.drop_table(name)
    for name in (*_TEXTS, *_NUMBERS, *_SMALL):
        op.drop_column("cases", name)
    op.drop_column("case_items", "since_version")
    op.drop_column("items", "language")
