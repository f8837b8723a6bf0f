"""What a browser is handed to show, and what only to save."""

import pytest

from tutela.core.file_types import UNKNOWN, shown_type

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\x1a\x45\xdf\xa3", "video/webm"),
        (b"OggS", "video/ogg"),
        (b"\0\0\0\x20ftypqt  ", UNKNOWN),
        (b"\0\0\0\x20ftypheic", UNKNOWN),
        (SVG, UNKNOWN),
        (b"<?xml version='1.0'?>" + SVG, UNKNOWN),
        (b"<!DOCTYPE html><script>", UNKNOWN),
        (b"%PDF-1.7", UNKNOWN),
        (b"PK\x03\x04", UNKNOWN),
        (b"BM\x00\x00", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_only_pictures_films_and_sounds_are_shown(head: bytes, kind: str) -> None:
    """What could run, or reach out, is a file of bytes whatever it calls itself."""
    assert shown_type(head) == kind
