"""The evidence vault: what is in it, is whole, encrypted and under a key that can be destroyed."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.content import Digests


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the vault knows of one content. Read with every byte, checked with every read."""

    content_id: str  #: ours, random; never a digest, so that a folder listing tells nothing
    digests: Digests
    size_bytes: int
    period: str  #: the retention period whose key wraps this content's key
    stored_at: datetime
    #: Periods whose keys wrapped it before: a copy of an older manifest opens with those. None: nobody noted them.
    earlier: tuple[str, ...] | None = ()


class VaultWriter(Protocol):
    """One content on its way in. Nothing exists under its name before `finish` returns."""

    def write(self, chunk: bytes) -> None:
        """Encrypt and append.

        Raises:
            tutela.errors.TooLarge: The limit of this writer is passed.
            tutela.errors.StorageFull: No space is left; nothing remains of the content.
        """
        ...

    def finish(self) -> Manifest:
        """Make the content durable (file and folder synced) and return its manifest."""
        ...


class Vault(Protocol):
    """Keep evidence. All calls are safe from any thread."""

    def receive(self, *, period: str, max_bytes: int) -> AbstractContextManager[VaultWriter]:
        """Open a writer; leaving the block without `finish` leaves nothing behind."""
        ...

    def manifest(self, content_id: str) -> Manifest:
        """Return the manifest.

        Raises:
            tutela.errors.ContentMissing: There is none.
            tutela.errors.ContentDamaged: It does not authenticate.
        """
        ...

    def read(self, content_id: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the plain bytes from *start* up to *end* (exclusive), in order, each segment authenticated.

        A read of the whole content is also compared with the digest of the manifest before the last chunk is
        yielded. Memory use does not grow with the content.

        Raises:
            tutela.errors.ContentDamaged: A segment, the length or the digest does not match.
            tutela.errors.KeyMissing: The period's key was destroyed or is not there.
        """
        ...

    def move_period(self, content_id: str, period: str, *, leaving: Collection[str] | None = None) -> Manifest:
        """Wrap this content's key under *period* instead. Durable and idempotent; the bytes stay as they are.

        Args:
            content_id: Which content.
            period: Where to.
            leaving: Move it only from one of these, compared in the same step: who clears a period away must not
                take along what somebody sealed elsewhere in this very moment.
        """
        ...

    def destroy(self, content_id: str) -> None:
        """Delete bytes and manifest. Idempotent. Irreversible."""
        ...

    def contents(self) -> Iterable[str]:
        """Return the ids of all contents, finished ones only."""
        ...

    def sweep(self, *, older_than: datetime) -> int:
        """Delete what unfinished uploads left behind before *older_than*; return how many files."""
        ...
