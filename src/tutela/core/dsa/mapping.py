"""What each kind of measure is in the words of the database: which of its four parts, and which word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tutela.core.dsa.fields import LATEST
from tutela.core.dsa.words import EEA, AccountDecision, Monetary, Provision, Visibility
from tutela.core.measures import Measure, MeasureKind


class Part(StrEnum):
    """One of the four parts of a decision."""

    VISIBILITY = "decision_visibility"
    MONETARY = "decision_monetary"
    PROVISION = "decision_provision"
    ACCOUNT = "decision_account"


END_DATE_OF: Mapping[Part, str] = {
    Part.VISIBILITY: "end_date_visibility_restriction",
    Part.MONETARY: "end_date_monetary_restriction",
    Part.PROVISION: "end_date_service_restriction",
    Part.ACCOUNT: "end_date_account_restriction",
}

_DISABLED, _DEMOTED = (Part.VISIBILITY, Visibility.DISABLED.value), (Part.VISIBILITY, Visibility.DEMOTED.value)
_UNPAID = (Part.MONETARY, Monetary.SUSPENSION.value)
_PARTLY_SERVED = (Part.PROVISION, Provision.PARTIAL_SUSPENSION.value)
_LOCKED = (Part.ACCOUNT, AccountDecision.SUSPENDED.value)

WORDS: Mapping[MeasureKind, tuple[Part, str] | None] = {
    MeasureKind.HOLD: _DISABLED,
    MeasureKind.QUARANTINE: _DISABLED,
    MeasureKind.REMOVE: (Part.VISIBILITY, Visibility.REMOVED.value),
    MeasureKind.BLOCK_MEDIA: _DISABLED,
    MeasureKind.EXCLUDE: _DEMOTED,
    MeasureKind.NO_ADS: _UNPAID,
    MeasureKind.NO_PAYOUT: _UNPAID,
    MeasureKind.LOCK_PENDING_DECISION: _LOCKED,
    MeasureKind.SUSPEND: _LOCKED,  # also without an end: the account is kept, and an appeal gives it back
    MeasureKind.LIMIT_REACH: _DEMOTED,
    MeasureKind.DE_EMPHASISE: _DEMOTED,
    MeasureKind.COVER: (Part.VISIBILITY, Visibility.LABELLED.value),
    MeasureKind.DISABLE_ACTIONS: (Part.VISIBILITY, Visibility.INTERACTION_RESTRICTED.value),
    MeasureKind.AGE_GATE: (Part.VISIBILITY, Visibility.AGE_RESTRICTED.value),
    MeasureKind.WITHHOLD: _DISABLED,
    MeasureKind.HIDE_PROFILE: _DISABLED,
    MeasureKind.BLOCK_POSTING: _PARTLY_SERVED,
    MeasureKind.BLOCK_MESSAGING: _PARTLY_SERVED,
    MeasureKind.READ_ONLY: _PARTLY_SERVED,
    MeasureKind.LOCK_UNTIL_VERIFIED: _LOCKED,
    MeasureKind.PROTECT: None,  # help, and no restriction
    MeasureKind.WARN: None,  # a word, and no restriction
    MeasureKind.BLOCK_LINK: None,  # on a word that anybody may use, and on nobody
    MeasureKind.BLOCK_DEVICE: None,
    MeasureKind.BLOCK_NETWORK: None,
}
"""Every kind; none of what restricts no recipient of the service."""


@dataclass(frozen=True, slots=True)
class Restricted:
    """What the measures of a statement are together, in the words of the database."""

    words: Mapping[Part, tuple[str, ...]]  #: in their order, each once
    ends: Mapping[Part, date]  #: where all of a part end by themselves
    countries: tuple[str, ...]  #: of the European Economic Area
    applied_on: date


def restricted(measures: Iterable[Measure]) -> Restricted | None:
    """Return what *measures* are to the database; none where nobody is restricted in any country of it."""
    held = [(measure, *told) for measure in measures if (told := WORDS[measure.kind]) and _countries(measure)]
    if not held:
        return None
    words = {part: tuple(sorted({word for _, at, word in held if at is part})) for part in Part}
    ends = {part: end for part in Part if (end := _end([m for m, at, _ in held if at is part])) is not None}
    countries = sorted({country for measure, _, _ in held for country in _countries(measure)})
    applied_on = min(measure.starts_at for measure, _, _ in held).date()
    return Restricted({part: said for part, said in words.items() if said}, ends, tuple(countries), applied_on)


def _countries(measure: Measure) -> frozenset[str]:
    named = measure.scope.countries
    return frozenset(EEA) & named if named else frozenset(EEA)


def _end(measures: Iterable[Measure]) -> date | None:
    """Return when the last one ends by itself; none where one does not, or beyond what the database can say."""
    ends = [measure.ends_at for measure in measures]
    known = [each.date() for each in ends if each is not None]
    last = max(known, default=None)
    return None if last is None or len(known) != len(ends) or last > LATEST else last
