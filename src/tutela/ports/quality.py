"""Second looks, golden cases and figures of agreement, as they are stored and read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.agreement import Labels, PairKind, Tally
from tutela.core.cases import Case
from tutela.core.ids import AccountId, CaseAnswerId, CaseId, ClauseId, DecisionId, GoldenId
from tutela.core.looks import Golden, Look, LookEnd
from tutela.ports.case_answers import StoredAnswer
from tutela.ports.cases import CaseFilter


@dataclass(frozen=True, slots=True)
class EndedLook:
    """A look that ends; `Conflict` when it has ended by now."""

    case_id: CaseId
    end: LookEnd
    at: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """Two answers side by side. Never changed: a golden case that is withdrawn is left out when it is counted."""

    answer_id: CaseAnswerId  #: the second
    kind: PairKind
    clause_id: ClauseId  #: of the case
    at: datetime
    first_by: str | None  #: none for what is known
    second_by: str
    said: Labels
    is_agreed: bool
    golden_id: GoldenId | None = None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What became of a sample: by whom, and whether they agree; nobody where nobody looked."""

    answer_id: CaseAnswerId
    at: datetime
    by: str | None = None
    is_agreed: bool | None = None


@dataclass(frozen=True, slots=True)
class StoredGolden:
    """A golden case with the salt of the commitment that the audit holds."""

    golden: Golden
    salt: bytes


@dataclass(frozen=True, slots=True)
class QualityChanges:
    """What a unit of work writes about quality."""

    looks: tuple[Look, ...] = ()
    ended: tuple[EndedLook, ...] = ()
    looked_at: tuple[LookedAt, ...] = ()
    compared: tuple[Compared, ...] = ()
    golden: tuple[StoredGolden, ...] = ()
    withdrawn: tuple[Golden, ...] = ()  #: `Conflict` when one has been withdrawn by now


@dataclass(frozen=True, slots=True)
class Drawn:
    """A decision of one person that is to be looked at again, and was laid before nobody yet."""

    first: StoredAnswer
    case: Case
    decision_id: DecisionId
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class OpenLook:
    """A look that has not ended, with what may end it."""

    look: Look
    case: Case
    is_moot: bool  #: the decision was reversed, or the golden case withdrawn


@dataclass(frozen=True, slots=True)
class FigureFilter:
    """Which pairs; what is not given does not narrow."""

    since: datetime
    until: datetime
    clause_id: ClauseId | None = None
    kind: PairKind | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class SampleCount:
    """What became of the decisions that were drawn within a time."""

    drawn: int
    waiting: int
    agreed: int
    differed: int
    unseen: int  #: that nobody looked at in time, or that were reversed before


class QualityReader(Protocol):
    """The part of a consistent read that is about quality."""

    def drawn_samples(self, before: datetime, limit: int) -> list[Drawn]:
        """Return decisions that were drawn, are carried out, and are laid before nobody yet."""
        ...

    def look_of(self, case_id: CaseId) -> Look | None:
        """Return what a look is about."""
        ...

    def open_looks(self, now: datetime, limit: int) -> list[OpenLook]:
        """Return looks that have not ended and that something may end by now."""
        ...

    def looking_at(self, person: str, now: datetime) -> dict[CaseId, DecisionId]:
        """Return the decided cases, with their decisions, that *person* looks at again under a lease."""
        ...

    def golden(self, golden_id: GoldenId) -> Golden | None:
        """Return a golden case, withdrawn or not."""
        ...

    def golden_of(self, case_id: CaseId) -> GoldenId | None:
        """Return under which name a case is golden; none where it is not, or was withdrawn."""
        ...

    def golden_page(self, after: str, limit: int, *, with_withdrawn: bool) -> list[Golden]:
        """Return golden cases in order of their id."""
        ...

    def golden_for(self, person: str, accounts: Iterable[AccountId], wanted: CaseFilter, limit: int) -> list[GoldenId]:
        """Return golden cases that *person* may be given.

        None that they had, marked or answered when it was decided, none about *accounts*, which are their own, and
        none beside an open case about the same.
        """
        ...

    def who_knows(self, case_id: CaseId) -> frozenset[str]:
        """Return who answered a case, or marked it as golden: to whom it is not given."""
        ...

    def tallies(self, by: str, wanted: FigureFilter) -> list[Tally]:
        """Return what agrees and differs by `clause`, `reviewer` or `kind`; pairs of withdrawn golden cases left out.

        By reviewer a pair counts for both of them.
        """
        ...

    def has_unseen(self, since: datetime) -> bool:
        """Return whether a decision that was drawn after *since*, and stands, was looked at by nobody in time."""
        ...

    def sample_count(self, since: datetime, until: datetime) -> SampleCount:
        """Return what became of the decisions that were drawn."""
        ...
