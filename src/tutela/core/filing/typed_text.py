"""What somebody typed as text, as the value that a place of a report takes: by the table, and no guess beside it."""

import json
from typing import Any

from tutela.core.filing.reading import Line, lines_of
from tutela.core.filing.schema import Flags, Form, Leaf, Nested, OneOf
from tutela.core.filing.table import SHAPES

_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def read_typed(place: str, text: str) -> Any:
    """Return the value of *text* at *place*. What cannot be read is returned as it is, for the table to refuse."""
    parts = [each for each in place.split(".") if not each.isdigit()]
    if parts[:1] == ["is_urgent"]:
        return _FLAGS.get(text.lower(), text)
    shape, fields = ("fileDetails", parts[1:]) if parts[:1] == ["files"] else ("report", parts)
    line = _line_at(shape, fields)
    if text[:1] in {"{", "["}:
        return _json(text)
    if line is None:
        return text
    if isinstance(line.holds, Flags):
        return [each.strip() for each in text.split(",") if each.strip()]
    return _value(text, line.holds.form) if isinstance(line.holds, Leaf) else text


def _line_at(shape: str, fields: list[str]) -> Line | None:
    """Return the line at the end of a way through the table; of several kinds the first that has such a field."""
    if not fields:
        return None
    line = lines_of(SHAPES, shape).get(fields[0])
    if line is None or len(fields) == 1:
        return line
    inside = [line.holds.shape] if isinstance(line.holds, Nested) else []
    if isinstance(line.holds, OneOf):
        inside = [each for _, each in line.holds.shapes.values()]
    return next((found for each in inside if (found := _line_at(each, fields[1:])) is not None), None)


def _value(text: str, form: Form) -> Any:
    if form is Form.FLAG:
        return _FLAGS.get(text.lower(), text)
    if form in {Form.NUMBER, Form.DEGREES}:
        return _json(text)
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
