"""Read lists of names and of known texts: CSV, JSON lines, and of texts paragraphs. A bad row is never repeated.

Columns of a CSV, and keys of JSON lines: of names `name`, `basis`, `ends`, and maybe `distinctive` and `category`; of
texts `text`, and maybe `ends` and `category`.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar

from tutela.core.units import Duration
from tutela.core.words.keyword_rows import RowError
from tutela.errors import BadInput

T = TypeVar("T")

MAX_NAME_CHARACTERS: Final = 200
MAX_BASIS_CHARACTERS: Final = 500
MAX_CATEGORY_CHARACTERS: Final = 64
MAX_TEXT_CHARACTERS: Final = 100_000
NAMES_KEPT: Final = Duration(days=732)
"""Two years to the end of their last day: a name is held no longer, and whoever still needs it then says so again."""

_NAMES: Final = frozenset({"name", "basis", "ends", "distinctive", "category"})
_TEXTS: Final = frozenset({"text", "ends", "category"})
_TRUTHS: Final[Mapping[str, bool]] = {
    "true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False,
}  # fmt: skip
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANK: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")

Cells: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = Iterator[tuple[int, T | RowError]]


@dataclass(frozen=True, slots=True)
class NewName:
    """A name to be looked for."""

    name: str = field(repr=False)  #: "Given Middle Family", or "Family, Given Middle"
    basis: str = field(repr=False)  #: why we may hold it
    ends_at: datetime | None
    is_distinctive: bool = False  #: one word is enough
    category: str = ""


@dataclass(frozen=True, slots=True)
class NewText:
    """A text to be looked for."""

    text: str = field(repr=False)
    ends_at: datetime | None = None
    category: str = ""


def decoded(content: bytes) -> str:
    """Return a list as text; what is no UTF-8 becomes a character that no row may hold.

    Raises:
        tutela.errors.BadInput: It is written in UTF-16.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:1024]:
        raise BadInput("a list is text in UTF-8, and this is another encoding", remedy="Save it as UTF-8.")
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def names_of_csv(text: str) -> Rows[NewName]:
    """Yield each row of a CSV with a header.

    Raises:
        tutela.errors.BadInput: The header lacks `name`, or names a column that is not known.
    """
    return _made(_csv_rows(text, "name", _NAMES), _name)


def names_of_json(text: str) -> Rows[NewName]:
    """Yield each row of JSON lines."""
    return _made(_json_rows(text, _NAMES), _name)


def texts_of_csv(text: str) -> Rows[NewText]:
    """Yield each row of a CSV with a header; a text may have several lines, in quotes.

    Raises:
        tutela.errors.BadInput: The header lacks `text`, or names a column that is not known.
    """
    return _made(_csv_rows(text, "text", _TEXTS), _text)


def texts_of_json(text: str) -> Rows[NewText]:
    """Yield each row of JSON lines."""
    return _made(_json_rows(text, _TEXTS), _text)


def texts_of_paragraphs(text: str) -> Rows[NewText]:
    """Yield each paragraph as a text; blank lines part them."""
    return _made(_paragraphs(text), _text)


def check_name(new: NewName, now: datetime) -> None:
    """Refuse a name that must not be held.

    Raises:
        tutela.errors.BadInput: It has no basis, no end, or one too far away; nothing of it is repeated.
    """
    if not 0 < len(new.name) <= MAX_NAME_CHARACTERS:
        raise BadInput(f"a name has 1 to {MAX_NAME_CHARACTERS} characters", place="name")
    if not new.basis.strip() or len(new.basis) > MAX_BASIS_CHARACTERS or not new.basis.isprintable():
        raise BadInput(f"a name is held only on a basis, told in {MAX_BASIS_CHARACTERS} characters", place="basis")
    if new.ends_at is None:
        raise BadInput("a name is held only until a day that is told", place="ends")
    if new.ends_at > now + NAMES_KEPT.delta:
        raise BadInput("a name is held for two years at most", place="ends")
    check_end(new.ends_at, now)
    check_category(new.category)


def check_text(new: NewText, now: datetime) -> None:
    """Refuse a text that cannot be kept as it is meant.

    Raises:
        tutela.errors.BadInput: It is empty or too long, or has ended; nothing of it is repeated.
    """
    if not 0 < len(new.text) <= MAX_TEXT_CHARACTERS:
        raise BadInput(f"a text has 1 to {MAX_TEXT_CHARACTERS} characters", place="text")
    check_end(new.ends_at, now)
    check_category(new.category)


def check_end(ends_at: datetime | None, now: datetime) -> None:
    """Refuse what has ended.

    Raises:
        tutela.errors.BadInput: It has, by *now*.
    """
    if ends_at is not None and ends_at <= now:
        raise BadInput("this ended before now", place="ends")


def check_category(category: str) -> None:
    """Refuse a category that could not be shown.

    Raises:
        tutela.errors.BadInput: It is too long, or no line of text.
    """
    if len(category) > MAX_CATEGORY_CHARACTERS or not category.isprintable():
        raise BadInput(f"a category is a line of {MAX_CATEGORY_CHARACTERS} characters at most", place="category")


def end_of(told: str) -> datetime:
    """Return the end that a list tells: a moment, in UTC where it says no zone; a day ends with itself.

    Raises:
        tutela.errors.BadInput: It is neither.
    """
    try:
        moment = datetime.fromisoformat(told)
        ends_at = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return ends_at + (timedelta(days=1) if _DATE.fullmatch(told) else timedelta())
    except (ValueError, OverflowError):
        raise BadInput("an end is a day as in 2027-01-31, or a moment", place="ends") from None


# ------------------------------------------------------------------------------------------------------------ one row


def _name(cells: Cells) -> NewName:
    return NewName(
        _told(cells, "name"), _told(cells, "basis"), _end(cells), _truth(cells, "distinctive"), _told(cells, "category")
    )


def _text(cells: Cells) -> NewText:
    return NewText(_told(cells, "text"), _end(cells), _told(cells, "category"))


def _told(cells: Cells, column: str) -> str:
    value = cells.get(column)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput("this must be text", place=column)
    return value.strip()


def _end(cells: Cells) -> datetime | None:
    told = _told(cells, "ends")
    return end_of(told) if told else None


def _truth(cells: Cells, column: str) -> bool:
    value = cells.get(column)
    if value is None:
        return False
    told = _TRUTHS.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(told, bool):
        raise BadInput("this must be true or false", place=column)
    return told


# ------------------------------------------------------------------------------------------------------------ all rows


def _made(rows: Rows[Cells], make: Callable[[Cells], T]) -> Rows[T]:
    for line, cells in rows:
        if isinstance(cells, RowError):
            yield line, cells
        elif any("\N{REPLACEMENT CHARACTER}" in each for each in cells.values() if isinstance(each, str)):
            yield line, RowError(line, "", "not readable as UTF-8")
        else:
            yield line, _tried(line, cells, make)


def _tried(line: int, cells: Cells, make: Callable[[Cells], T]) -> T | RowError:
    try:
        return make(cells)
    except BadInput as error:
        return RowError(line, error.place or "", error.detail)


def _csv_rows(text: str, needed: str, known: frozenset[str]) -> Rows[Cells]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = _header(reader, needed, known)
    begun = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield begun, RowError(begun, "", "not readable as CSV, perhaps with what follows: is a quote left open?")
        else:
            if len(cells) > len(header):
                yield begun, RowError(begun, "", "more cells than the header has")
            elif any(cell.strip() for cell in cells):
                yield begun, dict(zip(header, cells, strict=False))
        begun = reader.line_num + 1


def _header(reader: "Iterator[list[str]]", needed: str, known: frozenset[str]) -> list[str]:
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error:
        header = []
    if needed not in header or set(header) - known or len(set(header)) < len(header):
        raise BadInput(
            f"the first line names the columns, each once and each one that is known, and `{needed}` is one of them",
            place="line 1", remedy=f"Known are: {', '.join(sorted(known))}.",
        )  # fmt: skip
    return header


def _json_rows(text: str, known: frozenset[str]) -> Rows[Cells]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _json_row(number, line, known)


def _json_row(number: int, line: str, known: frozenset[str]) -> Cells | RowError:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return RowError(number, "", "not readable as JSON")
    if not isinstance(row, dict):
        return RowError(number, "", "not an object")
    return RowError(number, "", "a key that is not known") if set(row) - known else row


def _paragraphs(text: str) -> Rows[Cells]:
    at, line = 0, 1
    for blank in _BLANK.finditer(text + "\n\n"):
        paragraph = text[at : blank.start()]
        before = len(paragraph) - len(paragraph.lstrip("\n"))
        if paragraph.strip():
            yield line + before, {"text": paragraph}
        line += text.count("\n", at, blank.end())
        at = blank.end()
