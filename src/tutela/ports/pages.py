"""The rota, the pages to those on call, and what carries a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.core.ids import CaseId, NoticeId, PageId, PersonId, ShiftId
from tutela.core.paging import Channel, Page, PageFailure, Try
from tutela.core.rota import Shift


@dataclass(frozen=True, slots=True)
class Danger:
    """What is open: cases and notices in danger without a page, and pages of what is in danger no more."""

    unpaged: tuple[CaseId, ...]
    over: tuple[PageId, ...]
    unpaged_notice: NoticeId | None = None  #: the oldest; none while the page of another one still wakes people


@dataclass(frozen=True, slots=True)
class PageClaim:
    """Which process sends the pages of a case, and until when it counts as alive."""

    holder: str
    now: datetime
    until: datetime


class Rota(Protocol):
    """Keep shifts and where people are reached. Every write is one transaction with its own audit entry."""

    def shifts(self, now: datetime) -> list[Shift]:
        """Return the shifts that have not ended, the first first."""
        ...

    def add(self, shift: Shift, by: str, now: datetime) -> None:
        """Store a shift.

        Raises:
            tutela.errors.Conflict: There are `MAX_SHIFTS` already, or just this one: sent twice and removed once, it
                would stand.
        """
        ...

    def remove(self, shift_id: ShiftId, by: str) -> bool:
        """Remove a shift; return whether it was there."""
        ...

    def addresses(self, people: Sequence[PersonId]) -> Mapping[PersonId, str]:
        """Return the e-mail address of each of *people* that has one."""
        ...

    def put_address(self, person_id: PersonId, email: str | None, by: str) -> None:
        """Store where somebody is reached; none takes it away."""
        ...


class Pages(Protocol):
    """Keep pages. Every write is one transaction with its own audit entry, which holds identifiers only."""

    def danger(self) -> Danger:
        """Return what is not as the cases stand."""
        ...

    def raise_page(self, page: Page) -> bool:
        """Store a new page; return whether there was none that is open for its case, or its notice."""
        ...

    def end(self, page_id: PageId, at: datetime) -> None:
        """Note that the danger is over."""
        ...

    def open(self) -> list[Page]:
        """Return the pages whose danger is not over, oldest first, with every try."""
        ...

    def page(self, page_id: str) -> Page | None:
        """Return one, over or not."""
        ...

    def claim(self, page_id: PageId, claim: PageClaim) -> bool:
        """Claim a page that is loud; return whether no other process that counts as alive has it."""
        ...

    def note(self, page_id: PageId, tried: Sequence[Try]) -> None:
        """Note the tries of a round, all or none: of a process that died between, everybody is woken again."""
        ...

    def acknowledge(self, page_id: PageId, by: str, at: datetime) -> bool:
        """Note who has it; return whether nobody had."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One page to one person, on its way."""

    page: Page
    person_id: PersonId | None
    number: int
    at: datetime
    email: str | None = field(default=None, repr=False)


class PageSender(Protocol):
    """Carry a page by one channel. Nothing of it says more than which case."""

    @property
    def channel(self) -> Channel:
        """Return which one it is."""
        ...

    def reaches(self, message: Message) -> bool:
        """Return whether this channel leads to the person at all."""
        ...

    def send(self, message: Message) -> PageFailure | None:
        """Send and return why it did not go out; never raises for anything on the way."""
        ...

    def test(self, at: datetime, email: str | None) -> PageFailure | None:
        """Try the connection; a mail goes only where *email* says."""
        ...
