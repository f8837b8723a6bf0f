"""Banks of words."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "word_banks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("clause_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("may_keep", sa.Boolean(), nullable=False),
        sa.Column("licence_ends_us", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_word_banks"),
    )
    op.create_index("uq_word_banks_name", "word_banks", ["name"], unique=True)
    op.create_table(
        "word_entries",
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.Column("added_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["word_banks.id"], name="fk_word_entries_bank_id"),
        sa.PrimaryKeyConstraint("bank_id", "id", name="pk_word_entries"),
    )
    op.create_index("uq_word_entries_mark", "word_entries", ["bank_id", "mark"], unique=True)
    has_end = sa.text("ends_us IS NOT NULL")
    op.create_index(
        "ix_word_entries_ends_us", "word_entries", ["ends_us", "bank_id"],
        sqlite_where=has_end, postgresql_where=has_end,
    )  # fmt: skip
    op.create_table(
        "word_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_word_stamp"),
    )


def downgrade() -> None:
    """Drop them: no words are looked for any more."""
    op.drop_table("word_stamp")
    op.drop_table("word_entries")
    op.drop_table("word_banks")
