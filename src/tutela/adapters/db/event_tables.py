"""The tables of events, of who knows whom, of labels, and of rules that fired. One metadata with `tables`."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

# Forgotten after the days that the operator keeps them: nothing else refers to them by a key.
events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform_id", Text, unique=True),
    Column("kind", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("author_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("recipient_id", Text, ForeignKey("accounts.id")),
    Column("item_id", Text, ForeignKey("items.id")),
    Column("channel_kind", Text, nullable=False),
    Column("conversation", Text),
    Column("facts", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("decision_id", Text),
    Column("withheld", Text, nullable=False),
    Column("spots", Text),
    Index("ix_events_received_us", "received_us", "id"),
    Index("ix_events_author_id", "author_id", "received_us"),
)

# A row for each direction; what has no row never happened.
contacts = Table(
    "contacts",
    metadata,
    Column("pair", Text, primary_key=True),  # author, slash, recipient: one text is found faster than two
    Column("first_us", BigInteger),  # none while all that happened is that one refused the other
    Column("last_us", BigInteger, nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("refused_us", BigInteger),
)

account_labels = Table(
    "account_labels",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("label", Text, primary_key=True),
    Column("is_list", Boolean, primary_key=True),
    Column("set_by", Text, primary_key=True),
    Column("because", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("ends_us", BigInteger),
    Index("ix_account_labels_label", "is_list", "label", "account_id"),
)

# Who did something with which device, link or conversation. Of media the items themselves tell.
account_ties = Table(
    "account_ties",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("last_us", BigInteger, nullable=False),
    Index("ix_account_ties_account_id", "account_id", "kind", "last_us"),
    Index("ix_account_ties_last_us", "last_us"),
)

_ACTED = "outcome = 'acted'"
_WAITING = "outcome = 'over_quota' AND case_id IS NULL"

rule_fires = Table(
    "rule_fires",
    metadata,
    Column("id", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("clause_id", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("trace", Text, nullable=False),
    Column("case_id", Text, ForeignKey("cases.id")),
    Column("decision_id", Text, ForeignKey("decisions.id")),
    Column("laid_us", BigInteger),  # when what waited for its quota was laid before a person
    Index("ix_rule_fires_rule", "rule", "at_us"),
    Index("ix_rule_fires_account_id", "account_id", "at_us"),
    Index("ix_rule_fires_case_id", "case_id"),
    Index("ix_rule_fires_decision_id", "decision_id"),
    Index("ix_rule_fires_at_us", "at_us"),
    Index("ix_rule_fires_laid_us", "laid_us"),
    Index("ix_rule_fires_acted", "account_id", "at_us", sqlite_where=text(_ACTED), postgresql_where=text(_ACTED)),
    Index("ix_rule_fires_acted_rule", "rule", "at_us", sqlite_where=text(_ACTED), postgresql_where=text(_ACTED)),
    Index("ix_rule_fires_waiting", "severity", "id", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
)

WAITING, ACTED = text(_WAITING), text(_ACTED)
