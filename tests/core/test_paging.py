"""Laws of paging: it never falls silent while danger is open, wakes in order, and says nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.ids import CaseId, NoticeId, PageId, PersonId
from tutela.core.paging import (
    CUSTOMARY_WAIT,
    RETRY,
    Channel,
    Line,
    Page,
    PageFailure,
    Try,
    Waking,
    body_of_page,
    checked_email,
    due_at,
    next_round,
    round_after,
    text_of_page,
    waking_of,
)
from tutela.errors import BadInput

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGE = Page(PageId("pag_1"), CaseId("cas_1"), AT)
A, B, C, D = (PersonId(f"per_{letter}") for letter in "abcd")
LINE = Line((A, B), (C,), (D, A))

people = st.lists(st.sampled_from([A, B, C, D]), max_size=3, unique=True).map(tuple)
lines = st.builds(Line, people, people, people)
steps = st.lists(st.tuples(lines, st.booleans(), st.integers(-7200, 7200)), max_size=12)


def after(page: Page, line: Line, at: datetime, *, goes_out: bool = True) -> Page:
    """Return a page after its next round."""
    number = round_after(page)
    failure = None if goes_out else PageFailure.TIMED_OUT
    by = (Channel.EMAIL,) if goes_out else ()
    new = [
        Try(len(page.tries) + place, number, person, at, by, failure)
        for place, person in enumerate(next_round(page, line), 1)
    ]
    return replace(page, tries=(*page.tries, *new))


@given(steps)
def test_it_never_falls_silent_whatever_the_rota_the_channels_and_the_clock_do(
    plan: list[tuple[Line, bool, int]],
) -> None:
    """After any history the next page is due within the wait, counted from whatever the clock says now; to somebody."""
    page, now = PAGE, AT
    for line, goes_out, jump in plan:
        page, now = after(page, line, now, goes_out=goes_out), now + timedelta(seconds=jump)
        due = due_at(page, now, CUSTOMARY_WAIT)
        assert due is not None
        assert due <= now + CUSTOMARY_WAIT.delta
        assert next_round(page, line)


@given(lines)
def test_everybody_is_woken_in_at_most_one_round_more_than_are_woken_alone(line: Line) -> None:
    """First those on call, then the next on the rota, then all; and everybody in every round after that."""
    page = PAGE
    for _ in range(len({*line.on_call, *line.following[:1]}) + 1):
        page = after(page, line, AT)
    assert {each.person_id for each in page.tries} - {None} == set(line.everybody)
    assert next_round(page, line) == (line.everybody or (None,))


@given(lines, st.booleans())
def test_what_is_acknowledged_or_over_wakes_nobody(line: Line, is_over: bool) -> None:  # noqa: FBT001 - drawn
    """And nothing else is quiet."""
    page = after(PAGE, line, AT)
    quiet = replace(page, ended_at=AT) if is_over else replace(page, acknowledged_at=AT, acknowledged_by="per_a")
    assert due_at(quiet, AT, CUSTOMARY_WAIT) is None
    assert due_at(page, AT, CUSTOMARY_WAIT) is not None


def test_who_is_woken_when_nobody_answers() -> None:
    """Step by step."""
    page, woken = PAGE, []
    for _ in range(5):
        woken.append(next_round(page, LINE))
        page = after(page, LINE, AT)
    assert woken == [(A,), (B,), (C,), (A, B, C, D), (A, B, C, D)]


def test_whoever_comes_on_call_meanwhile_is_woken_next() -> None:
    """The shift changed while nobody answered."""
    page = after(after(PAGE, Line((A,)), AT), Line((A,)), AT)
    assert next_round(page, Line((B,), (), (D,))) == (B,)


@pytest.mark.parametrize(
    ("goes_out", "seconds", "expected"),
    [
        (True, 0, CUSTOMARY_WAIT.delta),
        (False, 0, RETRY.delta),
        (True, -3600, timedelta(seconds=-3600)),
        (True, 3600, CUSTOMARY_WAIT.delta),
    ],
    ids=["went out", "did not", "clock set back", "late"],
)
def test_when_the_next_is_woken(goes_out: bool, seconds: int, expected: timedelta) -> None:  # noqa: FBT001 - a table
    """Counted from the round before; at once where the clock says that it has not been yet."""
    page = after(PAGE, LINE, AT, goes_out=goes_out)
    assert due_at(page, AT + timedelta(seconds=seconds), CUSTOMARY_WAIT) == AT + expected


def test_a_page_tells_identifiers_and_a_path_of_ours() -> None:
    """On a lock screen and in a log of somebody else's."""
    assert body_of_page(PAGE, A, AT) == (
        b'{"type":"page.sent","timestamp":"2026-03-02T09:00:00Z","data":'
        b'{"page":"pag_1","case":"cas_1","person":"per_a","path":"/v1/pages/pag_1"}}'
    )
    of_notice = replace(PAGE, case_id=None, notice_id=NoticeId("ntc_1"))
    assert b'{"page":"pag_1","case":null,"notice":"ntc_1","person":"per_a"' in body_of_page(of_notice, A, AT)
    assert "cas_1" in text_of_page(PAGE, "https://tutela.example")
    assert "https://tutela.example/v1/pages/pag_1" in text_of_page(PAGE, "https://tutela.example")


@pytest.mark.parametrize(
    "address", ["", "x", "a@b@c", "a b@c", "a@b\nBcc: c@d", "<a@b>", "a@", "@b", f"{'x' * 65}@b", f"a@{'b.' * 130}c"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    """A line break would write a header of its own."""
    with pytest.raises(BadInput):
        checked_email(address)


@pytest.mark.parametrize(
    ("line", "channels", "unreachable", "expected"),
    [
        (Line((A,)), {Channel.EMAIL}, (), Waking.READY),
        (Line((A,)), {Channel.WEBHOOK}, (), Waking.READY),
        (Line((A,)), {Channel.EMAIL}, (A,), Waking.UNREACHED),
        (Line((A,), (), (B,)), {Channel.EMAIL}, (A,), Waking.READY),
        (Line((A,)), set(), (A,), Waking.NO_CHANNEL),
        (Line(), set(), (), Waking.NOBODY),
        (Line(), {Channel.EMAIL}, (), Waking.NOBODY),
        (Line((), (), (B,)), {Channel.EMAIL}, (B,), Waking.NOBODY),
        (Line((), (), (B,)), {Channel.EMAIL}, (), Waking.OTHERS),
        (Line(), {Channel.WEBHOOK}, (), Waking.OTHERS),
    ],
)
def test_nobody_is_promised_whom_nothing_would_wake(
    line: Line, channels: set[Channel], unreachable: tuple[PersonId, ...], expected: Waking
) -> None:
    """What a screen says before somebody raises the alarm follows from what would come of it."""
    assert waking_of(line, channels, unreachable) is expected
