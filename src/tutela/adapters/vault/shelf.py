"""Where sealed bytes lie: the seam between the vault and a folder or a bucket. Nothing here ever sees plain content."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tutela.errors import ContentMissing

BYTES_SUFFIX, MANIFEST_SUFFIX = ".sealed", ".manifest"
ID_BYTES = 16
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """A manifest as it lies there, and what says which version of it this is."""

    raw: bytes
    version: Any  #: of the shelf that returned it, and only handed back to it


class Draft(Protocol):
    """Sealed bytes on their way in."""

    def append(self, sealed: bytes) -> None:
        """Keep the next bytes, in order."""
        ...

    def publish(self, manifest: bytes) -> None:
        """Make the bytes durable, then the manifest, last: with it the content exists."""
        ...

    def discard(self) -> None:
        """Leave nothing behind. Idempotent."""
        ...


class Shelf(Protocol):
    """Keep sealed bytes and manifests under content ids. Safe from any thread."""

    def begin(self, content_id: str) -> Draft:
        """Open a draft; the id must be unused."""
        ...

    def manifest(self, content_id: str) -> StoredManifest:
        """Return the manifest or raise `ContentMissing`."""
        ...

    def replace_manifest(self, content_id: str, raw: bytes, version: Any) -> None:
        """Put *raw* in place of *version*, durably and atomically.

        Raises:
            tutela.errors.Conflict: Another version is there by now.
            tutela.errors.ContentMissing: None is there any more.
        """
        ...

    def blocks(self, content_id: str, start: int, end: int, *, total: int) -> Iterator[bytes]:
        """Yield the sealed bytes from *start* to *end* in blocks of whole segments (the last may be shorter).

        Raises:
            tutela.errors.ContentDamaged: They are not there, or not *total* bytes long.
        """
        ...

    def remove(self, content_id: str) -> None:
        """Delete the manifest, then the bytes. Idempotent."""
        ...

    def contents(self) -> Iterable[str]:
        """Return the ids that have a manifest."""
        ...

    def sweep(self, older_than: datetime) -> int:
        """Delete what belongs to no manifest and was last written before *older_than*; return how many files."""
        ...


def is_content_id(text: str) -> bool:
    """Return whether *text* has the form of our ids."""
    return _ID.fullmatch(text) is not None


def place_of(content_id: str) -> str:
    """Return the folder, name without suffix: `ab/cd/abcd...`, so that no folder grows large.

    Raises:
        tutela.errors.ContentMissing: It is not an id of ours, and so never becomes part of a path.
    """
    if not is_content_id(content_id):
        raise ContentMissing
    return f"{content_id[:2]}/{content_id[2:4]}/{content_id}"
