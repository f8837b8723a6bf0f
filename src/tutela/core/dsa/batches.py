"""What becomes of records that were sent: every answer of the database, and every one that was lost. Pure.

Nothing counts as stored but a 201, and a 422 that names the record which is there already: no key is given twice,
so a second one is the first. A batch is taken whole or not at all; one that is refused is halved until what is wrong
stands alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from tutela.core.filing.backoff import wait

MOST_IN_BATCH = 100
"""Source: the database's documentation."""

MOST_ASKED = 5
"""Keys that are asked for in one go, after an answer was lost: a request each, within one lease."""

MOST_ERRORS = 2000
"""Characters of what the database said that are kept for a person."""

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")


class RecordState(StrEnum):
    """Where a record is."""

    WAITING = "waiting"
    STORED = "stored"
    REFUSED = "refused"  #: a person has to look


class StopFault(StrEnum):
    """What no other try mends: nothing is sent before somebody has."""

    AUTH = "auth"  #: the token is wrong, or was replaced by a newer one
    CONFIG = "config"  #: there is no such service at that address


@dataclass(frozen=True, slots=True)
class Reply:
    """What the database answered."""

    status: int
    body: bytes = b""
    location: str | None = None
    retry_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class NoReply:
    """That nobody answered."""

    was_sent: bool  #: it may have been stored; otherwise no connection came about
    failure: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One record that was claimed, as it was before."""

    puid: str
    tries: int
    at_most: int = MOST_IN_BATCH
    was_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """How one record goes on."""

    puid: str
    state: RecordState
    next_at: datetime
    at_most: int
    tries: int
    is_unsure: bool = False
    uuid: str | None = None
    errors: str | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """How all records of one request go on, and the channel."""

    records: tuple[Turn, ...]
    stop: StopFault | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When it was, and a random number from 0 to 1 so that not everybody comes back at once."""

    at: datetime
    spread: float


def after_sending(batch: Sequence[Sent], reply: Reply | NoReply, moment: Moment) -> Turns:
    """Return how records go on that were sent together."""
    if isinstance(reply, NoReply):
        return Turns(tuple(_later(each, moment, None, is_unsure=reply.was_sent) for each in batch))
    if reply.status == HTTPStatus.CREATED:
        uuids = _uuids(reply.body)
        alone = next(iter(uuids.values()), None) if len(batch) == 1 else None
        return Turns(tuple(_stored(each, moment, uuids.get(each.puid, alone)) for each in batch))
    if reply.status in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
        return Turns(_refused(batch, reply, moment))
    return _not_taken(batch, reply, moment)


def after_asking(record: Sent, reply: Reply | NoReply, moment: Moment) -> Turns:
    """Return how a record goes on whose answer was lost, after the database was asked for its key."""
    if isinstance(reply, NoReply):
        return Turns((_later(record, moment, None, is_unsure=True),))
    if reply.status == HTTPStatus.FOUND:
        return Turns((_stored(record, moment, _last_part(reply.location)),))
    if reply.status == HTTPStatus.NOT_FOUND:
        return Turns((_at_once(record, moment, record.at_most),))
    turns = _not_taken([record], reply, moment)
    return Turns(tuple(_still_unsure(each) for each in turns.records), turns.stop)


def fault_of(reply: Reply) -> StopFault | None:
    """Return what is wrong with the channel itself; nothing where it may pass."""
    if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return StopFault.AUTH
    is_elsewhere = HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST
    passes = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
    is_wrong = HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR and reply.status not in passes
    return StopFault.CONFIG if is_elsewhere or is_wrong else None


def _not_taken(batch: Sequence[Sent], reply: Reply, moment: Moment) -> Turns:
    fault = fault_of(reply)
    if fault is not None:
        return Turns(tuple(_at_once(each, moment, each.at_most) for each in batch), fault)
    # An error of the service may have come after the record was stored, and a 200 says nothing: both are asked for.
    is_unsure = reply.status not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}
    return Turns(tuple(_later(each, moment, reply.retry_seconds, is_unsure=is_unsure) for each in batch))


def _refused(batch: Sequence[Sent], reply: Reply, moment: Moment) -> tuple[Turn, ...]:
    if len(batch) > 1:
        half = len(batch) // 2
        return tuple(_at_once(each, moment, min(half, each.at_most)) for each in batch)
    [alone] = batch
    found = _existing(reply.body)
    if found is not None and reply.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return (_stored(alone, moment, found),)
    errors = _errors(reply)
    return (Turn(alone.puid, RecordState.REFUSED, moment.at, alone.at_most, alone.tries + 1, errors=errors),)


def _stored(record: Sent, moment: Moment, uuid: str | None) -> Turn:
    return Turn(record.puid, RecordState.STORED, moment.at, record.at_most, record.tries + 1, uuid=uuid)


def _at_once(record: Sent, moment: Moment, at_most: int) -> Turn:
    return Turn(record.puid, RecordState.WAITING, moment.at, max(1, at_most), record.tries)


def _later(record: Sent, moment: Moment, asked_seconds: int | None, *, is_unsure: bool) -> Turn:
    tries = record.tries + 1
    pause = wait(tries, moment.spread, is_open=False, is_urgent=False, asked_seconds=asked_seconds)
    next_at = moment.at + pause
    return Turn(record.puid, RecordState.WAITING, next_at, record.at_most, tries, is_unsure=is_unsure)


def _still_unsure(turn: Turn) -> Turn:
    return Turn(turn.puid, turn.state, turn.next_at, turn.at_most, turn.tries, is_unsure=True)


def _uuids(body: bytes) -> Mapping[str, str]:
    """Return what the database calls each record that it has just stored, by our key."""
    read = _json(body)
    listed = read.get("statements") if isinstance(read, dict) else None
    each_of = listed if isinstance(listed, list) else [read]
    found = {}
    for each in each_of:
        uuid = each.get("uuid") if isinstance(each, dict) else None
        key = each.get("puid", "") if isinstance(each, dict) else ""
        if isinstance(uuid, str) and _UUID.fullmatch(uuid) and isinstance(key, str):
            found[key] = uuid
    return found


def _existing(body: bytes) -> str | None:
    """Return what the database calls the record that has our key already; empty where it does not say."""
    read = _json(body)
    existing = read.get("existing") if isinstance(read, dict) else None
    if not isinstance(existing, dict):
        return None
    uuid = existing.get("uuid")
    return uuid if isinstance(uuid, str) and _UUID.fullmatch(uuid) else ""


def _errors(reply: Reply) -> str:
    """Return what was said of a record, short: names of fields, and what is wrong with each."""
    read = _json(reply.body)
    errors = read.get("errors") if isinstance(read, dict) else None
    said = json.dumps(errors, ensure_ascii=False) if isinstance(errors, dict) else f"status {reply.status}"
    return said[:MOST_ERRORS]


def _last_part(location: str | None) -> str | None:
    last = (location or "").rstrip("/").rpartition("/")[2]
    return last if _UUID.fullmatch(last) else None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
