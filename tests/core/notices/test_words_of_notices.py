"""Codes, weights, links, validity, moves: each rule of a notice alone."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.notices.branches import BRANCHES, Branch, NoticeKind
from tutela.core.notices.draft import (
    MAX_LINKS,
    MAX_WORDS_CHARACTERS,
    Contact,
    ContactChannel,
    NoticeDraft,
    PictureDigest,
    checked,
)
from tutela.core.notices.links import LinkPatterns, Place, patterns_of
from tutela.core.notices.misuse import MOST_AN_HOUR, SLOWED_AT, WARNED_AT, Conduct, Standing, must_wait, standing_of
from tutela.core.notices.notice import MOVES, NoticeMove, NoticeState, after
from tutela.core.notices.receipt_code import ALPHABET, RANDOM_BYTES, code_of, read_code
from tutela.core.notices.validity import ELEMENTS, missing
from tutela.core.notices.weights import BASE, LATEST, SOONEST, Record, due_within, weight
from tutela.errors import BadInput, Conflict, Misconfigured

NOW = datetime(2026, 11, 26, tzinfo=UTC)
COUNTS = st.integers(0, 10_000)


# ---------------------------------------------------------------------------------------------------------- weights


@given(st.sampled_from(list(NoticeKind)), COUNTS, COUNTS)
def test_a_weight_is_bounded_and_moves_with_what_was_right(kind: NoticeKind, upheld: int, unfounded: int) -> None:
    """Half to double the base; more with each upheld, less with each unfounded one."""
    here = weight(kind, Record(upheld, unfounded))
    assert BASE[kind] / 2 < here < BASE[kind] * 2
    assert weight(kind, Record(upheld + 1, unfounded)) > here > weight(kind, Record(upheld, unfounded + 1))
    assert math.isclose(weight(kind), BASE[kind])


@given(
    kind=st.sampled_from(list(NoticeKind)), upheld=COUNTS, unfounded=COUNTS, is_held=st.booleans(),
    is_urgent=st.booleans(),
)  # fmt: skip
def test_somebody_always_looks_in_time(
    kind: NoticeKind, upheld: int, unfounded: int, *, is_held: bool, is_urgent: bool
) -> None:
    """Between two hours and three days; within a day of what is held; at once of what is urgent."""
    within = due_within(kind, Record(upheld, unfounded), is_held=is_held, is_urgent=is_urgent).seconds
    assert SOONEST.seconds <= within <= LATEST.seconds
    assert within <= 24 * 3600 or not is_held
    assert within == SOONEST.seconds or not is_urgent


# ------------------------------------------------------------------------------------------------------------ codes


@given(st.binary(min_size=RANDOM_BYTES, max_size=32))
def test_a_code_is_read_back_however_it_is_typed(random: bytes) -> None:
    """Case, spaces, hyphens and letters that look alike do not matter; 100 bits are all there."""
    code = code_of(random)
    letters = code.replace("-", "")
    assert read_code(code) == letters == read_code(f"  {code.lower().replace('-', ' ')} ")
    assert read_code(letters.replace("0", "o").replace("1", "l")) == letters
    assert int.from_bytes(random[:RANDOM_BYTES], "big") % (1 << 100) == sum(
        ALPHABET.index(letter) << (5 * place) for place, letter in enumerate(letters)
    )


@given(st.text(max_size=400))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    """Hostile text is no code, and no error."""
    found = read_code(typed)
    assert found is None or (len(found) == 20 and set(found) <= set(ALPHABET))


# ------------------------------------------------------------------------------------------------------------ links

PATTERNS = patterns_of([
    {"hosts": ["photos.example", "www.photos.example"], "path": "/p/{item}"},
    {"hosts": ["photos.example"], "path": "/watch?v={item}"},
    {"hosts": ["photos.example"], "path": "/u/{account}"},
    {"hosts": ["photos.example"], "path": "/@{account}/posts/{item}"},
])  # fmt: skip

LINKS = [
    ("https://photos.example/p/42", Place.ITEM, "42"),
    ("photos.example/p/42", Place.ITEM, "42"),
    ("HTTPS://WWW.Photos.Example./p/42/?utm=a#x", Place.ITEM, "42"),
    ("https://photos.example/p/42/more", Place.PAGE, ""),
    ("https://photos.example/watch?list=1&v=abc&t=9", Place.ITEM, "abc"),
    ("https://photos.example/watch?av=abc", Place.PAGE, ""),
    ("https://photos.example/u/sam", Place.ACCOUNT, "sam"),
    ("https://photos.example/@sam/posts/7", Place.ITEM, "7"),
    ("https://photos.example@other.example/p/42", Place.ELSEWHERE, ""),
    ("https://photos.example.other.example/p/42", Place.ELSEWHERE, ""),
    ("javascript:alert(1)", Place.ELSEWHERE, ""),
    ("not a link at all", Place.NO_LINK, ""),
    ("", Place.NO_LINK, ""),
]


@pytest.mark.parametrize(("link", "place", "found"), LINKS)
def test_a_link_is_read_as_a_browser_reads_it(link: str, place: Place, found: str) -> None:
    """What a link points at, by the operator's patterns."""
    pointed = PATTERNS(link)
    assert (pointed.place, pointed.platform_id) == (place, found)


@given(st.text(max_size=2500))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Whoever is frightened pastes anything."""
    assert PATTERNS(text).place in Place
    assert LinkPatterns()(text).place in {Place.ELSEWHERE, Place.NO_LINK}


@pytest.mark.parametrize("row", [
    {"hosts": ["a.example"], "path": "p/{item}"}, {"hosts": ["a.example"], "path": "/p/"},
    {"hosts": [], "path": "/p/{item}"}, {"hosts": "a.example", "path": "/p/{item}"}, {"path": "/p/{item}"}, 7,
    {"hosts": ["a.example"], "path": "/{item}/{item}"},
])  # fmt: skip
def test_a_pattern_that_cannot_be_is_refused_at_start(row: object) -> None:
    """The place names the row."""
    with pytest.raises(Misconfigured) as refused:
        patterns_of([row])
    assert (refused.value.place or "").startswith("link.0")


# ---------------------------------------------------------------------------------------------- what is told, whole


def test_an_empty_notice_is_a_notice() -> None:
    """Nothing that is missing stops anybody."""
    for branch in Branch:
        assert checked(NoticeDraft(branch)) == NoticeDraft(branch)


@pytest.mark.parametrize(("draft", "place"), [
    (NoticeDraft(Branch.IT_SHOWS_ME, links=("a",) * (MAX_LINKS + 1)), "links"),
    (NoticeDraft(Branch.IT_SHOWS_ME, words="a" * (MAX_WORDS_CHARACTERS + 1)), "words"),
    (NoticeDraft(Branch.IT_SHOWS_ME, links=("a" * 2001,)), "links.0"),
    (NoticeDraft(Branch.IT_SHOWS_ME, digests=(PictureDigest(),)), "digests.0"),
    (NoticeDraft(Branch.IT_SHOWS_ME, digests=(PictureDigest(pdq="zz"),)), "digests.0.pdq"),
    (NoticeDraft(Branch.IT_SHOWS_ME, age_said="12"), "age_said"),
])  # fmt: skip
def test_what_is_too_long_is_named(draft: NoticeDraft, place: str) -> None:
    """Nothing is cut in silence."""
    with pytest.raises(BadInput) as refused:
        checked(draft)
    assert refused.value.place == place


def test_only_a_request_about_an_adult_can_lack_something() -> None:
    """Each missing element is named; a child is never asked for a signature, whichever way they came in."""
    bare = NoticeDraft(Branch.ADULT_INTIMATE)
    assert missing(bare) == ELEMENTS
    contact = Contact(ContactChannel.EMAIL, "sam@mail.example")
    whole = NoticeDraft(Branch.ADULT_INTIMATE, links=("x",), signature="Sam", good_faith=True, contact=contact)
    assert missing(whole) == ()
    assert missing(NoticeDraft(Branch.ADULT_INTIMATE, age_said="16_17")) == ()
    assert all(missing(NoticeDraft(branch)) == () for branch in Branch if BRANCHES[branch].is_about_child)


# ----------------------------------------------------------------------------------------------------------- misuse


@given(st.integers(0, 50), st.integers(0, 50), st.booleans())
def test_nobody_is_slowed_who_was_not_warned_or_is_mostly_right(wrong: int, right: int, warned: bool) -> None:  # noqa: FBT001  # drawn
    """DSA Art. 23: prior warning, number and share."""
    standing = standing_of(Conduct(wrong + right, wrong, NOW if warned else None))
    if standing is Standing.SLOWED:
        assert warned
        assert wrong >= max(SLOWED_AT, right)
    if standing is Standing.WARNED:
        assert wrong >= WARNED_AT


def test_whoever_tells_too_much_waits_their_turn() -> None:
    """Counted by place; whoever is known, or hands on what others tell, has none."""
    assert must_wait(Standing.HEARD, MOST_AN_HOUR, is_known=False)
    assert not must_wait(Standing.HEARD, MOST_AN_HOUR - 1, is_known=False)
    assert not must_wait(Standing.HEARD, MOST_AN_HOUR, is_known=True)
    assert must_wait(Standing.SLOWED, 0, is_known=True)


# ------------------------------------------------------------------------------------------------------------ moves


def test_every_state_hears_more_and_can_be_answered() -> None:
    """P7: no state is an end in which somebody is not heard any more."""
    for state in NoticeState:
        assert (state, NoticeMove.ADD) in MOVES
        assert any(each is state for each, _ in MOVES)
    reached = {NoticeState.QUEUED}
    for _ in NoticeState:
        reached |= {target for (source, _), target in MOVES.items() if source in reached}
    assert reached == set(NoticeState)
    with pytest.raises(Conflict):
        after(NoticeState.ANSWERED, NoticeMove.ANSWER)
