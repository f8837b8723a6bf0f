"""JSON from outside, read strictly: nothing twice, no NaN, no depth that ends the process."""

import json
from typing import Any

from tutela.core.classifying.verdicts import Reason


class NotUsableError(Exception):
    """What came cannot be used; why, and nothing of it."""

    def __init__(self, reason: Reason) -> None:
        """Keep why."""
        super().__init__(reason.value)
        self.reason = reason


def read_json(body: bytes | str) -> Any:
    """Return *body* parsed.

    Raises:
        NotUsableError: It is no JSON, names something twice, holds a number that is none, or is too deep.
    """
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotUsableError(Reason.GARBAGE) from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_name: str) -> Any:
    raise ValueError


def table(value: Any) -> dict[str, Any]:
    """Return *value*, which is an object.

    Raises:
        NotUsableError: It is something else.
    """
    if not isinstance(value, dict):
        raise NotUsableError(Reason.GARBAGE)
    return value


def series(value: Any) -> list[Any]:
    """Return *value*, which is a list.

    Raises:
        NotUsableError: It is something else.
    """
    if not isinstance(value, list):
        raise NotUsableError(Reason.GARBAGE)
    return value
