"""Where statements of reasons are kept, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.dsa.record import NotSent
from tutela.core.ids import AccountId, DecisionId, ItemId, StatementId
from tutela.core.reasons.facts import Origin
from tutela.core.statement_states import DelayChange, Tracked
from tutela.ports.webhooks import Notice


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record of a statement, to be sent to the EU Transparency Database."""

    statement_id: StatementId
    puid: str
    applied_on: str  #: YYYY-MM-DD
    body: bytes  #: as JSON


class StatementBook(Protocol):
    """Keep statements. Every write of a person is one transaction with its own audit entry, which holds ids only."""

    def one(self, statement_id: StatementId) -> Tracked | None:
        """Return one."""
        ...

    def of_account(self, account_id: AccountId, told_by: datetime, before: str | None, limit: int) -> list[Tracked]:
        """Return what may be told by a moment, newest first, from before an id on."""
        ...

    def of_decisions(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, tuple[Tracked, ...]]:
        """Return every statement of decisions, delayed ones too."""
        ...

    def untold(self, now: datetime, limit: int) -> list[Tracked]:
        """Return what may be told and no platform was told of, oldest first."""
        ...

    def has_listener(self) -> bool:
        """Return whether any endpoint asked to be told."""
        ...

    def tell(self, statement_ids: Sequence[StatementId], notice: Notice, now: datetime) -> int:
        """Have every endpoint told that asked for it, and note it, in one transaction; return how many there are.

        Where there are none, nothing is noted. What somebody else has told of meanwhile is not told again: then none.
        """
        ...

    def deliver(self, statement_id: StatementId, how: str, at: datetime, by: str) -> bool:
        """Note that a platform has delivered it; return False where that was noted before, which stays."""
        ...

    def change_delay(self, before: Tracked, after: Tracked, change: DelayChange) -> None:
        """Store a delay that was extended or ended.

        Raises:
            tutela.errors.Conflict: It was changed, told or taken back since *before* was read.
        """
        ...

    def history(self, statement_id: StatementId) -> list[DelayChange]:
        """Return what was done with its delay, oldest first."""
        ...

    def undelivered(self, told_before: datetime) -> int:
        """Return how many may be told since before a moment, and no platform has said that they were delivered."""
        ...

    def waiting(self, now: datetime, limit: int) -> list[Tracked]:
        """Return what may be told and no platform has said that it was delivered, oldest first."""
        ...

    def unrecorded(self, now: datetime, limit: int) -> list[Tracked]:
        """Return what may be told and of which nobody has said whether it is sent to the EU database, oldest first."""
        ...

    def record(self, records: Sequence[NewRecord], not_sent: Mapping[StatementId, NotSent], now: datetime) -> None:
        """Note what is sent of statements, or why nothing is. Of one that another process noted nothing comes."""
        ...


class Origins(Protocol):
    """Read how decisions came about, and what a machine noticed."""

    def noticed_by_machine(self, item_ids: Iterable[ItemId]) -> frozenset[ItemId]:
        """Return the items about which a list, the scanner or a rule ever led to a decision: a notice is none."""
        ...

    def origins(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, Origin]:
        """Return how each came about that did not come of our own looking."""
        ...
