"""What is seen, and what a plan is: everything that will happen, as values that nothing has happened to yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.banks import Detection
from tutela.core.cases import CaseDraft
from tutela.core.content import EvidenceState, ScanState
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId, MeasureId, MediaId
from tutela.core.measures import MeasureKind, Standing, Subject
from tutela.core.policy import ZERO_TOLERANCE_IDS
from tutela.core.statements import StatementDraft
from tutela_client.scope import EVERYTHING, Scope

UNSCANNED = ClauseId("ops.unscanned")
"""The ordinary clause under which what could not be looked at is held: no accusation, no strike."""

ZERO_TOLERANCE = frozenset(ZERO_TOLERANCE_IDS)
"""Only under these may a machine seal, lock an account or lay a draft before a person."""

SUSPICION_MEASURES = (MeasureKind.EXCLUDE, MeasureKind.NO_ADS, MeasureKind.NO_PAYOUT)
"""From the first supported suspicion: not promoted, nothing earned (P6)."""

PRESERVED = frozenset({EvidenceState.SEALED, EvidenceState.PLATFORM_HOLD, EvidenceState.REPORT_ONLY})
"""States in which removal may follow (P5)."""

PRESERVING = "system:media:"
"""What the audit entry of such a state is called, before the state: evidence that nobody entered is no evidence."""

UNSEEN = frozenset({ScanState.PENDING, ScanState.UNSCANNABLE})
"""States in which nobody, and no machine, has looked at the media."""


class Answer(StrEnum):
    """What the platform is told to do with an item."""

    PUBLISH = "publish"
    HOLD = "hold"
    REFUSE = "refuse"


class Source(StrEnum):
    """Who or what decided."""

    MATCH = "match"  #: a look-up in the banks, or in what is sealed
    SCAN = "scan"  #: the state of the scanner
    RULE = "rule"  #: what somebody did, by a rule about it
    NOTICE = "notice"  #: somebody from outside said so
    CLAIM = "claim"  #: whom it shows says so, who speaks for them, or a hotline: it supports the suspicion (P3)
    PERSON = "person"
    VERIFICATION = "verification"  #: that the platform has verified who holds an account


SUPPORTED = frozenset({Source.MATCH, Source.CLAIM})
"""Sources that support a suspicion: nobody alone says no to what came of them (P3)."""


@dataclass(frozen=True, slots=True)
class MediaSeen:
    """One media of the item under decision, and what is known of it."""

    media_id: MediaId
    scan: ScanState
    evidence: EvidenceState  #: as it will be when the plan is committed: received bytes are sealed before
    standing: Standing
    detections: tuple[Detection, ...] = ()
    is_given_up: bool = False  #: no retry can open it


@dataclass(frozen=True, slots=True)
class Sighting:
    """Everything the decision about one item rests on."""

    item_id: ItemId
    account_id: AccountId
    media: tuple[MediaSeen, ...]
    item: Standing
    account: Standing
    at: datetime
    is_new: bool = False  #: being submitted now: it can still be refused for who posts it, or what it quotes
    contained: tuple[Standing, ...] = ()  #: of the items it quotes or reposts, and of their media
    is_post: bool = True  #: others may come by it than those it is written to
    is_message: bool = False  #: written to somebody; in a room where others read along, both
    is_to_protected: bool = False  #: whom it is written to gets the protection of a minor
    lingering: frozenset[MeasureId] = frozenset()  #: what ends with a window to take back: nothing new comes of it
    #: What a machine put on media that people have cleared since: it hides by itself, and nothing new rests on it.
    cleared: frozenset[MeasureId] = frozenset()
    posted_with: tuple[Standing, ...] = ()  #: of links, device, network and conversation, where anything is in force

    @property
    def is_plain(self) -> bool:
        """Return whether there is nothing to decide: no media, no measure on anything, nothing quoted."""
        around = self.contained or self.posted_with
        return not (self.media or around or self.item.measures or self.account.measures)


@dataclass(frozen=True, slots=True)
class Grant:
    """A measure that a plan wants in force from now on."""

    kind: MeasureKind
    subject: Subject
    clause_id: ClauseId
    ends_at: datetime | None = None
    review_by: datetime | None = None
    near_bits: int | None = None
    scope: Scope = EVERYTHING
    starts_at: datetime | None = None  #: none for now


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """What a person may file with the authority: never filed by a machine (P11)."""

    account_id: AccountId
    clause_id: ClauseId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class Plan:
    """What one decision does, whole."""

    answer: Answer
    source: Source
    policy_version: str
    is_automated: bool
    clause_id: ClauseId | None = None
    grants: tuple[Grant, ...] = ()
    cases: tuple[CaseDraft, ...] = ()
    statements: tuple[StatementDraft, ...] = ()
    reports: tuple[ReportDraft, ...] = ()
    detections: tuple[Detection, ...] = ()
    lifts: tuple[MeasureId, ...] = ()  #: technical holds that end because the media could be looked at after all
    evidence_wanted: tuple[MediaId, ...] = ()  #: hidden, but not preserved yet: the platform is asked for the bytes
    grounds: Mapping[ClauseId, tuple[DecisionId, ...]] = field(default_factory=dict)
    """Clauses under which nothing was found here: all rests on decisions about the same or similar media (P11)."""

    @property
    def does_nothing(self) -> bool:
        """Return whether nothing would be recorded but the item itself."""
        return not (self.grants or self.cases or self.detections or self.lifts)
