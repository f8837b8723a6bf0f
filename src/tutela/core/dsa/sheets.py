"""Records as files: JSON, a line each, and CSV as RFC 4180 has it, a column a field. Both come back whole."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from tutela.core.dsa.fields import BY_NAME, FIELDS, Form
from tutela.errors import BadInput


class Sheet(StrEnum):
    """A form of file."""

    JSON_LINES = "jsonl"
    CSV = "csv"


MEDIA_TYPES = {Sheet.JSON_LINES: "application/x-ndjson", Sheet.CSV: "text/csv; charset=utf-8"}
_NAMES = [field.name for field in FIELDS]
_AS_JSON = {Form.WORDS, Form.PRODUCT}


def written(records: Iterable[Mapping[str, Any]], sheet: Sheet) -> Iterator[bytes]:
    """Yield the file, a record at a time; a list stands in its cell as JSON."""
    if sheet is Sheet.JSON_LINES:
        for record in records:
            yield json.dumps(record, ensure_ascii=False).encode() + b"\n"
        return
    yield _row(_NAMES)
    for record in records:
        yield _row([_cell(record.get(name)) for name in _NAMES])


def read(data: bytes, sheet: Sheet) -> list[dict[str, Any]]:
    """Return the records of a file that `written` made.

    Raises:
        tutela.errors.BadInput: It is no such file; the place names the line.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("The file is not UTF-8.", place="file", remedy="Use the file as it was exported.") from None
    return _read_lines(text) if sheet is Sheet.JSON_LINES else _read_csv(text)


def _read_lines(text: str) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise BadInput("The line is no record.", place=f"line {number}")
        found.append(record)
    return found


def _read_csv(text: str) -> list[dict[str, Any]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise BadInput("The file is no CSV.", place="file") from None
    if not rows or rows[0] != _NAMES:
        raise BadInput("The first line must name the fields.", place="line 1")
    return [_record(row, number) for number, row in enumerate(rows[1:], start=2)]


def _record(row: list[str], number: int) -> dict[str, Any]:
    if len(row) != len(_NAMES):
        raise BadInput(f"The line has {len(row)} cells, and not {len(_NAMES)}.", place=f"line {number}")
    try:
        return {name: _value(name, cell) for name, cell in zip(_NAMES, row, strict=True) if cell}
    except (ValueError, RecursionError):
        raise BadInput("A list in the line is no JSON.", place=f"line {number}") from None


def _value(name: str, cell: str) -> Any:
    return json.loads(cell) if BY_NAME[name].form in _AS_JSON else cell


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


def _row(cells: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()
