"""A clause is covered by what works, and by nothing that is only there."""

import pytest

from tutela.bootstrap.loading import load_policy
from tutela.config import Settings
from tutela.core.coverage import (
    Detector,
    DetectorKind,
    DetectorState,
    Source,
    coverage_of,
    state_of_rule,
)
from tutela.core.events import BUILT_IN, vocabulary_of
from tutela.core.ids import ClauseId
from tutela.core.policy import Severity
from tutela.core.rules.book import Book, RuleInForce
from tutela.core.rules.rule import OpenCase, Rule, RuleState

CLAUSE = ClauseId("cse.seeking")
ALL = frozenset(Source)


def placed(when: str, state: RuleState = RuleState.LIVE) -> object:
    """Return a rule as it is in force."""
    rule = Rule("one", CLAUSE, state, when, (OpenCase("queue", Severity.HIGH, "seen"),))
    book = Book.of([RuleInForce(rule, "1", state)], vocabulary_of(BUILT_IN))
    assert book.left_out == ()
    return book.places[0]


@pytest.mark.parametrize(
    ("when", "connected", "expected"),
    [
        ('event.kind == "message"', (), DetectorState.WORKS),
        ('detected("cse.seeking", text.clauses)', (), DetectorState.WAITS),
        ('detected("cse.seeking", text.clauses)', (Source.WORDS,), DetectorState.WORKS),
        ('detected("cse.seeking", text.clauses)', (Source.MEDIA, Source.NAMES), DetectorState.WAITS),
        ('detected("cse.seeking", text.clauses) and item.has_media', (), DetectorState.WAITS),
        ('detected("cse.seeking", text.clauses) or author.findings > 2', (), DetectorState.WORKS),
        ('(in_bank("x") or text.names > 0) and author.is_adult', (Source.NAMES,), DetectorState.WORKS),
        ('(in_bank("x") or text.names > 0) and author.is_adult', (Source.WORDS,), DetectorState.WAITS),
        (
            'count(by=author.id, within="1d", where=detected("cse.seeking", text.clauses)) > 3', (),
            DetectorState.WAITS,
        ),
        ('not in_bank("x", text.banks)', (), DetectorState.WAITS),
    ],
)  # fmt: skip
def test_a_rule_works_where_what_it_rests_on_is_connected(
    when: str, connected: tuple[Source, ...], expected: DetectorState
) -> None:
    """Every part of an `and`, one part of an `or`, and what a counter counts."""
    assert state_of_rule(placed(when), frozenset(connected), is_told=True) is expected


def test_a_rule_that_nobody_tells_anything_covers_nothing() -> None:
    """It ships live, and no event ever comes."""
    assert state_of_rule(placed('event.kind == "message"'), ALL, is_told=False) is DetectorState.UNTOLD


def test_a_rule_in_shadow_covers_nothing() -> None:
    """It is only recorded."""
    place = placed('event.kind == "message"', RuleState.SHADOW)
    assert state_of_rule(place, ALL, is_told=True) is DetectorState.OFF


def test_every_clause_is_named_and_what_nothing_looks_for_comes_first() -> None:
    """Also one that has nothing at all."""
    policy = load_policy(Settings())
    detectors = [
        Detector(DetectorKind.WORD_BANK, "a", CLAUSE, DetectorState.EMPTY),
        Detector(DetectorKind.RULE, "b", CLAUSE, DetectorState.WORKS),
        Detector(DetectorKind.MEDIA_BANK, "c", ClauseId("cse.depiction"), DetectorState.OFF),
    ]
    coverage = coverage_of(policy.clauses.values(), detectors)
    found = {each.clause.id: each for each in coverage}

    assert found.keys() == policy.clauses.keys()
    assert [each.name for each in found[CLAUSE].detectors] == ["b", "a"]
    assert [name for name, each in found.items() if each.is_covered] == [CLAUSE]
    assert [each.is_missing for each in coverage] == [True] * 11 + [False] * (len(policy.clauses) - 11)
    assert all(each.clause.is_zero_tolerance for each in coverage[:12])
