"""Harmless pictures: photographs out of two libraries' wheels where they are installed, generated ones otherwise.

No picture here shows abuse, and none in which a person is to be seen ever stands in for known material.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDE = (1600, 1004)
"""Size of the large picture: a usual photograph on a forum."""

_PHOTOGRAPHS = {
    "coffee": ("skimage", "data/coffee.png"),
    "chelsea": ("skimage", "data/chelsea.png"),
    "rocket": ("skimage", "data/rocket.jpg"),
    "hubble": ("skimage", "data/hubble_deep_field.jpg"),
    "clock": ("skimage", "data/clock_motion.png"),
    "china": ("sklearn", "datasets/images/china.jpg"),
    "flower": ("sklearn", "datasets/images/flower.jpg"),
    "brick": ("skimage", "data/brick.png"),
    "grass": ("skimage", "data/grass.png"),
    "gravel": ("skimage", "data/gravel.png"),
    "retina": ("skimage", "data/retina.jpg"),
    "camera": ("skimage", "data/camera.png"),
}
"""Where each photograph lies inside its package. Licences: ATTRIBUTION.md."""

KNOWN = ("coffee", "chelsea", "rocket", "china", "flower", "retina", "hubble", "wide")
"""Which pictures stand in for known material. `camera` shows a photographer, so it never may."""


@dataclass(frozen=True, slots=True)
class Harmless:
    """One harmless picture."""

    name: str
    image: Image.Image  #: RGB
    is_photograph: bool  #: or generated


def photograph(name: str) -> Image.Image | None:
    """Return the photograph of that name; none when the package that has it is not installed."""
    package, inside = _PHOTOGRAPHS[name]
    path = _folder(package) / inside
    if not path.is_file():
        return None
    with Image.open(path) as opened:
        return opened.convert("RGB")


def _folder(package: str) -> Path:
    """Return where *package* lies, without importing it: it is installed without what it needs."""
    spec = find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin else Path("/nonexistent")


def known() -> list[Harmless]:
    """Return the pictures that stand in for known material, always the same ones on one machine."""
    return [_named(name) for name in KNOWN]


def unrelated(count: int) -> list[Harmless]:
    """Return *count* pictures that no bank holds: photographs first, generated ones after them."""
    names = [name for name in _PHOTOGRAPHS if name not in KNOWN]
    found = [Harmless(name, image, is_photograph=True) for name in names if (image := photograph(name))]
    made = (Harmless(f"generated {seed}", generated(seed), is_photograph=False) for seed in range(100, 100 + count))
    return [*found, *made][:count]


def _named(name: str) -> Harmless:
    if name == "wide":
        return Harmless(name, wide(), is_photograph=photograph("grass") is not None)
    image = photograph(name)
    if image is None:
        return Harmless(name, generated(KNOWN.index(name)), is_photograph=False)
    return Harmless(name, image, is_photograph=True)


def wide() -> Image.Image:
    """Return a picture of 1600x1004, composed of four others."""
    whole = Image.new("RGB", WIDE)
    half = (WIDE[0] // 2, WIDE[1] // 2)
    for number, name in enumerate(("grass", "hubble", "gravel", "brick")):
        part = (photograph(name) or generated(50 + number)).resize(half, Image.Resampling.LANCZOS)
        whole.paste(part, ((number % 2) * half[0], (number // 2) * half[1]))
    return whole


Field = NDArray[np.float64]


def generated(seed: int, size: tuple[int, int] = (640, 448)) -> Image.Image:
    """Return a made-up scene: the same for the same *seed*, unlike that of every other."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float64)
    x, y = columns / size[0], rows / size[1]
    brightness = _SCENES[seed % len(_SCENES)](x, y, random) + _blobs(x, y, random)
    brightness = (brightness - brightness.min()) / np.ptp(brightness)
    tint = random.uniform(0.55, 1.0, size=3)
    pixels = (brightness[:, :, None] * tint * 255).astype(np.uint8)
    return Image.fromarray(pixels, "RGB")


def _sunset(x: Field, y: Field, random: np.random.Generator) -> Field:
    middle, horizon = random.uniform(0.2, 0.8), random.uniform(0.4, 0.8)
    sun = np.exp(-40 * ((x - middle) ** 2 + (y - horizon + 0.15) ** 2))
    ripples = np.where(y > horizon, 0.2 * np.sin(90 * y + 8 * np.sin(7 * x)), 0.0)
    return np.asarray(1.0 - np.abs(y - horizon) + sun + ripples)


def _hills(x: Field, y: Field, random: np.random.Generator) -> Field:
    sky = np.asarray(1.2 - y)
    for depth in range(1, 5):
        phase, waves = random.uniform(0, 6.3, size=2), random.uniform(2, 9, size=2)
        ridge = 0.2 * depth + 0.08 * np.sin(waves[0] * x + phase[0]) + 0.05 * np.sin(waves[1] * 2 * x + phase[1])
        sky = np.where(y > ridge, 0.8 - 0.17 * depth, sky)
    return sky


def _waves(x: Field, y: Field, random: np.random.Generator) -> Field:
    made = np.zeros_like(x)
    for _ in range(6):
        across, down, phase = random.uniform(-22, 22), random.uniform(-22, 22), random.uniform(0, 6.3)
        made += np.sin(across * x + down * y + phase)
    return 0.4 * made


def _tiles(x: Field, y: Field, random: np.random.Generator) -> Field:
    across, down = random.integers(5, 11, size=2)
    shades = random.uniform(0, 1.5, size=(int(down), int(across)))
    rows = np.minimum((y * down).astype(int), down - 1)
    columns = np.minimum((x * across).astype(int), across - 1)
    return np.asarray(shades[rows, columns])


def _blobs(x: Field, y: Field, random: np.random.Generator) -> Field:
    """Return soft spots: what makes two scenes of one kind unlike each other."""
    made = np.zeros_like(x)
    for _ in range(14):
        across, down, reach = random.uniform(0, 1), random.uniform(0, 1), random.uniform(20, 200)
        made += random.uniform(-1, 1) * np.exp(-reach * ((x - across) ** 2 + (y - down) ** 2))
    return made


_SCENES: tuple[Callable[[Field, Field, np.random.Generator], Field], ...] = (_sunset, _hills, _waves, _tiles)
