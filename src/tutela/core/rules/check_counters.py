"""Counters in a condition: what they count, under which keys, in which window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutela.core.counters import CounterKind
from tutela.core.rules.counters_of import CounterCall
from tutela.core.rules.literals import DURATION_FORM, duration_of
from tutela.core.rules.problems import did_you_mean
from tutela.core.rules.syntax import Call, Items, Node, Text
from tutela.core.rules.typed import Counted, Expression, Read
from tutela.core.rules.types import MICROSECONDS, Type

if TYPE_CHECKING:  # the checker calls these, and they call it
    from tutela.core.rules.checker import Checker

MAX_COUNTERS = 16
"""In one condition."""

MAX_KEY_PARTS = 8

SHORTEST_US = 60 * MICROSECONDS
LONGEST_US = 30 * 86_400 * MICROSECONDS

_KEYWORDS = ("by", "within", "where")


@dataclass(frozen=True, slots=True)
class CounterForm:
    """How one kind of counter is written."""

    kind: CounterKind
    value: tuple[Type, ...]  #: of what is counted; nothing for a plain count
    form: str


COUNTERS = {
    "count": CounterForm(CounterKind.COUNT, (), 'count(by=author.id, within="24h")'),
    "count_distinct": CounterForm(
        CounterKind.DISTINCT, (Type.TEXT, Type.NUMBER), 'count_distinct(recipient.id, by=author.id, within="24h")'
    ),
    "sum": CounterForm(CounterKind.SUM, (Type.NUMBER,), 'sum(item.media, by=author.id, within="24h")'),
}
"""Every kind of counter, by the function that asks for it."""


def counter(checker: Checker, node: Call) -> Expression | None:
    """Return a counter checked."""
    if checker.is_in_counter:
        checker.wrong(node.span, "a counter cannot stand in another", "make a label of the one, and ask for it here")
        return None
    if len(checker.counters) >= MAX_COUNTERS:
        checker.wrong(node.span, f"a condition has at most {MAX_COUNTERS} counters", "make two rules of it")
        return None
    checker.is_in_counter = True
    found = _call(checker, node)
    checker.is_in_counter = False
    if found is None:
        return None
    checker.counters.append(found)
    return Counted(node, Type.NUMBER, len(checker.counters) - 1)


def _call(checker: Checker, node: Call) -> CounterCall | None:
    form = COUNTERS[node.function]
    given = {keyword.name: keyword.value for keyword in node.keywords}
    if not _is_well_formed(checker, node, form):
        return None
    value = checker.need(node.arguments[0], *form.value) if form.value else None
    by = _keys(checker, given["by"])
    window_us = _window(checker, given["within"])
    where = checker.need(given["where"], Type.BOOLEAN) if "where" in given else None
    is_whole = (value is not None or not form.value) and (where is not None or "where" not in given)
    if by is None or window_us is None or not is_whole:
        return None
    return CounterCall(node, form.kind, value, by, window_us, where)


def _is_well_formed(checker: Checker, node: Call, form: CounterForm) -> bool:
    wanted = 1 if form.value else 0
    hint = f"it is written `{form.form}`"
    if len(node.arguments) != wanted:
        message = f"`{node.function}` takes {'one value' if wanted else 'no value'} before `by`"
        checker.wrong(node.span, message, hint)
        return False
    names = [keyword.name for keyword in node.keywords]
    for keyword in node.keywords:
        if keyword.name not in _KEYWORDS:
            checker.wrong(keyword.span, "this is no part of a counter", did_you_mean(keyword.name, _KEYWORDS, hint))
            return False
    if missing := [name for name in ("by", "within") if name not in names]:
        checker.wrong(node.span, f"`{node.function}` needs `{'` and `'.join(missing)}`", hint)
        return False
    return True


def _keys(checker: Checker, node: Node) -> Expression | tuple[Expression, ...] | None:
    """Return by what is counted: a text, several, or a fact that is a list of texts."""
    if isinstance(node, Items):
        found = [checker.need(item, Type.TEXT) for item in node.items]
        parts = tuple(part for part in found if part is not None)
        if 0 < len(found) <= MAX_KEY_PARTS:
            return parts if len(parts) == len(found) else None
        checker.wrong(node.span, f"a key is made of one to {MAX_KEY_PARTS} texts")
        return None
    by = checker.need(node, Type.TEXT, Type.TEXTS)
    if by is not None and by.type is Type.TEXTS and not isinstance(by, Read):
        checker.wrong(node.span, "a counter is kept by a fact that is a list, not by what is made of lists")
        return None
    return by


def _window(checker: Checker, node: Node) -> int | None:
    window_us = duration_of(node.value) if isinstance(node, Text) else None
    if window_us is None:
        checker.wrong(node.span, "`within` is a literal duration", DURATION_FORM)
    elif not SHORTEST_US <= window_us <= LONGEST_US:
        checker.wrong(node.span, "a window is one minute to thirty days long")
        return None
    return window_us
