"""Check what `core.audit` wrote, in one pass and constant memory, and name the first bad entry (charter P9)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from tutela.core.audit import (
    ERASED,
    NO_DIGEST,
    SALT_BYTES,
    AuditEntry,
    Head,
    Payload,
    SealedHeads,
    bytes_to_sign,
    commit_to_body,
    entry_digest,
    heads_digest,
)

PayloadOf: TypeAlias = Callable[[AuditEntry], Payload | None]
"""Find the payload beside an entry; None when it is not there."""


class BreachKind(StrEnum):
    """What is wrong."""

    EDITED = "edited"  #: the fields do not give the digest
    OUT_OF_ORDER = "out_of_order"  #: another entry stands here: this one was removed, moved, or one was put in
    BROKEN_LINK = "broken_link"  #: names another entry before it: that one, or one before, was replaced
    PAYLOAD_DIFFERS = "payload_differs"  #: the payload is not what the entry commits to
    PAYLOAD_MISSING = "payload_missing"  #: the payload is gone and no entry says on what basis
    TRUNCATED = "truncated"  #: a sealed head knows entries that are not there
    REWRITTEN = "rewritten"  #: a sealed head knows other entries
    WENT_BACK = "went_back"  #: a joint head is behind the one before it
    NOT_SIGNED = "not_signed"  #: the signature over a joint head is not valid


@dataclass(frozen=True, slots=True)
class Breach:
    """The first bad place of a chain."""

    kind: BreachKind
    chain: str | None  #: None in the series of joint heads
    seq: int  #: of the first entry that is bad or missing; the number of a joint head
    last_seq: int  #: `seq`, or, where a whole stretch was rewritten, where the first bad entry stands at the latest


@dataclass(frozen=True, slots=True)
class Erasure:
    """An entry that says why the payload of another is gone."""

    chain: str
    seq: int
    by_chain: str
    by_seq: int
    basis: str


@dataclass(frozen=True, slots=True)
class Report:
    """How far a chain, or the series of joint heads, is sound; the breach, if any; and what is no breach but told."""

    head: Head  #: the last sound entry
    breach: Breach | None = None
    lawfully_erased: int = 0
    clock_set_back: int = 0  #: entries earlier than the one before them
    first_set_back_seq: int | None = None
    not_yet_erased: int = 0  #: payloads still there although an entry says that they were erased


def verify_chain(
    entries: Iterable[AuditEntry],
    *,
    payload_of: PayloadOf,
    erasures: Mapping[tuple[str, int], Erasure],
    start: Head,
) -> Report:
    """Check one chain from after *start*, and stop at the first bad entry.

    An end that was cut off, and a chain computed anew from some entry on, show only against sealed heads:
    see `verify_heads`.
    """
    head, erased, unfinished = start, 0, 0
    clock = _Clock()
    for entry in entries:
        erasure = _lawful(erasures.get((entry.chain, entry.seq)), entry)
        payload = payload_of(entry)
        kind = _wrong_link(entry, head) or _wrong_payload(entry, payload, erasure)
        if kind:
            breach = Breach(kind, start.chain, head.seq + 1, head.seq + 1)
            return Report(head, breach, erased, clock.set_back, clock.first_seq, unfinished)
        clock.see(entry.seq, entry.at)
        erased += payload is None
        unfinished += payload is not None and erasure is not None
        head = Head(entry.chain, entry.seq, entry.digest)
    return Report(head, None, erased, clock.set_back, clock.first_seq, unfinished)


def find_erasures(entries: Iterable[AuditEntry], payload_of: PayloadOf) -> dict[tuple[str, int], Erasure]:
    """Return what the entries of kind `audit:payload:erased` say was erased, by chain and number.

    Entries of other kinds are passed over. An erasure whose own entry or payload is not sound says nothing.
    """
    found: dict[tuple[str, int], Erasure] = {}
    for entry in entries:
        payload = payload_of(entry) if entry.kind == ERASED else None
        if payload is None or entry_digest(entry) != entry.digest or not _is_committed(entry, payload):
            continue
        erasure = _read_erasure(entry, payload)
        if erasure is not None:
            found.setdefault((erasure.chain, erasure.seq), erasure)
    return found


def verify_heads(
    seals: Iterable[SealedHeads], *, reports: Mapping[str, Report], digest_at: Callable[[str, int], bytes | None]
) -> Iterator[Breach]:
    """Compare chains that `verify_chain` has passed with sealed heads, oldest first; at most one breach a chain.

    Args:
        seals: Joint heads that `verify_seals` has passed, best those that were handed out.
        reports: By chain. A chain that has a breach already is passed over; one without report has no entries.
        digest_at: The digest stored with an entry.
    """
    sound: dict[str, int] = {}
    done = {chain for chain, report in reports.items() if report.breach}
    for seal in seals:
        for head in seal.heads:
            if head.chain in done or head.seq == 0:
                continue
            last = reports[head.chain].head.seq if head.chain in reports else 0
            first_bad = min(sound.get(head.chain, 0) + 1, head.seq)
            if head.seq > last:
                done.add(head.chain)
                yield Breach(BreachKind.TRUNCATED, head.chain, last + 1, last + 1)
            elif digest_at(head.chain, head.seq) != head.digest:
                done.add(head.chain)
                yield Breach(BreachKind.REWRITTEN, head.chain, first_bad, head.seq)
            else:
                sound[head.chain] = head.seq


def verify_seals(
    seals: Iterable[tuple[SealedHeads, bytes]],
    *,
    is_signed: Callable[[bytes, bytes], bool],
    start: SealedHeads | None = None,
) -> Report:
    """Check the series of joint heads with their signatures, from after *start*, and stop at the first bad one.

    Args:
        seals: In order, each with its signature.
        is_signed: Tell whether a signature (second) over bytes (first) is valid, by Ed25519.
        start: The last joint head that was checked before, or None at the beginning.
    """
    before = start
    clock = _Clock()
    for seal, signature in seals:
        number, digest = (before.number, before.digest) if before else (0, NO_DIGEST)
        kind = _wrong_seal(seal, before) or (
            None if is_signed(bytes_to_sign(seal), signature) else BreachKind.NOT_SIGNED
        )
        if kind:
            breach = Breach(kind, None, number + 1, number + 1)
            return Report(Head("", number, digest), breach, 0, clock.set_back, clock.first_seq)
        clock.see(seal.number, seal.at)
        before = seal
    last = Head("", before.number, before.digest) if before else Head("")
    return Report(last, None, 0, clock.set_back, clock.first_seq)


class _Clock:
    """Count how often time went back."""

    def __init__(self) -> None:
        self.set_back = 0
        self.first_seq: int | None = None
        self._last: datetime | None = None

    def see(self, seq: int, at: datetime) -> None:
        if self._last is not None and at < self._last:
            self.set_back += 1
            self.first_seq = seq if self.first_seq is None else self.first_seq
        self._last = at


def _wrong_link(entry: AuditEntry, before: Head) -> BreachKind | None:
    if entry_digest(entry) != entry.digest:
        return BreachKind.EDITED
    if (entry.chain, entry.seq) != (before.chain, before.seq + 1):
        return BreachKind.OUT_OF_ORDER
    return None if entry.previous == before.digest else BreachKind.BROKEN_LINK


def _wrong_payload(entry: AuditEntry, payload: Payload | None, erasure: Erasure | None) -> BreachKind | None:
    if payload is not None:
        return None if _is_committed(entry, payload) else BreachKind.PAYLOAD_DIFFERS
    return None if erasure else BreachKind.PAYLOAD_MISSING


def _is_committed(entry: AuditEntry, payload: Payload) -> bool:
    return len(payload.salt) == SALT_BYTES and commit_to_body(payload) == entry.commitment


def _lawful(erasure: Erasure | None, entry: AuditEntry) -> Erasure | None:
    """Refuse what would let erasures be erased, or be announced before there was anything to erase."""
    if erasure is None or entry.kind == ERASED:
        return None
    is_too_early = erasure.by_chain == entry.chain and erasure.by_seq <= entry.seq
    return None if is_too_early else erasure


def _read_erasure(entry: AuditEntry, payload: Payload) -> Erasure | None:
    try:
        content = json.loads(payload.body)
        chain, _, seq = content["entry"].rpartition("/")
        basis = content["basis"]
        if not (isinstance(basis, str) and basis.strip() and str(int(seq)) == seq):
            return None
        return Erasure(chain, int(seq), entry.chain, entry.seq, basis)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return None


def _wrong_seal(seal: SealedHeads, before: SealedHeads | None) -> BreachKind | None:
    if heads_digest(seal) != seal.digest:
        return BreachKind.EDITED
    number, digest, heads = (before.number, before.digest, before.heads) if before else (0, NO_DIGEST, ())
    if seal.number != number + 1:
        return BreachKind.OUT_OF_ORDER
    if seal.previous != digest:
        return BreachKind.BROKEN_LINK
    now = {head.chain: head for head in seal.heads}
    for head in heads:
        later = now.get(head.chain)
        if later is None or later.seq < head.seq or (later.seq == head.seq and later.digest != head.digest):
            return BreachKind.WENT_BACK
    return None
