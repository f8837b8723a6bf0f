"""The promises, asked of a plan before it is committed.

What each ceiling lets a machine do is said here again, and not taken from `core.decisions`: a mistake there must not
excuse itself.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from tutela.core.banks import Detection
from tutela.core.bounds import Bound
from tutela.core.charter.breach import Breach
from tutela.core.ids import ClauseId, MediaId
from tutela.core.measures import HIDING, SHUTS_OUT, Measure, MeasureKind, Standing, SubjectKind
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
    Sighting,
    Source,
)
from tutela.core.policy import AccountCeiling, MatchKind, PropagationCeiling, ReportCeiling, VisibilityCeiling
from tutela.core.statements import StatementCode
from tutela_client.scope import EVERYTHING

_SEALING = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})
_REMOVING = frozenset({MeasureKind.QUARANTINE, MeasureKind.REMOVE})
ONLY_PEOPLE = frozenset({MeasureKind.SUSPEND, MeasureKind.REMOVE})
_KEEPS_QUIET = frozenset({MeasureKind.READ_ONLY, MeasureKind.LOCK_UNTIL_VERIFIED})
_ON_UPLOADS = frozenset({MeasureKind.BLOCK_DEVICE, MeasureKind.BLOCK_NETWORK})
_UNSURE = frozenset({Bound.DISPUTED, Bound.DOUBTED, Bound.SEED})


def of_plan(plan: Plan, sighting: Sighting) -> tuple[Breach, ...]:
    """Return every breach in *plan*; a plan with one is never committed."""
    if sighting.is_plain and plan.does_nothing and not (plan.statements or plan.reports):
        return ()  # nothing was seen and nothing is done: most items, and no promise speaks of them
    return tuple(breach for check in _CHECKS for breach in check(plan, sighting))


# ------------------------------------------------------------------------------------------- what a sighting demands


def _counting(sighting: Sighting) -> Iterator[tuple[MediaSeen, Detection]]:
    """Yield the detections that lead to something: identical bytes are not suppressed before two people denied them."""
    for seen in sighting.media:
        for detection in seen.detections:
            is_denied = detection.match.kind is MatchKind.NEAR or Bound.DISPUTED in detection.match.bounds
            if not (detection.is_suppressed and is_denied):
                yield seen, detection


def _may_hide(detection: Detection) -> bool:
    match = detection.match
    return match.ceiling.visibility >= VisibilityCeiling.HOLD and _UNSURE.isdisjoint(match.bounds)


def _is_grave(detection: Detection) -> bool:
    """Return whether a machine may do more than hold: identical bytes, under one of the twelve, of a sound member."""
    match = detection.match
    return match.kind is MatchKind.EXACT_DIGEST and match.clause_id in ZERO_TOLERANCE and not match.bounds


def _may_seal(detection: Detection) -> bool:
    return _is_grave(detection) and detection.match.ceiling.visibility >= VisibilityCeiling.SEAL


def _holding(standing: Standing, sighting: Sighting, kinds: frozenset[MeasureKind]) -> Iterator[Measure]:
    """Yield the measures of *kinds* on media that are in force; a technical hold accuses nobody."""
    for measure in standing.measures:
        is_technical = measure.kind is MeasureKind.HOLD and measure.clause_id == UNSCANNED
        is_news = measure.id not in sighting.lingering | sighting.cleared
        if measure.kind in kinds and not is_technical and is_news and measure.holds_at(sighting.at):
            yield measure


def _is_hidden(standing: Standing, sighting: Sighting) -> bool:
    """Return whether something hides the subject of *standing*, and not only until nobody can take its end back."""
    held = (measure for measure in standing.measures if measure.id not in sighting.lingering)
    return any(measure.kind in HIDING and measure.holds_at(sighting.at) for measure in held)


def _hiding_clauses(sighting: Sighting) -> set[ClauseId]:
    """Return the clauses under each of which the item must be hidden on its own account."""
    by_match = {d.match.clause_id for _, d in _counting(sighting) if _may_hide(d)}
    by_media = {m.clause_id for seen in sighting.media for m in _holding(seen.standing, sighting, HIDING)}
    return by_match | by_media


def _hides(plan: Plan, standing: Standing, sighting: Sighting) -> set[ClauseId]:
    """Return the clauses that hide the subject of *standing* once *plan* is committed, without an end of their own."""
    granted = {g.clause_id for g in plan.grants if g.kind in HIDING and g.subject == standing.subject and not g.ends_at}
    return granted | {
        m.clause_id
        for m in standing.measures
        if m.kind in HIDING and m.holds_at(sighting.at) and m.ends_at is None and m.id not in plan.lifts
    }


# ------------------------------------------------------------------------------------------------------ the promises


def hidden_at_once(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P1: what a ceiling lets hide, and what carries hidden media, is absent from the same transaction on."""
    demanded, hidden = _hiding_clauses(sighting), _hides(plan, sighting.item, sighting)
    for clause in sorted(demanded - hidden):
        yield Breach("P1", sighting.item_id, f"what must be hidden under {clause} stays visible")
    is_carrier = any(_is_hidden(seen.standing, sighting) for seen in sighting.media)
    is_quoting = sighting.is_new and any(standing.is_hidden_at(sighting.at) for standing in sighting.contained)
    is_hidden = any(
        m.kind in HIDING | _REMOVING and m.holds_at(sighting.at) and m.id not in {*plan.lifts, *sighting.lingering}
        for m in sighting.item.measures
    )
    if plan.answer is Answer.PUBLISH and (demanded or hidden or is_hidden or is_carrier or is_quoting):
        yield Breach("P1", sighting.item_id, "an item that is hidden, or carries or quotes what is, would be published")


def carriers_hidden(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P1: identical media is held or sealed wherever else it is carried, as far as its bank lets it be."""
    for seen, detection in _counting(sighting):
        ceiling, clause = detection.match.ceiling, detection.match.clause_id
        if detection.match.kind is not MatchKind.EXACT_DIGEST or not _may_hide(detection) or detection.match.bounds:
            continue  # what is in doubt, or braked, holds the item and spreads nothing
        on_media = {
            g.kind
            for g in plan.grants
            if g.subject == seen.standing.subject and g.clause_id == clause and not g.ends_at
        }
        on_media |= {m.kind for m in _holding(seen.standing, sighting, HIDING) if m.clause_id == clause}
        held = not on_media.isdisjoint({MeasureKind.HOLD, MeasureKind.QUARANTINE})
        is_blocked = MeasureKind.BLOCK_MEDIA in on_media or not _may_seal(detection)
        if ceiling.propagation >= PropagationCeiling.IDENTICAL_HELD and not held:
            yield Breach("P1", seen.media_id, "media that must be hidden wherever it is carried is not")
        if ceiling.propagation >= PropagationCeiling.IDENTICAL_SEALED and not is_blocked:
            yield Breach("P1", seen.media_id, "media that must be refused from now on is not blocked")


def nothing_unscanned_published(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P1: what nobody has looked at is held, never published as clean."""
    if not any(seen.scan in UNSEEN for seen in sighting.media):
        return
    if plan.answer is Answer.PUBLISH or not _hides(plan, sighting.item, sighting):
        yield Breach("P1", sighting.item_id, "media that was not scanned would be published")


def no_lesser_answer(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P2: only a decision ends a lock, and whoever is locked or suspended posts nothing meanwhile."""
    for grant in plan.grants:
        if grant.kind is MeasureKind.LOCK_PENDING_DECISION and grant.ends_at is not None:
            yield Breach("P2", grant.subject.id, "a lock would end without a decision")
    is_out = not SHUTS_OUT.isdisjoint(sighting.account.kinds_at(sighting.at))
    if sighting.is_new and is_out and plan.answer is not Answer.REFUSE:
        yield Breach("P2", sighting.account_id, "an account that is locked or suspended would go on posting")


def refused_at_the_door(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P1: nothing new is published with a link, device or network that is blocked, nor by who may not write."""
    if not sighting.is_new or plan.answer is Answer.REFUSE:
        return
    for measure in sighting.account.measures:
        is_for_posts = measure.kind is MeasureKind.BLOCK_POSTING and sighting.is_post
        is_to_whom = sighting.is_message and (measure.scope.audience != "minors" or sighting.is_to_protected)
        is_for_messages = measure.kind is MeasureKind.BLOCK_MESSAGING and is_to_whom
        is_kept_out = is_for_posts or is_for_messages or measure.kind in _KEEPS_QUIET
        if is_kept_out and measure.holds_at(sighting.at):
            yield Breach("P1", sighting.account_id, f"an account under {measure.kind} would go on writing")
    for standing in sighting.posted_with:
        kinds = standing.kinds_at(sighting.at)
        if MeasureKind.BLOCK_LINK in kinds or (sighting.media and not _ON_UPLOADS.isdisjoint(kinds)):
            yield Breach("P1", sighting.item_id, "what is posted with something blocked would not be refused")


def draft_where_due(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P4: what a ceiling lets lay before a person as a draft report is laid before one."""
    drafted = {report.clause_id for report in plan.reports}
    due = {
        d.match.clause_id
        for _, d in _counting(sighting)
        if _is_grave(d) and d.match.ceiling.report >= ReportCeiling.DRAFT
    }
    for clause in sorted(due - drafted):
        yield Breach("P4", sighting.item_id, f"no draft report under {clause}")


def evidence_first(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P5: removal and quarantine only of what is preserved, whole; what is hidden and not preserved is asked for."""
    preserved = {seen.media_id: seen.evidence in PRESERVED for seen in sighting.media}
    suspected = {seen.media_id for seen, d in _counting(sighting) if _may_hide(d)}
    suspected |= {s.media_id for s in sighting.media if any(True for _ in _holding(s.standing, sighting, HIDING))}
    missing = {media_id for media_id in suspected if not preserved[media_id]}
    for grant in plan.grants:
        if grant.kind not in _REMOVING:
            continue
        if grant.subject.kind is SubjectKind.MEDIA and not preserved.get(MediaId(grant.subject.id), False):
            yield Breach("P5", grant.subject.id, "media would be quarantined before its bytes are preserved")
        if grant.subject.kind is SubjectKind.ITEM and (missing or (preserved and not any(preserved.values()))):
            yield Breach("P5", grant.subject.id, "an item would be removed before its bytes are preserved")
    for media_id in sorted(missing - set(plan.evidence_wanted)):
        yield Breach("P5", media_id, "hidden, not preserved, and nobody is asked for the bytes")


def no_promotion(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P6: from the first supported suspicion the item is not promoted and earns nothing."""
    clauses = _hiding_clauses(sighting)
    clauses |= {d.match.clause_id for _, d in _counting(sighting) if d.match.clause_id in ZERO_TOLERANCE}
    planned = (g for g in plan.grants if g.subject == sighting.item.subject)
    standing = (m for m in sighting.item.measures if m.holds_at(sighting.at))
    # One that ends by itself, or is kept to some surfaces, leaves the rest to be promoted.
    granted = {(g.kind, g.clause_id) for g in planned if not g.ends_at and g.scope == EVERYTHING}
    granted |= {(m.kind, m.clause_id) for m in standing if not m.ends_at and m.scope == EVERYTHING}
    for clause, kind in product(sorted(clauses), SUSPICION_MEASURES):
        if (kind, clause) not in granted:
            yield Breach("P6", sighting.item_id, f"a suspicion under {clause} leaves {kind} out")


def every_measure_has_a_reason(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P8: clause, policy version, and a statement or a recorded delay for the person concerned."""
    told = {(s.clause_id, s.code is StatementCode.ACCOUNT_LOCKED_PENDING_DECISION) for s in plan.statements}
    for grant in plan.grants:
        if not grant.clause_id or not plan.policy_version:
            yield Breach("P8", grant.subject.id, f"{grant.kind} without clause or policy version")
        if (grant.clause_id, grant.subject.kind is SubjectKind.ACCOUNT) not in told:
            yield Breach("P8", grant.subject.id, f"{grant.kind} with neither a statement nor a recorded delay")
    for statement in plan.statements:
        if statement.tell_at > sighting.at and statement.delay_basis is None:
            yield Breach("P8", sighting.account_id, "telling waits without a basis")
    if plan.source is not Source.PERSON and not plan.is_automated:
        yield Breach("P8", sighting.item_id, "a machine's decision would pass for a person's")


def nobody_condemned_by_machine(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P11: a machine stays within its ceilings, ends nothing but its own technical holds, and a person looks."""
    if not plan.is_automated:
        return
    for lifted in plan.lifts:
        if not any(m.id == lifted and _is_technical(m) for m in sighting.item.measures):
            yield Breach("P11", lifted, "a machine would lift what only people may lift")
    for grant in plan.grants:
        if grant.kind in ONLY_PEOPLE:
            yield Breach("P11", grant.subject.id, f"a machine would {grant.kind}")
        elif not _is_within(grant, sighting):
            yield Breach("P11", grant.subject.id, f"{grant.kind} beyond every ceiling")
        if grant.review_by is None:
            yield Breach("P11", grant.subject.id, f"an automatic {grant.kind} without a review clock")
    cases = {case.clause_id for case in plan.cases}
    for clause in sorted({g.clause_id for g in plan.grants} - cases - {UNSCANNED}):
        yield Breach("P11", sighting.item_id, f"measures under {clause} that no case lays before a person")
    drafts = {d.match.clause_id for _, d in _counting(sighting) if _is_grave(d) and d.match.ceiling.report}
    for clause in sorted({report.clause_id for report in plan.reports} - drafts):
        yield Breach("P11", sighting.item_id, f"a draft report under {clause} beyond every ceiling")


def _is_technical(measure: Measure) -> bool:
    return measure.is_automated and measure.kind is MeasureKind.HOLD and measure.clause_id == UNSCANNED


def _is_within(grant: Grant, sighting: Sighting) -> bool:
    """Return whether something that was seen lets a machine grant this, under this clause, on this subject."""
    if grant.subject.kind is SubjectKind.ACCOUNT:
        return grant.subject == sighting.account.subject and _may_lock(grant, sighting)
    if grant.subject.kind is SubjectKind.MEDIA:
        return any(
            d.match.clause_id == grant.clause_id and seen.standing.subject == grant.subject and _may_spread(grant, d)
            for seen, d in _counting(sighting)
        )
    if grant.clause_id == UNSCANNED and grant.kind is MeasureKind.HOLD:
        return grant.subject == sighting.item.subject
    return grant.subject == sighting.item.subject and _may_restrict(grant, sighting)


def _may_restrict(grant: Grant, sighting: Sighting) -> bool:
    """Return whether a match, or what stands on carried media, lets a machine do this to the item."""
    matches = [d for _, d in _counting(sighting) if d.match.clause_id == grant.clause_id]
    standing = [m for s in sighting.media for m in _holding(s.standing, sighting, HIDING)]
    carried = {m.kind for m in standing if m.clause_id == grant.clause_id}
    if grant.kind in _SEALING:
        return any(_may_seal(d) for d in matches) or not carried.isdisjoint(_SEALING)
    if grant.kind is MeasureKind.HOLD:
        return any(_may_hide(d) for d in matches) or bool(carried)
    return bool(matches or carried)


def _may_lock(grant: Grant, sighting: Sighting) -> bool:
    return grant.kind is MeasureKind.LOCK_PENDING_DECISION and any(
        d.match.clause_id == grant.clause_id
        and _is_grave(d)
        and d.match.ceiling.account >= AccountCeiling.LOCK_PENDING_DECISION
        for _, d in _counting(sighting)
    )


def _may_spread(grant: Grant, detection: Detection) -> bool:
    """Return whether what was found in one item may be put on its media: identical bytes only."""
    if detection.match.kind is not MatchKind.EXACT_DIGEST or not _may_hide(detection) or detection.match.bounds:
        return False
    propagation = detection.match.ceiling.propagation
    if grant.kind in _SEALING:
        return _may_seal(detection) and propagation >= PropagationCeiling.IDENTICAL_SEALED
    return grant.kind is MeasureKind.HOLD and propagation >= PropagationCeiling.IDENTICAL_HELD


_CHECKS = (
    hidden_at_once,
    carriers_hidden,
    nothing_unscanned_published,
    no_lesser_answer,
    refused_at_the_door,
    draft_where_due,
    evidence_first,
    no_promotion,
    every_measure_has_a_reason,
    nobody_condemned_by_machine,
)
