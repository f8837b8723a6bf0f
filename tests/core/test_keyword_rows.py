"""Lists of keywords are read row by row: what is wrong is named by line and column, and the rest goes in."""

import json
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.core.words import Context, Keyword, KeywordBank, KeywordKind
from tutela.core.words.keyword_rows import (
    MAX_LINE_CHARACTERS,
    Row,
    RowError,
    lines_of,
    rows_of_csv,
    rows_of_json,
    rows_of_text,
)
from tutela.errors import BadInput


def parted(rows: Iterable[Row]) -> tuple[list[Keyword], list[RowError]]:
    """Return what can be used of *rows*, and what is wrong with the others."""
    entries: list[Keyword] = []
    errors: list[RowError] = []
    for _, row in rows:
        if isinstance(row, RowError):
            errors.append(row)
        else:
            entries.append(row)
    return entries, errors


HEADER = "id,term,type,language,category,weight,within_words,whole_word,common,context,not_context,context_words"


def test_a_phrase_a_line() -> None:
    """Remarks and empty lines are passed over; the entry's number is its line."""
    data = "\ufeff# a list\r\nblorvex\r\n\r\n  red boat  \n# end".encode()

    assert parted(rows_of_text(lines_of(data)))[0] == [Keyword(2, ("blorvex",)), Keyword(4, ("red boat",))]


def test_a_table_says_all_that_an_entry_can() -> None:
    """Terms are parted by semicolons, but for a pattern."""
    lines = [
        HEADER,
        "k1,blorvex; quimzat,near,de,one,2.5,4,no,,,,",
        'k2,robin,,,,,,,yes,"boat;oar",storm,3',
        'k3,"q;x[0-9]{2,3}",pattern',
    ]
    contexts = (Context(("boat", "oar"), 3), Context(("storm",), 3, is_refused=True))

    entries, errors = parted(rows_of_csv(lines))
    assert errors == []
    assert entries == [
        Keyword(
            "k1", ("blorvex", "quimzat"), KeywordKind.NEAR, 4, "de", is_whole_word=False, category="one", weight=2.5
        ),
        Keyword("k2", ("robin",), is_common=True, contexts=contexts),
        Keyword("k3", ("q;x[0-9]{2,3}",), KeywordKind.PATTERN),
    ]


def test_json_lines_say_the_same() -> None:
    """With lists and numbers as they are."""
    rows = [
        {"term": "blorvex", "weight": 2, "whole_word": False, "category": None},
        {"id": 7, "term": ["blorvex", "quimzat"], "type": "all_of", "context": "boat", "context_words": 2},
    ]
    assert parted(rows_of_json(map(json.dumps, rows)))[0] == [
        Keyword(1, ("blorvex",), is_whole_word=False, weight=2.0),
        Keyword(7, ("blorvex", "quimzat"), KeywordKind.ALL_OF, contexts=(Context(("boat",), 2),)),
    ]


BROKEN = [
    (rows_of_text, ["..."], 1, "term"),
    (rows_of_text, ["lake", "q"], 2, "term"),
    (rows_of_text, ["blorvex\ufffd"], 1, ""),
    (rows_of_text, ["blorvex" * MAX_LINE_CHARACTERS], 1, ""),
    (rows_of_text, ["blorvex" * 40], 1, "term"),
    (rows_of_csv, ["term,weight", "blorvex,much"], 2, "weight"),
    (rows_of_csv, ["term,weight", "blorvex,nan"], 2, "weight"),
    (rows_of_csv, ["term,weight", "blorvex,1e999"], 2, "weight"),
    (rows_of_csv, ["term,within_words", "blorvex,1000"], 2, "within_words"),
    (rows_of_csv, ["term,common", "blorvex,perhaps"], 2, "common"),
    (rows_of_csv, ["term,type", "blorvex,sound"], 2, "type"),
    (rows_of_csv, ["term,type", "blorvex(,pattern"], 2, "term"),
    (rows_of_csv, ["term,type", "blorvex,near"], 2, "term"),
    (rows_of_csv, ["term,language", "blorvex,Klingon"], 2, "language"),
    (rows_of_csv, ["term,language", ",de"], 2, "term"),
    (rows_of_csv, ["term", "blorvex,quimzat"], 2, ""),
    (rows_of_csv, ["term", '"blorvex', "lake"], 2, ""),
    (rows_of_json, ["{blorvex"], 1, ""),
    (rows_of_json, ['["blorvex"]'], 1, ""),
    (rows_of_json, ['{"term": 5}'], 1, "term"),
    (rows_of_json, ['{"term": ["blorvex", 5]}'], 1, "term"),
    (rows_of_json, ['{"term": "blorvex", "weight": true}'], 1, "weight"),
    (rows_of_json, ['{"term": "blorvex", "weight": 1' + "0" * 400 + "}"], 1, "weight"),
    (rows_of_json, ['{"term": "blorvex", "blorvex": 1}'], 1, ""),
    (rows_of_json, ["[" * 10_000], 1, ""),
    (rows_of_json, ['{"term": "blorvex\\ud800\\ud800", "type": "pattern", "context": "!"}'], 1, "context"),
    (rows_of_text, ["lake", "blorvex\ud800".encode("utf-8", "replace").decode() + "\ufffd"], 2, ""),
]


@pytest.mark.parametrize(("read", "lines", "line", "column"), BROKEN)
def test_a_broken_row_is_named_and_the_others_go_in(
    read: Callable[[Iterable[str]], Iterator[Row]], lines: list[str], line: int, column: str
) -> None:  # fmt: skip
    """By line and column; nothing that is told repeats it."""
    rows = list(read(lines))
    entries, [error] = parted(rows)

    assert (error.line, error.column) == (line, column)
    assert "orvex" not in error.message
    assert "quimzat" not in error.message
    assert len(entries) == len(rows) - 1


@pytest.mark.parametrize("header", ["", "word", "term,term", "term,colour", '"term'])
def test_a_table_needs_a_header_that_can_be_read(header: str) -> None:
    """Otherwise a column of keywords would be taken for something else."""
    with pytest.raises(BadInput, match="line 1"):
        list(rows_of_csv([header, "blorvex"]))


def test_what_is_not_in_utf8_is_told() -> None:
    """A file in UTF-16 as a whole; a few wrong bytes by their line."""
    for data in ("blorvex".encode("utf-16"), "blorvex".encode("utf-16-le")):
        with pytest.raises(BadInput, match="UTF-8"):
            list(lines_of(data))

    entries, errors = parted(rows_of_text(lines_of(b"lake\nblorv\xe9x\nboat")))
    assert [entry.id for entry in entries] == [1, 3]
    assert errors == [RowError(2, "", "not readable as UTF-8")]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"term,weight\n", b"\xef\xbb\xbfterm\n", b'{"term": "']))
def test_any_bytes_end_in_entries_or_in_errors(data: bytes, start: bytes) -> None:
    """Whatever goes in can be compiled."""
    for read in (rows_of_text, rows_of_csv, rows_of_json):
        try:
            entries, _ = parted(read(lines_of(start + data)))
        except BadInput:
            continue
        KeywordBank(entries)
