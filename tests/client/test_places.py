"""What holds on the place that somebody uses: the place itself, and everything around it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela_client import InForce
from tutela_client.in_force import Holdings
from tutela_client.places import Places
from tutela_client.scope import Scope
from tutela_client.states import State

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HELD = Holdings([InForce("msr", "block_link", AT)], AT)


@pytest.mark.parametrize(
    ("kind", "kept", "asked", "is_found"),
    [
        ("link", "bad.example", "bad.example", True),
        ("link", "bad.example", "https://www.BAD.example:8080/a?b=c#d", True),
        ("link", "bad.example", "notbad.example", False),
        ("link", "bad.example", "https://good.example/bad.example", False),
        ("link", "good.example/bad?x=1", "http://good.example/bad?x=1#y", True),
        ("link", "good.example/bad", "http://good.example/", False),
        ("network", "192.0.2.0/24", "192.0.2.77", True),
        ("network", "192.0.2.0/24", "192.0.3.1", False),
        ("network", "2001:db8::/32", "2001:db8:1::5", True),
        ("network", "192.0.2.0/24", "no address", False),
        ("device", "phone", "phone", True),
        ("device", "phone", "Phone", False),
        ("conversation", "room/1", "room/1", True),
    ],
)
def test_a_place_is_found_by_itself_and_by_what_is_around_it(kind: str, kept: str, asked: str, is_found: bool) -> None:  # noqa: FBT001 - a column of the table
    """A domain covers what is below it, a range the addresses in it; nothing else covers anything."""
    places = Places(kind)
    places.put(kept, HELD)

    assert places.of(asked) == ((HELD,) if is_found else ())
    places.put(kept, None)
    assert (places.of(asked), len(places)) == ((), 0)


@given(st.text(max_size=60))
def test_no_word_breaks_a_look_up(word: str) -> None:
    """Platforms pass on what users type."""
    for kind in ("link", "network", "device", "conversation"):
        places = Places(kind)
        places.put("something", HELD)
        assert places.of(word) in {(), (HELD,)}


TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is added
SCOPES = st.builds(Scope, countries=st.frozensets(st.sampled_from(["DE", "FR"])), reason=st.sampled_from(["", "harm"]))
MEASURES = st.builds(InForce, st.just("msr"), st.sampled_from(["hold", "cover"]), TIMES, st.none() | TIMES, SCOPES)


@given(st.lists(MEASURES, max_size=3), st.lists(MEASURES, max_size=3), st.sampled_from(["publish", "hold"]))
def test_what_is_kept_of_a_state_is_what_was_told(own: list[InForce], inside: list[InForce], answer: str) -> None:
    """Nothing of it is lost on disk."""
    state = State(tuple(own), tuple(inside), answer == "publish")

    assert State.from_text(state.as_text()) == state


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"own": [{}], "inside": [], "published": true}'])
def test_what_was_not_kept_here_is_refused(text: str) -> None:
    """A reader never guesses what a spoiled row has meant."""
    with pytest.raises(ValueError):  # noqa: PT011 - any message will do
        State.from_text(text)
