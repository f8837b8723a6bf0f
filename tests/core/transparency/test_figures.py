"""Figures of a small history, counted by hand; and what is counted as what."""

from datetime import UTC, datetime, timedelta

from core.transparency.histories import START, TABLE
from tutela.core.dsa.words import Category, Keyword
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.orders import OrderKind
from tutela.core.transparency.counted import (
    AppealCounted,
    AppealOutcome,
    Cause,
    Counted,
    MeasuresCounted,
    NoticeCounted,
    OrderCounted,
)
from tutela.core.transparency.figures import figures_of, hours

DEPICTION, SPAM, LAW = ClauseId("cse.depiction"), ClauseId("house.spam"), ClauseId("house.law")
K = MeasureKind
HOUR = timedelta(hours=1)

HISTORY = Counted(
    measures=(
        # A machine holds eight: on the terms. Two of them people ended.
        MeasuresCounted(DEPICTION, K.HOLD, is_automated=True, is_detected=True, count=6),
        MeasuresCounted(DEPICTION, K.HOLD, is_automated=True, is_detected=True, is_overturned=True, count=2),
        # People find three of what the machine noticed, and one that nobody had.
        MeasuresCounted(DEPICTION, K.QUARANTINE, is_detected=True, count=3),
        MeasuresCounted(DEPICTION, K.SUSPEND, is_detected=True, count=3),
        MeasuresCounted(DEPICTION, K.QUARANTINE),
        MeasuresCounted(SPAM, K.REMOVE, count=4),
        # Not their own initiative, not in the Union, no restriction.
        MeasuresCounted(SPAM, K.REMOVE, Cause.NOTICE, count=7),
        MeasuresCounted(LAW, K.WITHHOLD, Cause.ORDER, count=2),
        MeasuresCounted(SPAM, K.WITHHOLD, is_abroad=True, count=9),
        MeasuresCounted(SPAM, K.WARN, count=9),
    ),
    notices=(
        NoticeCounted(DEPICTION, START, is_flagger=True, items=2, answered_at=START + 2 * HOUR,
                      decided_under=(DEPICTION,)),
        NoticeCounted(DEPICTION, START, items=1, answered_at=START + 6 * HOUR),
        NoticeCounted(SPAM, START, items=1, answered_at=START + 10 * HOUR, decided_under=(SPAM,)),
        NoticeCounted(SPAM, START),
    ),
    orders=(
        OrderCounted(OrderKind.ACT, "DE", Category.SCAMS_AND_FRAUD, START, 3, START + HOUR, START + 5 * HOUR),
        OrderCounted(OrderKind.ACT, "DE", Category.SCAMS_AND_FRAUD, START, 1, START + 3 * HOUR, None),
        OrderCounted(OrderKind.INFORMATION, "FR", Category.VIOLENCE, START, 0, START, START + 8 * HOUR),
        OrderCounted(OrderKind.REMOVAL_NOTICE, "AU", Category.VIOLENCE, START, 1, START, START),
        OrderCounted(OrderKind.ACT, "NO", Category.VIOLENCE, START, 1, START, START),
    ),
    appeals=(
        AppealCounted(START, START + 24 * HOUR, AppealOutcome.UPHELD, frozenset({K.SUSPEND, K.QUARANTINE})),
        AppealCounted(START, START + 48 * HOUR, AppealOutcome.OVERTURNED, frozenset({K.HOLD, K.NO_ADS}),
                      is_automated=True),
        AppealCounted(START, None, None, frozenset({K.REMOVE})),
    ),
    samples_agreed=9, samples=10, suspensions=1, reports_filed=3,
)  # fmt: skip


def test_own_initiative_is_split_by_ground_and_keyword() -> None:
    """Counted by hand: 7 that people took on the law; 8 of machines and 4 of people on the terms."""
    figures = figures_of(HISTORY, TABLE)
    minors = Category.PROTECTION_OF_MINORS, Keyword.CHILD_SEXUAL_ABUSE_MATERIAL
    law = figures.illegal[minors]
    assert set(figures.illegal) == {minors}
    assert (law.total, law.detected) == (7, 6)
    assert {word.rpartition("_")[2]: count for word, count in law.restrictions.items()} == {
        "DISABLED": 4, "SUSPENDED": 3
    }  # fmt: skip
    assert (figures.terms[minors].total, figures.terms[minors].detected) == (8, 8)
    assert sum(each.total for each in figures.terms.values()) == 12


def test_notices_and_their_medians() -> None:
    """Four notices, one of a trusted flagger; 2, 6 and 10 hours: the median is 6."""
    figures = figures_of(HISTORY, TABLE).notices
    assert sum(each.notices for each in figures.values()) == 4
    assert sum(each.items for each in figures.values()) == 4
    assert [(each.flagger_notices, each.flagger_items) for each in figures.values() if each.flagger_notices] == [(1, 2)]
    assert (sum(f.on_law for f in figures.values()), sum(f.on_terms for f in figures.values())) == (1, 1)
    assert hours([each for f in figures.values() for each in f.times]) == 6.0
    assert hours([]) is None


def test_only_orders_of_member_states_are_counted() -> None:
    """Neither of Australia nor of Norway, and no removal notice."""
    figures = figures_of(HISTORY, TABLE).orders
    assert set(figures) == {(Category.SCAMS_AND_FRAUD, "DE"), (Category.VIOLENCE, "FR")}
    german = figures[Category.SCAMS_AND_FRAUD, "DE"]
    assert (german.acts, german.items, hours(german.act_acknowledged), hours(german.act_effect)) == (2, 4, 2.0, 5.0)
    assert figures[Category.VIOLENCE, "FR"].informations == 1


def test_an_appeal_is_about_the_gravest_of_what_was_decided() -> None:
    """Once, and in the whole; one that is open has no outcome."""
    figures = figures_of(HISTORY, TABLE).appeals
    assert {kind: each.total for kind, each in figures.items()} == {
        "all": 3, "visibility": 2, "service": 0, "account": 1, "monetary": 0
    }  # fmt: skip
    assert (figures["all"].outcomes.total(), hours(figures["all"].times)) == (2, 36.0)


def test_machines_are_measured_by_what_people_ended_and_by_blind_second_looks() -> None:
    """Two of eight ended: 25 per cent wrong; one automated decision overturned by an appeal."""
    of = figures_of(HISTORY, TABLE).automated
    assert (of.automated, of.overturned, of.overturned_by_appeal) == (8, 2, 1)
    assert (of.not_automated, of.own_not_automated) == (20, 11)


def test_a_moment_before_its_receipt_is_no_negative_time() -> None:
    """Clocks of two machines may differ."""
    early = Counted(notices=(NoticeCounted(SPAM, datetime(2026, 1, 2, tzinfo=UTC), answered_at=START),))
    [figures] = figures_of(early, TABLE).notices.values()
    assert hours(figures.times) == 0.0
