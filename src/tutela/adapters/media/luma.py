"""From whatever a decoder delivers to rows of luma, in every mode that peers get wrong."""

from collections.abc import Callable
from typing import Final

import numpy as np
from PIL import Image, ImageCms

from tutela.core.signals.pdq import luma_of_rgb
from tutela.core.signals.sampling import Luma, Rows

_OPAQUE: Final = 255
_SIXTEEN_TO_EIGHT: Final = np.float32(1 / 257)
_WIDE_MODES: Final = frozenset({"I", "F"})
_AS_RGBA: Final = frozenset({"RGBA", "LA", "PA", "La", "RGBa", "P", "RGB", "L", "1"})


def renderings(image: Image.Image) -> tuple[tuple[str, Rows], ...]:
    """Return the ways this picture can look, as (suffix of the rendering's name, rows of luma).

    One, unless something shines through: then it is composited on white and on black, since nobody knows on which
    the platform shows it, and a picture may be drawn to be visible on one of them only; and once with the alpha left
    out, which is what the reference makes of it and so what the lists of others hold.
    """
    if image.has_transparency_data and image.mode in _AS_RGBA:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        if image.getchannel("A").getextrema() != (_OPAQUE, _OPAQUE):
            return (
                ("/on-white", _composited(image, 255.0)),
                ("/on-black", _composited(image, 0.0)),
                ("/without-alpha", _converted(image, None, luma_of_rgb)),
            )
    return (("", _rows(image)),)


def _rows(image: Image.Image) -> Rows:
    """Return the rows of a picture that hides nothing."""
    if image.mode in _WIDE_MODES:
        return _wide(image)
    if image.mode.startswith("I;16"):
        return _converted(image, None, lambda strip: strip.astype(np.float32) * _SIXTEEN_TO_EIGHT)
    if image.mode in {"L", "1"}:
        whole = np.asarray(image if image.mode == "L" else image.convert("L"))  # a byte a pixel: strips save nothing
        return lambda start, stop: whole[start:stop]
    if image.mode == "LAB":
        return _rows(_lab_to_rgb(image))
    # Pillow knows how to show CMYK (Adobe's inverted one included), palettes and YCbCr; raw, they are no colours.
    return _converted(image, None if image.mode in {"RGB", "RGBA"} else "RGB", luma_of_rgb)


def _converted(image: Image.Image, mode: str | None, to_luma: Callable[[Luma], Luma]) -> Rows:
    """Return rows that are converted strip by strip: a whole second copy could be half a gigabyte."""

    def rows(start: int, stop: int) -> Luma:
        strip = image.crop((0, start, image.width, stop))
        return to_luma(np.asarray(strip.convert(mode) if mode else strip))

    return rows


def _composited(image: Image.Image, background: float) -> Rows:
    ground = np.float32(background)

    def to_luma(strip: Luma) -> Luma:
        share = strip[..., 3] * np.float32(1 / _OPAQUE)
        return luma_of_rgb(strip) * share + ground * (1 - share)

    return _converted(image, None, to_luma)


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    """Return what a Lab picture looks like; only the colour management knows."""
    to_rgb = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    return ImageCms.applyTransform(image, to_rgb) or image


def _wide(image: Image.Image) -> Rows:
    """Return the rows of 32-bit integers or floats, whose range only the values tell."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 65535:  # noqa: PLR2004 - no picture's range: the hash does not mind stretching, only its quality does
        values = (values - low) * np.float32(255 / max(high - low, 1e-30))
    elif high > 255:  # noqa: PLR2004 - the largest 8-bit value
        values = values * _SIXTEEN_TO_EIGHT
    elif image.mode == "F" and high <= 1:
        values = values * np.float32(255)
    return lambda start, stop: values[start:stop]
