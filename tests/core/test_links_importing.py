"""Lists of links are read as they come; what is broken is told by its line alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.links import Broken, EntryKind, Problem, importing, read_list, revealed

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL, HOST, DOMAIN = EntryKind.URL, EntryKind.HOST, EntryKind.DOMAIN


def told(content: str | bytes) -> list[tuple[int, str, EntryKind]]:
    """Return what was read, shortly."""
    return [(each.line, each.link.href, each.kind) for each in read_list(content, NOW).links]


def test_a_line_each() -> None:
    """A bare host is a domain; disguises, comments, empty lines, any ending of lines."""
    content = (
        "\ufeff# lakes\r\n\r\nhxxps://bad[.]example[.]org/a\nexample.net\r! no\nwww dot example dot com\n// no\n"
        "https://example.org/\nb\u00fccher.example\nexample.it\nmagnet:?xt=a\nlake.test/a"
    )
    assert told(content) == told(content.encode()) == [
        (3, "https://bad.example.org/a", URL),
        (4, "https://example.net/", DOMAIN),
        (6, "https://www.example.com/", DOMAIN),
        (8, "https://example.org/", URL),
        (9, "https://xn--bcher-kva.example/", DOMAIN),
        (10, "https://example.it/", DOMAIN),
        (11, "magnet:?xt=a", URL),
        (12, "https://lake.test/a", URL),
    ]  # fmt: skip


def test_lines_of_a_hosts_file() -> None:
    """Every name is a host of its own; those of this machine are none."""
    content = (
        "127.0.0.1 localhost\n0.0.0.0 a.example.org b.example.org # boats\n::1 ip6-localhost\n0.0.0.0\tc.example.org"
    )
    assert told(content) == [
        (2, "https://a.example.org/", HOST),
        (2, "https://b.example.org/", HOST),
        (4, "https://c.example.org/", HOST),
    ]


def test_a_table_with_a_header() -> None:
    """Columns in any order, kinds, ends, categories; a date lasts as long as its day."""
    content = (
        "# from the lake\nCategory;URL;Type;Expires\nboats;hxxp://example[.]org/a;;2026-05-01\n"
        ';example.net;host;2026-05-01T12:00:00+02:00\n"gar;dens";example.com;domain;2026-05-01 12:00\n;example.org;;'
    )
    read = read_list(content, NOW)

    assert read.problems == ()
    assert [(each.line, each.kind, each.ends_at, each.category) for each in read.links] == [
        (3, URL, datetime(2026, 5, 2, tzinfo=UTC), "boats"),
        (4, HOST, datetime(2026, 5, 1, 10, tzinfo=UTC), None),
        (5, DOMAIN, datetime(2026, 5, 1, 12, tzinfo=UTC), "gar;dens"),
        (6, DOMAIN, None, None),
    ]
    assert told("host\nexample.org") == [(2, "https://example.org/", HOST)]
    assert told("domain,x\nexample.org,1") == [(2, "https://example.org/", DOMAIN)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("quimzat blorvex", Broken.NO_LINK), ("https://", Broken.NO_LINK), ("example.org example.net", Broken.NO_LINK),
        ("h**p://", Broken.NO_LINK), ("\ud800.org", Broken.NO_LINK), ("x" * 9_000, Broken.TOO_LONG), ("co.uk",
        Broken.TOO_WIDE),
        ("github.io", Broken.TOO_WIDE), ("bit.ly", Broken.TOO_WIDE), ("0.0.0.0 a.example.org com.br", Broken.TOO_WIDE),
    ],
)  # fmt: skip
def test_a_broken_line_is_told_and_the_rest_is_read(line: str, reason: Broken) -> None:
    """By its number and why; nothing of it is repeated."""
    read = read_list(f"example.org\n{line}\nexample.net", NOW)

    assert [each.line for each in read.links] == [1, 3]
    assert read.problems == (Problem(2, reason),)
    assert read.broken == 1
    assert line not in repr(read.problems)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("example.org/a,host,,", Broken.NO_HOST), ("example.org:81,domain,,", Broken.NO_HOST), ("magnet:?x,host,,",
        Broken.NO_HOST),
        ("example.org,lake,,", Broken.UNKNOWN_TYPE), ("example.org,,soon,", Broken.BAD_DATE),
        ("example.org,,9999-12-31,", Broken.BAD_DATE), ("example.org,,0001-01-01T00:00+14:00,", Broken.BAD_DATE),
        ("example.org,,2026-02-28,", Broken.ENDED), ("example.org,,2026-03-01T00:00,", Broken.ENDED),
        (f"example.org,,,{'x' * 101}", Broken.BAD_CATEGORY), ("example.org,,,a\x07", Broken.BAD_CATEGORY),
        ("example.org", Broken.BROKEN_ROW), ("example.org,,,,", Broken.BROKEN_ROW), ('"example.org,,,',
        Broken.BROKEN_ROW),
        (",,,", Broken.NO_LINK),
    ],
)  # fmt: skip
def test_a_broken_row_is_told_and_the_rest_is_read(row: str, reason: Broken) -> None:
    """A quote that is not closed takes no other row with it."""
    read = read_list(f"url,type,ends,category\n{row}\nexample.net,,2026-03-01,", NOW)

    assert read.problems == (Problem(2, reason),)
    assert [each.line for each in read.links] == [3]


def test_bytes_that_are_no_text_break_their_line_only() -> None:
    """The others are read."""
    read = read_list(b"example.org\n\xff\xfe.org\nexample.net", NOW)

    assert [each.line for each in read.links] == [1, 3]
    assert read.problems == (Problem(2, Broken.NO_LINK),)


def test_a_list_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In lines, and in what is told of the broken ones."""
    monkeypatch.setattr(importing, "MAX_LINES", 30)
    monkeypatch.setattr(importing, "MAX_PROBLEMS", 3)
    read = read_list("no link\n" * 20 + "example.org\n" * 20, NOW)

    assert (len(read.links), len(read.problems), read.broken, read.is_complete) == (10, 3, 20, False)
    assert read_list("example.org", NOW).is_complete


@pytest.mark.parametrize("text", ["", "hxxp://", "see example.org", "example.org, example.net", "example"])
def test_what_is_not_one_link_is_not_revealed(text: str) -> None:
    """Words beside it are not thrown away in silence."""
    with pytest.raises(ValueError, match="link"):
        revealed(text)


@given(st.one_of(st.binary(), st.text(st.characters()), st.text(alphabet="url,host;\t\n\r\"'.0:/#[]ab\ud800")))
def test_no_list_breaks_the_reader(content: str | bytes) -> None:
    """Every line is read, told as broken, or says nothing."""
    for header in ("", "url,ends\n"):
        whole = header.encode() + content if isinstance(content, bytes) else header + content
        read = read_list(whole, NOW)
        assert len(read.problems) == min(read.broken, importing.MAX_PROBLEMS)
