"""Decode one content and hash what it shows. Runs in the child: nothing here trusts a byte."""

import io
import warnings
from dataclasses import dataclass, field
from typing import Final

from PIL import IcoImagePlugin, Image, JpegImagePlugin

from tutela.adapters.media.formats import FORMATS, is_decodable, type_by_content, type_of_format, webp_size
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.luma import renderings
from tutela.core.content import PdqHash
from tutela.core.signals.pdq import fingerprint
from tutela.core.signals.sampling import UPRIGHT, Picture, Turn
from tutela.ports.scanner import Scan, ScanFailure

SMALLEST_SCALED_SIDE: Final = 480
"""A JPEG decoder may scale down while both sides keep this many pixels.

Measured on 18 photographs and textures, JPEG quality 50 to 85, against the picture decoded in full and in colour:
at most 2 bits in all 288 cases that keep 480 pixels or more (grey decoding alone: also 2), 4 bits in 2 of 342 that
keep 384, up to 4 at 240 to 251, 6 at 175, 22 at 120. The scaling is undone in the sampling matrix; without that no
threshold is safe: 16 bits at 1000x750, 26 at 600x400.
"""

_READ_AHEAD_BYTES: Final = 1024 * 1024  # the decoder stops and resumes at each piece it is fed
_SCALES: Final = (8, 4, 2)
_FEWEST_SAMPLED: Final = 16  # however large the frames are
_EXIF_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    1: UPRIGHT,
    2: Turn(mirrored=True),
    3: Turn(upside_down=True, mirrored=True),
    4: Turn(upside_down=True),
    5: Turn(transposed=True),
    6: Turn(upside_down=True, transposed=True),
    7: Turn(upside_down=True, mirrored=True, transposed=True),
    8: Turn(mirrored=True, transposed=True),
}


class _TooManyPixelsError(Exception):
    """The header claims more than the limits allow."""


@dataclass(slots=True)
class _Seen:
    """What is known so far: a content that breaks off half way still has its first frames looked up."""

    media_type: str | None
    width: int | None = None
    height: int | None = None
    frame_count: int = 1
    failure: ScanFailure | None = None
    hashes: dict[bytes, PdqHash] = field(default_factory=dict)

    def scan(self) -> Scan:
        return Scan(
            self.media_type, self.width, self.height, tuple(self.hashes.values()), self.frame_count, self.failure
        )


def look(content: bytes, limits: Limits, *, exact: bool = False) -> Scan:
    """Return what *content* shows; a failure is part of the answer.

    Sets Pillow's own pixel limit as well, which holds for the whole process.

    Args:
        content: The bytes as received.
        limits: What it may cost; time and memory are kept from outside.
        exact: Decode JPEG at full size and in colour: the reference's hash bit for bit, at three times the cost.
    """
    if not content:
        return Scan(None, None, None, (), failure=ScanFailure.EMPTY)
    seen = _Seen(type_by_content(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns about metadata; nobody reads it here
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            _look(content, limits, seen, exact=exact)
    except Exception as error:  # noqa: BLE001 - decoders raise anything; every one of them is an answer
        seen.failure = _failure_of(error, seen)
    return seen.scan()


def _look(content: bytes, limits: Limits, seen: _Seen, *, exact: bool) -> None:
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    if claimed := webp_size(content):
        _check_size(claimed, limits, seen)
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        seen.media_type = type_of_format(image.format) or seen.media_type
        _check_size(image.size, limits, seen)
        if isinstance(image, IcoImagePlugin.IcoImageFile):
            _look_at_sizes(image, limits, seen, exact=exact)
            return
        seen.frame_count = getattr(image, "n_frames", 1)
        numbers = _sampled(seen.frame_count, _affordable(image.size, limits))
        for number in numbers:
            if number:
                image.seek(number)
                _check_size(image.size, limits)
            _look_at_frame(image, number, seen, exact=exact)
    if len(numbers) < seen.frame_count:
        # What is shown for a minute between two frames that were looked at is as visible as those.
        seen.failure = ScanFailure.TOO_MANY_FRAMES


def _look_at_sizes(image: IcoImagePlugin.IcoImageFile, limits: Limits, seen: _Seen, *, exact: bool) -> None:
    """Look at every picture of an icon: they need not show the same, and a viewer takes the one that fits."""
    count = len(image.ico.entry)
    seen.frame_count = count
    for number in _sampled(count, limits.max_frames):
        size = image.ico.frame(number)
        _check_size(size.size, limits)
        _look_at_frame(size, number, seen, exact=exact)
    if count > limits.max_frames:
        seen.failure = ScanFailure.TOO_MANY_FRAMES


def _look_at_frame(image: Image.Image, number: int, seen: _Seen, *, exact: bool) -> None:
    width, height = image.size
    scale = 1 if exact else _draft(image)
    image.load()
    if scale == 1:
        width, height = image.size  # TIFF turns itself while loading
    turn = _turn(image)
    if number == 0:
        seen.width, seen.height = (height, width) if turn.transposed else (width, height)
    for suffix, rows in renderings(image):
        found = fingerprint(Picture(rows, height, width, scale, turn), f"frame:{number}{suffix}")
        before = seen.hashes.get(found.value)
        # A nearly transparent picture has the same hash on white as without its alpha, but hardly any quality there.
        if before is None or found.quality > before.quality:
            seen.hashes[found.value] = found


def _draft(image: Image.Image) -> int:
    """Have a JPEG decoded straight to luma, scaled where that is safe, and return the scale.

    The luma of a JPEG is its own first channel. CMYK has none; there the decoder must do all its work.
    """
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.mode not in {"L", "RGB"}:
        return 1
    width, height = image.size
    scale = next((each for each in _SCALES if min(width, height) // each >= SMALLEST_SCALED_SIDE), 1)
    image.draft("L", (width // scale, height // scale))
    image.decodermaxblock = _READ_AHEAD_BYTES
    return scale if image.size == (-(-width // scale), -(-height // scale)) else 1


def _turn(image: Image.Image) -> Turn:
    """Return how the metadata says the picture is to be turned; unreadable metadata turns nothing."""
    try:
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - a broken EXIF block raises anything, and viewers ignore it
        return UPRIGHT
    return _TURNS.get(orientation, UPRIGHT) if isinstance(orientation, int) else UPRIGHT


def _affordable(size: tuple[int, int], limits: Limits) -> int:
    """Return how many frames of that size are looked at."""
    within = limits.max_animation_pixels // max(size[0] * size[1], 1)
    return min(limits.max_frames, max(within, _FEWEST_SAMPLED))


def _sampled(count: int, most: int) -> list[int]:
    """Return the frames to look at, spread evenly, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(step * (count - 1) / (most - 1)) for step in range(most)})


def _check_size(size: tuple[int, int], limits: Limits, seen: _Seen | None = None) -> None:
    width, height = size
    if seen:
        seen.width, seen.height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side_pixels:
        raise _TooManyPixelsError


def _failure_of(error: Exception, seen: _Seen) -> ScanFailure:
    """Return the code for what a decoder raised; its text goes nowhere."""
    if isinstance(error, (_TooManyPixelsError, Image.DecompressionBombError, Image.DecompressionBombWarning)):
        return ScanFailure.TOO_MANY_PIXELS
    if isinstance(error, MemoryError):
        return ScanFailure.OUT_OF_MEMORY
    if seen.media_type is None or not is_decodable(seen.media_type):
        return ScanFailure.NOT_AN_IMAGE
    if isinstance(error, EOFError) or "truncated" in str(error).lower():
        return ScanFailure.TRUNCATED
    return ScanFailure.DAMAGED
