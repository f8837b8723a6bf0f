"""Ranges as RFC 9110 reads them: one part, or the whole, or none that is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.ranges import UnsatisfiableError, part_asked
from tutela.core.view_log import Span

ETAG = '"vew_1"'


@pytest.mark.parametrize(
    ("header", "if_range", "part"),
    [
        (None, None, None),
        ("bytes=0-499", None, (0, 500)),
        ("bytes=500-999", None, (500, 1000)),
        ("bytes=500-", None, (500, 1000)),
        ("bytes=-500", None, (500, 1000)),
        ("bytes=-5000", None, (0, 1000)),
        ("bytes=0-0", None, (0, 1)),
        ("bytes=999-5000", None, (999, 1000)),
        ("BYTES=0-1", None, (0, 2)),
        ("bytes=0-1", ETAG, (0, 2)),
        ("bytes=0-1", '"vew_2"', None),
        ("bytes=0-1", f"W/{ETAG}", None),
        ("bytes=0-1", "Sun, 22 Nov 2026 08:30:00 GMT", None),
        ("bytes=5-4", None, None),
        ("bytes=0-1,5-6", None, None),
        ("bytes=", None, None),
        ("bytes=-", None, None),
        ("bytes=a-b", None, None),
        ("bytes=0x1-2", None, None),
        ("bytes=--1", None, None),
        ("bytes=\uff11-\uff12", None, None),
        ("bytes 0-1", None, None),
        ("lines=0-1", None, None),
        ("bytes=0-" + "9" * 30, None, None),
        ("", None, None),
    ],
)
def test_a_single_range_is_read_and_nonsense_is_the_whole(
    header: str | None, if_range: str | None, part: tuple[int, int] | None
) -> None:
    """Several ranges and other units are passed over, as the standard lets a server do."""
    asked = part_asked(header, if_range, ETAG, 1000)
    assert asked == (None if part is None else Span(*part))


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", 1000), ("bytes=1000-2000", 1000), ("bytes=-0", 1000), ("bytes=0-", 0)]
)
def test_a_part_that_is_not_there_is_refused(header: str, size: int) -> None:
    """Behind the end, or the last no bytes."""
    with pytest.raises(UnsatisfiableError):
        part_asked(header, None, ETAG, size)


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9]{0,12}-[0-9]{0,12}", fullmatch=True), st.integers(0, 2000))
def test_whatever_is_asked_lies_within_the_content(header: str, size: int) -> None:
    """No header makes anybody read past the end."""
    try:
        asked = part_asked(header, None, ETAG, size)
    except UnsatisfiableError:
        return
    assert asked is None or 0 <= asked.start < asked.end <= size
