"""Films of moving colours, made here: nothing of anybody, and the same on every machine."""

import io
from functools import cache
from typing import Any

import av
import numpy as np


@cache
def film(container: str = "mp4", codec: str = "mpeg4", *, frames: int = 60) -> bytes:
    """Return a film that goes from dark to light, with a bar that travels down."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as made:
        stream: Any = made.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(frames):
            pixels = np.full((120, 160, 3), 200 * number // max(frames - 1, 1), np.uint8)
            pixels[2 * number % 120 : 2 * number % 120 + 10, :, 1] = 255
            made.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        made.mux(stream.encode())
    return out.getvalue()
