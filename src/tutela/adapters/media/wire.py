"""What parent and child say to each other: lengths, bytes and checked JSON; never pickle."""

import json
import re
import struct
from typing import Any, Final

from tutela.core.content import PdqHash
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.ports.scanner import Scan, ScanFailure

LENGTH: Final = struct.Struct(">Q")
"""What comes before every message, in both directions."""

READY: Final = b"tutela-media-child 1"
"""The first message of a child, once it has imported and confined itself."""

MAX_ANSWER_BYTES: Final = 1_000_000

_HASH_BYTES: Final = 32
_RENDERING: Final = re.compile(r"frame:[0-9]{1,9}(/on-white|/on-black|/without-alpha)?")
_MEDIA_TYPE: Final = re.compile(r"image/[a-z0-9.+-]{1,40}")


def framed(message: bytes) -> bytes:
    """Return a message with its length before it."""
    return LENGTH.pack(len(message)) + message


def scan_to_bytes(scan: Scan) -> bytes:
    """Return a scan as the child sends it."""
    return json.dumps(
        {
            "media_type": scan.media_type,
            "width": scan.width,
            "height": scan.height,
            "frame_count": scan.frame_count,
            "failure": scan.failure,
            "hashes": [[each.rendering, each.quality, b"".join(each.orientations).hex()] for each in scan.hashes],
        }
    ).encode()


def scan_from_bytes(message: bytes) -> Scan:
    """Read what a child sent, trusting none of it: a decoder taken over by its input may say anything.

    Raises:
        ValueError: It is not a scan.
    """
    try:
        said = json.loads(message)
        return Scan(
            media_type=None if said["media_type"] is None else _matching(_MEDIA_TYPE, said["media_type"]),
            width=None if said["width"] is None else _natural(said["width"]),
            height=None if said["height"] is None else _natural(said["height"]),
            hashes=tuple(_hash(*each) for each in said["hashes"]),
            frame_count=_natural(said["frame_count"]),
            failure=None if said["failure"] is None else ScanFailure(said["failure"]),
        )
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("not a scan") from error


def _hash(rendering: Any, quality: Any, digits: Any) -> PdqHash:
    packed = bytes.fromhex(digits)
    if len(packed) != _HASH_BYTES * len(ORIENTATIONS) or _natural(quality) > 100:  # noqa: PLR2004 - the best quality
        raise ValueError("not a hash")
    orientations = tuple(packed[at : at + _HASH_BYTES] for at in range(0, len(packed), _HASH_BYTES))
    return PdqHash(orientations[0], quality, _matching(_RENDERING, rendering), orientations)


def _natural(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a count")
    return value


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError("not the expected text")
    return value
