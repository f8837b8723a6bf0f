"""Read the rows of a list: CSV or JSON lines; a bad row is named by its line, and never repeated."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tutela.core.banks import SignalType
from tutela.core.opinions import Opinion
from tutela.errors import BadInput
from tutela.flows.keep_banks import NewMember, parse_value

MAX_LINE_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that could not be used. Never holds the row itself: it may be a confidential signal."""

    line: int
    message: str


Row = tuple[int, "NewMember | RowError"]


def rows_of_csv(lines: Iterable[str]) -> Iterator[Row]:
    """Yield each row of a CSV with a header: `type,value`, and maybe `classification,tags,opinion` (tags by `;`)."""
    reader = csv.reader(_bounded(lines))
    header = [name.strip().lower() for name in next(reader, [])]
    if not {"type", "value"} <= set(header):
        raise BadInput(
            "the first line must name the columns type and value", place="line 1", remedy="As in: type,value"
        )
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, RowError(reader.line_num, "not readable as CSV")
            continue
        if cells:
            pairs = dict(zip(header, cells, strict=False))
            yield reader.line_num, _member(reader.line_num, {**pairs, "tags": _tags(pairs.get("tags", ""))})


def rows_of_json(lines: Iterable[str]) -> Iterator[Row]:
    """Yield each row of JSON lines: objects with `type`, `value`, and maybe `classification`, `tags`, `opinion`."""
    for number, line in enumerate(_bounded(lines), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield number, RowError(number, "not readable as JSON")
            continue
        yield number, _member(number, row) if isinstance(row, dict) else RowError(number, "not an object")


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        # A line beyond the bound is cut, so that it fails as one row instead of filling memory.
        yield line[:MAX_LINE_CHARACTERS]


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(";") if tag.strip()]


def _member(line: int, row: Mapping[str, Any]) -> NewMember | RowError:
    try:
        signal_type = SignalType(str(row.get("type", "")).strip().lower())
    except ValueError:
        return RowError(line, f"type must be one of {', '.join(SignalType)}")
    value, classification, tags = row.get("value"), row.get("classification"), row.get("tags") or []
    if not isinstance(value, str) or not isinstance(classification, str | None) or not isinstance(tags, list):
        return RowError(line, "value and classification must be text, tags a list")
    try:
        parsed = parse_value(signal_type, value.strip(" \t"))
    except BadInput as error:
        return RowError(line, str(error))
    try:
        said = str(row.get("opinion") or "").strip().lower()
        opinion = Opinion(said) if said else None
    except ValueError:
        return RowError(line, f"opinion must be one of {', '.join(Opinion)}, or empty")
    return NewMember(signal_type, parsed, classification or None, tuple(str(tag) for tag in tags), opinion)
