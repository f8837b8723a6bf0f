"""The manifest as it is stored: an envelope that names the key, and inside it, encrypted, what is known of the content.

Digests are what lists of known material are made of, so they lie in the clear nowhere, and end with the period's key.
The checksum is there so that damage is called damage even when the keys are gone; only the tag proves anything.
"""

import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tutela.adapters.vault.segments import PREFIX_BYTES, SEGMENT_BYTES
from tutela.core.content import Digests
from tutela.errors import ContentDamaged, VaultError
from tutela.ports.vault import Manifest

FORMAT, VERSION = "tutela-vault", 1
KEY_BYTES = 32
_NONCE_BYTES = 12
_SHAPE = re.compile(rb"([^\n]+)\nsha256 ([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True)
class ContentKeys:
    """What is derived from the data key of one content, so that no key has two uses."""

    segments: bytes
    manifest: bytes

    @classmethod
    def of(cls, data_key: bytes) -> "ContentKeys":
        """Derive both. Source: RFC 5869 with SHA-256 and no salt."""
        return cls(_expand(data_key, b"tutela vault 1 segments"), _expand(data_key, b"tutela vault 1 manifest"))


@dataclass(frozen=True, slots=True)
class Record:
    """A manifest and what is needed to open its bytes."""

    manifest: Manifest
    nonce_prefix: bytes
    wrapped_key: bytes

    def rewrapped(self, period: str, wrapped_key: bytes) -> "Record":
        """Return the same content under the key of *period*."""
        known = self.manifest
        moved = replace(known, period=period, earlier=_earlier(known, period))
        return replace(self, manifest=moved, wrapped_key=wrapped_key)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What can be read of a manifest without a key. Nobody has vouched for it before `open_envelope`."""

    content_id: str
    period: str
    wrapped_key: bytes
    nonce: bytes
    sealed: bytes


def key_context(content_id: str) -> bytes:
    """Return what a wrapped data key is bound to, so that it opens no other content."""
    return b"tutela vault 1 " + content_id.encode()


def encode(record: Record, key: bytes) -> bytes:
    """Return the file: the envelope under *key* (`ContentKeys.manifest`) in one line, and its checksum."""
    known, nonce = record.manifest, os.urandom(_NONCE_BYTES)
    bound = _bound(known.content_id, known.period, record.wrapped_key)
    line = orjson.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "content_id": known.content_id,
            "period": known.period,
            "wrapped_key": record.wrapped_key.hex(),
            "nonce": nonce.hex(),
            "sealed": AESGCM(key).encrypt(nonce, orjson.dumps(_inner(record)), bound).hex(),
        }
    )
    return b"%b\nsha256 %b\n" % (line, sha256(line).hexdigest().encode())


def parse(raw: bytes, content_id: str) -> Envelope:
    """Read the envelope.

    Raises:
        tutela.errors.ContentDamaged: It is damaged, or the manifest of another content.
        tutela.errors.VaultError: Another version wrote it.
    """
    found = _SHAPE.fullmatch(raw)
    if found is None or found[2] != sha256(found[1]).hexdigest().encode():
        raise _damaged()
    try:
        envelope = _envelope(orjson.loads(found[1]))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged() from error
    if envelope.content_id != content_id:
        raise ContentDamaged("The manifest belongs to another content.")
    return envelope


def open_envelope(envelope: Envelope, key: bytes) -> Record:
    """Authenticate and open.

    Raises:
        tutela.errors.ContentDamaged: Somebody without the key wrote or changed this.
    """
    bound = _bound(envelope.content_id, envelope.period, envelope.wrapped_key)
    try:
        inner = AESGCM(key).decrypt(envelope.nonce, envelope.sealed, bound)
        return _record(envelope, orjson.loads(inner))
    except (InvalidTag, KeyError, TypeError, ValueError) as error:
        raise _damaged() from error


def _inner(record: Record) -> dict[str, Any]:
    known = record.manifest
    return {
        "stored_at": known.stored_at.isoformat(),
        "size_bytes": known.size_bytes,
        "segment_bytes": SEGMENT_BYTES,
        "nonce_prefix": record.nonce_prefix.hex(),
        "md5": known.digests.md5,
        "sha1": known.digests.sha1,
        "sha256": known.digests.sha256,
        **({} if known.earlier is None else {"earlier": list(known.earlier)}),
    }


def _earlier(known: Manifest, period: str) -> tuple[str, ...] | None:
    if known.earlier is None or known.period == period:
        return known.earlier
    return tuple(dict.fromkeys((*known.earlier, known.period)))


def _envelope(fields: dict[str, Any]) -> Envelope:
    if fields["format"] != FORMAT:
        raise _damaged()
    if fields["version"] != VERSION:
        raise VaultError(
            "The manifest was written by another version of Tutela.", remedy="Read it with the version that wrote it."
        )
    return Envelope(
        content_id=str(fields["content_id"]),
        period=str(fields["period"]),
        wrapped_key=bytes.fromhex(fields["wrapped_key"]),
        nonce=bytes.fromhex(fields["nonce"]),
        sealed=bytes.fromhex(fields["sealed"]),
    )


def _record(envelope: Envelope, inner: dict[str, Any]) -> Record:
    prefix = bytes.fromhex(inner["nonce_prefix"])
    if len(prefix) != PREFIX_BYTES or inner["segment_bytes"] != SEGMENT_BYTES:
        raise _damaged()
    manifest = Manifest(
        content_id=envelope.content_id,
        digests=Digests(md5=inner["md5"], sha1=inner["sha1"], sha256=inner["sha256"]),
        size_bytes=int(inner["size_bytes"]),
        period=envelope.period,
        stored_at=datetime.fromisoformat(inner["stored_at"]),
        earlier=None if inner.get("earlier") is None else tuple(str(each) for each in inner["earlier"]),
    )
    return Record(manifest, prefix, envelope.wrapped_key)


def _bound(content_id: str, period: str, wrapped_key: bytes) -> bytes:
    return b"\0".join((b"tutela vault 1 manifest", content_id.encode(), period.encode(), wrapped_key))


def _expand(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _damaged() -> ContentDamaged:
    return ContentDamaged("The manifest of a content does not authenticate.")
