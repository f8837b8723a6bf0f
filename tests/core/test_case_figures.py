"""Figures of the work: percentiles that occurred, counts that tell of nobody, and bars that stand where they should."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core.bar_chart import BOTTOM, HEIGHT, LEFT, MOST_LABELS, WIDTH, chart_of
from tutela.core.case_figures import FEW, SHARES, CaseFate, figures_of, percentile, told
from tutela.core.conclusions import Conclusion
from tutela.core.ids import ClauseId

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
LINKS, SPAM = ClauseId("cse.links"), ClauseId("house.spam")


def fate(clause: ClauseId = SPAM, day: int = 0, hours: int | None = 1, **more: bool) -> CaseFate:
    opened = START + timedelta(days=day)
    closed = None if hours is None else opened + timedelta(hours=hours)
    conclusion = None if hours is None else Conclusion.NO_VIOLATION
    return CaseFate(clause, opened, closed, conclusion, is_overturned=more.get("overturned", False))


def test_days_clauses_and_outcomes_are_counted_and_few_are_not_told() -> None:
    """Every day has its place, also one on which nothing came; of four outcomes only that there are some is told."""
    fates = [*(fate(hours=hour) for hour in range(1, 11)), fate(LINKS, 2, None), *[fate(LINKS, 2, 1)] * 4]
    figures = figures_of(fates, date(2026, 11, 1), date(2026, 11, 3))
    assert figures.inflow == [(date(2026, 11, 1), 10, 10), (date(2026, 11, 2), 0, 0), (date(2026, 11, 3), 5, 4)]
    links, spam = figures.clauses
    assert (links.clause, links.opened, links.decided, links.open, links.waits) == (LINKS, 5, 4, 1, {})
    assert (links.outcomes[Conclusion.NO_VIOLATION], links.outcomes[Conclusion.VIOLATION]) == (None, 0)
    assert spam.waits == {50: timedelta(hours=5), 90: timedelta(hours=9), 99: timedelta(hours=10)}
    assert spam.outcomes[Conclusion.NO_VIOLATION] == 10
    assert figures.everything.opened == 15
    assert figures_of([fate(overturned=True)], date(2026, 11, 1), date(2026, 11, 1)).everything.overturned is None


def test_nothing_is_told_of_one_to_four() -> None:
    """None is not a secret, and five are told."""
    assert [told(count) for count in range(FEW + 1)] == [0, None, None, None, None, FEW]


@settings(max_examples=examples(200))
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.sampled_from(SHARES))
def test_a_percentile_is_a_value_with_that_part_at_or_below_it(seconds: list[int], share: int) -> None:
    """And with less than that part below."""
    ordered = sorted(timedelta(seconds=each) for each in seconds)
    found = percentile(ordered, share)
    assert found in ordered
    assert sum(each <= found for each in ordered) * 100 >= share * len(ordered)
    assert sum(each < found for each in ordered) * 100 < share * len(ordered)


@settings(max_examples=examples(200))
@given(st.lists(st.tuples(st.integers(0, 10**7), st.floats(0, 1)), max_size=120))
def test_bars_stand_inside_the_chart_and_are_as_high_as_they_say(drawn: list[tuple[int, float]]) -> None:
    """In order, none over another, the filled part inside; few enough labels to be read."""
    chart = chart_of([(str(number), whole, int(whole * part)) for number, (whole, part) in enumerate(drawn)])
    base = HEIGHT - BOTTOM
    assert len([bar for bar in chart.bars if bar.label]) <= MOST_LABELS
    for bar, (whole, _) in zip(chart.bars, drawn, strict=True):
        assert LEFT <= bar.x <= bar.x + bar.width <= WIDTH + 1
        assert 0 <= bar.y <= bar.filled_y <= base
        assert bar.y + bar.height == bar.filled_y + bar.filled_height == base
        assert (bar.height == 0) or whole > 0
    highest = max((whole for whole, _ in drawn), default=0)
    assert chart.marks[-1][0] >= highest
    assert [value for value, _ in chart.marks] == sorted({value for value, _ in chart.marks})
