"""What people's programs do to a picture on its way: saved again, resized, turned, cut."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps, features

Make = Callable[[Image.Image], bytes]

_EXIF_ORIENTATION = 0x0112
_TURNED_BY_VIEWER = 6  # the picture lies on its side in the file, and its EXIF block says so


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to change a picture."""

    name: str
    make: Make

    @property
    def is_untouched(self) -> bool:
        """Return whether the bytes are those that were banked: these must be recognised, always."""
        return self.name == "untouched"


def encode(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return *image* as a file; JPEG at quality 90 unless told otherwise."""
    if kind == "JPEG":
        options = {"quality": 90, **options}
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def original(image: Image.Image) -> bytes:
    """Return the file that is banked, and posted untouched."""
    return encode(image, "JPEG", quality=95)


def _changed(change: Callable[[Image.Image], Image.Image], kind: str = "JPEG", **options: object) -> Make:
    return lambda image: encode(change(image), kind, **options)


def _resized(image: Image.Image, *, factor: float) -> Image.Image:
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _brightened(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(1.25)


def _contrasted(image: Image.Image) -> Image.Image:
    return ImageEnhance.Contrast(image).enhance(1.4)


def _blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(2))


def _sharpened(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.UnsharpMask(2, 150, 2))


def _turned(image: Image.Image, *, how: Image.Transpose) -> Image.Image:
    return image.transpose(how)


def _bordered(image: Image.Image) -> Image.Image:
    return ImageOps.expand(image, border=max(2, image.width // 50), fill="white")


def _cropped(image: Image.Image, *, percent: float) -> Image.Image:
    across, down = round(image.width * percent / 200), round(image.height * percent / 200)
    return image.crop((across, down, image.width - across, image.height - down))


def _with_text(image: Image.Image) -> Image.Image:
    made = image.copy()
    pen = ImageDraw.Draw(made)
    top = round(made.height * 0.9)
    pen.rectangle((0, top, made.width, made.height), fill="black")
    pen.text((10, top + 4), "seen on a walk", fill="white")
    return made


def _with_alpha(image: Image.Image) -> Image.Image:
    made = image.convert("LA")
    made.putalpha(Image.new("L", made.size, 230))
    return made


def _deep_png(image: Image.Image) -> bytes:
    """Return a grey PNG of 16 bits a pixel."""
    deep = np.asarray(image.convert("L"), dtype=np.uint16) * 257
    return encode(Image.fromarray(deep), "PNG")


def _exif_turned(image: Image.Image) -> bytes:
    """Return a file that lies on its side and says so, as telephones save them."""
    exif = Image.Exif()
    exif[_EXIF_ORIENTATION] = _TURNED_BY_VIEWER
    return encode(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def _animated(image: Image.Image, *, kind: str) -> bytes:
    """Return two frames: a plain one that says nothing, and the picture."""
    small = image.copy()
    small.thumbnail((480, 480))
    first = Image.new("RGB", small.size, (90, 120, 150))
    return encode(first, kind, save_all=True, append_images=[small], duration=400, loop=0)


_T = Image.Transpose
_EDITS: tuple[Variant, ...] = (
    Variant("untouched", original),
    *(Variant(f"JPEG quality {quality}", partial(encode, quality=quality)) for quality in (85, 60, 40, 20)),
    *(
        Variant(f"resized to {percent} %", _changed(partial(_resized, factor=percent / 100)))
        for percent in (150, 50, 25)
    ),
    Variant("brightened", _changed(_brightened)),
    Variant("more contrast", _changed(_contrasted)),
    Variant("blurred", _changed(_blurred)),
    Variant("sharpened", _changed(_sharpened)),
    Variant("mirrored", _changed(partial(_turned, how=_T.FLIP_LEFT_RIGHT))),
    Variant("upside down", _changed(partial(_turned, how=_T.FLIP_TOP_BOTTOM))),
    Variant("rotated 90", _changed(partial(_turned, how=_T.ROTATE_90))),
    Variant("rotated 180", _changed(partial(_turned, how=_T.ROTATE_180))),
    Variant("rotated 270", _changed(partial(_turned, how=_T.ROTATE_270))),
    Variant("rotated by EXIF", _exif_turned),
    Variant("cropped by 2 %", _changed(partial(_cropped, percent=2))),
    Variant("cropped by 5 %", _changed(partial(_cropped, percent=5))),
    Variant("cropped by 10 %", _changed(partial(_cropped, percent=10))),
    Variant("white border", _changed(_bordered)),
    Variant("strip of text", _changed(_with_text)),
)

_FORMATS: tuple[Variant, ...] = (
    Variant("greyscale", _changed(partial(Image.Image.convert, mode="L"))),
    Variant("CMYK JPEG", _changed(partial(Image.Image.convert, mode="CMYK"))),
    Variant("PNG, 64 colours", _changed(partial(Image.Image.quantize, colors=64), "PNG")),
    Variant("PNG, 1 bit", _changed(partial(Image.Image.convert, mode="1"), "PNG")),
    Variant("PNG, 16 bit grey", _deep_png),
    Variant("PNG, see-through", _changed(_with_alpha, "PNG")),
    Variant("GIF, second frame", partial(_animated, kind="GIF")),
)


def variants() -> list[Variant]:
    """Return every variant that can be made here: WebP and AVIF only where Pillow has them."""
    made = [*_EDITS, *_FORMATS]
    if features.check("webp"):
        made.append(Variant("WebP", partial(encode, kind="WEBP", quality=70, method=2)))
        made.append(Variant("WebP, second frame", partial(_animated, kind="WEBP")))
    if features.check("avif"):
        made.append(Variant("AVIF", partial(encode, kind="AVIF", quality=60, speed=9)))
    return made
