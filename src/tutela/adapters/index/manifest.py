"""The manifest: which file of an index is in force, what is in it, and for which history it answers."""

import hashlib
import json
import re
import sys
from dataclasses import asdict, dataclass
from typing import Any

from tutela.adapters.index.files import BLOCK_BYTES, FORMAT, Shape, Unusable
from tutela.ports.index import FeedMark

_FILE_NAME = re.compile(r"[a-z]+-[0-9a-f]{16}\.seg")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is to be known about a segment file before it is opened."""

    file: str
    mark: FeedMark  #: the last change the file answers for
    shape: Shape
    checksums: list[int]  #: CRC-32 of each block of the file

    def to_bytes(self) -> bytes:
        """Return the manifest with a digest over itself."""
        body = {
            "format": FORMAT, "byte_order": sys.byteorder, "file": self.file, "seq": self.mark.seq,
            "witness": self.mark.witness, **asdict(self.shape), "block_bytes": BLOCK_BYTES, "checksums": self.checksums,
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
            mark = FeedMark(body["seq"], body["witness"])
            shape = Shape(body["count"], body["owner_bytes"], body["is_bucketed"])
            manifest = cls(body["file"], mark, shape, list(body["checksums"]))
        except (KeyError, TypeError) as error:
            raise Unusable("the manifest is incomplete") from error
        if not _FILE_NAME.fullmatch(manifest.file):
            raise Unusable("the manifest names no segment")
        return manifest


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
