"""Harmless pictures for these tests."""

import io

import numpy as np
from PIL import Image


def picture(seed: int, side: int = 96) -> bytes:
    """Return a harmless smooth pattern as a PNG."""
    rng = np.random.default_rng(seed)
    rough = Image.fromarray(rng.integers(0, 255, (6, 6), dtype=np.uint8))
    kept = io.BytesIO()
    rough.resize((side, side), Image.Resampling.BICUBIC).save(kept, "PNG")
    return kept.getvalue()
