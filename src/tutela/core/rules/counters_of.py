"""The counters of one condition: what each counts, under which keys, and when its value can matter at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from tutela.core.counters import CounterKind
from tutela.core.rules.counting import CounterUse
from tutela.core.rules.facts import CLASSIFICATION, CLASSIFIER
from tutela.core.rules.functions import FUNCTIONS
from tutela.core.rules.printing import text_of
from tutela.core.rules.syntax import AND, Call, Keyword, Truth, chain
from tutela.core.rules.typed import (
    Applied,
    Compared,
    Constant,
    Counted,
    Every,
    Expression,
    Read,
    Some,
    Within,
    everything_in,
    parts_of,
)
from tutela.core.rules.types import MICROSECONDS, Type
from tutela.core.units import Duration

_YES = Constant(Truth(value=True), Type.BOOLEAN, value=True)


@dataclass(frozen=True, slots=True)
class CounterCall:
    """A counter as it was written."""

    call: Call
    kind: CounterKind
    value: Expression | None  #: what must be different, or is added up
    by: Expression | tuple[Expression, ...]  #: of one text, of several, or a fact that is a list of texts
    window_us: int
    where: Expression | None  #: as it was written, if it was


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter of a condition, ready to be compiled."""

    use: CounterUse
    value: Expression | None
    by: Expression | tuple[Expression, ...]
    where: Expression  #: an event is counted where this is definitely true of it
    reach: Expression
    """Where neither this nor `where` is definitely true, nothing depends on the counter, and it is not read."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """An expression that stands beside a counter with `and`."""

    part: Expression
    is_demanded: bool  #: the condition holds only where this is true; else only where it is false does it settle things


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a counter stands."""

    beside: tuple[_Beside, ...]
    compared_with: float | None


def counters_of(expression: Expression, calls: Sequence[CounterCall]) -> tuple[Counter, ...]:
    """Return the counters of a condition, by place, from what was written and where it stands."""
    places = dict(_places(expression, (), is_demanded=True))
    return tuple(_counter(call, places[number]) for number, call in enumerate(calls))


def _places(
    expression: Expression, beside: tuple[_Beside, ...], *, is_demanded: bool, compared_with: float | None = None
) -> Iterator[tuple[int, _Place]]:
    """Yield where each counter in *expression* stands."""
    if isinstance(expression, Counted):
        yield expression.place, _Place(beside, compared_with)
        return
    if isinstance(expression, Every):
        beside += tuple(_Beside(part, is_demanded) for part in expression.parts if not _counts(part))
    is_still = is_demanded and isinstance(expression, Every | Some)
    constants = _constants(expression)
    for number, part in enumerate(parts_of(expression)):
        yield from _places(part, beside, is_demanded=is_still, compared_with=constants.get(1 - number))


def _constants(expression: Expression) -> Mapping[int, float]:
    """Return the numbers of a comparison, by their side."""
    if not isinstance(expression, Compared):
        return {}
    found: dict[int, float] = {}
    for side, each in enumerate((expression.left, expression.right)):
        if isinstance(each, Constant) and isinstance(each.value, int | float):
            found[side] = each.value
    return found


def _counts(expression: Expression) -> bool:
    return any(isinstance(each, Counted) for each in everything_in(expression))


def _counter(call: CounterCall, place: _Place) -> Counter:
    where = call.where or _all_of([each.part for each in place.beside])
    reach = _all_of([each.part if each.is_demanded else _unless_false(each.part) for each in place.beside])
    thresholds = None if place.compared_with is None else (float(place.compared_with),)
    window = Duration(seconds=call.window_us / MICROSECONDS)
    use = CounterUse(
        _id(call, where), call.kind, window, _text(call, where), thresholds,
        is_by_words=any(isinstance(each, Read) and each.is_written for each in everything_in(where)),
        is_of_answers=any(_is_of_answers(each) for part in _parts(call, where) for each in everything_in(part)),
    )  # fmt: skip
    return Counter(use, call.value, call.by, where, reach)


def _parts(counter: CounterCall | Counter, where: Expression) -> Iterator[Expression]:
    """Yield all that a counter depends on."""
    yield where
    yield from counter.by if isinstance(counter.by, tuple) else (counter.by,)
    if counter.value is not None:
        yield counter.value


def _is_of_answers(part: Expression) -> bool:
    """Return whether it speaks of what classifiers said."""
    if isinstance(part, Read):
        return part.fact.startswith(CLASSIFIER)
    if isinstance(part, Within):
        return isinstance(part.among, frozenset) and CLASSIFICATION in part.among
    return isinstance(part, Constant) and part.value == CLASSIFICATION


def facts_in(expression: Expression, counters: Sequence[Counter]) -> frozenset[str]:
    """Return the facts that an expression of a condition depends on, those that its counters count by among them."""
    found: set[str] = set()
    for each in everything_in(expression):
        if isinstance(each, Read):
            found.add(each.fact)
        elif isinstance(each, Counted):
            counter = counters[each.place]
            found.update(*(facts_in(part, counters) for part in _parts(counter, counter.where)))
    return frozenset(found)


def _all_of(parts: Sequence[Expression]) -> Expression:
    """Return *parts* joined with `and` in one order, so that conditions in another order count together."""
    by_text = {text_of(part.written): part for part in parts}
    found = [by_text[text] for text in sorted(by_text)]
    if len(found) < 2:  # noqa: PLR2004  # nothing to join
        return found[0] if found else _YES
    return Every(chain(AND, tuple(part.written for part in found)), Type.BOOLEAN, tuple(found))


def _unless_false(part: Expression) -> Expression:
    written = Call("default", (part.written, Truth(value=True)))
    return Applied(written, Type.BOOLEAN, FUNCTIONS["default"], (part, _YES))


def _id(call: CounterCall, where: Expression) -> str:
    """Return a name that is the same wherever the same is counted."""
    by = next(each.value for each in call.call.keywords if each.name == "by")
    parts = (call.kind, *map(text_of, call.call.arguments), text_of(by), str(call.window_us), text_of(where.written))
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def _text(call: CounterCall, where: Expression) -> str:
    keywords = tuple(each for each in call.call.keywords if each.name != "where")
    in_order = sorted(keywords, key=lambda each: each.name)
    return text_of(replace(call.call, keywords=(*in_order, Keyword("where", where.written))))


def shared(counters: Sequence[Counter]) -> dict[str, CounterUse]:
    """Return what is counted, each counter once, with the thresholds of all that use it."""
    found: dict[str, CounterUse] = {}
    for each in (counter.use for counter in counters):
        before = found.get(each.id, each)
        found[each.id] = replace(before, thresholds=_joined(before.thresholds, each.thresholds))
    return found


def _joined(one: tuple[float, ...] | None, other: tuple[float, ...] | None) -> tuple[float, ...] | None:
    return None if one is None or other is None else tuple(sorted({*one, *other}))
