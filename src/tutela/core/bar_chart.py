"""Where the bars of a chart stand. Pure: a page draws them, and says the same in a table beside."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 180, 44, 24
MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: all of it, and the part that is filled."""

    x: int
    width: int
    y: int
    height: int
    filled_y: int
    filled_height: int
    label: str  #: below it; empty where there is no room


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars."""

    bars: Sequence[Bar]
    marks: Sequence[tuple[int, int]]  #: values on the left, each with its height


def chart_of(values: Sequence[tuple[str, int, int]]) -> Chart:
    """Return the chart of *values*: a label, a whole and a part of it each."""
    top = _top(max((whole for _, whole, _ in values), default=0))
    room = HEIGHT - BOTTOM - 8
    step = (WIDTH - LEFT) / max(len(values), 1)
    every = -(-len(values) // MOST_LABELS)
    bars = [
        _bar(LEFT + round(number * step), max(1, round(step * 0.8)), room * whole / top, room * part / top,
             label if number % every == 0 else "")
        for number, (label, whole, part) in enumerate(values)
    ]  # fmt: skip
    marks = [(value, _base() - round(room * value / top)) for value in (0, top // 2, top)]
    return Chart(bars, marks)


def _bar(x: int, width: int, height: float, filled: float, label: str) -> Bar:
    return Bar(x, width, _base() - round(height), round(height), _base() - round(filled), round(filled), label)


def _base() -> int:
    return HEIGHT - BOTTOM


def _top(highest: int) -> int:
    """Return a round number that is at least *highest*, and even."""
    size = 1
    while size * 10 <= highest:
        size *= 10
    return next(step * size for step in (1, 2, 4, 6, 8, 10) if step * size >= max(highest, 2))
