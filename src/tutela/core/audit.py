"""Hash chains with erasable payloads, and the joint heads that are signed and handed out (charter P9).

An entry holds random identifiers and a salted commitment; the payload lies beside it and can be erased with its salt
when the law says so, after which nothing can be guessed from the commitment and the chain still holds. One chain a
writer; the heads of all are sealed together at intervals. The bytes are laid down in docs/reference/audit-format.md;
`core.audit_verification` checks them.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import TypeAlias

JSON: TypeAlias = "str | int | bool | Sequence[JSON] | Mapping[str, JSON] | None"
"""What a payload may hold, as plain dicts and lists; no fractions, whose text differs between languages."""

_Facts: TypeAlias = tuple[str, int, datetime, str, str, bytes, bytes]  # an entry without its digest

SALT_BYTES = 32
NO_DIGEST = bytes(32)
"""What the first entry of a chain, and the first joint head, name as the one before."""

ERASED = "audit:payload:erased"
"""The kind of entry that makes an erasure lawful: payload `{"entry": "<chain>/<seq>", "basis": "..."}`."""

_ENTRY_DOMAIN = b"tutela/audit/entry/1"
_PAYLOAD_DOMAIN = b"tutela/audit/payload/1"
_HEADS_DOMAIN = b"tutela/audit/heads/1"
_SIGNATURE_DOMAIN = b"tutela/audit/signature/1"
_KIND = re.compile(r"[a-z0-9_.-]+:[a-z0-9_.-]+:[a-z0-9_.-]+")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,128}")  # no room for an e-mail address or a sentence


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that happened, before it stands in a chain."""

    kind: str  #: `source:subject:action`, lower case
    subject: str  #: an identifier of ours, random and opaque; never the platform's, never a name
    payload: Mapping[str, JSON]  #: may be personal: it can be erased


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of a chain. Nothing in it is personal, and nothing in it ever changes."""

    chain: str
    seq: int  #: from 1, without gaps
    at: datetime  #: as the clock said; order is by `seq`, for clocks are set back
    kind: str
    subject: str
    commitment: bytes  #: to the payload
    previous: bytes  #: digest of the entry before, `NO_DIGEST` at the first
    digest: bytes


@dataclass(frozen=True, slots=True)
class Payload:
    """What an entry commits to; erased whole, the salt with it."""

    salt: bytes
    body: bytes  #: canonical JSON

    def content(self) -> dict[str, JSON]:
        """Return the payload as it was given."""
        content: dict[str, JSON] = json.loads(self.body)
        return content


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain has come."""

    chain: str
    seq: int = 0  #: of the last entry; 0 while the chain is empty
    digest: bytes = NO_DIGEST


@dataclass(frozen=True, slots=True)
class SealedHeads:
    """The joint head over all chains: signed and handed out, it fixes everything before it."""

    number: int  #: from 1, without gaps
    at: datetime
    heads: tuple[Head, ...]  #: one a chain, by name
    previous: bytes  #: digest of the seal before, `NO_DIGEST` at the first
    digest: bytes


def append(
    head: Head, events: Iterable[tuple[AuditEvent, bytes]], at: datetime
) -> tuple[list[AuditEntry], list[Payload], Head]:
    """Chain events, each with a fresh salt of 32 random bytes, after *head*.

    A clock that was set back is no reason to refuse: `at` is kept as given, and the verification notes it.

    Raises:
        ValueError: A kind, subject or chain is malformed, a salt has another length, a key or text is no UTF-8, or
            *at* is not aware.
        TypeError: A payload holds what canonical JSON here does not know, such as a float.
    """
    _check_name(head.chain)
    entries: list[AuditEntry] = []
    payloads: list[Payload] = []
    for event, salt in events:
        _check_kind(event.kind)
        _check_name(event.subject)
        payload = Payload(salt, canonical_json(event.payload))
        facts: _Facts = (head.chain, head.seq + 1, at, event.kind, event.subject, commit_to_body(payload), head.digest)
        entry = AuditEntry(*facts, _digest(facts))
        head = Head(entry.chain, entry.seq, entry.digest)
        entries.append(entry)
        payloads.append(payload)
    return entries, payloads, head


def seal(previous: SealedHeads | None, heads: Iterable[Head], at: datetime) -> SealedHeads:
    """Join the heads of all chains under one digest, to be signed over `bytes_to_sign`.

    Raises:
        ValueError: A chain is named twice, or *at* is not aware.
    """
    ordered = tuple(sorted(heads, key=lambda head: head.chain))
    if len({head.chain for head in ordered}) < len(ordered):
        raise ValueError("a joint head names each chain once")
    number, before = (previous.number + 1, previous.digest) if previous else (1, NO_DIGEST)
    return SealedHeads(number, at, ordered, before, _heads_digest(number, at, ordered, before))


def bytes_to_sign(sealed: SealedHeads) -> bytes:
    """Return what the Ed25519 signature over a joint head covers."""
    return _framed((_SIGNATURE_DOMAIN, sealed.digest))


def commit_to(payload: Mapping[str, JSON], salt: bytes) -> bytes:
    """Return the commitment to a payload.

    Raises:
        ValueError: The salt has another length than 32 bytes.
        TypeError: The payload holds what canonical JSON here does not know.
    """
    return commit_to_body(Payload(salt, canonical_json(payload)))


def commit_to_body(payload: Payload) -> bytes:
    """Return the commitment to a payload as it is stored.

    Raises:
        ValueError: The salt has another length than 32 bytes.
    """
    if len(payload.salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return sha256(_framed((_PAYLOAD_DOMAIN, payload.salt, payload.body))).digest()


def entry_digest(entry: AuditEntry) -> bytes:
    """Return the digest that belongs to the other fields of *entry*."""
    return _digest((entry.chain, entry.seq, entry.at, entry.kind, entry.subject, entry.commitment, entry.previous))


def heads_digest(sealed: SealedHeads) -> bytes:
    """Return the digest that belongs to the other fields of *sealed*."""
    return _heads_digest(sealed.number, sealed.at, sealed.heads, sealed.previous)


def canonical_json(payload: Mapping[str, JSON]) -> bytes:
    """Return the one encoding of a payload: keys in order of their code points, no spaces, UTF-8.

    Raises:
        TypeError: It is not made of dicts with text keys, lists, text, whole numbers, booleans and None.
        ValueError: A text is no UTF-8.
    """
    if type(payload) is not dict:
        raise TypeError("an audit payload is a dict")
    _check_json(payload)
    return _ENCODE(payload).encode()


_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _check_json(value: object) -> None:
    """Refuse what has no single text; exact types, for a subclass may print itself otherwise."""
    kind = type(value)
    if kind is dict:
        for key, part in value.items():  # type: ignore[attr-defined]  # `type(value) is dict` narrows nothing
            if type(key) is not str:
                raise TypeError("a key of an audit payload is text")
            if type(part) is not str:
                _check_json(part)
    elif kind is list:
        for part in value:  # type: ignore[attr-defined]  # as above
            _check_json(part)
    elif kind is not str and kind is not int and kind is not bool and value is not None:
        raise TypeError(f"an audit payload holds no {kind.__name__}")


@lru_cache(maxsize=1024)
def _check_kind(kind: str) -> None:
    if not _KIND.fullmatch(kind):
        raise ValueError("the kind of an audit entry is source:subject:action")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError("chains and subjects of the audit are opaque identifiers")


_LENGTH = Struct(">I").pack


def _framed(fields: Iterable[bytes]) -> bytes:
    """Put its length, four bytes, before each field: no two lists of fields give the same bytes."""
    return b"".join([part for field in fields for part in (_LENGTH(len(field)), field)])


@lru_cache(maxsize=64)  # one moment is shared by a whole transaction
def _moment(at: datetime) -> bytes:
    if at.tzinfo is None:
        raise ValueError("a moment in the audit is aware")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds").encode() + b"Z"


def _text(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # a damaged row must be found, not stop the search for others


def _digest(facts: _Facts) -> bytes:
    chain, seq, at, kind, subject, commitment, previous = facts
    fields = (_ENTRY_DOMAIN, _text(chain), b"%d" % seq, _moment(at), _text(kind), _text(subject), commitment, previous)
    return sha256(_framed(fields)).digest()


def _heads_digest(number: int, at: datetime, heads: Sequence[Head], previous: bytes) -> bytes:
    each = [field for head in heads for field in (_text(head.chain), b"%d" % head.seq, head.digest)]
    return sha256(_framed((_HEADS_DOMAIN, b"%d" % number, _moment(at), *each, previous))).digest()
