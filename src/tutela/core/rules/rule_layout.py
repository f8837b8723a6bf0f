"""Where lines of a rule file stand in the wrong column, or a bracket or a quote is never closed. Pure.

A parser of YAML notices such a mistake where it can go no further, which is often a line or ten later, and does not
know what was meant. Here it is known which keys there are and where each belongs. Asked only of a file that is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tutela.core.rules.layout_rows import Row, rows_of
from tutela.core.rules.problems import Problem

RULE_KEYS = ("rule", "clause", "state", "when", "then", "tests", "explains")
EFFECT_KEYS = {
    "open_case": ("queue", "severity", "because", "on", "elsewhere"),
    "measure": ("kind", "on", "to", "for"),
    "label": ("label", "on", "for", "because"),
    "list": ("name", "on", "for", "because"),
    "classify": ("with",),
}
TEST_KEYS = ("name", "given", "after", "expect", "fires_to_queue")


def misplaced(text: str) -> Problem | None:
    """Return the first line or bracket of a rule file that does not stand where it belongs; none where all seem to."""
    walk = _Walk(text)
    for each in rows_of(text, _is_known):
        found = each if isinstance(each, Problem) else next(walk.see(each), None)
        if found is not None:
            return found
    return None


def swallowed(text: str, start: int, end: int, key: str) -> Problem | None:
    """Return where *key* of a rule stands so far in that it became part of the text above it; none where it does not.

    Args:
        text: The file.
        start: Of the rule's first key.
        end: Of the rule.
        key: That is missing.
    """
    found = re.compile(rf"^ +{key}:(?= |$)", re.MULTILINE).search(text, start, end)
    if found is None:
        return None
    at, right = found.end() - len(key) - 1, _column(text, start)
    told = f"`{key}` stands in column {_column(text, at) + 1}, and so is part of the text above it"
    return Problem(at, at + len(key), told, f"it stands in the same column as `rule:` (column {right + 1})")


def beside(word: str, keys: list[str], at: int) -> Problem:
    """Return that *keys* stand beside the word into which they belong."""
    told = "belongs" if len(keys) == 1 else "belong"
    listed = _joined([f"`{each}`" for each in keys])
    stand = "stands" if len(keys) == 1 else "stand"
    hint = f"{listed} {told} to `{word}`: four more blanks than its `-`"
    return Problem(at, at + len(keys[0]), f"{listed} {stand} no further in than `{word}`", hint)


def _is_known(word: str) -> bool:
    return word in _KNOWN


_KNOWN = frozenset((*RULE_KEYS, *EFFECT_KEYS, *(key for keys in EFFECT_KEYS.values() for key in keys), *TEST_KEYS)) | {
    "times", "ago",
}  # fmt: skip


@dataclass(slots=True)
class _Series:
    """A list below a key of a rule, as far as it was read."""

    dash: int | None = None  #: the column of its `-`
    column: int | None = None  #: of the keys of the present item
    first: str = ""  #: the first key of them
    word: str = ""  #: of `then`: what the present item asks for
    word_column: int = 0
    keys: list[str] = field(default_factory=list)  #: of the present item
    inner: int | None = None  #: the column of `elsewhere` or `after`, while its list may go on below it
    inner_column: int | None = None  #: of the keys in an item of that list


class _Walk:
    """One pass over the rows of a file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._dash: int | None = None
        self._rule: int | None = None
        self._seen: list[str] = []
        self._section = ""
        self._series = _Series()
        self._free: int | None = None  # the column of a `given` below which facts are nested

    def see(self, row: Row) -> Iterator[Problem]:
        """Yield what is wrong with where *row* stands."""
        if self._free is not None:
            if row.left > self._free:
                return
            self._free = None
        if row.key == "rule":
            yield from self._begin(row)
        elif self._rule is not None and row.key in RULE_KEYS and not self._is_elsewhere(row):
            yield from self._of_rule(row, self._rule)
        elif self._section == "then" and self._rule is not None:
            yield from self._of_effect(row, self._rule)
        elif self._section == "tests" and self._rule is not None:
            yield from self._of_test(row, self._rule)

    # ---------------------------------------------------------------------------------------------------------- a rule

    def _begin(self, row: Row) -> Iterator[Problem]:
        if row.dash is None:
            hint = "begin with `- rule: name-of-the-rule`, and put two blanks before all its other lines"
            if row.column > 1:
                hint = "put `- ` in the place of the last two blanks before it"
            yield _at(row, "there is no `- ` before `rule`", hint)
        elif self._dash is not None and row.dash != self._dash:
            yield _at(row, f"this `- rule` stands in column {row.dash + 1}", _same(["- rule"], self._dash))
        self._dash, self._rule = row.dash, row.column
        self._seen, self._section = ["rule"], ""

    def _of_rule(self, row: Row, column: int) -> Iterator[Problem]:
        if row.dash is not None:
            yield _at(row, f"`{row.key}` has a `- ` before it", f"leave it out: `{row.key}` is a key of the rule above")
        elif row.column != column:
            others = [each for each in self._seen if each != row.key]
            yield _moved(row, [f"{each}:" for each in others[-2:]], column)
        self._seen.append(row.key)
        self._section, self._series = row.key, _Series()

    def _is_elsewhere(self, row: Row) -> bool:
        """Return whether it is the condition of another queue."""
        inner, series = self._series.inner, self._series
        is_below = inner is not None and row.left >= inner
        return self._section == "then" and row.key == "when" and is_below and series.column != row.column

    # ----------------------------------------------------------------------------------------------------- what follows

    def _of_effect(self, row: Row, column: int) -> Iterator[Problem]:
        series = self._series
        if row.dash is not None:
            if series.inner is not None and row.dash >= series.inner:
                series.inner_column = row.column
                return
            yield from _item(series, row, column, "then")
            series.word, series.word_column = row.key, row.column
            series.column = None
        elif not series.word:
            if row.key in EFFECT_KEYS:
                yield _at(row, f"there is no `- ` before `{row.key}`", f"write `- {row.key}:`")
        elif row.key in EFFECT_KEYS.get(series.word, ()) and not _is_inner(series, row):
            yield from self._of_table(series, row)

    def _of_table(self, series: _Series, row: Row) -> Iterator[Problem]:
        if series.column is None and row.column <= series.word_column:
            keys = [key for key in self._below(row) if key in EFFECT_KEYS[series.word]]
            yield beside(series.word, keys, row.at + row.column)
        elif series.column is None:
            series.column, series.first = row.column, row.key
        elif row.column != series.column:
            yield _moved(row, [series.first], series.column)
        series.inner = row.column if row.key == "elsewhere" and not row.said else None

    def _below(self, row: Row) -> Iterator[str]:
        """Yield the keys that stand in the column of *row*, from it on, up to the first line further left."""
        for line in self._text[row.at :].split("\n"):
            left = len(line) - len(line.lstrip())
            if line.strip() and left < row.column:
                return
            if left == row.column and (found := re.match(r" *([a-z_]+) *:", line)):
                yield found[1]

    # ------------------------------------------------------------------------------------------------------------ tests

    def _of_test(self, row: Row, column: int) -> Iterator[Problem]:
        series = self._series
        if row.dash is not None:
            if series.inner is not None and row.dash >= series.inner:
                series.inner_column = row.column
            else:
                yield from _item(series, row, column, "tests")
                series.column, series.first, series.keys = row.column, row.key, [row.key]
        elif row.key in TEST_KEYS and not _is_inner(series, row):
            yield from self._of_one_test(series, row)
        if row.key == "given" and not row.said:
            self._free = row.column

    def _of_one_test(self, series: _Series, row: Row) -> Iterator[Problem]:
        if series.column is None or series.dash is None:
            hint = f"write `- {row.key}:`, and put the other keys of the test under `{row.key}`"
            yield _at(row, f"there is no `- ` before `{row.key}`", hint)
            return
        if row.key == "name" and row.key in series.keys:
            hint = f"begin the next test with `- name:`, its `-` in column {series.dash + 1}"
            yield _at(row, "there is no `- ` before this `name`", hint)
        elif row.column == series.dash != series.column:
            hint = f"it stands under `{series.first}` (column {series.column + 1}): two more blanks"
            yield _at(row, f"`{row.key}` stands under the `-` of `- {series.first}:`", hint)
        elif row.column != series.column:
            yield _moved(row, [series.first], series.column)
        series.keys.append(row.key)
        series.inner = row.column if row.key == "after" and not row.said else None


def _item(series: _Series, row: Row, column: int, section: str) -> Iterator[Problem]:
    """Yield what is wrong with where an item of a list begins, and note that it did."""
    dash = row.left
    if series.dash is not None and dash != series.dash:
        hint = f"each `- ` of `{section}` stands in the same column (column {series.dash + 1})"
        yield Problem(row.at + dash, row.at + dash + 1, f"this `-` stands in column {dash + 1}", hint)
    elif dash < column:
        hint = f"begin it in column {column + 3}, two more blanks than `{section}`"
        yield Problem(row.at + dash, row.at + dash + 1, f"this `-` belongs to `{section}`", hint)
    series.dash, series.inner, series.inner_column = dash, None, None


def _is_inner(series: _Series, row: Row) -> bool:
    """Return whether it is a key in the list of `elsewhere` or `after`."""
    return series.inner is not None and series.inner_column == row.column


def _moved(row: Row, others: list[str], column: int) -> Problem:
    return _at(row, f"`{row.key}` stands in column {row.column + 1}", _same(others, column))


def _same(others: list[str], column: int) -> str:
    return f"it stands in the same column as {_joined([f'`{each}`' for each in others])} (column {column + 1})"


def _at(row: Row, message: str, hint: str) -> Problem:
    start = row.at + row.column
    return Problem(start, start + len(row.key), message, hint)


def _joined(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)
