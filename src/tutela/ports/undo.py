"""The windows in which decisions may be taken back, as they are stored and read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.case_answers import CaseAnswer, TakenBackAnswer
from tutela.core.ids import CaseAnswerId, CaseId, DecisionId, ItemId, MeasureId, MediaId, MemberId
from tutela.core.measures import Subject
from tutela.core.plans import Answer
from tutela.core.undo_windows import AHEAD, PAUSE, LastChange, RecentWindow
from tutela.ports.cases import CaseMove


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window that begins with the changeset it is part of; what is restored by it is noted by the committer."""

    id: str  #: of the decision that was asked for, or of the answer where none was made
    by: str
    at: datetime
    until: datetime  #: from then on it is told
    bound: datetime | None = None
    lingering: frozenset[MeasureId] = frozenset()  #: what shows nothing again before its end
    answer: CaseAnswer | None = None

    @property
    def undo_until(self) -> datetime | None:
        """Return until when it may be taken back; none where something else has to be told too soon for that."""
        until = self.until - PAUSE
        return until if self.at < until else None


@dataclass(frozen=True, slots=True)
class StoredWindow:
    """A window with everything that was otherwise before it."""

    id: str
    by: str
    at: datetime
    until: datetime
    first_seq: int | None  #: of the change feed, that it holds back
    answer_id: CaseAnswerId | None
    case_id: CaseId | None  #: that this answers
    place: int | None  #: of the answer in its series
    undone_by: str | None  #: the decision that took it back, or the answer's own id where none was made
    decisions: tuple[DecisionId, ...]
    reverses: Mapping[DecisionId, DecisionId]  #: what these reversed, or took the place of
    ended: Mapping[MeasureId, Subject]
    cleared: tuple[MediaId, ...]
    cases: tuple[CaseMove, ...]  #: that were there before
    opened: Mapping[CaseId, int]  #: new ones, and how many items were laid into each
    laid: tuple[tuple[CaseId, ItemId], ...]  #: into cases that were there before
    taken_out: tuple[MemberId, ...] = ()  #: entries of banks
    unbanked: tuple[tuple[MemberId, DecisionId], ...] = ()  #: which entry rests on which decision no more
    links: tuple[tuple[CaseId, DecisionId], ...] = ()  #: cases that were said to be about what others had found
    skips: tuple[tuple[CaseId, str], ...] = ()  #: who is not offered which case by it, and was before

    @property
    def undo_until(self) -> datetime:
        """Return until when it may be taken back."""
        return self.until - PAUSE

    @property
    def saw_others(self) -> bool:
        """Return whether it is an answer that was told how it met those of others."""
        return self.place is not None and self.place > 1

    def is_open(self, now: datetime) -> bool:
        """Return whether it may be taken back."""
        return self.undone_by is None and self.at - AHEAD <= now < self.undo_until

    def holds_back(self, now: datetime) -> bool:
        """Return whether what it tells waits."""
        return self.undone_by is None and self.at - AHEAD <= now < self.until


@dataclass(frozen=True, slots=True)
class Undoing:
    """That a window's changeset is taken back; `Conflict` when it was meanwhile, or a case has changed."""

    window: StoredWindow
    at: datetime
    by: DecisionId | None  #: none where nothing had been decided
    restores: tuple[CaseMove, ...] = ()  #: from what is stored to what was before
    closes: tuple[CaseId, ...] = ()  #: cases that it had opened
    offers: tuple[tuple[CaseId, str], ...] = ()  #: whom they are offered again, as before


class UndoReader(Protocol):
    """The part of a consistent read that is about windows."""

    def undo_window(self, known_by: str) -> StoredWindow | None:
        """Return the window of a decision, or of an answer."""
        ...

    def held_untils(self, decision_ids: Iterable[DecisionId], now: datetime) -> dict[DecisionId, datetime]:
        """Return from when on what each of these tells is told, of those for which it is held back."""
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

    def answers_held_back(self, item_ids: Iterable[ItemId], now: datetime) -> dict[ItemId, Answer]:
        """Return the strictest that each of these was answered before what is held back; none for all others."""
        ...

    def windows_of(self, by: str, now: datetime) -> list[StoredWindow]:
        """Return what somebody did that is held back."""
        ...

    def told_to(self, there_before: datetime) -> int:
        """Return the greatest number of the change feed that any webhook which was there before a moment has passed."""
        ...

    def answers_taken_back(self, case_id: CaseId) -> list[TakenBackAnswer]:
        """Return which answers to a case were taken back."""
        ...

    def has_answer(self, answer_id: str) -> bool:
        """Return whether there is an answer to a case of this identifier."""
        ...

    def windows_over(self, before: datetime, limit: int) -> Sequence[str]:
        """Return windows that ended before a moment and that nothing refers to any more."""
        ...
