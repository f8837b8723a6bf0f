"""Read what somebody sent into the report's own classes, by its table: every wrong field with place and remedy.

Strict: nothing is turned into what it is not, nothing unknown is passed over, and every list and text has a bound. What
was sent is never repeated: a place is made of names of ours and numbers.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from tutela.core.filing.moments import is_aware
from tutela.core.filing.problems import Problem
from tutela.core.filing.report_rules import of_part
from tutela.core.filing.schema import Attribute, Element, Flags, Form, Leaf, Nested, OneOf, Overlong, Shapes, Spot
from tutela.core.filing.value_rules import of_value
from tutela.errors import BadInput

LONGEST = 100_000
"""Characters of any text: what is too long for its field, and not longer than this, goes into a file beside it."""

MOST_LISTED = 500
"""Of anything that may stand several times, unless something else is said: more tells the police nothing more."""

MOST_PROBLEMS = 50
"""Told at once: who sends rubbish is not answered by a book."""

_NAME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_KIND = "kind"


class _Absent:
    """That nothing could be read: another thing than nothing."""


ABSENT = _Absent()


def parse(sent: bytes | str) -> Any:
    """Return *sent* as JSON.

    Raises:
        tutela.errors.BadInput: It is none; a name stands twice; or it holds what is no number.
    """
    try:
        return json.loads(sent, object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError):
        remedy = "Send JSON, with every name once and numbers that are numbers."
        raise BadInput("This cannot be read as JSON.", place="body", remedy=remedy) from None


class Reading:
    """Read values by a table and collect what is wrong with them."""

    def __init__(self, shapes: Shapes, now: datetime, most: Mapping[str, int] | None = None) -> None:
        """Read by *shapes*; *most* says of some fields how often they may stand."""
        self._shapes, self._now, self._most = shapes, now, most or {}
        self.problems: list[Problem] = []

    def model(self, told: Any, shape: str, place: str = "") -> Any:
        """Return a model of *shape*, or `ABSENT` where something in it is wrong."""
        row = self._shapes[shape]
        if not isinstance(told, dict):
            return self._wrong("form", place or "body", "This is no table of fields.", "Send an object with names.")
        lines = lines_of(self._shapes, shape)
        for name in told:
            if name not in lines:
                self._unknown(name, place, lines)
        before, values = len(self.problems), {}
        for field, line in lines.items():
            here = f"{place}.{field}" if place else field
            if told.get(field) is None:
                if line.is_needed:
                    self._wrong("form", here, "This is missing.", "Send it.")
            else:
                values[field] = self.field(told[field], line, here)
        if len(self.problems) > before:
            return ABSENT
        made = row.model(**values)
        self.problems += (each for each in of_part(place, shape, made) if each.is_blocking)
        return made

    def field(self, told: Any, line: "Line", place: str) -> Any:
        """Return what a field holds: one, or all of several."""
        if isinstance(line.holds, Flags):
            return self._flags(told, line.holds, place)
        if not line.is_many:
            return self.one(told, line.holds, place)
        if not isinstance(told, list):
            return self._wrong("form", place, "This may stand several times.", "Send a list.")
        most = self._most.get(line.field, MOST_LISTED)
        if len(told) > most:
            return self._wrong("form", place, f"There are more than {most}.", f"Send the {most} that matter most.")
        if len(told) < line.least:
            return self._wrong("form", place, "There is none.", "Send at least one.")
        return tuple(self.one(each, line.holds, f"{place}.{at}") for at, each in enumerate(told))

    def one(self, told: Any, holds: Any, place: str) -> Any:
        """Return one of what a field holds."""
        if isinstance(holds, Nested):
            return self.model(told, holds.shape, place)
        if isinstance(holds, OneOf):
            return self._one_of(told, holds, place)
        return self.leaf(told, holds, place)

    def leaf(self, told: Any, leaf: Leaf, place: str) -> Any:
        """Return one value."""
        value = _READERS.get(leaf.form, _text)(told, leaf)
        if value is ABSENT:
            return self._wrong("forms", place, *_wanted(leaf))
        if isinstance(value, str) and len(value) > LONGEST:
            return self._wrong("lengths", place, f"This is longer than {LONGEST} characters.", "Send its beginning.")
        found = [each for each in of_value(Spot(place, value, leaf, is_needed=False), self._now) if each.is_blocking]
        # What is merely too long for its field is moved into a file when the report is packed.
        found = [each for each in found if each.rule != "lengths" or leaf.overlong is Overlong.REFUSED]
        self._note(found)
        return ABSENT if found else value

    def _flags(self, told: Any, flags: Flags, place: str) -> Any:
        if not isinstance(told, list):
            return self._wrong("form", place, "These are marks.", f"Send a list of {_names(flags.words)}.")
        read = [_word(each, flags.words) for each in told]
        if ABSENT in read or len(set(read)) != len(read):
            return self._wrong("forms", place, "A mark is none, or stands twice.", f"Use {_names(flags.words)}.")
        return tuple(read)

    def _one_of(self, told: Any, holds: OneOf, place: str) -> Any:
        kinds = {kind_name(model): shape for model, (_, shape) in holds.shapes.items()}
        if not isinstance(told, dict) or not isinstance(told.get(_KIND), str) or told[_KIND] not in kinds:
            return self._wrong("form", place, "Its kind is not told.", f"Send `kind`: one of {', '.join(kinds)}.")
        rest = {name: each for name, each in told.items() if name != _KIND}
        return self.model(rest, kinds[told[_KIND]], place)

    def _unknown(self, name: Any, place: str, known: Iterable[str]) -> None:
        # A name that somebody made up may be content: only what looks like one of ours is repeated.
        is_like_ours = isinstance(name, str) and _NAME.fullmatch(name) is not None
        shown = name if is_like_ours else "(a name that is not repeated here)"
        remedy = f"Leave it out, or use one of {', '.join(known)}."
        self._wrong("form", f"{place}.{shown}" if place else shown, "There is no such field.", remedy)

    def _wrong(self, rule: str, place: str, sentence: str, remedy: str) -> _Absent:
        self._note([Problem(rule, place, sentence, remedy)])
        return ABSENT

    def _note(self, found: Iterable[Problem]) -> None:
        self.problems += found


class Line:
    """One line of a shape, as it is read: element, attribute or content alike."""

    __slots__ = ("field", "holds", "is_many", "is_needed", "least")

    def __init__(self, line: Element | Attribute, model: type) -> None:
        """Take what the class of the model says of the field."""
        named = {each.name: each for each in fields(model)}
        known = named[line.field]
        self.field, self.holds = line.field, line.holds
        self.least = line.least if isinstance(line, Element) else 0
        self.is_many = isinstance(line, Element) and line.most is None
        self.is_needed = known.default is MISSING and known.default_factory is MISSING


def lines_of(shapes: Shapes, shape: str) -> dict[str, Line]:
    """Return the lines of *shape* by field, in the order of the wire; not of what is computed, as who has viewed."""
    row = shapes[shape]
    content = () if row.content is None else (row.content,)
    own = {each.name for each in fields(row.model)}
    lines = (each for each in (*row.attributes, *content, *row.elements) if each.field in own)
    return {each.field: Line(each, row.model) for each in lines}


def kind_name(model: type) -> str:
    """Return what one of several classes is called where a kind is told."""
    return words_of_kind(model.__name__)


def words_of_kind(name: str) -> str:
    """Return the name of a class as it is told: `web_page` for WebPage."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _wanted(leaf: Leaf) -> tuple[str, str]:
    if leaf.words is not None:
        return "This is none of the words that are known.", f"Use {_names(leaf.words)}."
    return _WANTED.get(leaf.form, ("This is no text.", "Send a string."))


def _names(words: type[StrEnum]) -> str:
    return ", ".join(each.name.lower() for each in words)


def _text(told: Any, _leaf: Leaf) -> Any:
    return told if type(told) is str else ABSENT


def _flag(told: Any, _leaf: Leaf) -> Any:
    return told if type(told) is bool else ABSENT


def _whole(told: Any, _leaf: Leaf) -> Any:
    return told if type(told) is int else ABSENT


def _degrees(told: Any, _leaf: Leaf) -> Any:
    return float(told) if type(told) in {int, float} and abs(told) <= 1e6 else ABSENT  # noqa: PLR2004  # no integer that no float holds


def _moment(told: Any, _leaf: Leaf) -> Any:
    try:
        read = datetime.fromisoformat(_text(told, _leaf))
        return read.astimezone(UTC) if is_aware(read) else ABSENT
    except (TypeError, ValueError, OverflowError):
        return ABSENT


def _day(told: Any, _leaf: Leaf) -> Any:
    if type(told) is not str or _DAY.fullmatch(told) is None:
        return ABSENT
    try:
        return date.fromisoformat(told)
    except ValueError:
        return ABSENT


def _word(told: Any, words: type[StrEnum] | None) -> Any:
    if type(told) is not str or words is None:
        return ABSENT
    return next((each for each in words if told in {each.name.lower(), each.value}), ABSENT)


_READERS: Mapping[Form, Callable[[Any, Leaf], Any]] = {
    Form.FLAG: _flag,
    Form.NUMBER: _whole,
    Form.DEGREES: _degrees,
    Form.MOMENT: _moment,
    Form.DAY: _day,
    Form.WORD: lambda told, leaf: _word(told, leaf.words),
}
_WANTED: Mapping[Form, tuple[str, str]] = {
    Form.FLAG: ("This is neither true nor false.", "Send true or false, or leave it out."),
    Form.NUMBER: ("This is no whole number.", "Send a whole number, without quotation marks."),
    Form.DEGREES: ("This is no number of degrees.", "Send a number, without quotation marks."),
    Form.MOMENT: ("This is no moment with its zone.", "Send it such as 2026-11-20T18:04:05Z."),
    Form.DAY: ("This is no day.", "Send it such as 2010-02-03."),
}


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name stands twice")
    return told


def _no_number(_name: str) -> Any:
    raise ValueError("no number")
