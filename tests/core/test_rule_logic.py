"""What is unknown stays unknown: it makes no rule fire, also through `not`, unless it was asked for."""

from typing import Any

import pytest

from core.rule_strategies import VOCABULARY
from tutela.core.rules.check import check
from tutela.core.rules.compile import compile_rules
from tutela.core.rules.interpret import value_of
from tutela.core.rules.types import FactValues

T, F, U = True, False, None
DAY_US = 86_400_000_000
FIRES, SILENT = True, False


def fires(source: str, facts: FactValues) -> bool:
    """Return whether a condition fires, by program and by meaning; they agree."""
    checked = check(source, VOCABULARY)
    is_compiled = compile_rules([checked]).run(facts, ()) == [0]
    assert is_compiled is (value_of(checked.expression, facts, ()) is True)
    return is_compiled


def comes_to(source: str, facts: FactValues) -> bool | None:
    """Return true, false or unknown: what a condition comes to, as the rules see it that ask for it and for `not`."""
    if fires(source, facts):
        return True
    return False if fires(f"not ({source})", facts) else None


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T), (T, F, F, T), (T, U, U, T),
        (F, T, F, T), (F, F, F, F), (F, U, F, U),
        (U, T, U, T), (U, F, F, U), (U, U, U, U),
    ],
)  # fmt: skip
def test_and_and_or_know_as_much_as_can_be_known(a: Any, b: Any, both: Any, either: Any) -> None:
    """Kleene's tables; the same in every place where a boolean can stand."""
    facts = {"event.urgent": a, "author.is_minor": b}

    for source, expected in (("event.urgent and author.is_minor", both), ("event.urgent or author.is_minor", either)):
        assert comes_to(source, facts) is expected
        assert comes_to(f"({source}) == true", facts) is expected
        assert comes_to(f"default({source}, false)", facts) is bool(expected)
        assert comes_to(f"known({source})", facts) is (expected is not None)


NOTHING: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("source", "facts", "expected"),
    [
        ("event.urgent", NOTHING, U),
        ("not event.urgent", NOTHING, U),
        ("not event.urgent", {"event.urgent": F}, T),
        ("event.urgent == event.urgent", NOTHING, U),
        ("event.urgent or not event.urgent", NOTHING, U),
        ('event.note == "a"', NOTHING, U),
        ('event.note != "a"', NOTHING, U),
        ('not (event.note == "a" and author.id == "b")', {"author.id": "c"}, T),
        ('not (event.note == "a" or author.id == "b")', {"author.id": "c"}, U),
        ("contact.sent > 5", NOTHING, U),
        ("contact.sent <= 5", NOTHING, U),
        ("contact.sent == contact.received", NOTHING, U),
        ("contact.sent != contact.received", {"contact.sent": 1}, U),
        ('author.id in ["a"]', NOTHING, U),
        ('author.id not in ["a"]', NOTHING, U),
        ('author.id not in ["a"]', {"author.id": "b"}, T),
        ('"a" in author.labels', NOTHING, U),
        ('"a" not in author.labels', {"author.labels": ()}, T),
        ('author.id in ["a", recipient.id]', {"author.id": "a"}, U),
        ('labelled("a")', NOTHING, U),
        ('labelled("a")', {"author.labels": ("a",)}, T),
        ('labelled("a", recipient.labels)', {"recipient.labels": ("b",)}, F),
        ('in_bank("a") or detected("b")', {"item.banks": (), "item.clauses": ("b",)}, T),
        ("contact.sent + 1 > 0", NOTHING, U),
        ("-contact.sent < 1", NOTHING, U),
        ("1 / contact.sent > 0", {"contact.sent": 0}, U),
        ("contact.sent % contact.sent == 0", {"contact.sent": 0}, U),
        ("contact.sent * contact.sent > 0", {"contact.sent": 1e200}, U),
        ("not contact.sent * contact.sent > 0", {"contact.sent": 1e200}, U),
        ("contact.sent * 1e299 - contact.sent * 1e299 == 0", {"contact.sent": 10}, T),
        ("contact.sent * 1e299 + 1e300 == 0", {"contact.sent": 10}, U),
        ("7 % contact.sent == 1", {"contact.sent": 2}, T),
        ("contact.sent == 1.0", {"contact.sent": 1}, T),
        ("contact.sent in [1.0, 2]", {"contact.sent": 1}, T),
        ("known(event.note)", NOTHING, F),
        ("not known(event.note)", NOTHING, T),
        ("known(event.note)", {"event.note": ""}, T),
        ("known(known(event.note))", NOTHING, T),
        ("known(contact.sent > 5)", NOTHING, F),
        ('default(event.note, "a") == "a"', NOTHING, T),
        ('default(event.note, "a") == "a"', {"event.note": "b"}, F),
        ("default(event.urgent, true)", NOTHING, T),
        ("default(contact.sent, contact.received) > 1", NOTHING, U),
        ('matches(event.note, "a")', NOTHING, U),
        ('not matches(event.note, "a")', NOTHING, U),
        ('not matches(event.note, "a")', {"event.note": "b"}, T),
    ],
)
def test_an_unknown_is_neither_true_nor_false(source: str, facts: FactValues, expected: Any) -> None:
    """Of a comparison, a list, a sum, a function: only `known` and `default` answer in its place."""
    assert comes_to(source, facts) is expected


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ('contact.age < "7d"', {"contact.age": 6 * DAY_US}),
        ('contact.age * 2 >= "2w"', {"contact.age": 7 * DAY_US}),
        ('contact.age / "1d" == 1.5', {"contact.age": DAY_US * 3 // 2}),
        ('"1d" < contact.age', {"contact.age": DAY_US + 1}),
        ('contact.age in ["1d", "2d"]', {"contact.age": DAY_US}),
        ('default(contact.age, "1d") == "24h"', {}),
        ('max(contact.age, "1d") == "1d"', {"contact.age": 5}),
        ('event.at > "2026-11-26T12:00:00Z"', {"event.at": 1_795_694_400_000_001}),
        ('event.at - "3h" == "2026-11-26T09:00:00Z"', {"event.at": 1_795_694_400_000_000}),
        ('event.at - "2026-11-26T09:00:00Z" == "3h"', {"event.at": 1_795_694_400_000_000}),
        ("hour(event.at) == 12 and weekday(event.at) == 4", {"event.at": 1_795_694_400_000_000}),
        ("hour(event.at) == 23 and weekday(event.at) == 3", {"event.at": -1}),
        ("weekday(event.at) == 7", {"event.at": 3 * DAY_US}),
        (
            'contains(event.note, "un") and starts_with(event.note, "S") and ends_with(event.note, "n")',
            {"event.note": "Sun"},
        ),
        ('lower(event.note) == "sun"', {"event.note": "SUN"}),
        ("length(event.note) == 3 and length(author.labels) == 2", {"event.note": "Sün", "author.labels": ("a", "b")}),
        ("words(event.note) == 3", {"event.note": " river  stone\n\u00a0sun "}),
        ("overlap(author.labels, item.tags) == 1", {"author.labels": ("a", "b", "b"), "item.tags": ("b", "b", "c")}),
        ('any_of(author.labels, ["x", "b"])', {"author.labels": ("a", "b")}),
        ("min(contact.sent, 3, 2) == 2 and max(contact.sent, 3) == 9", {"contact.sent": 9}),
        ("abs(contact.sent - 10) == 1", {"contact.sent": 9}),
        ('host(event.note) == "example.org"', {"event.note": "HTTPS://User@EXAMPLE.org.:443/a?b"}),
        ("not known(host(event.note))", {"event.note": "no link at all"}),
        ('author.id > "Z"', {"author.id": "a"}),
    ],
)
def test_a_function_says_what_its_line_in_the_table_says(source: str, facts: FactValues) -> None:
    """Durations and times are texts where one is expected; hours and weekdays are of UTC."""
    assert fires(source, facts)


@pytest.mark.parametrize(
    ("pattern", "text", "is_there"),
    [
        (r"\\bsun\\b", "the sun.", T),
        (r"\\bsun\\b", "sunny", F),
        ("s.n", "sün", T),
        ("^..$", "漢字", T),
        ("(?i)É", "é", T),
        ("É", "é", F),
        ("^b", "a\nb", F),
        ("(?m)^b", "a\nb", T),
        ("a.b", "a\ud800b", T),
        ("(a|aa)+$", "a" * 20_000 + "b", F),
        ("", "", T),
    ],
)
def test_a_pattern_is_of_re2_and_reads_characters(pattern: str, text: str, *, is_there: bool) -> None:
    """Not bytes; in time that grows with the text, whatever the pattern; also where half a character stands in it."""
    assert fires(f'matches(event.note, "{pattern}")', {"event.note": text}) is is_there
