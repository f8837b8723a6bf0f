"""What must hold of a set of files before it is published: names, headers, types, and that every total is its sum."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tutela.core.dsa.words import Category
from tutela.core.transparency import forms
from tutela.core.transparency.categories import NOT_SPECIFIED_ORDER, TOTAL
from tutela.core.transparency.forms import FORMS, Cell, Column, Form

_CATEGORIES = frozenset({*(each.value for each in Category), NOT_SPECIFIED_ORDER})


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong, and where: the line counts from the header, which is 1."""

    file: str
    line: int
    sentence: str


def flaws(files: Mapping[str, bytes]) -> tuple[Flaw, ...]:
    """Return everything that is wrong with *files*; nothing where they may be published."""
    return tuple(_flaws(files))


def _flaws(files: Mapping[str, bytes]) -> Iterator[Flaw]:
    names = tuple(form.file for form in FORMS)
    yield from (Flaw(each, 0, "it is missing") for each in names if each not in files)
    yield from (Flaw(each, 0, "no file of a report is called so") for each in files if each not in names)
    for form in FORMS:
        if form.file in files:
            yield from _of_file(form, files[form.file])


def _of_file(form: Form, content: bytes) -> Iterator[Flaw]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield Flaw(form.file, 0, "it is no UTF-8")
        return
    if not _has_crlf(text):
        yield Flaw(form.file, 0, "a line ends otherwise than by CRLF")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if not rows or tuple(rows[0]) != form.headers:
        yield Flaw(form.file, 1, "the header is another one")
        return
    is_sound = True
    for line, row in enumerate(rows[1:], 2):
        for sentence in _of_row(form, row):
            is_sound = False
            yield Flaw(form.file, line, sentence)
    if is_sound:
        yield from _TOTALS.get(form.file, _none)(form, rows[1:])


def _has_crlf(text: str) -> bool:
    """Return whether every line break outside a quoted field is one of RFC 4180."""
    is_quoted = False
    for at, letter in enumerate(text):
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == "\n" and not is_quoted and text[at - 1] != "\r":
            return False
    return True


def _of_row(form: Form, row: Sequence[str]) -> Iterator[str]:
    if len(row) != len(form.columns):
        yield f"it has {len(row)} columns and not {len(form.columns)}"
        return
    for column, value in zip(form.columns, row, strict=True):
        if not _fits(column, value):
            yield f"{column.header}: not a {column.cell.value}" if value else f"{column.header} is empty"


def _fits(column: Column, value: str) -> bool:
    if not value:
        return not column.is_needed
    if column.cell is Cell.WHOLE:
        return value.isascii() and value.isdecimal()
    if column.cell is Cell.NUMBER:
        whole, _, rest = value.partition(".")
        return whole.isascii() and whole.isdecimal() and (not rest or rest.isdecimal())
    if column.cell is Cell.DATE:
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
    return True


def _none(_form: Form, _rows: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    yield from ()


def _whole_columns(form: Form) -> list[int]:
    return [at for at, column in enumerate(form.columns) if column.cell is Cell.WHOLE]


def _number(value: str) -> int:
    return int(value) if value else 0


def _by_category(form: Form, rows: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    """Yield where TOTAL is not the sum of the categories, or a category not that of its keywords."""
    at_category = 3
    total = next((row for row in rows if row[at_category] == TOTAL), None)
    if total is None:
        yield Flaw(form.file, 0, "there is no total")
        return
    for at in _whole_columns(form):
        header = form.columns[at].header
        if _number(total[at]) != sum(_number(row[at]) for row in rows if row[at_category] in _CATEGORIES):
            yield Flaw(form.file, 2, f"{header}: the total is not the sum of its categories")
        yield from _by_keyword(form, rows, at, at_category)


def _by_keyword(form: Form, rows: Sequence[Sequence[str]], at: int, at_category: int) -> Iterator[Flaw]:
    open_line, expected, found, has_keywords = 0, 0, 0, False
    for line, row in enumerate([*rows, [TOTAL] * len(form.columns)], 2):
        if row[at_category] in _CATEGORIES or row[at_category] == TOTAL:
            if has_keywords and expected != found:
                yield Flaw(form.file, open_line, f"{form.columns[at].header}: not the sum of its keywords")
            open_line, found, has_keywords = line, 0, False
            expected = _number(row[at]) if row[at_category] in _CATEGORIES else 0
        elif row[at]:
            found, has_keywords = found + _number(row[at]), True


def _measures(form: Form, rows: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    """Yield where measures are not the sum of their restrictions, or fewer than those that a machine noticed."""
    yield from _by_category(form, rows)
    whole = _whole_columns(form)
    for line, row in enumerate(rows, 2):
        total, detected, *rest = (_number(row[at]) for at in whole)
        if total != sum(rest):
            yield Flaw(form.file, line, "the measures are not the sum of their restrictions")
        if detected > total:
            yield Flaw(form.file, line, "more were detected by machines than there are")


def _orders(form: Form, rows: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    """Yield where a total is not the sum of its categories in any scope, or of the Member States."""
    at_scope = 5
    scopes = dict.fromkeys(row[at_scope] for row in rows)
    for scope in scopes:
        yield from _by_category(form, [row for row in rows if row[at_scope] == scope])
    for line, row in enumerate(rows, 2):
        if row[at_scope] != TOTAL or not row[_whole_columns(form)[0]]:
            continue
        for at in _whole_columns(form):
            parts = sum(_number(other[at]) for other in rows if other[3] == row[3] and other[at_scope] != TOTAL)
            if _number(row[at]) != parts:
                yield Flaw(form.file, line, f"{form.columns[at].header}: not the sum of the Member States")


def _notices(form: Form, rows: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    """Yield where more come from trusted flaggers than there are."""
    yield from _by_category(form, rows)
    whole = _whole_columns(form)
    for line, row in enumerate(rows, 2):
        values = [_number(row[at]) for at in whole]
        if any(part > total for total, part in zip(values[::2], values[1::2], strict=True)):
            yield Flaw(form.file, line, "more come from trusted flaggers than there are")


def _appeals(form: Form, rows: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    """Yield where more complaints were decided than were made."""
    totals = {row[4]: _number(row[6]) for row in rows if row[5] == "Total number"}
    for indicator, total in totals.items():
        decided = sum(
            _number(row[6]) for row in rows if row[4] == indicator and row[5].startswith("Decision") and row[6]
        )
        if decided > total:
            yield Flaw(form.file, 0, f"{indicator}: more were decided than there are")


_TOTALS = {
    forms.ORDERS.file: _orders,
    forms.NOTICES.file: _notices,
    forms.OWN_ILLEGAL.file: _measures,
    forms.OWN_TERMS.file: _measures,
    forms.APPEALS.file: _appeals,
}
