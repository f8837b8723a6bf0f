"""Views of evidence: grants, what was sent by each, and media that could not be opened."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "views",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=True),
        sa.Column("ends_us", sa.BigInteger(), nullable=True),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.Column("rendition", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name="fk_views_media_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_views_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
    )
    op.create_index("uq_views_token", "views", ["token"], unique=True)
    op.create_index("ix_views_media_id", "views", ["media_id", "id"])
    op.create_index("ix_views_case_id", "views", ["case_id", "id"])
    op.create_table(
        "view_spans",
        sa.Column("view_id", sa.Text(), nullable=False),
        sa.Column("start_byte", sa.BigInteger(), nullable=False),
        sa.Column("end_byte", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["view_id"], ["views.id"], name="fk_view_spans_view_id"),
        sa.PrimaryKeyConstraint("view_id", "start_byte", name="pk_view_spans"),
    )
    op.create_table(
        "media_faults",
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name="fk_media_faults_media_id"),
        sa.PrimaryKeyConstraint("media_id", name="pk_media_faults"),
    )


def downgrade() -> None:
    """Drop them: who has seen what is then told by the audit alone."""
    op.drop_table("media_faults")
    op.drop_table("view_spans")
    op.drop_table("views")
