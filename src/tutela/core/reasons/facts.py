"""What a statement of reasons is made from: the decision and its measures, without anybody in it."""

from dataclasses import dataclass
from enum import StrEnum

from tutela.core.ids import ClauseId
from tutela.core.measures import Measure, MeasureKind, SubjectKind
from tutela.core.statements import StatementCode
from tutela.core.units import Duration


class Ground(StrEnum):
    """On what a measure rests. Source: Article 17(3)(d) and (e)."""

    ILLEGAL = "illegal"  #: the law forbids it
    INCOMPATIBLE = "incompatible"  #: the terms of the service do not allow it


class Origin(StrEnum):
    """How it came to be looked at. Source: Article 17(3)(b)."""

    OWN_INITIATIVE = "own_initiative"
    NOTICE = "notice"  #: under Article 16
    TRUSTED_FLAGGER = "trusted_flagger"
    OTHER_NOTIFICATION = "other_notification"  #: of a hotline or an authority, and no order
    ORDER = "order"  #: of a court or an authority, under Article 9


class Automation(StrEnum):
    """How far a machine decided. Source: Article 17(3)(c)."""

    FULLY = "fully"
    PARTIALLY = "partially"  #: a machine applied to this what people had decided about the same
    NOT_AUTOMATED = "not_automated"


@dataclass(frozen=True, slots=True)
class Decided:
    """What a statement needs to know of its decision."""

    code: StatementCode
    clause_id: ClauseId
    policy_version: str
    is_automated: bool
    rests_on_people: bool = False  #: made by a machine, because people had decided about the same media
    is_bulk: bool = False  #: a person decided about many at once
    is_detected_automatically: bool = False
    origin: Origin = Origin.OWN_INITIATIVE

    @property
    def automation(self) -> Automation:
        """Return how far a machine decided."""
        if self.is_automated:
            return Automation.PARTIALLY if self.rests_on_people else Automation.FULLY
        return Automation.PARTIALLY if self.is_bulk else Automation.NOT_AUTOMATED


@dataclass(frozen=True, slots=True)
class Restriction:
    """One measure as it is told: what it does to what, where and for how long."""

    kind: MeasureKind
    subject: SubjectKind
    countries: tuple[str, ...] = ()  #: ISO 3166-1 alpha-2, where it holds; empty for everywhere
    lasts: Duration | None = None  #: none: until a decision ends it

    @classmethod
    def of(cls, measure: Measure) -> "Restriction":
        """Return *measure* without whose it is and when it began."""
        lasts = None
        if measure.ends_at is not None:
            lasts = Duration(seconds=(measure.ends_at - measure.starts_at).total_seconds())
        return cls(measure.kind, measure.subject.kind, tuple(sorted(measure.scope.countries)), lasts)
