"""Where holds on evidence are kept, and what they keep."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tutela.core.content import Media
from tutela.core.filing.holds import Hold
from tutela.core.ids import CaseId, EvidenceId, HoldId, ItemId, MediaId, ReportId


class Part(StrEnum):
    """Why a content is held."""

    NAMED = "named"  #: the report, or the letter, names it
    CONTEXT = "context"  #: it lies beside what is named and gives it context


@dataclass(frozen=True, slots=True)
class HeldContent:
    """One content under a hold."""

    id: EvidenceId
    part: Part = Part.NAMED


class HoldStep(StrEnum):
    """What was done with a hold."""

    PLACED = "placed"
    EXTENDED = "extended"
    REVIEWED = "reviewed"  #: somebody saw that it is still wanted
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class HoldChange:
    """One line of a hold's history."""

    at: datetime
    by: str
    step: HoldStep
    reason: str  #: the letter that asks for it, or what was thought; in no audit and no log


@dataclass(frozen=True, slots=True)
class StoredHold:
    """A hold as it is kept."""

    hold: Hold
    placed_at: datetime
    placed_by: str
    version: int
    contents: int


@dataclass(frozen=True, slots=True)
class FinishedReport:
    """What starts the year of the law: a report that was finished in production, or filed by hand."""

    id: ReportId
    contents: tuple[str, ...]  #: in the vault, what was written for it included
    case_ids: tuple[CaseId, ...]
    finished_at: datetime
    is_by_hand: bool = False  #: it names no contents: what the items of its cases carry is what was reported


class FinishedReports(Protocol):
    """Read what was reported. Tests never count."""

    def unpreserved(self, limit: int) -> list[FinishedReport]:
        """Return reports that were finished and for which nothing is held yet, the earliest first."""
        ...


class HoldReader(Protocol):
    """The part of `ports.store.Reader` about holds, and about what lies beside evidence."""

    def media_of_contents(self, content_ids: Iterable[str]) -> dict[str, MediaId]:
        """Return the media of contents of the vault; none of what was written here for a report."""
        ...

    def items_of_cases(self, case_ids: Iterable[CaseId], limit: int | None = None) -> list[ItemId]:
        """Return the items that lie in cases, at most *limit* or all."""
        ...

    def media_in(self, item_ids: Iterable[ItemId], limit: int | None = None) -> list[MediaId]:
        """Return the media of items, and of nothing beside them, at most *limit* or all."""
        ...

    def media_around(self, item_ids: Iterable[ItemId], limit: int | None = None) -> list[MediaId]:
        """Return the media of items and of the conversations in which they were said, at most *limit* or all."""
        ...

    def held_unsealed(self, now: datetime, limit: int) -> list[Media]:
        """Return media that are held and lie under a transient key."""
        ...

    def holds_of(self, evidence_ids: Iterable[EvidenceId]) -> dict[EvidenceId, tuple[Hold, ...]]:
        """Return every hold there ever was on each that has any.

        A report is held as long as any of its files is, and what was written for it as long as the report: they lie
        under one key.
        """
        ...

    def holds_to_review(self, now: datetime) -> int:
        """Return how many active holds are past the date on which somebody had to look at them."""
        ...


class HoldBook(Protocol):
    """Keep holds. Every write is one transaction with its own audit entry, which holds ids and numbers only."""

    def place(self, hold: Hold, contents: Sequence[HeldContent], change: HoldChange) -> bool:
        """Store a new hold; return False where it is there already, or another one for this report.

        Of a report it leaves out what is being destroyed: everything else is held all the same.

        Raises:
            tutela.errors.Conflict: One of the contents is being destroyed.
        """
        ...

    def change(self, before: StoredHold, after: Hold, change: HoldChange) -> None:
        """Store a hold that was extended, looked at or released.

        Raises:
            tutela.errors.Conflict: It was changed since *before* was read.
        """
        ...

    def hold(self, hold_id: HoldId) -> StoredHold | None:
        """Return one."""
        ...

    def contents(self, hold_id: HoldId, after: str, limit: int) -> list[HeldContent]:
        """Return what it keeps, by id, from behind *after* on."""
        ...

    def history(self, hold_id: HoldId) -> list[HoldChange]:
        """Return what was done with it, oldest first."""
        ...

    def page(self, after: str, limit: int, *, active_at: datetime | None = None) -> list[StoredHold]:
        """Return holds by id, from behind *after* on; only those active at a moment, where one is given."""
        ...
