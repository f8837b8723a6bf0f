"""Which picture formats are decoded, told by content alone."""

import importlib
import struct
from typing import Final

from PIL import (  # noqa: F401 - importing a plugin registers it; opening would otherwise import forty of them
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    QoiImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # children run side by side, a core each


def _heif_is_registered() -> bool:
    """Register the HEIC decoder when it is installed."""
    try:
        pillow_heif = importlib.import_module("pillow_heif")
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


HAS_HEIF: Final = _heif_is_registered()

# Left out on purpose: formats that start other programs (EPS), and formats without a signature (TGA), which would
# make a picture of any bytes.
FORMATS: Final = (
    *("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "DIB", "TIFF", "ICO", "JPEG2000", "PPM", "QOI"),
    *(("HEIF",) if HAS_HEIF else ()),
)

_SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypavis", "image/avif"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftyphev", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"jP  \r\n\x87\n", "image/jp2"),
    (0, b"qoif", "image/qoi"),
)
_WEBP_HEADER_BYTES: Final = 30
_NEEDS_HEIF: Final = frozenset({"image/heic", "image/heif"})


def type_by_content(content: bytes) -> str | None:
    """Return the media type that the first bytes name, decodable here or not; None when they name none."""
    return next((kind for at, mark, kind in _SIGNATURES if content.startswith(mark, at)), None)


def is_decodable(media_type: str | None) -> bool:
    """Return whether a decoder for this type is present here."""
    return media_type is not None and (HAS_HEIF or media_type not in _NEEDS_HEIF)


def type_of_format(name: str | None) -> str | None:
    """Return the media type of a format as Pillow names it."""
    return "image/jpeg" if name == "MPO" else Image.MIME.get(name or "")  # MPO: a JPEG that carries further pictures


def webp_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height that a WebP header claims; None for everything else.

    Its decoder reserves two whole canvases while opening, before a size could be refused.
    Source: RFC 9649, 2.5 to 2.7.
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < _WEBP_HEADER_BYTES:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF
