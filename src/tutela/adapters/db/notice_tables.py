"""Notices, what they name, what answered them, and whom we have enrolled. One metadata with `tables`."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

IS_OPEN = "state <> 'answered'"
"""In a condition, as the index has it: SQLite uses it only for these words."""

notifiers = Table(
    "notifiers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("enrolled_us", BigInteger, nullable=False),
    Column("enrolled_by", Text, nullable=False),
    Column("checked_by", Text, nullable=False),
    Column("key_id", Text, unique=True),
    Column("ended_us", BigInteger),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("branch", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("is_enrolled", Boolean, nullable=False),
    Column("notifier_id", Text, ForeignKey("notifiers.id")),
    Column("clause_id", Text, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("heard_us", BigInteger, nullable=False),  # when anything was last told: what is decided later answers it
    Column("has_held", Boolean, nullable=False),  # it has hidden something before anybody looked
    Column("valid_us", BigInteger),
    Column("missing", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("wants_link", Boolean, nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("says_minor", Boolean, nullable=False),
    Column("wants_call_back", Boolean, nullable=False),
    Column("merged_into", Text, ForeignKey("notices.id")),
    Column("outcome", Text),
    Column("answered_us", BigInteger),
    Column("copies", BigInteger),  # that went with what it names, when it was answered
    # P3: that nothing was found of what supports a suspicion, one person says and another confirms.
    Column("proposed_by", Text),
    Column("proposed_outcome", Text),
    Column("proposed_us", BigInteger),
    # Counted for whoever told it (P7: they are warned, then slower, never unheard).
    Column("is_manifestly_unfounded", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    # HMACs under a key of this installation: nobody reads from them what the code was, or where it came from.
    Column("code_mac", LargeBinary, nullable=False, unique=True),
    Column("source_mac", LargeBinary, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    # What was told: words, links, names, how somebody is reached. Forgotten before the row is.
    Column("period", Text),
    Column("wrapped", LargeBinary),
    Column("sealed", LargeBinary),
    Index("ix_notices_open", "state", "id", sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN)),
    Index("ix_notices_source", "source_mac", "received_us"),
    Index("ix_notices_fingerprint", "fingerprint", "received_us"),
    Index("ix_notices_notifier", "notifier_id"),
    Index("ix_notices_merged", "merged_into"),
    Index("ix_notices_received", "received_us"),
)

notice_items = Table(
    "notice_items",
    metadata,
    Column("notice_id", Text, ForeignKey("notices.id"), primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("outcome", Text),  # as it was when the notice was answered
    Index("ix_notice_items_item_id", "item_id"),
)

notice_accounts = Table(
    "notice_accounts",
    metadata,
    Column("notice_id", Text, ForeignKey("notices.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Index("ix_notice_accounts_account_id", "account_id"),
)

notice_cases = Table(
    "notice_cases",
    metadata,
    Column("notice_id", Text, ForeignKey("notices.id"), primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Index("ix_notice_cases_case_id", "case_id"),
)

notice_digests = Table(
    "notice_digests",
    metadata,
    Column("notice_id", Text, ForeignKey("notices.id"), primary_key=True),
    Column("signal_type", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Index("ix_notice_digests_value", "signal_type", "value"),
)

notice_decisions = Table(
    "notice_decisions",
    metadata,
    Column("notice_id", Text, ForeignKey("notices.id"), primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Index("ix_notice_decisions_decision_id", "decision_id"),
)

notice_warnings = Table(
    "notice_warnings",
    metadata,
    Column("source_mac", LargeBinary, primary_key=True),
    Column("at_us", BigInteger, primary_key=True),
    Column("said_by", Text, nullable=False),
)
