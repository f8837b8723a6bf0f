"""The rule book: versions of the operator's rules, how far each has come, and who asked for what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.core.ids import ClauseId
from tutela.core.rules.rule import RuleState


@dataclass(frozen=True, slots=True)
class StoredRule:
    """One version of a rule. It is never edited."""

    name: str
    version: str
    clause: ClauseId
    state: RuleState
    source: str = field(repr=False)  #: a rule file of this one rule
    written_by: str
    written_at: datetime | None  #: none of what ships
    made_from: str | None = None  #: the version from which it was written


@dataclass(frozen=True, slots=True)
class Proposal:
    """A move that waits for somebody else."""

    name: str
    version: str
    before: RuleState
    to: RuleState
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class EndedProposal:
    """A move that was proposed, and what became of it."""

    proposal: Proposal
    ended_at: datetime | None  #: none while it waits
    ended_by: str | None  #: who approved, withdrew or turned it down
    is_approved: bool


@dataclass(frozen=True, slots=True)
class RuleMove:
    """That a version came from one state into another."""

    name: str
    version: str
    before: RuleState
    after: RuleState
    by: str
    at: datetime
    reason: str
    proposed_by: str | None = None  #: where two people were needed; *by* is who approved


class RuleBook(Protocol):
    """Keep rules. Every write is one transaction with its own audit entries, and moves `seq` on."""

    def seq(self) -> int:
        """Return a number that grows with every change: cheap, for whoever wants to know whether to read again."""
        ...

    def current(self) -> list[StoredRule]:
        """Return every version that is not retired, by name."""
        ...

    def running(self) -> list[StoredRule]:
        """Return every version that is live or in shadow, by name."""
        ...

    def versions(self, name: str) -> list[StoredRule]:
        """Return every version of a rule, the newest first."""
        ...

    def shipped_states(self) -> Mapping[str, RuleState]:
        """Return where the operator brought rules that ship; the others are live."""
        ...

    def add(self, rule: StoredRule, latest: str | None) -> StoredRule:
        """Store a new draft and return it with its version.

        Raises:
            tutela.errors.RuleChanged: *latest* is not the newest version of the operator's; who wrote it is told.
        """
        ...

    def proposals(self) -> list[Proposal]:
        """Return what waits for a second person, the oldest first."""
        ...

    def proposed(self, name: str) -> list[EndedProposal]:
        """Return every move of a rule that was proposed, the oldest first, whatever became of it."""
        ...

    def propose(self, proposal: Proposal) -> None:
        """Store a proposal.

        Raises:
            tutela.errors.Conflict: One for this rule waits already.
        """
        ...

    def withdraw(self, proposal: Proposal, by: str, at: datetime) -> None:
        """End a proposal without a move.

        Raises:
            tutela.errors.Conflict: It waits no more.
        """
        ...

    def move(self, moves: Sequence[RuleMove], approves: Proposal | None = None) -> None:
        """Bring versions from one state into another, and end the proposal that is approved by it.

        Raises:
            tutela.errors.RuleChanged: One of them is in another state by now.
            tutela.errors.Conflict: The proposal waits no more.
        """
        ...

    def history(self, name: str) -> list[RuleMove]:
        """Return every move of a rule's versions, the oldest first."""
        ...
