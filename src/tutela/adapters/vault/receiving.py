"""One content on its way into a vault: counted, digested and encrypted as it arrives."""

import os
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tutela.adapters.vault.records import KEY_BYTES, ContentKeys, Record, encode, key_context
from tutela.adapters.vault.segments import PREFIX_BYTES, Sealer
from tutela.adapters.vault.shelf import Draft
from tutela.core.signals.digest import StreamingDigests
from tutela.errors import TooLarge, VaultError
from tutela.ports.clock import Clock
from tutela.ports.keys import KeyRing
from tutela.ports.vault import Manifest

_STEP_BYTES = 1024 * 1024  #: a larger chunk is taken in steps, so that memory does not grow with it


class ContentWriter:
    """A `tutela.ports.vault.VaultWriter`. For one thread.

    Keys and nonces come from the operating system, never from a given source of randomness: a twin that repeats
    itself is fine for identifiers and fatal here.
    """

    def __init__(self, content_id: str, period: str, max_bytes: int, keys: KeyRing, clock: Clock) -> None:
        self._id, self._period, self._max_bytes = content_id, period, max_bytes
        self._keys, self._clock = keys, clock
        data_key = AESGCM.generate_key(KEY_BYTES * 8)
        # Before the first byte: an upload that could not be sealed is refused, not received.
        self._wrapped_key = keys.wrap(period, data_key, context=key_context(content_id))
        self._derived = ContentKeys.of(data_key)
        self._prefix = os.urandom(PREFIX_BYTES)
        self._sealer = Sealer(self._derived.segments, self._prefix)
        self._digests = StreamingDigests()
        self._size_bytes = 0
        self._draft: Draft | None = None

    def begin(self, open_draft: Callable[[str], Draft]) -> None:
        """Open the draft that the sealed bytes go to."""
        self._draft = open_draft(self._id)

    def write(self, chunk: bytes) -> None:
        """Encrypt and append. Raises `TooLarge` or `StorageFull`, and then nothing remains."""
        draft = self._open_draft()
        try:
            self._take(chunk, draft)
        except BaseException:
            self.discard()
            raise

    def finish(self) -> Manifest:
        """Make the content durable and return its manifest."""
        draft = self._open_draft()
        try:
            draft.append(self._sealer.finish())
            # What is acknowledged can be opened: the period may have been destroyed while the bytes came in.
            self._keys.unwrap(self._period, self._wrapped_key, context=key_context(self._id))
            record = self._record()
            draft.publish(encode(record, self._derived.manifest))
        except BaseException:
            self.discard()
            raise
        self._draft = None
        return record.manifest

    def discard(self) -> None:
        """Leave nothing behind of what was not finished. Idempotent."""
        draft, self._draft = self._draft, None
        if draft is not None:
            draft.discard()

    def _take(self, chunk: bytes, draft: Draft) -> None:
        self._size_bytes += len(chunk)
        if self._size_bytes > self._max_bytes:
            raise TooLarge(f"What was sent is larger than {self._max_bytes} bytes.")
        view = memoryview(chunk)
        for start in range(0, len(chunk), _STEP_BYTES):
            step = view[start : start + _STEP_BYTES]
            self._digests.update(step)
            for sealed in self._sealer.seal(step):
                draft.append(sealed)

    def _record(self) -> Record:
        manifest = Manifest(
            content_id=self._id,
            digests=self._digests.digests(),
            size_bytes=self._size_bytes,
            period=self._period,
            stored_at=self._clock.now(),
        )
        return Record(manifest, self._prefix, self._wrapped_key)

    def _open_draft(self) -> Draft:
        if self._draft is None:
            raise VaultError("This writer is finished, or failed before.")
        return self._draft
