"""What a condition counts: which events, under which keys, and when its value is asked at all."""

from typing import Any

import pytest

from core.rule_strategies import VOCABULARY
from tutela.core.counters import CounterKind
from tutela.core.rules.check import check
from tutela.core.rules.compile import KEY_SEPARATOR, compile_rules
from tutela.core.rules.counting import MAX_KEYS, Asked
from tutela.core.rules.facts import Technique
from tutela.core.rules.printing import text_of
from tutela.core.rules.types import FactValues
from tutela.core.units import Duration

FAN_OUT = (
    'event.kind == "message" and author.age_band == "adult" and recipient.is_minor '
    'and count_distinct(recipient.id, by=author.id, within="24h") > 5'
)


def ask(source: str, facts: FactValues) -> list[Asked]:
    """Return what an event has to do with the counters of one condition."""
    return compile_rules([check(source, VOCABULARY)]).asked(facts)


def wheres(source: str) -> list[str]:
    """Return where each counter of a condition counts an event."""
    return [text_of(counter.where.written) for counter in check(source, VOCABULARY).counters]


def ids(source: str) -> list[str]:
    """Return the names of what a condition counts."""
    return [counter.use.id for counter in check(source, VOCABULARY).counters]


def test_a_counter_is_told_as_it_is_kept() -> None:
    """Its kind, its window, where it counts, and the number it is compared with."""
    (counter,) = check(FAN_OUT, VOCABULARY).counters

    assert counter.use.kind is CounterKind.DISTINCT
    assert counter.use.window == Duration(hours=24)
    assert counter.use.thresholds == (5.0,)
    assert counter.use.text == (
        'count_distinct(recipient.id, by=author.id, within="24h", '
        'where=author.age_band == "adult" and event.kind == "message" and recipient.is_minor)'
    )
    assert counter.use.id == "85f9594a2e43ed24b87809b6e9c6a7df"  # another one would forget all that was counted


COUNT = 'count(by=author.id, within="1h")'


@pytest.mark.parametrize(
    ("source", "where"),
    [
        (f"{COUNT} > 1", "true"),
        (f"event.urgent and {COUNT} > 1", "event.urgent"),
        (f"{COUNT} > 1 and event.urgent", "event.urgent"),
        (f"event.urgent and event.urgent and {COUNT} > 1", "event.urgent"),
        (f"event.urgent and author.is_minor and {COUNT} > 1", "author.is_minor and event.urgent"),
        (f"event.urgent and (author.is_minor or {COUNT} > 1)", "event.urgent"),
        (f"event.urgent and (author.is_minor and {COUNT} > 1 or false)", "author.is_minor and event.urgent"),
        (f"event.urgent or author.is_minor and {COUNT} > 1", "author.is_minor"),
        (f"event.urgent or {COUNT} > 1", "true"),
        (f"not (event.urgent and {COUNT} > 1)", "event.urgent"),
        (f"event.urgent and {COUNT} * 2 + 1 > 1", "event.urgent"),
        (f"event.urgent == (author.is_minor and {COUNT} > 1)", "author.is_minor"),
        (f"event.urgent and min({COUNT}, 3) > 1", "event.urgent"),
        ('event.urgent and count(by=author.id, within="1h", where=author.is_minor) > 1', "author.is_minor"),
        ('event.urgent and count(by=author.id, within="1h", where=True) > 1', "true"),
    ],
)
def test_without_a_where_an_event_counts_where_all_beside_the_counter_holds(source: str, where: str) -> None:
    """Everything that stands beside it with `and`, on the way from the whole condition to the counter."""
    assert wheres(source) == [where]


def test_what_stands_beside_with_a_counter_in_it_is_left_out() -> None:
    """A counter never waits for another."""
    source = 'event.urgent and count(by=author.id, within="1h") > 1 and count(by=author.id, within="2h") > 2'

    assert wheres(source) == ["event.urgent", "event.urgent"]


def test_the_same_is_counted_under_one_name() -> None:
    """Order, spelling and place in a condition make no other counter; window, key and what is counted do."""
    same = [
        f"event.urgent and author.is_minor and {COUNT} > 1",
        f"author.is_minor and event.urgent and 5 < {COUNT}",
        'event.urgent and (author.is_minor and count( within = "60m", by = (author.id) ) == 1)',
    ]
    other = [
        f"event.urgent and {COUNT} > 1",
        'event.urgent and author.is_minor and count(by=author.id, within="2h") > 1',
        'event.urgent and author.is_minor and count(by=recipient.id, within="1h") > 1',
        'event.urgent and author.is_minor and count_distinct(recipient.id, by=author.id, within="1h") > 1',
        'event.urgent and author.is_minor and sum(contact.sent, by=author.id, within="1h") > 1',
    ]

    assert len({name for source in same for name in ids(source)}) == 1
    assert len({name for source in (*same, *other) for name in ids(source)}) == 1 + len(other)
    program = compile_rules([check(source, VOCABULARY) for source in same])
    assert len(program.counters) == 1
    assert [program.counts_of(rule) for rule in range(3)] == [(0,)] * 3
    assert program.counters[0].thresholds == (1.0, 5.0)
    assert program.run({"event.urgent": True, "author.is_minor": True}, [6]) == [0, 1]


@pytest.mark.parametrize(
    ("comparison", "thresholds"),
    [
        (f"{COUNT} > 5", (5.0,)),
        (f"5 <= {COUNT}", (5.0,)),
        (f"{COUNT} != -2.5", (-2.5,)),
        (f"not {COUNT} > 5", (5.0,)),
        (f"{COUNT} > 5 or {COUNT} > 9", (5.0, 9.0)),
        (f"{COUNT} + 1 > 5", None),
        (f"{COUNT} > contact.sent", None),
        (f"{COUNT} in [1, 2]", None),
        (f"known({COUNT})", None),
        (f"{COUNT} > 5 or {COUNT} > contact.sent", None),
    ],
)
def test_a_counter_names_the_numbers_on_which_it_depends(comparison: str, thresholds: Any) -> None:
    """None where more may depend on it than on which side of them it is."""
    (use,) = compile_rules([check(comparison, VOCABULARY)]).counters

    assert use.thresholds == thresholds


# ------------------------------------------------------------------------------------------------------- what is asked

SUM = 'sum(event.amount, by=author.id, within="1h") > 1'

MESSAGE = {
    "event.kind": "message",
    "author.age_band": "adult",
    "author.id": "acc_1",
    "recipient.id": "acc_2",
    "recipient.is_minor": True,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [Asked(0, ("acc_1",), is_counted=True, value="acc_2")]),
        ({"recipient.is_minor": False}, []),
        ({"recipient.is_minor": None}, []),
        ({"author.id": None}, []),
        ({"recipient.id": None}, [Asked(0, ("acc_1",), is_counted=False)]),
    ],
)
def test_an_event_asks_a_counter_that_something_depends_on(changed: FactValues, expected: list[Asked]) -> None:
    """And is counted where what is counted is known."""
    assert ask(FAN_OUT, {**MESSAGE, **changed}) == expected


@pytest.mark.parametrize(
    ("source", "facts", "expected"),
    [
        # A `where` of its own: counted without being asked, asked without being counted.
        (
            'event.urgent and count(by=author.id, within="1h", where=author.is_minor) > 1',
            {"event.urgent": False, "author.is_minor": True, "author.id": "a"},
            [Asked(0, ("a",), is_counted=True)],
        ),
        (
            'event.urgent and count(by=author.id, within="1h", where=author.is_minor) > 1',
            {"event.urgent": True, "author.is_minor": None, "author.id": "a"},
            [Asked(0, ("a",), is_counted=False)],
        ),
        (
            'event.urgent and count(by=author.id, within="1h", where=author.is_minor) > 1',
            {"event.urgent": False, "author.is_minor": False, "author.id": "a"},
            [],
        ),
        # Under `not`, a false beside it settles things, and an unknown does not.
        (f"not (event.urgent and {COUNT} > 1)", {"event.urgent": False, "author.id": "a"}, []),
        (f"not (event.urgent and {COUNT} > 1)", {"author.id": "a"}, [Asked(0, ("a",), is_counted=False)]),
        (f"event.urgent and {COUNT} > 1", {"author.id": "a"}, []),
        # Keys of several parts, and several keys.
        (
            'count(by=[author.id, event.note], within="1h") > 1',
            {"author.id": "a", "event.note": f"b{KEY_SEPARATOR}c"},
            [Asked(0, (f"a{KEY_SEPARATOR}b\N{REPLACEMENT CHARACTER}c",), is_counted=True)],
        ),
        ('count(by=[author.id, event.note], within="1h") > 1', {"author.id": "a"}, []),
        (
            'count(by=text.links, within="1h") > 1',
            {"text.links": ("x", "y", "x")},
            [Asked(0, ("x", "y"), is_counted=True)],
        ),
        ('count(by=text.links, within="1h") > 1', {"text.links": ()}, []),
        (
            'count(by=text.links, within="1h") > 1',
            {"text.links": tuple(map(str, range(99)))},
            [Asked(0, tuple(map(str, range(MAX_KEYS))), is_counted=True)],
        ),
        # What is added, and what must be different.
        (SUM, {"author.id": "a", "event.amount": 3}, [Asked(0, ("a",), is_counted=True, amount=3.0)]),
        (SUM, {"author.id": "a"}, [Asked(0, ("a",), is_counted=False, amount=0.0)]),
        (
            'count_distinct(event.amount, by=author.id, within="1h") > 1',
            {"author.id": "a", "event.amount": 3.0},
            [Asked(0, ("a",), is_counted=True, value="3")],
        ),
        (
            'count_distinct(event.amount * 1.5, by=lower(author.id), within="1h") > 1',
            {"author.id": "A", "event.amount": 3},
            [Asked(0, ("a",), is_counted=True, value="4.5")],
        ),
    ],
)  # fmt: skip
def test_an_event_is_counted_under_its_keys(source: str, facts: FactValues, expected: list[Asked]) -> None:
    """Each key once, the first of them where there are too many; an unknown key is none."""
    assert ask(source, facts) == expected


ANSWER: FactValues = {"event.kind": "classification", "author.id": "acc_1", "classifier.id": "one"}
MINE = 'count(by=author.id, within="1h") > 3'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (MINE, 0),
        (f'event.kind == "message" and {MINE}', 0),
        (f'event.kind != "message" and {MINE}', 0),
        (f'event.kind == "classification" and {MINE}', 1),
        (f'event.kind in ("classification", "message") and {MINE}', 1),
        (f'classifier.id == "one" and {MINE}', 1),
        ('count(by=classifier.id, within="1h") > 3', 1),
        ('count_distinct(classifier.id, by=author.id, within="1h") > 3', 1),
    ],
)
def test_what_a_classifier_said_counts_only_where_a_counter_speaks_of_it(source: str, expected: int) -> None:
    """Nobody did that: an account that is asked about often has not written more often."""
    assert sum(each.is_counted for each in ask(source, ANSWER)) == expected


def test_a_shared_counter_is_asked_where_any_of_its_rules_may_depend_on_it() -> None:
    """One row of the database, whatever number of rules reads it."""
    count = 'count(by=author.id, within="1h", where=author.is_minor) > 1'
    program = compile_rules(
        [check(f"{beside} and {count}", VOCABULARY) for beside in ("event.urgent", "contact.is_first")]
    )

    assert program.asked({"contact.is_first": True, "author.id": "a"}) == [Asked(0, ("a",), is_counted=False)]
    assert program.asked({"contact.is_first": False, "author.id": "a"}) == []
    assert program.asked({"author.is_minor": True, "author.id": "a"}) == [Asked(0, ("a",), is_counted=True)]


# ----------------------------------------------------------------------------------------------------- what it asks for


@pytest.mark.parametrize(
    ("source", "techniques"),
    [
        ("author.is_minor", {Technique.BEHAVIOUR}),
        ('labelled("a") and contact.sent > 1', {Technique.BEHAVIOUR}),
        ('in_bank("a")', {Technique.KNOWN_IMAGES}),
        ('detected("a") or text.has_link', {Technique.KNOWN_IMAGES, Technique.TEXT}),
        ('count(by=author.id, within="1h", where=text.has_link) > 1', {Technique.BEHAVIOUR, Technique.TEXT}),
        ('count(by=text.links, within="1h") > 1', {Technique.TEXT}),
        ('count_distinct(event.note, by=author.id, within="1h") > 1', {Technique.BEHAVIOUR, Technique.TEXT}),
    ],
)
def test_a_condition_names_what_it_does_to_communication(source: str, techniques: set[Technique]) -> None:
    """Its counters included: what counts links reads text."""
    assert check(source, VOCABULARY).techniques == techniques
