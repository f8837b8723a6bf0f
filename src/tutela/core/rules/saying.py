"""Fill in what a rule says to a reviewer. Pure."""

import re

from tutela.core.rules.facts import FACTS
from tutela.core.rules.rule_effects import COUNT
from tutela.core.rules.types import MICROSECONDS, FactValues, Type, Value

_PLACE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_DAY_SECONDS, _HOUR_SECONDS, _MINUTE_SECONDS = 86_400, 3_600, 60


def filled(template: str, facts: FactValues, count: float | None) -> str:
    """Return *template* with its placeholders filled in; what is not known is said so."""

    def said(found: re.Match[str]) -> str:
        name = found[1]
        value = count if name == COUNT else facts.get(name)
        return in_words(value, FACTS[name].type if name in FACTS else None)

    return _PLACE.sub(said, template)


def in_words(value: Value, kind: Type | None = None) -> str:
    """Return a value as a reviewer reads it."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if kind is Type.DURATION and isinstance(value, int):
        return _span(value // MICROSECONDS)
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _span(seconds: int) -> str:
    """Return a duration in its largest unit that leaves more than one of it."""
    for size, word in ((_DAY_SECONDS, "days"), (_HOUR_SECONDS, "hours"), (_MINUTE_SECONDS, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}"
    return f"{seconds} seconds"
