"""Copies: what is identical or near is found with everybody who carries it, and nothing else is told."""

from collections.abc import Iterable

import numpy as np
import pytest

import make
from make import Home, photo
from tutela.adapters.db.store import DatabaseReader
from tutela.core.banks import SignalType
from tutela.core.content import Channel, ChannelKind, Digests, Media, PdqHash
from tutela.core.ids import MediaId
from tutela.core.signals.pdq import ORIENTATIONS, distance_bits
from tutela.errors import BadInput, IndexNotReady, UnknownItem, UnknownMedia
from tutela.flows.find_copies import Copies, CopyPlace, Question
from tutela.flows.refer import MediaReference
from tutela.ports.committer import Changeset

dice = np.random.default_rng(11)


def by_hash(value: bytes, *turned: bytes) -> MediaReference:
    """Return media of which the platform sends a hash alone."""
    return MediaReference(None, Digests(), PdqHash(value, 100, orientations=turned))


def flipped(value: bytes, bits: int) -> bytes:
    """Turn the first bits over."""
    return (int.from_bytes(value) ^ ((1 << bits) - 1)).to_bytes(32)


def ask(home: Home, question: Question, **more: int) -> Copies:
    """Ask one question."""
    [found] = home.house.find_copies([question], **more)
    return found


def names(found: Copies) -> list[tuple[str | None, int]]:
    """Return items and distances as told."""
    return [(each.carrier.platform_id if each.carrier else None, each.distance_bits) for each in found.page]


def test_copies_are_told_nearest_first_with_who_carries_them(home_anywhere: Home) -> None:
    """The same bytes, a near copy and a stranger; counts, answers and measures in the words of the house."""
    home = home_anywhere
    same, near = home.upload(photo("china")), home.upload(photo("china", quality=40))
    home.submit("a", same, author="ann")
    home.submit("b", same, author="bob")
    home.submit("c", near, author="ann")
    home.submit("d", home.upload(photo("brick")), author="bob")
    home.list((SignalType.MD5, same.digests.md5))
    home.house.match_late()

    by_bytes = ask(home, Question(digests=((SignalType.SHA1, same.digests.sha1 or ""),)))
    by_media = ask(home, Question(media_id=same.id))
    by_item = ask(home, Question(item="c"))

    assert names(by_bytes) == [("a", 0), ("b", 0)]
    assert [name for name, _ in names(by_media)] == ["a", "b", "c"]
    assert (by_media.media, by_media.items, by_media.accounts, by_media.is_complete) == (2, 3, 2, True)
    assert [each.is_identical for each in by_media.page] == [True, True, False]
    assert by_media.page[2].distance_bits == distance_bits(same.hashes[0].value, near.hashes[0].value)
    assert "block_media" in by_media.page[0].measures
    assert {name for name, _ in names(by_item)} == {"a", "b", "c"}


@pytest.mark.parametrize("orientation", range(8))
def test_a_turned_copy_is_found_and_its_turn_told_from_one_hash_or_eight(home: Home, orientation: int) -> None:
    """One hash meets the eight that are stored; eight also meet what was stored as a hash alone."""
    stored = home.upload(photo("china"))
    home.submit("a", stored)
    turned = stored.hashes[0].orientations[orientation]
    alone = dice.bytes(32)
    home.submit("b", by_hash(alone))
    asked = [dice.bytes(32) for _ in ORIENTATIONS]
    asked[orientation] = alone

    from_one = ask(home, Question((turned,)))
    from_eight = ask(home, Question(tuple(asked)))

    assert [(each.orientation, each.distance_bits) for each in from_one.page] == [(ORIENTATIONS[orientation], 0)]
    inverse = {"rotate90": "rotate270", "rotate270": "rotate90"}
    expected = inverse.get(ORIENTATIONS[orientation], ORIENTATIONS[orientation])
    assert [(each.orientation, each.distance_bits) for each in from_eight.page] == [(expected, 0)]


def test_the_distance_that_is_asked_for_is_the_last_that_is_told(home: Home) -> None:
    """From 0 to 63 bits, each bit counts."""
    value = dice.bytes(32)
    for bits in (0, 1, 31, 32, 63, 64):
        home.submit(f"at-{bits}", by_hash(flipped(value, bits)))

    told = {reach: len(ask(home, Question((value,)), max_distance_bits=reach).page) for reach in (0, 1, 31, 32, 62, 63)}

    assert told == {0: 1, 1: 2, 31: 3, 32: 4, 62: 4, 63: 5}


def test_pages_follow_each_other_without_gap_or_repetition_while_others_are_added(home: Home) -> None:
    """A page begins behind the last row of the page before, whatever came in between."""
    value = dice.bytes(32)
    for number in range(7):
        home.submit(f"i{number}", by_hash(flipped(value, number % 3)), author=f"u{number}")
    told: list[tuple[str | None, int]] = []
    after: CopyPlace | None = None
    while True:
        page = ask(home, Question((value,), after=after), limit=2)
        told += names(page)
        home.submit(f"later-{len(told)}", by_hash(value))
        after = CopyPlace.parse(str(page.next)) if page.next else None
        if after is None:
            break

    first = [name for name, _ in told if name and not name.startswith("later")]
    assert sorted(first) == [f"i{number}" for number in range(7)]
    assert len(told) == len(set(told))
    assert [distance for _, distance in told] == sorted(distance for _, distance in told)


def test_what_nobody_may_look_at_is_neither_told_nor_counted(home: Home) -> None:
    """P12: a private item carries the same media; asking for copies is looking."""
    media = home.upload(photo("china"))
    home.submit("public", media)
    home.submit("private", media, author="eve", channel=Channel(ChannelKind.PRIVATE))
    hidden = home.upload(photo("brick"))
    home.submit("only-private", hidden, channel=Channel(ChannelKind.PRIVATE))

    found = ask(home, Question(media_id=media.id))
    nothing = ask(home, Question(hidden.hashes[0].orientations))

    assert names(found) == [("public", 0)]
    assert (found.items, found.accounts) == (1, 1)
    assert (nothing.media, nothing.page) == (0, ())


def test_media_that_nobody_carries_yet_is_told_without_a_carrier(home: Home) -> None:
    """It was uploaded and is waiting for its item."""
    media = home.upload(photo("china"))

    found = ask(home, Question(digests=((SignalType.MD5, media.digests.md5 or ""),)))

    assert (found.media, found.items, found.accounts) == (1, 0, 0)
    assert [(each.media_id, each.carrier) for each in found.page] == [(media.id, None)]


def test_more_than_a_call_takes_up_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never silently: the counts are then of the nearest."""
    monkeypatch.setattr("tutela.flows.find_copies.MAX_CARRIERS", 2)
    media = home.upload(photo("china"))
    for number in range(3):
        home.submit(f"i{number}", media)

    found = ask(home, Question(media_id=media.id))

    assert (found.is_complete, found.items) == (False, 2)


def test_pages_beyond_the_bound_neither_repeat_nor_leave_out(
    home_anywhere: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is beyond it is the same for every page, in whatever order it was stored."""
    home = home_anywhere
    monkeypatch.setattr("tutela.flows.find_copies.MAX_CARRIERS", 5)
    by, value = make.account(), dice.bytes(32)
    media = [make.media(hashes=(PdqHash(value, 100),)) for _ in range(3)]
    items = sorted((make.item(by, each) for each in media for _ in range(3)), key=lambda item: item.id, reverse=True)
    home.house.committer.commit(
        Changeset(accounts=(by,), media=tuple(reversed(media)), items=tuple(map(make.stored, items)))
    )
    told: list[tuple[str | None, str | None]] = []
    after: CopyPlace | None = None
    while not told or after:
        page = ask(home, Question((value,), after=after), limit=2)
        told += [(each.media_id, each.carrier and each.carrier.item_id) for each in page.page]
        assert (page.items, page.is_complete) == (5, False)
        after = page.next

    assert told == sorted((item.media_ids[0], item.id) for item in items)[:5]


def test_what_is_loaded_of_crowded_pictures_is_bounded_by_what_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part for each question, of the nearest, and what was left out is said."""
    monkeypatch.setattr("tutela.flows.find_copies.MAX_MEDIA", 6)
    value = dice.bytes(32)
    for number in range(8):
        home.submit(f"i{number}", by_hash(flipped(value, number)))
    loaded: list[int] = []
    media_by_id = DatabaseReader.media_by_id

    def noted(self: DatabaseReader, media_ids: Iterable[MediaId]) -> dict[MediaId, Media]:
        found = media_by_id(self, media_ids)
        loaded.append(len(found))
        return found

    monkeypatch.setattr(DatabaseReader, "media_by_id", noted)
    found = home.house.find_copies([Question((value,)), Question((flipped(value, 7),))])

    assert [[name for name, _ in names(each)] for each in found] == [["i0", "i1", "i2"], ["i7", "i6", "i5"]]
    assert [each.is_complete for each in found] == [False, False]
    assert loaded == [3, 3]


def test_an_index_that_is_not_loaded_is_never_an_empty_answer(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of digests, which need no index: half an answer would pass for a whole one."""
    monkeypatch.setattr(type(home.house.stored), "built_to_seq", property(lambda _: -1))

    with pytest.raises(IndexNotReady):
        ask(home, Question(digests=((SignalType.MD5, "0" * 32),)))


def test_what_cannot_be_asked_is_named_by_its_number_and_never_repeated(home: Home) -> None:
    """Unknown ids, too many questions, a distance that no bank may have."""
    nothing = Question((bytes(32),))
    with pytest.raises(UnknownItem, match=r"queries\.1\.item") as item:
        home.house.find_copies([nothing, Question(item="secret-name")])
    with pytest.raises(UnknownMedia, match=r"queries\.0\.media") as media:
        ask(home, Question(media_id=MediaId("secret-name")))
    with pytest.raises(BadInput, match="at most 100 questions"):
        home.house.find_copies([nothing] * 101)
    with pytest.raises(BadInput, match="0 to 63 bits"):
        ask(home, nothing, max_distance_bits=64)
    assert "secret-name" not in f"{item.value}{media.value}"
