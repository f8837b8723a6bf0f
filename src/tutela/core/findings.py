"""What a person found and asks for, what is known beside it, and what would come of it: values, and no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.cases import Case, CaseDraft
from tutela.core.content import AgeBand, EvidenceState
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId, MediaId
from tutela.core.ladders import Outcome
from tutela.core.measures import Measure, MeasureKind, Standing, Subject
from tutela.core.own_banks import Banking, OwnBank
from tutela.core.plans import Answer, Grant, ReportDraft
from tutela.core.remedies import Evidence
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis, Silence, StatementDraft
from tutela.core.strikes import Strike
from tutela_client.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class Decider:
    """The person who decides."""

    id: str  #: of the API key, or `name:` and a name at the command line
    is_senior: bool = False  #: may decide that a child is an actor


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found, in the operator's own words. Told to staff only."""

    code: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One measure that is asked for."""

    kind: MeasureKind
    subject: Subject
    scope: Scope = EVERYTHING
    starts_at: datetime | None = None  #: none for now
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """Why those concerned are not told yet, and until when (P8)."""

    until: datetime
    basis: DelayBasis


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person found, about whom, and what is asked for."""

    clause_id: ClauseId
    facts: Facts
    decider: Decider
    roles: Mapping[AccountId, Role]  #: in the order in which they were named
    asks: tuple[Ask, ...]
    replaces: DecisionId | None = None
    delay: Delay | None = None
    agreed_by: tuple[str, ...] = ()  #: who came to the same, blind to whoever decides
    is_single_operator: bool = False  #: whoever works alone looked again, blind, a day later
    agreed_on: tuple[ClauseId, ...] = ()  #: the clause that each of these named: any of the twelve

    @property
    def is_by_two(self) -> bool:
        """Return whether two people stand behind it, or the second look of somebody who works alone (P3)."""
        return bool(set(self.agreed_by) - {self.decider.id}) or (bool(self.agreed_by) and self.is_single_operator)

    def role(self, account_id: AccountId) -> Role:
        """Return the part of an account; one that is not named has none."""
        return self.roles.get(account_id, Role.NONE)

    def actors(self) -> tuple[AccountId, ...]:
        """Return who did it."""
        return tuple(each for each, role in self.roles.items() if role is Role.ACTOR)

    def asks_on(self, subject: Subject) -> tuple[Ask, ...]:
        """Return what is asked for on *subject*."""
        return tuple(ask for ask in self.asks if ask.subject == subject)


@dataclass(frozen=True, slots=True)
class FoundMedia:
    """One media that is named, or carried by an item that is."""

    media_id: MediaId
    evidence: EvidenceState  #: as it will be when the plan is committed: received bytes are sealed before
    standing: Standing


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One item that is named."""

    item_id: ItemId
    account_id: AccountId
    answer: Answer
    standing: Standing
    media: tuple[FoundMedia, ...] = ()
    evidence: Evidence = Evidence.NOVEL  #: read only where it decides what one person may


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """One account that is named, or wrote what is."""

    account_id: AccountId
    age: AgeBand
    standing: Standing
    strikes: tuple[Strike, ...] = ()

    @property
    def is_minor(self) -> bool:
        """Return whether this is known to be a child. Whose age is unknown is protected, and no known child."""
        return self.age not in {AgeBand.ADULT, AgeBand.UNKNOWN}


@dataclass(frozen=True, slots=True)
class OpenWork:
    """An open case under the clause of a finding, and what of it no person has decided about."""

    case: Case
    undecided: frozenset[ItemId]
    is_whole: bool = True  #: whether these are all of them
    is_found: bool = False  #: whether a finding stands about it


@dataclass(frozen=True, slots=True)
class Replaced:
    """The decision that a finding takes the place of."""

    decision_id: DecisionId
    clause_id: ClauseId | None
    measures: tuple[Measure, ...]  #: not revoked
    needs_two_people: bool  #: nobody ends it alone
    has_dependents: bool  #: other decisions rest on it
    relied_on: frozenset[Subject] = frozenset()  #: on which another finding relies on what this decision holds
    has_entries: bool = False  #: in a bank
    silences: Mapping[AccountId, Silence] = field(default_factory=dict)  #: of who is told nothing of it yet


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a finding is planned from."""

    at: datetime
    items: Mapping[ItemId, FoundItem] = field(default_factory=dict)
    accounts: Mapping[AccountId, FoundAccount] = field(default_factory=dict)
    media: Mapping[MediaId, FoundMedia] = field(default_factory=dict)
    standings: Mapping[Subject, Standing] = field(default_factory=dict)  #: of every subject that is named
    work: Mapping[AccountId, OpenWork] = field(default_factory=dict)
    replaced: Replaced | None = None
    settled: frozenset[Subject] = frozenset()  #: what the same decision in bulk has dealt with
    own: OwnBank | None = None  #: read only where two people stand behind the finding

    def standing(self, subject: Subject) -> Standing:
        """Return the standing of *subject*, empty where none was ever written."""
        return self.standings.get(subject) or Standing(subject, 0)


ACTIONS = frozenset({"reply", "quote", "share", "react", "save", "copy_link"})
"""What can be switched off for an item. Source: measures.md."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by which a measure can be narrowed."""

    surfaces: frozenset[str]  #: names and groups in the table of effects
    actions: frozenset[str] = ACTIONS


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a finding cannot be decided as it is asked for. Never repeats what was sent."""

    place: str  #: such as `measures.2`
    sentence: str


@dataclass(frozen=True, slots=True)
class FindingPlan:
    """What one finding would do, whole. With a refusal it does nothing."""

    finding: Finding
    policy_version: str
    grants: tuple[Grant, ...] = ()
    holds_already: tuple[Measure, ...] = ()  #: in force as far, under the same clause, by another person's decision
    ends: tuple[Measure, ...] = ()  #: of the decision that is replaced
    stays: tuple[Measure, ...] = ()  #: in force on the same subjects by other decisions
    strikes: tuple[Outcome, ...] = ()
    statements: tuple[StatementDraft, ...] = ()
    cases: tuple[CaseDraft, ...] = ()
    closes: tuple[Case, ...] = ()
    reports: tuple[ReportDraft, ...] = ()
    answers: Mapping[ItemId, Answer] = field(default_factory=dict)  #: of every item that is named
    evidence_wanted: tuple[MediaId, ...] = ()  #: held until their bytes are preserved (P5)
    awaits_second: tuple[AccountId, ...] = ()  #: locked, and suspended for good once a second person agrees (P3)
    served: tuple[Ask, ...] = ()  #: timed measures whose time was served under the decision that is replaced
    banking: Banking | None = None  #: what is entered into the operator's own bank
    refusals: tuple[Refusal, ...] = ()

    @property
    def does_nothing(self) -> bool:
        """Return whether nothing would change: all of it holds already."""
        return not (self.grants or self.ends)
