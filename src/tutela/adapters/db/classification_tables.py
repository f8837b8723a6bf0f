"""The tables of what classifiers are asked, what they answered, and how each stands. One metadata with `tables`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from tutela.adapters.db.tables import metadata

classifier_usage = Table(
    "classifier_usage",
    metadata,
    Column("classifier_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),  # one more with every change: who read an older one reads again
    Column("body", Text, nullable=False),
)

_WAITING = "state = 'waiting'"
WAITING = text(_WAITING)

# Forgotten with the events of which they are; a text is erased with the last word.
classifier_questions = Table(
    "classifier_questions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("classifier_id", Text, nullable=False),
    Column("content_ref", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("author_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("recipient_id", Text, ForeignKey("accounts.id")),
    Column("item_id", Text, ForeignKey("items.id")),
    Column("channel_kind", Text, nullable=False),
    Column("conversation", Text),
    Column("regions", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("next_us", BigInteger, nullable=False),
    Column("lease_us", BigInteger),
    Index("ix_classifier_questions_due", "next_us", sqlite_where=WAITING, postgresql_where=WAITING),
    Index("ix_classifier_questions_rule", "rule", "created_us"),
    Index("ix_classifier_questions_classifier_id", "classifier_id", "created_us"),
    Index("ix_classifier_questions_created_us", "created_us"),
)

# The last word about each.
classifier_answers = Table(
    "classifier_answers",
    metadata,
    Column("question_id", Text, primary_key=True),
    Column("classifier_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("content_ref", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("laid_as", Text),  # the event as which rules were told
    Column("author_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("item_id", Text, ForeignKey("items.id")),
    Column("at_us", BigInteger, nullable=False),
    Column("reason", Text),  # why nothing is known; none where something is
    Column("body", Text, nullable=False),  # labels with their scores, as far as the licence lets them be kept
    Column("cost_micro", BigInteger),
    Column("milliseconds", BigInteger, nullable=False),
    Index("ix_classifier_answers_at_us", "at_us"),
    Index("ix_classifier_answers_classifier_id", "classifier_id", "at_us"),
)
