"""PDQ gives the reference's bits, in all eight orientations."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tutela.core.signals import sampling
from tutela.core.signals.pdq import (
    ORIENTATIONS,
    distance_bits,
    fingerprint,
    hash_luma,
    luma_of_rgb,
    named_orientations,
    parse_hex,
)
from tutela.core.signals.sampling import Picture, Turn
from tutela.errors import MalformedHash

GOLDEN: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "golden/pdq.json").read_text())

AS_NUMPY_TURNS = {
    "original": lambda rows: rows,
    "rotate90": np.rot90,
    "rotate180": lambda rows: np.rot90(rows, 2),
    "rotate270": lambda rows: np.rot90(rows, 3),
    "flip_vertical": np.flipud,
    "flip_horizontal": np.fliplr,
    "transpose": lambda rows: rows.swapaxes(0, 1),
    "transverse": lambda rows: np.rot90(rows, 2).swapaxes(0, 1),
}


def pattern(kind: str, height: int, width: int) -> np.ndarray:
    """Return a colour pattern made of integers alone, so that it is the same everywhere."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    channels = {
        "chirp": [(x * x * 3 + y * y * 2 + x * y) // (97 + 31 * c) % 256 for c in range(3)],
        "blocks": [((x // 23 * 73 + y // 19 * 151 + x // 23 * (y // 19) * 37 + 41 * c) % 256) for c in range(3)],
        "rings": [((x - width // 3) ** 2 + (2 * y - height) ** 2 + x * (40 + 5 * c)) // 60 % 256 for c in range(3)],
        "mottle": [((x * 2654435761 + y * 40503 + c * 977) ^ (x * y * 1597)) // 64 % 256 for c in range(3)],
    }[kind]
    return np.stack(channels, axis=-1).astype(np.uint8)


def picture(name: str) -> np.ndarray:
    """Return what a golden vector was made from: `pattern:KIND:HEIGHTxWIDTH` or `package:path`."""
    source, _, rest = name.partition(":")
    if source == "pattern":
        kind, _, size = rest.partition(":")
        height, width = (int(part) for part in size.split("x"))
        return pattern(kind, height, width)
    package = importlib.util.find_spec(source)
    if package is None or package.origin is None:
        pytest.skip(f"{source} is not installed")
    with Image.open(Path(package.origin).parent / rest) as image:
        return np.asarray(image.convert("RGB"))


def of_rgb(rgb: np.ndarray, turn: Turn = sampling.UPRIGHT) -> Picture:
    """Return a picture that keeps the unrounded luma of colours."""
    luma = luma_of_rgb(rgb)
    return Picture(lambda start, stop: luma[start:stop], *luma.shape, turn=turn)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
def test_every_orientation_is_the_reference_bit_for_bit(golden: dict[str, Any]) -> None:
    """The eight hashes and the quality are those that `pdqhash.compute_dihedral` 0.2.8 gave."""
    found = fingerprint(of_rgb(picture(golden["name"])))
    assert found.quality == golden["quality"]
    apart = [
        distance_bits(ours, parse_hex(theirs))
        for ours, theirs in zip(found.orientations, golden["hashes"], strict=True)
    ]
    assert apart == [0] * 8


@pytest.mark.parametrize("name", ORIENTATIONS)
def test_an_orientation_has_the_hash_of_the_turned_picture(name: str) -> None:
    """The name says what was done to the picture.

    The reference samples a little off the middle, so bits differ: up to 16 at 600x400, few in larger pictures.
    """
    rgb = np.asarray(Image.fromarray(picture("skimage:data/coffee.png")).resize((2400, 1600)))
    turned = np.ascontiguousarray(AS_NUMPY_TURNS[name](rgb))
    expected = fingerprint(of_rgb(turned)).value
    assert distance_bits(named_orientations(fingerprint(of_rgb(rgb)))[name], expected) <= 10


@given(upside_down=st.booleans(), mirrored=st.booleans(), transposed=st.booleans())
def test_a_turn_in_the_matrix_is_exactly_a_turn_of_the_pixels(
    *,
    upside_down: bool,
    mirrored: bool,
    transposed: bool,
) -> None:
    """Turning costs nothing and loses nothing."""
    rgb = pattern("blocks", 211, 340)
    shown = rgb[:: -1 if upside_down else 1, :: -1 if mirrored else 1]
    shown = np.ascontiguousarray(shown.swapaxes(0, 1) if transposed else shown)
    turn = Turn(upside_down=upside_down, mirrored=mirrored, transposed=transposed)
    assert fingerprint(of_rgb(rgb, turn)) == fingerprint(of_rgb(shown))


@pytest.mark.parametrize("scale", [2, 4, 8])
def test_averaged_blocks_hash_within_two_bits_of_the_pixels(scale: int) -> None:
    """A decoder's scaling is undone in the matrix, an odd rest at the border included."""
    luma = np.asarray(Image.fromarray(picture("skimage:data/coffee.png")).convert("L").resize((3500, 3131)))
    height, width = luma.shape
    padded = np.pad(luma, ((0, -height % scale), (0, -width % scale)), mode="edge").astype(np.float32)
    small = padded.reshape(padded.shape[0] // scale, scale, -1, scale).mean(axis=(1, 3))
    scaled = fingerprint(Picture(lambda start, stop: small[start:stop], height, width, scale))
    assert distance_bits(scaled.value, hash_luma(luma)[0]) <= 2


@pytest.mark.parametrize(("height", "width"), [(1, 1), (4, 900), (900, 4)])
def test_pictures_below_five_pixels_have_no_hash(height: int, width: int) -> None:
    """The reference answers zeros and quality 0; so do we, in all orientations."""
    found = fingerprint(Picture.of_luma(np.full((height, width), 90, np.uint8)))
    assert (found.quality, set(found.orientations)) == (0, {bytes(32)})


def test_a_flat_picture_has_no_quality() -> None:
    """Such a hash says nothing and must not be looked up by distance."""
    assert hash_luma(np.full((300, 200), 128, np.uint8))[1] == 0


def test_half_of_the_bits_are_set_in_each_orientation() -> None:
    """The lower median of 256 different numbers has 128 above it."""
    found = fingerprint(of_rgb(pattern("rings", 300, 200)))
    assert {int.from_bytes(value).bit_count() for value in found.orientations} == {128}


@pytest.mark.parametrize("length", [5, 64, 127, 128, 129, 1000, 65_535])
def test_each_point_is_a_mean(length: int) -> None:
    """The weights of a point add up to one, so a grey picture stays as grey as it was."""
    matrix = sampling._sampling(length)
    assert np.allclose(matrix.sum(axis=1), 1.0)
    assert (matrix >= 0).all()


@given(st.binary(min_size=32, max_size=32))
def test_a_hash_survives_its_notation(value: bytes) -> None:
    """What was printed is read, in either case of the digits."""
    assert parse_hex(value.hex()) == parse_hex(value.hex().upper()) == value


@pytest.mark.parametrize(
    "text", ["", "0" * 63, "0" * 65, "0" * 64 + "\n", " " + "0" * 64, "0" * 63 + "g", "0x" + "0" * 62]
)
def test_anything_but_64_digits_is_no_hash(text: str) -> None:
    """One stray newline once stopped every later index build of a peer."""
    with pytest.raises(MalformedHash) as caught:
        parse_hex(text)
    assert caught.value.place == "pdq"
    assert caught.value.remedy


def test_unicode_digits_are_no_hash() -> None:
    """Digits of other scripts are digits to Python, not to us."""
    with pytest.raises(MalformedHash):
        parse_hex("\u0661" * 64)


@given(st.binary(min_size=32, max_size=32), st.sets(st.integers(0, 255)))
def test_distance_counts_the_bits_that_differ(value: bytes, flipped: set[int]) -> None:
    """Flipping some bits puts a hash exactly that many bits away, seen from either side."""
    other = (int.from_bytes(value) ^ sum(1 << bit for bit in flipped)).to_bytes(32)
    assert distance_bits(value, other) == distance_bits(other, value) == len(flipped)


def test_distance_refuses_what_is_no_hash() -> None:
    """A short value would be near to everything."""
    with pytest.raises(MalformedHash):
        distance_bits(bytes(31), bytes(32))
