"""Groups of media that look alike, and what is never shown."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

import make
from tutela.core.content import Media, PdqHash
from tutela.core.look_groups import MOST_COMPARED, is_near, look_groups


def like(bits: int, *, quality: int = 90, width: int = 10) -> Media:
    """Return media whose hash has that many bits set."""
    value = ((1 << bits) - 1).to_bytes(32)
    return replace(make.media(), hashes=(PdqHash(value, quality),), width=width, height=10)


@given(st.lists(st.integers(0, 256), max_size=30), st.data())
def test_everything_is_in_one_group_and_what_is_exact_in_none_that_is_shown(
    bits: list[int], data: st.DataObject
) -> None:
    """Whatever lies in the case: nothing is lost, nothing twice, and each is near to the first of its group."""
    media = [like(each) for each in bits]
    exact = set(data.draw(st.lists(st.sampled_from([each.id for each in media]), unique=True))) if media else set()
    groups = look_groups(media, exact)
    assert sorted(each.id for group in groups for each in group.media) == sorted(each.id for each in media)
    for group in groups:
        assert {each.id in exact for each in group.media} == {group.is_exact}
        assert all(is_near(group.first, each) for each in group.media)


def test_nothing_is_chained_from_copy_to_copy() -> None:
    """Thirty bits each are near; sixty are not."""
    one, two, three = like(0, width=30), like(30, width=20), like(60, width=10)
    groups = look_groups([three, two, one], ())
    assert [[each.id for each in group.media] for group in groups] == [[one.id, two.id], [three.id]]


def test_a_hash_that_says_little_groups_nothing() -> None:
    """Below the floor of quality every flat picture looks like every other."""
    assert len(look_groups([like(0, quality=20), like(0, quality=20)], ())) == 2


def test_a_mirrored_copy_is_near() -> None:
    """In any orientation that is known."""
    turned = replace(like(256), hashes=(PdqHash(b"\xff" * 32, 90, orientations=(bytes(32),)),))
    assert is_near(like(0), turned)


def test_what_is_beyond_the_bound_stands_alone() -> None:
    """Five thousand copies take no longer than two hundred."""
    groups = look_groups([like(0) for _ in range(MOST_COMPARED + 5)], ())
    assert [len(group.media) for group in groups] == [MOST_COMPARED, 1, 1, 1, 1, 1]


def test_of_a_thousand_cases_far_less_is_shown_than_lies_in_them() -> None:
    """Three of four known byte by byte, and copies among the rest: a mix that is assumed, and no promise."""
    chance = random.Random(8)  # noqa: S311 - the same thousand each time, and no secret
    in_cases = shown = 0
    for _ in range(1000):
        media = [like(chance.choice((0, 5, 120)), width=chance.randint(10, 400)) for _ in range(chance.randint(1, 4))]
        exact = {each.id for each in media if chance.random() < 0.75}
        groups = look_groups(media, exact)
        in_cases += len(media)
        shown += sum(not group.is_exact for group in groups)
    assert in_cases > 2000
    assert shown < in_cases / 4
