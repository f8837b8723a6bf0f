"""Which kind of evidence a sealed content is, and from when its time runs: read from what was done about it.

The strictest kind that fits is the one: what a finished report names is reported evidence, also where people cleared it
afterwards. What lies in an open case, or in a report that is on its way, has no time yet.
"""

from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.filing.destruction import Fate, Kept, fate
from tutela.core.filing.holds import Hold
from tutela.core.filing.retention import RetentionTable
from tutela.core.operator import UNKNOWN_REGION

REPORTED, CONTEXT, UNREPORTED = "evidence.reported", "evidence.context", "evidence.unreported"
CLEARED, UNCONFIRMED, UNFILED = "evidence.cleared", "detection.unconfirmed", "report.unfiled"
"""Rows of the table of retention."""


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What is known of one content."""

    received_at: datetime
    reported_at: datetime | None = None  #: when the last report that names it was finished in production
    ended_at: datetime | None = None  #: of a report that was withdrawn, given up or a test, with what its key seals
    context_of_report_at: datetime | None = None  #: when the last report was finished beside whose evidence it lies
    is_hidden: bool = False  #: whether it, or an item that carries it, is absent for everybody
    decided_at: datetime | None = None  #: by a person, and past the time in which it could be taken back
    detected_at: datetime | None = None
    is_open: bool = False  #: whether a case about it is open, or a report with it is on its way
    going_reports: frozenset[str] = field(default_factory=frozenset)  #: those that are on their way with it, by id
    regions: frozenset[str] = field(default_factory=frozenset)  #: of those concerned


def kept(facts: EvidenceFacts, holds: tuple[Hold, ...], table: RetentionTable, home: tuple[str, ...] = ()) -> Kept:
    """Return the kind of a content with the moment its time runs from.

    Args:
        facts: What was done about it.
        holds: All that there ever were on it.
        table: How long each kind is kept.
        home: Where the operator's users are, for people of whom nobody knows where they are.
    """
    row, since = _kind(facts)
    regions = tuple(sorted(facts.regions)) or home or (UNKNOWN_REGION,)
    return Kept(table.rows[row], None if facts.is_open else since, regions, holds, going_reports=facts.going_reports)


def fate_of(facts: EvidenceFacts, what: Kept, now: datetime) -> Fate:
    """Return what happens to it when nobody asks: what still hides something never goes without a person."""
    becomes = fate(what, now)
    if becomes is Fate.DESTROYED_BY_ITSELF and facts.is_hidden:
        return Fate.PROPOSED
    return becomes


def _kind(facts: EvidenceFacts) -> tuple[str, datetime | None]:
    if facts.reported_at is not None:
        return REPORTED, facts.reported_at
    if facts.context_of_report_at is not None:
        return CONTEXT, facts.context_of_report_at
    if facts.ended_at is not None:
        return UNFILED, facts.ended_at
    if facts.decided_at is None:
        return UNCONFIRMED, facts.detected_at or facts.received_at
    return (UNREPORTED if facts.is_hidden else CLEARED), facts.decided_at
