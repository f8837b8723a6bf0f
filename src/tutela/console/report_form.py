"""The form for one place of a report: which inputs it takes by the table of elements, and what somebody typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tutela.console.moments import field_of, moment_of
from tutela.console.visits import Visit
from tutela.core.filing.package import Package
from tutela.core.filing.reading import Line, kind_name, lines_of
from tutela.core.filing.schema import Flags, Form, Leaf, Nested, OneOf
from tutela.core.filing.table import SHAPES
from tutela.errors import BadInput

SHORT_LONGEST = 255
"""Characters up to which a text is typed in one line."""

_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a form."""

    name: str  #: in the form; `value` where the place itself is typed
    field: str  #: of the model, for its label
    leaf: Leaf | Flags
    is_many: bool
    is_needed: bool
    now: Any = None  #: what is there

    @property
    def kind(self) -> str:
        """Return how it is typed: `flags`, `lines`, `words`, `flag`, `moment`, `day`, `number`, `long` or `short`."""
        if isinstance(self.leaf, Flags):
            return "flags"
        if self.is_many:
            return "lines"
        plain = {Form.WORD: "words", Form.FLAG: "flag", Form.MOMENT: "moment", Form.DAY: "day", Form.NUMBER: "number"}
        if self.leaf.form in plain:
            return plain[self.leaf.form]
        return "long" if self.leaf.form is Form.TEXT and (self.leaf.longest or 0) > SHORT_LONGEST + 1 else "short"

    @property
    def longest(self) -> int | None:
        """Return how many characters it takes; none where what is too long goes into a file beside the report."""
        return None if isinstance(self.leaf, Flags) else self.leaf.longest

    @property
    def words(self) -> type[StrEnum]:
        """Return what can be chosen."""
        if self.leaf.words is None:
            raise ValueError("nothing is chosen here")
        return self.leaf.words

    def shown(self) -> Any:
        """Return what is there as the form holds it."""
        if self.now is None:
            return [] if self.kind == "flags" else ""
        if self.kind == "flags":
            return [each.value for each in self.now]
        if self.kind == "lines":
            return "\n".join(str(each) for each in self.now)
        if self.kind == "moment":
            return field_of(self.now)
        if self.kind == "flag":
            return "yes" if self.now else "no"
        return str(getattr(self.now, "value", self.now))


@dataclass(frozen=True, slots=True)
class PlaceForm:
    """What is typed at one place."""

    place: str
    name: str  #: of the field
    inputs: tuple[Input, ...]
    is_whole: bool  #: several fields at once, of something that is not there yet
    is_there: bool
    kinds: tuple[str, ...] = ()  #: where the kind must be chosen first
    kind: str = ""
    later: tuple[str, ...] = ()  #: fields that are added afterwards, because there is more inside
    may_clear: bool = True

    @property
    def above(self) -> tuple[str, ...]:
        """Return the fields in which it stands, from the outside in."""
        named = [each for each in self.place.split(".") if not each.isdigit()]
        return tuple(named[:-1])


def form_at(package: Package, place: str, kind: str = "") -> PlaceForm:
    """Return the form for *place*.

    Raises:
        tutela.errors.BadInput: There is no such place.
    """
    parts = place.split(".")
    model, shape = package.report, "report"
    if parts[0] == "files":
        at = _number(parts[1] if len(parts) > 1 else "", len(package.files) - 1)
        model, shape, parts = package.files[at].details, "fileDetails", parts[2:]  # type: ignore[assignment]  # both are models of a shape
    return _form(model, shape, parts, place, kind)


def typed(visit: Visit, form: PlaceForm) -> Any:
    """Return what was typed, as the flow takes it.

    Raises:
        tutela.errors.BadInput: A number or a time is none, or nothing was typed.
    """
    if not form.is_whole:
        value = _read(visit, form.inputs[0], form.place)
        if value is None:
            remedy = "Enter something, or take it out by its own button."
            raise BadInput("nothing was entered", place=form.place, remedy=remedy)
        return value
    read = {each.field: _read(visit, each, f"{form.place}.{each.field}") for each in form.inputs}
    told = {name: value for name, value in read.items() if value not in (None, [])}
    if not told:
        raise BadInput("nothing was entered", place=form.place, remedy="Enter at least one of them.")
    return {**told, "kind": form.kind} if form.kind else told


def said_in(visit: Visit, form: PlaceForm) -> Mapping[str, Any]:
    """Return what each input shows: what was sent where it was not taken, else what is there."""
    if visit.error is None or visit.request.method != "POST":
        return {each.name: each.shown() for each in form.inputs}
    return {
        each.name: visit.form.get(each.name, []) if each.kind == "flags" else visit.said(each.name)
        for each in form.inputs
    }


def _form(model: Any, shape: str, parts: list[str], place: str, kind: str) -> PlaceForm:
    lines = lines_of(SHAPES, shape)
    if not parts or parts[0] not in lines:
        raise _no_place()
    line, value = lines[parts[0]], None if model is None else getattr(model, parts[0])
    rest = parts[1:]
    if line.is_many and not isinstance(line.holds, Flags):
        at = _number(rest[0] if rest else "", len(value or ()))
        value, rest = (value[at] if value and at < len(value) else None), rest[1:]
    if not rest:
        return _here(line, value, place, kind)
    if isinstance(line.holds, Nested):
        return _form(value, line.holds.shape, rest, place, kind)
    if isinstance(line.holds, OneOf) and value is not None:
        return _form(value, line.holds.shapes[type(value)][1], rest, place, kind)
    raise _no_place()


def _here(line: Line, value: Any, place: str, kind: str) -> PlaceForm:
    if isinstance(line.holds, Leaf | Flags):
        one = Input("value", line.field, line.holds, is_many=False, is_needed=True, now=value)
        is_there, may_clear = value not in (None, ()), line.is_many or not line.is_needed or line.field == "at"
        return PlaceForm(place, line.field, (one,), is_whole=False, is_there=is_there, may_clear=may_clear)
    if isinstance(line.holds, OneOf):
        kinds = {kind_name(model): shape for model, (_, shape) in line.holds.shapes.items()}
        if kind not in kinds:
            return PlaceForm(place, line.field, (), is_whole=True, is_there=value is not None, kinds=tuple(kinds))
        return _whole(kinds[kind], line.field, place, kind, is_there=value is not None)
    return _whole(line.holds.shape, line.field, place, "", is_there=value is not None)


def _whole(shape: str, name: str, place: str, kind: str, *, is_there: bool) -> PlaceForm:
    inputs, later = [], []
    for each, line in lines_of(SHAPES, shape).items():
        if isinstance(line.holds, Leaf | Flags):
            inputs.append(Input(f"field.{each}", each, line.holds, line.is_many, line.is_needed))
        else:
            later.append(each)
    return PlaceForm(place, name, tuple(inputs), is_whole=True, is_there=is_there, kind=kind, later=tuple(later))


def _read(visit: Visit, each: Input, place: str) -> Any:
    if each.kind == "flags":
        return visit.form.get(each.name, [])
    said = visit.said(each.name).replace("\r\n", "\n")
    if not said.strip():
        return None
    if each.kind == "lines":
        return [_value(line.strip(), each, place) for line in said.split("\n") if line.strip()]
    return _value(said if each.kind == "long" else said.strip(), each, place)


def _value(said: str, each: Input, place: str) -> Any:
    form = each.leaf.form if isinstance(each.leaf, Leaf) else Form.TEXT
    if form is Form.FLAG:
        return _YES_NO.get(said, said)
    if form is Form.MOMENT:
        return moment_of(said, place).isoformat()
    if form in {Form.NUMBER, Form.DEGREES}:
        return _number_typed(said, place, is_whole=form is Form.NUMBER)
    return said


def _number_typed(said: str, place: str, *, is_whole: bool) -> int | float:
    digits = said.lstrip("-").replace(".", "", 0 if is_whole else 1)
    if not (digits.isascii() and digits.isdecimal()) or len(said) > 20:  # noqa: PLR2004  # more than any number here has
        raise BadInput("this is no number", place=place, remedy="Enter digits alone.")
    return int(said) if is_whole else float(said)


def _number(said: str, most: int) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 6 and int(said) <= most):  # noqa: PLR2004  # places have five digits at most
        raise _no_place()
    return int(said)


def _no_place() -> BadInput:
    return BadInput("there is no such place in this report", place="place", remedy="Open it from the report.")
