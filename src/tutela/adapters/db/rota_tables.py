"""The rota, where those on it are reached, and pages to them."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from tutela.adapters.db.tables import metadata

_OPEN = text("ended_us IS NULL")

rota_shifts = Table(
    "rota_shifts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("starts_us", BigInteger, nullable=False),
    Column("ends_us", BigInteger, nullable=False),
    Column("zone", Text, nullable=False),
    Index("ix_rota_shifts_ends_us", "ends_us"),
)

page_addresses = Table(
    "page_addresses",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("email", Text, nullable=False),
)

pages = Table(
    "pages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id")),
    Column("notice_id", Text, ForeignKey("notices.id")),  # one that lies in no case
    Column("raised_us", BigInteger, nullable=False),
    Column("acknowledged_us", BigInteger),
    Column("acknowledged_by", Text),
    Column("ended_us", BigInteger),
    Column("holder", Text),  # the process that sends
    Column("until_us", BigInteger),
    # Of two that see the same danger, one makes the page.
    Index("uq_pages_open", "case_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("uq_pages_open_notice", "notice_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    CheckConstraint("(case_id IS NULL) <> (notice_id IS NULL)", name="about_one"),
)

page_tries = Table(
    "page_tries",
    metadata,
    Column("page_id", Text, ForeignKey("pages.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("person_id", Text),
    Column("at_us", BigInteger, nullable=False),
    Column("sent_by", Text, nullable=False),  # channels, joined by commas
    Column("failure", Text),
)
