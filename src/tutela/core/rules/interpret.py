"""The meaning of a checked condition, as slow and plain as can be.

The compiled program is held against it, and a person is shown it who asks why a rule fired.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutela.core.rules import strict
from tutela.core.rules.check import Checked
from tutela.core.rules.functions.function import Form
from tutela.core.rules.operations import COMPARED
from tutela.core.rules.printing import text_of
from tutela.core.rules.typed import (
    Applied,
    Compared,
    Computed,
    Constant,
    Counted,
    Every,
    Expression,
    Listed,
    Not,
    Read,
    Some,
    Within,
    everything_in,
)
from tutela.core.rules.types import FactValues, Type, Value

Counts = Sequence[float | None]
"""What the counters of a condition hold, by place; unknown where one was not asked."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a condition, and what it came to."""

    text: str  #: in canonical form
    start: int  #: where it stands in the source
    end: int
    type: Type
    value: Value  #: none where it is unknown, or withheld
    length: int | None = None  #: of what was written by a person: only how long it is, never what it says


def value_of(  # noqa: C901, PLR0911  # one case for each kind of expression
    expression: Expression, facts: FactValues, counts: Counts
) -> Value:
    """Return what *expression* comes to; none where it is unknown."""

    def values(parts: Sequence[Expression]) -> list[Value]:
        return [value_of(part, facts, counts) for part in parts]

    match expression:
        case Constant(value=value):
            return value
        case Read(fact=fact):
            return facts.get(fact)
        case Counted(place=place):
            return counts[place]
        case Not(operand=operand):
            return strict.negated(value_of(operand, facts, counts))
        case Every(parts=parts):
            return strict.every(*values(parts))
        case Some(parts=parts):
            return strict.some(*values(parts))
        case Listed(items=items):
            return strict.listed(*values(items))  # type: ignore[return-value]  # of texts, or compared at once
        case Within():
            return _within(expression, facts, counts)
        case Compared(operator=operator, left=left, right=right):
            compared: Value = strict.strict(COMPARED[operator])(*values((left, right)))
            return compared
        case Computed(operation=operation, operands=operands):
            computed: Value = strict.strict(operation)(*values(operands))
            return computed
        case Applied():
            return _applied(expression, values(expression.arguments))


def _within(expression: Within, facts: FactValues, counts: Counts) -> bool | None:
    item = value_of(expression.item, facts, counts)
    among = expression.among
    held = among if isinstance(among, frozenset) else value_of(among, facts, counts)
    found = strict.within(item, held)  # type: ignore[arg-type]  # the checker lets only lists stand there
    return strict.negated(found) if expression.is_negated else found


def _applied(expression: Applied, arguments: list[Value]) -> Value:
    match expression.function.form:
        case Form.KNOWN:
            return arguments[0] is not None
        case Form.DEFAULT:
            return strict.default(arguments[0], arguments[1])
        case _:
            applied: Value = strict.strict(expression.function.compute)(*arguments)
            return applied


def explain(checked: Checked, facts: FactValues, counts: Counts) -> tuple[Part, ...]:
    """Return every piece of a condition that is no literal with what it comes to, the whole first.

    Args:
        checked: The condition.
        facts: What is known of the event.
        counts: What its own counters hold, by their place in `checked.counters`.
    """
    return tuple(_parts(checked.expression, facts, counts))


def _parts(whole: Expression, facts: FactValues, counts: Counts) -> Iterator[Part]:
    for each in everything_in(whole):
        if isinstance(each, Constant):
            continue
        span, value = each.written.span, value_of(each, facts, counts)
        shown = text_of(each.written)
        if isinstance(value, str | tuple) and is_of_writing(each):
            yield Part(shown, span.start, span.end, each.type, None, len(value))
        else:
            yield Part(shown, span.start, span.end, each.type, value)


def is_of_writing(expression: Expression) -> bool:
    """Return whether it may hold words that somebody wrote."""
    return any(isinstance(each, Read) and each.is_written for each in everything_in(expression))
