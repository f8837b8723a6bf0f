"""Calls of functions: how many arguments, of which types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutela.core.rules.check_counters import COUNTERS
from tutela.core.rules.functions import FUNCTIONS
from tutela.core.rules.functions.function import Form, Function
from tutela.core.rules.functions.patterns import compiled
from tutela.core.rules.problems import did_you_mean, quoted
from tutela.core.rules.syntax import Call, Name, Node
from tutela.core.rules.typed import Applied, Constant, Expression, Within
from tutela.core.rules.types import Type

if TYPE_CHECKING:  # the checker calls these, and they call it
    from tutela.core.rules.checker import Checker


def call(checker: Checker, node: Call) -> Expression | None:
    """Return a call checked."""
    function = FUNCTIONS.get(node.function)
    if function is None:
        _no_function(checker, node)
        return None
    given = _in_order(checker, node, function)
    if given is None:
        return None
    arguments = _arguments(checker, function, given)
    if arguments is None:
        return None
    if function.technique is not None:
        checker.techniques.add(function.technique)
    if function.form is Form.MEMBER:
        return Within(node, Type.BOOLEAN, arguments[0], arguments[1], is_negated=False)
    if function.form is Form.PATTERN and not _is_pattern(checker, arguments[1]):
        return None
    return Applied(node, function.result or arguments[0].type, function, tuple(arguments))


def _no_function(checker: Checker, node: Call) -> None:
    known = (*FUNCTIONS, *COUNTERS)
    of, _, last = node.function.rpartition(".")
    if checker.fact(node.function) is not None:
        hint = "write it without parentheses"
    elif of and last in known:
        hint = f"write `{last}({of}{', ...' if node.arguments else ''})`"
    else:
        hint = did_you_mean(node.function, known)
    checker.wrong(node.span, f"there is no function {quoted(node.function)}", hint)


def _in_order(checker: Checker, node: Call, function: Function) -> list[Node] | None:
    """Return what was given for each parameter, from left to right."""
    given: dict[int, Node] = dict(enumerate(node.arguments))
    names = [parameter.name for parameter in function.parameters]
    for keyword in node.keywords:
        if keyword.name not in names or names.index(keyword.name) in given:
            hint = did_you_mean(keyword.name, set(names), f"it is `{function.signature}`")
            checker.wrong(keyword.span, f"`{function.name}` has no place for `{quoted(keyword.name)[1:-1]}`", hint)
            return None
        given[names.index(keyword.name)] = keyword.value
    for place, parameter in enumerate(function.parameters):
        if parameter.fact is not None:
            given.setdefault(place, Name(parameter.fact, node.span))
    if not function.fewest <= len(given) <= function.most or max(given) >= len(given):
        hint = f"it is `{function.signature}`"
        checker.wrong(node.span, f"`{function.name}` is called with too few or too many arguments", hint)
        return None
    return [given[place] for place in range(len(given))]


def _arguments(checker: Checker, function: Function, given: list[Node]) -> list[Expression] | None:
    found: list[Expression] = []
    for place, node in enumerate(given):
        parameter = function.parameter(place)
        if parameter.is_like_first and not found:
            return None  # the first has a mistake, which was told
        argument = checker.need(node, *((found[0].type,) if parameter.is_like_first else parameter.types))
        if argument is not None:
            found.append(argument)
    return found if len(found) == len(given) else None


def _is_pattern(checker: Checker, pattern: Expression) -> bool:
    span = pattern.written.span
    if not isinstance(pattern, Constant) or not isinstance(pattern.value, str):
        hint = "it is compiled before any event comes; write it in quotes, or use `contains(text, part)`"
        checker.wrong(span, "a pattern is a literal", hint)
        return False
    try:
        compiled(pattern.value)
    except ValueError as error:
        checker.wrong(
            span,
            f"RE2 cannot read this pattern: {quoted(str(error))[1:-1]}",
            "its syntax: https://github.com/google/re2/wiki/Syntax",
        )
        return False
    return True
