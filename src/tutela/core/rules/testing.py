"""Run the tests beside a rule: its events in order, with counters of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutela.core.rules.book import CheckedRule
from tutela.core.rules.compile import Program, compile_rules
from tutela.core.rules.counters_of import facts_in
from tutela.core.rules.facts import with_derived
from tutela.core.rules.interpret import value_of
from tutela.core.rules.reasons import reasons
from tutela.core.rules.rule import Expectation, OpenCase, RuleTest
from tutela.core.rules.types import MICROSECONDS, FactValues, Value
from tutela.core.rules.windows import Windows
from tutela.core.units import Duration

_AT = "event.at"
_TESTED_AT_US = 1_792_411_200 * MICROSECONDS
"""When the event of a test happens that names no time: a Monday at noon."""


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What came of one test."""

    __test__ = False  # nothing that pytest runs

    test: str
    expected: str
    came: str  #: fires, silent, unknown, or the queue to which it went where one was expected
    unknown: tuple[str, ...] = ()  #: facts that the condition reads, and the event that is tested does not name
    unknown_before: tuple[str, ...] = ()  #: the same of events before it: those were perhaps not counted
    line: int | None = None  #: where it stands in its file, from 1
    reasons: tuple[str, ...] = ()  #: why the condition came to what it did; of a test that failed

    @property
    def is_passed(self) -> bool:
        """Return whether it came as expected."""
        return self.came == self.expected

    @property
    def told(self) -> tuple[str, ...]:
        """Return what whoever wrote it should know, a sentence each: why it failed, or that it passed by chance.

        A test works nothing out from what came before: what is not said is unknown.
        """
        if not self.is_passed:
            left_out = (("given", "unknown", self.unknown), ("after", "unknown there", self.unknown_before))
            return *self.reasons, *(
                f"not said in `{where}`, and so {what}: {', '.join(names)}" for where, what, names in left_out if names
            )
        if self.came == Expectation.SILENT and self.unknown_before:
            # It may be silent for another reason than the one that was meant.
            said = ", ".join(self.unknown_before)
            return (f"events in `after` say nothing of {said}, so they may not have counted",)
        return ()


def run_tests(checked: CheckedRule) -> tuple[TestOutcome, ...]:
    """Return what comes of each test beside a rule."""
    program = compile_rules([checked.when])
    return tuple(_run(checked, program, test) for test in checked.rule.tests)


def passes_tests(outcomes: Sequence[TestOutcome]) -> bool:
    """Return whether there are tests, and all came as expected."""
    return bool(outcomes) and all(each.is_passed for each in outcomes)


def _run(checked: CheckedRule, program: Program, test: RuleTest) -> TestOutcome:
    at_us = test.given.get(_AT, _TESTED_AT_US)
    windows, before = Windows(program), list(_before(test, at_us))
    for then_us, facts in before:
        windows.count(facts, then_us)
    facts = with_derived({_AT: at_us, **test.given})
    counts = windows.count(facts, at_us)
    own = [counts[place] for place in program.counts_of(0)]
    came = _came(checked, program, facts, counts, own)
    queue = None if test.queue is None or came is not Expectation.FIRES else _queue(checked, facts)
    is_passed = (came, queue) == (test.expect, test.queue)
    return TestOutcome(
        test.name, _words(test.expect, test.queue), _words(came, queue), _unknown(checked, [facts]),
        _unknown(checked, [each for _, each in before]), test.line,
        () if is_passed else tuple(_reasons(checked, test, came, facts, own)),
    )  # fmt: skip


def _reasons(
    checked: CheckedRule, test: RuleTest, came: Expectation, facts: FactValues, own: Sequence[float | None]
) -> Iterator[str]:
    """Yield why a test failed: of what the condition rested on, or of the condition of the queue that was expected."""
    if came is not test.expect:
        is_demanded = test.expect is Expectation.FIRES
        yield from reasons(checked.when, facts, own, is_demanded=is_demanded)
        return
    cases = [effect for effect in checked.rule.then if isinstance(effect, OpenCase)]
    others = [each.when for case in cases for each in case.elsewhere if each.queue == test.queue]
    if not others and all(case.queue != test.queue for case in cases):
        yield f"nothing of this rule goes to queue {test.queue}"
    for when in others:
        is_known = value_of(checked.elsewhere[when].expression, facts, ()) is not None
        told = reasons(checked.elsewhere[when], facts, (), is_demanded=True)
        yield from told if is_known else (f"`{when}` is unknown",)


def _unknown(checked: CheckedRule, events: Sequence[FactValues]) -> tuple[str, ...]:
    """Return the facts that the condition reads, and one of *events* does not name."""
    read = facts_in(checked.when.expression, checked.when.counters)
    return tuple(sorted(name for name in read if any(name not in facts for facts in events)))


def _words(expectation: Expectation, queue: str | None) -> str:
    return expectation.value if queue is None else f"{expectation.value} to queue {queue}"


def _came(
    checked: CheckedRule, program: Program, facts: FactValues, counts: list[float | None], own: Sequence[float | None]
) -> Expectation:
    if program.run(facts, counts):
        return Expectation.FIRES
    is_unknown = value_of(checked.when.expression, facts, own) is None
    return Expectation.UNKNOWN if is_unknown else Expectation.SILENT


def _queue(checked: CheckedRule, facts: FactValues) -> str | None:
    cases = [effect for effect in checked.rule.then if isinstance(effect, OpenCase)]
    return checked.queue_of(cases[0], facts) if cases else None


def _before(test: RuleTest, at_us: int) -> Iterator[tuple[int, dict[str, Value]]]:
    """Yield when each event before the one that is tested was, and its facts, in order."""
    for given in test.after:
        for number in range(1, given.times + 1):
            facts = with_derived({_AT: at_us - _us(given.ago), **_numbered(given.facts, number)})
            then_us = facts[_AT]
            yield (then_us if isinstance(then_us, int) else at_us), facts


def _us(span: Duration) -> int:
    return round(span.seconds * MICROSECONDS)


def _numbered(facts: Mapping[str, Any], number: int) -> dict[str, Value]:
    """Return *facts* with the number of the event in the place of `{n}`."""

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{n}", str(number))
        return tuple(map(filled, value)) if isinstance(value, tuple) else value

    return {name: filled(value) for name, value in facts.items()}
