"""What came of the posts, as tables of plain text."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Posted:
    """One post of the demo and what was noticed about it."""

    variant: str
    answer: str  #: `publish`, `hold` or `refuse`
    seconds: float
    is_exact: bool  #: recognised by a digest
    near_bits: int | None  #: recognised by likeness, at this distance


def by_variant(posted: Iterable[Posted]) -> str:
    """Return a row for each variant, in the order they were posted, and one for all."""
    rows: dict[str, list[Posted]] = {}
    for each in posted:
        rows.setdefault(each.variant, []).append(each)
    everything = [each for row in rows.values() for each in row]
    head = ("known picture, posted", "posted", "exact", "near", "median bits", "refuse", "hold", "publish", "missed")
    lines = [_row(name, row) for name, row in rows.items()]
    return table([head, *lines, _row("together", everything)], rule_before_last=True)


def _row(name: str, posted: Sequence[Posted]) -> tuple[str, ...]:
    distances = [each.near_bits for each in posted if not each.is_exact and each.near_bits is not None]
    exact = sum(each.is_exact for each in posted)
    answers = [each.answer for each in posted]
    missed = len(posted) - exact - len(distances)
    counts = (answers.count("refuse"), answers.count("hold"), answers.count("publish"))
    median = f"{statistics.median(distances):g}" if distances else "-"
    return (name, str(len(posted)), str(exact), str(len(distances)), median, *map(str, counts), str(missed or "-"))


def table(rows: Sequence[Sequence[str]], *, rule_before_last: bool = False, is_of_words: bool = False) -> str:
    """Return *rows* aligned, the first as a head: words to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    align = str.ljust if is_of_words else str.rjust
    lines = ["  ".join([row[0].ljust(widths[0]), *map(align, row[1:], widths[1:])]).rstrip() for row in rows]
    rule = "  ".join("-" * width for width in widths)
    lines.insert(1, rule)
    if rule_before_last:
        lines.insert(-1, rule)
    return "\n".join(lines)


def speed(seconds_each: Sequence[float], whole_seconds: float) -> str:
    """Return how fast the posts were answered."""
    ordered = sorted(seconds_each)
    median, slow = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    rate = len(ordered) / whole_seconds
    return f"{rate:.0f} pictures/s; authors waited {median * 1000:.0f} ms (p50), {slow * 1000:.0f} ms (p99)"


def indented(text: str) -> str:
    """Return *text* two columns to the right."""
    return "\n".join(f"  {line}" for line in text.splitlines())
