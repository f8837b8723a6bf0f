"""What is decoded, and what is refused: looking at bytes in this very process, no child."""

import importlib.util
import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, features

from laws import examples
from tutela.adapters.media.formats import HAS_HEIF, webp_size
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.looking import look
from tutela.core.content import PdqHash
from tutela.core.signals.pdq import distance_bits, fingerprint, luma_of_rgb
from tutela.core.signals.sampling import Picture
from tutela.ports.scanner import Scan, ScanFailure

LIMITS = Limits(max_pixels=8_000_000)
AVIF = pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF decoder")


def photograph(name: str = "coffee.png", size: tuple[int, int] | None = None) -> Image.Image:
    """Return a harmless photograph in colour."""
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        pytest.skip("scikit-image is not installed")
    with Image.open(Path(package.origin).parent / "data" / name) as image:
        colours = image.convert("RGB")
    return colours.resize(size, Image.Resampling.LANCZOS) if size else colours


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def reference(image: Image.Image) -> bytes:
    """Return the hash of the picture's own colours."""
    luma = luma_of_rgb(np.asarray(image.convert("RGB")))
    return fingerprint(Picture.of_luma(luma)).value


def only_hash(scan: Scan) -> PdqHash:
    """Return the one hash of a content that was scanned."""
    assert scan.failure is None
    (found,) = scan.hashes
    return found


def grey(factor: int, kind: type) -> Image.Image:
    """Return the photograph in another depth."""
    return Image.fromarray((np.asarray(photograph().convert("L")).astype(kind) * factor).astype(kind))


def lab(image: Image.Image) -> Image.Image:
    """Return the photograph in Lab."""
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    turned = ImageCms.applyTransform(image, to_lab)
    assert turned is not None
    return turned


ENCODINGS = {
    "jpeg": lambda p: encoded(p, "JPEG"),
    "jpeg progressive": lambda p: encoded(p, "JPEG", progressive=True),
    "jpeg grey": lambda p: encoded(p.convert("L"), "JPEG"),
    "jpeg stored as rgb": lambda p: encoded(p, "JPEG", keep_rgb=True),
    "jpeg cmyk": lambda p: encoded(p.convert("CMYK"), "JPEG"),
    "jpeg with further pictures": lambda p: encoded(p, "MPO"),
    "tiff cmyk": lambda p: encoded(p.convert("CMYK"), "TIFF"),
    "tiff ycbcr": lambda p: encoded(p.convert("YCbCr"), "TIFF"),
    "tiff lab": lambda p: encoded(lab(p), "TIFF"),
    "png palette": lambda p: encoded(p.quantize(256), "PNG"),
    "png 1 bit": lambda p: encoded(p.convert("1"), "PNG"),
    "tiff fax": lambda p: encoded(p.convert("1"), "TIFF", compression="group4"),
    "png 16 bit": lambda _: encoded(grey(257, np.uint16), "PNG"),
    "tiff 16 bit": lambda _: encoded(grey(257, np.uint16), "TIFF"),
    "tiff 32 bit": lambda _: encoded(grey(257, np.int32), "TIFF"),
    "tiff 32 bit, wide": lambda _: encoded(grey(70_000, np.int32), "TIFF"),
    "tiff float": lambda _: encoded(grey(1, np.float32), "TIFF"),
    "png grey with alpha": lambda p: encoded(p.convert("LA"), "PNG"),
    "png opaque alpha": lambda p: encoded(p.convert("RGBA"), "PNG"),
    "gif": lambda p: encoded(p, "GIF"),
    "webp": lambda p: encoded(p, "WEBP"),
    "webp lossless": lambda p: encoded(p, "WEBP", lossless=True),
    "bmp": lambda p: encoded(p, "BMP"),
    "jpeg 2000": lambda p: encoded(p, "JPEG2000"),
    "ppm": lambda p: encoded(p, "PPM"),
    "qoi": lambda p: encoded(p, "QOI"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_encoding_has_the_hash_of_the_picture(name: str) -> None:
    """Saving the same picture another way is no way around the hash: peers are 38 to 254 bits off on some of these."""
    scan = look(ENCODINGS[name](photograph()), LIMITS)
    found = only_hash(scan)
    assert (scan.width, scan.height, found.rendering) == (600, 400, "frame:0")
    assert found.quality >= 50
    assert len(found.orientations) == 8
    assert found.orientations[0] == found.value
    assert distance_bits(found.value, reference(photograph())) <= 10


@AVIF
def test_avif_has_the_hash_of_the_picture() -> None:
    """Where the decoder is present, AVIF is a picture like any other."""
    scan = look(encoded(photograph(), "AVIF"), LIMITS)
    assert scan.media_type == "image/avif"
    assert distance_bits(only_hash(scan).value, reference(photograph())) <= 10


@pytest.mark.skipif(HAS_HEIF, reason="the HEIC decoder is installed")
def test_heic_without_its_decoder_is_named_but_not_scanned() -> None:
    """The type is known by content; that nobody here can read it is a failure, never "no match"."""
    scan = look(b"\x00\x00\x00\x18ftypheic" + bytes(200), LIMITS)
    assert (scan.media_type, scan.failure, scan.hashes) == ("image/heic", ScanFailure.NOT_AN_IMAGE, ())


@pytest.mark.parametrize("name", ["coffee.png", "chelsea.png", "brick.png", "grass.png", "gravel.png", "retina.jpg"])
@pytest.mark.parametrize("size", [(1600, 1004), (1200, 800), (2000, 1930)], ids=str)
def test_scaled_decoding_stays_within_two_bits(name: str, size: tuple[int, int]) -> None:
    """The decoder may drop three quarters of the pixels or more, and the hash stays the reference's."""
    content = encoded(photograph(name, size), "JPEG", quality=85)
    with Image.open(io.BytesIO(content)) as image:
        expected = reference(image)
    assert distance_bits(only_hash(look(content, LIMITS, exact=True)).value, expected) == 0
    assert distance_bits(only_hash(look(content, LIMITS)).value, expected) <= 2


TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", pytest.param("AVIF", marks=AVIF)])
@pytest.mark.parametrize("orientation", TURNS)
def test_metadata_that_turns_the_picture_is_obeyed(orientation: int, kind: str) -> None:
    """The hash is that of the picture as people see it, and so are width and height."""
    size = (1200, 800) if kind == "JPEG" else (300, 200)  # large enough for the decoder to scale it
    shown = photograph(size=size)
    turn = TURNS[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {"speed": 10} if kind == "AVIF" else {}
    scan = look(encoded(shown.transpose(turn) if turn is not None else shown, kind, exif=exif, **options), LIMITS)
    assert (scan.width, scan.height) == size
    assert distance_bits(only_hash(scan).value, reference(shown)) <= 4


def test_broken_metadata_turns_nothing() -> None:
    """Viewers ignore it, so do we."""
    content = encoded(photograph(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xffgarbage")
    assert distance_bits(only_hash(look(content, LIMITS)).value, reference(photograph())) <= 2


def spotted(mode: str) -> Image.Image:
    """Return the photograph with a half transparent round spot."""
    image = photograph().convert("RGBA")
    mask = Image.new("L", image.size, 255)
    ImageDraw.Draw(mask).ellipse((60, 40, 330, 280), fill=90)
    image.putalpha(mask)
    return image.quantize(256) if mode == "P" else image.convert(mode)


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGBA", "WEBP")])
def test_what_shines_through_is_composited_on_white_and_on_black(mode: str, kind: str) -> None:
    """Nobody knows on which ground a platform shows it."""
    scan = look(encoded(spotted(mode), kind, **({"lossless": True} if kind == "WEBP" else {})), LIMITS)
    assert scan.failure is None
    found = {each.rendering: each.value for each in scan.hashes}
    assert set(found) == {"frame:0/on-white", "frame:0/on-black", "frame:0/without-alpha"}
    for ground in ("white", "black"):
        flat = Image.new("RGBA", (600, 400), ground)
        flat.alpha_composite(spotted("RGBA"))
        assert distance_bits(found[f"frame:0/on-{ground}"], reference(flat)) <= 10


def test_a_soft_border_does_not_hide_the_picture() -> None:
    """A slightly transparent frame is a cheap trick; both grounds stay near the original."""
    image = photograph().convert("RGBA")
    mask = Image.new("L", image.size, 180)
    mask.paste(255, (4, 4, 596, 396))
    image.putalpha(mask)
    scan = look(encoded(image, "PNG"), LIMITS)
    assert {distance_bits(each.value, reference(photograph())) <= 10 for each in scan.hashes} == {True}


def animation(count: int, size: tuple[int, int] = (90, 60)) -> list[Image.Image]:
    """Return that many different frames."""
    wide = photograph(size=(size[0] * 3, size[1] * 3))
    return [wide.rotate(11 * step).crop((40, 30, 40 + size[0], 30 + size[1])) for step in range(count)]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_a_long_animation_is_sampled_with_its_first_and_last_frame(kind: str) -> None:
    """At most the configured number is looked at, spread evenly; what was left out keeps it from being called clean."""
    frames = animation(40)
    limits = replace(LIMITS, max_frames=16)
    scan = look(encoded(frames[0], kind, save_all=True, append_images=frames[1:]), limits)
    assert (scan.failure, scan.frame_count) == (ScanFailure.TOO_MANY_FRAMES, 40)
    renderings = [each.rendering for each in scan.hashes]
    assert len(renderings) == 16
    assert (renderings[0], renderings[-1]) == ("frame:0", "frame:39")


def test_a_picture_hidden_in_the_last_frame_is_found() -> None:
    """An animation is as bad as its worst frame."""
    frames = [*animation(30), photograph(size=(90, 60))]
    scan = look(encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), LIMITS)
    assert distance_bits(scan.hashes[-1].value, reference(frames[-1])) == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_one_frame_among_many_is_found(kind: str) -> None:
    """It may be the one that is shown for a minute: none is left out while they can be afforded."""
    frames = animation(40)
    frames[19] = photograph(size=(90, 60))
    scan = look(encoded(frames[0], kind, save_all=True, append_images=frames[1:]), LIMITS)
    assert scan.failure is None
    # GIF has 256 colours, WebP is lossy.
    assert min(distance_bits(each.value, reference(frames[19])) for each in scan.hashes) <= 10


def test_large_frames_are_sampled_before_small_ones() -> None:
    """What an animation costs is its pixels."""
    frames = animation(40)
    limits = replace(LIMITS, max_animation_pixels=20 * 90 * 60)
    scan = look(encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), limits)
    assert (len(scan.hashes), scan.failure) == (20, ScanFailure.TOO_MANY_FRAMES)


def test_every_picture_of_an_icon_is_looked_at() -> None:
    """A viewer takes the size that fits; a harmless large one beside it must not cover it."""
    shown = [photograph().resize((256, 256)), photograph().rotate(90).resize((128, 128))]
    pictures = [encoded(each, "PNG") for each in shown]
    entries, at = b"", 6 + 16 * len(shown)
    for each, picture in zip(shown, pictures, strict=True):
        entries += struct.pack("<BBBBHHII", each.width % 256, each.height % 256, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    scan = look(struct.pack("<HHH", 0, 1, len(shown)) + entries + b"".join(pictures), LIMITS)
    assert (scan.failure, scan.frame_count, len(scan.hashes)) == (None, 2, 2)
    assert distance_bits(scan.hashes[1].value, reference(shown[1])) <= 2


def test_a_nearly_transparent_picture_keeps_the_quality_that_it_has_without_its_alpha() -> None:
    """Its hash is the same on white; with the quality that it has there it would never be looked up."""
    image = photograph().convert("RGBA")
    image.putalpha(12)
    scan = look(encoded(image, "PNG"), LIMITS)
    assert max(each.quality for each in scan.hashes) == 100


def test_equal_frames_are_hashed_once() -> None:
    """Equal values appear once, under the first rendering that had them."""
    first, second = animation(2)
    scan = look(encoded(first, "TIFF", save_all=True, append_images=[second, first, second]), LIMITS)
    assert (scan.frame_count, [each.rendering for each in scan.hashes]) == (4, ["frame:0", "frame:1"])


def test_an_animation_cut_off_keeps_what_was_seen_and_says_so() -> None:
    """The first frames are looked up; the content still counts as not scanned."""
    frames = animation(6)
    whole = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    scan = look(whole[: len(whole) * 3 // 4], LIMITS)
    assert scan.failure is ScanFailure.TRUNCATED
    assert scan.hashes


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", pytest.param("AVIF", marks=AVIF)])
@pytest.mark.parametrize("kept", [0.9, 0.5, 0.05])
def test_half_a_picture_is_a_failure(kind: str, kept: float) -> None:
    """What cannot be decoded in full has no hash, and is never called clean."""
    whole = encoded(photograph(), kind)
    scan = look(whole[: int(len(whole) * kept)], LIMITS)
    # The decoders of WebP and AVIF do not tell cut off from broken.
    expected = {ScanFailure.DAMAGED} if kind in {"WEBP", "AVIF"} else {ScanFailure.TRUNCATED}
    assert (scan.failure in expected, scan.hashes, scan.media_type) == (True, (), f"image/{kind.lower()}")


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", ScanFailure.EMPTY),
        (b"\x00", ScanFailure.NOT_AN_IMAGE),
        (b"just some words, no picture\n" * 40, ScanFailure.NOT_AN_IMAGE),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", ScanFailure.NOT_AN_IMAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ScanFailure.NOT_AN_IMAGE),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), ScanFailure.DAMAGED),
    ],
    ids=["nothing", "one byte", "words", "postscript", "svg", "only a signature"],
)
def test_what_is_no_picture_says_so(content: bytes, failure: ScanFailure) -> None:
    """Each has its code; nothing is guessed and nothing is started."""
    scan = look(content, LIMITS)
    assert (scan.failure, scan.hashes) == (failure, ())


def test_the_type_is_told_by_content() -> None:
    """No name and no header is asked."""
    types = {
        kind: look(encoded(photograph(size=(90, 60)), kind), LIMITS).media_type for kind in ("JPEG", "PNG", "WEBP")
    }
    assert types == {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG with that header and those chunks."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in (head, *chunks)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def claiming(kind: str, width: int, height: int) -> bytes:
    """Return a small file whose header claims that size."""
    if kind == "png":
        return png(width, height, (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    if kind == "webp":
        sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + sizes + bytes(60)
    small = bytearray(
        encoded(photograph(size=(64, 64)), {"gif": "GIF", "tiff": "TIFF", "jpeg": "JPEG", "bmp": "BMP"}[kind])
    )
    if kind == "gif":
        small[6:10] = struct.pack("<HH", width, height)
    elif kind == "bmp":
        small[18:26] = struct.pack("<ii", width, height)
    elif kind == "jpeg":
        at = small.index(b"\xff\xc0") + 5
        small[at : at + 4] = struct.pack(">HH", height, width)
    else:
        for tag, value in ((256, width), (257, height)):
            at = (
                small.index(struct.pack("<HH", tag, 4))
                if struct.pack("<HH", tag, 4) in small
                else small.index(struct.pack("<HH", tag, 3))
            )
            small[at + 2 : at + 12] = struct.pack("<HIi", 4, 1, value)
    return bytes(small)


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "tiff", "jpeg", "bmp"])
def test_a_giant_is_refused_from_its_header(kind: str) -> None:
    """A few bytes must not reserve gigabytes."""
    scan = look(claiming(kind, 16_000, 16_000), LIMITS)
    assert (scan.failure, scan.hashes) == (ScanFailure.TOO_MANY_PIXELS, ())


def test_a_giant_side_is_refused_too() -> None:
    """Few pixels, but a matrix as long as the longest side."""
    assert look(claiming("png", 70_000, 6), LIMITS).failure is ScanFailure.TOO_MANY_PIXELS


def test_a_gif_frame_larger_than_its_canvas_is_refused() -> None:
    """The canvas grows with its frames, so the header alone proves nothing."""
    content = bytearray(encoded(photograph(size=(64, 64)), "GIF"))
    at = content.index(b",\x00\x00\x00\x00") + 5
    content[at : at + 4] = struct.pack("<HH", 60_000, 60_000)
    assert look(bytes(content), LIMITS).failure is ScanFailure.TOO_MANY_PIXELS


def test_text_that_unpacks_to_a_mountain_is_refused() -> None:
    """A PNG may carry compressed text: 50 MB of it in 50 KB."""
    text = b"Comment\x00\x01\x00\x00\x00" + zlib.compress(bytes(50_000_000), 9)
    scan = look(png(64, 64, (b"iTXt", text), (b"IDAT", zlib.compress(bytes(65 * 64))), (b"IEND", b"")), LIMITS)
    assert scan.failure is ScanFailure.DAMAGED


@pytest.mark.parametrize(
    "options", [{}, {"lossless": True}, {"exif": b"Exif\x00\x00"}], ids=["lossy", "lossless", "extended"]
)
def test_the_size_of_a_webp_is_read_from_each_kind_of_header(options: dict[str, object]) -> None:
    """Lossy, lossless and extended files keep it in different places."""
    assert webp_size(encoded(photograph(size=(317, 211)), "WEBP", **options)) == (317, 211)


SMALL = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "QOI", "ICO")


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(SMALL),
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=6),
    cut=st.floats(0.02, 1.2),
)
def test_damaged_files_are_an_answer_never_an_exception(
    kind: str, changes: list[tuple[float, bytes]], cut: float
) -> None:
    """Whatever was changed in a valid file, a scan comes back, and hashes are whole."""
    content = bytearray(encoded(photograph(size=(48, 40)), kind))
    for place, piece in changes:
        at = int(place * len(content))
        content[at : at + len(piece)] = piece
    check(look(bytes(content[: int(len(content) * cut) + 1]), LIMITS))


@settings(max_examples=examples(100), deadline=None)
@given(
    st.one_of(st.just(b""), st.sampled_from([b"\xff\xd8\xff", b"GIF89a", b"RIFF\x00\x00\x00\x00WEBP", b"BM", b"P6 "])),
    st.binary(max_size=300),
)
def test_random_bytes_are_an_answer_never_an_exception(signature: bytes, rest: bytes) -> None:
    """With or without a signature before them."""
    check(look(signature + rest, LIMITS))


def check(scan: Scan) -> None:
    """Assert what holds for every scan: hashes or a failure, and every hash complete."""
    assert scan.failure is not None or scan.hashes
    assert all(
        len(each.value) == 32 and len(each.orientations) == 8 and 0 <= each.quality <= 100 for each in scan.hashes
    )
    assert len({each.value for each in scan.hashes}) == len(scan.hashes)
