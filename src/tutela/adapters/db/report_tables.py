"""Reports to authorities, their way there with the log of every step, and the channel to each authority."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from tutela.adapters.db.tables import metadata

ON_ITS_WAY = text("is_open")
"""In a condition, as the index has it: SQLite uses it only for these words."""

NOT_OVER = text("phase IN ('ready', 'open', 'retracting')")
"""As above."""

reports = Table(
    "reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id")),
    Column("kind", Text, nullable=False),
    Column("corrects", Text, ForeignKey("reports.id")),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("environment", Text),
    # The package, with the reason of an override: sealed under a key of this report alone.
    Column("sealed", LargeBinary, nullable=False),
    Column("is_overridden", Boolean, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("prepared_us", BigInteger),
    Column("prepared_by", Text),
    Column("approved_us", BigInteger),
    Column("approved_by", Text),
    Index("ix_reports_state", "state", "id"),
    Index("ix_reports_account_id", "account_id"),
)

report_cases = Table(
    "report_cases",
    metadata,
    Column("report_id", Text, ForeignKey("reports.id"), primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("authority", Text, nullable=False),
    Column("environment", Text),
    Column("is_open", Boolean, nullable=False),
    Index("ix_report_cases_case_id", "case_id", "report_id"),
    # One report about an incident is on its way at a time, whatever two officers do at once.
    Index(
        "uq_report_cases_open",
        "case_id",
        "authority",
        "environment",
        unique=True,
        sqlite_where=ON_ITS_WAY,
        postgresql_where=ON_ITS_WAY,
    ),
)

report_files = Table(
    "report_files",
    metadata,
    Column("report_id", Text, ForeignKey("reports.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("file_key", Text, nullable=False),
    Column("content_id", Text, nullable=False),
    Column("md5", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Index("ix_report_files_content_id", "content_id"),
)

filings = Table(
    "filings",
    metadata,
    Column("report_id", Text, ForeignKey("reports.id"), primary_key=True),
    Column("authority", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("danger_rank", Integer, nullable=False),  # 0 where somebody is in danger
    Column("not_before_us", BigInteger, nullable=False),
    Column("is_stopped", Boolean, nullable=False),
    Column("is_troubled", Boolean, nullable=False),  # over, and somebody has to be told how
    Column("state", Text, nullable=False),  # the whole value, as JSON
    Column("version", BigInteger, nullable=False),
    Column("steps", Integer, nullable=False),  # lines of its log
    Column("holder", Text),
    Column("lease_us", BigInteger),
    Column("abandon_by", Text),
    Column("authority_report_id", Text),
    Column("created_us", BigInteger, nullable=False),
    Column("finished_us", BigInteger),
    Column("seen_by", Text),
    Column("seen_us", BigInteger),
    Index(
        "ix_filings_due", "authority", "environment", "danger_rank", "not_before_us", "report_id",
        sqlite_where=NOT_OVER, postgresql_where=NOT_OVER,
    ),
    Index("ix_filings_phase", "phase", "report_id"),
    Index("ix_filings_is_troubled", "is_troubled", "report_id"),
)  # fmt: skip

filing_steps = Table(
    "filing_steps",
    metadata,
    Column("report_id", Text, ForeignKey("filings.report_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("step", Text),
    Column("file", Integer),
    Column("http_status", Integer),
    Column("code", Integer),
    Column("request_id", Text),
    Column("failure", Text),
    Column("noted_by", Text),
)

channels = Table(
    "channels",
    metadata,
    Column("authority", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("environment", Text, nullable=False),
    Column("record", Text, nullable=False),  # everything but secrets, as JSON
    Column("credentials", LargeBinary),  # wrapped by the key ring
    Column("schema_bytes", LargeBinary),  # as it was downloaded
    Column("changed_us", BigInteger, nullable=False),
)
