"""From what was seen to a plan: the heart. Pure, previewable, table-tested.

A plan says everything that will happen and does none of it. The flow checks it against the charter and commits it in
one transaction, or shows it and forgets it (a dry run).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from tutela.core.banks import Detection, Match
from tutela.core.bounds import Bound, lowered
from tutela.core.cases import REVIEW_WITHIN, CaseDraft, CaseReason
from tutela.core.door import refusing
from tutela.core.ids import ClauseId, DecisionId, MeasureId, MediaId
from tutela.core.measures import Measure, MeasureKind, Subject
from tutela.core.plans import (
    PRESERVED,
    SUSPICION_MEASURES,
    UNSCANNED,
    UNSEEN,
    ZERO_TOLERANCE,
    Answer,
    Grant,
    MediaSeen,
    Plan,
    ReportDraft,
    Sighting,
    Source,
)
from tutela.core.policy import (
    NOTHING,
    ORDINARY_HIGHEST,
    AccountCeiling,
    Ceiling,
    MatchKind,
    PropagationCeiling,
    ReportCeiling,
    VisibilityCeiling,
)
from tutela.core.statements import DelayBasis, StatementCode, StatementDraft
from tutela.core.units import Duration

NEAR_HIGHEST = Ceiling(visibility=VisibilityCeiling.HOLD)
"""As far as a machine ever goes from a likeness, whatever bank and table say. Source: measures.md, Ceilings."""

RETRY_WITHIN = Duration(hours=24)
"""By when a person looks at what no retry could scan."""

NEAR_COPY_BITS = 31
"""How close a picture must be to reviewed, sealed media to be held (P1). Source: the customary PDQ threshold."""

_SEALING = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})


def is_technical(measure: Measure) -> bool:
    """Return whether a machine set it only because nobody could look; anything else only people lift (P11)."""
    return measure.is_automated and measure.kind is MeasureKind.HOLD and measure.clause_id == UNSCANNED


def counts(detection: Detection) -> bool:
    """Return whether a detection leads to anything: of identical bytes, none is suppressed that two did not deny."""
    return not (detection.is_suppressed and may_suppress(detection.match))


def may_suppress(match: Match) -> bool:
    """Return whether a bank of known harmless pictures wins over *match* (matching.md, Banks)."""
    return match.kind is MatchKind.NEAR or Bound.DISPUTED in match.bounds


def bounded(match: Match) -> Ceiling:
    """Return the ceiling of *match*, never above what no configuration may raise.

    Bank, table and clause have been met already; this holds even where one of them was wrong. What is spread to other
    items never goes further than what happens to this one.
    """
    ceiling = lowered(match.ceiling, match.bounds)
    if match.kind is MatchKind.NEAR:
        ceiling = ceiling.meet(NEAR_HIGHEST)
    if match.clause_id not in ZERO_TOLERANCE:
        ceiling = ceiling.meet(ORDINARY_HIGHEST)
    if ceiling.visibility < VisibilityCeiling.HOLD:
        return replace(ceiling, propagation=PropagationCeiling.NONE)
    if ceiling.visibility < VisibilityCeiling.SEAL:
        return replace(ceiling, propagation=min(ceiling.propagation, PropagationCeiling.IDENTICAL_HELD))
    return ceiling


def must_preserve(detections: Iterable[Detection]) -> bool:
    """Return whether the bytes must outlive the transient period: whatever hides something is kept for review (P5)."""
    return any(counts(d) and bounded(d.match).visibility >= VisibilityCeiling.HOLD for d in detections)


def suppress(detections: Iterable[Detection], *, harmless: bool) -> tuple[Detection, ...]:
    """Mark as suppressed what a bank of known harmless pictures wins over, when it holds the media.

    An exact digest is only suppressed when two different people of ours have denied its member (matching.md, Banks).
    """
    if not harmless:
        return tuple(detections)
    return tuple(replace(d, is_suppressed=True) if may_suppress(d.match) else d for d in detections)


def plan_item(sighting: Sighting, *, policy_version: str) -> Plan:
    """Return what happens to a submitted or already stored item, within the ceilings of what was detected.

    Each fact adds and none takes away, so that the plan is the strictest of all and the order of media, detections
    and measures never matters.
    """
    if sighting.is_plain:
        return _nothing(policy_version)
    draft = _Draft(sighting)
    _decide_media(draft)
    if any(seen.scan in UNSEEN for seen in sighting.media):
        draft.hold_unscanned()
    else:
        draft.lift_technical_holds()
    _decide_item(draft)
    return draft.plan(policy_version)


def plan_unknown(sighting: Sighting, *, policy_version: str) -> Plan:
    """Return the plan when the banks could not be asked: held, and looked up again; never published as clean.

    What is known without them, or was found before they changed, counts all the same.
    """
    draft = _Draft(sighting)
    _decide_media(draft)
    draft.hold_unscanned()
    _decide_item(draft)
    return draft.plan(policy_version)


@lru_cache(maxsize=8)
def _nothing(policy_version: str) -> Plan:
    return Plan(Answer.PUBLISH, Source.SCAN, policy_version, is_automated=True)


def _decide_media(draft: "_Draft") -> None:
    for seen in draft.sighting.media:
        _decide_standing(draft, seen)
        for detection in seen.detections:
            if counts(detection):
                _decide_detection(draft, seen, detection)


def _decide_standing(draft: "_Draft", seen: MediaSeen) -> None:
    """Carry over what is in force on the media, each under its own clause; the account is not locked by that alone."""
    for measure in seen.standing.measures:
        if not measure.holds_at(draft.sighting.at) or measure.id in draft.sighting.lingering:
            continue
        is_technical_hold = measure.kind is MeasureKind.HOLD and measure.clause_id == UNSCANNED
        if is_technical_hold or measure.id in draft.sighting.cleared:
            draft.raise_answer(Answer.HOLD)
        elif measure.kind is MeasureKind.HOLD or measure.kind in _SEALING:
            is_sealed = measure.kind in _SEALING
            draft.hide(measure.clause_id, seen, seal=is_sealed)
            draft.rest(measure.clause_id, (measure.decision_id,))
            strictness = VisibilityCeiling.SEAL if is_sealed else VisibilityCeiling.HOLD
            draft.open_case(measure.clause_id, CaseReason.COPY_OF_SEALED, strictness)


def _decide_detection(draft: "_Draft", seen: MediaSeen, detection: Detection) -> None:
    ceiling, clause = bounded(detection.match), detection.match.clause_id
    if ceiling == NOTHING and clause not in ZERO_TOLERANCE:
        return  # noticed and recorded; under one of the twelve a machine at least opens a case
    reason = _reason(detection, ceiling)
    draft.open_case(clause, reason, ceiling.visibility)
    draft.rest(clause, detection.match.rests_on)
    if ceiling.visibility >= VisibilityCeiling.HOLD:
        draft.hide(clause, seen, seal=ceiling.visibility >= VisibilityCeiling.SEAL)
        draft.propagate(clause, seen, ceiling.propagation)
    elif clause in ZERO_TOLERANCE:
        draft.suspect(clause)
        draft.tell(StatementCode.ITEM_UNDER_REVIEW, clause, tell_at=draft.due(reason), basis=DelayBasis.REVIEW_PENDING)
    if ceiling.account >= AccountCeiling.LOCK_PENDING_DECISION:
        draft.lock(clause)
    if ceiling.report >= ReportCeiling.DRAFT:
        draft.reports[clause] = ReportDraft(draft.sighting.account_id, clause, draft.sighting.item_id)


def _decide_item(draft: "_Draft") -> None:
    """Answer no more kindly than what stands: on the item, its author, what it quotes, and what it is posted with."""
    sighting = draft.sighting
    for measure in sighting.item.measures:
        if measure.holds_at(sighting.at) and measure.id not in draft.lifts | sighting.lingering:
            if measure.kind in {MeasureKind.QUARANTINE, MeasureKind.REMOVE}:
                draft.raise_answer(Answer.REFUSE)
            elif measure.kind is MeasureKind.HOLD:
                draft.raise_answer(Answer.HOLD)
    is_quoting = sighting.is_new and any(standing.is_hidden_at(sighting.at) for standing in sighting.contained)
    if is_quoting or refusing(sighting):
        draft.raise_answer(Answer.REFUSE)


def _reason(detection: Detection, ceiling: Ceiling) -> CaseReason:
    if detection.match.resembles is not None:
        return CaseReason.COPY_OF_SEALED
    if ceiling.visibility < VisibilityCeiling.HOLD:
        return CaseReason.IN_DOUBT if detection.match.bounds else CaseReason.LISTED_ELSEWHERE
    return CaseReason.EXACT_DIGEST if detection.match.kind is MatchKind.EXACT_DIGEST else CaseReason.NEAR_MATCH


_STRICTNESS = {answer: position for position, answer in enumerate(Answer)}
_URGENCY = {reason: position for position, reason in enumerate(CaseReason)}


class _Draft:
    """A plan in the making: sets and maxima only, so that neither order nor repetition changes it."""

    def __init__(self, sighting: Sighting) -> None:
        self.sighting = sighting
        self.answer = Answer.PUBLISH
        self.grants: dict[tuple[MeasureKind, Subject, ClauseId], Grant] = {}
        self.hiding: dict[ClauseId, bool] = {}  # the item, under which clauses, and whether for good
        self.reasons: dict[ClauseId, CaseReason] = {}
        self.strictness: dict[ClauseId, VisibilityCeiling] = {}
        self.statements: dict[tuple[StatementCode, ClauseId], StatementDraft] = {}
        self.reports: dict[ClauseId, ReportDraft] = {}
        self.wanted: set[MediaId] = set()
        self.lifts: set[MeasureId] = set()
        self.grounds: dict[ClauseId, set[DecisionId]] = {}
        self.found_here: set[ClauseId] = set()  # clauses that no other decision is needed for
        self.has_unscanned = False

    def raise_answer(self, answer: Answer) -> None:
        """Answer at least as strictly as *answer*."""
        if _STRICTNESS[answer] > _STRICTNESS[self.answer]:
            self.answer = answer

    def due(self, reason: CaseReason) -> datetime:
        """Return by when a person must have looked."""
        return self.sighting.at + REVIEW_WITHIN[reason].delta

    def grant(self, grant: Grant) -> None:
        """Add a grant once."""
        self.grants.setdefault((grant.kind, grant.subject, grant.clause_id), grant)

    def open_case(self, clause: ClauseId, reason: CaseReason, strictness: VisibilityCeiling) -> None:
        """Ask for a person's look at this item under *clause*; the most urgent reason stands."""
        self.reasons[clause] = min(reason, self.reasons.get(clause, reason), key=_URGENCY.__getitem__)
        self.strictness[clause] = max(strictness, self.strictness.get(clause, strictness))

    def rest(self, clause: ClauseId, grounds: tuple[DecisionId, ...]) -> None:
        """Note what a clause rests on: decisions about other media, or, with none, what was found here."""
        if grounds:
            self.grounds.setdefault(clause, set()).update(grounds)
        else:
            self.found_here.add(clause)

    def hide(self, clause: ClauseId, seen: MediaSeen, *, seal: bool) -> None:
        """Make the item absent for everybody; for good where the bytes are preserved, else until they are (P1, P5)."""
        self.hiding[clause] = seal or self.hiding.get(clause, False)
        self.suspect(clause)
        if seen.evidence not in PRESERVED:
            self.wanted.add(seen.media_id)
        self.raise_answer(Answer.REFUSE if seal else Answer.HOLD)
        code = StatementCode.ITEM_NOT_AVAILABLE if seal else StatementCode.ITEM_UNDER_REVIEW
        self.tell(code, clause, tell_at=self.due(CaseReason.EXACT_DIGEST), basis=DelayBasis.REVIEW_PENDING)

    def suspect(self, clause: ClauseId) -> None:
        """Promote nothing and pay nothing until a person decides (P6)."""
        item, review_by = Subject.item(self.sighting.item_id), self.due(CaseReason.EXACT_DIGEST)
        for kind in SUSPICION_MEASURES:
            self.grant(Grant(kind, item, clause, review_by=review_by))

    def propagate(self, clause: ClauseId, seen: MediaSeen, ceiling: PropagationCeiling) -> None:
        """Put on the media itself what its other carriers, now and later, are to share."""
        media, review_by = Subject.media(seen.media_id), self.due(CaseReason.EXACT_DIGEST)
        if ceiling >= PropagationCeiling.IDENTICAL_SEALED:
            kind = MeasureKind.QUARANTINE if seen.evidence in PRESERVED else MeasureKind.HOLD
            self.grant(Grant(kind, media, clause, review_by=review_by))
            self.grant(Grant(MeasureKind.BLOCK_MEDIA, media, clause, review_by=review_by, near_bits=NEAR_COPY_BITS))
        elif ceiling >= PropagationCeiling.IDENTICAL_HELD:
            self.grant(Grant(MeasureKind.HOLD, media, clause, review_by=review_by))

    def lock(self, clause: ClauseId) -> None:
        """Lock the account until a person decides; no machine may do more (P11)."""
        account, review_by = Subject.account(self.sighting.account_id), self.due(CaseReason.EXACT_DIGEST)
        self.grant(Grant(MeasureKind.LOCK_PENDING_DECISION, account, clause, review_by=review_by))
        self.tell(StatementCode.ACCOUNT_LOCKED_PENDING_DECISION, clause, tell_at=self.sighting.at)

    def tell(
        self, code: StatementCode, clause: ClauseId, *, tell_at: datetime, basis: DelayBasis | None = None
    ) -> None:
        """Record what the author is told, or why telling waits (P8). Of two moments the earlier stands."""
        statement = StatementDraft(self.sighting.account_id, clause, code, tell_at, basis)
        known = self.statements.setdefault((code, clause), statement)
        if tell_at < known.tell_at:
            self.statements[code, clause] = statement

    def hold_unscanned(self) -> None:
        """Hold what nobody has looked at. It is not an accusation: the author is told at once."""
        review_by = self.sighting.at + RETRY_WITHIN.delta
        self.has_unscanned = True
        self.grant(Grant(MeasureKind.HOLD, Subject.item(self.sighting.item_id), UNSCANNED, review_by=review_by))
        self.tell(StatementCode.ITEM_UNDER_REVIEW, UNSCANNED, tell_at=self.sighting.at)
        self.raise_answer(Answer.HOLD)
        if any(seen.is_given_up for seen in self.sighting.media):
            self.open_case(UNSCANNED, CaseReason.NOT_SCANNED, VisibilityCeiling.NONE)

    def lift_technical_holds(self) -> None:
        """End the holds that a machine set only because the media could not be looked at."""
        now = self.sighting.at
        self.lifts.update(m.id for m in self.sighting.item.measures if is_technical(m) and m.holds_at(now))

    def plan(self, policy_version: str) -> Plan:
        """Return the plan, everything in one order whatever the order of the facts."""
        self._settle_hiding()
        return Plan(
            answer=self.answer,
            source=Source.MATCH if set(self.reasons) - {UNSCANNED} else Source.SCAN,
            policy_version=policy_version,
            is_automated=True,
            clause_id=self._clause(),
            grants=tuple(self.grants[key] for key in sorted(self.grants, key=_grant_order)),
            cases=tuple(self._case(clause) for clause in sorted(self.reasons)),
            statements=tuple(self.statements[key] for key in sorted(self.statements)),
            reports=tuple(self.reports[clause] for clause in sorted(self.reports)),
            detections=tuple(d for seen in self.sighting.media for d in seen.detections),
            lifts=tuple(sorted(self.lifts)),
            evidence_wanted=tuple(sorted(self.wanted)),
            grounds={
                clause: tuple(sorted(self.grounds[clause])) for clause in sorted(self.grounds.keys() - self.found_here)
            },
        )

    def _settle_hiding(self) -> None:
        """Quarantine the item only when the bytes of *all* that is suspected in it are preserved (P5)."""
        item, review_by = Subject.item(self.sighting.item_id), self.due(CaseReason.EXACT_DIGEST)
        for clause, is_sealed in self.hiding.items():
            kind = MeasureKind.QUARANTINE if is_sealed and not self.wanted else MeasureKind.HOLD
            self.grant(Grant(kind, item, clause, review_by=review_by))

    def _clause(self) -> ClauseId | None:
        """Return the clause that asks for most; it names the decision."""
        if self.reasons:
            return min(self.reasons, key=lambda clause: (-self.strictness[clause], clause))
        return UNSCANNED if self.has_unscanned else None

    def _case(self, clause: ClauseId) -> CaseDraft:
        reason = self.reasons[clause]
        return CaseDraft(self.sighting.account_id, clause, reason, self.sighting.item_id, self.due(reason))


def _grant_order(key: tuple[MeasureKind, Subject, ClauseId]) -> tuple[str, str, str, str]:
    kind, subject, clause = key
    return (subject.kind.value, subject.id, clause, kind.value)
