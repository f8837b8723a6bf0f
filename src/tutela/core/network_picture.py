"""Where everything stands in the picture of a network: three columns, so that lines cross little. Pure.

The account stands on the left, what is shared in the middle, and the others on the right. Lengths are in the units of
the picture, which a page scales as it likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tutela.core.network import Neighbour, Network
from tutela.core.ties import Tie

WIDTH, ROW, MARGIN = 720, 30, 24
MIDDLE_X, TIES_X, OTHERS_X = 90, 330, 560


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A network with places."""

    height: int
    middle: Place
    ties: tuple[tuple[Tie, Place], ...]
    neighbours: tuple[tuple[Neighbour, Place], ...]
    lines: tuple[tuple[Place, Place], ...]


def picture_of(network: Network) -> Picture:
    """Return where everything stands; whoever shares the same stands together."""
    rows = max(len(network.ties), len(network.neighbours), 1)
    height = rows * ROW + 2 * MARGIN
    tie_places = dict(zip(network.ties, _column(TIES_X, len(network.ties), height), strict=True))
    ordered = sorted(network.neighbours, key=lambda each: (_mean_y(each, tie_places), each.account_id))
    places = _column(OTHERS_X, len(ordered), height)
    middle = Place(MIDDLE_X, height // 2)
    lines = [(middle, place) for place in tie_places.values()]
    for each, place in zip(ordered, places, strict=True):
        lines += [(tie_places[tie], place) for tie in each.ties]
    neighbours = tuple(zip(ordered, places, strict=True))
    return Picture(height, middle, tuple(tie_places.items()), neighbours, tuple(lines))


def _column(x: int, count: int, height: int) -> Sequence[Place]:
    step = (height - 2 * MARGIN) / max(count, 1)
    return [Place(x, round(MARGIN + (number + 0.5) * step)) for number in range(count)]


def _mean_y(neighbour: Neighbour, places: dict[Tie, Place]) -> float:
    return sum(places[tie].y for tie in neighbour.ties) / len(neighbour.ties)
