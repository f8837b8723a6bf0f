"""What operators do to known values. All are total: what has no answer, or too large a one, is unknown."""

from collections.abc import Callable, Mapping
from typing import Any

from tutela.core.rules.types import Type

LARGEST = 1e300
"""A number beyond this is unknown: what is still to be added to it must not end in infinity."""

Operation = Callable[[Any, Any], Any]


def _bounded(value: float) -> int | float | None:
    return value if -LARGEST <= value <= LARGEST else None  # not a number is neither


def _add(a: float, b: float) -> int | float | None:
    return _bounded(a + b)


def _subtract(a: float, b: float) -> int | float | None:
    return _bounded(a - b)


def _multiply(a: float, b: float) -> int | float | None:
    return _bounded(a * b)


def _divide(a: float, b: float) -> int | float | None:
    if not b:
        return None
    try:
        return _bounded(a / b)
    except OverflowError:  # of whole numbers, where the result is no float
        return None


def _modulo(a: float, b: float) -> int | float | None:
    return _bounded(a % b) if b else None


def _whole(operation: Operation) -> Operation:
    """Return *operation* for durations, which are whole microseconds."""

    def rounded(a: float, b: float) -> int | None:
        found = operation(a, b)
        return None if found is None else int(found)

    return rounded


ARITHMETIC: Mapping[tuple[str, Type, Type], tuple[Type, Operation]] = {
    ("+", Type.NUMBER, Type.NUMBER): (Type.NUMBER, _add),
    ("-", Type.NUMBER, Type.NUMBER): (Type.NUMBER, _subtract),
    ("*", Type.NUMBER, Type.NUMBER): (Type.NUMBER, _multiply),
    ("/", Type.NUMBER, Type.NUMBER): (Type.NUMBER, _divide),
    ("%", Type.NUMBER, Type.NUMBER): (Type.NUMBER, _modulo),
    ("+", Type.DURATION, Type.DURATION): (Type.DURATION, _add),
    ("-", Type.DURATION, Type.DURATION): (Type.DURATION, _subtract),
    ("*", Type.DURATION, Type.NUMBER): (Type.DURATION, _whole(_multiply)),
    ("*", Type.NUMBER, Type.DURATION): (Type.DURATION, _whole(_multiply)),
    ("/", Type.DURATION, Type.NUMBER): (Type.DURATION, _whole(_divide)),
    ("/", Type.DURATION, Type.DURATION): (Type.NUMBER, _divide),
    ("%", Type.DURATION, Type.DURATION): (Type.DURATION, _modulo),
    ("+", Type.TIME, Type.DURATION): (Type.TIME, _add),
    ("+", Type.DURATION, Type.TIME): (Type.TIME, _add),
    ("-", Type.TIME, Type.DURATION): (Type.TIME, _subtract),
    ("-", Type.TIME, Type.TIME): (Type.DURATION, _subtract),
}
"""What each operator makes of which types, and how."""

COMPARED: Mapping[str, Operation] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
"""Texts are ordered by code point; whole numbers and others compare as numbers."""
