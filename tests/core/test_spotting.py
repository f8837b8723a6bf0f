"""What rules see of what was spotted, and what is kept of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.event_facts import Written, recalled, to_keep, written_down, written_facts
from tutela.core.ids import ClauseId, WordEntryId
from tutela.core.operator import EVERY_TECHNIQUE, Technique
from tutela.core.spotting import (
    NOTHING_SPOTTED,
    KeptSpots,
    Spot,
    Spotted,
    kept_of,
    spots_recalled,
    spots_told,
    spotted_facts,
)
from tutela.core.word_banks import WordBankKind

SEEKING = ClauseId("cse.seeking")
SPOT = Spot("ours", WordBankKind.KEYWORDS, SEEKING, WordEntryId("wen_1"), ((4, 11),), ("case",))
FOUND = Spotted((SPOT,), likeness=("00ff",), language="en", is_disguised=True)

spots = st.builds(
    Spot,
    st.sampled_from(["ours", "theirs"]),
    st.sampled_from(WordBankKind),
    st.just(SEEKING),
    st.just(WordEntryId("wen_1")),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple),
    st.lists(st.sampled_from(["case", "sign"]), max_size=2).map(tuple),
    st.none() | st.floats(0, 1),
)
kept = st.builds(
    KeptSpots, st.lists(spots, max_size=3).map(tuple), st.booleans(), st.lists(st.sampled_from(WordBankKind)).map(tuple)
)


def test_rules_see_banks_and_clauses_each_once() -> None:
    """Of two entries of one bank as of one."""
    facts = spotted_facts(Spotted((SPOT, SPOT), names=1))
    assert (facts["text.banks"], facts["text.clauses"], facts["text.names"]) == (("ours",), ("cse.seeking",), 1)


def test_a_name_is_only_a_number() -> None:
    """A rule on banks or clauses cannot come to rest on it unawares."""
    name = Spot("protected", WordBankKind.NAMES, SEEKING, WordEntryId("wen_2"), ())
    facts = spotted_facts(Spotted((SPOT, name), names=1))
    assert (facts["text.banks"], facts["text.clauses"], facts["text.names"]) == (("ours",), ("cse.seeking",), 1)


@pytest.mark.parametrize("not_all", [{"is_complete": False}, {"unasked": (WordBankKind.NAMES,)}])
def test_where_not_all_was_asked_nothing_found_is_unknown(not_all: dict[str, object]) -> None:
    """And what was found is known all the same."""
    nothing = spotted_facts(Spotted(**not_all))  # type: ignore[arg-type]  # one of its fields
    assert dict(nothing) == {"text.likeness": ()}
    found = spotted_facts(Spotted((SPOT,), is_disguised=True, **not_all))  # type: ignore[arg-type]  # as above
    assert found.keys() == {"text.banks", "text.clauses", "text.is_disguised", "text.likeness"}


def test_what_a_bank_said_is_recorded_as_it_is_and_no_word_that_somebody_wrote() -> None:
    """It is not hashed, not sealed, and recalled only where texts may be read."""
    facts = written_facts(Written("any blorvex here", ("https://lake.example/a",), spotted=FOUND))
    recorded = to_keep(facts, lambda _: "hashed")

    assert recorded["text.links"] == ("hashed",)
    assert "text.body" not in recorded
    for name, value in spotted_facts(FOUND).items():
        assert recorded[name] == value
        assert name not in written_down(facts)
    assert recalled(recorded, EVERY_TECHNIQUE, None).facts["text.clauses"] == ("cse.seeking",)
    assert recalled(recorded, frozenset({Technique.BEHAVIOUR}), None).facts == {}


def test_nothing_is_kept_of_a_text_in_which_nothing_was() -> None:
    """Where something could not be asked, that is kept."""
    assert kept_of(None) is None
    assert kept_of(NOTHING_SPOTTED) is None
    assert kept_of(Spotted(is_complete=False)) == KeptSpots(is_complete=False)


@given(kept)
def test_what_is_kept_reads_back_as_it_was(each: KeptSpots) -> None:
    """Through JSON, as it lies in the database."""
    assert spots_recalled(json.loads(json.dumps(spots_told(each)))) == each
