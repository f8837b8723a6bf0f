"""Who is on call: shifts as stretches of UTC, whoever wrote them in whatever zone; gaps and overlaps.

A shift is written down as clocks show it where its person lives and kept as two moments of UTC: what a later change of
a zone's rules means for it is for people to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from tutela.core.ids import PersonId, ShiftId
from tutela.core.units import Duration
from tutela.errors import BadInput

LONGEST_SHIFT = Duration(days=14)
LONGEST_AHEAD = Duration(days=400)
LOOK_AHEAD = Duration(days=7)
"""How far gaps are told in advance, and how far the next on the rota is looked for."""

MAX_SHIFTS = 2000
"""Shifts that have not ended."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, its end left out."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """When a person is on call."""

    id: ShiftId
    person_id: PersonId
    span: Span
    zone: str = "UTC"  #: in which it was written down, by its IANA name; told, and compared with nothing

    def covers(self, moment: datetime) -> bool:
        """Return whether the person is on call at a moment."""
        return self.span.start <= moment < self.span.end


def span_of(starts: datetime, ends: datetime, zone: tzinfo) -> Span:
    """Return a stretch that clocks in *zone* show as from *starts* to *ends*, in UTC.

    An hour that a zone has twice is on call from the first to the last: an overlap wakes two, a gap wakes nobody.

    Raises:
        tutela.errors.BadInput: Clocks there never show one of them, or the stretch is empty or too long.
    """
    span = Span(_moment(starts, zone, "starts", fold=0), _moment(ends, zone, "ends", fold=1))
    if span.end <= span.start:
        raise BadInput("a shift ends after it starts", place="ends")
    if span.end - span.start > LONGEST_SHIFT.delta:
        raise BadInput("a shift has at most 14 days", place="ends", remedy="Write several shifts.")
    return span


def _moment(local: datetime, zone: tzinfo, place: str, *, fold: int) -> datetime:
    if local.tzinfo is not None:
        raise BadInput("this is a time as clocks show it, without an offset", place=place)
    try:
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        shown = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise BadInput("this lies beyond the years 1 to 9999", place=place) from None
    if shown != local:
        remedy = "They are put forward over it: name the hour before or after."
        raise BadInput("clocks in this zone never show this time", place=place, remedy=remedy)
    return moment


def on_call(shifts: Iterable[Shift], now: datetime) -> tuple[PersonId, ...]:
    """Return who is on call, whoever has been for longest first; each once."""
    running = sorted((each for each in shifts if each.covers(now)), key=_order)
    return tuple(dict.fromkeys(each.person_id for each in running))


def following(shifts: Iterable[Shift], now: datetime) -> tuple[PersonId, ...]:
    """Return who comes on call within `LOOK_AHEAD`, the soonest first; each once, and nobody who is on call now."""
    known = list(shifts)
    until, here = now + LOOK_AHEAD.delta, set(on_call(known, now))
    coming = sorted((each for each in known if now < each.span.start < until), key=_order)
    return tuple(dict.fromkeys(each.person_id for each in coming if each.person_id not in here))


def gaps(shifts: Iterable[Shift], within: Span) -> tuple[Span, ...]:
    """Return when nobody is on call, in order."""
    return tuple(span for span, people in _stretches(shifts, within) if not people)


def overlaps(shifts: Iterable[Shift], within: Span) -> tuple[Span, ...]:
    """Return when several people are on call, in order."""
    return tuple(span for span, people in _stretches(shifts, within) if len(people) > 1)


def _stretches(shifts: Iterable[Shift], within: Span) -> Sequence[tuple[Span, frozenset[PersonId]]]:
    """Return the stretches of *within* in which none, one or several are on call, each as long as it can be."""
    known = list(shifts)
    edges = {moment for each in known for moment in (each.span.start, each.span.end)}
    cuts = sorted({within.start, within.end, *(each for each in edges if within.start < each < within.end)})
    found: list[tuple[Span, frozenset[PersonId]]] = []
    for start, end in pairwise(cuts):
        people = frozenset(each.person_id for each in known if each.covers(start))
        if found and min(len(found[-1][1]), 2) == min(len(people), 2):
            last, before = found.pop()
            found.append((Span(last.start, end), before))
        else:
            found.append((Span(start, end), people))
    return found


def ahead(now: datetime, duration: timedelta = LOOK_AHEAD.delta) -> Span:
    """Return the stretch from *now* on that is looked through for gaps."""
    return Span(now, now + duration)


def _order(shift: Shift) -> tuple[datetime, str]:
    return shift.span.start, shift.id
