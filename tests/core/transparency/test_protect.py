"""Small numbers in public: by brute force, whoever knows the rule and the total cannot tell what is hidden."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from core.transparency.histories import TABLE, histories
from tutela.core.transparency import Counted, Period, figures_of, summary_of
from tutela.core.transparency.protect import FEW, Shown, shown

breakdowns = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=6)


def possible(told: Shown[str], most: int) -> dict[str, set[int]]:
    """Return for each hidden few every number that it could be, to whoever knows what few and withheld mean."""
    assert told.total is not None
    withheld = [key for key, count in told.parts.items() if count is None and key not in told.few]
    hidden = told.total - sum(count for count in told.parts.values() if count is not None)
    few = sorted(told.few)
    found: dict[str, set[int]] = {each: set() for each in few}
    for values in product(*(range(1, FEW) for _ in few), *(range(FEW, most + 1) for _ in withheld)):
        if sum(values) == hidden:
            for key, value in zip(few, values, strict=False):
                found[key].add(value)
    return found


@given(breakdowns)
def test_no_total_gives_back_what_is_hidden(parts: dict[str, int]) -> None:
    """Each hidden few could be two numbers at least, or the total is not told."""
    told = shown(parts)
    assert set(told.parts) == set(parts)
    assert all(count is None or count == parts[key] for key, count in told.parts.items())
    assert all(not 0 < count < FEW for count in told.parts.values() if count is not None)
    if told.total is None:
        return
    assert told.total == sum(parts.values())
    assert all(len(values) > 1 for values in possible(told, 30).values())


@given(breakdowns)
def test_no_more_is_hidden_than_must_be(parts: dict[str, int]) -> None:
    """Where nothing is few, everything is told; nothing that is nothing is hidden."""
    told = shown(parts)
    assert all(told.parts[key] == 0 for key, count in parts.items() if count == 0)
    if not any(0 < each < FEW for each in parts.values()):
        assert (dict(told.parts), told.total) == (parts, sum(parts.values()))


def test_a_few_alone_takes_the_next_with_it() -> None:
    """100 less 97 would be 3: so the smaller of the others is withheld; two that are 1 could be nothing else."""
    assert shown({"a": 3, "b": 60, "c": 37}).parts == {"a": None, "b": 60, "c": None}
    assert shown({"a": 1, "b": 1, "c": 40}).parts == {"a": None, "b": None, "c": None}
    assert shown({"a": 2, "b": 2, "c": 40}).parts == {"a": None, "b": None, "c": 40}
    assert shown({"a": 3}).total is None
    assert shown({"a": 0}).total == 0


@given(histories)
def test_no_public_number_is_few(counted: Counted) -> None:
    """Nowhere on the page, whatever happened; and a share is told of enough only."""
    told = summary_of(Period(2026), figures_of(counted, TABLE)).as_json()
    for breakdown in told["breakdowns"]:
        numbers = [*breakdown["parts"].values(), breakdown["total"]]
        assert all(each is None or each == 0 or each >= FEW for each in numbers)


@given(histories)
def test_every_chart_of_measures_is_about_the_same_ones(counted: Counted) -> None:
    """Own initiative alone: a total of all measures beside it would tell how few came of notices and orders."""
    told = {each.id: each.parts.total for each in summary_of(Period(2025), figures_of(counted, TABLE)).breakdowns}
    figures = figures_of(counted, TABLE)
    own = sum(each.total for each in (*figures.illegal.values(), *figures.terms.values()))
    assert {told[each] for each in ("ground", "category", "restriction", "automation")} <= {None, own}
