"""Draw the scaling curve of the docs: `./dev bench search --json | python -m benchmarks.curve > docs/reference/search-scaling.svg`."""  # noqa: E501  # one command

import json
import math
import re
import sys
from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 30, 50
COUNTS, TIMES = (5, 7), (-2, 2)
"""Powers of ten at the ends of the axes: hashes, and milliseconds."""

_SCALING = re.compile(r"scaling: one look-up among ([0-9,]+)")
_STYLE = (
    "text{font:13px sans-serif;fill:#333}line{stroke:#ccc}polyline{fill:none;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}line{stroke:#555}}"
)

Points = list[tuple[float, float]]


def main() -> None:
    """Read the rows and write the picture."""
    rows = json.load(sys.stdin)["rows"]
    found = [(int(match[1].replace(",", "")), row) for row in rows if (match := _SCALING.match(row["what"]))]
    if not found:
        raise SystemExit("there is no row of scaling in what was measured")
    print(drawn(found))


def drawn(found: Sequence[tuple[int, dict[str, Any]]]) -> str:
    """Return the picture: both axes logarithmic, a dashed line for growth with the square root."""
    ours = [(count, row["ours"]) for count, row in found]
    peers = [(count, row["peer"]) for count, row in found if row["peer"] is not None]
    count, first = ours[0]
    root = [(count, first), (10.0 ** COUNTS[1], first * math.sqrt(10.0 ** COUNTS[1] / count))]
    lines = [*_grid(), _line(root, "#999", 'stroke-dasharray="4 4"', "square root", lift=8)]
    lines += [_line(peers, "#b5651d", "", "FAISS, plain scan")] if peers else []
    lines.append(_line(ours, "#1f6f54", "", "Tutela", lift=-8))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    title = "<title>One exact look-up within 31 bits, by the number of hashes in the bank</title>"
    return "\n".join([head, title, f"<style>{_STYLE}</style>", *lines, "</svg>"])


def _x(count: float) -> float:
    return LEFT + (math.log10(count) - COUNTS[0]) / (COUNTS[1] - COUNTS[0]) * (WIDTH - LEFT - RIGHT)


def _y(milliseconds: float) -> float:
    return TOP + (TIMES[1] - math.log10(milliseconds)) / (TIMES[1] - TIMES[0]) * (HEIGHT - TOP - BOTTOM)


def _grid() -> list[str]:
    lines = []
    for power in range(COUNTS[0], COUNTS[1] + 1):
        x, name = _x(10.0**power), f"{10**power:,}"
        lines.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>')
        lines.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{name}</text>')
    for power in range(TIMES[0], TIMES[1] + 1):
        y = _y(10.0**power)
        lines.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    lines.append(f'<text x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">hashes in the bank</text>')
    return lines


def _line(points: Points, colour: str, more: str, name: str, *, lift: int = 0) -> str:
    """Draw a line with its name at its end, lifted where two lines end close to each other."""
    places = " ".join(f"{_x(count):.1f},{_y(took):.1f}" for count, took in points)
    count, took = points[-1]
    label = f'<text x="{_x(count) + 8:.1f}" y="{_y(took) + 4 - lift:.1f}">{name}</text>'
    return f'<polyline points="{places}" stroke="{colour}" {more}/>{label}'


if __name__ == "__main__":
    main()
