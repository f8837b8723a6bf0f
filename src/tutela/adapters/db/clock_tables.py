"""By when notices, appeals and orders must be answered."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text

from tutela.adapters.db.tables import metadata

RUNS = text("stopped_us IS NULL")
"""In a condition, as the index has it: SQLite uses it only for these words."""

HAS_ALARM = text("alarm_us IS NOT NULL")

clocks = Table(
    "clocks",
    metadata,
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("clock", Text, primary_key=True),
    # Of one that begins anew whenever it was stopped.
    Column("round", Integer, primary_key=True),
    Column("started_us", BigInteger, nullable=False),
    Column("target_us", BigInteger),
    Column("limit_us", BigInteger),
    # The target, or the limit where that is all there is.
    Column("due_us", BigInteger, nullable=False),
    Column("stopped_us", BigInteger),
    Column("stopped_by", Text),
    # The highest alarm that was raised: 0, 50, 80 or 100 per cent.
    Column("target_alarm", Integer, nullable=False),
    Column("limit_alarm", Integer, nullable=False),
    # When the next one is due; none after the last, and none once it has stopped.
    Column("alarm_us", BigInteger),
    Index(
        "ix_clocks_running", "due_us", "subject_kind", "subject_id", "clock", "round",
        sqlite_where=RUNS, postgresql_where=RUNS,
    ),
    Index("ix_clocks_alarm_us", "alarm_us", sqlite_where=HAS_ALARM, postgresql_where=HAS_ALARM),
    Index("ix_clocks_started_us", "started_us"),
)  # fmt: skip
