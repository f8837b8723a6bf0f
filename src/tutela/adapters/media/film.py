"""Take stills out of a film. Runs in the child: trusts no byte. Needs PyAV, which is installed with `tutela[film]`."""

import importlib.util
import io
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image

from tutela.adapters.media.limits import Limits

MAX_FRAMES_FOR_A_STILL: Final = 300
"""Between the picture that a film may be entered at and the one that is wanted: ten seconds of most films."""

# By the first bytes alone, and no other container: playlists and the like would have the decoder open further files.
_CONTAINERS: Final = ((4, b"ftyp", "mp4"), (0, b"\x1a\x45\xdf\xa3", "matroska"), (0, b"OggS", "ogg"))


HAS_FILM: Final = importlib.util.find_spec("av") is not None


def load_decoder() -> None:
    """Load the decoder where it is installed: into the child alone, and before files are closed to it."""
    if HAS_FILM:
        importlib.import_module("av")


def container_of(content: bytes) -> str | None:
    """Return the container that the first bytes name, or none."""
    return next((name for at, mark, name in _CONTAINERS if content.startswith(mark, at)), None)


def stills(content: bytes, count: int, limits: Limits) -> list[Image.Image]:
    """Return *count* pictures of a film, evenly spaced; fewer where it has fewer. Its sound is never touched.

    Raises:
        Exception: Whatever the decoder raises; or it is no film, or too large.
    """
    container = container_of(content)
    if not HAS_FILM or container is None:
        raise ValueError("no film")
    av: Any = importlib.import_module("av")
    with av.open(io.BytesIO(content), format=container, options={"protocol_whitelist": "none"}) as film:
        stream = film.streams.video[0]
        context = stream.codec_context
        if context.width * context.height > limits.max_pixels:
            raise ValueError("too many pixels")
        context.thread_count = 1  # children run side by side, a core each
        return list(_spaced(film, stream, count))


def _spaced(film: Any, stream: Any, count: int) -> Iterator[Image.Image]:
    length_us = film.duration or 0
    shown = None
    for number in range(count):
        wanted_us = length_us * (2 * number + 1) // (2 * count)
        film.seek(wanted_us)
        frame = _frame_at(film, stream, wanted_us / 1_000_000)
        if frame is None or frame.pts == shown:
            continue  # so short that the same picture would stand there twice
        shown = frame.pts
        yield frame.to_image()


def _frame_at(film: Any, stream: Any, wanted_seconds: float) -> Any:
    found = None
    for passed, frame in enumerate(film.decode(stream)):
        found = frame
        if (frame.time or 0.0) >= wanted_seconds or passed >= MAX_FRAMES_FOR_A_STILL:
            break
    return found
