"""What must be told to an authority, may be told, or need not be (P4): never a flag of the clause alone.

A duty follows from what was found, who operates, and where it happened. The rows of law are data with their sources
(`policy/duties.toml`); this module only asks them. Whatever it answers has a reason, so that *may* and *none* can be
recorded with one, and a machine's guess alone obliges nobody in bulk (P11).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TypeVar

from tutela.core.filing.places import Places, country
from tutela.core.ids import ClauseId
from tutela.core.operator import OperatorProfile
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.core.roles import Role
from tutela.core.units import Duration

_Known = TypeVar("_Known")

EVERY = "*"
"""In a row: every one of the twelve clauses, or every authority."""


class Obligation(IntEnum):
    """How strong it is; of several that hold the highest is the answer."""

    NONE = 0
    MAY = 1
    MUST = 2


class Imagery(StrEnum):
    """What kind of picture it is, as laws tell them apart."""

    REAL = "real"  #: a camera took it
    INDISTINGUISHABLE = "indistinguishable"  #: made or altered, and cannot be told from one that a camera took
    DRAWN = "drawn"  #: a drawing, a cartoon, a sculpture
    NONE = "none"  #: words only
    UNKNOWN = "unknown"  #: counts as the gravest


class Explicitness(StrEnum):
    """How far it goes, as laws tell that apart."""

    EXPLICIT = "explicit"
    SUGGESTIVE = "suggestive"
    UNKNOWN = "unknown"  #: counts as explicit


class ChildKnown(StrEnum):
    """Whether a real child can be told from it."""

    IDENTIFIABLE = "identifiable"
    NOT_IDENTIFIABLE = "not_identifiable"
    UNKNOWN = "unknown"


class Trait(StrEnum):
    """What else a person found. What is not named was not found."""

    DANGER = "danger"  #: somebody's life or safety, now
    PLANNED = "planned"  #: it has not happened yet
    TOWARDS_CHILD = "towards_child"  #: it is said to a child, not only about one
    ENCOURAGES = "encourages"  #: it encourages others, or tells how it is done


class FoundBy(StrEnum):
    """Who found it."""

    PERSON = "person"  #: looked, or decided from match data
    MACHINE = "machine"  #: a match, a rule, a classifier, and nobody since


class FilesBy(StrEnum):
    """How a report reaches an authority."""

    API = "api"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """What was found of one incident."""

    clause_id: ClauseId
    found_by: FoundBy
    roles: frozenset[Role] = frozenset()  #: of everybody concerned
    imagery: Imagery = Imagery.UNKNOWN
    explicitness: Explicitness = Explicitness.UNKNOWN
    child: ChildKnown = ChildKnown.UNKNOWN
    traits: frozenset[Trait] = frozenset()
    reported_to: Mapping[str, str] = field(default_factory=dict)  #: finished in production: authority to reference


@dataclass(frozen=True, slots=True)
class Law:
    """Where a demand comes from, and how well its source was read."""

    reason: str
    source: str
    read: str  #: `primary` or `secondary`


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom to tell, and whom its law binds."""

    id: str
    name: str
    established: frozenset[str]
    serving: frozenset[str]
    linked: frozenset[str]
    files: FilesBy
    target: Duration
    danger_target: Duration
    is_limit: bool  #: the time is law; otherwise it is a target of ours for "as soon as possible"
    otherwise: Law


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One demand: every condition that is not empty must hold."""

    id: str
    authority: str
    clauses: frozenset[str]
    duty: Obligation
    law: Law
    imagery: frozenset[Imagery] = frozenset()
    explicitness: frozenset[Explicitness] = frozenset()
    child: frozenset[ChildKnown] = frozenset()
    traits: frozenset[Trait] = frozenset()

    def holds(self, facts: DutyFacts) -> bool:
        """Return whether this row speaks of these facts."""
        return (
            facts.clause_id in ZERO_TOLERANCE_IDS
            and _covers(self.clauses, facts.clause_id)
            and _is_any(self.imagery, facts.imagery)
            and _is_any(self.explicitness, facts.explicitness)
            and _is_any(self.child, facts.child)
            and self.traits <= facts.traits
        )


@dataclass(frozen=True, slots=True)
class Exemption:
    """What takes a demand down: every condition that is not empty must hold, and nothing of `unless`."""

    id: str
    authorities: frozenset[str]
    leaves: Obligation
    law: Law
    is_final: bool = True  #: false: no answer yet, the case stays open
    clauses: frozenset[str] = frozenset()
    found_by: frozenset[FoundBy] = frozenset()
    reported_to: frozenset[str] = frozenset()
    only_roles: frozenset[Role] = frozenset()
    unless: frozenset[Trait] = frozenset()

    def reaches(self, authority: str, facts: DutyFacts) -> bool:
        """Return whether this exemption takes down what *authority* would be owed."""
        return (
            _covers(self.authorities, authority)
            and (not self.clauses or _covers(self.clauses, facts.clause_id))
            and _is_any(self.found_by, facts.found_by)
            and (not self.reported_to or bool(self.reported_to & set(facts.reported_to)))
            and (not self.only_roles or (bool(facts.roles) and facts.roles <= self.only_roles))
            and not (self.unless & facts.traits)
        )


@dataclass(frozen=True, slots=True)
class DutyTable:
    """All rows, with the version that an operator confirms."""

    version: str
    checksum: str  #: of the whole file: what was confirmed is this text and no other
    authorities: tuple[Authority, ...]
    rows: tuple[DutyRow, ...]
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That the operator's counsel has looked at the table."""

    version: str
    checksum: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """The answer for one authority."""

    authority: str
    obligation: Obligation
    decided_by: str  #: the row or exemption, or the authority itself where none holds
    reason: str
    source: str
    within: Duration | None  #: of the finding; none where nothing is owed
    is_limit: bool
    files: FilesBy
    is_final: bool
    is_concerned: (
        bool  #: its law binds the operator here, or the operator lists it; otherwise the reason here is enough
    )
    table_version: str


def duty(facts: DutyFacts, profile: OperatorProfile, places: Places, table: DutyTable) -> tuple[Duty, ...]:
    """Return what each authority is owed, in the order of the table.

    A finding under a clause that is none of the twelve owes nothing. An operator who has recorded no country counts
    as bound by every law in the table: a duty that is missed for want of an answer would be missed all the same.
    """
    return tuple(_of(each, facts, profile, places, table) for each in table.authorities)


def is_listed(authority: Authority, profile: OperatorProfile) -> bool:
    """Return whether the operator has recorded that they report to *authority*, by its id."""
    return authority.id in {each.strip().casefold().replace(" ", "_") for each in profile.authorities}


def strictest(duties: Iterable[Duty]) -> Obligation:
    """Return the strongest obligation towards anybody."""
    return max((each.obligation for each in duties), default=Obligation.NONE)


def is_confirmed(table: DutyTable, confirmation: Confirmation | None) -> bool:
    """Return whether the operator has confirmed this very table: another version is confirmed anew."""
    return (
        confirmation is not None
        and (confirmation.version, confirmation.checksum) == (table.version, table.checksum)
        and bool(confirmation.by.strip())
    )


def is_bound(authority: Authority, profile: OperatorProfile, places: Places) -> bool:
    """Return whether the law behind *authority* binds this operator in this matter."""
    home = country(profile.country)
    if not home and (authority.established or authority.serving or authority.linked):
        return True
    serves = {country(region) for region in profile.user_regions}
    is_served = "*" in serves and bool(authority.serving)
    return (
        home in authority.established
        or is_served
        or bool(serves & authority.serving)
        or bool(places.all() & authority.linked)
    )


def _of(authority: Authority, facts: DutyFacts, profile: OperatorProfile, places: Places, table: DutyTable) -> Duty:
    bound = is_bound(authority, profile, places)
    answer = _Answer(authority, table, facts, bound or is_listed(authority, profile))
    demand = _demanded(authority, facts, table)
    if demand is None:
        return answer.of(Obligation.NONE, authority.id, _otherwise(authority, facts))
    exemption = next((e for e in table.exemptions if e.leaves < demand.duty and e.reaches(authority.id, facts)), None)
    if exemption is not None:
        return answer.of(exemption.leaves, exemption.id, exemption.law, is_final=exemption.is_final)
    if demand.duty is Obligation.MUST and not bound:
        return answer.of(Obligation.MAY, demand.id, _unbound(demand.law))
    return answer.of(demand.duty, demand.id, demand.law)


def _demanded(authority: Authority, facts: DutyFacts, table: DutyTable) -> DutyRow | None:
    """Return the strictest row that holds; of equals the first."""
    held = [row for row in table.rows if row.authority == authority.id and row.holds(facts)]
    return max(held, key=lambda row: row.duty, default=None)


def _otherwise(authority: Authority, facts: DutyFacts) -> Law:
    if facts.clause_id in ZERO_TOLERANCE_IDS:
        return authority.otherwise
    return Law(f"{facts.clause_id} is none of the twelve clauses.", "charter P4", "primary")


def _unbound(law: Law) -> Law:
    return Law(
        f"{law.reason} This law does not bind this operator here, who may tell all the same.", law.source, law.read
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What every answer for one authority has in common."""

    authority: Authority
    table: DutyTable
    facts: DutyFacts
    is_concerned: bool

    def of(self, obligation: Obligation, decided_by: str, law: Law, *, is_final: bool = True) -> Duty:
        """Return the answer; a time only where something must be done."""
        target = self.authority.danger_target if Trait.DANGER in self.facts.traits else self.authority.target
        is_must = obligation is Obligation.MUST
        return Duty(
            authority=self.authority.id,
            obligation=obligation,
            decided_by=decided_by,
            reason=law.reason,
            source=law.source,
            within=target if is_must else None,
            is_limit=self.authority.is_limit and is_must,
            files=self.authority.files,
            is_final=is_final,
            is_concerned=self.is_concerned,
            table_version=self.table.version,
        )


def _covers(names: frozenset[str], name: str) -> bool:
    return EVERY in names or name in names


def _is_any(known: frozenset[_Known], value: _Known) -> bool:
    return not known or value in known
