"""What is written: one changeset, committed whole or not at all, by the only writer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.core.audit import AuditEvent
from tutela.core.banks import Bank, Detection, Member
from tutela.core.brake import Trip
from tutela.core.cases import Case
from tutela.core.clearances import Clearance
from tutela.core.content import Account, Age, EvidenceState, Item, Media
from tutela.core.counters import Counted
from tutela.core.filing.dealings import Dealing
from tutela.core.filing.sheets import DutySheet
from tutela.core.ids import AccountId, CaseId, DecisionId, ItemId, MeasureId, MemberId
from tutela.core.measures import Measure, Subject
from tutela.core.messages import NewMessage
from tutela.core.opinions import Said
from tutela.core.plans import Answer, ReportDraft
from tutela.core.quotas import QuotaUse
from tutela.core.statements import Statement
from tutela.core.strikes import Strike
from tutela.core.verifications import Verification
from tutela.ports.appeals import AppealChanges
from tutela.ports.banking import EntryGround, GroundEnd, Reground
from tutela.ports.case_answers import QualitySample, StoredAnswer, StoredSettlement
from tutela.ports.cases import CaseMove, CaseNote, CaseSkip, OwnAccount
from tutela.ports.counting import CounterKey, CounterRow, ExpectedCount, WindowEnd
from tutela.ports.decisions import (
    Bulk,
    BulkChange,
    BulkItem,
    BulkStep,
    CaseClosure,
    Decision,
    FindingRecord,
    ItemAnswer,
    Proposal,
)
from tutela.ports.events import Observed
from tutela.ports.notices import NewNotice, NoticeMoved, NoticePlace
from tutela.ports.quality import QualityChanges
from tutela.ports.undo import NewWindow, Undoing


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item with the answer that the platform was given."""

    item: Item
    answer: Answer
    decision_id: DecisionId | None
    is_detected: bool  #: false where no basis allowed to look (P12)


@dataclass(frozen=True, slots=True)
class Revocation:
    """One measure ended by a later decision."""

    measure_id: MeasureId
    subject: Subject
    decision_id: DecisionId


@dataclass(frozen=True, slots=True)
class CaseItem:
    """One more item in an open case."""

    case_id: CaseId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class FiledReportDraft:
    """A draft as stored, waiting for a person."""

    id: str
    decision_id: DecisionId
    draft: ReportDraft
    at: datetime


@dataclass(frozen=True, slots=True)
class IdempotentAnswer:
    """What was answered to a request that may be repeated."""

    owner: str  #: the API key that asked
    key: str
    fingerprint: str  #: of the request, so that another request under the same key is noticed
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class MediaUpdate:
    """One media as it is to be stored from now on."""

    media: Media
    has_new_hashes: bool = False
    before: Media | None = None  #: what it was planned from; `Conflict` when what is known of it has changed since

    @property
    def forgets_bytes(self) -> bool:
        """Return whether bytes go because their time is over: `Conflict` when they are held by then."""
        had_bytes = self.before is not None and self.before.content_id is not None
        return had_bytes and self.media.content_id is None and self.media.evidence is EvidenceState.NONE

    @property
    def must_be_asked_again(self) -> bool:
        """Return whether the items that carry it are to be decided again: there is more to look at than before."""
        before = self.before
        bytes_came = before is not None and before.content_id is None and self.media.content_id is not None
        return self.has_new_hashes or bytes_came


@dataclass(frozen=True, slots=True)
class BankUpdate:
    """One bank as it is to be stored from now on."""

    bank: Bank
    matches_anew: bool  #: whether its members are to be looked up again among what is stored


@dataclass(frozen=True, slots=True)
class RescanCount:
    """Items that a re-scan has decided otherwise than before, counted only for the process that holds it."""

    rescan_id: str
    holder: str
    items: int = 0


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """That a finding which stands already is what a case is about."""

    case_id: CaseId
    decision_id: DecisionId
    at: datetime


@dataclass(frozen=True, slots=True)
class Changeset:
    """Everything one unit of work writes, committed whole or not at all."""

    accounts: tuple[Account, ...] = ()
    media: tuple[Media, ...] = ()
    media_updates: tuple[MediaUpdate, ...] = ()
    items: tuple[StoredItem, ...] = ()
    item_answers: Mapping[ItemId, Answer] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    decision_answers: tuple[ItemAnswer, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    proposal_ends: tuple[Proposal, ...] = ()  #: withdrawn by whoever made it; `Conflict` when it is gone
    expects_proposal: Proposal | None = None  #: on which a second person acts; `Conflict` when it is gone
    detections: tuple[Detection, ...] = ()
    measures: tuple[Measure, ...] = ()
    revocations: tuple[Revocation, ...] = ()
    cases: tuple[Case, ...] = ()
    case_items: tuple[CaseItem, ...] = ()
    case_updates: tuple[Case, ...] = ()  #: open ones that have become more urgent
    case_closures: tuple[CaseClosure, ...] = ()
    case_moves: tuple[CaseMove, ...] = ()  #: `Conflict` when a case has another version by now
    case_notes: tuple[CaseNote, ...] = ()
    case_skips: tuple[CaseSkip, ...] = ()
    case_findings: tuple[CaseFinding, ...] = ()  #: beside those that findings of this changeset make
    duty_sheets: tuple[DutySheet, ...] = ()
    dealings: tuple[Dealing, ...] = ()
    case_answers: tuple[StoredAnswer, ...] = ()
    settlements: tuple[StoredSettlement, ...] = ()
    enacted: tuple[StoredSettlement, ...] = ()  #: `Conflict` when one was carried out before
    quality_samples: tuple[QualitySample, ...] = ()
    quality: QualityChanges | None = None
    own_accounts: tuple[OwnAccount, ...] = ()  #: of one that is known as theirs nothing comes
    statements: tuple[Statement, ...] = ()
    verifications: tuple[Verification, ...] = ()
    appeals: AppealChanges | None = None  #: `Conflict` when one of them has gone on by then
    notices: tuple[NewNotice, ...] = ()
    notice_moves: tuple[NoticeMoved, ...] = ()  #: `Conflict` when one has another version by then
    notice_places: tuple[NoticePlace, ...] = ()  #: what notices are about; what is known of it stays
    messages: tuple[NewMessage, ...] = ()  #: that are told to the people who asked, once this is committed
    account_ages: Mapping[AccountId, Age] = field(default_factory=dict)  #: that were assured now
    counters: tuple[CounterRow, ...] = ()  #: before the first event is counted; of one that is known nothing comes
    counted: tuple[Counted, ...] = ()  #: in the order of the events
    counter_ends: tuple[WindowEnd, ...] = ()
    quotas: tuple[QuotaUse, ...] = ()  #: `Conflict` when one has no room for it: nothing of the changeset is written
    strikes: tuple[Strike, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    reports: tuple[FiledReportDraft, ...] = ()
    banks: tuple[Bank, ...] = ()
    bank_updates: tuple[BankUpdate, ...] = ()
    members: tuple[Member, ...] = ()
    member_removals: tuple[Member, ...] = ()
    member_erasures: tuple[MemberId, ...] = ()  #: removed ones whose value may not be kept
    member_returns: tuple[Member, ...] = ()  #: that were taken out, and are there again under their own id
    entry_grounds: tuple[EntryGround, ...] = ()
    ground_ends: tuple[GroundEnd, ...] = ()
    regrounds: tuple[Reground, ...] = ()  #: of one that is known nothing comes
    opinions: tuple[Said, ...] = ()
    trips: tuple[Trip, ...] = ()
    releases: tuple[Trip, ...] = ()
    audit: tuple[AuditEvent, ...] = ()
    checkpoints: Mapping[str, int] = field(default_factory=dict)
    checkpoint_removals: tuple[str, ...] = ()  #: names; of one that is not there nothing comes
    rescan_count: RescanCount | None = None
    bulks: tuple[Bulk, ...] = ()
    bulk_items: Mapping[str, tuple[BulkItem, ...]] = field(default_factory=dict)  #: of a bulk that is being gathered
    bulk_changes: tuple[BulkChange, ...] = ()
    bulk_step: BulkStep | None = None
    observed: Observed | None = None
    idempotency: IdempotentAnswer | None = None
    window: NewWindow | None = None  #: in which it may be taken back
    undoing: Undoing | None = None
    window_removals: tuple[str, ...] = ()  #: windows that are over, which nothing refers to
    #: Subjects on which a finding relies on what another one holds: whoever would end that meanwhile looks again.
    relies_on: frozenset[Subject] = frozenset()
    expects: Mapping[Subject, int] = field(default_factory=dict)  #: standing versions the plan was made from
    expects_dependents: Mapping[DecisionId, int] = field(default_factory=dict)  #: how many rest on a reversed decision
    expects_entries: Mapping[MemberId, int] = field(default_factory=dict)  #: in the bank, resting on so many decisions
    #: From which counts it was planned; `Conflict` when more were added meanwhile than leave the plan as it is.
    expects_counts: Mapping[CounterKey, ExpectedCount] = field(default_factory=dict)
    expects_known_seq: int | None = None  #: version of the banks the plan was made from
    expects_media: tuple[Media, ...] = ()  #: stored media as the plan saw them: digests, hashes, how far looked at

    @property
    def touched(self) -> frozenset[Subject]:
        """Return the subjects whose standing changes: what is granted, what ends, and what may not be published."""
        granted = {measure.subject for measure in self.measures} | {each.subject for each in self.revocations}
        struck = {Subject.account(strike.account_id) for strike in self.strikes}
        again = frozenset() if self.undoing is None else frozenset(self.undoing.window.ended.values())
        withheld = {stored.item.id for stored in self.items if stored.answer is not Answer.PUBLISH}
        return frozenset(
            granted
            | struck
            | again
            | self.relies_on
            | {Subject.item(each) for each in withheld | self.item_answers.keys()}
        )

    @property
    def is_empty(self) -> bool:
        """Return whether nothing would be written."""
        return not any(getattr(self, name) for name in self.__slots__ if not name.startswith("expects"))

    @property
    def is_followed(self) -> bool:
        """Return whether anybody has more to do by it: of what was only told, counted and noted nobody has."""
        return any(
            getattr(self, name)
            for name in self.__slots__
            if name not in _FOLLOWED_BY_NOBODY and not name.startswith("expects")
        )


_FOLLOWED_BY_NOBODY = frozenset({"accounts", "observed", "counted", "counters", "counter_ends", "audit", "idempotency"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a commit made of a changeset."""

    change_seq: int  #: the last number of the change feed
    feed_seq: int  #: the last number of the index feed


class Committer(Protocol):
    """The only writer."""

    def commit(self, changeset: Changeset) -> Receipt:
        """Commit *changeset* durably, with others that wait at the same moment, and return.

        Raises:
            tutela.errors.Conflict: Something it was planned from has changed: plan again.
            tutela.errors.TakenOver: It is counted for a re-scan that another process holds.
            tutela.errors.DatabaseBusy: Nothing was written.
            tutela.errors.StorageFull: Nothing was written.
        """
        ...
