"""Reports to authorities, their way there, and the channel to each authority."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ON_ITS_WAY = sa.text("is_open")
_NOT_OVER = sa.text("phase IN ('ready', 'open', 'retracting')")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "reports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_overridden", sa.Boolean(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("prepared_us", sa.BigInteger(), nullable=True),
        sa.Column("prepared_by", sa.Text(), nullable=True),
        sa.Column("approved_us", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_reports_account_id"),
        sa.ForeignKeyConstraint(["corrects"], ["reports.id"], name="fk_reports_corrects"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index("ix_reports_account_id", "reports", ["account_id"])
    op.create_index("ix_reports_state", "reports", ["state", "id"])
    op.create_table(
        "report_cases",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_report_cases_case_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_cases_report_id"),
        sa.PrimaryKeyConstraint("report_id", "case_id", name="pk_report_cases"),
    )
    op.create_index("ix_report_cases_case_id", "report_cases", ["case_id", "report_id"])
    op.create_index(
        "uq_report_cases_open",
        "report_cases",
        ["case_id", "authority", "environment"],
        unique=True,
        sqlite_where=_ON_ITS_WAY,
        postgresql_where=_ON_ITS_WAY,
    )
    op.create_table(
        "report_files",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.Column("md5", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_files_report_id"),
        sa.PrimaryKeyConstraint("report_id", "position", name="pk_report_files"),
    )
    op.create_index("ix_report_files_content_id", "report_files", ["content_id"])
    op.create_table(
        "filings",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("danger_rank", sa.Integer(), nullable=False),
        sa.Column("not_before_us", sa.BigInteger(), nullable=False),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("is_troubled", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_us", sa.BigInteger(), nullable=True),
        sa.Column("abandon_by", sa.Text(), nullable=True),
        sa.Column("authority_report_id", sa.Text(), nullable=True),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("finished_us", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=True),
        sa.Column("seen_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_filings_report_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_filings"),
    )
    op.create_index(
        "ix_filings_due",
        "filings",
        ["authority", "environment", "danger_rank", "not_before_us", "report_id"],
        sqlite_where=_NOT_OVER,
        postgresql_where=_NOT_OVER,
    )
    op.create_index("ix_filings_is_troubled", "filings", ["is_troubled", "report_id"])
    op.create_index("ix_filings_phase", "filings", ["phase", "report_id"])
    op.create_table(
        "filing_steps",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("file", sa.Integer(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("noted_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["filings.report_id"], name="fk_filing_steps_report_id"),
        sa.PrimaryKeyConstraint("report_id", "number", name="pk_filing_steps"),
    )
    op.create_table(
        "channels",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.Column("schema_bytes", sa.LargeBinary(), nullable=True),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", name="pk_channels"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("channels")
    op.drop_table("filing_steps")
    op.drop_table("filings")
    op.drop_table("report_files")
    op.drop_table("report_cases")
    op.drop_table("reports")
