"""What happened with an account, the newest first: many kinds of things, merged into one list by pages. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import CaseId, ClauseId, DecisionId


class EntryKind(StrEnum):
    """What kind of thing happened."""

    ITEM = "item"  #: it posted something
    EVENT = "event"  #: it did something else that the platform told
    FIRE = "fire"  #: a rule fired
    CASE = "case"  #: it was laid before people
    FINDING = "finding"  #: people decided what part it had in something
    MEASURE = "measure"  #: something began to hold on it
    STATEMENT = "statement"  #: its holder may be told


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    kind: EntryKind
    id: str
    at: datetime
    what: (
        str  #: kind of the item, event or measure, name of the rule, reason of the case, the part it had, the statement
    )
    clause: ClauseId | None = None
    said: str = ""  #: the platform's own id of an item, or of whom an event was about, or what a rule said
    by: str | None = None  #: who decided; none where a machine did, or nobody
    case_id: CaseId | None = None
    decision_id: DecisionId | None = None  #: by which something holds, was found, or is told
    about: str = ""  #: to whom an event went, as the platform names them
    until: datetime | None = None  #: when it ends or ended
    is_over: bool = False  #: a case that has ended, or what was taken back


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where a page ended in one kind."""

    at_us: int
    id: str


Places = Mapping[EntryKind, EntryPlace]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """One page."""

    entries: tuple[Entry, ...]
    following: Places | None  #: where the next one begins; none at the end


def merged(found: Mapping[EntryKind, Sequence[tuple[EntryPlace, Entry]]], places: Places, limit: int) -> TimelinePage:
    """Return the newest *limit* of what was *found* of each kind, in order, behind *places*.

    Nothing is left out and nothing told twice, however the pages fall: each kind goes on where it ended.
    """
    every = [(place, entry) for entries in found.values() for place, entry in entries]
    every.sort(key=lambda each: (each[1].at, each[1].kind, each[0].at_us, each[0].id), reverse=True)
    shown = every[:limit]
    ends = {entry.kind: place for place, entry in shown}
    following = {**places, **ends} if len(every) > limit else None
    return TimelinePage(tuple(entry for _, entry in shown), following)


@dataclass(frozen=True, slots=True)
class Run:
    """The same thing some times over, as one line tells it."""

    entry: Entry  #: the newest
    count: int
    since: datetime
    about: tuple[str, ...] = ()  #: to whom they went, each once


def runs_of(entries: Sequence[Entry]) -> tuple[Run, ...]:
    """Return entries in lines: events of one kind that follow each other are told together."""
    runs: list[Run] = []
    for entry in entries:
        last = runs[-1] if runs else None
        if last and entry.kind is EntryKind.EVENT is last.entry.kind and entry.what == last.entry.what:
            runs[-1] = Run(last.entry, last.count + 1, entry.at, _with(last.about, entry))
        else:
            runs.append(Run(entry, 1, entry.at, _with((), entry)))
    return tuple(runs)


def _with(about: tuple[str, ...], entry: Entry) -> tuple[str, ...]:
    return about if not entry.about or entry.about in about else (*about, entry.about)


def said_places(places: Places) -> str:
    """Return places as one word of an address."""
    return "~".join(f"{kind}.{place.at_us}.{place.id}" for kind, place in sorted(places.items()))


def places_of(said: str) -> Places:
    """Read what `said_places` made; nothing of an empty word.

    Raises:
        ValueError: It is nothing of the kind.
    """
    found: dict[EntryKind, EntryPlace] = {}
    for part in said.split("~") if said else ():
        kind, at_us, entry_id = part.split(".")
        if not (at_us.isascii() and at_us.isdecimal() and len(at_us) < 18 and entry_id.isascii()):  # noqa: PLR2004  # 64 bits
            raise ValueError(part)
        found[EntryKind(kind)] = EntryPlace(int(at_us), entry_id)
    return found
