"""The crowd of the demo: that it is ordinary where it must be, and the same on every machine."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tutela.sandbox.crowd import CAST, CROWD, Crowd, crowd
from tutela.sandbox.happenings import INVITE, MESSAGE, POST, PRIVATE
from tutela.sandbox.people import WITHOUT_BASIS

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def everybody() -> Crowd:
    """Return the crowd."""
    return crowd()


def test_the_crowd_is_the_same_each_time(everybody: Crowd) -> None:
    """So that the demo is judged by what it must come to."""
    assert crowd() == everybody


def test_everybody_has_a_name_of_their_own(everybody: Crowd) -> None:
    """The ordinary ones are all but the three and the teacher."""
    assert len({each.id for each in everybody.people}) == len(everybody.people) == CROWD
    assert len(everybody.ordinary) == CROWD - len({CAST.teacher, *CAST.sought})


def test_what_happened_is_told_in_order(everybody: Crowd) -> None:
    """Weeks ago, by day, and in the evening."""
    told = [each.minutes_ago for each in (*everybody.earlier, *everybody.day)]

    assert told == sorted(told, reverse=True)
    assert all(0 < each.minutes_ago <= 10 for each in (*everybody.evening, *everybody.first_words))


def test_only_two_adults_write_to_more_than_five_minors(everybody: Crowd) -> None:
    """One of the three, and the teacher; the coach writes to four, and nobody else to as many."""
    reached = defaultdict(set)
    for each in (*everybody.day, *everybody.evening, *everybody.first_words):
        if each.kind == MESSAGE and each.author.is_adult and each.recipient is not None and each.recipient.is_minor:
            reached[each.author.id].add(each.recipient.id)
    most = sorted(reached, key=lambda name: -len(reached[name]))[:4]

    assert set(most[:2]) == {CAST.contacts_many.id, CAST.teacher.id}
    assert most[2] == CAST.coach.id
    assert [len(reached[name]) for name in most[1:]] == [8, 4, 3]


def test_the_three_are_where_a_basis_lets_rules_look(everybody: Crowd) -> None:
    """Whatever concerns somebody of the other region is looked at by nobody."""
    theirs = [each for each in everybody.day if each.author in CAST.sought]

    assert {each.author for each in theirs} == set(CAST.sought)
    assert all(each.recipient is not None and each.recipient.region != WITHOUT_BASIS for each in theirs)
    assert any(each.author.region == WITHOUT_BASIS for each in everybody.day if each.channel == PRIVATE)


def test_what_is_private_is_told_without_its_text(everybody: Crowd) -> None:
    """No basis of the demo lets anybody read it."""
    assert all(each.text is None for each in (*everybody.earlier, *everybody.day) if each.channel == PRIVATE)


def test_a_happening_is_told_as_the_server_takes_it(everybody: Crowd) -> None:
    """With who, when and where; an age that is not known is not told."""
    invited = next(each for each in everybody.day if each.kind == INVITE and each.author == CAST.invites_away)
    told = invited.event("event-1", NOW)
    post = next(each for each in everybody.day if each.kind == POST)

    assert (told["id"], told["kind"], told["channel"]) == ("event-1", "invite", {"kind": "private"})
    assert told["attributes"] == {"is_elsewhere": True}
    assert datetime.fromisoformat(told["at"]) == NOW - timedelta(minutes=invited.minutes_ago)
    assert told["author"]["age"] == {"band": "adult", "provenance": "declared"}
    assert "age" not in CAST.support.told()
    assert post.item("post-1")["text"] == post.text
