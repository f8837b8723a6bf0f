"""Records on their way to the EU Transparency Database, the channel, and the database as it is spoken to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tutela.core.dsa.batches import NoReply, RecordState, Reply, Sent, Turn
from tutela.core.dsa.channel import TransparencyChannel
from tutela.core.filing.states import Environment
from tutela.core.ids import StatementId
from tutela.ports.webhooks import Lease


@dataclass(frozen=True, slots=True)
class Claimed:
    """Records that one process has in hand: all to be sent, or all to be asked for."""

    records: tuple[Sent, ...]
    bodies: Mapping[str, Mapping[str, Any]] = field(repr=False)  #: by key
    holder: str

    @property
    def is_unsure(self) -> bool:
        """Return whether they may have been stored, and nobody knows."""
        return self.records[0].was_unsure


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it is kept."""

    puid: str
    statement_id: StatementId
    applied_on: str
    body: Mapping[str, Any] = field(repr=False)
    state: RecordState
    made_at: datetime
    tries: int
    next_at: datetime
    environment: Environment | None = None
    uuid: str | None = None
    errors: str | None = None


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """How many records stand how."""

    waiting: int
    stored: int
    refused: int
    oldest_waiting: datetime | None  #: when the oldest that waits was made


class TransparencyRecords(Protocol):
    """Keep records until they are stored at the database, and after."""

    def claim(self, lease: Lease) -> Claimed | None:
        """Take what is due in hand: as many as go in one batch, or a few whose answers were lost.

        From this moment on they count as sent: whoever claims them after this process has died asks for them first.
        """
        ...

    def settle(self, claimed: Claimed, turns: Sequence[Turn], environment: Environment) -> None:
        """Store what became of records.

        Raises:
            tutela.errors.TakenOver: Another process has them in hand by now.
        """
        ...

    def hasten(self, now: datetime) -> int:
        """Let everything that waits be due at once; return how many that are."""
        ...

    def again(self, puid: str, now: datetime, by: str) -> bool:
        """Let one that was refused wait again; return False where there is none such."""
        ...

    def send_anew(self, now: datetime) -> int:
        """Let what only the sandbox stored wait again, for production; return how many those are."""
        ...

    def page(self, since: str, until: str, after: tuple[str, str], limit: int) -> list[StoredRecord]:
        """Return records applied from one day to another, both included, by day and key, from behind *after*."""
        ...

    def of_state(self, state: RecordState, limit: int) -> list[StoredRecord]:
        """Return some records that stand so, the oldest first."""
        ...

    def counts(self) -> RecordCounts:
        """Return how many stand how."""
        ...


class TransparencyChannels(Protocol):
    """Keep the channel."""

    def channel(self) -> TransparencyChannel:
        """Return it; a new one where nothing was set."""
        ...

    def token(self) -> bytes | None:
        """Return its token, sealed."""
        ...

    def put(
        self, before: TransparencyChannel, after: TransparencyChannel, what: str, by: str, *, token: bytes | None = None
    ) -> TransparencyChannel:
        """Store the channel in the place of *before*, with an entry in the audit.

        Raises:
            tutela.errors.Conflict: It was changed since *before* was read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is, and who we are there."""

    base_url: str
    environment: Environment
    token: str = field(repr=False)


class TransparencyService(Protocol):
    """Send one request. Nothing is tried twice, and no redirect is followed: where one leads is part of the answer."""

    def one(self, at: Place, record: Mapping[str, Any]) -> Reply | NoReply:
        """Send a record."""
        ...

    def many(self, at: Place, records: Sequence[Mapping[str, Any]]) -> Reply | NoReply:
        """Send records that are taken together or not at all."""
        ...

    def existing(self, at: Place, puid: str) -> Reply | NoReply:
        """Ask for a record by our key."""
        ...

    def close(self) -> None:
        """Break off what is under way."""
        ...
