"""Where facts of accounts are kept, sealed, and what is asked of platforms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.core.ids import AccountId, DecisionId
from tutela.ports.webhooks import Notice


@dataclass(frozen=True, slots=True)
class SealedFacts:
    """Facts under a key of their own, which is wrapped under the period of the account."""

    series: int
    wrapped: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactsRecord:
    """How the facts of one account stand."""

    account_id: AccountId
    series: int = 1  #: of the period that the next facts are sealed under
    held: SealedFacts | None = field(default=None, repr=False)
    parts: tuple[str, ...] = ()  #: names of what was told
    told_at: datetime | None = None
    told_by: str | None = None
    destroyed_at: datetime | None = None
    asked_at: datetime | None = None
    asked_of: int = 0  #: endpoints that were asked the last time


@dataclass(frozen=True, slots=True)
class NewFacts:
    """Facts that were told just now."""

    account_id: AccountId
    held: SealedFacts
    parts: tuple[str, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class FoundFor:
    """An account about which a person found something, and whose facts are missing or old."""

    account_id: AccountId
    platform_id: str
    decision_ids: tuple[DecisionId, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """That a platform is asked for facts."""

    account_ids: Sequence[AccountId]
    notice: Notice
    at: datetime
    by: str
    not_since: datetime | None = None  #: leave it when one of them was asked later than this: another process did


class FactsBook(Protocol):
    """Keep facts. Every write is one transaction with its own audit entry, which holds ids and names of parts only."""

    def record(self, account_id: AccountId) -> FactsRecord:
        """Return how the facts of an account stand."""
        ...

    def keep(self, new: NewFacts) -> None:
        """Store facts in the place of what was there.

        Raises:
            tutela.errors.Conflict: They were destroyed at the same moment.
        """
        ...

    def forget(self, account_id: AccountId, at: datetime, by: str) -> int | None:
        """Take the facts out and return the series that is to be destroyed; none where there is nothing.

        From then on facts are sealed under the next one.
        """
        ...

    def looked_at(self, account_id: AccountId, by: str) -> None:
        """Enter that somebody read the facts."""
        ...

    def wanted(self, now: datetime, found_before: datetime, limit: int) -> list[FoundFor]:
        """Return accounts with a part in a finding of a person, in an open case under one of the twelve clauses.

        Only those whose facts are missing, or older than the finding allows, and who were not asked about lately.
        """
        ...

    def ask(self, asked: Ask) -> int:
        """Have every endpoint told that wants to be asked, and note it; return to how many it goes.

        None is asked, and nothing noted, where there is none, or where another process was quicker.
        """
        ...
