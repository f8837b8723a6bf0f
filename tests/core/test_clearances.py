"""What is news after a clearance, and what is not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import DEPICTION, HOUSE, ITEM, NOW, detection, match
from tutela.core.banks import Match
from tutela.core.bounds import Bound
from tutela.core.clearances import clearance_of, fact_of, is_news
from tutela.core.ids import BankId, DecisionId, MediaId, MemberId
from tutela.core.policy import MatchKind

EXACT, NEAR = match(), match(kind=MatchKind.NEAR)
COPY = match(resembles="med_2")


@pytest.mark.parametrize(
    ("known", "said", "news"),
    [
        (EXACT, EXACT, False),
        (EXACT, replace(EXACT, member_id=MemberId("mem_2"), feed_seq=99), False),
        (EXACT, EXACT.bounded({Bound.DOUBTED}), False),
        (EXACT, NEAR, False),
        (NEAR, EXACT, True),
        (NEAR, NEAR, False),
        (EXACT, replace(EXACT, bank_id=BankId("bnk_2")), True),
        (EXACT, replace(EXACT, media_id=MediaId("med_2")), True),
        (EXACT, replace(EXACT, clause_id=HOUSE), True),
        (EXACT, COPY, True),
        (COPY, COPY, False),
        (COPY, match(resembles="med_3"), True),
    ],
)
def test_what_is_news(known: Match, said: Match, news: bool) -> None:  # noqa: FBT001  # a table
    """Another list, another material, other bytes, or identical bytes where there was a likeness."""
    assert is_news(said, {fact_of(known)}) is news
    assert is_news(said, ())


def test_a_clearance_holds_what_was_known_under_its_clause() -> None:
    """What was detected under another clause waits for its own."""
    known = [detection(EXACT), detection(NEAR), detection(match(clause=HOUSE))]
    made = clearance_of(ITEM, DEPICTION, DecisionId("dec_1"), NOW, known)

    assert made.facts == {fact_of(EXACT), fact_of(NEAR)}


matches = st.builds(
    match, media=st.sampled_from(["med_1", "med_2"]), kind=st.sampled_from(MatchKind),
    clause=st.sampled_from([DEPICTION, HOUSE]), resembles=st.sampled_from([None, "med_3", "med_4"]),
)  # fmt: skip


@given(st.lists(matches), st.lists(matches), matches)
def test_the_more_was_known_the_less_is_news(some: list[Match], more: list[Match], said: Match) -> None:
    """And what was known itself never is."""
    facts = {fact_of(each) for each in some}
    all_facts = facts | {fact_of(each) for each in more}

    assert not is_news(said, all_facts | {fact_of(said)})
    assert is_news(said, facts) or not is_news(said, all_facts)
