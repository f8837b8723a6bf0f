"""Turning bytes into hashes, in a process that may die."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tutela.core.content import PdqHash


class ScanFailure(StrEnum):
    """Why bytes could not be scanned. A code, never text from the decoder."""

    EMPTY = "empty"
    NOT_AN_IMAGE = "not_an_image"  #: no decoder here knows this type
    TOO_LARGE = "too_large"  #: more bytes than the limit: refused before a child sees them
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"  #: refused from the header, before decoding
    TOO_MANY_FRAMES = "too_many_frames"  #: an animation of which only a part was looked at
    TOO_SLOW = "too_slow"  #: the child was killed at its time limit
    OUT_OF_MEMORY = "out_of_memory"
    DECODER_DIED = "decoder_died"

    @property
    def may_pass_later(self) -> bool:
        """Return whether another try could end otherwise."""
        return self in {ScanFailure.TOO_SLOW, ScanFailure.OUT_OF_MEMORY, ScanFailure.DECODER_DIED}


@dataclass(frozen=True, slots=True)
class Scan:
    """What was seen in one content."""

    media_type: str | None  #: by content: `image/jpeg`, `image/png`, ...
    width: int | None
    height: int | None
    hashes: tuple[PdqHash, ...]  #: one per frame and background, with orientations; equal values appear once
    frame_count: int = 1
    failure: ScanFailure | None = None


class MediaScanner(Protocol):
    """Decode and hash. Never raises for bad content: a failure is part of the answer."""

    def scan(self, content: bytes) -> Scan:
        """Decode *content* in a child process, hash every frame looked at, and return what was seen.

        Raises:
            tutela.errors.ScannerUnavailable: No child can be started; nothing is known about the content.
        """
        ...

    def close(self) -> None:
        """End the children."""
        ...
