"""People, their ways in and their sessions. Secrets are keyed hashes or wrapped; no table names a network's guesser."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from tutela.adapters.db.tables import metadata

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("password_hash", Text),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger, nullable=False),
    Column("provider_subject", Text, unique=True),
    Column("created_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("ends_us", BigInteger, nullable=False),
    Column("used_us", BigInteger),
    Index("ix_invitations_person_id", "person_id"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("used_us", BigInteger),
    Index("ix_passkeys_person_id", "person_id", "created_us"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", Text, ForeignKey("people.id"), primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),
    Column("used_us", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("created_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
    Column("proven_us", BigInteger, nullable=False),
    Column("is_strong", Boolean, nullable=False),
    Column("network", Text, nullable=False),
    Column("browser", Text, nullable=False),
    Column("ended_us", BigInteger),
    Column("ended_because", Text),
    Index("ix_sessions_person_id_seen_us", "person_id", "seen_us"),
    Index("ix_sessions_seen_us", "seen_us"),
)

devices = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("seen_us", BigInteger, nullable=False),
    Index("ix_devices_person_id", "person_id"),
    Index("ix_devices_seen_us", "seen_us"),
)

tries = Table(
    "tries",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("free_us", BigInteger, nullable=False),
    Index("ix_tries_at_us", "at_us"),
)

ceremonies = Table(
    "ceremonies",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("person_id", Text, ForeignKey("people.id")),
    Column("body", Text, nullable=False),
    Column("ends_us", BigInteger, nullable=False),
    Index("ix_ceremonies_ends_us", "ends_us"),
    Index("ix_ceremonies_person_id", "person_id"),
)

# A token of a person is a key of its own table's making: what it may is bounded by what its person may.
personal_keys = Table(
    "personal_keys",
    metadata,
    Column("key_id", Text, ForeignKey("api_keys.id"), primary_key=True),
    Column("person_id", Text, ForeignKey("people.id"), nullable=False),
    Index("ix_personal_keys_person_id", "person_id"),
)
