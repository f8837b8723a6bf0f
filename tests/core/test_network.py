"""Who is around an account, where it stands in the picture, and what ties anybody at all."""

import itertools
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from laws import examples
from tutela.core.content import Channel, ChannelKind
from tutela.core.events import Event
from tutela.core.ids import AccountId, EventId
from tutela.core.network import MOST_NEIGHBOURS, network_of
from tutela.core.network_picture import MARGIN, OTHERS_X, TIES_X, WIDTH, picture_of
from tutela.core.ties import CROWD, MOST_LINKS, Tie, TieKind, ties_of

AT = datetime(2026, 11, 26, tzinfo=UTC)
ANN, BEN, CLO = (AccountId(f"acc_{name}") for name in ("ann", "ben", "clo"))
DEVICE, LINK, MEDIA, TALK = (
    Tie(TieKind.DEVICE, "d1"), Tie(TieKind.LINK, "l1"), Tie(TieKind.MEDIA, "med_1"), Tie(TieKind.CONVERSATION, "c1"),
)  # fmt: skip
ACCOUNTS = st.integers(0, 120).map(lambda number: AccountId(f"acc_{number:03}"))
SHARED = st.dictionaries(
    st.builds(Tie, st.sampled_from(TieKind), st.sampled_from("abcdefgh")), st.lists(ACCOUNTS, max_size=70), max_size=20
)


def event(channel: Channel, recipient: AccountId | None = BEN) -> Event:
    return Event(EventId("evt_1"), "message", AT, AT, ANN, recipient, channel)


def test_whoever_shares_the_most_telling_things_comes_first() -> None:
    """A device says more than a conversation; the one in the middle is nobody's neighbour."""
    network = network_of(ANN, {TALK: [ANN, CLO], DEVICE: [BEN, ANN], LINK: [CLO, ANN, CLO]})
    assert [each.account_id for each in network.neighbours] == [BEN, CLO]
    assert network.neighbours[1].ties == (LINK, TALK) or network.neighbours[1].ties == (TALK, LINK)
    assert set(network.ties) == {DEVICE, LINK, TALK}
    assert not network.is_empty


def test_a_crowd_ties_nobody() -> None:
    """One more than the bound, and the link is told as what many share: it leads to no account."""
    few = [AccountId(f"acc_{number:03}") for number in range(CROWD)]
    assert network_of(ANN, {LINK: [ANN, *few]}).crowds == ()
    network = network_of(ANN, {LINK: [ANN, *few, BEN]})
    assert (network.crowds, network.neighbours, network.left_out) == ((LINK,), (), 0)
    assert network_of(ANN, {}).is_empty


@settings(max_examples=examples(200))
@given(SHARED)
def test_everybody_is_shown_left_out_or_in_a_crowd(shared: dict[Tie, list[AccountId]]) -> None:
    """Nobody twice, none too many, and every tie that is told leads somewhere."""
    network = network_of(ANN, shared)
    told = {tie: set(found) for tie, found in shared.items() if tie not in network.crowds}
    everybody = set().union(*told.values()) if told else set()
    ids = [each.account_id for each in network.neighbours]
    assert len(ids) == len(set(ids)) <= MOST_NEIGHBOURS
    assert len(ids) + network.left_out == len(everybody)
    assert all(each.account_id in told[tie] for each in network.neighbours for tie in each.ties)
    assert set(network.ties) == {tie for each in network.neighbours for tie in each.ties}
    assert network == network_of(ANN, {tie: list(reversed(found)) for tie, found in reversed(shared.items())})


@settings(max_examples=examples(200))
@given(SHARED)
def test_nothing_stands_on_anything_else(shared: dict[Tie, list[AccountId]]) -> None:
    """Each in its column and inside the picture, in rows that can be told apart; a line for every tie."""
    network = network_of(ANN, shared)
    picture = picture_of(network)
    for places, x in (([p for _, p in picture.ties], TIES_X), ([p for _, p in picture.neighbours], OTHERS_X)):
        ys = sorted(place.y for place in places)
        assert all(place.x == x < WIDTH for place in places)
        assert all(MARGIN <= y <= picture.height - MARGIN for y in ys)
        assert all(after - before >= 29 for before, after in itertools.pairwise(ys))
    assert len(picture.lines) == len(network.ties) + sum(len(each.ties) for each in network.neighbours)


def test_what_an_event_ties() -> None:
    """A device and links to who did it; a conversation to both; two who write to each other to one another."""
    facts = {"device.id": "d1", "text.links": ("l1", "l2", "l1")}
    named = Channel(ChannelKind.GROUP, conversation="room-7")
    room = Tie(TieKind.CONVERSATION, "room-7")
    assert list(ties_of(event(named), facts)) == [
        (DEVICE, ANN), (LINK, ANN), (Tie(TieKind.LINK, "l2"), ANN), (room, ANN), (room, BEN)
    ]  # fmt: skip
    [(tie, _), (other, _)] = ties_of(event(Channel(ChannelKind.PRIVATE)), {})
    assert tie == other
    assert tie.between == (ANN, BEN)
    assert room.between == ()
    assert list(ties_of(event(Channel()), {})) == []
    assert list(ties_of(event(named, None), {})) == [(room, ANN)]
    many = {"text.links": tuple(map(str, range(100)))}
    assert len(list(ties_of(event(Channel()), many))) == MOST_LINKS
