"""Drawing evidence in children: what comes out is a fresh picture, whatever went in."""

import contextlib
import io
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

import make
from films import film
from laws import examples
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.renderer import ChildRenderer
from tutela.core.picture_metadata import Location
from tutela.core.views import Rendition
from tutela.errors import ScannerUnavailable
from tutela.ports.renderer import Animated, Content, Picture

MARK = "per_1 2026-03-02T09:00Z"
DRAWN = [Rendition.FILTERED, Rendition.POSTER, Rendition.WATERMARKED]


@pytest.fixture(scope="module")
def renderer() -> Iterator[ChildRenderer]:
    """Give a renderer that every test here shares."""
    with contextlib.closing(ChildRenderer(Limits(max_pixels=4_000_000, timeout_seconds=20))) as made:
        yield made


def content(of: bytes) -> Content:
    """Return bytes in pieces, as the vault gives them."""
    return len(of), lambda: (of[at : at + 1000] for at in range(0, len(of), 1000))


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("rendition", DRAWN)
@pytest.mark.parametrize(
    "file",
    [
        encoded(Image.new("RGB", (60, 40), "green"), "JPEG", comment=b"said"),
        encoded(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"),
        encoded(Image.new("LA", (60, 40)), "PNG"),
        encoded(Image.new("P", (60, 40)), "GIF"),
        encoded(Image.new("1", (60, 40)), "PNG"),
        encoded(Image.new("I;16", (60, 40)), "PNG"),
        encoded(Image.new("CMYK", (60, 40)), "JPEG"),
        encoded(Image.new("RGB", (60, 40)), "WEBP"),
        encoded(Image.new("RGB", (60, 40)), "BMP"),
        encoded(Image.new("RGB", (1, 1)), "PNG"),
    ],
)
def test_every_kind_of_picture_is_drawn_as_a_fresh_one(
    renderer: ChildRenderer, file: bytes, rendition: Rendition
) -> None:
    """A JPEG of its own, of the size that is told, and with nothing in it but pixels."""
    drawn = renderer.render(content(file), rendition, MARK)
    assert isinstance(drawn, Picture)
    with Image.open(io.BytesIO(drawn.jpeg)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (drawn.width, drawn.height))
        assert not {"comment", "exif", "icc_profile"} & shown.info.keys()


def test_a_picture_is_turned_as_it_says_and_then_says_nothing(renderer: ChildRenderer) -> None:
    """The size is the one that was looked at when it came in."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = encoded(Image.new("RGB", (60, 40)), "JPEG", exif=exif)
    drawn = renderer.render(content(file), Rendition.WATERMARKED, MARK)
    assert isinstance(drawn, Picture)
    assert (drawn.width, drawn.height) == (40, 60)


def test_an_animation_is_no_picture_in_full_and_a_grid_of_stills_in_small(renderer: ChildRenderer) -> None:
    """All of it is never claimed by one of its pictures; the stills stand in their order."""
    frames = [Image.new("RGB", (60, 40), (shade, shade, shade)) for shade in (0, 120, 240, 60)]
    file = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert renderer.render(content(file), Rendition.WATERMARKED, MARK) == Animated(4)
    grid = renderer.render(content(file), Rendition.FILTERED, MARK)
    assert isinstance(grid, Picture)
    assert (grid.width, grid.height) == (180, 80)
    dark, middle, light, below = (shade_at(grid, x, y) for x, y in ((30, 20), (90, 20), (150, 20), (30, 60)))
    assert dark < below < middle < light


def shade_at(picture: Picture, x: int, y: int) -> float:
    """Return how light a picture is around a place."""
    around = Image.open(io.BytesIO(picture.jpeg)).convert("L").crop((x - 8, y - 8, x + 8, y + 8))
    return float(ImageStat.Stat(around).mean[0])


@pytest.mark.parametrize(("container", "codec"), [("mp4", "mpeg4"), ("matroska", "mpeg4"), ("webm", "libvpx")])
def test_a_film_is_a_grid_of_nine_stills_and_in_no_other_form_a_picture(
    renderer: ChildRenderer, container: str, codec: str
) -> None:
    """From its beginning to its end, grey; a poster of it, and all of it at once, there is not."""
    assert renderer.draws_films
    grid = renderer.render(content(film(container, codec)), Rendition.FILTERED, MARK)
    assert isinstance(grid, Picture)
    assert (grid.width, grid.height) == (480, 360)
    shades = [shade_at(grid, 80 + 160 * (n % 3), 60 + 120 * (n // 3)) for n in range(9)]
    assert shades[0] < shades[4] < shades[8]
    pixels = Image.open(io.BytesIO(grid.jpeg)).convert("RGB").getpixel((80, 60))
    assert isinstance(pixels, tuple)
    assert max(pixels) - min(pixels) <= 2
    for rendition in (Rendition.POSTER, Rendition.WATERMARKED):
        assert renderer.render(content(film(container, codec)), rendition, MARK) is None


def test_a_film_of_one_picture_and_one_that_breaks_off_do_not_break_the_renderer(renderer: ChildRenderer) -> None:
    """One still stands there once; what is cut, or names other files to open, is none; the next one is drawn again."""
    one = renderer.render(content(film(frames=1)), Rendition.FILTERED, MARK)
    assert isinstance(one, Picture)
    assert (one.width, one.height) == (160, 120)
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n"
    for file in (film()[:2000], b"\0\0\0\x20ftypisom" + bytes(500), b"ffconcat version 1.0\n" + playlist, playlist):
        assert renderer.render(content(file), Rendition.FILTERED, MARK) is None
    assert isinstance(renderer.render(content(film()), Rendition.FILTERED, MARK), Picture)


@pytest.mark.parametrize(
    "file",
    [
        b"no picture",
        make.photo()[:2000],
        encoded(Image.new("1", (3000, 3000)), "PNG"),
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_what_no_decoder_shows_is_none(renderer: ChildRenderer, file: bytes) -> None:
    """Text, half a file, more pixels than allowed; and the next one is drawn as if nothing had been."""
    for rendition in DRAWN:
        assert renderer.render(content(file), rendition, MARK) is None
    assert isinstance(renderer.render(content(make.photo()), Rendition.POSTER, MARK), Picture)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_breaks_the_renderer(renderer: ChildRenderer, data: st.DataObject) -> None:
    """Whatever bytes are changed: a picture, or none."""
    file = bytearray(make.photo(width=80))
    for at in data.draw(st.lists(st.integers(0, len(file) - 1), max_size=8)):
        file[at] ^= data.draw(st.integers(1, 255))
    drawn = renderer.render(content(bytes(file)), Rendition.FILTERED, MARK)
    assert drawn is None or isinstance(drawn, Picture)
    renderer.metadata(content(bytes(file)))


def test_a_child_that_dies_takes_nothing_along() -> None:
    """Killed before it is asked, or while it is: another one draws it."""
    with contextlib.closing(ChildRenderer()) as renderer:
        assert isinstance(renderer.render(content(make.photo()), Rendition.POSTER, MARK), Picture)
        child = renderer._places.get()
        assert child is not None
        renderer._places.put(child)
        os.kill(child.pid, signal.SIGKILL)
        assert isinstance(renderer.render(content(make.photo()), Rendition.POSTER, MARK), Picture)


def test_a_child_that_is_too_slow_is_none() -> None:
    """It is killed at its time."""
    with contextlib.closing(ChildRenderer(replace(Limits(), timeout_seconds=0.0001))) as renderer:
        assert renderer.render(content(make.photo()), Rendition.WATERMARKED, MARK) is None


def test_a_closed_renderer_says_so() -> None:
    """Nothing is known about the content then."""
    renderer = ChildRenderer()
    renderer.close()
    renderer.close()
    with pytest.raises(ScannerUnavailable):
        renderer.render(content(make.photo()), Rendition.POSTER, MARK)


def test_metadata_is_bounded_and_plain(renderer: ChildRenderer) -> None:
    """Names of the standard, values cut and printable, bytes told by their count, and the place in degrees."""
    exif = Image.Exif()
    exif[0x0110] = "camera\0\n" + "x" * 500
    exif[0x9286] = b"comment"
    exif[0x8825] = {1: "S", 2: (33.0, 51.0, 0.0), 3: "E", 4: (151.0, 12.0, 0.0)}
    told = renderer.metadata(content(encoded(Image.new("RGB", (8, 8)), "JPEG", exif=exif)))
    assert told is not None
    tags = dict(told.tags)
    assert len(tags["Model"]) <= 200
    assert tags["Model"].isprintable()
    assert told.location == Location(-33.85, 151.2)
    assert Location(-33.8568, 151.2153).coarse == Location(-33.9, 151.2)


@pytest.mark.parametrize(
    "gps", [{}, {1: "N"}, {2: (1, 2), 4: (1, 2)}, {1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)}]
)
def test_a_place_that_is_none_on_earth_is_no_place(renderer: ChildRenderer, gps: dict[int, object]) -> None:
    """Half a place, and one beyond the pole."""
    exif = Image.Exif()
    exif[0x8825] = gps
    told = renderer.metadata(content(encoded(Image.new("RGB", (8, 8)), "JPEG", exif=exif)))
    assert told is not None
    assert told.location is None
