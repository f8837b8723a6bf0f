"""What is kept of events: the record, who knows whom, labels, and which rules fired."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from tutela.core.event_facts import Contact
from tutela.core.events import Event
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, EventId, FireId
from tutela.core.precision import Precision
from tutela.core.rules.types import FactValues
from tutela.core.spotting import KeptSpots
from tutela.ports.classifiers import Request, Settled


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it is kept: to answer a repetition, to explain what came of it, and to try rules on."""

    event: Event
    facts: FactValues  #: without its text; see `event_facts.to_keep`
    sealed: bytes | None = None  #: what was written in it, where the operator keeps that
    decision_id: DecisionId | None = None
    withheld: tuple[str, ...] = ()  #: techniques that had no basis (P12)
    spots: KeptSpots | None = None  #: which entries of banks of words are in its text, and where


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What one event changes between two people."""

    author_id: AccountId
    recipient_id: AccountId
    at: datetime
    is_contact: bool = False
    is_message: bool = False
    is_refusal: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A label on an account, or that it is on a list. Several may have set the same one, each for their own reason."""

    account_id: AccountId
    label: str
    is_list: bool
    set_by: str  #: `rule:NAME`, or the key or person
    because: str
    since: datetime
    ends_at: datetime | None = None


class FireOutcome(StrEnum):
    """What came of a rule that fired."""

    ACTED = "acted"
    ASKED = "asked"  #: a classifier was asked, and nothing else came of it
    SHADOW = "shadow"  #: recorded only: the rule is not live
    REPEATED = "repeated"  #: it fired for the same account within a day
    OVER_QUOTA = "over_quota"  #: it opened as many cases today as it may: waits to be laid before a person


@dataclass(frozen=True, slots=True)
class Fire:
    """That a rule fired, and why."""

    id: FireId
    rule: str
    version: str
    clause_id: ClauseId
    event_id: EventId
    account_id: AccountId  #: whom it is about: the author of the event, or the recipient
    at: datetime
    outcome: FireOutcome
    because: str  #: as a reviewer reads it
    queue: str = ""
    severity: int = 0
    trace: Sequence[tuple[str, Any]] = ()  #: each part of its condition, and what it came to
    case_id: CaseId | None = None
    decision_id: DecisionId | None = None


@dataclass(frozen=True, slots=True)
class FireLaid:
    """That a fire over the quota was laid before a person after all."""

    fire_id: FireId
    case_id: CaseId
    at: datetime


@dataclass(frozen=True, slots=True)
class Observed:
    """What one unit of work writes about events."""

    events: tuple[RecordedEvent, ...] = ()
    contacts: tuple[ContactChange, ...] = ()
    labels: tuple[Label, ...] = ()
    label_removals: tuple[Label, ...] = ()  #: of one that is not there nothing comes
    fires: tuple[Fire, ...] = ()
    laid: tuple[FireLaid, ...] = ()  #: `Conflict` when one was laid before
    questions: tuple[Request, ...] = ()  #: to classifiers
    settled: tuple[Settled, ...] = ()  #: answers of classifiers; `Conflict` when one was recorded before

    @property
    def grown(self) -> frozenset[CaseId]:
        """Return the cases in which there is something new to look at: what only repeats is nothing new."""
        acted = {each.case_id for each in self.fires if each.case_id and each.outcome is FireOutcome.ACTED}
        return frozenset(acted | {each.case_id for each in self.laid})


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """What the platform was told about an event."""

    event_id: EventId
    kind: str
    decision_id: DecisionId | None
    withheld: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """Whom an account turned to, and how: of its newest events."""

    account_id: AccountId
    kinds: Mapping[str, int]  #: how often, by kind of event
    last_at: datetime


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What one version of a rule did in a stretch of time."""

    rule: str
    version: str
    outcome: FireOutcome
    fires: int
    accounts: int
    cases: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """How many of some accounts people have decided about, under one clause."""

    found: int  #: a person's finding that it is the actor stands
    cleared: int  #: a person looked at a case about it, and nothing of that kind was found

    @property
    def precision(self) -> Precision:
        """Return how often whatever met these accounts was right."""
        return Precision(self.found, self.cleared)


@dataclass(frozen=True, slots=True)
class EventPlace:
    """Where a page of recorded events ended."""

    at_us: int
    id: str


class EventReader(Protocol):
    """Reads about events. Each method is one or a few statements, whatever the number of ids asked."""

    def events_by_platform_id(self, platform_ids: Iterable[str]) -> dict[str, KnownEvent]:
        """Return the events that were told before and are recorded, by the platform's id."""
        ...

    def contacts(self, pairs: Iterable[tuple[AccountId, AccountId]]) -> dict[tuple[AccountId, AccountId], Contact]:
        """Return what is known between each pair, seen from the first of both; nothing for strangers."""
        ...

    def labels(self, account_ids: Iterable[AccountId], now: datetime) -> dict[AccountId, list[Label]]:
        """Return the labels and lists in force on each account that has any."""
        ...

    def on_list(self, name: str, now: datetime, after: str, limit: int) -> list[Label]:
        """Return the next accounts on a list, in order of their id."""
        ...

    def findings_on(self, account_ids: Iterable[AccountId]) -> dict[AccountId, int]:
        """Return how many findings of people stand that name each account as the actor; none where there is none."""
        ...

    def acted_since(self, account_ids: Iterable[AccountId], since: datetime) -> set[tuple[str, AccountId]]:
        """Return which rules acted, and for which of these accounts, after *since*."""
        ...

    def waiting_for(self, account_ids: Iterable[AccountId]) -> set[tuple[str, AccountId]]:
        """Return which rules have something about these accounts that waits for its quota."""
        ...

    def cases_by_rule(self, rules: Iterable[str], since: datetime) -> dict[str, int]:
        """Return how often each of *rules* acted, by which a case was opened or laid into, after *since*."""
        ...

    def fires_of_case(self, case_id: CaseId, limit: int) -> list[Fire]:
        """Return what rules saw that lies in a case, newest first."""
        ...

    def rules_of_cases(self, case_ids: Iterable[CaseId]) -> dict[CaseId, list[str]]:
        """Return the rules of which something lies in each case, the first to fire first; none of the other cases."""
        ...

    def fires_of_decision(self, decision_id: DecisionId) -> list[Fire]:
        """Return the rules that led to a decision."""
        ...

    def fires_of_rule(self, rule: str, before: str, limit: int) -> list[Fire]:
        """Return the fires of a rule in any version, newest first: those before the id *before*, if it is not empty."""
        ...

    def fires_waiting(self, limit: int) -> list[Fire]:
        """Return fires over the quota that nobody laid before a person yet: the gravest first, then the oldest."""
        ...

    def laid_since(self, since: datetime) -> int:
        """Return how many that waited were laid before a person since *since*."""
        ...

    def fires_waiting_count(self) -> int:
        """Return how many wait so."""
        ...

    def rule_figures(self, since: datetime, rule: str | None = None) -> list[RuleFigures]:
        """Return what each version of each rule, or of one, did after *since*."""
        ...

    def rule_cases(self, since: datetime) -> dict[str, int]:
        """Return into how many cases each rule laid something after *since*: one that several outcomes met, once."""
        ...

    def accounts_of_rule(self, rule: str, since: datetime, limit: int) -> list[tuple[AccountId, ClauseId]]:
        """Return the accounts that a rule met after *since*, each once, with the clause: the newest *limit*."""
        ...

    def judged(self, account_ids: Iterable[AccountId], clause_id: ClauseId) -> Judged:
        """Return what people decided about these accounts under a clause."""
        ...

    def judged_by_rule(self, since: datetime) -> dict[str, Judged]:
        """Return what people decided about the accounts that each rule met after *since*, under its clause.

        Of all rules together the newest fires count, tens of thousands of them.
        """
        ...

    def recorded_events(
        self, since: datetime, until: datetime, after: EventPlace | None, limit: int
    ) -> list[RecordedEvent]:
        """Return the next recorded events, in the order in which they came."""
        ...

    def recorded_count(self, since: datetime, until: datetime) -> int:
        """Return how many events are recorded that came in this stretch of time."""
        ...

    def recorded_place(self, since: datetime, skipped: int) -> EventPlace:
        """Return the place behind the first *skipped* events, one at least, of those that came from *since* on."""
        ...

    def met_by(self, account_id: AccountId) -> list[Met]:
        """Return whom an account turned to in its newest events, the last one first."""
        ...

    def event(self, event_id: EventId) -> RecordedEvent | None:
        """Return one recorded event."""
        ...

    def spots_of(self, event_ids: Iterable[EventId]) -> dict[EventId, KeptSpots]:
        """Return what was spotted in the texts of recorded events, where anything was."""
        ...


class EventKeeper(Protocol):
    """Delete what was kept long enough."""

    def forget(self, before: datetime, contacts_before: datetime, now: datetime) -> int:
        """Delete events and fires of before *before*, old contacts, and labels that ended; return how many rows.

        Fires that opened a case stay with it, without what their conditions came to, and so do those that wait for
        their quota, and that somebody refused somebody.
        """
        ...
