"""The conversation around what is reported, as a file that goes with the report: whole, in order, and unchanged."""

from collections.abc import Iterable

from tutela.core.filing.characters import shown
from tutela.core.filing.known_case import Line
from tutela.core.filing.moments import written

HEAD = """\
Conversation around what is reported, oldest first. It was written by software from what the platform holds; nobody has
changed a word. Each line: when (UTC; ? where the platform did not tell it), who (the platform's own identifier), text.
What is reported is marked with >. Characters that cannot be shown are written as their number, such as \\u{D800}.
"""

UNKNOWN = "?"


def ordered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return *lines* by time, each once; one without a time stays behind the one that it came after."""
    placed, last = [], None
    for at, line in enumerate(dict.fromkeys(lines)):
        last = line.at if line.at is not None else last
        placed.append(((last is not None, last, at), line))
    return tuple(line for _, line in sorted(placed, key=lambda each: (each[0][0], each[0][1] or 0, each[0][2])))


def transcript(lines: Iterable[Line]) -> bytes:
    """Return the file in UTF-8."""
    told = [HEAD]
    for line in ordered(lines):
        when = UNKNOWN if line.at is None else written(line.at)
        mark = ">" if line.item is not None else " "
        text = shown(line.text).replace("\r\n", "\n").replace("\n", "\n    ")
        told.append(f"\n{mark} {when} {shown(line.by)}: {text}")
    return ("".join(told) + "\n").encode()
