"""What happened with an account: each kind read by an index, a page at a time, however much there is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from tutela.core.ids import AccountId, DecisionId
from tutela.core.timeline import Entry, EntryKind, EntryPlace


class TimelineReader(Protocol):
    """Reads about one account. Each is one statement."""

    def entries_of(
        self, account_id: AccountId, kind: EntryKind, before: EntryPlace | None, kept_from: Collection[DecisionId],
        now: datetime, limit: int,
    ) -> Sequence[tuple[EntryPlace, Entry]]:  # fmt: skip
        """Return what happened of one kind, the newest first, before a place, but for what some decisions brought.

        Args:
            account_id: Whose.
            kind: Of which kind.
            before: Where the page before ended; none for the first.
            kept_from: Decisions of which nothing is told.
            now: What may be told later is not told yet.
            limit: How many at most.
        """
        ...

    def decisions_kept_from(self, account_id: AccountId, person: str) -> frozenset[DecisionId]:
        """Return decisions that would tell *person* what others came to in open cases about the account (P3)."""
        ...
