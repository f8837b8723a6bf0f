"""Blur and sample a picture to 64x64 points, as PDQ does: one banded matrix for each side.

A picture may come scaled down by its decoder and turned by its metadata. Both go into the matrices instead of the
pixels: hashing the half-sized pixels of a 1600x1004 photograph themselves is up to 16 bits off, this is 0 to 2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

POINTS: Final = 64
"""Points along each side."""

Floats: TypeAlias = npt.NDArray[np.float64]
Luma: TypeAlias = npt.NDArray[Any]
Rows: TypeAlias = Callable[[int, int], Luma]

# Each point needs a sixty-fourth of the picture and a little more, so the matrix is cut into bands: a seventh of the
# work, and pictures of any size pass in pieces.
_BANDS: Final = 8
_POINTS_A_BAND: Final = POINTS // _BANDS
_CACHED_LENGTHS: Final = 64  # 36 bytes a pixel of length: 56 KiB for 1600, 2.3 MiB for the longest side there is


@dataclass(frozen=True, slots=True)
class Turn:
    """How stored pixels become the picture as shown: first mirrored, then transposed."""

    upside_down: bool = False
    mirrored: bool = False
    transposed: bool = False


UPRIGHT: Final = Turn()


@dataclass(frozen=True, slots=True)
class Picture:
    """Where the luma of a picture comes from, and what happened to it on the way."""

    rows: Rows  #: the luma of the stored rows from start to stop, 0 to 255
    height: int  #: as stored, before the decoder scaled
    width: int
    scale: int = 1  #: the decoder averaged blocks of this many pixels along each side
    turn: Turn = UPRIGHT

    @classmethod
    def of_luma(cls, luma: Luma) -> "Picture":
        """Return a picture that is all in memory."""
        height, width = luma.shape
        return cls(lambda start, stop: luma[start:stop], height, width)


@dataclass(frozen=True, slots=True)
class _Band:
    """Eight rows of a sampling matrix, without the zeros around them."""

    start: int
    stop: int
    weights: npt.NDArray[np.float32]  # single precision: 0 bits apart from the reference, at half the time


def sample(picture: Picture) -> Floats:
    """Return the 64x64 blurred points of the picture as shown."""
    down = _bands(picture.height, picture.scale, picture.turn.upside_down)
    across = _bands(picture.width, picture.scale, picture.turn.mirrored)
    strips = np.concatenate(
        [band.weights @ picture.rows(band.start, band.stop).astype(np.float32, copy=False) for band in down]
    )
    points = np.concatenate([strips[:, band.start : band.stop] @ band.weights.T for band in across], axis=1)
    return (points.T if picture.turn.transposed else points).astype(np.float64)


@lru_cache(_CACHED_LENGTHS)
def _bands(length: int, scale: int, mirrored: bool) -> tuple[_Band, ...]:  # noqa: FBT001 - lru_cache: positional is faster
    matrix = _sampling(length)
    if mirrored:
        matrix = matrix[:, ::-1]
    if scale > 1:
        matrix = _folded(matrix, scale)
    return tuple(_band(matrix[first : first + _POINTS_A_BAND]) for first in range(0, POINTS, _POINTS_A_BAND))


def _band(rows: Floats) -> _Band:
    used = np.flatnonzero(rows.any(axis=0))
    start, stop = int(used[0]), int(used[-1]) + 1
    return _Band(start, stop, np.ascontiguousarray(rows[:, start:stop], dtype=np.float32))


def _sampling(length: int) -> Floats:
    """Return the matrix that blurs twice and keeps 64 points.

    Source: `jaroszFilterFloat` and `decimateFloat` of the reference. The window is clipped at both ends and divided
    by what is left of it.
    """
    points = ((np.arange(POINTS) + 0.5) * length / POINTS).astype(np.int64)
    steps = np.zeros((POINTS, length + 1))
    for point, (start, stop) in enumerate(zip(*_window(points, length), strict=True)):
        inner = np.arange(start, stop)
        inner_start, inner_stop = _window(inner, length)
        weight = 1.0 / ((stop - start) * (inner_stop - inner_start))
        np.add.at(steps[point], inner_start, weight)
        np.add.at(steps[point], inner_stop, -weight)
    matrix = np.cumsum(steps, axis=1)[:, :length]
    matrix[matrix < 1e-3 / (length * length)] = 0.0  # what is left of sums that end at zero; true weights are larger
    return matrix


def _window(centres: npt.NDArray[np.int64], length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return first and one past last of the box around each centre; an even box reaches one further to the right."""
    size = -(-length // (2 * POINTS))
    right = size // 2
    left = size - 1 - right
    return np.maximum(centres - left, 0), np.minimum(centres + right + 1, length)


def _folded(matrix: Floats, scale: int) -> Floats:
    """Return the matrix for pixels that the decoder averaged in blocks along this side.

    Each lost pixel is taken as the block's mean plus the slope between its two neighbours: that halves what is lost
    against the mean alone.
    """
    blocks = -(-matrix.shape[1] // scale)
    whole = np.zeros((POINTS, blocks * scale))
    whole[:, : matrix.shape[1]] = matrix
    each = whole.reshape(POINTS, blocks, scale)
    slope = each @ ((np.arange(scale) - (scale - 1) / 2) / (2 * scale))
    folded: Floats = each.sum(axis=2)
    folded[:, 1:] += slope[:, :-1]
    folded[:, -1] += slope[:, -1]
    folded[:, :-1] -= slope[:, 1:]
    folded[:, 0] -= slope[:, 0]
    return folded
