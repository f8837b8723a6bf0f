"""The manifest: which files of an index are in force, what is in them, and for which history they answer."""

import hashlib
import json
import re
import sys
from dataclasses import asdict, dataclass
from typing import Any

from tutela.adapters.index.files import BLOCK_BYTES, FORMAT, Shape, Unusable
from tutela.ports.index import FeedMark

_FILE_NAME = re.compile(r"[a-z]+-[0-9]+-[0-9a-f]{16}\.seg")


@dataclass(frozen=True, slots=True)
class SavedSegment:
    """What is to be known about a segment's file before it is opened."""

    file: str
    up_to_seq: int  #: the last change that it answers for, together with the segments before it
    shape: Shape
    checksums: tuple[int, ...]  #: CRC-32 of each block of the file


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in force."""

    mark: FeedMark  #: the last change that all segments together answer for
    segments: tuple[SavedSegment, ...]  #: oldest first

    def to_bytes(self) -> bytes:
        """Return the manifest with a digest over itself."""
        body = {
            "format": FORMAT, "byte_order": sys.byteorder, "block_bytes": BLOCK_BYTES, "seq": self.mark.seq,
            "witness": self.mark.witness, "segments": [asdict(segment) for segment in self.segments],
        }  # fmt: skip
        return json.dumps({"digest": _digest(body), **body}).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Manifest":
        """Return what `to_bytes` was given.

        Raises:
            Unusable: It is damaged, of another format, or from a machine of another byte order.
        """
        body = _checked(content)
        try:
            segments = tuple(_segment(each) for each in body["segments"])
            manifest = cls(FeedMark(body["seq"], body["witness"]), segments)
        except (KeyError, TypeError) as error:
            raise Unusable("the manifest is incomplete") from error
        if not all(_FILE_NAME.fullmatch(segment.file) for segment in segments):
            raise Unusable("the manifest names no segment")
        return manifest


def _segment(body: dict[str, Any]) -> SavedSegment:
    return SavedSegment(body["file"], body["up_to_seq"], Shape(**body["shape"]), tuple(body["checksums"]))


def _checked(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
        digest = body.pop("digest")
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise Unusable("the manifest is damaged") from error
    # The format comes first: a later one may compute its digest otherwise.
    if body.get("format") != FORMAT:
        raise Unusable("another format")
    if digest != _digest(body):
        raise Unusable("the manifest is damaged")
    if (body.get("byte_order"), body.get("block_bytes")) != (sys.byteorder, BLOCK_BYTES):
        raise Unusable("another machine's layout")
    return dict(body)


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
