"""What is kept of a viewer's own choices, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

import make
from make import AT, Desk
from tutela.adapters.db.choices import DatabaseChoices
from tutela.adapters.twins.clock import SetClock
from tutela.core.choices import MOST_CHOICES, ChoiceKind
from tutela.errors import BadInput
from tutela.flows.keep_choices import KeepChoices, Wish

HIDE, WORD, TAG, COVER = ChoiceKind.HIDE_ITEM, ChoiceKind.MUTE_WORD, ChoiceKind.MUTE_TAG, ChoiceKind.COVER_SENSITIVE


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@pytest.fixture
def keep(desk: Desk) -> KeepChoices:
    """Return the flow with a clock that is set by hand."""
    return KeepChoices(DatabaseChoices(desk.engine), SetClock(AT))


def kept(keep: KeepChoices, account: str = "ann") -> list[tuple[str, str, datetime | None]]:
    """Return what is kept of an account."""
    return [(each.kind, each.value, each.ends_at) for each in keep.page(account, ("", ""), 2000)]


def test_each_choice_is_there_once_in_one_form_and_with_its_last_end(keep: KeepChoices) -> None:
    """Capitals and signs make no other tag or word; what was there before stays."""
    keep.put("ann", [Wish(HIDE, "Post-1"), Wish(TAG, "#Beach"), Wish(WORD, "Spoiler  Alert")])
    keep.put("ann", [Wish(TAG, "beach", AT + timedelta(days=1)), Wish(COVER), Wish(COVER)])
    keep.put("ben", [Wish(HIDE, "post-2")])

    assert kept(keep) == [
        ("cover_sensitive", "", None),
        ("hide_item", "Post-1", None),
        ("mute_tag", "beach", AT + timedelta(days=1)),
        ("mute_word", "spoiler alert", None),
    ]


def test_a_choice_ends_by_itself_and_is_forgotten(desk: Desk, keep: KeepChoices) -> None:
    """It is not told at its end, and deleted soon after."""
    keep.put("ann", [Wish(WORD, "rain", AT + timedelta(hours=1)), Wish(WORD, "snow")])
    later = KeepChoices(keep.book, SetClock(AT + timedelta(hours=1)))

    assert [value for _, value, _ in kept(later)] == ["snow"]
    with desk.store.read() as reader:
        assert sorted(each.value for each in reader.looking("ann", (), AT)[1]) == ["rain", "snow"]
        assert [each.value for each in reader.looking("ann", (), AT + timedelta(hours=1))[1]] == ["snow"]
    assert (later.forget_ended(), later.forget_ended()) == (1, 0)


def test_choices_are_deleted_one_by_one_by_kind_or_all(keep: KeepChoices) -> None:
    """Deleting what is not there is no error."""
    keep.put("ann", [Wish(HIDE, "a"), Wish(HIDE, "b"), Wish(WORD, "rain"), Wish(COVER)])
    keep.drop("ann", HIDE, "a")
    keep.drop("ann", HIDE, "never")
    assert [value for kind, value, _ in kept(keep) if kind == HIDE] == ["b"]
    keep.drop("ann", HIDE, None)
    assert [kind for kind, _, _ in kept(keep)] == ["cover_sensitive", "mute_word"]
    keep.drop("ann", None, None)

    assert kept(keep) == []


def test_there_is_room_for_so_many_and_the_rest_is_refused_whole(keep: KeepChoices) -> None:
    """Those that are over make room by themselves."""
    keep.put("ann", [Wish(HIDE, f"old-{number}", AT + timedelta(hours=1)) for number in range(500)])
    keep.put("ann", [Wish(HIDE, f"post-{number}") for number in range(MOST_CHOICES - 500)])
    with pytest.raises(BadInput, match="at most"):
        keep.put("ann", [Wish(WORD, "rain")])
    assert len(kept(keep)) == MOST_CHOICES

    KeepChoices(keep.book, SetClock(AT + timedelta(hours=1))).put("ann", [Wish(WORD, "rain")])
    assert ("mute_word", "rain", None) in kept(keep)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Wish(HIDE, ""), "name what"),
        (Wish(WORD, " - "), "name what"),
        (Wish(TAG, "#"), "name what"),
        (Wish(COVER, "all"), "takes no value"),
        (Wish(HIDE, "post-1", AT), "passed already"),
    ],
)
def test_what_could_never_hide_anything_is_refused_by_its_place(keep: KeepChoices, wish: Any, reason: str) -> None:
    """And nothing beside it is kept."""
    with pytest.raises(BadInput, match=reason) as refused:
        keep.put("ann", [Wish(HIDE, "post-2"), wish])

    assert refused.value.place == "choices.1"
    assert kept(keep) == []
