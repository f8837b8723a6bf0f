"""What a line of the table of elements says: name on the wire, field of the model, what it holds, how often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tutela.core.filing.wire_words import Feature


class Form(StrEnum):
    """How a value is written."""

    TEXT = "text"
    URL = "url"
    EMAIL = "email"
    PHONE = "phone"
    CALLING_CODE = "calling code"
    EXTENSION = "extension"
    IP = "ip"
    STATE = "state"
    COUNTRY = "country"
    WORD = "word"
    MOMENT = "moment"
    DAY = "day"
    FLAG = "flag"
    NUMBER = "number"
    DEGREES = "degrees"


class Overlong(StrEnum):
    """What is sent in the place of a text that is too long; all of it goes into a supplemental file."""

    BEGINNING = "beginning"  #: its beginning, and where the rest is
    LEFT_OUT = "left out"  #: nothing: half an identifier or link is a wrong one
    REFUSED = "refused"  #: the report is not sent before somebody shortens it


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value."""

    form: Form = Form.TEXT
    longest: int | None = None  #: characters
    is_ours: bool = False  #: the limit is ours: the authority publishes none
    words: type[StrEnum] | None = None
    lowest: float | None = None
    highest: float | None = None
    is_past: bool = False
    may_be_blank: bool = True
    overlong: Overlong = Overlong.LEFT_OUT


@dataclass(frozen=True, slots=True)
class Flags:
    """Presence of empty elements, in any order: one for each word."""

    words: type[StrEnum]
    newer: Mapping[StrEnum, Feature]


@dataclass(frozen=True, slots=True)
class Nested:
    """Elements inside."""

    shape: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A wrapper that holds exactly one of several, by the class of the model."""

    shapes: Mapping[type, tuple[str, str]]  #: to the name of the element inside, and its shape


@dataclass(frozen=True, slots=True)
class Element:
    """One element, in its place."""

    wire: str
    field: str
    holds: Leaf | Flags | Nested | OneOf
    least: int = 0
    most: int | None = 1  #: none for any number
    needs: Feature | None = None

    @property
    def cardinality(self) -> str:
        """Return how often it may stand, in the sign of the schema."""
        return {(1, 1): "1", (0, 1): "?", (0, None): "*", (1, None): "+"}[self.least, self.most]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute."""

    wire: str
    field: str
    holds: Leaf
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What one class of the model looks like on the wire: attributes, then elements in order or one value."""

    model: type
    elements: tuple[Element, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    content: Element | None = None  #: of an element that holds a value and no elements


@dataclass(frozen=True, slots=True)
class Spot:
    """One value of a model, with its place in the model and its line of the table."""

    place: str  #: such as `suspects.0.person.emails.1.address`
    value: Any
    holds: Leaf
    is_needed: bool
    needs: Feature | None = None


Shapes = Mapping[str, Shape]


def values_of(model: Any, field: str) -> tuple[Any, ...]:
    """Return what a model has in a field: nothing, one, or several."""
    value = getattr(model, field)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def spots(model: Any, shape: str, shapes: Shapes, place: str = "") -> Iterator[Spot]:
    """Yield every value that is there, in the order of the wire. Flags are no values: they are words of their own."""
    row = shapes[shape]
    for attribute in row.attributes:
        for value in values_of(model, attribute.field):
            yield Spot(f"{place}{attribute.field}", value, attribute.holds, attribute.is_needed)
    if row.content is not None and isinstance(row.content.holds, Leaf):
        yield Spot(f"{place}{row.content.field}", getattr(model, row.content.field), row.content.holds, is_needed=True)
    for element in row.elements:
        yield from _inside(model, element, shapes, place)


def _inside(model: Any, element: Element, shapes: Shapes, place: str) -> Iterator[Spot]:
    is_many = isinstance(getattr(model, element.field), tuple)
    for at, value in enumerate(values_of(model, element.field)):
        here = f"{place}{element.field}" + (f".{at}" if is_many else "")
        if isinstance(element.holds, Leaf):
            yield Spot(here, value, element.holds, element.least > 0, element.needs)
        elif isinstance(element.holds, Nested):
            yield from spots(value, element.holds.shape, shapes, f"{here}.")
        elif isinstance(element.holds, OneOf):
            yield from spots(value, element.holds.shapes[type(value)][1], shapes, f"{here}.")
