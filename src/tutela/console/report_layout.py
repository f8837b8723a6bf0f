"""A report laid out for a page: every field in the authority's order, with where it comes from, and what is not there.

Made by the same table as the document that is sent, so that a page shows nothing that is not sent, and hides nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from tutela.core.filing.package import Package
from tutela.core.filing.provenance import Provenance, Sources, source_of
from tutela.core.filing.reading import Line, kind_name, lines_of
from tutela.core.filing.schema import Flags, Nested, OneOf, values_of
from tutela.core.filing.table import SHAPES

CLOSED = frozenset({"batch", "reporter"})
"""Parts of a report that nobody types: what a batch is, and what the channel's settings say."""

THEIRS = frozenset({"report_id", "file_id"})
"""Fields of a file that the authority gives."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value that is there."""

    place: str  #: such as `suspects.0.screen_name`
    name: str  #: of the field
    value: str
    source: Provenance | None
    is_open: bool  #: whether it may be typed


@dataclass(frozen=True, slots=True)
class Addable:
    """What is not there, or of which there may be more."""

    place: str
    name: str
    is_needed: bool
    is_more: bool  #: some of it is there already


@dataclass(frozen=True, slots=True)
class Part:
    """Some fields that belong together."""

    place: str
    name: str  #: of the field that holds it
    number: int  #: from 1, where there are several; 0 where there is one
    kind: str  #: of one of several classes, such as `web_page`; otherwise empty
    source: Provenance | None
    fields: tuple["Field | Part", ...]
    addable: tuple[Addable, ...]
    is_open: bool  #: whether it may be taken out


def laid_out(package: Package, *, is_open: bool) -> Part:
    """Return the whole report; *is_open* says whether anything of it may still be typed."""
    return _Layout(package.sources, is_open=is_open).part(package.report, "report", "")


def laid_out_files(package: Package, *, is_open: bool) -> tuple[Part, ...]:
    """Return each of its files."""
    layout = _Layout(package.sources, is_open=is_open)
    return tuple(
        layout.part(each.details, "fileDetails", f"files.{at}", "files", at + 1)
        for at, each in enumerate(package.files)
    )


class _Layout:
    def __init__(self, sources: Sources, *, is_open: bool) -> None:
        self._sources, self._is_open = sources, is_open

    def part(self, model: Any, shape: str, place: str, name: str = "", number: int = 0, kind: str = "") -> Part:
        is_open = self._may_type(place)
        fields: list[Field | Part] = []
        addable: list[Addable] = []
        for field, line in lines_of(SHAPES, shape).items():
            here = f"{place}.{field}" if place else field
            found = list(self._of_field(model, field, line, here))
            fields += found
            if self._may_type(here) and (not found or line.is_many):
                at = f"{here}.{len(found)}" if line.is_many else here
                addable.append(Addable(at, field, line.is_needed, bool(found)))
        return Part(
            place, name, number, kind, source_of(place, self._sources), tuple(fields), tuple(addable),
            is_open and bool(place) and place != "incident",
        )  # fmt: skip

    def _of_field(self, model: Any, field: str, line: Line, here: str) -> Iterator[Field | Part]:
        values = values_of(model, field)
        if isinstance(line.holds, Flags):
            if values:
                yield self._field(here, field, ", ".join(each.value for each in values))
            return
        for at, value in enumerate(values):
            place = f"{here}.{at}" if line.is_many else here
            number = at + 1 if line.is_many and len(values) > 1 else 0
            if isinstance(line.holds, Nested):
                yield self.part(value, line.holds.shape, place, field, number)
            elif isinstance(line.holds, OneOf):
                yield self.part(value, line.holds.shapes[type(value)][1], place, field, number, kind_name(type(value)))
            elif value != "" or field not in THEIRS:
                yield self._field(place, field, in_words(value))

    def _field(self, place: str, name: str, value: str) -> Field:
        return Field(place, name, value, source_of(place, self._sources), self._may_type(place))

    def _may_type(self, place: str) -> bool:
        parts = place.split(".")
        return self._is_open and parts[0] not in CLOSED and not (parts[0] == "files" and parts[-1] in THEIRS)


def in_words(value: Any) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else str(value)
