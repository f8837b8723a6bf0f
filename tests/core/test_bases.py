"""The register of bases as it is changed: what then starts or stops running, and what cannot be done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.bases import MAX_LINE_CHARACTERS, Running, ended, key_of, recorded
from tutela.core.content import Channel, ChannelKind
from tutela.core.operator import Basis, OperatorProfile, Technique, may_use
from tutela.errors import BadInput

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GROUP, PRIVATE = ChannelKind.GROUP, ChannelKind.PRIVATE
IMAGES, TEXT = Technique.KNOWN_IMAGES, Technique.TEXT
SERVICE = OperatorProfile(country="DE", user_regions=("DE", "AT"), services=(ChannelKind.PUBLIC, PRIVATE))


def basis(region: str = "DE", channel: ChannelKind = PRIVATE, technique: str = IMAGES, **more: object) -> Basis:
    """Return a basis from yesterday on, without an end."""
    made = Basis(region, channel, technique, "a law", "an assessment", NOW - DAY)
    return replace(made, **more)  # type: ignore[arg-type]  # of the tests


def test_recording_a_basis_starts_its_technique_in_its_region_and_nothing_else() -> None:
    """From its own beginning on, where that is to come; everywhere means each region of the users."""
    change = recorded(SERVICE, basis(), NOW)
    assert (change.at, change.starts, change.stops) == (NOW, (Running(PRIVATE, IMAGES, "DE"),), ())
    later = recorded(SERVICE, basis(starts_at=NOW + 3 * DAY), NOW)
    assert (later.at, later.starts) == (NOW + 3 * DAY, change.starts)
    everywhere = recorded(SERVICE, basis("*"), NOW)
    assert [each.region for each in everywhere.starts] == ["AT", "DE"]
    assert recorded(SERVICE, basis(channel=GROUP), NOW).starts == ()  # the service has no such channels


def test_ending_one_stops_it_unless_another_goes_on() -> None:
    """At the moment that was chosen; what has not begun by then is taken out."""
    first, second = basis(), basis("*", legal_basis="an order")
    both = replace(SERVICE, bases=(first, second))
    assert ended(both, key_of(first), NOW, NOW).stops == ()
    alone = replace(SERVICE, bases=(first,))
    change = ended(alone, key_of(first), NOW + DAY, NOW)
    assert (change.at, change.stops) == (NOW + DAY, (Running(PRIVATE, IMAGES, "DE"),))
    assert change.after.bases == (replace(first, ends_at=NOW + DAY),)
    to_come = basis(starts_at=NOW + 9 * DAY)
    assert ended(replace(SERVICE, bases=(first, to_come)), key_of(to_come), NOW, NOW).after.bases == (first,)


BAD = {
    "region": basis("XX"),
    "channel": basis(channel=ChannelKind.PUBLIC),
    "technique": basis(technique="guessing"),
    "legal_basis": basis(legal_basis=" "),
    "reference": basis(reference="x" * (MAX_LINE_CHARACTERS + 1)),
    "until": basis(ends_at=NOW),
}


@pytest.mark.parametrize("place", BAD)
def test_what_cannot_be_recorded_is_told_by_its_place(place: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadInput) as caught:
        recorded(SERVICE, BAD[place], NOW)
    assert caught.value.place == place


def test_a_basis_is_recorded_once_and_ends_once() -> None:
    """Never in the past, and never later than it ends by itself."""
    first, over = basis(ends_at=NOW + DAY), basis(ends_at=NOW - timedelta(hours=1))
    profile = replace(SERVICE, bases=(first, over))
    with pytest.raises(BadInput, match="on record already"):
        recorded(profile, first, NOW)
    for key, at, said in (
        (key_of(over), NOW, "ended already"),
        (key_of(first), NOW - DAY, "now or later"),
        (key_of(first), NOW + 2 * DAY, "sooner by itself"),
        ("nothing", NOW, "not on record"),
    ):
        with pytest.raises(BadInput, match=said):
            ended(profile, key, at, NOW)


bases = st.builds(
    basis,
    st.sampled_from(["DE", "AT", "*"]),
    st.sampled_from([GROUP, PRIVATE]),
    st.sampled_from(list(Technique)),
    legal_basis=st.sampled_from(["a law", "an order"]),
    ends_at=st.sampled_from([None, NOW + DAY]),
)


@given(st.lists(bases, unique=True, max_size=6), bases)
def test_what_is_told_to_start_and_stop_is_what_the_engine_then_does(known: list[Basis], new: Basis) -> None:
    """The preview and the guard of P12 are one: whatever else is on record."""
    profile = replace(SERVICE, services=(GROUP, PRIVATE), bases=tuple(each for each in known if each != new))
    change = recorded(profile, new, NOW)
    back = ended(change.after, key_of(new), NOW, NOW)
    assert back.stops == change.starts
    for one, is_more in ((change, True), (back, False)):
        told = set(one.starts) | set(one.stops)
        for channel in (GROUP, PRIVATE):
            for technique in Technique:
                for region in SERVICE.user_regions:
                    was, then = (
                        may_use(technique, Channel(channel), (region,), each.bases, NOW)
                        for each in (one.before, one.after)
                    )
                    assert (was != then) is (Running(channel, technique, region) in told)
                    assert was == then or then is is_more
