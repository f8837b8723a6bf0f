"""The vault over any shelf: what local folders and object stores have in common, which is nearly everything."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256

from tutela.adapters.vault.receiving import ContentWriter
from tutela.adapters.vault.records import ContentKeys, Record, encode, key_context, open_envelope, parse
from tutela.adapters.vault.segments import SEALED_SEGMENT_BYTES, SEGMENT_BYTES, Opener, sealed_size
from tutela.adapters.vault.shelf import ID_BYTES, Shelf, StoredManifest, place_of
from tutela.errors import BadInput, Conflict, ContentDamaged
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.vault import Manifest, VaultWriter

_MOVE_ATTEMPTS = 8  #: each one lost means that another move of the same content was done


class SealedVault:
    """A `tutela.ports.vault.Vault` over a shelf. Safe from any thread; the state is all on the shelf."""

    def __init__(self, shelf: Shelf, keys: KeyRing, clock: Clock, entropy: Entropy) -> None:
        self._shelf, self._keys, self._clock, self._entropy = shelf, keys, clock, entropy

    @contextmanager
    def receive(self, *, period: str, max_bytes: int) -> Iterator[VaultWriter]:
        """Open a writer; leaving the block without `finish` leaves nothing behind."""
        writer = ContentWriter(self._entropy.token(ID_BYTES).hex(), period, max_bytes, self._keys, self._clock)
        writer.begin(self._shelf.begin)
        try:
            yield writer
        finally:
            writer.discard()

    def manifest(self, content_id: str) -> Manifest:
        """Return the manifest, authenticated; raises `KeyMissing` too, as only the key can vouch for it."""
        record, _, _ = self._open(content_id)
        return record.manifest

    def read(self, content_id: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the plain bytes from *start* up to *end*, clipped to the content.

        The manifest is checked at once, each segment as it is asked for.

        Raises:
            tutela.errors.BadInput: *start* is negative or behind *end*.
        """
        if start < 0 or (end is not None and end < start):
            raise BadInput("A range begins at 0 or later and does not end before it begins.")
        record, data_key, _ = self._open(content_id)
        size = record.manifest.size_bytes
        stop = size if end is None else min(end, size)
        if start == 0 and stop == size:
            return self._whole(record, data_key)
        return self._range(record, data_key, start, stop)

    def move_period(self, content_id: str, period: str, *, leaving: Collection[str] | None = None) -> Manifest:
        """Wrap this content's key under *period* instead, where it lies under one of *leaving*, or under any other.

        Durable, idempotent, atomic beside other moves.

        Raises:
            tutela.errors.Conflict: Others kept moving it at the same time.
            tutela.errors.KeyMissing: The key of its present period, or of *period*, was destroyed.
        """
        for _ in range(_MOVE_ATTEMPTS - 1):
            try:
                return self._move(content_id, period, leaving)
            except Conflict:
                continue
        return self._move(content_id, period, leaving)

    def destroy(self, content_id: str) -> None:
        """Delete manifest and bytes. Needs no key. Idempotent. Irreversible."""
        place_of(content_id)
        self._shelf.remove(content_id)

    def contents(self) -> Iterable[str]:
        """Return the ids of all contents, finished ones only."""
        return self._shelf.contents()

    def sweep(self, *, older_than: datetime) -> int:
        """Delete what unfinished uploads and interrupted destructions left behind before *older_than*."""
        return self._shelf.sweep(older_than)

    def _open(self, content_id: str) -> tuple[Record, bytes, StoredManifest]:
        stored = self._shelf.manifest(content_id)
        envelope = parse(stored.raw, content_id)
        data_key = self._keys.unwrap(envelope.period, envelope.wrapped_key, context=key_context(content_id))
        return open_envelope(envelope, ContentKeys.of(data_key).manifest), data_key, stored

    def _move(self, content_id: str, period: str, leaving: Collection[str] | None) -> Manifest:
        record, data_key, stored = self._open(content_id)
        if leaving is not None and record.manifest.period not in leaving:
            return record.manifest
        moved = record.rewrapped(period, self._keys.wrap(period, data_key, context=key_context(content_id)))
        raw = encode(moved, ContentKeys.of(data_key).manifest)
        self._shelf.replace_manifest(content_id, raw, stored.version)
        return moved.manifest

    def _whole(self, record: Record, data_key: bytes) -> Iterator[bytes]:
        digest, held = sha256(), b""
        for plain in self._segments(record, data_key, 0, record.manifest.size_bytes):
            digest.update(plain)
            if held:
                yield held
            held = plain
        # One segment is held back, so that whoever got the last byte got it with the digest proved.
        if digest.hexdigest() != record.manifest.digests.sha256:
            raise ContentDamaged("The content does not have the digest of its manifest.")
        if held:
            yield held

    def _range(self, record: Record, data_key: bytes, start: int, end: int) -> Iterator[bytes]:
        if start >= end:
            return
        base = start - start % SEGMENT_BYTES
        for plain in self._segments(record, data_key, start, end):
            piece = plain[max(start - base, 0) : end - base]
            base += len(plain)
            yield piece

    def _segments(self, record: Record, data_key: bytes, start: int, end: int) -> Iterator[bytes]:
        size, total = record.manifest.size_bytes, sealed_size(record.manifest.size_bytes)
        opener = Opener(ContentKeys.of(data_key).segments, record.nonce_prefix, size)
        index, behind = start // SEGMENT_BYTES, -(-max(end, 1) // SEGMENT_BYTES)
        first, stop = index * SEALED_SEGMENT_BYTES, min(behind * SEALED_SEGMENT_BYTES, total)
        for block in self._shelf.blocks(record.manifest.content_id, first, stop, total=total):
            yield from opener.open(block, index)
            index += len(block) // SEALED_SEGMENT_BYTES
