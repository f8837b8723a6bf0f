"""P2, P3, P6, P8 and P11 of an appeal that is decided. Said again here: a mistake there must not excuse itself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tutela.core.appeals.appeal import Appeal
from tutela.core.appeals.states import Outcome
from tutela.core.charter.breach import Breach
from tutela.core.ids import ClauseId
from tutela.core.measures import Measure, MeasureKind, SubjectKind
from tutela.core.policy import ZERO_TOLERANCE_IDS

_OUT = frozenset({MeasureKind.SUSPEND, MeasureKind.LOCK_PENDING_DECISION})
_EARNS = frozenset({MeasureKind.EXCLUDE, MeasureKind.NO_ADS, MeasureKind.NO_PAYOUT})
_ABSENT = frozenset({MeasureKind.HOLD, MeasureKind.REMOVE, MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})


@dataclass(frozen=True, slots=True)
class AppealDecided:
    """An appeal with what deciding it would do."""

    appeal: Appeal  #: as it is afterwards
    clause_id: ClauseId | None
    reason: str  #: the code that whoever decided gave
    people: tuple[str, ...]  #: who came to it
    services: frozenset[str]  #: of these, keys of services
    involved: Collection[str]  #: who had a part in what is appealed
    takes_two: bool
    ends: tuple[Measure, ...] = ()
    stays: tuple[Measure, ...] = ()  #: of the same decision
    is_single_operator: bool = False


def of_appeal(decided: AppealDecided) -> tuple[Breach, ...]:
    """Return how deciding an appeal so would break a promise."""
    return (*_by_whom(decided), *_what_ends(decided), *_why(decided))


def of_pending(ends: Collection[Measure], appeal: Appeal) -> tuple[Breach, ...]:
    """Return what would end though an appeal is only pending: what is not promoted stays so until it is decided."""
    if not appeal.is_open:
        return ()
    return tuple(Breach("P6", m.id, "a measure would end while an appeal against it is pending") for m in ends)


def _by_whom(decided: AppealDecided) -> Iterator[Breach]:
    appeal, people = decided.appeal, decided.people
    if not people or decided.services:
        yield Breach("P11", appeal.id, "an appeal would be decided by no person")
    if not decided.is_single_operator and any(each in decided.involved for each in people):
        yield Breach("P3", appeal.id, "an appeal would be decided by who had a part in what it is against")
    enough = len(set(people)) > 1 or (decided.is_single_operator and len(people) > 1)
    if decided.takes_two and not enough:
        yield Breach("P3", appeal.id, "one person would decide what takes two")


def _what_ends(decided: AppealDecided) -> Iterator[Breach]:
    outcome = None if decided.appeal.ended is None else decided.appeal.ended.outcome
    if outcome is Outcome.UPHELD and decided.ends:
        yield Breach("P8", decided.appeal.id, "a decision would stand, and its measures end")
    if outcome is not Outcome.PARTLY:
        return
    if not decided.ends or not decided.stays:
        yield Breach("P8", decided.appeal.id, "all or nothing would end, and it is told as a part")
    if decided.clause_id not in ZERO_TOLERANCE_IDS:
        return
    ended = {(m.kind, m.subject.kind) for m in decided.ends}
    if any(on is SubjectKind.ACCOUNT and kind in _OUT for kind, on in ended):
        yield Breach("P2", decided.appeal.id, "an actor under one of the twelve would be let in again")
    if any(on is SubjectKind.ACCOUNT and kind in _EARNS for kind, on in ended):
        yield Breach("P6", decided.appeal.id, "an actor under one of the twelve would be promoted, or earn")
    hid = any(m.kind in _ABSENT for m in decided.ends)
    if hid and not any(m.kind in _ABSENT for m in decided.stays):
        yield Breach("P2", decided.appeal.id, "nothing of what was found would stay hidden")
    hidden = {m.subject for m in decided.stays if m.kind in _ABSENT}
    for measure in decided.ends:
        if measure.kind in _EARNS and measure.subject in hidden:
            yield Breach("P6", measure.id, "what is hidden under one of the twelve would be promoted, or earn")


def _why(decided: AppealDecided) -> Iterator[Breach]:
    if not decided.reason.strip():
        yield Breach("P8", decided.appeal.id, "an appeal would be decided without a reason")
