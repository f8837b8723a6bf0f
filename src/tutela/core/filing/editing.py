"""Change a report by places, such as `incident.at` or `suspects.0.person.first_name`: typed by the table, by somebody.

What the platform told is not typed over in passing: whoever does it says so, and it is recorded. Who has viewed a file
is never typed at all, and what the channel's settings say is changed there.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import datetime
from typing import Any

from tutela.core.filing.facts_file import wrong_fields
from tutela.core.filing.package import Package
from tutela.core.filing.problems import Problem
from tutela.core.filing.provenance import Origin, Provenance, Sources, source_of
from tutela.core.filing.reading import ABSENT, Line, Reading, lines_of
from tutela.core.filing.schema import Nested, OneOf
from tutela.core.filing.table import SHAPES
from tutela.core.ids import PersonId
from tutela.errors import BadInput

MOST_CHANGES = 200
"""At once."""

URGENT = "is_urgent"
"""The place of whether somebody is in danger: it is not sent, and says how a report is treated here."""

_NUMBER = re.compile(r"[0-9]{1,5}", re.ASCII)
_NAME = re.compile(r"[a-z_]{1,40}", re.ASCII)
_KEPT = {
    "batch": ("Whether it is a batch is decided when it is drawn up.", "Withdraw it, and draw it up anew."),
    "reporter": ("Who reports comes from the channel's settings.", "Change it there; it is drawn up with them."),
    "report_id": ("The authority gives this.", "Leave it out."),
    "file_id": ("The authority gives this.", "Leave it out."),
    "is_viewed": ("Who has seen a file is computed from the log of views, and never typed.", "Look at the file."),
    "is_exif_viewed": ("Who has read this is computed from the log of views, and never typed.", "Read its metadata."),
    "views": ("Who has seen a file is computed from the log of views, and never typed.", "Look at the file."),
}


class Cleared:
    """That a place is to hold nothing."""


CLEAR = Cleared()


@dataclass(frozen=True, slots=True)
class Edited:
    """A report as it was changed."""

    package: Package
    places: tuple[str, ...]
    overridden: tuple[str, ...]  #: what the platform had told, and somebody typed over


def edited(
    package: Package, changes: Mapping[str, Any], by: PersonId, at: datetime, *, overrides: bool = False
) -> Edited:
    """Return *package* with *changes*, each from a place to a value or to `CLEAR`, in their order.

    Raises:
        tutela.errors.WrongFields: Places or values are wrong, each with what to do; nothing is changed.
        tutela.errors.BadInput: There is none, or there are too many.
    """
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise BadInput(f"From one change to {MOST_CHANGES} at once.", place="changes", remedy="Name what to change.")
    editing = _Editing(package, Provenance(Origin.TYPED, at, by), at, overrides=overrides)
    for place, value in changes.items():
        editing.change(place, value)
    if editing.problems:
        raise wrong_fields(editing.problems)
    return Edited(editing.package, tuple(changes), tuple(editing.overridden))


class _Stop(Exception):  # noqa: N818  # leaves the walk; what is wrong is noted already
    """One change cannot be made."""


class _Editing:
    """One round of changes."""

    def __init__(self, package: Package, typed: Provenance, now: datetime, *, overrides: bool) -> None:
        self.package, self._typed, self._now, self._overrides = package, typed, now, overrides
        self._sources: dict[str, Provenance] = dict(package.sources)
        self.problems: list[Problem] = []
        self.overridden: list[str] = []

    def change(self, place: str, value: Any) -> None:
        """Make one change, or note what is wrong with it."""
        parts = place.split(".")
        try:
            if not all(_NAME.fullmatch(each) or _NUMBER.fullmatch(each) for each in parts):
                raise self._wrong("changes", "This is no place.", "Name one such as incident.at or files.0.url.")
            self._refuse_kept(place, parts)
            self._top(place, parts, value)
        except _Stop:
            return
        self.package = replace(self.package, sources=dict(self._sources))

    def _top(self, place: str, parts: list[str], value: Any) -> None:
        if place == URGENT:
            if type(value) is not bool:
                raise self._wrong(place, "This is neither true nor false.", "Enter true or false.")
            self.package = replace(self.package, is_urgent=value)
        elif parts[0] == "files":
            self._file(place, parts, value)
        else:
            report = self._set(self.package.report, "report", parts, "", value)
            self.package = replace(self.package, report=report)

    def _file(self, place: str, parts: list[str], value: Any) -> None:
        files = self.package.files
        at = int(parts[1]) if len(parts) > 1 and _NUMBER.fullmatch(parts[1]) else -1
        if not 0 <= at < len(files):
            raise self._wrong(place, "There is no such file.", "Files come with the case; each has a number from 0.")
        if len(parts) == 2:  # noqa: PLR2004  # `files` and its number
            if value is not CLEAR:
                raise self._wrong(place, "A file is not typed.", "Clear it to take it out, or change what it says.")
            self._note_override(place, is_there=True)
            self.package = replace(self.package, files=(*files[:at], *files[at + 1 :]))
            self._sources = _without(self._sources, "files", at)
            return
        details = self._set(files[at].details, "fileDetails", parts[2:], f"files.{at}", value)
        changed = (*files[:at], replace(files[at], details=details), *files[at + 1 :])
        self.package = replace(self.package, files=changed)

    def _set(self, model: Any, shape: str, parts: list[str], above: str, value: Any) -> Any:
        field, lines = parts[0], lines_of(SHAPES, shape)
        here = f"{above}.{field}" if above else field
        if field not in lines:
            raise self._wrong(here, "There is no such field.", f"Use one of {', '.join(lines)}.")
        line, before = lines[field], getattr(model, field)
        if len(parts) == 1:
            if value is CLEAR and isinstance({each.name: each.default for each in fields(model)}[field], bool):
                # It says yes or no, and never nothing: what is stored without it could not be read again.
                raise self._wrong(here, "This must be there.", "Enter true or false.")
            return replace(model, **{field: self._whole(line, before, here, value)})
        if line.is_many:
            return replace(model, **{field: self._listed(line, before, parts[1:], here, value)})
        if not isinstance(line.holds, Nested):
            raise self._wrong(here, "There is nothing inside of this.", "Name the field itself.")
        inside = self._inside(before, line.holds.shape, parts[1:], here, value)
        return replace(model, **{field: inside})

    def _whole(self, line: Line, before: Any, here: str, value: Any) -> Any:
        self._note_override(here, is_there=before not in (None, ()))
        self._drop_below(here)
        self._sources[here] = self._typed
        if value is not CLEAR:
            return self._read(lambda reading: reading.field(value, line, here))
        if line.is_needed and here != "incident.at":
            raise self._wrong(here, "This must be there.", "Enter another value.")
        return () if isinstance(before, tuple) else None

    def _listed(self, line: Line, before: tuple[Any, ...], parts: list[str], here: str, value: Any) -> tuple[Any, ...]:
        at = int(parts[0]) if _NUMBER.fullmatch(parts[0]) else -1
        if not 0 <= at <= len(before):
            remedy = f"Use a number from 0 to {len(before)}; the last one adds one."
            raise self._wrong(f"{here}.{parts[0]}", "There is no such number.", remedy)
        place, is_new = f"{here}.{at}", at == len(before)
        if len(parts) == 1 and value is CLEAR:
            if is_new:
                raise self._wrong(place, "There is nothing to clear.", "Read the report again.")
            self._note_override(place, is_there=True)
            self._sources = _without(self._sources, here, at)
            return (*before[:at], *before[at + 1 :])
        if len(parts) == 1:
            self._note_override(place, is_there=not is_new)
            self._drop_below(place)
            self._sources[place] = self._typed
            made = self._read(lambda reading: reading.one(value, line.holds, place))
        else:
            shape = self._shape_of(line, None if is_new else before[at], place)
            made = self._inside(None if is_new else before[at], shape, parts[1:], place, value)
        return (*before[:at], made, *before[at + 1 :])

    def _inside(self, before: Any, shape: str, parts: list[str], here: str, value: Any) -> Any:
        if before is not None:
            return self._set(before, shape, parts, here, value)
        model = SHAPES[shape].model
        needed = [f.name for f in fields(model) if f.default is MISSING and f.default_factory is MISSING]
        if not needed:
            made = self._set(model(), shape, parts, here, value)
        elif needed == [parts[0]] and len(parts) == 1 and value is not CLEAR:
            line = lines_of(SHAPES, shape)[parts[0]]
            read = self._read(lambda reading: reading.field(value, line, f"{here}.{parts[0]}"))
            made = model(**{parts[0]: read})
        else:
            raise self._wrong(here, "It is not there yet.", f"Enter it as a whole, with {' and '.join(needed)}.")
        self._sources[here] = self._typed
        return made

    def _shape_of(self, line: Line, before: Any, place: str) -> str:
        if isinstance(line.holds, Nested):
            return line.holds.shape
        if isinstance(line.holds, OneOf) and before is not None:
            return line.holds.shapes[type(before)][1]
        raise self._wrong(place, "Its kind is not told.", "Enter it as a whole, with its `kind`.")

    def _read(self, read: Any) -> Any:
        reading = Reading(SHAPES, self._now)
        value = read(reading)
        self.problems += reading.problems
        if value is ABSENT or reading.problems:
            raise _Stop
        return value

    def _note_override(self, place: str, *, is_there: bool) -> None:
        source = source_of(place, self._sources)
        if not is_there or source is None or source.origin is not Origin.PLATFORM:
            return
        if not self._overrides:
            remedy = "Say that you type over it (`override`): that is recorded; or have the platform tell it anew."
            raise self._wrong(place, "The platform told this.", remedy)
        self.overridden.append(place)

    def _refuse_kept(self, place: str, parts: list[str]) -> None:
        is_file = parts[0] == "files" and len(parts) > 2  # noqa: PLR2004  # `files`, its number, and a field
        name = parts[2] if is_file else parts[0]
        if name in _KEPT and (is_file or name in {"batch", "reporter"}):
            raise self._wrong(place, *_KEPT[name])

    def _drop_below(self, place: str) -> None:
        below = f"{place}."
        self._sources = {each: source for each, source in self._sources.items() if not each.startswith(below)}

    def _wrong(self, place: str, sentence: str, remedy: str) -> _Stop:
        self.problems.append(Problem("form", place, sentence, remedy))
        return _Stop()


def _without(sources: Sources, of: str, at: int) -> dict[str, Provenance]:
    """Return *sources* after number *at* of a list was taken out: those behind it move up."""
    moved: dict[str, Provenance] = {}
    for place, source in sources.items():
        head, rest = place[: len(of) + 1], place[len(of) + 1 :]
        number, dot, below = rest.partition(".")
        if head != f"{of}." or not number.isdigit() or int(number) < at:
            moved[place] = source
        elif int(number) > at:
            moved[f"{of}.{int(number) - 1}{dot}{below}"] = source
    return moved
