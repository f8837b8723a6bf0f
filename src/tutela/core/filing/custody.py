"""The chain of custody of evidence: what the audit says of it, with the digests and signatures that prove it.

Each entry comes with those that follow it up to the next signed head, so that whoever has the public key can compute
that head from it. Of the entries in between only opaque identifiers are told.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tutela.core.audit import AuditEntry, Payload, SealedHeads


@dataclass(frozen=True, slots=True)
class Said:
    """One entry about the evidence; without a payload where that was erased lawfully."""

    entry: AuditEntry
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Custody:
    """Everything that the audit says of some evidence."""

    said: tuple[Said, ...]  #: in order of time
    links: tuple[AuditEntry, ...]  #: that lead from them to signed heads
    seals: tuple[tuple[SealedHeads, bytes], ...]  #: with their signatures


def custody_json(custody: Custody) -> bytes:
    """Return the report for machines; `verify_package` says what each field is for."""
    chains: dict[str, dict[int, dict[str, Any]]] = {}
    for entry in (*(each.entry for each in custody.said), *custody.links):
        chains.setdefault(entry.chain, {})[entry.seq] = _entry(entry)
    told = {
        "format": "tutela-custody/1",
        "about": [_about(each) for each in custody.said],
        "chains": {chain: [rows[seq] for seq in sorted(rows)] for chain, rows in sorted(chains.items())},
        "seals": [_seal(seal, signature) for seal, signature in custody.seals],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def custody_text(custody: Custody, heading: str) -> bytes:
    """Return the report for people: a line for each entry."""
    lines = [
        heading,
        "",
        "Times are in UTC. What stands after each entry is its SHA-256 in the chain of the audit.",
        "",
    ]
    lines += [line for each in custody.said for line in _lines(each)]
    lines += ["", f"{len(custody.said)} entries, under {len(custody.seals)} signed heads."]
    return ("\n".join(lines) + "\n").encode()


def written(moment: datetime) -> str:
    """Return a moment as the audit digests it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _lines(said: Said) -> Iterable[str]:
    entry = said.entry
    yield f"{written(entry.at)}  {entry.kind}  {entry.subject}"
    told: Mapping[str, Any] = {} if said.payload is None else said.payload.content()
    for key in sorted(told):
        yield f"    {key}: {json.dumps(told[key], ensure_ascii=False)}"
    yield f"    {entry.chain}/{entry.seq} {entry.digest.hex()}"


def _about(said: Said) -> dict[str, Any]:
    payload = said.payload
    return {
        "chain": said.entry.chain,
        "seq": said.entry.seq,
        "salt": None if payload is None else payload.salt.hex(),
        "body": None if payload is None else payload.body.decode(),
    }


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq, "at": written(entry.at), "kind": entry.kind, "subject": entry.subject,
        "commitment": entry.commitment.hex(), "previous": entry.previous.hex(), "digest": entry.digest.hex(),
    }  # fmt: skip


def _seal(seal: SealedHeads, signature: bytes) -> dict[str, Any]:
    heads: Sequence[dict[str, Any]] = [
        {"chain": head.chain, "seq": head.seq, "digest": head.digest.hex()} for head in seal.heads
    ]
    return {
        "number": seal.number, "at": written(seal.at), "heads": heads, "previous": seal.previous.hex(),
        "digest": seal.digest.hex(), "signature": signature.hex(),
    }  # fmt: skip
