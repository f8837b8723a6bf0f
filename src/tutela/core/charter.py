"""The promises, each a function that answers with the breaches it finds.

They are asked three times: of a plan before it is committed, by property tests, and of the live system by
`tutela audit verify`. Here are the promises as far as the parts that exist reach: P1, P5, P6, P8, P10, P11; P9 is
`core.audit`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tutela.core.decisions import PRESERVED, SUSPICION_MEASURES, UNSCANNED, UNSEEN, Answer, Plan, Sighting, Source
from tutela.core.ids import MediaId
from tutela.core.measures import HIDING, Measure, MeasureKind, Standing, SubjectKind
from tutela.core.policy import VisibilityCeiling
from tutela_client.see import CLASSES, EffectTable, shipped_table
from tutela_client.verdict import Exposure


@dataclass(frozen=True, slots=True)
class Breach:
    """One promise broken, and where."""

    promise: str
    subject: str  #: an id of ours
    detail: str


def of_plan(plan: Plan, sighting: Sighting) -> tuple[Breach, ...]:
    """Return every breach in *plan*; a plan with one is never committed."""
    checks = (hidden_at_once, nothing_unscanned_published, evidence_first, no_promotion, every_measure_has_a_reason)
    found = [breach for check in checks for breach in check(plan, sighting)]
    return (*found, *nobody_condemned_by_machine(plan, sighting))


def hidden_at_once(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P1: what a ceiling lets hide, and what carries hidden media, is absent from the same transaction on."""
    hides = any(g.kind in HIDING and g.subject.id == sighting.item_id for g in plan.grants)
    by_media = any(seen.standing.is_hidden_at(sighting.at) for seen in sighting.media)
    demanded = any(
        d.match.ceiling.visibility >= VisibilityCeiling.HOLD and not d.is_suppressed
        for seen in sighting.media
        for d in seen.detections
    )
    if demanded and not hides and not sighting.item.is_hidden_at(sighting.at):
        yield Breach("P1", sighting.item_id, "a match that its bank lets hide leaves the item visible")
    if (demanded or by_media) and plan.answer is Answer.PUBLISH:
        yield Breach("P1", sighting.item_id, "an item that carries hidden media would be published")


def nothing_unscanned_published(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P1: what nobody has looked at is held, never published as clean."""
    unseen = any(seen.scan in UNSEEN for seen in sighting.media)
    if unseen and plan.answer is Answer.PUBLISH:
        yield Breach("P1", sighting.item_id, "media that was not scanned would be published")


def evidence_first(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P5: removal and quarantine only of what is preserved."""
    preserved = {seen.media_id: seen.evidence in PRESERVED for seen in sighting.media}
    for grant in plan.grants:
        if grant.kind not in {MeasureKind.QUARANTINE, MeasureKind.REMOVE}:
            continue
        if grant.subject.kind is SubjectKind.MEDIA and not preserved.get(MediaId(grant.subject.id), False):
            yield Breach("P5", grant.subject.id, "media would be quarantined before its bytes are preserved")
        if grant.subject.kind is SubjectKind.ITEM and preserved and not any(preserved.values()):
            yield Breach("P5", grant.subject.id, "an item would be removed before its bytes are preserved")


def no_promotion(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P6: from the first supported suspicion the item is not promoted and earns nothing."""
    on_item = {g.kind for g in plan.grants if g.subject.id == sighting.item_id}
    on_item |= sighting.item.kinds_at(sighting.at)
    suspected = plan.source is Source.MATCH and on_item & HIDING
    for kind in SUSPICION_MEASURES:
        if suspected and kind not in on_item:
            yield Breach("P6", sighting.item_id, f"a suspicion leaves {kind} out")


def every_measure_has_a_reason(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P8: clause, policy version, and a statement or a recorded delay for the person concerned."""
    told = {statement.clause_id for statement in plan.statements}
    for grant in plan.grants:
        if not grant.clause_id or not plan.policy_version:
            yield Breach("P8", grant.subject.id, f"{grant.kind} without clause or policy version")
        if grant.clause_id not in told:
            yield Breach("P8", grant.subject.id, f"{grant.kind} with neither a statement nor a recorded delay")
    for statement in plan.statements:
        if statement.tell_at > sighting.at and statement.delay_basis is None:
            yield Breach("P8", sighting.account_id, "telling waits without a basis")


def nobody_condemned_by_machine(plan: Plan, sighting: Sighting) -> Iterable[Breach]:
    """P11: a machine neither suspends nor removes for good, and each of its measures has a review clock."""
    if not plan.is_automated:
        return
    technical = {m.id for m in sighting.item.measures if m.clause_id == UNSCANNED}
    for lifted in plan.lifts:
        if lifted not in technical:
            yield Breach("P11", lifted, "a machine would lift what only people may lift")
    ceilings = [d.match.ceiling for seen in sighting.media for d in seen.detections if not d.is_suppressed]
    for grant in plan.grants:
        if grant.kind in {MeasureKind.SUSPEND, MeasureKind.REMOVE}:
            yield Breach("P11", grant.subject.id, f"a machine would {grant.kind}")
        if grant.review_by is None:
            yield Breach("P11", grant.subject.id, f"an automatic {grant.kind} without a review clock")
        if grant.kind is MeasureKind.LOCK_PENDING_DECISION and not any(c.account for c in ceilings):
            yield Breach("P11", grant.subject.id, "an account would be locked beyond every ceiling")


def of_measures(measures: Iterable[Measure]) -> Iterable[Breach]:
    """P8 and P11 of what is in force: the same promises, asked of a live system."""
    for measure in measures:
        if not measure.clause_id or not measure.policy_version:
            yield Breach("P8", measure.id, "a measure without clause or policy version")
        if measure.is_automated and measure.kind in {MeasureKind.SUSPEND, MeasureKind.REMOVE}:
            yield Breach("P11", measure.id, f"a machine decided {measure.kind}")
        if measure.is_automated and measure.review_by is None:
            yield Breach("P11", measure.id, "an automatic measure without a review clock")


def of_visibility(
    item_id: str, own: Standing, carried: Iterable[Standing], table: EffectTable | None = None
) -> Iterable[Breach]:
    """P1 of what is stored: whatever hides an item, or media it carries, is absent for every viewer and surface."""
    rows = table or shipped_table()
    for standing in (own, *carried):
        for measure in standing.measures:
            if measure.kind not in HIDING:
                continue
            for viewer in CLASSES:
                for surface in rows.surfaces:
                    if rows.effect(measure.kind.value, viewer, surface).exposure is not Exposure.ABSENT:
                        yield Breach("P1", item_id, f"{measure.kind} lets {viewer} see it on {surface}")


_HEX_DIGEST = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b")


def of_log_record(record: Mapping[str, object], *, secrets: Iterable[str] = ()) -> tuple[Breach, ...]:
    """P10: return a breach for each field that holds something digest-like or one of *secrets*."""
    found = []
    planted = tuple(secrets)
    for field, value in record.items():
        text = str(value)
        if _HEX_DIGEST.search(text.lower()) or any(secret in text for secret in planted):
            found.append(Breach("P10", field, "a log field holds content, a name or a digest"))
    return tuple(found)
