"""Tests beside a rule, from its file: the facts of events, each read as what its fact is."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from math import isfinite

from tutela.core.rules import rule_reading as read
from tutela.core.rules.facts import Fact, Vocabulary
from tutela.core.rules.problems import did_you_mean, quoted
from tutela.core.rules.rule import NOW, Expectation, Given, RuleTest
from tutela.core.rules.rule_layout import TEST_KEYS
from tutela.core.rules.rule_reading import Mistake, Reading, Told
from tutela.core.rules.rule_yaml import Node, Scalar, Series, Table
from tutela.core.rules.types import MICROSECONDS, Type, Value
from tutela.core.units import microseconds_of

MAX_TESTS = 100
MAX_EVENTS = 10_000
"""Of all tests of a rule, before those that are tested."""

MAX_AFTER = 100
_MAX_TEXT_CHARACTERS = 10_000
_MAX_NAME_CHARACTERS = 200
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?")
_EXPECTED = {each.value: each for each in Expectation}
_TO_QUEUE = "fires_to_queue"
_FORMS = {
    Type.BOOLEAN: "write true or false",
    Type.NUMBER: "write it in digits, at most 18",
    Type.TIME: "write it as 2026-11-28T18:00:00Z",
    Type.DURATION: "write it as 90s, 15m, 24h, 7d or 2w",
    Type.TEXTS: "write it as [first, second]",
}


def read_tests(node: Node, text: str, vocabulary: Vocabulary, reading: Reading) -> tuple[RuleTest, ...]:
    """Return the tests of a rule, as they stand in *text*."""
    tests: list[RuleTest] = []
    for item in read.series(node, "`tests`", most=MAX_TESTS):
        with reading.part():
            test = _test(read.table(item, "a test"), text, vocabulary, reading)
            if any(test.name == other.name for other in tests):
                raise Mistake(item, f"there are two tests of the name {quoted(test.name)}")
            tests.append(test)
            if events_of(tests) > MAX_EVENTS:
                raise Mistake(item, f"these are more than {MAX_EVENTS} events", "a smaller number shows it too")
    return tuple(tests)


def events_of(tests: Iterable[RuleTest]) -> int:
    """Return how many events happen in *tests* before those that are tested."""
    return sum(each.times for test in tests for each in test.after)


def _test(inside: Table, text: str, vocabulary: Vocabulary, reading: Reading) -> RuleTest:
    name, after = "", tuple[Given, ...]()
    given: dict[str, Value] = {}
    expect, queue = Expectation.FIRES, None
    with reading.whole():
        reading.keys(inside, TEST_KEYS)
        with reading.part():
            name = read.text(reading.needed(inside, "name", "a test"), most=_MAX_NAME_CHARACTERS)
        with reading.part():
            given = _facts(reading.needed(inside, "given", "a test"), vocabulary, reading)
        with reading.part():
            expect, queue = _expected(inside, reading)
        with reading.part():
            after = tuple(_after(inside, vocabulary, reading))
    return RuleTest(name, given, expect, queue, after, text.count("\n", 0, inside.start) + 1)


def _after(inside: Table, vocabulary: Vocabulary, reading: Reading) -> Iterator[Given]:
    if "after" in inside.pairs:
        for item in read.series(inside.pairs["after"][1], "`after`", most=MAX_AFTER):
            with reading.part():
                yield _given_before(read.table(item, "an event before"), vocabulary, reading)


def _expected(inside: Table, reading: Reading) -> tuple[Expectation, str | None]:
    """Return what is expected: `expect: fires`, or `fires_to_queue: NAME`, by itself or below `expect`."""
    holder = inside
    if "expect" in inside.pairs:
        said = inside.pairs["expect"][1]
        if not isinstance(said, Table):
            if _TO_QUEUE in inside.pairs:
                raise Mistake(inside.pairs[_TO_QUEUE][0], "the test says twice what it expects")
            return _chosen(said), None
        holder = said
    if list(holder.pairs) != [_TO_QUEUE] and holder is not inside:
        raise Mistake(holder, "this is no expectation", "write fires, silent, unknown, or {fires_to_queue: NAME}")
    if reading.is_meant(inside, "expect") or reading.is_meant(inside, _TO_QUEUE):
        raise Told
    if _TO_QUEUE not in holder.pairs:
        raise Mistake(inside, "the test does not say what it expects", "add `expect: fires`, silent or unknown")
    return Expectation.FIRES, read.name(holder.pairs[_TO_QUEUE][1])


def _chosen(said: Node) -> Expectation:
    word = read.scalar(said).value
    if word not in _EXPECTED:
        known = f"known are {', '.join(f'`{each}`' for each in _EXPECTED)} and `{{{_TO_QUEUE}: NAME}}`"
        hint = did_you_mean(word, _EXPECTED, known)
        raise Mistake(said, f"there is no expectation {quoted(word)}", hint)
    return _EXPECTED[word]


def _given_before(inside: Table, vocabulary: Vocabulary, reading: Reading) -> Given:
    facts: dict[str, Value] = {}
    times, ago = 1, NOW
    with reading.whole():
        reading.keys(inside, ("given", "times", "ago"))
        with reading.part():
            facts = _facts(reading.needed(inside, "given", "an event before"), vocabulary, reading)
        with reading.part():
            times = read.number(inside.pairs["times"][1], most=MAX_EVENTS) if "times" in inside.pairs else 1
        with reading.part():
            ago = read.duration(inside.pairs["ago"][1]) if "ago" in inside.pairs else NOW
    return Given(facts, times, ago)


def _facts(node: Node, vocabulary: Vocabulary, reading: Reading) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for named, at, said in _dotted(read.table(node, "`given`"), ""):
        with reading.part():
            fact = vocabulary.facts.get(named)
            if fact is None:
                raise Mistake(at, f"there is no fact {quoted(named)}", did_you_mean(named, vocabulary.facts))
            if named in found:
                raise Mistake(at, f"{quoted(named)} is given twice")
            found[named] = _value(said, fact)
    return found


def _dotted(inside: Table, before: str) -> Iterator[tuple[str, Scalar, Node]]:
    """Yield each fact by its dotted name, however it is nested."""
    for key, (at, said) in inside.pairs.items():
        if isinstance(said, Table):
            yield from _dotted(said, f"{before}{key}.")
        else:
            yield f"{before}{key}", at, said


def _value(node: Node, fact: Fact) -> Value:
    if fact.type is Type.TEXTS:
        if not isinstance(node, Series):
            raise Mistake(node, f"`{fact.name}` is a list of texts", _FORMS[fact.type])
        return tuple(_text(each, fact) for each in node.items)
    if fact.type is Type.TEXT:
        return _text(node, fact)
    found = _plain(read.scalar(node), fact.type)
    if found is None:
        raise Mistake(node, f"`{fact.name}` is a {fact.type}", _FORMS[fact.type])
    return found


def _text(node: Node, fact: Fact) -> str:
    if not isinstance(node, Scalar):
        raise Mistake(node, f"a text is expected for `{fact.name}`")
    if node.is_plain and node.value in {"", "null", "~"}:
        raise Mistake(node, f"`{fact.name}` has no value", "leave it out where it is unknown")
    if len(node.value) > _MAX_TEXT_CHARACTERS:
        raise Mistake(node, f"this is longer than {_MAX_TEXT_CHARACTERS} characters")
    if fact.choices and node.value not in fact.choices:
        hint = did_you_mean(node.value, fact.choices, f"it is one of {', '.join(fact.choices)}")
        raise Mistake(node, f"`{fact.name}` is never {quoted(node.value)}", hint)
    return node.value


def _plain(node: Scalar, kind: Type) -> bool | int | float | None:
    """Return what a word means as a value of *kind*; none where it means nothing."""
    word = node.value.strip()
    if kind is Type.BOOLEAN:
        return {"true": True, "false": False}.get(word) if node.is_plain else None
    if kind is Type.NUMBER:
        return _number(word)
    if kind is Type.DURATION:
        return round(read.duration(node).seconds) * MICROSECONDS
    return _time(word)


def _number(word: str) -> int | float | None:
    if not _NUMBER.fullmatch(word):
        return None
    value = float(word)
    if not isfinite(value):
        return None
    return int(word) if word.lstrip("-").isdigit() else value


def _time(word: str) -> int | None:
    try:
        moment = datetime.fromisoformat(word)
        return None if moment.tzinfo is None else microseconds_of(moment)
    except (ValueError, OverflowError):
        return None
