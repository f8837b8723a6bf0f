"""The database as the flows see it: frozen values out.

Longer than a module should be: what is read of accounts, items, media and banks in one snapshot is one Protocol. What
is read for one feature has a Protocol of its own, which `Reader` takes in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from tutela.core.banks import Bank, Detection, Member, SignalType
from tutela.core.brake import Trip
from tutela.core.cases import Case
from tutela.core.clearances import Cleared
from tutela.core.content import Account, Channel, EvidenceState, Media
from tutela.core.ids import AccountId, BankId, ClauseId, DecisionId, ItemId, MediaId, MemberId
from tutela.core.measures import Standing, Subject
from tutela.core.opinions import Said
from tutela.core.plans import Answer
from tutela.core.quotas import QuotaUsed
from tutela.core.statements import Statement
from tutela.core.strikes import Strike
from tutela.core.verifications import Verification, VerificationKind
from tutela.ports.appeals import AppealReader
from tutela.ports.bank_precision import BankPrecisionReader
from tutela.ports.banking import BankedReader
from tutela.ports.case_answers import AnswerReader
from tutela.ports.cases import CaseReader
from tutela.ports.changes import ChangePage, FeedPlace
from tutela.ports.classifiers import QuestionReader
from tutela.ports.committer import IdempotentAnswer, StoredItem
from tutela.ports.counting import CounterReader
from tutela.ports.decisions import DecisionReader
from tutela.ports.destructions import KeptReader
from tutela.ports.duties import DutyReader
from tutela.ports.events import EventReader
from tutela.ports.holds import HoldReader
from tutela.ports.index import FeedMark, FeedPage, IndexName
from tutela.ports.notices import NoticeReader
from tutela.ports.quality import QualityReader
from tutela.ports.reported_before import ReportedReader
from tutela.ports.reports import FilingReader
from tutela.ports.ties import TieReader
from tutela.ports.timeline import TimelineReader
from tutela.ports.undo import UndoReader
from tutela_client.in_force import Holdings
from tutela_client.see import Seen
from tutela_client.viewer import Choice, Viewer


@dataclass(frozen=True, slots=True)
class Carrier:
    """An item that carries a media: as much of it as is told about copies."""

    media_id: MediaId
    item_id: ItemId
    platform_id: str
    account_id: AccountId
    account_platform_id: str
    answer: Answer
    is_detected: bool
    channel: Channel
    regions: tuple[str, ...]  #: of the item and of its author


@dataclass(frozen=True, slots=True)
class Posting:
    """That an item carries a media, with what says whether anybody may look at it (P12)."""

    media_id: MediaId
    item_id: ItemId
    account_id: AccountId
    is_detected: bool
    channel: Channel
    regions: tuple[str, ...]  #: of the item and of its author


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item with every standing that touches it."""

    item: ItemId
    platform_id: str
    author_platform_id: str
    answer: Answer
    own: tuple[Standing, ...]  #: its own, its media's, its tags'
    by_author: tuple[Standing, ...]
    inside: tuple[Standing, ...]  #: of what it quotes, the media and tags of that, and the accounts that wrote it
    is_published_inside: bool = True  #: whether everything that it quotes was let out

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Return all of them."""
        return self.by_author + self.own + self.inside


@dataclass(frozen=True, slots=True)
class Tie:
    """What only the platform knows of an item that somebody looks at."""

    relation: str = "none"  #: of the viewer to the author
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Sampled:
    """One item of a sample."""

    seq: int  #: of the newest change of what is under measures; the next page is before it
    platform_id: str


@dataclass(frozen=True, slots=True)
class MemberHit:
    """A member of an active bank whose value equals a digest."""

    member: Member
    bank: Bank


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Active members in commit order, as columns of one length: a bulk comparison makes no object a row."""

    seqs: Sequence[int]
    bank_ids: Sequence[str]
    signal_types: Sequence[str]
    values: Sequence[bytes]

    def __len__(self) -> int:
        """Return how many members there are."""
        return len(self.seqs)


@dataclass(frozen=True, slots=True)
class StoredPage:
    """Stored media in order of their id, with the hashes by which the index of stored items finds them."""

    media: Sequence[MediaId]  #: what the page covers, also those without a hash
    owners: Sequence[str]  #: of each row of `values`
    values: Sequence[bytes]  #: 32 bytes, or several times 32: one hash in each orientation


@dataclass(frozen=True, slots=True)
class KnownNear:
    """What stands behind an owner of the known index: a member with its bank, or sealed media."""

    member: Member | None
    bank: Bank | None
    media_id: MediaId | None
    clause_id: ClauseId
    near_bits: int
    decision_id: DecisionId | None = None  #: that sealed the media
    ends_at: datetime | None = None  #: when it is sealed no more, where that is known


@dataclass(frozen=True, slots=True)
class Overdue:
    """Measures that a machine set, still in force past the time by which a person had to look (P11)."""

    measures: int
    oldest: datetime | None  #: when the first of them should have been looked at


@dataclass(frozen=True, slots=True)
class MediaPlace:
    """Where a page of media that wait for a scan ended."""

    received_at: datetime
    id: MediaId


@dataclass(frozen=True, slots=True)
class BankCounts:
    """What a bank holds, and everything that it ever hit."""

    active: Mapping[SignalType, int]
    removed: int
    disputed: int  #: active members that two of our own people deny
    braked: int
    items_hit: int
    accounts_hit: int
    last_hit_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberHits:
    """What one member hit, suppressed hits included."""

    member_id: MemberId
    items: int
    accounts: int
    last_at: datetime
    is_braked: bool


@dataclass(frozen=True, slots=True)
class HitsPlace:
    """Where a page of members by their hits ended."""

    items: int
    member_id: MemberId


class Reader(
    DecisionReader, CaseReader, AnswerReader, QualityReader, UndoReader, BankedReader, EventReader, CounterReader,
    QuestionReader, TieReader, TimelineReader, HoldReader, FilingReader, DutyReader, KeptReader, ReportedReader,
    BankPrecisionReader, NoticeReader, AppealReader, Protocol,
):  # fmt: skip
    """Reads from one consistent state. Each method is one or a few statements, whatever the number of ids asked."""

    def accounts_by_platform_id(self, platform_ids: Iterable[str]) -> dict[str, Account]:
        """Return the accounts that exist, by the platform's id."""
        ...

    def accounts_by_id(self, account_ids: Iterable[AccountId]) -> dict[AccountId, Account]:
        """Return the accounts that exist, by our id."""
        ...

    def items_by_platform_id(self, platform_ids: Iterable[str]) -> dict[str, StoredItem]:
        """Return the items that exist, by the platform's id."""
        ...

    def items_by_id(self, item_ids: Iterable[ItemId]) -> dict[ItemId, StoredItem]:
        """Return the items that exist, by our id."""
        ...

    def media_by_id(self, media_ids: Iterable[MediaId]) -> dict[MediaId, Media]:
        """Return the media that exist."""
        ...

    def media_by_digest(self, signal_type: SignalType, values: Iterable[str]) -> list[Media]:
        """Return the media with one of these digests."""
        ...

    def media_by_content_key(self, content_keys: Iterable[str]) -> dict[str, Media]:
        """Return the media by their content key."""
        ...

    def standings(self, subjects: Iterable[Subject]) -> dict[Subject, Standing]:
        """Return a standing for each subject; version 0 and no measures where none was ever written."""
        ...

    def open_cases(self, account_ids: Iterable[AccountId]) -> dict[tuple[AccountId, ClauseId], Case]:
        """Return the open case of each account and clause."""
        ...

    def laid_before(self, item_ids: Iterable[ItemId]) -> set[tuple[ItemId, ClauseId]]:
        """Return under which clauses each item is, or was, in a case."""
        ...

    def accounts_beginning(self, beginning: str, limit: int) -> list[str]:
        """Return the platform's own ids of some accounts that begin so, capitals or not, in order."""
        ...

    def carriers(self, media_ids: Iterable[MediaId]) -> dict[MediaId, list[ItemId]]:
        """Return the items that carry each media."""
        ...

    def carried(self, media_ids: Iterable[MediaId], limit: int) -> list[Carrier]:
        """Return the first *limit* of the items that carry these media, each once a media, by media and then item."""
        ...

    def postings(self, media_ids: Iterable[MediaId]) -> Iterator[Posting]:
        """Yield each item that carries one of these media, once a media, as it is read: there may be millions."""
        ...

    def item_views(self, platform_ids: Sequence[str]) -> dict[str, ItemView]:
        """Return each item that exists with every standing that touches it, by the platform's id."""
        ...

    def looking(
        self, viewer: str | None, also: Iterable[str], now: datetime
    ) -> tuple[dict[str, Account], tuple[Choice, ...]]:
        """Return the accounts that exist of those named, by the platform's ids, and what *viewer* chose not to see.

        An account that the viewer mutes is named by our own id where it exists, as the authors of items are.
        """
        ...

    def seen(
        self, platform_ids: Iterable[str], viewer: Viewer, now: datetime, *, ties: Mapping[str, Tie] | None = None,
        is_explained: bool = False,
    ) -> dict[str, Seen]:  # fmt: skip
        """Return each item that exists as `see_all` takes it for *viewer*, by the platform's id.

        Authors are named by our own id, and so must the viewer be: one without an account here wrote nothing.

        Args:
            platform_ids: Which items.
            viewer: Who looks. Words and tags are read for one who chose not to see some, and which measures hold on
                what they wrote themselves.
            now: As of when what holds is put together, and until when it is good.
            ties: What the platform says of an item and the viewer.
            is_explained: Tell of everything which measures hold.
        """
        ...

    def sample_under_measures(self, before_seq: int | None, limit: int) -> list[Sampled]:
        """Return an item for each of the next *limit* subjects under measures, the newest change first."""
        ...

    def holdings(self, subjects: Iterable[Subject], now: datetime) -> dict[Subject, Holdings]:
        """Return what holds, or will, on each subject on which anything does."""
        ...

    def detections(self, item_id: ItemId) -> list[Detection]:
        """Return what was noticed about an item, oldest first."""
        ...

    def changes(self, after: FeedPlace, limit: int) -> ChangePage:
        """Return the next changes in commit order, each subject once, at most *limit*."""
        ...

    def banks(self) -> list[Bank]:
        """Return all banks by name."""
        ...

    def bank_by_name(self, name: str) -> Bank | None:
        """Return the bank of that name."""
        ...

    def members(self, bank_id: BankId, *, after: str = "", limit: int = 1000) -> list[Member]:
        """Return active members in order of their id, after *after*."""
        ...

    def members_by_value(
        self, signal_type: SignalType, values: Iterable[str], *, bank_id: BankId | None = None
    ) -> list[MemberHit]:
        """Return active members of active banks (or of one bank) with one of these values."""
        ...

    def member(self, bank_id: BankId, member_id: MemberId) -> Member | None:
        """Return the active member of that id, if it is in this bank."""
        ...

    def opinions(self, member_ids: Iterable[MemberId]) -> dict[MemberId, tuple[Said, ...]]:
        """Return what is said of each member that somebody said something of."""
        ...

    def feedback_owed(self) -> dict[BankId, int]:
        """Return how many opinions of our own the source of each bank has not been told."""
        ...

    def trips(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Trip]:
        """Return the last trip of the brake of each member that ever tripped, open or released."""
        ...

    def open_trips(self, bank_id: BankId | None = None) -> list[Trip]:
        """Return the brakes that are open, of one bank or of all, oldest first."""
        ...

    def accounts_hit(self, bank_id: BankId, member_id: MemberId, since: datetime, limit: int) -> set[AccountId]:
        """Return at most *limit* accounts that a member has hit after *since*; suppressed hits do not count."""
        ...

    def met(self, item_ids: Iterable[ItemId]) -> set[tuple[ItemId, MemberId]]:
        """Return which members were noticed in each item before."""
        ...

    def bank_counts(self, bank_id: BankId) -> BankCounts:
        """Return what a bank holds, and everything that it ever hit."""
        ...

    def members_by_hits(self, bank_id: BankId, after: HitsPlace | None, limit: int) -> list[MemberHits]:
        """Return the members that hit most items first, from *after* on."""
        ...

    def known(self, owners: Iterable[str], now: datetime) -> dict[str, list[KnownNear]]:
        """Return what stands behind owners of the known index at *now*."""
        ...

    def feed_seq(self, index: IndexName) -> int:
        """Return the last number of an index's feed; for the known one, the version of all banks."""
        ...

    def feed(self, index: IndexName, after_seq: int, limit: int) -> FeedPage:
        """Return the next PDQ rows of an index's feed in commit order; *limit* counts rows before orientations."""
        ...

    def feed_mark(self, seq: int) -> FeedMark:
        """Return a mark by which *seq*, the number of a feed row or 0, is recognised in this database later."""
        ...

    def has_feed_mark(self, mark: FeedMark) -> bool:
        """Return whether this database's history contains what was marked; False for a mark of any other."""
        ...

    def members_since(self, after_seq: int, limit: int) -> list[tuple[int, MemberHit]]:
        """Return members added since *after_seq*, with their feed number, in commit order."""
        ...

    def member_page(self, after_seq: int, up_to_seq: int, limit: int, *, bank_id: BankId | None = None) -> MemberPage:
        """Return the next active members of all banks, or of one, that were added in this stretch of the feed."""
        ...

    def stored_page(self, after: str, up_to: str, limit: int) -> StoredPage:
        """Return the next stored media, after and up to an id, with their hashes."""
        ...

    def stored_extent(self) -> tuple[str, int]:
        """Return the largest id of stored media, empty for none, and how many there are."""
        ...

    def banks_changed_between(self, after_seq: int, up_to_seq: int) -> list[tuple[int, Bank]]:
        """Return active banks that match anew since this stretch of the feed, with the number of their last change."""
        ...

    def blocked_between(self, after_seq: int, up_to_seq: int) -> list[bytes]:
        """Return the hashes of media that were blocked with their near copies in this stretch of the known feed."""
        ...

    def media_looked_at_between(self, after_seq: int, up_to_seq: int) -> list[MediaId]:
        """Return media of which more became known after they were first stored, in this stretch of the stored feed."""
        ...

    def media_to_scan(self, limit: int, *, after: MediaPlace | None = None, given_up: bool = False) -> list[Media]:
        """Return media whose bytes are here and that no scan has succeeded on, oldest first, from *after* on.

        Either those that another try may open, or those *given_up*.
        """
        ...

    def media_to_ask_again(self, limit: int) -> list[MediaId]:
        """Return scanned media of items that are still held because nobody could look, oldest hold first."""
        ...

    def media_received_before(self, moment: datetime, limit: int, *, now: datetime) -> list[Media]:
        """Return media whose bytes are kept only for the transient period, and that is over.

        Never what is not scanned yet, nor what is hidden or carried by something hidden: that waits for a person.
        """
        ...

    def media_under_transient_keys(
        self, before: datetime, limit: int, *, after: MediaPlace | None = None
    ) -> list[Media]:
        """Return media that came before a moment and are only received, whatever they wait for, oldest first."""
        ...

    def evidence_states(self) -> Iterable[tuple[MediaId, str | None, EvidenceState]]:
        """Return media with their content id and evidence state, for verification."""
        ...

    def checkpoint(self, name: str) -> int:
        """Return how far a background flow has come; -1 when it never ran."""
        ...

    def idempotent(self, owner: str, key: str) -> IdempotentAnswer | None:
        """Return what was answered under this key before."""
        ...

    def change_seq(self) -> int:
        """Return the last number of the change feed."""
        ...

    def open_case_count(self) -> int:
        """Return how many cases wait for a person."""
        ...

    def overdue(self, now: datetime) -> Overdue:
        """Return what is past its review clock and no person has decided on, under the same clause."""
        ...

    def held_unasked(self, now: datetime, limit: int) -> list[tuple[ItemId, AccountId]]:
        """Return items held because nobody could look, past their review clock and in no case for it, with authors."""
        ...

    def detections_by_bank(self) -> dict[str, int]:
        """Return how often each bank was met, by its id."""
        ...

    def statements_told(self, account_id: AccountId, now: datetime, limit: int) -> list[Statement]:
        """Return what the holder of an account may be told by now, newest first."""
        ...

    def strikes(self, account_ids: Iterable[AccountId]) -> dict[AccountId, tuple[Strike, ...]]:
        """Return all strikes of each account, reversed and old ones too, oldest first."""
        ...

    def cleared(self, media_ids: Iterable[MediaId], now: datetime) -> Cleared:
        """Return what was known of these media when they were cleared, by what stands."""
        ...

    def verification(self, account_id: AccountId, kind: VerificationKind, at: datetime) -> Verification | None:
        """Return what was recorded of this very verification."""
        ...

    def quotas_used(self, day: date, sources: Iterable[str] | None = None) -> list[QuotaUsed]:
        """Return how much of each quota was used on *day*, by these sources or by all."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many of each noun are stored (for health and the first page)."""
        ...


class Store(Protocol):
    """Open consistent reads."""

    def read(self) -> AbstractContextManager[Reader]:
        """Return a context manager that yields a `Reader` on one snapshot."""
        ...
