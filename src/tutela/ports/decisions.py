"""What people decide, as it is stored and read: findings, answers, proposals, and decisions in bulk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tutela.core.banks import Detection
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId
from tutela.core.measures import Measure, Subject
from tutela.core.plans import Answer, Source
from tutela.core.roles import Role
from tutela.core.statements import Silence
from tutela.core.strikes import Strike

UNFINISHED_REVERSAL = "reversal:"
"""How the checkpoint of a reversal begins that has more to undo than one transaction; the decision follows."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by what or whom, from which facts."""

    id: DecisionId
    item_id: ItemId | None
    account_id: AccountId | None
    source: Source
    clause_id: ClauseId | None
    policy_version: str
    is_automated: bool
    at: datetime
    decided_by: str | None = None  #: the key or person; none for a machine
    reverses: DecisionId | None = None
    rests_on: tuple[DecisionId, ...] = ()  #: overturning all of them overturns this one (P11)


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """What a person found, beside the decision that came of it."""

    decision_id: DecisionId
    facts: Facts
    is_senior: bool
    roles: Mapping[AccountId, Role] = field(default_factory=dict)
    bulk_id: str | None = None
    is_reversal: bool = False  #: why another decision was undone, and nothing that was found


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What the platform was told about an item by one decision of a person."""

    decision_id: DecisionId
    item_id: ItemId
    answer: Answer
    before: Answer


@dataclass(frozen=True, slots=True)
class CaseClosure:
    """One case closed by a decision; refused when something was laid into it meanwhile."""

    case_id: CaseId
    decision_id: DecisionId
    items: int  #: how many were in it when the decision was planned


@dataclass(frozen=True, slots=True)
class CaseItems:
    """What is in a case, and what of it no person has decided about."""

    count: int
    undecided: frozenset[ItemId]
    is_whole: bool  #: false where there were more than were asked for
    is_found: bool = False  #: whether a person's finding stands about the case


@dataclass(frozen=True, slots=True)
class Proposal:
    """That one person would reverse a decision that nobody reverses alone (P3)."""

    decision_id: DecisionId
    by: str
    at: datetime
    facts: Facts


class BulkState(StrEnum):
    """How far a decision in bulk has come."""

    GATHERING = "gathering"  #: its items are being written down; nothing is decided
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class BulkOutcome(StrEnum):
    """What came of one item."""

    DECIDED = "decided"
    UNCHANGED = "unchanged"  #: all that was asked for held already
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Bulk:
    """One decision about many items, made a chunk at a time."""

    id: str
    by: str
    is_senior: bool
    at: datetime
    body: bytes  #: what is asked for, as JSON: the same for every item
    state: BulkState
    total: int
    position: int = 0  #: items that were decided about, in order
    decided: int = 0
    unchanged: int = 0
    refused: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One item of a bulk, and what came of it."""

    position: int
    item_id: ItemId
    outcome: BulkOutcome | None = None
    decision_id: DecisionId | None = None


@dataclass(frozen=True, slots=True)
class BulkStep:
    """One chunk that was decided about, committed with its decisions; refused when another process was quicker."""

    bulk_id: str
    after: int  #: the position from which it was planned
    items: tuple[BulkItem, ...]
    ended_at: datetime | None = None  #: when it is the last


@dataclass(frozen=True, slots=True)
class BulkChange:
    """A bulk that goes from one state to another; refused when it is in another one by now."""

    bulk_id: str
    before: BulkState
    after: BulkState
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which stored items a decision in bulk is about; what is not given does not narrow."""

    account_id: AccountId | None = None
    tag: str | None = None
    clause_id: ClauseId | None = None  #: items that are, or were, in a case under it
    since: datetime | None = None
    until: datetime | None = None


class DecisionReader(Protocol):
    """The part of a consistent read that is about decisions."""

    def decisions(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, Decision]:
        """Return the decisions that exist, with what they rest on."""
        ...

    def findings(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, FindingRecord]:
        """Return what was found, of decisions of people."""
        ...

    def bulks_of(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, str]:
        """Return in which decision in bulk each of these was made that was made in one."""
        ...

    def granted(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, tuple[Measure, ...]]:
        """Return every measure that each of these decisions granted, revoked and over ones too."""
        ...

    def reversed(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, DecisionId]:
        """Return which decision reversed, or replaced, each of these that was."""
        ...

    def dependents(self, decision_ids: Iterable[DecisionId], limit: int, *, after: str = "") -> list[DecisionId]:
        """Return at most *limit* decisions after an id that rest on one of these and that nobody has reversed."""
        ...

    def dependent_counts(self, decision_ids: Iterable[DecisionId]) -> dict[DecisionId, int]:
        """Return how many decisions rest, or rested, on each of these; those on which none does are left out."""
        ...

    def found_elsewhere(
        self, subjects: Iterable[Subject], but: Collection[DecisionId]
    ) -> dict[tuple[Subject, ClauseId], DecisionId]:
        """Return, by subject and clause, a finding of a person that stands, apart from those in *but*.

        For an account, one that names it as the actor; for media, one that hides an item that carries it.
        """
        ...

    def decided_by_machine(self, item_ids: Iterable[ItemId]) -> set[ItemId]:
        """Return the items that a machine ever decided about."""
        ...

    def answers_by(self, decision_ids: Iterable[DecisionId]) -> list[ItemAnswer]:
        """Return what these decisions of people told the platform."""
        ...

    def answers_about(self, item_ids: Iterable[ItemId]) -> dict[ItemId, tuple[ItemAnswer, ...]]:
        """Return what decisions of people told the platform about each item, oldest first."""
        ...

    def strikes_by(self, decision_ids: Iterable[DecisionId]) -> tuple[Strike, ...]:
        """Return the strikes that came of these decisions."""
        ...

    def told_by(self, decision_ids: Iterable[DecisionId], now: datetime) -> int:
        """Return how many statements of these decisions may have been told by now."""
        ...

    def silences(self, decision_ids: Iterable[DecisionId], now: datetime) -> Mapping[AccountId, Silence]:
        """Return who is told nothing yet of these decisions, by account, on a basis that outlasts them: the longest."""
        ...

    def reports_by(self, decision_ids: Iterable[DecisionId]) -> int:
        """Return how many drafts of reports came of these decisions."""
        ...

    def case_items(self, case_ids: Iterable[CaseId], limit: int) -> dict[CaseId, CaseItems]:
        """Return what is in each case, and at most *limit* items that no person has decided about under its clause."""
        ...

    def detected(self, item_ids: Iterable[ItemId]) -> dict[ItemId, tuple[Detection, ...]]:
        """Return what was noticed about each item, oldest first."""
        ...

    def unfinished_reversals(self) -> list[DecisionId]:
        """Return reversed decisions on which more rest than were undone with them."""
        ...

    def proposal(self, decision_id: DecisionId) -> Proposal | None:
        """Return what one person has proposed about a decision."""
        ...

    def bulk(self, bulk_id: str) -> Bulk | None:
        """Return a decision in bulk."""
        ...

    def open_bulks(self) -> list[Bulk]:
        """Return those that have not ended, oldest first."""
        ...

    def bulk_items(self, bulk_id: str, after: int, limit: int) -> list[BulkItem]:
        """Return the next items of a bulk in order."""
        ...

    def filtered(self, wanted: ItemFilter, after: str, limit: int) -> Sequence[ItemId]:
        """Return the next items that a filter finds, in order of their id."""
        ...

    def item_ids(self, platform_ids: Iterable[str]) -> dict[str, ItemId]:
        """Return which items these names of the platform's stand for; those that were never submitted are left out."""
        ...
