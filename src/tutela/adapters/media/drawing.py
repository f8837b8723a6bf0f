"""Draw one content as a person is to see it, or read what it says of itself. Runs in the child: trusts no byte."""

import io
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from tutela.adapters.media.film import container_of, stills
from tutela.adapters.media.formats import FORMATS, type_by_content, webp_size
from tutela.adapters.media.limits import Limits
from tutela.core.picture_metadata import MAX_TAGS, MAX_VALUE_CHARACTERS

FILTERED_SIDE: Final = 512
POSTER_SIDE: Final = 128
STILLS: Final = 9
STILLS_ACROSS: Final = 3
"""A film is shown as so many stills in rows of so many: few enough to be small, enough to tell what it is about."""

_BLUR: Final = {"filtered": 6, "poster": 2}
_SIDE: Final = {"filtered": FILTERED_SIDE, "poster": POSTER_SIDE}
_QUALITY: Final = {"filtered": 70, "poster": 60, "watermarked": 90}
_FEWEST_FONT_PIXELS: Final = 11
_FONT_SHARE: Final = 32  #: of the shorter side
_LINES_APART: Final = 7  #: in heights of a line
_VEIL: Final = 0.55  #: how much of a band is the mark, and how much the picture below it
_GPS: Final = 0x8825
_EXIF: Final = 0x8769
_DEGREES: Final = (1, 60, 3600)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of drawing: a picture, or the count of frames where one picture would not be all."""

    jpeg: bytes
    width: int
    height: int
    frames: int


def draw(content: bytes, rendition: str, mark: str, limits: Limits) -> Drawn | None:
    """Return *content* drawn, or none when no decoder here can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _draw(content, rendition, mark, limits)
    except Exception:  # noqa: BLE001 - decoders raise anything; every one of them is the same answer
        return None


def _draw(content: bytes, rendition: str, mark: str, limits: Limits) -> Drawn | None:
    if rendition == "filtered" and container_of(content) and type_by_content(content) is None:
        return _finished(_grid(stills(content, STILLS, limits)), rendition, mark)
    with _opened(content, limits) as image:
        frames = getattr(image, "n_frames", 1)
        if rendition not in _SIDE and frames > 1:
            return Drawn(b"", image.width, image.height, frames)
        if rendition == "filtered" and frames > 1:
            return _finished(_grid(_stills_of_animation(image, min(frames, limits.max_frames))), rendition, mark)
        if rendition in _SIDE:
            image.draft("L", (_SIDE[rendition] * 2, _SIDE[rendition] * 2))
        image.load()
        picture = _opaque(ImageOps.exif_transpose(image))
    return _finished(picture, rendition, mark)


def _stills_of_animation(image: Image.Image, frames: int) -> Iterator[Image.Image]:
    count = min(frames, STILLS)
    for number in range(count):
        image.seek(frames * number // count)
        yield _opaque(image)


def _grid(pictures: Iterable[Image.Image]) -> Image.Image:
    """Return the pictures side by side, row by row: a film is never played to be decided about."""
    cell = FILTERED_SIDE // STILLS_ACROSS
    small = []
    for picture in pictures:
        picture.thumbnail((cell, cell))
        small.append(picture)
    wide, high = max(each.width for each in small), max(each.height for each in small)
    across = min(len(small), STILLS_ACROSS)
    grid = Image.new("RGB", (wide * across, high * -(-len(small) // across)), (128, 128, 128))
    for number, picture in enumerate(small):
        grid.paste(picture, (number % across * wide, number // across * high))
    return grid


def _finished(picture: Image.Image, rendition: str, mark: str) -> Drawn:
    """Return the picture with its filter and its mark, and nothing that the file said beside it."""
    if rendition in _SIDE:
        picture = picture.convert("L")
        picture.thumbnail((_SIDE[rendition], _SIDE[rendition]))
        picture = picture.filter(ImageFilter.GaussianBlur(_BLUR[rendition])).convert("RGB")
    _stamp(picture, mark)
    picture.info.clear()  # comments, profiles and times would be written into the new file
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY[rendition])
    return Drawn(out.getvalue(), picture.width, picture.height, 1)


def _opened(content: bytes, limits: Limits) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    sizes = [claimed] if (claimed := webp_size(content)) else []
    for width, height in sizes:
        if width * height > limits.max_pixels:
            raise ValueError("too many pixels")
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    if image.width * image.height > limits.max_pixels:
        raise ValueError("too many pixels")
    return image


def _opaque(image: Image.Image) -> Image.Image:
    """Return colours without holes: what shines through is shown on grey, where both black and white stand out."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")


def _stamp(picture: Image.Image, mark: str) -> None:
    """Write *mark* across the picture in bands, so close that no cut-out is without it. A band at a time in memory."""
    size = max(_FEWEST_FONT_PIXELS, min(picture.size) // _FONT_SHARE)
    font = ImageFont.load_default(size)
    text = f"{mark}   "
    wide = max(1, round(font.getlength(text)))
    high = size + size // 2
    for row, top in enumerate(range(size // 2, picture.height, high * _LINES_APART)):
        box = (0, top, picture.width, min(top + high, picture.height))
        band = picture.crop(box)
        written = band.copy()
        pen = ImageDraw.Draw(written)
        for left in range(-(row % 2) * wide // 2, picture.width, wide):
            pen.text((left + 1, 1), text, fill="black", font=font)
            pen.text((left, 0), text, fill="white", font=font)
        picture.paste(Image.blend(band, written, _VEIL), box)


def read_metadata(content: bytes, limits: Limits) -> dict[str, Any] | None:
    """Return the tags of *content* and where it was taken, or none when it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _opened(content, limits) as image:
                exif = image.getexif()
                pairs = [*exif.items(), *exif.get_ifd(_EXIF).items()]
                place = _place(exif.get_ifd(_GPS))
    except Exception:  # noqa: BLE001 - as above
        return None
    tags = [[_name(tag), _value(value)] for tag, value in pairs if tag not in {_GPS, _EXIF}]
    return {"tags": tags[:MAX_TAGS], "place": place}


def _name(tag: int) -> str:
    return str(ExifTags.TAGS.get(tag, f"0x{tag:04x}"))


def _value(value: Any) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return "".join(letter if letter.isprintable() else " " for letter in str(value))[:MAX_VALUE_CHARACTERS].strip()


def _place(gps: dict[int, Any]) -> list[float] | None:
    try:
        latitude, longitude = (_degrees(gps[at], gps[at - 1]) for at in (2, 4))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return [latitude, longitude] if abs(latitude) <= 90 and abs(longitude) <= 180 else None  # noqa: PLR2004 - of the globe


def _degrees(parts: Any, side: Any) -> float:
    total = sum(float(part) / by for part, by in zip(parts, _DEGREES, strict=True))
    return round(-total if str(side).strip("\0 ") in {"S", "W"} else total, 6)
