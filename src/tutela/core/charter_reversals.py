"""The promises, asked of a reversal before it is committed: P1 to P4, P8 and P11.

Who may lift what, and what rests on what, is said here again, and not taken from `core.reversals`.
"""

from collections.abc import Iterable

from tutela.core.charter import Breach
from tutela.core.charter_banks import taken_out
from tutela.core.ids import DecisionId, MemberId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import SUPPORTED, UNSCANNED, ZERO_TOLERANCE, Answer
from tutela.core.reversals import ReversalKnown, ReversalPlan

_KEPT = {
    SubjectKind.ACCOUNT: (frozenset({MeasureKind.LOCK_PENDING_DECISION, MeasureKind.SUSPEND}),),
    SubjectKind.MEDIA: tuple(
        frozenset({kind}) for kind in (MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA, MeasureKind.HOLD)
    ),
}
_ABSENT = frozenset({MeasureKind.HOLD, MeasureKind.QUARANTINE, MeasureKind.REMOVE, MeasureKind.BLOCK_MEDIA})


def of_reversal(
    plan: ReversalPlan, known: ReversalKnown, people: Iterable[str], *, is_single_operator: bool = False
) -> tuple[Breach, ...]:
    """Return every breach in *plan*, which these *people* asked for; a plan with one is never committed.

    Args:
        plan: What would be done.
        known: What it is planned from.
        people: Who asked for it, each as often as they looked.
        is_single_operator: Somebody who works alone looked twice, blind, at least a day apart.
    """
    who = tuple(people)
    return (
        *_two_people(plan, known, who, is_alone=is_single_operator),
        *_what_stays_hidden(plan, known),
        *_what_rests_on_it(plan, known),
        *_what_ends(plan, known),
        *_what_others_found(plan, known),
        *_what_is_owed(plan, known),
        *_who_is_told(plan, known),
        *taken_out(plan, known),
    )


def _two_people(
    plan: ReversalPlan, known: ReversalKnown, people: tuple[str, ...], *, is_alone: bool
) -> Iterable[Breach]:
    """P3: nobody lifts a quarantine, or clears what a match supports, alone; the second is somebody else."""
    if not people:
        yield Breach("P11", plan.overturned[0], "a decision would be undone by nobody")
    if len(set(people)) > 1 or (is_alone and len(people) > 1):
        return
    for measure in plan.ends:
        if measure.kind in {MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA}:
            yield Breach("P3", measure.id, "one person would lift what takes two")
    for each in known.roots if not known.is_following else ():
        decided = known.decided[each]
        if decided.source in SUPPORTED and decided.clause_id not in {None, UNSCANNED}:
            yield Breach("P3", each, "one person would clear a suspicion that a match supports")


def _what_stays_hidden(plan: ReversalPlan, known: ReversalKnown) -> Iterable[Breach]:
    """P1: an item on which, or on whose media, something else hides is not published."""
    ended = {measure.id for measure in plan.ends}
    for item_id, answer in plan.answers.items():
        item = known.items[item_id]
        subjects = [Subject.item(item_id), *(Subject.media(each) for each in item.media_ids)]
        held = [m for s in subjects if s in known.standings for m in known.standings[s].measures]
        is_hidden = any(m.kind in _ABSENT and m.holds_at(known.at) and m.id not in ended for m in held)
        if answer is Answer.PUBLISH and is_hidden:
            yield Breach("P1", item_id, "an item that something else hides would be published")


def _what_rests_on_it(plan: ReversalPlan, known: ReversalKnown) -> Iterable[Breach]:
    """P11: what rested on nothing else is undone with it, and what stands on something else is not."""
    gone: set[DecisionId] = {*plan.overturned, *known.reversed_before}
    for each in known.decided.values():
        if each.id in known.roots:
            continue
        found = any(
            d.match.clause_id == each.clause_id
            and d.match.bank_id is not None
            and not d.is_suppressed
            and not _is_taken_back(d.match.member_id, known, gone)
            for item_id in each.item_ids
            if item_id in known.items
            for d in known.items[item_id].detections
        )
        has_lost = bool(each.rests_on) and gone.issuperset(each.rests_on) and not found
        if has_lost and each.id not in plan.overturned:
            yield Breach("P11", each.id, "a decision would stand though all that it rested on is undone")
        if each.id in plan.overturned and not (bool(each.rests_on) and gone.issuperset(each.rests_on)):
            yield Breach("P11", each.id, "a decision that stands on something else would be undone")


def _is_taken_back(member_id: MemberId | None, known: ReversalKnown, gone: set[DecisionId]) -> bool:
    """Return whether what noticed it was entered by what is undone, and by nothing else."""
    entry = None if member_id is None else known.banked.get(member_id)
    return entry is not None and gone.issuperset(entry.rests_on)


def _what_ends(plan: ReversalPlan, known: ReversalKnown) -> Iterable[Breach]:
    """P11: all measures of what is undone end, and no others."""
    own = {m.id: m for each in plan.overturned for m in known.decided[each].measures}
    ended = {measure.id for measure in plan.ends}
    for measure in plan.ends:
        if measure.id not in own:
            yield Breach("P11", measure.id, "a measure of another decision would end")
    for measure in own.values():
        is_over = measure.ends_at is not None and measure.ends_at <= known.at
        if measure.id not in ended and measure.revoked_by is None and not is_over:
            yield Breach("P11", measure.id, "a measure of a decision that is undone would stay")


def _what_others_found(plan: ReversalPlan, known: ReversalKnown) -> Iterable[Breach]:
    """P1, P2: an actor by another finding stays out, and what another one hid stays hidden, as far as it was."""
    ended = {measure.id for measure in plan.ends}
    for (subject, clause_id), ground in known.elsewhere.items():
        own = [m for m in plan.ends if (m.subject, m.clause_id) == (subject, clause_id) and _is_grave_by_hand(m, known)]
        for kinds in _KEPT.get(subject.kind, ()):
            held = known.standings[subject].measures if subject in known.standings else ()
            stays = {m.kind for m in held if m.id not in ended and _is_grave_by_hand(m, known)}
            stays |= {each.grant.kind for each in plan.carries if each.grant.subject == subject}
            if any(m.kind in kinds for m in own) and kinds.isdisjoint(stays):
                promise = "P2" if subject.kind is SubjectKind.ACCOUNT else "P1"
                yield Breach(promise, subject.id, "a measure would end that another finding relies on")
        if ground in plan.overturned:
            yield Breach("P11", ground, "a measure would rest on what is undone")
    for each in plan.carries:
        if known.elsewhere.get((each.grant.subject, each.grant.clause_id)) != each.rests_on:
            yield Breach("P8", each.grant.subject.id, "a measure would rest on no finding")


def _what_is_owed(plan: ReversalPlan, known: ReversalKnown) -> Iterable[Breach]:
    """P4: a case about which a finding stands ends when it is told, and never beside something else."""
    found = {work.case.id for work in known.work.values() if work.is_found}
    for case in plan.closes:
        if case.id in found and case.clause_id in ZERO_TOLERANCE:
            yield Breach("P4", case.id, "a found case would end before it is told")


def _is_grave_by_hand(measure: Measure, known: ReversalKnown) -> bool:
    is_lasting = measure.ends_at is None and measure.holds_at(known.at)
    return is_lasting and not measure.is_automated and measure.clause_id in ZERO_TOLERANCE


def _who_is_told(plan: ReversalPlan, known: ReversalKnown) -> Iterable[Breach]:
    """P8: whoever a measure was on is told that it ended."""
    told = {statement.account_id for statement in plan.statements}
    for measure in plan.ends:
        concerned = {
            "account": measure.subject.id,
            "item": next((i.account_id for i in known.items.values() if i.item_id == measure.subject.id), None),
        }.get(measure.subject.kind.value)
        if concerned is not None and concerned not in told:
            yield Breach("P8", measure.id, "a measure ends and nobody is told")
