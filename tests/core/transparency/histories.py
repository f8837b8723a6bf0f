"""Random histories: what could have happened in a period, as it is counted."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tutela.bootstrap.loading import load_reasons
from tutela.core.dsa.words import Category
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.orders import OrderKind
from tutela.core.transparency.counted import (
    AppealCounted,
    AppealOutcome,
    Cause,
    Counted,
    Entered,
    MeasuresCounted,
    NoticeCounted,
    OrderCounted,
    RemovalClock,
)

TABLE = load_reasons()
START = datetime(2026, 1, 1, tzinfo=UTC)

clauses = st.sampled_from([*TABLE.rows, ClauseId("own.boats")])
moments = st.integers(0, 8759).map(lambda hour: START + timedelta(hours=hour))
few = st.integers(0, 9)

measures = st.builds(
    MeasuresCounted, clauses, st.sampled_from(MeasureKind), st.sampled_from(Cause), st.booleans(), st.booleans(),
    st.booleans(), st.booleans(), st.integers(1, 2000),
)  # fmt: skip
later = st.one_of(st.none(), moments)
notices = st.builds(
    NoticeCounted, clauses, moments, st.booleans(), few, later, st.lists(clauses, max_size=3).map(tuple)
)
orders = st.builds(
    OrderCounted, st.sampled_from(OrderKind), st.sampled_from(["DE", "FR", "SE", "AU", "NO"]),
    st.sampled_from(Category), moments, few, later, later,
)  # fmt: skip
outcomes = st.one_of(st.none(), st.sampled_from(AppealOutcome))
appeals = st.builds(
    lambda at, outcome, kinds, hours, auto: AppealCounted(
        at, None if outcome is None else at + timedelta(hours=hours), outcome, kinds, auto
    ),
    moments, outcomes, st.frozensets(st.sampled_from(MeasureKind), max_size=3), few, st.booleans(),
)  # fmt: skip
samples = st.tuples(few, few).map(sorted)
removals = st.tuples(few, few, few).map(sorted).map(lambda n: RemovalClock(n[2], n[1], n[0]))

histories = st.builds(
    lambda m, n, o, a, s, suspended, removed, filed: Counted(
        tuple(m), tuple(n), tuple(o), tuple(a), s[0], s[1], suspended, removed, filed
    ),
    st.lists(measures, max_size=12), st.lists(notices, max_size=8), st.lists(orders, max_size=8),
    st.lists(appeals, max_size=8), samples, few, removals, few,
)  # fmt: skip

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
counts = st.dictionaries(st.sampled_from(["TOTAL", "DE", "FR"]), st.integers(0, 10**9), max_size=3)
entries = st.builds(
    lambda p, s, c, texts, recipients, inside, languages: Entered(
        p, s.strip("\x00"), c, texts, recipients, inside, None, languages, {"total": 3} if inside else {}
    ),
    words, words, words, st.dictionaries(st.sampled_from(["summary", "automated", "training"]), words),
    st.dictionaries(st.sampled_from(["2026-01", "2026-02", "2025-12"]), counts), st.one_of(st.none(), few),
    st.dictionaries(st.sampled_from(["de", "en"]), few),
)  # fmt: skip
