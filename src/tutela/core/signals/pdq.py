"""PDQ as two matrix products: the published picture hash, bit for bit, at a fraction of its cost.

The reference blurs with a box filter twice along rows and columns, samples 64x64 points, takes a 16x64 cosine
transform on both sides and compares with the median. All but the last step is linear and separable, so blur and
sampling are one matrix a length (`sampling.py`), and the hash of a turned or mirrored picture is a change of signs.

Source: "PDQ & TMK + PDQF", Facebook 2019, and the reference in C++ (facebook/ThreatExchange, pdq/cpp).
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from tutela.core.content import PdqHash
from tutela.core.signals.sampling import POINTS, Floats, Luma, Picture, sample
from tutela.core.units import HASH_BITS
from tutela.errors import MalformedHash

ORIENTATIONS: Final = (
    "original",
    "rotate90",  # counter-clockwise, as in the reference
    "rotate180",
    "rotate270",
    "flip_vertical",  # upside down: the reference calls it flip X
    "flip_horizontal",  # the mirror image
    "transpose",
    "transverse",
)
"""The eight ways a picture can be turned and mirrored, in the order of the reference."""

USABLE_QUALITY: Final = 50
"""Below this the hash says little and is not looked up by distance. Source: the PDQ paper."""

_HASH_BYTES: Final = HASH_BITS // 8
_HEX: Final = re.compile(rf"[0-9a-fA-F]{{{HASH_BITS // 4}}}")
_SIDE: Final = 16
_LOWER_MEDIAN: Final = HASH_BITS // 2 - 1  # Torben's method, used by the reference, returns the lower of the two
_SMALLEST_SIDE: Final = 5  # the reference answers zeros and quality 0 below
_LUMA_OF_RGB: Final = (np.float32(0.299), np.float32(0.587), np.float32(0.114))

_DCT: Final = np.sqrt(2 / POINTS) * np.cos(
    np.pi / (2 * POINTS) * np.outer(np.arange(1, _SIDE + 1), 2 * np.arange(POINTS) + 1)
)
# Mirroring negates the odd frequencies; the block starts at frequency 1, so its even places are the odd ones.
_MIRROR: Final = np.where(np.arange(_SIDE) % 2 == 0, -1.0, 1.0)


def hash_luma(luma: Luma) -> tuple[bytes, int]:
    """Return hash and quality of a grey picture given as rows of luma, 0 to 255.

    Source: `pdqHash256FromFloatLuma` of the reference; the same bits.
    """
    found = fingerprint(Picture.of_luma(luma))
    return found.value, found.quality


def fingerprint(picture: Picture, rendering: str = "frame:0") -> PdqHash:
    """Return hash, quality and all eight orientations of a picture."""
    if min(picture.height, picture.width) < _SMALLEST_SIDE:
        nothing = bytes(_HASH_BYTES)
        return PdqHash(nothing, 0, rendering, (nothing,) * len(ORIENTATIONS))
    points = sample(picture)
    orientations = _orientations(_DCT @ points @ _DCT.T)
    return PdqHash(orientations[0], _quality(points), rendering, orientations)


def named_orientations(found: PdqHash) -> Mapping[str, bytes]:
    """Return the hash of each orientation by its name; empty when only the hash itself is known."""
    return dict(zip(ORIENTATIONS, found.orientations, strict=False))


def luma_of_rgb(rgb: Luma) -> Luma:
    """Return the luma of rows of red, green and blue, unrounded as the reference keeps it."""
    red, green, blue = _LUMA_OF_RGB
    luma: Luma = rgb[..., 0] * red
    luma += rgb[..., 1] * green
    luma += rgb[..., 2] * blue
    return luma


def parse_hex(text: str) -> bytes:
    """Read a hash in the field's notation: exactly 64 hex digits, nothing before or after.

    Raises:
        MalformedHash: Anything else, a trailing newline included.
    """
    if not _HEX.fullmatch(text):
        raise MalformedHash(
            f"A PDQ hash is exactly {HASH_BITS // 4} hex digits.",
            place="pdq",
            remedy="Send the digits alone, without spaces, prefix or line end.",
        )
    return bytes.fromhex(text)


def distance_bits(one: bytes, other: bytes) -> int:
    """Return in how many bits two hashes differ.

    Raises:
        MalformedHash: One of them is not 32 bytes long.
    """
    if len(one) != _HASH_BYTES or len(other) != _HASH_BYTES:
        raise MalformedHash(f"A PDQ hash is {_HASH_BYTES} bytes.", place="pdq")
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _quality(points: Floats) -> int:
    """Return how much structure the 64x64 points have; each gradient is cut to an integer, as the reference does."""
    gradient_sum = sum(
        int(np.abs(np.trunc(np.diff(points, axis=axis).astype(np.float32) * 100 / 255)).sum()) for axis in (0, 1)
    )
    return min(gradient_sum // 90, 100)


def _orientations(block: Floats) -> tuple[bytes, ...]:
    """Return the eight hashes of one cosine block, in the order of `ORIENTATIONS`.

    Transposing keeps the median, so eight hashes need four comparisons.
    """
    rows, columns = _MIRROR[:, None], _MIRROR[None, :]
    plain, upside_down, mirrored, half_turn = (
        _above_median(block * signs) for signs in (1.0, rows, columns, rows * columns)
    )
    bits = (plain, mirrored.T, half_turn, upside_down.T, upside_down, mirrored, plain.T, half_turn.T)
    return tuple(_packed(each) for each in bits)


def _above_median(block: Floats) -> npt.NDArray[np.bool_]:
    median = np.partition(block, _LOWER_MEDIAN, axis=None)[_LOWER_MEDIAN]
    above: npt.NDArray[np.bool_] = block > median
    return above


def _packed(bits: npt.NDArray[np.bool_]) -> bytes:
    """Return the bits as the reference prints them: the last frequency comes first."""
    return np.packbits(bits.ravel()[::-1]).tobytes()
