"""The compiled program means what the interpreter says, and no text of a rule becomes code."""

import sys
import threading
import warnings
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.rule_strategies import VOCABULARY, counting, expressions, facts, few_facts
from laws import examples
from tutela.core.rules import syntax as s
from tutela.core.rules.check import Checked, check
from tutela.core.rules.compile import Program, compile_rules, rule_pieces
from tutela.core.rules.facts import Fact, Vocabulary
from tutela.core.rules.generate import slots_of
from tutela.core.rules.interpret import explain, value_of
from tutela.core.rules.printing import quote, text_of
from tutela.core.rules.rule import MAX_CONDITION_CHARACTERS, MAX_DEPTH
from tutela.core.rules.types import FactValues, Type
from tutela.errors import RuleProblem

slowly_drawn = settings(
    max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def checked(shapes: Sequence[s.Node]) -> list[Checked]:
    """Return each of *shapes* that is a condition, checked."""
    found = []
    for shape in shapes:
        try:
            found.append(check(text_of(shape), VOCABULARY))
        except RuleProblem as error:
            if {problem.message for problem in error.problems} != {"nothing is in an empty list"}:
                raise
    return found


def meant(rules: Sequence[Checked], known: FactValues, program: Program, counts: Sequence[float | None]) -> list[int]:
    """Return the places of the rules that fire, as the interpreter says."""
    return [
        place
        for place, rule in enumerate(rules)
        if value_of(rule.expression, known, [counts[each] for each in program.counts_of(place)]) is True
    ]


# ---------------------------------------------------------------------------------------------------- what it comes to


@slowly_drawn
@given(
    st.lists(expressions(Type.BOOLEAN, counts=True), min_size=1, max_size=3),
    st.lists(facts, min_size=3, max_size=3),
    st.integers(-2, 12) | st.none(),
)
def test_a_program_fires_what_the_interpreter_says(
    shapes: list[s.Node], events: list[dict[str, Any]], count: float | None
) -> None:
    """Any conditions that fit the facts, together in one program, on any facts, unknown ones among them."""
    rules = checked(shapes)
    program = compile_rules(rules)
    counts = [count] * len(program.counters)

    for known in events:
        assert program.run(known, counts) == meant(rules, known, program, counts)
        assert [asked.counter for asked in program.asked(known)] == sorted({a.counter for a in program.asked(known)})
        for rule in rules:
            parts = explain(rule, known, [count] * len(rule.counters))
            assert all(rule.source[part.start : part.end] for part in parts)


@slowly_drawn
@given(
    st.lists(counting, min_size=2, max_size=3),
    st.lists(few_facts, min_size=4, max_size=4),
    st.lists(st.integers(0, 5), min_size=1),
)
def test_a_counter_that_is_not_asked_would_change_nothing(
    shapes: list[s.Node], events: list[dict[str, Any]], held: list[int]
) -> None:
    """Whatever it holds: what an event does not ask for decides nothing about it. And what is asked has keys."""
    rules = checked(shapes)
    program = compile_rules(rules)
    keys = {
        place: counter.by
        for number, rule in enumerate(rules)
        for place, counter in zip(program.counts_of(number), rule.counters, strict=True)
    }
    for known in events:
        asked = {each.counter for each in program.asked(known)}
        truth = [held[n % len(held)] if _has_key(keys[n], known) else None for n in range(len(program.counters))]
        read = [count if place in asked else None for place, count in enumerate(truth)]

        assert all(_has_key(keys[place], known) for place in asked)
        assert program.run(known, read) == meant(rules, known, program, read) == meant(rules, known, program, truth)


def _has_key(by: Any, known: FactValues) -> bool:
    parts = by if isinstance(by, tuple) else (by,)
    return all(value_of(part, known, ()) not in (None, ()) for part in parts)


class Watched(str):
    """A text that notes how often its words are taken apart."""

    __slots__ = ("asked",)

    def split(self, *args: Any) -> list[str]:  # type: ignore[override]  # the rules give no arguments
        """Return the words."""
        self.asked = getattr(self, "asked", 0) + 1
        return super().split(*args)


def test_what_is_computed_twice_is_computed_once_an_event() -> None:
    """Calls are shared in one rule, between rules, and between pieces of a program."""
    sources = ['words(event.note) > 1 and words(event.note) < 9 and matches(event.note, "sun")'] * 200
    rules = [check(source, VOCABULARY) for source in sources]
    slots = slots_of(rule.expression for rule in rules)
    pieces = list(rule_pieces(rules, [()] * len(rules), slots))

    assert len(pieces) == 4
    assert sorted(slots.values()) == [0, 1, 2]  # the words, the pattern, and the text as bytes for it
    note = Watched("rain sun")
    assert compile_rules(rules).run({"event.note": note}, ()) == list(range(200))
    assert note.asked == 1
    assert compile_rules(rules).run({"event.note": "sun"}, ()) == []


def test_a_program_is_run_by_several_threads() -> None:
    """It keeps nothing between two events."""
    program = compile_rules(
        [check(f"words(event.note) == {n} or words(event.note) == {n + 1}", VOCABULARY) for n in range(99)]
    )
    found: list[bool] = []

    def work(words: int) -> None:
        text = " ".join(["a"] * words)
        found.append(all(program.run({"event.note": text}, ()) == [words - 1, words] for _ in range(200)))

    threads = [threading.Thread(target=work, args=(words,)) for words in (3, 5, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [True] * 3


def test_a_program_of_no_rules_fires_none() -> None:
    """As on the first day."""
    program = compile_rules([])

    assert program.run({}, ()) == []
    assert program.asked({}) == []


# ----------------------------------------------------------------------------------------------------------- bounds


@pytest.mark.parametrize(
    "source",
    [
        "known(" * (MAX_DEPTH - 2) + "event.urgent" + ")" * (MAX_DEPTH - 2),
        "lower(" * (MAX_DEPTH - 2) + "event.note" + ")" * (MAX_DEPTH - 2) + ' == "a"',
        "(event.urgent or author.is_minor and " * 24 + "event.urgent" + ")" * 24,
        "(event.urgent == " * (MAX_DEPTH - 1) + "event.urgent" + ")" * (MAX_DEPTH - 1),
        "event.urgent == (" * (MAX_DEPTH - 1) + "event.urgent" + ")" * (MAX_DEPTH - 1),
        "default(event.urgent == known(event.urgent), " * 47 + "event.urgent" + ")" * 47,
        "abs(-" * 24 + "contact.sent" + ")" * 24 + " > 2",
        "min(contact.sent, " * 48 + "contact.sent" + ")" * 48 + " > 2",
        'matches(lower(event.note), "a") or ' * 220 + "event.urgent",
        "contact.sent + 1 > 2 or " * 330 + "event.urgent",
        " and ".join(f'count(by=author.id, within="{n + 1}m") > {n}' for n in range(16))
        + " and contact.sent > 1" * 300,
    ],
    ids=lambda source: source[:30],
)
def test_the_deepest_and_longest_conditions_are_compiled(source: str) -> None:
    """Everything that the parser lets pass; twice, so that calls are shared; in calls that hold nobody up."""
    assert len(source) <= MAX_CONDITION_CHARACTERS
    rule = check(source, VOCABULARY)
    program = compile_rules([rule, rule])
    known = {"event.urgent": True, "author.is_minor": True, "contact.sent": 3, "event.note": "a", "author.id": "a"}
    counts = [20.0] * len(program.counters)

    assert program.run(known, counts) == meant([rule, rule], known, program, counts)
    pieces = rule_pieces([rule], [program.counts_of(0)], slots_of([rule.expression]))
    assert all(len(piece.source) < 60_000 for piece in pieces)


# ------------------------------------------------------------------------------------------------------ hostile texts

HOSTILE = (
    '"; raise SystemExit; "',
    "'; raise SystemExit; '",
    "\\",
    "\\'",
    '\\"',
    "'''",
    '"""',
    "\n  found(99)\n",
    "\r\n",
    "\x00",
    "{0.__class__}",
    "%s",
    "\\N{NULL}",
    "\\u0022",
    "\u2028found(99)",
    "# ",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "__import__('sys').exit()",
    "n0 is True or True",
    "🜲",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_a_rule_is_never_code(text: str) -> None:
    """As a literal, in a list, as a pattern, and as the name of an attribute: it is compared, and nothing else."""
    vocabulary = Vocabulary.of((Fact(f"event.{text}", Type.TEXT, "a name that could not be written"),))
    sources = [
        f"event.kind == {quote(text)}",
        f"event.kind in [{quote(text)}, author.id]",
        f"event.kind in [{quote(text)}]",
        f"contains(event.kind, {quote(text)})",
        f"default(event.kind, {quote(text)}) == {quote(text)}",
    ]
    program = compile_rules([check(source, vocabulary) for source in sources])

    assert program.run({"event.kind": text, "author.id": "a"}, ()) == [0, 1, 2, 3, 4]
    assert program.run({"event.kind": "else", "author.id": "a"}, ()) == []


@settings(max_examples=examples(50))
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text())
def test_any_text_is_compared_as_it_is(text: str, other: str) -> None:
    """No character of a literal is lost or means something."""
    program = compile_rules([check(f"event.kind == {quote(text)} and author.id != {quote(text)}", VOCABULARY)])

    assert program.run({"event.kind": text, "author.id": other}, ()) == ([] if text == other else [0])


def test_lines_hold_literals_and_names_of_ours() -> None:
    """What stands in the generated lines, for whoever wants to see it."""
    source = 'not (event.note == "a" and contact.sent > 5) or author.id in ["x", "y"] and matches(event.note, "sun")'
    (piece,) = rule_pieces([check(source, VOCABULARY)], [()], {})

    assert piece.source == (
        "def piece(fact, counts, kept, found):\n"
        "  n0 = fact('event.note')\n"
        "  n1 = fact('contact.sent')\n"
        "  n2 = fact('author.id')\n"
        "  if n0 is not None and n0 != 'a' or n1 is not None and not n1 > 5 or n2 in g1 "
        "and (t1 := g2(n0)) is not None and g3(t1) is not None: found(0)\n"
    )


def test_generated_lines_compile_without_a_warning() -> None:
    """Python warns where a literal is asked whether it is known."""
    source = 'known("a") and known([event.note]) and "a" not in ["b"] and "a" in author.labels and known(5) == true'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compile_rules([check(source, VOCABULARY)]).run({"event.note": "", "author.labels": ("a",)}, ()) == [0]


def test_the_stack_is_not_the_bound() -> None:
    """The deepest condition fits where a server has used up a good part of it."""

    def down(levels: int) -> None:
        if levels:
            down(levels - 1)
        else:
            deep = "lower(" * (MAX_DEPTH - 2) + "event.note" + ")" * (MAX_DEPTH - 2) + ' == "a"'
            rule = check(deep, VOCABULARY)
            assert compile_rules([rule, rule]).run({"event.note": "A"}, ()) == [0, 1]
            assert explain(rule, {"event.note": "A"}, ())[0].value is True

    down((sys.getrecursionlimit() - len(threading.enumerate())) // 3)
