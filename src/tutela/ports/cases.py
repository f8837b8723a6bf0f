"""Cases as people work on them: what is read, and what is written beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.case_figures import CaseFate
from tutela.core.case_moves import DangerNote, SkipReason
from tutela.core.case_states import CaseState
from tutela.core.cases import Case
from tutela.core.ids import AccountId, CaseId, ClauseId
from tutela.core.waiting import Waiting


@dataclass(frozen=True, slots=True)
class CaseMove:
    """One case as it was read and as it is to be; `Conflict` when it has another version by now."""

    before: Case
    after: Case


@dataclass(frozen=True, slots=True)
class CaseNote:
    """What somebody wrote for the others who work on a case. Content: in no log, and in no audit."""

    id: str
    case_id: CaseId
    by: str
    at: datetime
    text: str
    salt: bytes  #: of the commitment to the text that the audit holds


@dataclass(frozen=True, slots=True)
class CaseSkip:
    """Who is not offered a case again, and why."""

    case_id: CaseId
    by: str
    reason: SkipReason
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """That an account of the platform is somebody's own."""

    person_id: str
    account_id: AccountId
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases, or queues; what is not given does not narrow."""

    clause_id: ClauseId | None = None
    language: str | None = None
    kind: str | None = None
    without: frozenset[ClauseId] = frozenset()  #: left out when the next case is taken; a list shows all


EVERY_QUEUE = CaseFilter()


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which open cases a list shows; what is not given does not narrow."""

    at: datetime  #: as of when states are told
    queue: CaseFilter = EVERY_QUEUE
    state: CaseState | None = None
    holder: str | None = None  #: who works on it, or put it on hold, also when the moment has come
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Where a page of open cases ended."""

    due_at: datetime
    id: str
    is_in_danger: bool = False


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case, in the platform's own names."""

    case: Case
    account_platform_id: str
    item_platform_ids: tuple[str, ...]  #: the first hundred
    item_count: int


@dataclass(frozen=True, slots=True)
class Queue:
    """How one queue stands."""

    clause_id: ClauseId
    language: str
    kind: str
    depth: int  #: cases that have not ended
    claimed: int  #: that somebody works on
    overdue: int
    in_danger: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseAlarms:
    """What the clocks say of all open cases."""

    overdue: int
    oldest_due_at: datetime | None  #: of those that are overdue
    unclaimed: int  #: due soon or overdue, and nobody works on them
    in_danger: int  #: somebody is in danger, and nobody works on it
    reminders: int  #: on hold until a moment that has come

    @property
    def is_quiet(self) -> bool:
        """Return whether nothing is wrong."""
        return not (self.overdue or self.unclaimed or self.in_danger)


class CaseReader(Protocol):
    """The part of a consistent read that is about cases."""

    def case_of(self, case_id: CaseId) -> Case | None:
        """Return a case, ended or not."""
        ...

    def case_shown(self, case_id: CaseId) -> OpenCase | None:
        """Return a case with what lies in it, ended or not."""
        ...

    def next_case(self, person: str, wanted: CaseFilter, answers: Sequence[int], now: datetime) -> OpenCase | None:
        """Return the case that *person* should take now: danger first, then by due time.

        Left out are those that somebody holds, that the person skipped or gave an answer to, and all about an account
        of their own. *answers* are those that the person may give: the first, second or third.
        """
        ...

    def open_cases_page(self, after: CasePlace | None, limit: int, wanted: ListFilter | None = None) -> list[OpenCase]:
        """Return open cases: danger first, then the one due first."""
        ...

    def case_queues(self, now: datetime) -> list[Queue]:
        """Return the queues in which there is anything, by clause, language and kind."""
        ...

    def case_alarms(self, now: datetime) -> CaseAlarms:
        """Return what the clocks say."""
        ...

    def case_lanes(self, now: datetime) -> Waiting:
        """Return how many open cases wait for what, and since when: as many statements for many as for one."""
        ...

    def case_notes(self, case_id: CaseId, after: str, limit: int) -> list[CaseNote]:
        """Return the next notes of a case, oldest first, after the id *after*."""
        ...

    def case_items_since(self, case_id: CaseId, version: int, limit: int) -> list[str]:
        """Return items laid into a case after it had *version*, by the platform's own ids."""
        ...

    def danger_notes(self, case_id: CaseId) -> list[DangerNote]:
        """Return who said that somebody is in danger in a case, and who that they are not any more, oldest first."""
        ...

    def own_accounts(self, person: str) -> frozenset[AccountId]:
        """Return the accounts of the platform that *person* said are their own."""
        ...

    def case_fates(self, since: datetime, limit: int) -> list[CaseFate]:
        """Return what became of cases that were opened since *since*: the newest *limit*. A look is none of them."""
        ...

    def oldest_open_case(self) -> datetime | None:
        """Return when the case was opened that has been open for longest; none where none is."""
        ...
