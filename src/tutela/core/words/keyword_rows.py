"""Read lists of keywords: a phrase a line, CSV, or JSON lines. A bad row is named by line and column, never repeated.

Columns of a CSV, and keys of JSON lines: `term` (several by `;`, or as a list), and maybe `id`, `type`, `language`,
`category`, `weight`, `within_words`, `whole_word`, `common`, `context`, `not_context` (terms too), `context_words`.
"""

import csv
import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any, Final

from tutela.core.words.keywords import MAX_WEIGHT, Context, Keyword, KeywordKind, check
from tutela.errors import BadInput

MAX_LINE_CHARACTERS: Final = 16 * 1024
_COLUMNS: Final = frozenset({
    "id", "term", "type", "language", "category", "weight", "within_words", "whole_word", "common", "context",
    "not_context", "context_words",
})  # fmt: skip
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0", ""})


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that could not be used. Never holds the row itself: lists of keywords are confidential."""

    line: int
    column: str  #: empty where the row as a whole is meant
    message: str


Row = tuple[int, Keyword | RowError]


def lines_of(data: bytes) -> Iterator[str]:
    """Yield the lines of a file without their ends; bytes that are no UTF-8 become a character that no row may hold.

    Raises:
        tutela.errors.BadInput: The file says that it is UTF-16, or holds zero bytes as such a file does.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in data[:1024]:
        raise BadInput("a list is text in UTF-8, and this is another encoding", remedy="Save it as UTF-8.")
    for line in data.removeprefix(BOM_UTF8).split(b"\n"):
        yield line[: 4 * MAX_LINE_CHARACTERS + 4].decode("utf-8", "replace").removesuffix("\r")


def rows_of_text(lines: Iterable[str]) -> Iterator[Row]:
    """Yield each line as a phrase; what follows a `#` at its beginning is a remark."""
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, _read(number, line, _of_phrase)


def rows_of_csv(lines: Iterable[str]) -> Iterator[Row]:
    """Yield each row of a CSV with a header. A row is one line: a quote that is left open spoils no other row.

    Raises:
        tutela.errors.BadInput: The header lacks `term`, or names a column that is not known.
    """
    numbered = enumerate(lines, start=1)
    header = _header(next(numbered, (1, ""))[1])
    for number, line in numbered:
        if line.strip():
            yield number, _read(number, line, partial(_of_csv, header))


def rows_of_json(lines: Iterable[str]) -> Iterator[Row]:
    """Yield each row of JSON lines: objects with the keys that a CSV has as columns."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _read(number, line, _of_json)


# ------------------------------------------------------------------------------------------------------------ one row


def _cells(line: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except (csv.Error, StopIteration):
        raise BadInput("not readable as CSV") from None


def _header(line: str) -> list[str]:
    try:
        header = [name.lower() for name in _cells(line[:MAX_LINE_CHARACTERS])]
    except BadInput:
        header = []
    if "term" not in header or set(header) - _COLUMNS or len(set(header)) < len(header):
        raise BadInput(
            "the first line names the columns, each once and each one that is known, and `term` is one of them",
            place="line 1",
            remedy=f"Known are: {', '.join(sorted(_COLUMNS))}.",
        )
    return header


def _read(line: int, text: str, parse: Callable[[str], dict[str, Any]]) -> Keyword | RowError:
    if len(text) > MAX_LINE_CHARACTERS:
        return RowError(line, "", f"a row has {MAX_LINE_CHARACTERS} characters at most")
    if "\N{REPLACEMENT CHARACTER}" in text:
        return RowError(line, "", "not readable as UTF-8")
    try:
        entry = _entry(line, parse(text))
        check(entry)
    except BadInput as error:
        return RowError(line, error.place or "", error.detail)
    return entry


def _of_phrase(line: str) -> dict[str, Any]:
    return {"term": [line.strip()]}


def _of_csv(header: Sequence[str], line: str) -> dict[str, Any]:
    """Return the values of cells that are not empty; a pattern is one term, whatever is in it."""
    cells = _cells(line)
    if len(cells) > len(header):
        raise BadInput("more cells than the header has")
    row = dict(zip(header, cells, strict=False))
    values: dict[str, Any] = {name: cell for name, cell in row.items() if cell}
    for name in ("term", "context", "not_context"):
        if name in values:
            is_one = name == "term" and row.get("type", "").lower() == KeywordKind.PATTERN
            values[name] = [values[name]] if is_one else _parted(values[name])
    for name, make in (("weight", float), ("within_words", int), ("context_words", int)):
        if name in values:
            values[name] = _number(name, values[name], make)
    for name in ("whole_word", "common"):
        if name in values:
            values[name] = _truth(name, values[name])
    return values


def _parted(cell: str) -> list[str]:
    return [term.strip() for term in cell.split(";") if term.strip()]


def _number(name: str, cell: str, make: Callable[[str], float]) -> float:
    try:
        return make(cell)
    except ValueError:
        raise BadInput("this must be a number", place=name) from None


def _truth(name: str, cell: str) -> bool:
    if cell.lower() not in _TRUE | _FALSE:
        raise BadInput("this must be true or false", place=name)
    return cell.lower() in _TRUE


def _of_json(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput("not readable as JSON") from None
    if not isinstance(row, dict):
        raise BadInput("not an object")
    if set(row) - _COLUMNS:
        raise BadInput("a key that is not known")
    return {
        name: [value] if name in {"term", "context", "not_context"} and isinstance(value, str) else value
        for name, value in row.items()
        if value is not None
    }


_SHAPES: Final[dict[str, tuple[type, ...]]] = {
    "id": (str, int), "term": (list,), "type": (str,), "language": (str,), "category": (str,), "weight": (int, float),
    "within_words": (int,), "whole_word": (bool,), "common": (bool,), "context": (list,), "not_context": (list,),
    "context_words": (int,),
}  # fmt: skip


def _entry(line: int, values: Mapping[str, Any]) -> Keyword:
    for name, value in values.items():
        is_fit = type(value) in _SHAPES[name]  # and so no truth where a number is meant
        if not is_fit or (isinstance(value, list) and not all(isinstance(term, str) for term in value)):
            raise BadInput("this is not of the kind that it must be", place=name)
    try:
        kind = KeywordKind(values.get("type", "phrase").lower())
    except ValueError:
        raise BadInput(f"a type is one of {', '.join(KeywordKind)}", place="type") from None
    weight = values.get("weight", 1.0)
    words = values.get("context_words", 10)
    contexts = [(values.get("context"), False), (values.get("not_context"), True)]
    return Keyword(
        id=values.get("id", line),
        terms=tuple(values.get("term", ())),
        kind=kind,
        within_words=values.get("within_words", 10),
        language=values.get("language"),
        is_whole_word=values.get("whole_word", True),
        is_common=values.get("common", False),
        contexts=tuple(Context(tuple(terms), words, is_refused=refused) for terms, refused in contexts if terms),
        category=values.get("category", ""),
        weight=float(weight) if weight <= MAX_WEIGHT else inf,  # a number that no float holds is refused by its size
    )
