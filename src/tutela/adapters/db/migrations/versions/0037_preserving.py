"""What keeps evidence, what was destroyed by proof, and what was handed out."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

OF_REPORTS = sa.text("source = 'report'")
NOT_OVER = sa.text("state IN ('proposed', 'destroying', 'destroyed')")
KEPT_HERE = sa.text("content_id IS NOT NULL")
IN_TALK = sa.text("conversation IS NOT NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("starts_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger()),
        sa.Column("review_us", sa.BigInteger()),
        sa.Column("released_us", sa.BigInteger()),
        sa.Column("placed_us", sa.BigInteger(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_index("ix_holds_review_us", "holds", ["review_us"])
    op.create_index(
        "uq_holds_report", "holds", ["reference"], unique=True, sqlite_where=OF_REPORTS, postgresql_where=OF_REPORTS
    )
    op.create_table(
        "hold_contents",
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_hold_contents_hold_id"),
        sa.PrimaryKeyConstraint("hold_id", "evidence_id", name="pk_hold_contents"),
    )
    op.create_index("ix_hold_contents_evidence_id", "hold_contents", ["evidence_id", "hold_id"])
    op.create_table(
        "hold_changes",
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_us", sa.BigInteger()),
        sa.Column("review_us", sa.BigInteger()),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name="fk_hold_changes_hold_id"),
        sa.PrimaryKeyConstraint("hold_id", "number", name="pk_hold_changes"),
    )
    op.create_table(
        "destructions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("received_us", sa.BigInteger()),
        sa.Column("ends_holds", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_us", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.Text()),
        sa.Column("agreed_us", sa.BigInteger()),
        sa.Column("destroyed_us", sa.BigInteger()),
        sa.Column("proved_us", sa.BigInteger()),
        sa.Column("certificate", sa.LargeBinary()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_destructions"),
    )
    op.create_index(
        "ix_destructions_open", "destructions", ["state", "id"], sqlite_where=NOT_OVER, postgresql_where=NOT_OVER
    )
    op.create_table(
        "destruction_contents",
        sa.Column("destruction_id", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content_id", sa.Text()),
        sa.Column("key_name", sa.Text(), nullable=False),
        sa.Column("earlier", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary()),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("ended_holds", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["destruction_id"], ["destructions.id"], name="fk_destruction_contents_destruction_id"),
        sa.PrimaryKeyConstraint("destruction_id", "evidence_id", name="pk_destruction_contents"),
    )
    op.create_index("ix_destruction_contents_evidence_id", "destruction_contents", ["evidence_id", "destruction_id"])
    op.create_index("ix_destruction_contents_content_id", "destruction_contents", ["content_id"])
    op.create_table(
        "exports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key_kind", sa.Text(), nullable=False),
        sa.Column("key_text", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_us", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_us", sa.BigInteger()),
        sa.Column("made_by", sa.Text()),
        sa.Column("made_us", sa.BigInteger()),
        sa.Column("sha256", sa.Text()),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_table(
        "export_contents",
        sa.Column("export_id", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["exports.id"], name="fk_export_contents_export_id"),
        sa.PrimaryKeyConstraint("export_id", "evidence_id", name="pk_export_contents"),
    )
    op.create_index("ix_export_contents_evidence_id", "export_contents", ["evidence_id", "export_id"])
    op.create_index("ix_media_content_id", "media", ["content_id"], sqlite_where=KEPT_HERE, postgresql_where=KEPT_HERE)
    op.create_index(
        "ix_items_conversation", "items", ["conversation", "id"], sqlite_where=IN_TALK, postgresql_where=IN_TALK
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_items_conversation", "items")
    op.drop_index("ix_media_content_id", "media")
    for table in (
        "export_contents",
        "exports",
        "destruction_contents",
        "destructions",
        "hold_changes",
        "hold_contents",
        "holds",
    ):
        op.drop_table(table)
