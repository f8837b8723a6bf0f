"""How long the bar of each number is: drawn beside it in the table that is the chart for whoever does not see bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FULL = 100
"""The longest bar, in hundredths of its cell."""

MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One row."""

    key: str
    count: int | None  #: none where it is hidden
    is_few: bool  #: hidden because it is fewer than five
    width: int  #: of `FULL`; 0 where nothing is told


@dataclass(frozen=True, slots=True)
class Chart:
    """One breakdown."""

    id: str
    total: int | None
    bars: tuple[Bar, ...]


def chart_of(breakdown: Mapping[str, Any]) -> Chart:
    """Return the rows of a breakdown as a summary tells it, in its order; above nothing every bar can be seen."""
    parts: Mapping[str, int | None] = breakdown["parts"]
    few = set(breakdown["few"])
    longest = max((count for count in parts.values() if count is not None), default=0)
    bars = tuple(Bar(key, count, key in few, _width(count, longest)) for key, count in parts.items())
    return Chart(breakdown["id"], breakdown["total"], bars[:MOST_ROWS])


def _width(count: int | None, longest: int) -> int:
    return max(1, round(FULL * count / longest)) if count else 0
