"""Orders of authorities, what each names, and what was done with it."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state IN ('received', 'verified')")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "orders",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("id", "kind", "wish", "authority", "country", "reference")
        ),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("category", "legal_basis", "reasons", "redress", "answer_to", "language")
        ),
        sa.Column("is_readable", sa.Boolean(), nullable=False),
        sa.Column("locations", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("due_us", sa.BigInteger()),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("notifier_id", sa.Text()),
        sa.Column("registered_us", sa.BigInteger(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("verified_us", sa.BigInteger()),
        sa.Column("verified_by", sa.Text()),
        sa.Column("verified_way", sa.Text()),
        sa.Column("is_real", sa.Boolean()),
        sa.Column("directory", sa.Text()),
        sa.Column("spoken_to", sa.Text()),
        *(
            sa.Column(name, sa.BigInteger())
            for name in ("acknowledged_us", "effect_us", "told_us", "informed_us", "delay_us")
        ),
        sa.Column("delay_basis", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text()),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_orders_hold_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
    )
    op.create_index("uq_orders_reference", "orders", ["country", "authority", "reference", "kind"], unique=True)
    op.create_index("ix_orders_open", "orders", ["id"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    op.create_index("ix_orders_received_us", "orders", ["received_us"])
    for name, column in (("items", "item_id"), ("accounts", "account_id"), ("decisions", "decision_id")):
        table = f"order_{name}"
        op.create_table(
            table,
            sa.Column("order_id", sa.Text(), nullable=False),
            sa.Column(column, sa.Text(), nullable=False),
            sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=f"fk_{table}_order_id"),
            sa.ForeignKeyConstraint([column], [f"{name}.id"], name=f"fk_{table}_{column}"),
            sa.PrimaryKeyConstraint("order_id", column, name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "order_steps",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_steps_order_id"),
        sa.PrimaryKeyConstraint("order_id", "number", name="pk_order_steps"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("order_steps", "order_decisions", "order_accounts", "order_items", "orders"):
        op.drop_table(table)
