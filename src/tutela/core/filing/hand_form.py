"""A report laid out as an authority without an interface asks for it, to be copied from: nothing of it is left out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from tutela.core.filing.characters import shown
from tutela.core.filing.moments import written, written_day
from tutela.core.filing.package import Package
from tutela.core.filing.schema import spots
from tutela.core.filing.table import SHAPES

ELSEWHERE = "What else is known"
"""Where everything stands that the form does not ask for."""

EMPTY = "not known"


@dataclass(frozen=True, slots=True)
class HandLine:
    """One thing that is asked for, and the places of a report that answer it."""

    label: str
    places: tuple[tuple[str, ...], ...]  #: each in its parts; `*` for any number


@dataclass(frozen=True, slots=True)
class HandSection:
    """Some lines under one title."""

    title: str
    lines: tuple[HandLine, ...]


@dataclass(frozen=True, slots=True)
class HandForm:
    """In which order one authority asks."""

    authority: str
    source: str
    sections: tuple[HandSection, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """One value, with its place, for whoever wants to know where it comes from."""

    place: str
    value: str


@dataclass(frozen=True, slots=True)
class FilledLine:
    """One line with everything that answers it."""

    label: str
    values: tuple[Filled, ...]


@dataclass(frozen=True, slots=True)
class FilledSection:
    """Some lines under one title."""

    title: str
    lines: tuple[FilledLine, ...]


def fill(form: HandForm, package: Package) -> tuple[FilledSection, ...]:
    """Return the report in the order of *form*. Every value stands exactly once; what is not asked for, at the end."""
    found: dict[int, list[Filled]] = defaultdict(list)
    lines = [line for section in form.sections for line in section.lines]
    for value in _values(package):
        found[_line_of(value.place, lines)].append(value)
    sections, at = [], 0
    for section in form.sections:
        filled = tuple(
            FilledLine(line.label, tuple(found[number])) for number, line in enumerate(section.lines, start=at)
        )
        sections.append(FilledSection(section.title, filled))
        at += len(section.lines)
    rest = tuple(FilledLine(each.place, (each,)) for each in found[_NO_LINE])
    return (*sections, *([FilledSection(ELSEWHERE, rest)] if rest else []))


def as_text(form: HandForm, sections: Iterable[FilledSection], *, title: str) -> str:
    """Return a filled form as plain text, also with what is not known, so that nobody looks for it in vain."""
    parts = [title, f"Order of fields: {form.source}", "Moments are in UTC."]
    for section in sections:
        parts.append(f"\n== {section.title}")
        for line in section.lines:
            values = [shown(each.value) for each in line.values] or [EMPTY]
            parts.append(f"{line.label}: {values[0]}" if len(values) == 1 else f"{line.label}:")
            parts.extend(f"  - {each}" for each in (values if len(values) > 1 else ()))
    return "\n".join(parts) + "\n"


_NO_LINE = -1


def _values(package: Package) -> Iterator[Filled]:
    for spot in spots(package.report, "report", SHAPES):
        yield Filled(spot.place, _in_words(spot.value))
    for at, file in enumerate(package.files):
        for spot in spots(file.details, "fileDetails", SHAPES, f"files.{at}."):
            if not spot.place.endswith((".report_id", ".file_id")):  # the authority's own, which has no such numbers
                yield Filled(spot.place, _in_words(spot.value))


def _line_of(place: str, lines: Iterable[HandLine]) -> int:
    """Return the number of the line that covers *place* most exactly; of equals the first."""
    parts = tuple(place.split("."))
    best, longest = _NO_LINE, 0
    for number, line in enumerate(lines):
        for pattern in line.places:
            if len(pattern) > longest and _covers(pattern, parts):
                best, longest = number, len(pattern)
    return best


def _covers(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(pattern) <= len(parts) and all(
        wanted in {part, "*"} and (wanted != "*" or part.isdigit())
        for wanted, part in zip(pattern, parts, strict=False)
    )


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, date):
        return written_day(value)
    return str(value.value) if isinstance(value, Enum) else str(value)
