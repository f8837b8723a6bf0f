"""From what was seen to a plan: the heart. Pure, previewable, table-tested.

A plan says everything that will happen and does none of it. The flow checks it against the charter and commits it in
one transaction, or shows it and forgets it (a dry run).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.banks import Detection
from tutela.core.cases import REVIEW_WITHIN, CaseDraft, CaseReason
from tutela.core.content import EvidenceState, ScanState
from tutela.core.ids import AccountId, ClauseId, ItemId, MeasureId, MediaId
from tutela.core.measures import MeasureKind, Standing, Subject
from tutela.core.policy import AccountCeiling, MatchKind, PropagationCeiling, ReportCeiling, VisibilityCeiling
from tutela.core.statements import DelayBasis, StatementCode, StatementDraft
from tutela.core.units import Duration

UNSCANNED = ClauseId("ops.unscanned")
"""The ordinary clause under which what could not be looked at is held: no accusation, no strike."""

RETRY_WITHIN = Duration(hours=24)
"""By when a person looks at what no retry could scan."""

NEAR_COPY_BITS = 31
"""How close a picture must be to reviewed, sealed media to be held (P1). Source: the customary PDQ threshold."""

SUSPICION_MEASURES = (MeasureKind.EXCLUDE, MeasureKind.NO_ADS, MeasureKind.NO_PAYOUT)
"""From the first supported suspicion: not promoted, nothing earned (P6)."""

PRESERVED = frozenset({EvidenceState.SEALED, EvidenceState.PLATFORM_HOLD, EvidenceState.REPORT_ONLY})
"""States in which removal may follow (P5)."""


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
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class MediaSeen:
    """One media of the item under decision, and what is known of it."""

    media_id: MediaId
    scan: ScanState
    evidence: EvidenceState  #: as it will be when the plan is committed: received bytes are sealed before
    standing: Standing
    detections: tuple[Detection, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """Everything the decision about one item rests on."""

    item_id: ItemId
    account_id: AccountId
    media: tuple[MediaSeen, ...]
    item: Standing
    account: Standing
    at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A measure that a plan wants in force from now on."""

    kind: MeasureKind
    subject: Subject
    clause_id: ClauseId
    ends_at: datetime | None = None
    review_by: datetime | None = None
    near_bits: int | None = None


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
    lifts: tuple[MeasureId, ...] = ()  #: technical holds that end because the media could be scanned after all
    evidence_wanted: tuple[MediaId, ...] = ()  #: hidden, but not preserved yet: the platform is asked for the bytes

    @property
    def does_nothing(self) -> bool:
        """Return whether nothing would be recorded but the item itself."""
        return not (self.grants or self.cases or self.detections or self.lifts)


def must_preserve(detections: Iterable[Detection]) -> bool:
    """Return whether the bytes must outlive the transient period: whatever hides something is kept for review (P5)."""
    return any(d.match.ceiling.visibility >= VisibilityCeiling.HOLD and not d.is_suppressed for d in detections)


def suppress(detections: Iterable[Detection], *, harmless: bool) -> tuple[Detection, ...]:
    """Mark near matches as suppressed when a bank of known harmless pictures holds the media.

    An exact digest is never suppressed here: that takes two people (matching.md, Banks).
    """
    if not harmless:
        return tuple(detections)
    near = MatchKind.NEAR
    return tuple(replace(d, is_suppressed=True) if d.match.kind is near else d for d in detections)


def plan_item(sighting: Sighting, *, policy_version: str) -> Plan:
    """Return what happens to a submitted or already stored item, within the ceilings of what was detected.

    Order: what is sealed already, then detections, then what could not be scanned. Each adds; none takes away, so
    that the answer is the strictest of all and the order of media never matters.
    """
    draft = _Draft(sighting)
    for seen in sighting.media:
        _decide_standing(draft, seen)
        for detection in seen.detections:
            if not detection.is_suppressed:
                _decide_detection(draft, seen, detection)
    if any(seen.scan in UNSEEN for seen in sighting.media):
        draft.hold_unscanned()
    else:
        draft.lift_technical_holds()
    return draft.plan(policy_version)


def plan_unknown(sighting: Sighting, *, policy_version: str) -> Plan:
    """Return the plan when the banks could not be asked: held, and looked up again; never published as clean."""
    draft = _Draft(sighting)
    draft.hold_unscanned()
    return draft.plan(policy_version)


def _decide_standing(draft: "_Draft", seen: MediaSeen) -> None:
    kinds = seen.standing.kinds_at(draft.sighting.at)
    if MeasureKind.BLOCK_MEDIA in kinds or MeasureKind.QUARANTINE in kinds:
        clause = next(m.clause_id for m in seen.standing.measures if m.holds_at(draft.sighting.at))
        draft.hide(clause, seen, seal=True)
        draft.open_case(clause, CaseReason.COPY_OF_SEALED)
        draft.raise_answer(Answer.REFUSE)
    elif MeasureKind.HOLD in kinds:
        draft.raise_answer(Answer.HOLD)


def _decide_detection(draft: "_Draft", seen: MediaSeen, detection: Detection) -> None:
    ceiling, clause = detection.match.ceiling, detection.match.clause_id
    reason = _reason(detection)
    draft.open_case(clause, reason)
    if ceiling.visibility >= VisibilityCeiling.HOLD:
        draft.hide(clause, seen, seal=ceiling.visibility >= VisibilityCeiling.SEAL)
        draft.propagate(clause, seen, ceiling.propagation)
    if ceiling.account >= AccountCeiling.LOCK_PENDING_DECISION:
        draft.lock(clause, draft.due(reason))
    if ceiling.report >= ReportCeiling.DRAFT:
        draft.reports.append(ReportDraft(draft.sighting.account_id, clause, draft.sighting.item_id))


def _reason(detection: Detection) -> CaseReason:
    if detection.match.resembles is not None:
        return CaseReason.COPY_OF_SEALED
    if detection.match.ceiling.visibility < VisibilityCeiling.HOLD:
        return CaseReason.LISTED_ELSEWHERE
    return CaseReason.EXACT_DIGEST if detection.match.kind is MatchKind.EXACT_DIGEST else CaseReason.NEAR_MATCH


class _Draft:
    """A plan in the making: a set of grants, so that adding twice changes nothing."""

    def __init__(self, sighting: Sighting) -> None:
        self.sighting = sighting
        self.answer = Answer.PUBLISH
        self.source = Source.SCAN
        self.clause: ClauseId | None = None
        self.grants: dict[tuple[MeasureKind, Subject, ClauseId], Grant] = {}
        self.cases: dict[ClauseId, CaseDraft] = {}
        self.statements: dict[tuple[StatementCode, ClauseId], StatementDraft] = {}
        self.reports: list[ReportDraft] = []
        self.wanted: dict[MediaId, None] = {}
        self.lifts: list[MeasureId] = []

    def raise_answer(self, answer: Answer) -> None:
        """Answer at least as strictly as *answer*."""
        order = list(Answer)
        self.answer = max(self.answer, answer, key=order.index)

    def due(self, reason: CaseReason) -> datetime:
        """Return by when a person must have looked."""
        return self.sighting.at + REVIEW_WITHIN[reason].delta

    def grant(self, grant: Grant) -> None:
        """Add a grant once."""
        self.grants.setdefault((grant.kind, grant.subject, grant.clause_id), grant)

    def open_case(self, clause: ClauseId, reason: CaseReason) -> None:
        """Ask for a person's look at this item under *clause*."""
        self.source = Source.MATCH
        self.clause = self.clause or clause
        due_at = self.due(reason)
        self.cases.setdefault(
            clause, CaseDraft(self.sighting.account_id, clause, reason, self.sighting.item_id, due_at)
        )

    def hide(self, clause: ClauseId, seen: MediaSeen, *, seal: bool) -> None:
        """Make the item absent for everybody; for good where the bytes are preserved, else until they are (P1, P5)."""
        preserved = seen.evidence in PRESERVED
        review_by = self.due(CaseReason.EXACT_DIGEST)
        item = Subject.item(self.sighting.item_id)
        kind = MeasureKind.QUARANTINE if seal and preserved else MeasureKind.HOLD
        for each in (kind, *SUSPICION_MEASURES):
            self.grant(Grant(each, item, clause, review_by=review_by))
        if seal and not preserved:
            self.wanted[seen.media_id] = None
        self.raise_answer(Answer.REFUSE if seal else Answer.HOLD)
        code = StatementCode.ITEM_NOT_AVAILABLE if seal else StatementCode.ITEM_UNDER_REVIEW
        self.tell(code, clause, tell_at=review_by, basis=DelayBasis.REVIEW_PENDING)

    def propagate(self, clause: ClauseId, seen: MediaSeen, ceiling: PropagationCeiling) -> None:
        """Put on the media itself what its other carriers, now and later, are to share."""
        media, review_by = Subject.media(seen.media_id), self.due(CaseReason.EXACT_DIGEST)
        if ceiling >= PropagationCeiling.IDENTICAL_SEALED:
            kind = MeasureKind.QUARANTINE if seen.evidence in PRESERVED else MeasureKind.HOLD
            self.grant(Grant(kind, media, clause, review_by=review_by))
            self.grant(Grant(MeasureKind.BLOCK_MEDIA, media, clause, review_by=review_by, near_bits=NEAR_COPY_BITS))
        elif ceiling >= PropagationCeiling.IDENTICAL_HELD:
            self.grant(Grant(MeasureKind.HOLD, media, clause, review_by=review_by))

    def lock(self, clause: ClauseId, review_by: datetime) -> None:
        """Lock the account until a person decides; no machine may do more (P11)."""
        account = Subject.account(self.sighting.account_id)
        self.grant(Grant(MeasureKind.LOCK_PENDING_DECISION, account, clause, review_by=review_by))
        self.tell(StatementCode.ACCOUNT_LOCKED_PENDING_DECISION, clause, tell_at=self.sighting.at)

    def tell(
        self, code: StatementCode, clause: ClauseId, *, tell_at: datetime, basis: DelayBasis | None = None
    ) -> None:
        """Record what the author is told, or why telling waits (P8)."""
        statement = StatementDraft(self.sighting.account_id, clause, code, tell_at, basis)
        self.statements.setdefault((code, clause), statement)

    def hold_unscanned(self) -> None:
        """Hold what nobody has looked at. It is not an accusation: the author is told at once."""
        review_by = self.sighting.at + RETRY_WITHIN.delta
        self.clause = self.clause or UNSCANNED
        self.grant(Grant(MeasureKind.HOLD, Subject.item(self.sighting.item_id), UNSCANNED, review_by=review_by))
        self.tell(StatementCode.ITEM_UNDER_REVIEW, UNSCANNED, tell_at=self.sighting.at)
        self.raise_answer(Answer.HOLD)

    def lift_technical_holds(self) -> None:
        """End the holds that were there only because the media could not be scanned."""
        now = self.sighting.at
        technical = (m for m in self.sighting.item.measures if m.clause_id == UNSCANNED and m.holds_at(now))
        self.lifts.extend(measure.id for measure in technical)

    def plan(self, policy_version: str) -> Plan:
        """Return the plan."""
        return Plan(
            answer=self.answer,
            source=self.source,
            policy_version=policy_version,
            is_automated=True,
            clause_id=self.clause,
            grants=tuple(self.grants.values()),
            cases=tuple(self.cases.values()),
            statements=tuple(self.statements.values()),
            reports=tuple(self.reports),
            detections=tuple(d for seen in self.sighting.media for d in seen.detections),
            lifts=tuple(self.lifts),
            evidence_wanted=tuple(self.wanted),
        )
