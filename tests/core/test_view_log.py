"""Spans of bytes and what they prove: whether somebody was sent all of a content, and never more than was sent."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from make import AT
from tutela.core.ids import CaseId, PersonId, SessionId, ViewId
from tutela.core.view_log import LoggedView, Span, covers, metadata_was_seen, seen_whole_by, union, was_seen_whole
from tutela.core.views import Grant, Purpose, Rendition, ViewReason

SIZE = 1000
MEDIA = make.media(media_type="image/jpeg", width=40, height=30, size_bytes=SIZE)
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: Span(pair[0], sum(pair))))


def view(*spans: tuple[int, int], person: str = "per_1", **fields: Any) -> LoggedView:
    """Return an opened full look at the original."""
    grant = Grant(
        ViewId("vew_1"), PersonId(person), SessionId("ses_1"), MEDIA.id, CaseId("cas_1"), Purpose.FULL_LOOK,
        ViewReason.DECIDE, AT, AT, opened_at=AT, rendition=fields.pop("rendition", Rendition.ORIGINAL),
    )  # fmt: skip
    grant = replace(grant, purpose=fields.pop("purpose", grant.purpose))
    made = LoggedView(grant, MEDIA.digests.sha256, SIZE, 40, 30, tuple(Span(*each) for each in spans))
    return replace(made, **fields)


def drawn(*spans: tuple[int, int], **fields: Any) -> LoggedView:
    """Return an opened full look at a picture with the viewer across it, of 500 bytes."""
    return view(*spans, **{"rendition": Rendition.WATERMARKED, "size_bytes": 500, **fields})


@given(SPANS)
def test_a_union_holds_the_same_bytes_and_no_others(spans: list[Span]) -> None:
    """Byte by byte."""
    before = {at for span in spans for at in range(span.start, span.end)}
    after = [at for span in union(spans) for at in range(span.start, span.end)]
    assert set(after) == before
    assert len(after) == len(before)


@given(SPANS, st.randoms(use_true_random=False))
def test_a_union_is_the_same_in_any_order_and_done_twice(spans: list[Span], dice: Any) -> None:
    """Players ask in any order, and again."""
    shuffled = [*spans, *spans]
    dice.shuffle(shuffled)
    assert union(shuffled) == union(spans) == union(union(spans))


@given(SPANS)
def test_a_union_is_in_order_with_room_between(spans: list[Span]) -> None:
    """As few as there can be."""
    joined = union(spans)
    assert all(one.end < other.start for one, other in pairwise(joined))


@given(SPANS, st.integers(0, 80))
def test_covering_is_leaving_no_byte_out(spans: list[Span], size: int) -> None:
    """Exactly when each byte is in one of them; and nobody has seen all of nothing."""
    held = {at for span in spans for at in range(span.start, span.end)}
    assert covers(spans, size) == (size > 0 and held >= set(range(size)))


@given(SPANS, SPANS, st.integers(1, 80))
def test_to_be_sent_more_never_makes_less_seen(spans: list[Span], more: list[Span], size: int) -> None:
    """Monotone."""
    assert not covers(spans, size) or covers([*spans, *more], size)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 5), (5, 4), (-1, 3)])
def test_no_span_is_empty_or_runs_backwards(start: int, end: int) -> None:
    """A row like that was written by hand."""
    with pytest.raises(ValueError, match="no bytes"):
        Span(start, end)


@pytest.mark.parametrize(
    ("log", "people"),
    [
        ([view((0, SIZE))], {"per_1"}),
        ([view((0, 400), (400, SIZE))], {"per_1"}),
        ([view((0, 400)), view((300, SIZE))], {"per_1"}),
        ([view((0, SIZE)), view((0, SIZE), person="per_2")], {"per_1", "per_2"}),
        ([drawn((0, 500))], {"per_1"}),
        ([], set()),
        ([view()], set()),
        ([view((0, SIZE - 1))], set()),
        ([view((1, SIZE))], set()),
        ([view((0, 400), (401, SIZE))], set()),
        ([view((0, 400)), view((400, SIZE), person="per_2")], set()),
        ([view((0, SIZE), person="")], set()),
        ([view((0, SIZE), sha256="0" * 64)], set()),
        ([view((0, SIZE), sha256=None)], set()),
        ([view((0, SIZE), purpose=Purpose.LOOK, rendition=Rendition.FILTERED)], set()),
        ([view((0, SIZE), purpose=Purpose.POSTER, rendition=Rendition.POSTER)], set()),
        ([drawn((0, 500), purpose=Purpose.LOOK)], set()),
        ([view((0, SIZE), purpose=Purpose.METADATA)], set()),
        ([drawn((0, 499))], set()),
        ([drawn((0, 250)), drawn((250, 500))], set()),
        ([drawn((0, 500), width=20, height=15)], set()),
        ([drawn((0, 500), rendition=Rendition.FILTERED)], set()),
    ],
)
def test_who_has_seen_all_of_it(log: list[LoggedView], people: set[str]) -> None:
    """All bytes, at full size, of these very bytes, under one name: a film in parts, a picture in one go."""
    assert seen_whole_by(log, MEDIA) == people
    assert was_seen_whole(log, MEDIA) == bool(people)


def test_nobody_has_seen_all_of_what_has_no_digest() -> None:
    """What is known by its likeness alone may be any of many files."""
    unknown = replace(MEDIA, digests=replace(MEDIA.digests, sha256=None))
    assert not was_seen_whole([view((0, SIZE), sha256=None)], unknown)


@given(st.lists(st.tuples(st.sampled_from(["per_1", "per_2"]), SPANS), max_size=4))
def test_what_two_people_saw_is_never_put_together(looks: list[tuple[str, list[Span]]]) -> None:
    """Whoever is said to have seen all of it was sent each byte."""
    small = replace(MEDIA, size_bytes=50)
    log = [view(*((s.start, s.end) for s in spans), person=person) for person, spans in looks]
    for person in seen_whole_by(log, small):
        held = {at for who, spans in looks if who == person for s in spans for at in range(s.start, s.end)}
        assert held >= set(range(50))


def test_a_look_at_the_metadata_is_known() -> None:
    """Of the metadata only that, and of pictures nothing."""
    assert metadata_was_seen([view(purpose=Purpose.METADATA)])
    assert not metadata_was_seen([view((0, SIZE))])
