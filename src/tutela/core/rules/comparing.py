"""Say what changed between two versions of a rule, line by line. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

AROUND = 2
"""Lines that are shown before and after what changed."""

MOST_LINES = 2_000
"""Of each version; comparing longer ones takes seconds, and nobody reads it."""


class LineKind(StrEnum):
    """What became of a line."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    SKIPPED = "skipped"  #: some lines that are the same, and far from any change


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One line of two versions."""

    kind: LineKind
    text: str = ""


def compared(before: str, after: str) -> list[ComparedLine]:
    """Return what changed, with a few lines around it; nothing where nothing did."""
    old, new = before.splitlines()[:MOST_LINES], after.splitlines()[:MOST_LINES]
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    found: list[ComparedLine] = []
    for group in groups:
        if found:
            found.append(ComparedLine(LineKind.SKIPPED))
        for step in group:
            found.extend(_lines(old, new, step))
    return found


Step = tuple[str, int, int, int, int]
"""As `difflib` tells it: what is done, from which to which line of the old text, and of the new one."""


def _lines(old: list[str], new: list[str], step: Step) -> Iterator[ComparedLine]:
    what, old_first, old_end, new_first, new_end = step
    if what == "equal":
        yield from (ComparedLine(LineKind.SAME, text) for text in old[old_first:old_end])
        return
    yield from (ComparedLine(LineKind.GONE, text) for text in old[old_first:old_end])
    yield from (ComparedLine(LineKind.NEW, text) for text in new[new_first:new_end])
