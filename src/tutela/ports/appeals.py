"""Where appeals are kept, what people answered about them, and what was done about misuse."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.core.appeals.appeal import Appeal, AppealAnswer
from tutela.core.appeals.fitness import Involved
from tutela.core.appeals.misuse import ConductNote
from tutela.core.clocks import ClockStart
from tutela.core.ids import AccountId, AppealId, ClauseId, DecisionId, StatementId
from tutela.core.statements import Statement


@dataclass(frozen=True, slots=True)
class SealedWords:
    """What somebody wrote, and where they want to hear of it, sealed under a key of its month."""

    period: str
    wrapped: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class AppealWords:
    """What they wrote, opened."""

    text: str = ""
    contact: str = ""  #: an address of e-mail, where they gave one


@dataclass(frozen=True, slots=True)
class NewAppeal:
    """An appeal that comes, with its words sealed."""

    appeal: Appeal
    words: SealedWords | None = None
    clocks: tuple[ClockStart, ...] = ()


@dataclass(frozen=True, slots=True)
class AppealMoved:
    """An appeal as it is from now on; `Conflict` when it has another version by then."""

    before: Appeal
    after: Appeal
    at: datetime
    clocks: tuple[ClockStart, ...] = ()  #: that begin with it


@dataclass(frozen=True, slots=True)
class AppealChanges:
    """All that a changeset writes about appeals."""

    opened: tuple[NewAppeal, ...] = ()
    moves: tuple[AppealMoved, ...] = ()
    answers: tuple[AppealAnswer, ...] = ()
    conduct: tuple[ConductNote, ...] = ()


@dataclass(frozen=True, slots=True)
class AppealFilter:
    """Which appeals are listed; what is not given does not narrow."""

    account_id: AccountId | None = None
    decision_id: DecisionId | None = None
    is_open: bool | None = None
    states: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class AppealCount:
    """How somebody's appeals went within a period."""

    decided: int = 0
    unfounded: int = 0
    unfounded_since: int = 0  #: after a moment that was asked for


class AppealReader(Protocol):
    """The part of `ports.store.Reader` about appeals."""

    def appeals(self, appeal_ids: Iterable[AppealId]) -> dict[AppealId, Appeal]:
        """Return the appeals that exist."""
        ...

    def months_of_open_appeals(self) -> frozenset[str]:
        """Return the periods under whose keys the words of an open appeal are sealed."""
        ...

    def appeals_page(self, wanted: AppealFilter, after: str, limit: int) -> list[Appeal]:
        """Return appeals by id, which is the order in which they came, from behind *after* on."""
        ...

    def appeals_against(self, decision_id: DecisionId, account_id: AccountId) -> list[Appeal]:
        """Return all of an account against a decision, oldest first."""
        ...

    def appeals_overtaken(self, limit: int, now: datetime) -> dict[AppealId, DecisionId]:
        """Return open appeals whose decision was reversed or replaced, each with what did it.

        None while that may still be taken back.
        """
        ...

    def appeal_answers(self, appeal_id: AppealId) -> list[AppealAnswer]:
        """Return what people answered, in order."""
        ...

    def appeal_words(self, appeal_id: AppealId) -> SealedWords | None:
        """Return what was written, sealed; none where nothing was, or it was forgotten."""
        ...

    def appeals_held_by(self, person: str, now: datetime) -> list[Appeal]:
        """Return open appeals that somebody has claimed or answered: of what these are against they see no decider."""
        ...

    def appeal_conduct(self, account_id: AccountId) -> list[ConductNote]:
        """Return what was done about misuse by an account, oldest first."""
        ...

    def appeal_count(self, account_id: AccountId, since: datetime, after: datetime) -> AppealCount:
        """Return how appeals of an account went since a moment."""
        ...

    def involved_in(self, decision_ids: Iterable[DecisionId]) -> Involved:
        """Return who gave an answer, a decision, an approval or a proposal in these decisions."""
        ...

    def statements_about(self, decision_id: DecisionId, account_id: AccountId | None = None) -> list[Statement]:
        """Return what was or will be told because of a decision, to one account or to all, oldest first."""
        ...

    def told_late(self, decision_id: DecisionId, account_id: AccountId) -> datetime | None:
        """Return when the platform says that it delivered the last of these statements; none where it said nothing."""
        ...

    def statement(self, statement_id: StatementId) -> Statement | None:
        """Return one statement."""
        ...


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause as it was worded in a version of the policy."""

    clause_id: ClauseId
    version: str
    title: str
    adult: str
    teen: str


class PolicyTexts(Protocol):
    """Keep what every version of the policy said: decisions name a version, and files are overwritten."""

    def keep(self, texts: Iterable[ClauseText], at: datetime) -> int:
        """Store those that are not kept yet, and return how many that were. Idempotent."""
        ...

    def of(self, clause_id: ClauseId, version: str) -> ClauseText | None:
        """Return the text of a clause in a version of the policy."""
        ...
