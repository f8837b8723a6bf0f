"""Say why a condition came to what it did, in sentences: only of the pieces on which it rested. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tutela.core.rules.check import Checked
from tutela.core.rules.interpret import Counts, is_of_writing, value_of
from tutela.core.rules.literals import duration_text
from tutela.core.rules.printing import quote, text_of
from tutela.core.rules.syntax import Binary
from tutela.core.rules.typed import (
    Compared,
    Counted,
    Every,
    Expression,
    Not,
    Read,
    Some,
    Within,
    everything_in,
    parts_of,
)
from tutela.core.rules.types import FactValues, Type, Value

MOST_REASONS = 10
"""That are told of one condition: whoever needs more has it taken apart by `tutela rules explain`."""

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""A comparison with its sides exchanged; the others are the same."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def reasons(checked: Checked, facts: FactValues, counts: Counts, *, is_demanded: bool) -> tuple[str, ...]:
    """Return why a condition came to true or to false; nothing where it is unknown.

    Args:
        checked: The condition.
        facts: What is known of the event.
        counts: What its own counters hold, by their place in `checked.counters`.
        is_demanded: It was to come to the contrary, and each piece is told with what it must be.
    """
    saying = _Saying(facts, counts, is_demanded)
    pieces = _pieces(checked.expression, facts, counts)
    told = tuple(dict.fromkeys(saying.of(piece, value=value) for piece, value in pieces))
    return told if len(told) <= MOST_REASONS else (*told[:MOST_REASONS], f"and {len(told) - MOST_REASONS} more")


def _pieces(whole: Expression, facts: FactValues, counts: Counts) -> Iterator[tuple[Expression, bool]]:
    """Yield the pieces on which *whole* rested, each with what it came to."""
    value = value_of(whole, facts, counts)
    if not isinstance(value, bool):
        return
    if isinstance(whole, Every | Some | Not):
        # One false part settles an `and`, one true part an `or`: what came otherwise had no say.
        settles = None if isinstance(whole, Not) else value
        for part in parts_of(whole):
            if settles is None or value_of(part, facts, counts) is settles:
                yield from _pieces(part, facts, counts)
        return
    yield whole, value


class _Saying:
    """The words for one piece."""

    def __init__(self, facts: FactValues, counts: Counts, is_demanded: bool) -> None:  # noqa: FBT001  # kept as it is
        self._facts, self._counts, self._is_demanded = facts, counts, is_demanded

    def of(self, piece: Expression, *, value: bool) -> str:
        """Return what *piece* came to, and what it must be, or which side of it that is."""
        if isinstance(piece, Compared):
            return self._compared(piece, value=value)
        if isinstance(piece, Within) and (listed := self._listed(piece)):
            return self._within(piece, listed, value=value)
        is_so, must = ("true", "false") if value else ("false", "true")
        return f"`{text_of(piece.written)}` is {is_so}" + (f", and must be {must}" if self._is_demanded else "")

    def _compared(self, piece: Compared, *, value: bool) -> str:
        left, right, operator = piece.left, piece.right, piece.operator
        if _is_fixed(left):
            left, right, operator = right, left, _TURNED.get(operator, operator)
        told = f"{self._came_to(left)}{self._linked('be', value=value)} {operator} "
        if _is_fixed(right):
            return f"{told}{text_of(right.written)}"
        return f"{told}`{text_of(right.written)}`, which came to {self._shown(right)}"

    def _within(self, piece: Within, listed: str, *, value: bool) -> str:
        is_in = value is not piece.is_negated
        if isinstance(piece.among, frozenset) or _is_fixed(piece.among):
            return f"{self._came_to(piece.item)}{self._linked('be', value=is_in)} in {listed}"
        item = text_of(piece.item.written) if _is_fixed(piece.item) else self._shown(piece.item)
        return f"{self._came_to(piece.among)}{self._linked('hold', value=is_in)} {item}"

    def _linked(self, verb: str, *, value: bool) -> str:
        if self._is_demanded:
            return f", and must {'not ' if value else ''}{verb}"
        word = {"be": "is", "hold": "holds"}[verb] if value else {"be": "is not", "hold": "does not hold"}[verb]
        return f", which {word}"

    def _listed(self, piece: Within) -> str | None:
        """Return the list as it was written; none where a function stands for it."""
        if not isinstance(piece.among, frozenset):
            return text_of(piece.among.written)
        return text_of(piece.written.right) if isinstance(piece.written, Binary) else None

    def _came_to(self, piece: Expression) -> str:
        return f"`{text_of(piece.written)}` came to {self._shown(piece)}"

    def _shown(self, piece: Expression) -> str:
        value = value_of(piece, self._facts, self._counts)
        if isinstance(value, str) and is_of_writing(piece):
            return f"a text of {len(value)} characters"
        if isinstance(value, tuple) and is_of_writing(piece):
            return f"a list of {len(value)}"
        return _in_words(value, piece.type)


def _is_fixed(expression: Expression) -> bool:
    """Return whether it says the same of every event."""
    return not any(isinstance(each, Read | Counted) for each in everything_in(expression))


def _in_words(value: Value, kind: Type) -> str:  # noqa: PLR0911  # one case for each type
    if value is None:
        return "what is unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_in_words(each, kind) for each in value)}]"
    if kind is Type.DURATION:
        return duration_text(int(value))
    if kind is Type.TIME:
        return _moment(int(value))
    return f"{value:.10g}"


def _moment(at_us: int) -> str:
    try:
        return (_EPOCH + timedelta(microseconds=at_us)).isoformat().replace("+00:00", "Z")
    except OverflowError:  # added to in a condition until no calendar has it
        return "a time beyond all calendars"
