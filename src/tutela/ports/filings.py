"""Reports on their way to an authority: leased rows that one process holds, and the log of every step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.filing.states import Environment, Filing, Step
from tutela.core.ids import ReportId
from tutela.ports.webhooks import Lease


@dataclass(frozen=True, slots=True)
class StoredFiling:
    """How far a report is, and who is at it."""

    report_id: ReportId
    authority: str
    filing: Filing
    version: int
    created_at: datetime
    holder: str | None = None
    lease_until: datetime | None = None
    abandon_by: str | None = None  #: who gave it up; done as soon as nothing is on its way
    finished_at: datetime | None = None
    seen_by: str | None = None  #: who has taken note of how it ended

    def is_held(self, now: datetime) -> bool:
        """Return whether a process that counts as alive is at it."""
        return self.lease_until is not None and now < self.lease_until


@dataclass(frozen=True, slots=True)
class Held:
    """A report that one process alone takes on its way now."""

    stored: StoredFiling
    holder: str

    @property
    def report_id(self) -> ReportId:
        """Return which."""
        return self.stored.report_id

    @property
    def filing(self) -> Filing:
        """Return how far it is."""
        return self.stored.filing


@dataclass(frozen=True, slots=True)
class StepNote:
    """One line of the log: in codes of ours and of theirs, never content."""

    at: datetime
    note: str  #: of ours, such as `upload.done`; `upload.asked` before it is sent
    step: Step | None = None
    file: int | None = None
    http_status: int | None = None
    code: int | None = None
    request_id: str | None = None  #: asked for by their support
    failure: str | None = None  #: why there was no answer
    by: str | None = None  #: a person


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the log with its number, from 1."""

    number: int
    step: StepNote


class Filings(Protocol):
    """Keep how far each report is. Who no longer holds one writes nothing of it; each write has its audit entry."""

    def claim(self, authority: str, environment: Environment, lease: Lease) -> Held | None:
        """Claim one that is due, those about somebody in danger first; none when there is none."""
        ...

    def renew(self, held: Held, lease: Lease) -> None:
        """Say that its holder is still alive.

        Raises:
            tutela.errors.TakenOver: Another process has claimed it meanwhile.
        """
        ...

    def store(self, held: Held, filing: Filing, note: StepNote) -> Held:
        """Store what became of it and a line of the log, in one transaction; return it as it is now.

        Raises:
            tutela.errors.TakenOver: Another process has claimed it meanwhile.
        """
        ...

    def give_back(self, held: Held) -> None:
        """Let whoever comes next take it. Nothing where it is held no more."""
        ...

    def filing(self, report_id: str) -> StoredFiling | None:
        """Return one."""
        ...

    def steps(self, report_id: str) -> tuple[StepLine, ...]:
        """Return the whole log of one, oldest first."""
        ...

    def watched(self) -> list[StoredFiling]:
        """Return those that are not over, and those that are over of whose trouble nobody has taken note."""
        ...

    def ask_abandon(self, report_id: ReportId, by: str, now: datetime) -> StoredFiling:
        """Note that somebody gives one up: whoever takes it next withdraws it. Idempotent.

        Raises:
            tutela.errors.Conflict: It is over.
        """
        ...

    def change(self, before: StoredFiling, filing: Filing, note: StepNote) -> StoredFiling:
        """Store what a person makes of it while nobody is at it; return it as it is now.

        Raises:
            tutela.errors.Conflict: It is no longer as it was *before*, a process is at it, or another report about one
                of its cases is on its way.
        """
        ...

    def take_note(self, report_id: ReportId, by: str, now: datetime) -> StoredFiling:
        """Note that somebody knows how one ended, so that nobody is told any more.

        Raises:
            tutela.errors.Conflict: It is not over.
        """
        ...

    def open_channel(self, authority: str, now: datetime) -> int:
        """Let those go on that stopped because the channel did not work; return how many."""
        ...
