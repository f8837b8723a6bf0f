"""What a browser may be handed to show, told by the first bytes alone; all else is only handed over as a file."""

SNIFFED_BYTES = 64

_SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavi", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"OggS", "video/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
)
_SHOWN = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif",
        "video/mp4", "video/webm", "video/ogg", "audio/mp4", "audio/mpeg", "audio/wav",
    }
)  # fmt: skip
UNKNOWN = "application/octet-stream"
"""Text, SVG, HTML, PDF and whatever else could run or reach out: a browser saves it and shows nothing."""


_FILMS = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/ogg"})


def is_film(head: bytes) -> bool:
    """Return whether content that begins with *head* says that it is a film."""
    return _type(head) in _FILMS


def _type(head: bytes) -> str:
    return next((kind for at, mark, kind in _SIGNATURES if head.startswith(mark, at)), UNKNOWN)


def shown_type(head: bytes) -> str:
    """Return the type under which content that begins with *head* may be shown, or that of any bytes."""
    found = _type(head)
    return found if found in _SHOWN else UNKNOWN
