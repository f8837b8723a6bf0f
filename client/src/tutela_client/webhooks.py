"""Verify webhooks of a Tutela server, after Standard Webhooks, before believing a word of them.

Call `verify` with the body exactly as it came: parsed and written again, its bytes differ and no signature fits.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

TOLERANCE_SECONDS = 5 * 60
"""How far the sender's clock and yours may be apart; an older request is a repetition by somebody else."""

STANDING_CHANGED = "standing.changed"
FACTS_WANTED = "account.facts_wanted"
NOTIFIER_MESSAGE = "notifier.message"
STATEMENT_DUE = "statement.due"
PING = "webhook.ping"

_PREFIX = "whsec_"
_VERSION = "v1"


class WebhookRefusedError(Exception):
    """This request does not come from who shares the secret, or not now: answer 400 and do nothing."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One subject that changed: ask the server, or read its change feed, before you show it again."""

    kind: str
    id: str | None  #: none for what has no name that may leave the server, such as a link
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account of which facts are wanted: tell them with `Client.facts`."""

    id: str
    items: tuple[str, ...] = ()  #: of those that it posted, what a report may be about


@dataclass(frozen=True, slots=True)
class TellUser:
    """Tell a user of yours, in your own words and in your own app, that there is something to read."""

    message: str  #: the same at every try
    about: str  #: `notice` or `appeal`
    id: str  #: as you got it when you handed it in
    kind: str  #: `receipt`, `update`, `more_wanted`, `outcome`, `appeal_received` or `appeal_outcome`
    user: str | None  #: your own id of an account, where you said one


@dataclass(frozen=True, slots=True)
class Due:
    """A statement of reasons that may be told: read it with `Client.statement`, then say `Client.delivered`."""

    id: str
    account: str  #: your own identifier of whoever is told
    code: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook says."""

    id: str  #: the same at every try: keep it for a week, and pass over what you have seen
    type: str
    at: datetime
    changes: tuple[Changed, ...] = ()
    after: str | None = None  #: `after` of the change feed with which the whole state of these changes is read
    next: str | None = None
    wanted: tuple[Wanted, ...] = ()
    tell: TellUser | None = None
    due: tuple[Due, ...] = ()


def verify(headers: Mapping[str, str], body: bytes, secret: str | Sequence[str], now: datetime | None = None) -> Event:
    """Return what a webhook says, if it is signed with *secret* and was sent within five minutes of *now*.

    Args:
        headers: Of the request, in any case of letters.
        body: Exactly as it came.
        secret: `whsec_...`; several while you change over from one to the next.
        now: Aware; this machine's time unless given.

    Raises:
        WebhookRefusedError: It is not signed so, or not now.
        ValueError: The secret is none; or what is signed cannot be read by this version.
    """
    named = {name.lower(): value for name, value in headers.items()}
    try:
        webhook_id, timestamp, signatures = (named[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError:
        raise WebhookRefusedError("the headers of a webhook are missing") from None
    _check_time(timestamp, datetime.now(UTC) if now is None else now)
    signed = b".".join((webhook_id.encode(), timestamp.encode(), body))
    secrets = (secret,) if isinstance(secret, str) else tuple(secret)
    if not _is_signed(signed, secrets, signatures):
        raise WebhookRefusedError("no signature fits")
    return _event(webhook_id, json.loads(body))


def _check_time(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):  # noqa: PLR2004  # beyond any year
        raise WebhookRefusedError("the time of the webhook is none")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise WebhookRefusedError("the webhook was not sent now: it is a repetition, or a clock is wrong")


def _is_signed(signed: bytes, secrets: Iterable[str], signatures: str) -> bool:
    expected = [hmac.digest(_key(secret), signed, hashlib.sha256) for secret in secrets]
    given = list(_given(signatures))
    # Every pair is compared, each in constant time: how long it takes tells nothing.
    return sum(hmac.compare_digest(one, other) for one in expected for other in given) > 0


def _given(signatures: str) -> Iterable[bytes]:
    for each in signatures.split():
        version, _, encoded = each.partition(",")
        if version == _VERSION:
            try:
                yield base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                continue


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("a secret looks like whsec_...")
    return key


def _event(webhook_id: str, told: Any) -> Event:
    try:
        data = told["data"]
        return Event(
            webhook_id,
            told["type"],
            datetime.fromisoformat(told["timestamp"]),
            tuple(_changed(each) for each in data.get("changes", ())),
            data.get("after"),
            data.get("next"),
            tuple(Wanted(each["id"], tuple(each["items"])) for each in data.get("accounts", ())),
            _tell(data) if told["type"] == NOTIFIER_MESSAGE else None,
            tuple(Due(each["id"], each["account"], each["code"]) for each in data.get("statements", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this version cannot read what the webhook says") from error


def _tell(data: Mapping[str, Any]) -> TellUser:
    return TellUser(data["message"], data["about"], data["id"], data["kind"], data["user"])


def _changed(told: Mapping[str, Any]) -> Changed:
    return Changed(told["kind"], told["id"], told["seq"], datetime.fromisoformat(told["at"]))
