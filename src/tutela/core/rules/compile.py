"""From checked conditions to a program: Python of our own making, compiled in pieces that hold nobody up for long."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tutela.core.counters import CounterKind
from tutela.core.rules.check import Checked
from tutela.core.rules.counters_of import Counter, shared
from tutela.core.rules.counting import MAX_KEYS, Asked, CounterUse
from tutela.core.rules.facts import CLASSIFICATION
from tutela.core.rules.generate import MISSING, Lines, slots_of
from tutela.core.rules.operations import LARGEST
from tutela.core.rules.typed import Expression
from tutela.core.rules.types import FactValues, Type, Value

MAX_PIECE_RULES = 50
MAX_PIECE_CHARACTERS = 16_000
"""Of one call of Python's compiler, which holds the interpreter lock. A longer rule is a piece of its own."""

KEY_SEPARATOR = "\x1f"

Function = Callable[[Any, Sequence[float | None], list[Any], Callable[[Any], None]], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a program, not compiled yet."""

    source: str
    bound: Mapping[str, Any]

    def load(self) -> Function:
        """Return the function that the lines are."""
        names = dict(self.bound)
        # The lines hold no text of a rule but the `repr` of literals, see `generate`; tests try to break out.
        exec(compile(self.source, "<rules>", "exec"), names)  # noqa: S102  # as above: lines of our own making
        found: Function = names["piece"]
        return found


@dataclass(frozen=True, slots=True)
class Program:
    """Conditions that run together, and what they count. Safe to run in several threads at once.

    Facts are trusted to be of the types that the vocabulary declares, numbers finite and below `LARGEST`; whoever puts
    them together sees to it, once. What is not among them is unknown.
    """

    counters: tuple[CounterUse, ...]
    _rules: tuple[Function, ...]
    _rule_slots: int
    _counting: tuple[Function, ...]
    _counting_slots: int
    _counts_of: tuple[tuple[int, ...], ...]

    def asked(self, facts: FactValues) -> list[Asked]:
        """Return what the event has to do with each counter: those on which something depends, or that it is added to.

        A counter that is not returned is unknown of this event.
        """
        found: list[Asked] = []
        kept = [MISSING] * self._counting_slots
        for piece in self._counting:
            piece(facts.get, (), kept, found.append)
        if facts.get("event.kind") == CLASSIFICATION:
            return [
                each if self.counters[each.counter].is_of_answers else replace(each, is_counted=False) for each in found
            ]
        return found

    def run(self, facts: FactValues, counts: Sequence[float | None]) -> list[int]:
        """Return the places of the conditions that are definitely true, in order.

        Args:
            facts: What is known of the event.
            counts: What each of `counters` holds with the event in it, where it is counted; none where it is unknown.
        """
        found: list[int] = []
        kept = [MISSING] * self._rule_slots
        for piece in self._rules:
            piece(facts.get, counts, kept, found.append)
        return found

    def counts_of(self, rule: int) -> tuple[int, ...]:
        """Return the places of the counters of the condition at *rule*, in the order in which it names them."""
        return self._counts_of[rule]


def compile_rules(rules: Sequence[Checked]) -> Program:
    """Return *rules* as one program, in which rules that count the same share a counter."""
    counters = [counter for rule in rules for counter in rule.counters]
    uses = shared(counters)
    places = {counter_id: place for place, counter_id in enumerate(uses)}
    counts_of = tuple(tuple(places[counter.use.id] for counter in rule.counters) for rule in rules)
    rule_slots = slots_of(rule.expression for rule in rules)
    counting_slots = slots_of(_counted(counters))
    return Program(
        tuple(uses.values()),
        tuple(piece.load() for piece in rule_pieces(rules, counts_of, rule_slots)),
        len(rule_slots),
        tuple(piece.load() for piece in _counting_pieces(counters, places, counting_slots)),
        len(counting_slots),
        counts_of,
    )


# --------------------------------------------------------------------------------------------------------------- pieces


def rule_pieces(
    rules: Sequence[Checked], counts_of: Sequence[Sequence[int]], slots: Mapping[str, int]
) -> Iterator[Piece]:
    """Yield the lines that find the conditions which hold."""
    yield from _pieces(
        [_rule_writer(place, rule, counts_of[place]) for place, rule in enumerate(rules)],
        slots,
    )


Writer = Callable[[Lines], list[str]]


def _pieces(writers: Sequence[Writer], slots: Mapping[str, int]) -> Iterator[Piece]:
    lines, written, size = Lines(slots, ()), 0, 0
    for write in writers:
        added = write(lines)
        lines.lines += added
        written, size = written + 1, size + sum(map(len, added))
        if written == MAX_PIECE_RULES or size > MAX_PIECE_CHARACTERS:
            yield _piece(lines)
            lines, written, size = Lines(slots, ()), 0, 0
    if written:
        yield _piece(lines)


def _piece(lines: Lines) -> Piece:
    before = [f"{name} = fact({fact!r})" for fact, name in lines.facts.items()]
    before += [f"c{place} = counts[{place}]" for place in sorted(lines.used_counters)]
    before += [f"s{slot} = kept[{slot}]" for slot in sorted(lines.used_slots)]
    after = [f"kept[{slot}] = s{slot}" for slot in sorted(lines.used_slots)]
    body = "\n  ".join((*before, *lines.lines, *after))
    return Piece(f"def piece(fact, counts, kept, found):\n  {body}\n", lines.bound)


def _rule_writer(place: int, rule: Checked, counts: Sequence[int]) -> Writer:
    def write(lines: Lines) -> list[str]:
        lines.counters, lines.held = counts, 0
        return [f"if {lines.true(rule.expression)}: found({place})"]

    return write


# ------------------------------------------------------------------------------------------------------------- counting


def _counted(counters: Sequence[Counter]) -> Iterator[Expression]:
    """Yield everything that is computed to know what to count."""
    seen = set()
    for counter in counters:
        yield counter.reach
        if counter.use.id not in seen:
            seen.add(counter.use.id)
            yield counter.where
            yield from () if counter.value is None else (counter.value,)
            yield from counter.by if isinstance(counter.by, tuple) else (counter.by,)


def _counting_pieces(
    counters: Sequence[Counter], places: Mapping[str, int], slots: Mapping[str, int]
) -> Iterator[Piece]:
    by_id: dict[str, list[Counter]] = {}
    for counter in counters:
        by_id.setdefault(counter.use.id, []).append(counter)
    yield from _pieces([_counter_writer(places[each], same) for each, same in by_id.items()], slots)


def _counter_writer(place: int, same: Sequence[Counter]) -> Writer:
    """Return what writes the lines of one counter, which several conditions may use."""
    first = same[0]

    def write(lines: Lines) -> list[str]:
        lines.held = 0
        keys = _keys(lines, first)
        value = "None" if first.value is None else lines.value(first.value)
        ask = lines.bind(_asker(place, first.use.kind))
        reach = " or ".join(f"({lines.true(each.reach)})" for each in same)
        return [
            f"if {lines.true(first.where)}: {ask}(found, {keys}, True, {value})",
            f"elif {reach}: {ask}(found, {keys}, False, None)",
        ]

    return write


def _keys(lines: Lines, counter: Counter) -> str:
    if isinstance(counter.by, tuple):
        return f"{lines.bind(_joined)}({', '.join(map(lines.value, counter.by))})"
    code = lines.value(counter.by)
    return f"{lines.bind(_several if counter.by.type is Type.TEXTS else _one)}({code})"


def _one(key: str | None) -> tuple[str, ...]:
    return () if key is None else (key,)


def _joined(*parts: str | None) -> tuple[str, ...]:
    if None in parts:
        return ()
    # A part that holds the separator must not look like two.
    return (KEY_SEPARATOR.join(str(part).replace(KEY_SEPARATOR, "\N{REPLACEMENT CHARACTER}") for part in parts),)


def _several(keys: tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys or ()))[:MAX_KEYS]


def _asker(place: int, kind: CounterKind) -> Callable[..., None]:
    def ask(found: Callable[[Asked], None], keys: tuple[str, ...], is_counted: bool, value: Value) -> None:  # noqa: FBT001  # called by lines that are generated
        if not keys:
            return
        if kind is CounterKind.COUNT or not is_counted:
            found(Asked(place, keys, is_counted))
        elif kind is CounterKind.DISTINCT:
            found(Asked(place, keys, value is not None, _distinct(value)))
        else:
            amount = _amount(value)
            found(Asked(place, keys, amount is not None, amount=amount or 0.0))

    return ask


def _distinct(value: Value) -> str | None:
    """Return what must be different as a text: numbers that are equal have one."""
    if value is None or isinstance(value, str):
        return value
    return str(int(value)) if isinstance(value, int | float) and value == int(value) else str(value)


def _amount(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) <= LARGEST else None
