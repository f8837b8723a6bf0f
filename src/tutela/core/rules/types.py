"""The types of the rule language, and how a value of each is held while a rule runs."""

from collections.abc import Mapping
from enum import StrEnum

Value = bool | int | float | str | tuple[str, ...] | None
"""What an expression comes to. `None` is *unknown*: a value of its own, and never false (see `compile`).

A time is whole microseconds since 1970 in UTC, a duration whole microseconds; so both are plain integers to run with.
"""

FactValues = Mapping[str, Value]
"""What is known of one event, by the dotted name of the fact; what is not there is unknown."""

MICROSECONDS = 1_000_000
"""In a second."""


class Type(StrEnum):
    """What a fact or an expression is; the value is the word that messages use."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    DURATION = "duration"
    TEXTS = "list of texts"
