"""The lines of a rule file that hold a key or begin an item, without what stands inside texts, tables and lists. Pure.

Reads what a parser of YAML refused, so it takes nothing for granted: see `rule_layout`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tutela.core.rules.problems import Problem

_LINE = re.compile(r"(?P<blanks> *)(?P<dash>- +)?(?:(?P<key>[A-Za-z_][\w.]*) *:(?= |$))?(?P<said>.*)")
_NO_BLANK = re.compile(r" *+(?:- +)?(?P<key>[a-z_]++)(?P<colon>:?)(?P<said>\S*+)")  # none of it is tried twice
_CLOSES = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line that holds a key, or begins an item of a list."""

    at: int  #: where the line begins in the file
    dash: int | None  #: the column of its `-`, from 0
    key: str  #: empty of an item that begins with something else
    column: int  #: of the key, or of what the item begins with
    said: str  #: what follows, without blanks and comments
    said_at: int

    @property
    def left(self) -> int:
        """Return the column in which it begins."""
        return self.column if self.dash is None else self.dash


IsKey = Callable[[str], bool]


def rows_of(text: str, is_key: IsKey) -> Iterator[Row | Problem]:
    """Yield the rows of a file in order, and where one of them is wrong by itself, that."""
    return _Rows(text, is_key).all()


class _Rows:
    def __init__(self, text: str, is_key: IsKey) -> None:
        self._text, self._is_key = text, is_key
        self._lines = [
            (found.start(), found.group(), len(found.group()) - len(found.group().lstrip(" ")))
            for found in re.finditer(r"^.*$", text, re.MULTILINE)
            if found.group().strip() and not found.group().lstrip().startswith("#")
        ]
        self._next = 0

    def all(self) -> Iterator[Row | Problem]:
        while self._next < len(self._lines):
            at, line, _ = self._lines[self._next]
            self._next += 1
            if (wrong := self._unspaced(at, line)) is not None:
                yield wrong
                continue
            row = _row(at, line)
            yield row
            if (found := self._pass_over(row)) is not None:
                yield found

    def _unspaced(self, at: int, line: str) -> Problem | None:
        """Return that a blank or a colon is missing, of a line that would hold a key with it; or that it has a tab."""
        if tabbed := re.match(r" *+\t", line):
            start = at + tabbed.end() - 1
            return Problem(
                start, start + 1, "there is a tab before this line", "a line begins with blanks, never with a tab"
            )
        if glued := re.match(r" *-(?=[A-Za-z_{\[])", line):
            start = at + glued.end() - 1
            return Problem(start, start + 1, "there is no blank after this `-`", "write `- ` before what it begins")
        found = _NO_BLANK.fullmatch(line.rstrip())
        if found is None or not self._is_key(found["key"]) or (found["colon"] and not found["said"]):
            return None
        if not found["colon"] and found["said"]:
            return None
        key, start = found["key"], at + found.start("key")
        missing = "blank" if found["colon"] else "`:`"
        after = f"{key}:" if found["colon"] else key
        return Problem(
            start, start + len(key), f"there is no {missing} after `{after}`", f"write `{key}: ` and what it is"
        )

    def _is_row(self, line: str) -> bool:
        """Return whether a line can be no part of a text above it that ended."""
        row = _row(0, line)
        return row.dash is not None or bool(row.key) or self._unspaced(0, line) is not None

    def _pass_over(self, row: Row) -> Problem | None:
        """Go on behind what *row* says; return where that does not end, or stands too far left."""
        match row.said[:1]:
            case ">" | "|":
                return self._texts(row, is_block=True)
            case "{" | "[":
                return self._closed(row, _flow_end)
            case '"' | "'":
                return self._closed(row, _quote_end)
            case "":
                return None
            case _:
                return _unquoted(row) or self._texts(row, is_block=False)

    def _texts(self, row: Row, *, is_block: bool) -> Problem | None:
        """Pass over the lines of a text; the first line of a block says how far in they stand."""
        least = None
        while self._next < len(self._lines):
            at, line, left = self._lines[self._next]
            is_inside = left >= least if least is not None else left > row.column
            if (not is_inside or not is_block) and self._is_row(line):
                return None
            if not is_inside and row.key:
                column = (row.column + 2 if least is None else least) + 1
                told = f"this line belongs to `{row.key}`, and stands too far left"
                return Problem(at + left, at + len(line.rstrip()), told, f"begin it in column {column}")
            if not is_inside:
                return None
            least = left if is_block and least is None else least
            self._next += 1
        return None

    def _closed(self, row: Row, end_of: Callable[[str, int, int], "int | Problem"]) -> Problem | None:
        """Pass over what ends with a bracket or a quote, which it must before the next line that stands beside it.

        Looked for to the end of the file first: no line is read twice that way, but for the one mistake that is told.
        """
        end = end_of(self._text, row.said_at, len(self._text))
        before = len(self._text) if isinstance(end, Problem) else end
        while self._next < len(self._lines) and self._lines[self._next][0] < before:
            at, line, left = self._lines[self._next]
            if left <= row.column and self._is_row(line):
                end = end_of(self._text, row.said_at, at)
                break
            self._next += 1
        return end if isinstance(end, Problem) else self._after(row, end)

    def _after(self, row: Row, end: int) -> Problem | None:
        """Return what stands behind what was closed, on the same line."""
        line_end = self._text.find("\n", end)
        rest = self._text[end : line_end if line_end >= 0 else len(self._text)]
        start = end + len(rest) - len(rest.lstrip())
        after = rest.strip()
        if after[:1] in {"}", "]"} and row.said[0] in _CLOSES:
            return Problem(start, start + 1, f"this `{after[0]}` closes nothing", "leave it out")
        if not row.key or after[:1] in {"", "#"}:
            return None
        told = f"a text that begins with `{row.said[0]}` is quoted as a whole"
        return Problem(
            row.said_at, start + len(after), told, "put single quotes around it, or write it as a block after >"
        )


def _unquoted(row: Row) -> Problem | None:
    """Return where a text without quotes holds what makes a key of its beginning."""
    found = re.search(r":(?= |$)", row.said) if row.key else None
    if found is None:
        return None
    start = row.said_at + found.start()
    return Problem(
        start, start + 1, 'there is a ": " in this text', "put double quotes around it, or write it as a block after >"
    )


def _row(at: int, line: str) -> Row:
    found = _LINE.match(line)
    assert found is not None  # every part of the pattern may be empty  # noqa: S101
    blanks, dash, key = len(found["blanks"]), found["dash"], found["key"] or ""
    column = blanks + len(dash or "")
    said = re.sub(r"(^|\s)#.*$", "", found["said"]).strip()
    said_at = at + found.start("said") + len(found["said"]) - len(found["said"].lstrip())
    return Row(at, blanks if dash else None, key, column, said, said_at)


def _flow_end(text: str, start: int, stop: int) -> "int | Problem":
    """Return where a table or list in brackets ends, or which of its brackets is not closed before *stop*."""
    open_at: list[int] = []
    at, before = start, ":"
    while at < stop:
        char = text[at]
        if char in "\"'" and before in "{[,:":
            end = _quote_end(text, at, stop)
            if isinstance(end, Problem):
                return end
            at, before = end, '"'
            continue
        if char in _CLOSES:
            open_at.append(at)
        elif char in _CLOSES.values():
            if _CLOSES[text[open_at[-1]]] != char:
                return _unclosed(text, open_at[-1])
            open_at.pop()
            if not open_at:
                return at + 1
        before = before if char.isspace() else char
        at += 1
    return _unclosed(text, open_at[-1])


def _unclosed(text: str, at: int) -> Problem:
    char, line = text[at], text.count("\n", 0, at) + 1
    return Problem(at, at + 1, f"a `{char}` in line {line} is not closed", f"put the `{_CLOSES[char]}` where it ends")


def _quote_end(text: str, start: int, stop: int) -> "int | Problem":
    """Return where a text in quotes ends."""
    quote, at = text[start], start + 1
    while at < stop:
        if text[at] == "\\" and quote == '"':
            at += 2
            continue
        if text[at] == quote:
            if quote == "'" and text[at + 1 : at + 2] == "'":
                at += 2
                continue
            return at + 1
        at += 1
    return Problem(start, start + 1, "this text is never closed", "put the closing quote where it ends")
