"""Which decisions are looked at again, and what figures of agreement say of few and of many."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from core.found import DEPICTION, SPAM, policy
from tutela.core.agreement import FEW, Agreement, Figure, Pair, agreement
from tutela.core.ids import CaseAnswerId
from tutela.core.sampling import RATES, THOUSAND, Sampling

NAMES = [CaseAnswerId(f"ans_{number:05}") for number in range(4000)]
SPAM_CLAUSE, GRAVE = policy().clauses[SPAM], policy().clauses[DEPICTION]


def test_as_many_are_drawn_as_the_rate_says() -> None:
    """By a fixed key, so that this test draws the same each time; by severity, or as the operator says."""
    ours = Sampling(b"one", {SPAM: 500})
    drawn = {clause.id: sum(ours.draws(name, clause) for name in NAMES) for clause in (SPAM_CLAUSE, GRAVE)}

    assert abs(drawn[SPAM] / len(NAMES) - 0.5) < 0.03
    assert abs(drawn[DEPICTION] / len(NAMES) - RATES[GRAVE.severity] / THOUSAND) < 0.03


def test_another_key_draws_others() -> None:
    """Whoever knows one draw, and not the key, knows nothing of the next."""
    one, other = (Sampling(key, {SPAM: 500}) for key in (b"one", b"two"))
    both = Counter((one.draws(name, SPAM_CLAUSE), other.draws(name, SPAM_CLAUSE)) for name in NAMES)

    assert all(abs(count / len(NAMES) - 0.25) < 0.03 for count in both.values())
    assert len(both) == 4


@given(st.text("abc_", min_size=1).map(CaseAnswerId), st.binary(min_size=1))
def test_none_and_all_are_what_they_say(name: CaseAnswerId, key: bytes) -> None:
    """A rate of nothing draws nothing, and one of a thousand everything."""
    assert not Sampling(key, {SPAM: 0}).draws(name, SPAM_CLAUSE)
    assert Sampling(key, {SPAM: THOUSAND}).draws(name, SPAM_CLAUSE)


def test_figures_are_counted_apart() -> None:
    """Golden cases measure something else, and somebody who works alone agrees with nobody but themselves."""
    pairs = [
        Pair(SPAM, is_agreed=True), Pair(SPAM, is_agreed=False), Pair(SPAM, is_agreed=True, is_golden=True),
        Pair(SPAM, is_agreed=True, is_single_operator=True), Pair(DEPICTION, is_agreed=True),
    ]  # fmt: skip

    nothing = Figure(0, 0)
    assert agreement(pairs) == (
        Agreement(DEPICTION, Figure(1, 1), nothing, nothing),
        Agreement(SPAM, Figure(1, 2), Figure(1, 1), Figure(1, 1)),
    )


@given(st.integers(0, 200), st.integers(0, 200))
def test_few_have_no_share_and_all_have_an_honest_interval(agreed: int, more: int) -> None:
    """The interval holds the share, is never beyond certainty, and never certain."""
    figure = Figure(agreed, agreed + more)
    low, high = figure.interval

    assert (figure.share is None) is (figure.of < FEW)
    assert 0 <= low < high <= 1
    if figure.of:
        assert low - 1e-9 <= agreed / figure.of <= high + 1e-9
        assert high - low > 0.5 / figure.of


def test_the_interval_is_wilsons() -> None:
    """81 of 263 is the example of the literature: 0.2553 to 0.3662."""
    assert [round(each, 4) for each in Figure(81, 263).interval] == [0.2553, 0.3662]
