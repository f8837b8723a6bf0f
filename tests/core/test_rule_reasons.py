"""Why a condition came to what it did: only what it rested on, in sentences, and no words that somebody wrote."""

import pytest
from hypothesis import assume, given, settings

from core.rule_strategies import VOCABULARY, expressions, facts
from laws import examples
from tutela.core.rules.check import check
from tutela.core.rules.interpret import value_of
from tutela.core.rules.printing import text_of
from tutela.core.rules.reasons import MOST_REASONS, reasons
from tutela.core.rules.types import FactValues, Type

COUNT = 'count_distinct(recipient.id, by=author.id, within="24h")'
FACTS = {
    "event.kind": "message", "author.account_age": 86_400_000_000, "author.is_minor": True, "author.labels": ("a",),
    "contact.sent": 3, "contact.received": 5, "text.body": "Rain and sun", "text.links": ("https://example.org/a",),
    "event.at": 1_792_411_200_000_000,
}  # fmt: skip
DEMANDED = [
    (f"author.is_minor and {COUNT} > 10", [f"`{COUNT}` came to 10, and must be > 10"]),
    (f"author.is_minor and 10 < {COUNT}", [f"`{COUNT}` came to 10, and must be > 10"]),
    (
        'author.account_age < "1d" and event.kind == "post"',
        [
            '`author.account_age` came to 1d, and must be < "1d"',
            '`event.kind` came to "message", and must be == "post"',
        ],
    ),
    (
        "contact.sent > contact.received",
        ["`contact.sent` came to 3, and must be > `contact.received`, which came to 5"],
    ),
    ("not author.is_minor", ["`author.is_minor` is true, and must be false"]),
    ("not (contact.sent < 4)", ["`contact.sent` came to 3, and must not be < 4"]),
    (
        'labelled("b") or "c" in author.labels',
        ['`author.labels` came to ["a"], and must hold "b"', '`author.labels` came to ["a"], and must hold "c"'],
    ),
    ('event.kind in ["post", "like"]', ['`event.kind` came to "message", and must be in ["post", "like"]']),
    ('event.kind not in ["message"]', ['`event.kind` came to "message", and must not be in ["message"]']),
    ('contains(text.body, "snow")', ['`contains(text.body, "snow")` is false, and must be true']),
    ('text.body == "snow"', ['`text.body` came to a text of 12 characters, and must be == "snow"']),
    (
        'event.at < "2026-01-01T00:00:00Z"',
        ['`event.at` came to 2026-10-19T12:00:00Z, and must be < "2026-01-01T00:00:00Z"'],
    ),
    ("recipient.is_minor", []),
]
HELD = [
    (f"author.is_minor and {COUNT} > 5", ["`author.is_minor` is true", f"`{COUNT}` came to 10, which is > 5"]),
    ("contact.sent > 5 or contact.sent > 2", ["`contact.sent` came to 3, which is > 2"]),
    ("contact.sent > 5", ["`contact.sent` came to 3, which is not > 5"]),
    ('"a" in author.labels', ['`author.labels` came to ["a"], which holds "a"']),
    ('"b" in author.labels', ['`author.labels` came to ["a"], which does not hold "b"']),
]


@pytest.mark.parametrize(("source", "told"), DEMANDED, ids=[source for source, _ in DEMANDED])
def test_a_piece_that_failed_says_what_it_must_be(source: str, told: list[str]) -> None:
    """What came as it should is left out, and so is what is unknown."""
    assert list(reasons(check(source, VOCABULARY), FACTS, [10.0], is_demanded=True)) == told


@pytest.mark.parametrize(("source", "told"), HELD, ids=[source for source, _ in HELD])
def test_a_piece_that_decided_says_which_side_it_is_on(source: str, told: list[str]) -> None:
    """Where nothing in particular was demanded of it."""
    assert list(reasons(check(source, VOCABULARY), FACTS, [10.0], is_demanded=False)) == told


def test_no_more_reasons_are_told_than_anybody_reads() -> None:
    """How many there are besides is said."""
    source = " or ".join(f"contact.sent == {number}" for number in range(100, 130))
    told = reasons(check(source, VOCABULARY), FACTS, (), is_demanded=True)
    assert len(told) == MOST_REASONS + 1
    assert told[-1] == "and 20 more"


@settings(max_examples=examples(100), deadline=None)
@given(expressions(Type.BOOLEAN).map(text_of), facts)
def test_there_is_a_reason_wherever_something_is_known_and_none_elsewhere(source: str, known: FactValues) -> None:
    """Of any condition and any event."""
    assume(" in []" not in source)  # refused: nothing is in an empty list
    checked = check(source, VOCABULARY)
    told = reasons(checked, known, (), is_demanded=True)
    assert bool(told) == isinstance(value_of(checked.expression, known, ()), bool)
