"""What outlives a reversal: of many findings that share one measure, one holds it, and the others still stand (P1, P2).

A decision in bulk locks an account once and hides a picture once, by its first item. Where that finding alone is
undone, another one that says the same takes the measure over, and it ends with that one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tutela.core.ids import ClauseId, DecisionId
from tutela.core.measures import Measure, MeasureKind, Standing, Subject, SubjectKind
from tutela.core.plans import ZERO_TOLERANCE, Grant

Elsewhere = Mapping[tuple[Subject, ClauseId], DecisionId]
"""A finding that stands, about an actor's account or about an item with this media, beside those that may end."""

_SHARED = {
    SubjectKind.ACCOUNT: frozenset({MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND}),
    SubjectKind.MEDIA: frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA, MeasureKind.HOLD}),
}


@dataclass(frozen=True, slots=True)
class Carried:
    """A measure that is granted anew, by a decision that rests on the finding that stands."""

    grant: Grant
    rests_on: DecisionId


def carried(ends: Iterable[Measure], left: Mapping[Subject, Standing], elsewhere: Elsewhere) -> tuple[Carried, ...]:
    """Return what of *ends* is taken over.

    Args:
        ends: What would be in force no more.
        left: What is in force on each subject without them.
        elsewhere: The findings that stand.
    """
    found: dict[Grant, DecisionId] = {}
    for measure in ends:
        ground = elsewhere.get((measure.subject, measure.clause_id))
        if ground is None or not is_shared(measure) or _is_held(measure, left[measure.subject].measures):
            continue
        grant = Grant(
            measure.kind, measure.subject, measure.clause_id, None, measure.review_by, measure.near_bits, measure.scope
        )
        found[grant] = ground
    return tuple(Carried(grant, ground) for grant, ground in found.items())


def is_shared(measure: Measure) -> bool:
    """Return whether several findings may rely on this one measure."""
    is_lasting = measure.ends_at is None and not measure.is_automated and measure.clause_id in ZERO_TOLERANCE
    return is_lasting and measure.kind in _SHARED.get(measure.subject.kind, ())


def _is_held(measure: Measure, left: Collection[Measure]) -> bool:
    """Return whether something else that a person granted does the same."""
    is_account = measure.subject.kind is SubjectKind.ACCOUNT
    kinds = _SHARED[SubjectKind.ACCOUNT] if is_account else {measure.kind}
    return any(is_shared(each) and each.clause_id == measure.clause_id and each.kind in kinds for each in left)
