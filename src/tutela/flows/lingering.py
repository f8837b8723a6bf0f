"""Tell what lingers: what a decision ended, and what goes on as it was until nobody can take that decision back.

It hides until then (decision 0022). Nothing that outlives it is made of it: what was posted before is not decided again
because of it, and a copy that comes meanwhile is held for a person, and does no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from tutela.core.clearances import Cleared
from tutela.core.ids import DecisionId, MeasureId, MediaId
from tutela.core.measures import Measure, MeasureKind, Standing, Subject, SubjectKind
from tutela.ports.store import Reader

_HIDES = frozenset({MeasureKind.HOLD, MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})
_SEALS = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})

Standings = Mapping[Subject, Standing]


def lingering_among(reader: Reader, measures: Iterable[Measure], now: datetime) -> frozenset[MeasureId]:
    """Return which of *measures* linger at *now*. Asks nothing where no measure has an end."""
    passing = [each for each in measures if each.ends_at is not None and not each.is_automated and each.holds_at(now)]
    untils = reader.held_untils({each.decision_id for each in passing}, now) if passing else {}
    return frozenset(each.id for each in passing if lingers(each.decision_id, each.ends_at, untils))


def lingers(decision_id: DecisionId | None, ends_at: datetime | None, untils: Mapping[DecisionId, datetime]) -> bool:
    """Return whether what a decision granted goes on no longer than that decision may be taken back.

    *untils* tells until when each may be, as `Reader.held_untils` gives it.
    """
    until = None if decision_id is None else untils.get(decision_id)
    return until is not None and ends_at is not None and ends_at <= until


def known_before(standings: Iterable[Standing], cleared: Cleared) -> frozenset[MeasureId]:
    """Return what a machine put on media that people have cleared since.

    It says nothing that they did not know: it holds until its own decision ends, and nothing new rests on it.
    """
    return frozenset(
        measure.id
        for standing in standings
        for measure in standing.measures
        if measure.is_automated and measure.kind in _HIDES and _was_known(measure, cleared)
    )


def held_for_a_person(reader: Reader, standings: Standings, now: datetime) -> dict[Subject, Standing]:
    """Return *standings* as a new item is decided by: media whose seal lingers is held, as before, and not sealed."""
    lingering = lingering_among(reader, (each for standing in standings.values() for each in standing.measures), now)
    if not lingering:
        return dict(standings)

    def held(measure: Measure) -> Measure:
        is_seal = measure.id in lingering and measure.kind in _SEALS and measure.subject.kind is SubjectKind.MEDIA
        return replace(measure, kind=MeasureKind.HOLD, near_bits=None) if is_seal else measure

    return {
        subject: replace(standing, measures=tuple(map(held, standing.measures)))
        for subject, standing in standings.items()
    }


def _was_known(measure: Measure, cleared: Cleared) -> bool:
    if measure.subject.kind is not SubjectKind.MEDIA:
        return False
    at = cleared.at.get((MediaId(measure.subject.id), measure.clause_id))
    return at is not None and measure.starts_at <= at
