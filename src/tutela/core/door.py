"""The door: what keeps a new item out for who posts it, from where, and what it names.

Said here once more than in the table of effects, which answers `may`: what is submitted all the same is refused,
whatever rows an operator has laid over the table.
"""

from collections.abc import Iterator

from tutela.core.measures import SHUTS_OUT, Measure, MeasureKind, SubjectKind
from tutela.core.plans import Sighting

KEEPS_FROM_WRITING = SHUTS_OUT | {MeasureKind.LOCK_UNTIL_VERIFIED, MeasureKind.READ_ONLY}
"""Kinds under which an account posts nothing and writes to nobody."""

_ON_UPLOADS = frozenset({MeasureKind.BLOCK_DEVICE, MeasureKind.BLOCK_NETWORK})


def refusing(sighting: Sighting) -> tuple[Measure, ...]:
    """Return the measures for which a new item is refused, in the order of their ids; none for one that is stored."""
    if not sighting.is_new:
        return ()
    found = {measure.id: measure for measure in (*_of_account(sighting), *_of_what_is_used(sighting))}
    return tuple(found[key] for key in sorted(found))


def _of_account(sighting: Sighting) -> Iterator[Measure]:
    for measure in sighting.account.measures:
        if _is_for_this(measure, sighting) and measure.holds_at(sighting.at):
            yield measure


def _is_for_this(measure: Measure, sighting: Sighting) -> bool:
    if measure.kind is MeasureKind.BLOCK_POSTING:
        return sighting.is_post
    if measure.kind is MeasureKind.BLOCK_MESSAGING:
        return sighting.is_message and (_is_for_everyone(measure) or sighting.is_to_protected)
    return measure.kind in KEEPS_FROM_WRITING


def _of_what_is_used(sighting: Sighting) -> Iterator[Measure]:
    """Yield what is in force on links, device, network and conversation. From a blocked device nothing is uploaded."""
    for standing in sighting.posted_with:
        yield from (m for m in standing.measures if m.holds_at(sighting.at) and _is_used(m, sighting))


def _is_used(measure: Measure, sighting: Sighting) -> bool:
    if measure.kind in _ON_UPLOADS:
        return bool(sighting.media)
    is_closed = measure.kind is MeasureKind.BLOCK_MESSAGING and _is_for_everyone(measure)
    return measure.kind is MeasureKind.BLOCK_LINK or (measure.subject.kind is SubjectKind.CONVERSATION and is_closed)


def _is_for_everyone(measure: Measure) -> bool:
    """Return whether nobody may be written to. Where a message names nobody, `may` answers for minors."""
    return measure.scope.audience != "minors"
