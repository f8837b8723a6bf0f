"""What lowers the ceiling of one match below that of its bank: doubt about the member, its brake, or a quota."""

from collections.abc import Iterable
from enum import StrEnum

from tutela.core.policy import Ceiling, VisibilityCeiling


class Bound(StrEnum):
    """Why a match may do less than its bank. Stored with the match, so that whoever reviews it sees the reason."""

    DISPUTED = "disputed"  #: two of our own people said no: locally disputed (P3, P11)
    DOUBTED = "doubted"  #: one of our own people, or the source itself, doubts it
    SEED = "seed"  #: given as a place to start an investigation, and by nobody as known material
    RETRACTED = "retracted"  #: the source takes its word back, and nobody of ours has confirmed it
    BRAKED = "braked"  #: it suddenly hit many accounts (P11)
    CLEARED = "cleared"  #: people cleared it a moment ago, and may still take that back (decision 0022)
    OVER_QUOTA = "over_quota"  #: its bank has used up what a machine may do in a day (P11)


REVIEW_ONLY = Ceiling(visibility=VisibilityCeiling.CASE)
"""A person looks before anything happens."""

HOLD_ONLY = Ceiling(visibility=VisibilityCeiling.HOLD)
"""The item waits for a person; no account, no other item, no draft report."""

CEILING_OF = {
    Bound.DISPUTED: REVIEW_ONLY,
    Bound.DOUBTED: REVIEW_ONLY,
    Bound.SEED: REVIEW_ONLY,
    Bound.RETRACTED: HOLD_ONLY,
    Bound.BRAKED: HOLD_ONLY,
    Bound.CLEARED: HOLD_ONLY,
    Bound.OVER_QUOTA: HOLD_ONLY,
}
"""The most that a machine may do under each. Source: matching.md (Banks), the charter (P11)."""


def lowered(ceiling: Ceiling, bounds: Iterable[Bound]) -> Ceiling:
    """Return *ceiling* as far as all of *bounds* let it be. It never rises, and their order never matters."""
    for bound in bounds:
        ceiling = ceiling.meet(CEILING_OF[bound])
    return ceiling
