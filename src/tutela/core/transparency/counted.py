"""What figures are made from: rows that hold moments, kinds and numbers, and nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.dsa.words import Category
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.orders import OrderKind


class Cause(StrEnum):
    """Why something was decided."""

    OWN = "own"
    NOTICE = "notice"
    FLAGGER = "flagger"  #: a notice of a trusted flagger
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class MeasuresCounted:
    """So many measures of one kind, that were taken alike. One measure is one restriction on one subject."""

    clause_id: ClauseId
    kind: MeasureKind
    cause: Cause = Cause.OWN
    is_automated: bool = False  #: a machine decided
    is_detected: bool = False  #: a machine noticed it first
    is_overturned: bool = False  #: by people, up to now
    is_abroad: bool = False  #: in no country of the Union
    count: int = 1


@dataclass(frozen=True, slots=True)
class NoticeCounted:
    """One notice."""

    clause_id: ClauseId
    received_at: datetime
    is_flagger: bool = False
    items: int = 0
    answered_at: datetime | None = None
    decided_under: tuple[ClauseId, ...] = ()  #: of the decisions that answered it, each once a decision


@dataclass(frozen=True, slots=True)
class OrderCounted:
    """One order that was not a false one."""

    kind: OrderKind
    country: str
    category: Category
    received_at: datetime
    items: int = 0
    acknowledged_at: datetime | None = None
    effect_at: datetime | None = None


class AppealOutcome(StrEnum):
    """What an appeal came to."""

    UPHELD = "upheld"
    PARTLY = "partly"
    OVERTURNED = "overturned"
    OMITTED = "omitted"  #: nothing was decided: withdrawn, set aside, overtaken, or a repetition of another


@dataclass(frozen=True, slots=True)
class AppealCounted:
    """One appeal."""

    opened_at: datetime
    decided_at: datetime | None = None
    outcome: AppealOutcome | None = None
    kinds: frozenset[MeasureKind] = frozenset()  #: of the measures of the decision that it is about
    is_automated: bool = False  #: a machine had decided


@dataclass(frozen=True, slots=True)
class RemovalClock:
    """Requests to remove intimate images, and how many were removed in time."""

    requests: int = 0
    valid: int = 0
    in_time: int = 0  #: removed within 48 hours of being valid


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that happened in a period, as far as it is counted."""

    measures: tuple[MeasuresCounted, ...] = ()
    notices: tuple[NoticeCounted, ...] = ()
    orders: tuple[OrderCounted, ...] = ()
    appeals: tuple[AppealCounted, ...] = ()
    samples_agreed: int = 0  #: of decisions that somebody looked at again, blind
    samples: int = 0
    suspensions: int = 0  #: of accounts that broke the same rules again
    intimate_images: RemovalClock = field(default_factory=RemovalClock)
    reports_filed: int = 0  #: to NCMEC, in production


@dataclass(frozen=True, slots=True)
class Entered:
    """What the operator enters, because no row holds it."""

    provider: str = ""
    service: str = ""
    contact: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)  #: of the qualitative part, by their key
    recipients: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  #: by month, then by country or `TOTAL`
    internal_moderators: int | None = None
    external_moderators: int | None = None
    by_language: Mapping[str, int] = field(default_factory=dict)
    disputes: Mapping[str, int] = field(default_factory=dict)  #: before out-of-court bodies, by outcome
    is_very_large: bool = False
