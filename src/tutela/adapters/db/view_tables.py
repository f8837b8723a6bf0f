"""Views of evidence: grants, what was sent by each, and media that could not be opened."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from tutela.adapters.db.tables import metadata

views = Table(
    "views",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token", LargeBinary),  # its keyed hash; none for what is asked for directly
    Column("person_id", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("media_id", Text, ForeignKey("media.id"), nullable=False),
    Column("case_id", Text, ForeignKey("cases.id")),
    Column("purpose", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("granted_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("opened_us", BigInteger),
    Column("ends_us", BigInteger),
    Column("revoked_us", BigInteger),
    Column("rendition", Text),
    Column("sha256", Text),  # of the content that was opened
    Column("size_bytes", BigInteger),  # of what was to be sent
    Column("width", Integer),
    Column("height", Integer),
    Index("uq_views_token", "token", unique=True),
    Index("ix_views_media_id", "media_id", "id"),
    Index("ix_views_case_id", "case_id", "id"),
    Index("ix_views_person_id", "person_id", "opened_us"),
)

view_spans = Table(
    "view_spans",
    metadata,
    Column("view_id", Text, ForeignKey("views.id"), primary_key=True),
    Column("start_byte", BigInteger, primary_key=True),
    Column("end_byte", BigInteger, nullable=False),
)

media_faults = Table(
    "media_faults",
    metadata,
    Column("media_id", Text, ForeignKey("media.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("found_us", BigInteger, nullable=False),
)
