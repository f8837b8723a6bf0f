"""The tables that almost everything touches. Times are microseconds since 1970 in UTC (`*_us`); JSON is text.

Hashes are bytes or lower-case hex. Longer than a module should be: these tables name each other, and a schema is read
beside what it refers to. What one feature alone touches has a module of its own (`*_tables`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows itself only for a column declared INTEGER; PostgreSQL wants 64 bits.
Sequence64 = BigInteger().with_variant(Integer, "sqlite")

TECHNICAL = "clause_id = 'ops.unscanned' AND revoked_by IS NULL"
"""Which measures are holds of what nobody could look at: few, and asked for every few seconds."""

REVIEWED = "measures.is_automated AND measures.revoked_by IS NULL"
"""As `TECHNICAL`, for what a machine set: past its review clock it is shown until a person decides (P11)."""

BANK = "bank"
"""The row of the known feed for a bank that was made or changed; a removal when nothing is matched anew after it."""

OPINION = "opinion"
"""The row of the known feed for a member that somebody said something of: plans made before are made again."""

BRAKE = "brake"
"""The row of the known feed for a member that was braked or released: plans made before are made again."""

CLEARED = "cleared"
"""The row of the known feed for a media that was cleared: plans made before are made again."""

ACTIVE = text("members.is_active")
"""In a condition: SQLite uses the index of what is active only for these words, not for `is_active = 1`."""

OWED = text("opinions.is_owed")
"""As `ACTIVE`, for what a source is to be told."""

LOOKED_AT = "looked_at"
"""The row of the stored feed for a media of which more is known by now: its carriers are to be decided again."""

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform_id", Text, nullable=False, unique=True),
    Column("age_band", Text, nullable=False),
    Column("age_provenance", Text, nullable=False),
    Column("regions", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
)

KEPT_HERE = text("content_id IS NOT NULL")
IN_TALK = text("conversation IS NOT NULL")
"""In a condition, as the indexes have them: SQLite uses those only for these words."""

media = Table(
    "media",
    metadata,
    Column("id", Text, primary_key=True),
    Column("content_key", Text, nullable=False, unique=True),
    Column("md5", Text),
    Column("sha1", Text),
    Column("sha256", Text),
    Column("scan", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("media_type", Text),
    Column("width", Integer),
    Column("height", Integer),
    Column("size_bytes", BigInteger),
    Column("failure", Text),
    Column("content_id", Text),
    Index("ix_media_md5", "md5"),
    Index("ix_media_sha1", "sha1"),
    Index("ix_media_sha256", "sha256"),
    Index("ix_media_scan_received_us", "scan", "received_us"),
    Index("ix_media_evidence_received_us", "evidence", "received_us"),
    Index("ix_media_content_id", "content_id", sqlite_where=KEPT_HERE, postgresql_where=KEPT_HERE),
)

media_hashes = Table(
    "media_hashes",
    metadata,
    Column("media_id", Text, ForeignKey("media.id"), primary_key=True),
    Column("rendering", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("quality", Integer, nullable=False),
    Column("orientations", LargeBinary, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform_id", Text, nullable=False, unique=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text),
    Column("contains", Text),
    Column("channel_kind", Text, nullable=False),
    Column("is_encrypted", Boolean, nullable=False),
    Column("conversation", Text),
    Column("regions", Text, nullable=False),
    Column("submitted_us", BigInteger, nullable=False),
    Column("answer", Text, nullable=False),
    Column("decision_id", Text),
    Column("is_detected", Boolean, nullable=False),
    Column("carries", Integer, nullable=False, server_default="7"),
    Column("language", Text),
    Index("ix_items_account_id", "account_id", "id"),
    Index("ix_items_conversation", "conversation", "id", sqlite_where=IN_TALK, postgresql_where=IN_TALK),
)

item_media = Table(
    "item_media",
    metadata,
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("media_id", Text, ForeignKey("media.id"), nullable=False),
    Index("ix_item_media_media_id", "media_id", "item_id"),
)

banks = Table(
    "banks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("clause_id", Text, nullable=False),
    Column("material", Text, nullable=False),
    Column("verification", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("threshold_bits", Integer, nullable=False),
    Column("ceiling", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("may_keep", Boolean, nullable=False),
    Column("may_share", Boolean, nullable=False),
    Column("brake_accounts", Integer, nullable=False, server_default="20"),
    Column("brake_window_hours", Integer, nullable=False, server_default="24"),
    Column("licence_ends_us", BigInteger),
    CheckConstraint("threshold_bits BETWEEN 0 AND 63", name="threshold"),
)

members = Table(
    "members",
    metadata,
    Column("id", Text, primary_key=True),
    Column("bank_id", Text, ForeignKey("banks.id"), nullable=False),
    Column("signal_type", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("added_us", BigInteger, nullable=False),
    Column("classification", Text),
    Column("tags", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Only among the active: a signal that was taken out may come back, and the row of its first time stays.
    Index(
        "uq_members_active",
        "signal_type",
        "value",
        "bank_id",
        unique=True,
        sqlite_where=text("is_active"),
        postgresql_where=text("is_active"),
    ),
    Index("ix_members_bank_id_id", "bank_id", "id"),
)

# One opinion of each sayer; the audit holds those that it replaced.
opinions = Table(
    "opinions",
    metadata,
    Column("member_id", Text, ForeignKey("members.id"), primary_key=True),
    Column("said_by", Text, primary_key=True),
    Column("opinion", Text, nullable=False),
    Column("classification", Text),
    Column("at_us", BigInteger, nullable=False),
    Column("is_owed", Boolean, nullable=False),
    Index("ix_opinions_owed", "member_id", sqlite_where=text("is_owed"), postgresql_where=text("is_owed")),
)

# P11: of two processes that trip the same brake at once, one plans again and finds it tripped.
brakes = Table(
    "brakes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("member_id", Text, ForeignKey("members.id"), nullable=False),
    Column("bank_id", Text, ForeignKey("banks.id"), nullable=False),
    Column("tripped_us", BigInteger, nullable=False),
    Column("accounts", Integer, nullable=False),
    Column("released_us", BigInteger),
    Column("released_by", Text),
    Index("ix_brakes_member_id", "member_id"),
    Index(
        "uq_brakes_open",
        "member_id",
        unique=True,
        sqlite_where=text("released_us IS NULL"),
        postgresql_where=text("released_us IS NULL"),
    ),
)

# Every change of what is searched, numbered in commit order: the indexes of all processes are fed from here.
signal_feed = Table(
    "signal_feed",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("index_name", Text, nullable=False),
    Column("signal_type", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("is_removal", Boolean, nullable=False),
    Index("ix_signal_feed_index_name_seq", "index_name", "seq"),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("item_id", Text),
    Column("account_id", Text),
    Column("source", Text, nullable=False),
    Column("clause_id", Text),
    Column("policy_version", Text, nullable=False),
    Column("is_automated", Boolean, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("decided_by", Text),
    Column("reverses", Text),
    Index("ix_decisions_item_id", "item_id"),
    # A decision is reversed once: of two at the same moment one plans again and finds it done.
    Index(
        "uq_decisions_reverses",
        "reverses",
        unique=True,
        sqlite_where=text("reverses IS NOT NULL"),
        postgresql_where=text("reverses IS NOT NULL"),
    ),
)

# What a decision rests on, so that overturning one undoes what came of it (P11).
decision_grounds = Table(
    "decision_grounds",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("rests_on", Text, ForeignKey("decisions.id"), primary_key=True),
    Index("ix_decision_grounds_rests_on", "rests_on"),
)

detections = Table(
    "detections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Column("media_id", Text, ForeignKey("media.id"), nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("signal_type", Text, nullable=False),
    Column("match", Text, nullable=False),
    Column("ceiling", Text, nullable=False),
    Column("distance_bits", Integer, nullable=False),
    Column("threshold_bits", Integer, nullable=False),
    Column("feed_seq", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("bank_id", Text),
    Column("member_id", Text),
    Column("resembles", Text),
    Column("orientation", Text, nullable=False),
    Column("rendering", Text, nullable=False),
    Column("members_hit", Integer, nullable=False),
    Column("is_suppressed", Boolean, nullable=False),
    Column("bounds", Text),
    Index("ix_detections_item_id", "item_id"),
    # How many accounts a member has hit is asked at every match (P11); statistics read the same index.
    Index("ix_detections_member", "bank_id", "member_id", "at_us"),
)

measures = Table(
    "measures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("starts_us", BigInteger, nullable=False),
    Column("ends_us", BigInteger),
    Column("review_us", BigInteger),
    Column("near_bits", Integer),
    Column("is_automated", Boolean, nullable=False),
    Column("revoked_by", Text, ForeignKey("decisions.id")),
    Column("scope", Text),
    # P8: every measure has a reason.
    CheckConstraint("clause_id <> '' AND policy_version <> ''", name="reason"),
    # P11: a machine neither suspends nor removes, and each of its measures has a review clock.
    CheckConstraint("NOT is_automated OR kind NOT IN ('suspend', 'remove')", name="person"),
    CheckConstraint("NOT is_automated OR review_us IS NOT NULL", name="review"),
    CheckConstraint("ends_us IS NULL OR ends_us > starts_us", name="order"),
    Index("ix_measures_subject_kind_subject_id", "subject_kind", "subject_id"),
    Index("ix_measures_decision_id", "decision_id"),
    Index(
        "ix_measures_review_us",
        "review_us",
        sqlite_where=text(REVIEWED.replace("measures.", "")),
        postgresql_where=text(REVIEWED.replace("measures.", "")),
    ),
    Index("ix_measures_technical", "subject_id", sqlite_where=text(TECHNICAL), postgresql_where=text(TECHNICAL)),
)

standing = Table(
    "standing",
    metadata,
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("kinds", BigInteger, nullable=False),
    Column("next_change_us", BigInteger),
    Column("measures", Text, nullable=False),
    # The number of the last change; given out in commit order, so that no reader ever passes an open transaction.
    Column("change_seq", BigInteger, nullable=False),
    Column("changed_us", BigInteger, nullable=False),
    Index("uq_standing_change_seq", "change_seq", unique=True),
)

OPEN_CASE = text("closed_by IS NULL")
WORK_CASE = text("closed_by IS NULL AND purpose = 'work'")  # into which more is laid: never into a look
AWAITING_CASE = text("closed_by IS NULL AND answer > 1")
FOUND_CASE = text("closed_by IS NULL AND found_us IS NOT NULL")
HELD_CASE = text("closed_by IS NULL AND holder IS NOT NULL")

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("closed_by", Text, ForeignKey("decisions.id")),
    Column("state", Text, nullable=False, server_default="open"),
    Column("holder", Text),
    Column("until_us", BigInteger),
    Column("version", BigInteger, nullable=False, server_default="1"),
    Column("danger_rank", Integer, nullable=False, server_default="1"),  # 0 where somebody is in danger
    Column("first_by", Text),
    Column("second_by", Text),
    Column("third_by", Text),
    Column("language", Text, nullable=False, server_default="und"),
    Column("kind", Text, nullable=False, server_default="account"),
    Column("queue_id", Text, nullable=False, server_default="-"),
    Column("answer", Integer, nullable=False, server_default="1"),  # which answer it waits for, or somebody works on
    Column("purpose", Text, nullable=False, server_default="work"),
    # When a person found, under one of the twelve, what it is about. Whether that finding still stands is asked anew.
    Column("found_us", BigInteger),
    Index("ix_cases_account_id_clause_id", "account_id", "clause_id"),
    # Work is merged around account and clause: of two that open a case at once, one plans again and joins the other.
    Index(
        "uq_cases_open",
        "account_id",
        "clause_id",
        unique=True,
        sqlite_where=WORK_CASE,
        postgresql_where=WORK_CASE,
    ),
    # In the order in which people take them; a case that has ended is in neither.
    Index("ix_cases_order", "danger_rank", "due_us", "id", sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE),
    Index(
        "ix_cases_queue", "queue_id", "answer", "danger_rank", "due_us", "id", "until_us",
        sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE,
    ),
    Index("ix_cases_clause_id", "clause_id"),
    Index("ix_cases_opened_us", "opened_us"),
    Index("ix_cases_open_since", "opened_us", sqlite_where=OPEN_CASE, postgresql_where=OPEN_CASE),
    # What is somebody's: few, whatever the number of cases.
    Index("ix_cases_holder", "holder", sqlite_where=HELD_CASE, postgresql_where=HELD_CASE),
    # What is found and not told to whom it must be told: few, whatever the number of cases.
    Index("ix_cases_found", "id", sqlite_where=FOUND_CASE, postgresql_where=FOUND_CASE),
    # Those that wait for another answer: few, whatever the number of cases.
    Index("ix_cases_awaiting", "id", sqlite_where=AWAITING_CASE, postgresql_where=AWAITING_CASE),
)  # fmt: skip

case_items = Table(
    "case_items",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    # The version of the case with which it came in: who looked before it has not seen it.
    Column("since_version", BigInteger, nullable=False, server_default="1"),
    Index("ix_case_items_item_id", "item_id"),
)

UNTOLD, UNDELIVERED = text("told_us IS NULL"), text("delivered_us IS NULL")
UNRECORDED = text("record IS NULL")

statements = Table(
    "statements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("is_automated", Boolean, nullable=False),
    Column("tell_us", BigInteger, nullable=False),
    Column("delay_basis", Text),
    Column("told_us", BigInteger),
    Column("delivered_us", BigInteger),
    Column("delivered_how", Text),
    # What of it goes to the EU Transparency Database: `made`, or why nothing does.
    Column("record", Text),
    Index("ix_statements_account_id", "account_id"),
    Index("ix_statements_decision_id", "decision_id"),
    # Few each, whatever the number of statements.
    Index("ix_statements_untold", "tell_us", "id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
    Index("ix_statements_undelivered", "tell_us", sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED),
    Index("ix_statements_unrecorded", "tell_us", "id", sqlite_where=UNRECORDED, postgresql_where=UNRECORDED),
)

report_drafts = Table(
    "report_drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("ix_report_drafts_decision_id", "decision_id"),
)

audit_chains = Table(
    "audit_chains",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Index("ix_audit_entries_subject", "subject"),
)

# Beside the chain, so that a payload can be erased when the law says so while the chain still verifies.
audit_payloads = Table(
    "audit_payloads",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("number", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("ix_idempotency_at_us", "at_us"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("bank_id", Text, ForeignKey("banks.id"), nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Column("rows_read", BigInteger, nullable=False),
    Column("rows_added", BigInteger, nullable=False),
    Column("rows_known", BigInteger, nullable=False),
    Column("rows_rejected", BigInteger, nullable=False),
)

rescans = Table(
    "rescans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("bank_id", Text, ForeignKey("banks.id")),
    Column("after_seq", BigInteger, nullable=False),
    Column("up_to_seq", BigInteger, nullable=False),
    Column("up_to_media", Text, nullable=False),
    Column("is_dry", Boolean, nullable=False),
    Column("holder", Text, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("media_total", BigInteger, nullable=False),
    Column("position", Text, nullable=False),
    Column("shards", BigInteger, nullable=False),
    Column("media", BigInteger, nullable=False),
    Column("hashes", BigInteger, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("pairs", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Column("hit_media", BigInteger),
    Column("hit_items", BigInteger),
    Column("hit_accounts", BigInteger),
    Column("changed", BigInteger),
    # True or null, never false: of two that begin at once, one is refused.
    Column("is_unfinished", Boolean, unique=True),
)

# What the unfinished re-scan has hit; forgotten when it ends.
rescan_hits = Table(
    "rescan_hits",
    metadata,
    Column("rescan_id", Text, ForeignKey("rescans.id"), primary_key=True),
    Column("media_id", Text, ForeignKey("media.id"), primary_key=True),
    Column("is_decided", Boolean, nullable=False),
)
