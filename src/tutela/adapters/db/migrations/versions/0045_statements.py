"""What became of each statement of reasons, and what of it goes to the EU Transparency Database."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

UNTOLD, UNDELIVERED = sa.text("told_us IS NULL"), sa.text("delivered_us IS NULL")
UNRECORDED = sa.text("record IS NULL")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Add columns and tables. What could be told before there were any of them is not told anew."""
    for name in ("told_us", "delivered_us"):
        op.add_column("statements", sa.Column(name, sa.BigInteger()))
    for name in ("delivered_how", "record"):
        op.add_column("statements", sa.Column(name, sa.Text()))
    now_us = int(datetime.now(UTC).timestamp() * 1_000_000)
    before = sa.text(
        "UPDATE statements SET told_us = tell_us, delivered_us = tell_us, delivered_how = 'before',"
        " record = 'earlier' WHERE tell_us <= :now"
    )
    op.execute(before.bindparams(now=now_us))
    for name, columns, where in (
        ("ix_statements_untold", ["tell_us", "id"], UNTOLD),
        ("ix_statements_undelivered", ["tell_us"], UNDELIVERED),
        ("ix_statements_unrecorded", ["tell_us", "id"], UNRECORDED),
    ):
        op.create_index(name, "statements", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "statement_changes",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tell_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name="fk_statement_changes_statement_id"),
        sa.PrimaryKeyConstraint("statement_id", "number", name="pk_statement_changes"),
    )
    _of_transparency()


def _of_transparency() -> None:
    op.create_table(
        "transparency_records",
        sa.Column("puid", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("lease_us", sa.BigInteger()),
        sa.Column("environment", sa.Text()),
        sa.Column("uuid", sa.Text()),
        sa.Column("ended_us", sa.BigInteger()),
        sa.Column("errors", sa.Text()),
        sa.PrimaryKeyConstraint("puid", name="pk_transparency_records"),
    )
    op.create_index("uq_transparency_records_statement_id", "transparency_records", ["statement_id"], unique=True)
    op.create_index("ix_transparency_records_applied_on", "transparency_records", ["applied_on", "puid"])
    op.create_index(
        "ix_transparency_records_waiting", "transparency_records", ["next_us", "puid"], sqlite_where=WAITING,
        postgresql_where=WAITING,
    )  # fmt: skip
    op.create_table(
        "transparency_channel",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary()),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transparency_channel"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("transparency_channel", "transparency_records", "statement_changes"):
        op.drop_table(table)
    for name in ("ix_statements_unrecorded", "ix_statements_undelivered", "ix_statements_untold"):
        op.drop_index(name, "statements")
    for name in ("record", "delivered_how", "delivered_us", "told_us"):
        op.drop_column("statements", name)
