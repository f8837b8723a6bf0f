"""Three-valued logic, as values: true, false, and unknown, which is `None` (Kleene's, of 1938).

`and` is false where one side is false, `or` true where one side is true, whatever the other; all else that has an
unknown operand is unknown. So an unknown never becomes a false, of which `not` would make a true.
"""

from collections.abc import Callable, Container
from typing import Any

from tutela.core.rules.types import Value


def negated(value: Value) -> bool | None:
    """Return `not value`."""
    return None if value is None else not value


def every(*values: Value) -> bool | None:
    """Return the values joined with `and`."""
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def some(*values: Value) -> bool | None:
    """Return the values joined with `or`."""
    if any(value is True for value in values):
        return True
    return None if any(value is None for value in values) else False


def listed(*values: Value) -> tuple[Value, ...] | None:
    """Return the values as a list, which is known where all of them are."""
    return None if None in values else values


def within(item: Value, among: Container[Value] | None) -> bool | None:
    """Return whether *item* is in the list."""
    return None if item is None or among is None else item in among


def not_within(item: Value, among: Container[Value] | None) -> bool | None:
    """Return whether *item* is not in the list."""
    return None if item is None or among is None else item not in among


def default(value: Value, otherwise: Value) -> Value:
    """Return *value*, or *otherwise* where it is unknown."""
    return otherwise if value is None else value


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return *function* that is unknown where an argument is."""

    def guarded(*values: Any) -> Any:
        return None if None in values else function(*values)

    return guarded
