"""Webhooks: what is sent, and when a delivery is tried again."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from tutela.core.ids import StatementId
from tutela.core.measures import SubjectKind
from tutela.core.statements import StatementCode
from tutela.core.units import Duration

STANDING_CHANGED = "standing.changed"
PING = "webhook.ping"
FACTS_WANTED = "account.facts_wanted"
NOTIFIER_MESSAGE = "notifier.message"
STATEMENT_DUE = "statement.due"
EVENTS = (STANDING_CHANGED, FACTS_WANTED, NOTIFIER_MESSAGE, STATEMENT_DUE)
"""What an endpoint can ask for; a ping comes only when somebody asks for it.

Each event of an endpoint is a lane of its own: a receiver that takes one and fails at the other is not cut off."""

DEFAULT_EVENTS = (STANDING_CHANGED,)
"""What an endpoint is told that asks for nothing in particular."""

MOST_ACCOUNTS_WANTED, MOST_ITEMS_WANTED = 100, 200
"""In one request for facts: accounts, and items of each."""

MAX_ENDPOINTS = 32
"""Each has a sending thread of its own while something is under way, so that none can wait for another."""

BATCH_CHANGES = 500
BATCH_PAUSE = Duration(seconds=1)
"""A change goes at once, unless a batch was made less than this ago: what comes meanwhile goes together."""

ROTATION = Duration(days=1)
"""How long the secret before the last is signed with as well."""

SECRET_PREFIX = "whsec_"  # noqa: S105  # how the standard marks a secret, not a secret
SECRET_BYTES = 32

PAUSES = (
    Duration(seconds=5),
    Duration(seconds=30),
    Duration(minutes=2),
    Duration(minutes=10),
    Duration(minutes=30),
    Duration(hours=1),
    Duration(hours=2),
    Duration(hours=4),
    *(Duration(hours=6),) * 16,
)
"""Before each further try: four days and a half, and never more than six hours after a receiver is back."""

MAX_TRIES = len(PAUSES) + 1
LONGEST_PAUSE = PAUSES[-1]
JITTER = 0.2
"""A pause is up to a fifth shorter or longer, so that what failed at one moment does not come back at one."""

SPOKEN = frozenset({SubjectKind.ITEM, SubjectKind.ACCOUNT, SubjectKind.CONVERSATION})
"""Kinds whose ids the platform made up. Tags, links, devices and networks are words and addresses: that one of them
changed is told, and which one is not (P10); `GET /v1/changes` tells it."""


class DeliveryState(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"  #: nobody tries again until a person says so


class Failure(StrEnum):
    """Why there was no answer that counts."""

    NO_ADDRESS = "no_address"  #: the name was not resolved in time
    ADDRESS_REFUSED = "address_refused"  #: it leads where we do not connect to
    NOT_CONNECTED = "not_connected"
    TLS = "tls"
    TIMED_OUT = "timed_out"
    BROKEN = "broken"  #: cut off, or no HTTP
    REDIRECTED = "redirected"  #: nobody follows
    NO_KEY = "no_key"  #: the key that opens the secret is not there
    LOST = "lost"  #: the process that sent it died
    STOPPED = "stopped"  #: the process that sent it was told to end; counts as no try


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try."""

    status: int | None = None
    failure: Failure | None = None
    retry_after: Duration | None = None
    milliseconds: int = 0

    @property
    def is_success(self) -> bool:
        """Return whether the receiver has taken it."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(frozen=True, slots=True)
class Settled:
    """How a delivery goes on after a try."""

    state: DeliveryState
    next_at: datetime
    is_gone: bool = False  #: the receiver wants nothing any more: the endpoint is switched off


def settle(outcome: Outcome, tries: int, now: datetime, dice: float) -> Settled:
    """Return how a delivery goes on.

    Args:
        outcome: Of the last try.
        tries: So far, that one among them.
        now: After it.
        dice: From 0 to 1.
    """
    if outcome.is_success:
        return Settled(DeliveryState.DELIVERED, now)
    is_gone = outcome.status == HTTPStatus.GONE
    if tries >= MAX_TRIES:
        return Settled(DeliveryState.DEAD, now, is_gone)
    pause = pause_after(tries, dice)
    if outcome.retry_after is not None and outcome.status in {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }:
        pause = max(pause, min(outcome.retry_after, LONGEST_PAUSE))
    return Settled(DeliveryState.WAITING, now + pause.delta, is_gone)


def pause_after(tries: int, dice: float) -> Duration:
    """Return the pause after so many failed tries; *dice* from 0 to 1 shifts it by `JITTER`."""
    planned = PAUSES[min(tries, len(PAUSES)) - 1]
    return Duration(seconds=planned.seconds * (1 - JITTER + 2 * JITTER * dice))


_SECONDS = re.compile(r"[0-9]{1,9}")


def retry_after(header: str | None, now: datetime) -> Duration | None:
    """Return the pause that a receiver asks for, in seconds or as a date; none when it says nothing that is either."""
    if header is None:
        return None
    said = header.strip()
    if _SECONDS.fullmatch(said):
        return Duration(seconds=int(said))
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError, OverflowError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return Duration(seconds=max(0.0, (moment - now).total_seconds()))


@dataclass(frozen=True, slots=True)
class Told:
    """One subject that changed."""

    kind: SubjectKind
    id: str
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What one delivery tells."""

    changes: tuple[Told, ...]  #: each subject once, in the order of their last changes
    after: str  #: place in the change feed before it
    following: str  #: and behind it

    @property
    def first_seq(self) -> int:
        """Return the number of the first change."""
        return self.changes[0].seq

    @property
    def last_seq(self) -> int:
        """Return the number of the last change."""
        return self.changes[-1].seq


def once_each(changes: Iterable[Told]) -> tuple[Told, ...]:
    """Return the last change of each subject, in order."""
    last = {(each.kind, each.id): each for each in changes}
    return tuple(sorted(last.values(), key=lambda each: each.seq))


def is_ripe(last_at: datetime | None, now: datetime, *, is_full: bool) -> bool:
    """Return whether to make a batch now, the last one having been made at *last_at*.

    A clock that was set back waits for nothing.
    """
    if is_full or last_at is None:
        return True
    return not Duration().delta <= now - last_at < BATCH_PAUSE.delta


def body_of_batch(batch: Batch, at: datetime) -> bytes:
    """Return what is sent of a batch: which subjects changed, and nothing of what they are."""
    changes = [
        {
            "kind": each.kind.value,
            "id": each.id if each.kind in SPOKEN else None,
            "seq": each.seq,
            "at": _moment(each.at),
        }
        for each in batch.changes
    ]
    return _event(STANDING_CHANGED, at, {"changes": changes, "after": batch.after, "next": batch.following})


@dataclass(frozen=True, slots=True)
class FactsWanted:
    """One account of which facts are wanted, in the platform's own identifiers."""

    id: str
    items: tuple[str, ...]  #: what it posted that a report may be about


def body_of_facts_wanted(accounts: Iterable[FactsWanted], at: datetime) -> bytes:
    """Return what is sent to ask for facts: of which accounts and items, and nothing of why."""
    wanted = [{"id": each.id, "items": list(each.items[:MOST_ITEMS_WANTED])} for each in accounts]
    return _event(FACTS_WANTED, at, {"accounts": wanted})


@dataclass(frozen=True, slots=True)
class StatementDue:
    """One statement of reasons that may be told, to which account of the platform's."""

    id: StatementId
    account: str
    code: StatementCode


def body_of_statements_due(statements: Iterable[StatementDue], at: datetime) -> bytes:
    """Return what is sent of statements that may be told: which, to whom and its code; why is asked for by its id."""
    told = [{"id": each.id, "account": each.account, "code": each.code.value} for each in statements]
    return _event(STATEMENT_DUE, at, {"statements": told})


def body_of_message(message_id: str, about: str, about_id: str, kind: str, user: str | None, at: datetime) -> bytes:
    """Return what is sent so that a platform tells its own user that there is something to read: ids and a code.

    Args:
        message_id: The same at every try.
        about: `notice` or `appeal`.
        about_id: Which one; the platform got it when it handed it in.
        kind: What there is to tell, as `core.messages.MessageKind` has it.
        user: The platform's own id of an account, where it said one.
        at: When.
    """
    told = {"message": message_id, "about": about, "id": about_id, "kind": kind, "user": user}
    return _event(NOTIFIER_MESSAGE, at, told)


def body_of_ping(at: datetime) -> bytes:
    """Return what is sent to see whether anybody is there."""
    return _event(PING, at, {})


def _event(kind: str, at: datetime, told: Mapping[str, Any]) -> bytes:
    return json.dumps({"type": kind, "timestamp": _moment(at), "data": told}, separators=(",", ":")).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
