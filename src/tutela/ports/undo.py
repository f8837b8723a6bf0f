"""The windows in which decisions may be taken back, as they are stored and read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.ids import CaseAnswerId, CaseId, DecisionId, ItemId, MeasureId, MediaId, MemberId
from tutela.core.measures import Subject
from tutela.core.undo_windows import LastChange, RecentWindow
from tutela.ports.cases import CaseMove


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window that begins with the changeset it is part of; what is restored by it is noted by the committer."""

    id: str  #: of the decision that was asked for, or of the answer where none was made
    by: str
    at: datetime
    until: datetime
    bound: datetime | None = None
    lingering: frozenset[MeasureId] = frozenset()  #: what shows nothing again before its end
    answer_id: CaseAnswerId | None = None


@dataclass(frozen=True, slots=True)
class StoredWindow:
    """A window with everything that was otherwise before it."""

    id: str
    by: str
    at: datetime
    until: datetime
    answer_id: CaseAnswerId | None
    is_undone: bool
    decisions: tuple[DecisionId, ...]
    reverses: Mapping[DecisionId, DecisionId]  #: what these reversed, or took the place of
    ended: Mapping[MeasureId, Subject]
    cleared: tuple[MediaId, ...]
    cases: tuple[CaseMove, ...]  #: that were there before
    opened: Mapping[CaseId, int]  #: new ones, and how many items were laid into each
    laid: tuple[tuple[CaseId, ItemId], ...]  #: into cases that were there before
    taken_out: tuple[MemberId, ...] = ()  #: entries of banks
    unbanked: tuple[tuple[MemberId, DecisionId], ...] = ()  #: which entry rests on which decision no more

    def is_open(self, now: datetime) -> bool:
        """Return whether it may be taken back."""
        return not self.is_undone and now < self.until


@dataclass(frozen=True, slots=True)
class Undoing:
    """That a window's changeset is taken back; `Conflict` when it was meanwhile, or a case has changed."""

    window: StoredWindow
    at: datetime
    by: DecisionId | None  #: none where nothing had been decided
    restores: tuple[CaseMove, ...] = ()  #: from what is stored to what was before
    closes: tuple[CaseId, ...] = ()  #: cases that it had opened


class UndoReader(Protocol):
    """The part of a consistent read that is about windows."""

    def undo_window(self, known_by: str) -> StoredWindow | None:
        """Return the window of a decision, or of an answer."""
        ...

    def undo_untils(self, decision_ids: Iterable[DecisionId], now: datetime) -> dict[DecisionId, datetime]:
        """Return until when each of these may be taken back that still may."""
        ...

    def recent_windows(self, since: datetime) -> list[RecentWindow]:
        """Return the windows that end after a time, undone ones too."""
        ...

    def last_changes(self, subjects: Iterable[Subject]) -> list[LastChange]:
        """Return the last change of each of these that ever changed."""
        ...

    def held_from(self, now: datetime) -> int | None:
        """Return the first number of the change feed that an open window holds back."""
        ...
