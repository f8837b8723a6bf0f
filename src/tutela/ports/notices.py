"""Notices as they are stored: what is written with them, and what is read for the work and for those who told us."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.core.clocks import ClockStart, Signal
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId, NoticeId, NotifierId
from tutela.core.messages import NewMessage
from tutela.core.notices.branches import NoticeKind
from tutela.core.notices.misuse import Conduct
from tutela.core.notices.notice import Notice, NoticeState
from tutela.core.notices.outcomes import ItemOutcome
from tutela.core.notices.weights import Record


@dataclass(frozen=True, slots=True)
class Sealed:
    """What somebody told, sealed under the key of the month in which they did."""

    period: str
    wrapped: bytes
    told: bytes


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice as it is first written, in the transaction of all that it leads to."""

    notice: Notice
    code_mac: bytes  #: of the receipt's code: the code itself is nowhere
    source_mac: bytes  #: of where it came from, for limits
    sealed: Sealed
    fingerprint: bytes  #: of all that it says: who says the same again, of the same, is told from who says more
    digests: tuple[tuple[str, str], ...] = ()  #: signal type and value: looked for among what comes later
    clocks: tuple[ClockStart, ...] = ()
    signals: frozenset[Signal] = frozenset()  #: that stop some of them at once: the receipt is given with it
    messages: tuple[NewMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticePlace:
    """What a notice is about, as far as it was found: items with their authors, accounts, and the cases they lie in."""

    notice_id: NoticeId
    items: Mapping[ItemId, AccountId] = field(default_factory=dict)
    accounts: tuple[AccountId, ...] = ()
    cases: tuple[CaseId, ...] = ()


@dataclass(frozen=True, slots=True)
class Warned:
    """That whoever tells from one place was warned."""

    source_mac: bytes
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NoticeMoved:
    """One notice after a move; `Conflict` when it has another version by then."""

    before: Notice
    after: Notice
    sealed: Sealed | None = None  #: where more was told
    forgets: bool = False  #: what was told goes; what became of it stays
    decisions: tuple[DecisionId, ...] = ()  #: that answer it
    item_outcomes: Mapping[ItemId, ItemOutcome] = field(default_factory=dict)
    is_manifestly_unfounded: bool = False
    warned: Warned | None = None  #: whoever told it is warned now
    clocks: tuple[ClockStart, ...] = ()  #: that begin; one that has begun keeps its own times
    signals: frozenset[Signal] = frozenset()
    at: datetime | None = None  #: of the signals
    messages: tuple[NewMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Notifier:
    """Somebody whose trade it is, whom we have enrolled."""

    id: NotifierId
    kind: NoticeKind
    name: str
    country: str
    enrolled_at: datetime
    enrolled_by: str
    checked_by: str  #: how it was made sure that it is them: the directory, the number that was called
    key_id: str | None = None  #: the key that they hand notices in with
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of the list of notices."""

    notice: Notice
    merged: int  #: later ones that say the same
    due_at: datetime | None  #: by when a person must have looked at the first of its cases


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices are wanted."""

    states: frozenset[NoticeState] = frozenset()
    kind: NoticeKind | None = None
    case_id: CaseId | None = None
    id: NoticeId | None = None
    wants_call_back: bool = False
    is_first: bool = False  #: without those that say the same as an earlier one that is open: that one counts them
    merged_into: NoticeId | None = None
    not_about: frozenset[AccountId] = frozenset()  #: accounts of whoever asks: nobody reads who told of them


@dataclass(frozen=True, slots=True)
class NoticesWaiting:
    """How many notices lie in no case, so that only whoever opens the list of notices would see them."""

    urgent: int = 0  #: and say that somebody is in danger
    unlocated: int = 0  #: nothing of what they are about was found
    call_backs: int = 0  #: of organisations that are to be called back, wherever they lie


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """When people last decided about an item or a case, and by which decision, past the time to take it back."""

    about: ItemId | CaseId
    decision_id: DecisionId
    at: datetime


class NoticeReader(Protocol):
    """The part of a consistent read that is about notices."""

    def notice_of(self, notice_id: NoticeId) -> Notice | None:
        """Return a notice."""
        ...

    def notice_by_code(self, code_mac: bytes) -> Notice | None:
        """Return the notice of a receipt."""
        ...

    def notice_mark(self, notice_id: NoticeId) -> bytes | None:
        """Return the fingerprint of what a notice said first."""
        ...

    def notices_page(self, wanted: NoticeFilter, after: str, limit: int) -> list[NoticeRow]:
        """Return notices: the newest first, after the id *after*."""
        ...

    def pressing_notices(self, now: datetime, not_about: Iterable[AccountId], limit: int) -> list[NoticeRow]:
        """Return open notices that say that somebody is in danger, then those of which a time is over; oldest first."""
        ...

    def notices_waiting(self, not_about: Iterable[AccountId]) -> NoticesWaiting:
        """Return how many wait in no case."""
        ...

    def notices_answered_with(self, case_id: CaseId) -> int:
        """Return how many open notices lie in a case and in no other that is open: its answer is theirs."""
        ...

    def sealed_notice(self, notice_id: NoticeId) -> Sealed | None:
        """Return what was told; none where it was forgotten."""
        ...

    def open_notices(self, after: str, limit: int, states: Iterable[NoticeState]) -> list[Notice]:
        """Return notices in *states*, oldest first, after the id *after*."""
        ...

    def notice_digests(self, ids: Iterable[NoticeId]) -> Mapping[NoticeId, tuple[tuple[str, str], ...]]:
        """Return the digests that notices name: signal type and value."""
        ...

    def queued_in_turn(self, limit: int) -> Sequence[NoticeId]:
        """Return notices that wait their turn: the first of each place before the second of any."""
        ...

    def unlocated_notices(self, after: str, limit: int) -> Sequence[NoticeId]:
        """Return notices of which nothing was found, answered so or not, by id; none that is older than a quarter."""
        ...

    def decided_notices(self, after: str, limit: int) -> Sequence[Notice]:
        """Return open notices about something that people have decided since, by id."""
        ...

    def overturned_notices(self, after: str, limit: int) -> Sequence[Notice]:
        """Return answered notices whose answer rests on a decision that was reversed since, by id."""
        ...

    def told_before(self, moment: datetime, limit: int) -> Sequence[NoticeId]:
        """Return notices that were answered before a moment, and whose words are still kept."""
        ...

    def months_told(self) -> frozenset[str]:
        """Return the periods under whose keys anything that was told is still sealed."""
        ...

    def closed_cases(self, cases: Iterable[CaseId], now: datetime) -> Mapping[CaseId, AnsweredItem]:
        """Return those that have ended, past the time to take that back, with by what."""
        ...

    def notice_source(self, notice_id: NoticeId) -> bytes | None:
        """Return what notices from the same place are counted by."""
        ...

    def kinds_of_cases(self, cases: Iterable[CaseId]) -> Mapping[CaseId, tuple[tuple[NoticeKind, bool], ...]]:
        """Return the kinds of the notices in each case, each with whether who told it is enrolled."""
        ...

    def held_by_notices(
        self, accounts: Iterable[AccountId], now: datetime, *, by_claims: bool
    ) -> Mapping[AccountId, int]:
        """Return how many items of each account are held because people unknown say so: by claims alone, or all."""
        ...

    def kept_before(self, items: Iterable[ItemId], clause_id: ClauseId) -> Mapping[ItemId, bool]:
        """Return the items that people kept when a notice under the clause named them; and whether one was enrolled."""
        ...

    def answered_items(
        self, items: Iterable[ItemId], clause_id: ClauseId, now: datetime
    ) -> Mapping[ItemId, AnsweredItem]:
        """Return when people last decided about each item under a clause, or ended its case under that clause."""
        ...

    def told_within(self, source_mac: bytes, since: datetime) -> int:
        """Return how many notices came from one place since a moment."""
        ...

    def same_notice(self, fingerprint: bytes, since: datetime) -> NoticeId | None:
        """Return the first notice since a moment that says the very same."""
        ...

    def naming_before(self, items: Iterable[ItemId], clause_id: ClauseId) -> Mapping[ItemId, NoticeId]:
        """Return for each item the first open notice that names it under a clause."""
        ...

    def notifier_record(self, notifier_id: NotifierId) -> Record:
        """Return how often somebody enrolled was right."""
        ...

    def source_conduct(self, source_mac: bytes, since: datetime) -> Conduct:
        """Return what came of the notices from one place since a moment."""
        ...

    def notifier_by_key(self, key_id: str) -> Notifier | None:
        """Return whose key it is, unless their enrolment has ended."""
        ...

    def notifier_of(self, notifier_id: NotifierId) -> Notifier | None:
        """Return somebody who is or was enrolled."""
        ...


class Notifiers(Protocol):
    """Keep who is enrolled. Every write is one transaction with its own audit entry."""

    def add(self, notifier: Notifier) -> None:
        """Store somebody."""
        ...

    def end(self, notifier_id: NotifierId, at: datetime, by: str) -> Notifier | None:
        """End an enrolment, and return whose it was; none where there was none, or it had ended."""
        ...

    def all(self) -> Sequence[Notifier]:
        """Return everybody who was ever enrolled, newest first."""
        ...
