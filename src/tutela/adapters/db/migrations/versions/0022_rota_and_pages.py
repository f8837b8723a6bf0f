"""The rota, where those on it are reached, and pages to them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "rota_shifts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("starts_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_rota_shifts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rota_shifts"),
    )
    op.create_index("ix_rota_shifts_ends_us", "rota_shifts", ["ends_us"])
    op.create_table(
        "page_addresses",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_page_addresses_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_page_addresses"),
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("raised_us", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_us", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("until_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_pages_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
    )
    op.create_index(
        "uq_pages_open", "pages", ["case_id"], unique=True, sqlite_where=sa.text("ended_us IS NULL"),
        postgresql_where=sa.text("ended_us IS NULL"),
    )  # fmt: skip
    op.create_table(
        "page_tries",
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name="fk_page_tries_page_id"),
        sa.PrimaryKeyConstraint("page_id", "number", name="pk_page_tries"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("page_tries", "pages", "page_addresses", "rota_shifts"):
        op.drop_table(name)
