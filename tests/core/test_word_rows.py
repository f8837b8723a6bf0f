"""Rows of names and known texts: what is read, what is refused, and that nothing of it is repeated."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.word_rows import (
    NAMES_KEPT,
    NewName,
    NewText,
    check_name,
    check_text,
    decoded,
    end_of,
    names_of_csv,
    names_of_json,
    texts_of_csv,
    texts_of_json,
    texts_of_paragraphs,
)
from tutela.core.words.keyword_rows import RowError
from tutela.errors import BadInput

NOW = datetime(2026, 5, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
READERS: list[Callable[[str], Iterator[tuple[int, Any]]]] = [
    names_of_csv, names_of_json, texts_of_csv, texts_of_json, texts_of_paragraphs,
]  # fmt: skip


def test_names_are_read_from_both_forms_alike() -> None:
    """Columns in any order; a day ends with itself."""
    in_csv = 'Ends,name,basis,distinctive,category\n2026-12-31,"Tumbrel, Ilvara",asked by kin,,\n2026-12-31,Zorblat,'
    in_csv += "order 7,YES,boats\n\n"
    in_json = (
        '{"name": "Tumbrel, Ilvara", "basis": "asked by kin", "ends": "2026-12-31"}\n\n'
        '{"name": "Zorblat", "basis": "order 7", "ends": "2026-12-31T23:00:00-01:00", "distinctive": true, '
        '"category": "boats"}\n'
    )
    expected = [
        NewName("Tumbrel, Ilvara", "asked by kin", END),
        NewName("Zorblat", "order 7", END, is_distinctive=True, category="boats"),
    ]
    assert list(names_of_csv(in_csv)) == list(zip((2, 3), expected, strict=True))
    assert list(names_of_json(in_json)) == list(zip((1, 3), expected, strict=True))


def test_texts_are_paragraphs_rows_or_objects() -> None:
    """A text of several lines is one; each is named by the line on which it begins."""
    first, second = "a lake\nand a boat", "a garden"
    paragraphs = f"\n\n{first}\n \n\n{second}\n"
    assert list(texts_of_paragraphs(paragraphs)) == [(3, NewText(first)), (7, NewText(second))]
    assert list(texts_of_csv(f'text,category\n"{first}",boats\n{second}\n')) == [
        (2, NewText(first, category="boats")),
        (4, NewText(second)),
    ]
    assert list(texts_of_json('{"text": "a lake", "ends": "2026-12-31"}')) == [(1, NewText("a lake", END))]


BAD = {
    "a cell too many": (names_of_csv, "name,basis\nquimzat,b,c\n", 2, ""),
    "a truth that is none": (names_of_csv, "name,distinctive\nquimzat,quimzat\n", 2, "distinctive"),
    "an end that is none": (names_of_csv, "name,ends\nquimzat,quimzat\n", 2, "ends"),
    "a quote left open": (names_of_csv, 'name,basis\n"quimzat,b\nx,y\n', 2, ""),
    "no object": (names_of_json, '["quimzat"]', 1, ""),
    "no JSON": (names_of_json, "quimzat", 1, ""),
    "a key of its own": (names_of_json, '{"quimzat": 1}', 1, ""),
    "a number for a name": (names_of_json, '{"name": 7}', 1, "name"),
    "a list for a truth": (names_of_json, '{"name": "quimzat", "distinctive": [1]}', 1, "distinctive"),
    "one for a truth": (names_of_json, '{"name": "quimzat", "distinctive": 1}', 1, "distinctive"),
    "no UTF-8": (texts_of_paragraphs, decoded(b"quimzat \xff"), 1, ""),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_row_is_named_and_not_repeated(what: str) -> None:
    """By line and column."""
    read, text, line, column = BAD[what]
    [(number, row)] = read(text)
    assert isinstance(row, RowError)
    assert (number, row.line, row.column) == (line, line, column)
    assert "quimzat" not in row.message


@pytest.mark.parametrize("header", ["", "quimzat", "name,name", "name,quimzat", '"name'])
def test_a_table_says_what_its_columns_are(header: str) -> None:
    """A list without a header is refused whole: its first row would be taken for one."""
    with pytest.raises(BadInput) as caught:
        list(names_of_csv(f"{header}\nx"))
    assert "quimzat" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfen\0", b"n\0a\0m\0e\0"])
def test_another_encoding_is_named(content: bytes) -> None:
    """It would be read as something else."""
    with pytest.raises(BadInput, match="UTF-8"):
        decoded(content)


@given(st.binary(max_size=300), st.sampled_from(READERS))
def test_any_bytes_are_rows_or_one_error(content: bytes, read: Callable[[str], Iterator[tuple[int, Any]]]) -> None:
    """Never anything else."""
    for prefix in (b"", b"name,basis,ends,distinctive\n", b"text,ends\n", b'{"name": '):
        try:
            rows = list(read(decoded(prefix + content)))
        except BadInput:
            continue
        for number, row in rows:
            assert number >= 1
            assert isinstance(row, NewName | NewText | RowError)


NAME = NewName("Ilvara Tumbrel", "asked by kin", END)
REFUSED = {
    "no name": (NewName("", "b", END), "name"),
    "no basis": (NewName("Ilvara Tumbrel", "  ", END), "basis"),
    "a basis without an end": (NewName("Ilvara Tumbrel", "b" * 501, END), "basis"),
    "half a character": (NewName("Ilvara Tumbrel", "\ud800", END), "basis"),
    "no end": (NewName("Ilvara Tumbrel", "b", None), "ends"),
    "over": (NewName("Ilvara Tumbrel", "b", NOW), "ends"),
    "for ever": (NewName("Ilvara Tumbrel", "b", NOW + NAMES_KEPT.delta + timedelta(seconds=1)), "ends"),
    "a category of several lines": (NewName("Ilvara Tumbrel", "b", END, category="a\nb"), "category"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_name_that_must_not_be_held_is_refused(what: str) -> None:
    """Each needs a basis and an end that is not far away."""
    name, place = REFUSED[what]
    check_name(NAME, NOW)
    with pytest.raises(BadInput) as caught:
        check_name(name, NOW)
    assert caught.value.place == place
    assert "Ilvara" not in str(caught.value)


def test_a_text_is_neither_empty_nor_endless_nor_over() -> None:
    """The place says which."""
    for text, place in (
        (NewText(""), "text"),
        (NewText("a" * 100_001), "text"),
        (NewText("a", NOW), "ends"),
        (NewText("a", category="c" * 65), "category"),
    ):
        with pytest.raises(BadInput) as caught:
            check_text(text, NOW)
        assert caught.value.place == place


def test_an_end_is_a_day_or_a_moment() -> None:
    """In UTC where it says no zone; at the end of time there is none."""
    assert end_of("2026-12-31") == END
    assert end_of("2026-12-31T22:30:00") == END - timedelta(hours=1, minutes=30)
    for bad in ("", "soon", "9999-12-31", "2026-13-01"):
        with pytest.raises(BadInput):
            end_of(bad)
