"""Which decisions are looked at again, and what figures of agreement say of few and of many."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.found import DEPICTION, SPAM, policy
from core.strategies import NOW
from tutela.core.agreement import FEW, Figure, PairKind, Tally, agreement, alpha, label
from tutela.core.case_answers import CaseAnswer
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, CaseAnswerId, CaseId
from tutela.core.roles import Role
from tutela.core.sampling import RATES, THOUSAND, Sampling

NAMES = [CaseAnswerId(f"ans_{number:05}") for number in range(4000)]
ANSWER = CaseAnswer(
    CaseAnswerId("ans_1"), CaseId("cas_1"), 0, 1, "per_ada", NOW, Conclusion.VIOLATION, DEPICTION, Facts("seen"),
    {AccountId("acc_1"): Role.ACTOR},
)  # fmt: skip
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


def tally(key: str, kind: PairKind, first: str, second: str, count: int) -> Tally:
    """Return so many pairs that agree where they say the same."""
    return Tally(key, kind, (first, second), is_agreed=first == second, count=count)


def test_figures_are_counted_apart() -> None:
    """Golden cases measure something else, and somebody who works alone agrees with nobody but themselves."""
    found = agreement([
        tally("b", PairKind.TWO_PEOPLE, "no", "no", 20), tally("b", PairKind.TWO_PEOPLE, "no", "yes", 20),
        tally("b", PairKind.GOLDEN, "yes", "yes", 2), tally("a", PairKind.SINGLE_OPERATOR, "yes", "yes", 40),
    ])  # fmt: skip

    assert [(each.key, each.kind, each.figure) for each in found] == [
        ("a", PairKind.SINGLE_OPERATOR, Figure(40, 40)),
        ("b", PairKind.GOLDEN, Figure(2, 2)),
        ("b", PairKind.TWO_PEOPLE, Figure(20, 40)),
    ]
    assert [each.alpha for each in found[:2]] == [None, None]  # all said the same; too few
    assert found[2].alpha is not None


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(PairKind), st.booleans(), st.integers(0, 50))))
def test_no_pair_is_lost_or_counted_twice(rows: list[tuple[str, PairKind, bool, int]]) -> None:
    """Whatever is counted by, the figures add up to what there is."""
    found = agreement(Tally(key, kind, ("x", "y"), agreed, count) for key, kind, agreed, count in rows)

    assert sum(each.figure.of for each in found) == sum(count for *_, count in rows)
    assert sum(each.figure.agreed for each in found) == sum(count for *_, agreed, count in rows if agreed)
    assert len({(each.key, each.kind) for each in found}) == len(found)


PAIRS = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), st.integers(0, 60))


@given(PAIRS)
def test_alpha_asks_nothing_of_who_was_first_or_what_it_is_called(pairs: dict[tuple[str, str], int]) -> None:
    """The same when first and second change places, and when everything has another name."""
    turned: Counter[tuple[str, str]] = Counter()
    for (first, second), count in pairs.items():
        turned[second, first] += count

    assert alpha(pairs) == alpha(turned)
    assert alpha(pairs) == alpha({(f"x{first}", f"x{second}"): count for (first, second), count in pairs.items()})


@given(PAIRS)
def test_alpha_is_one_for_all_and_for_nobody_else(pairs: dict[tuple[str, str], int]) -> None:
    """None where there was nothing to differ about; below one as soon as two differ."""
    found = alpha(pairs)
    said = {each for both, count in pairs.items() if count for each in both}
    differ = any(first != second and count for (first, second), count in pairs.items())

    assert (found is None) is (len(said) < 2)
    if found is not None:
        assert -1 <= found <= 1
        assert (found == 1) is not differ


@given(st.integers(1, 40), st.integers(1, 40))
def test_alpha_is_nothing_where_chance_alone_decides(yes: int, no: int) -> None:
    """Two who say yes and no as often as each other, and whatever the other says: agreement without any worth."""
    everybody = {
        ("yes", "yes"): yes * yes, ("yes", "no"): yes * no, ("no", "yes"): no * yes, ("no", "no"): no * no,
    }  # fmt: skip
    found, pairs = alpha(everybody), (yes + no) ** 2

    assert found is not None
    assert abs(found - 1 / (2 * pairs)) < 1e-9


def test_alpha_is_krippendorffs() -> None:
    """His own two examples: ten pairs of yes and no, 0.095; twelve of five values, 0.692."""
    first, second = "0100000010", "1110010000"
    ben, gerry = "aabbdcccedda", "babbbccceddd"

    assert round(alpha(Counter(zip(first, second, strict=True))) or 0, 3) == 0.095
    assert round(alpha(Counter(zip(ben, gerry, strict=True))) or 0, 3) == 0.692


def test_a_word_for_an_answer_leaves_its_parts_out() -> None:
    """Whether it is grave counts: it is another thing to find."""
    spam = replace(ANSWER, clause_id=SPAM)

    assert [label(ANSWER), label(spam)] == ["violation/grave", "violation"]
    assert label(replace(ANSWER, conclusion=Conclusion.ADULT)) == "adult"
    assert label(replace(ANSWER, roles={AccountId("acc_2"): Role.DEPICTED})) == label(ANSWER)


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
