"""Trace a decision: what it granted, what rests on it, and everything that ending it would touch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutela.core.findings import OpenWork
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId, MemberId
from tutela.core.measures import Measure, Standing, Subject, SubjectKind
from tutela.core.plans import Answer
from tutela.core.reversals import Decided, ReversalKnown, ReversalPlan, TouchedItem
from tutela.core.unbanking import Banked
from tutela.errors import AlreadyReversed, UnknownDecision
from tutela.ports.committer import StoredItem
from tutela.ports.decisions import Decision, FindingRecord
from tutela.ports.store import Reader

AT_ONCE = 200
"""Decisions that are undone together with the one they rest on; a popular picture may have a million carriers."""

UNDECIDED_ITEMS = 1000
"""Items of a case that are compared with what is decided; a case with more is not closed at once."""

COUNTED = 1000
"""Items of others that are counted as held with the same media; beyond it the plan says: so many and more."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What a reversal is planned from, with what has to be as it is when it is committed."""

    known: ReversalKnown
    decisions: Mapping[DecisionId, Decision]
    items: Mapping[ItemId, StoredItem]
    case_counts: Mapping[CaseId, int]
    dependents: Mapping[DecisionId, int]


def standing_decision(reader: Reader, decision_id: DecisionId, place: str) -> Decision:
    """Return a decision that nobody has reversed.

    Raises:
        tutela.errors.UnknownDecision: There is none.
        tutela.errors.AlreadyReversed: It was reversed, or replaced by another one, which is named.
    """
    found = reader.decisions([decision_id]).get(decision_id)
    if found is None:
        raise UnknownDecision(place=place)
    if (by := reader.reversed([decision_id]).get(decision_id)) is not None:
        raise AlreadyReversed(place=place, remedy=f"GET /v1/decisions/{by} tells by whom and when.")
    return found


def trace(reader: Reader, roots: Iterable[Decision], at: datetime, *, at_once: int = AT_ONCE) -> Traced:
    """Return everything that ending *roots* touches, with at most *at_once* decisions that rest on them."""
    first = list(roots)
    decisions, is_whole = _resting_on(reader, first, at_once)
    ids = list(decisions)
    grounds = {ground for each in decisions.values() for ground in each.rests_on}
    granted, told, banked = reader.granted(ids), reader.answers_by(ids), reader.banked_by(ids)
    findings = reader.findings(ids)
    items_of: dict[DecisionId, dict[ItemId, None]] = {each.id: {} for each in decisions.values()}
    for each in decisions.values():
        if each.item_id is not None:
            items_of[each.id][each.item_id] = None
    for answer in told:
        items_of[answer.decision_id][answer.item_id] = None
    for measures in granted.values():
        for measure in measures:
            if measure.subject.kind is SubjectKind.ITEM:
                items_of[measure.decision_id][ItemId(measure.subject.id)] = None
    items = reader.items_by_id(item_id for each in items_of.values() for item_id in each)
    work, counts = _work(reader, items.values())
    ended = {measure.subject for measures in granted.values() for measure in measures if measure.revoked_by is None}
    touched = _touched(reader, items)
    elsewhere = reader.found_elsewhere(ended, ids)
    relied_on = reader.granted(elsewhere.values())
    resting_reports = reader.reports_on(ids)
    by_hand = reader.told_by_hand(each.report_id for each in resting_reports)
    decided = {
        each.id: Decided(
            each.id, each.source, each.clause_id, each.is_automated, tuple(items_of[each.id]),
            _accounts(each, findings.get(each.id), granted.get(each.id, ())),
            granted.get(each.id, ()), each.rests_on,
        )
        for each in decisions.values()
    }  # fmt: skip
    known = ReversalKnown(
        at=at,
        roots=tuple(each.id for each in first),
        decided=decided,
        # What another finding holds is expected as it is as well: whoever reverses that one meanwhile comes first.
        standings=_standings(reader, items.values(), [*granted.values(), *relied_on.values()]),
        items=touched,
        reversed_before=frozenset(reader.reversed(grounds)),
        strikes=reader.strikes_by(ids),
        work=work,
        elsewhere=elsewhere,
        told=reader.told_by(ids, at),
        silences=reader.silences(ids, at),
        reports=reader.reports_by(ids),
        filed=(
            *((each.authority, each.number or "?") for each in resting_reports if each.is_filed),
            *((each.authority, each.reference) for each in by_hand),
        ),
        on_their_way=sum(each.is_unapproved or each.is_on_its_way for each in resting_reports),
        banked={**_noticed_by(reader, touched), **banked},
        is_whole=is_whole,
    )
    resting = reader.dependent_counts(ids)
    return Traced(known, decisions, items, counts, {each: resting.get(each, 0) for each in ids})


def held_elsewhere(reader: Reader, traced: Traced, plan: ReversalPlan) -> int:
    """Return how many other items carry what *plan* clears and stay hidden by decisions of their own, up to `COUNTED`.

    What was cleared is not held again; what is held already is decided in the case in which it lies.
    """
    media = {each for item_id, _ in plan.clears for each in traced.items[item_id].item.media_ids}
    carried = reader.carried(media, COUNTED + len(plan.answers)) if media else []
    others = {each.item_id for each in carried} - plan.answers.keys()
    standings = reader.standings(map(Subject.item, others))
    return min(COUNTED, sum(standing.is_hidden_at(traced.known.at) for standing in standings.values()))


def _resting_on(reader: Reader, roots: list[Decision], at_once: int) -> tuple[dict[DecisionId, Decision], bool]:
    """Return *roots* and what rests on them, on that, and so on; and whether that is all of it."""
    found = {each.id: each for each in roots}
    newest = list(found)
    while newest and (left := at_once + len(roots) - len(found)) >= 0:
        more = [each for each in reader.dependents(newest, left + 1) if each not in found]
        if len(more) > left:
            found |= reader.decisions(more[:left])
            return found, False
        found |= reader.decisions(more)
        newest = more
    return found, True


def _work(
    reader: Reader, items: Iterable[StoredItem]
) -> tuple[dict[tuple[AccountId, ClauseId], OpenWork], dict[CaseId, int]]:
    cases = reader.open_cases({stored.item.account_id for stored in items})
    inside = reader.case_items([case.id for case in cases.values()], UNDECIDED_ITEMS)
    work = {
        key: OpenWork(case, inside[case.id].undecided, inside[case.id].is_whole, inside[case.id].is_found)
        for key, case in cases.items()
    }
    return work, {case_id: each.count for case_id, each in inside.items()}


def _standings(
    reader: Reader, items: Iterable[StoredItem], granted: Iterable[tuple[Measure, ...]]
) -> dict[Subject, Standing]:
    subjects = {measure.subject for measures in granted for measure in measures}
    for stored in items:
        subjects.add(Subject.item(stored.item.id))
        subjects |= {Subject.media(media_id) for media_id in stored.item.media_ids}
    return reader.standings(subjects)


def _touched(reader: Reader, items: Mapping[ItemId, StoredItem]) -> dict[ItemId, TouchedItem]:
    detected, told = reader.detected(items), reader.answers_about(items)
    by_machine = reader.decided_by_machine(items)

    def floor(stored: StoredItem) -> Answer:
        """Return what it was answered before anything was decided: who posted it, or what it quotes, decided that."""
        answers = told.get(stored.item.id)
        if stored.decision_id is not None or stored.item.id in by_machine or not answers:
            return Answer.PUBLISH
        return answers[0].before

    return {
        item_id: TouchedItem(
            item_id, stored.item.account_id, stored.item.media_ids, stored.answer, floor(stored),
            detected.get(item_id, ()),
        )
        for item_id, stored in items.items()
    }  # fmt: skip


def _noticed_by(reader: Reader, touched: Mapping[ItemId, TouchedItem]) -> dict[MemberId, Banked]:
    """Return the entries made by decisions that have noticed something in these items."""
    noticed = {each.match.member_id for item in touched.values() for each in item.detections}
    return reader.banked(each for each in noticed if each is not None)


def _accounts(decision: Decision, finding: FindingRecord | None, measures: Iterable[Measure]) -> tuple[AccountId, ...]:
    """Return the accounts that a decision was about: with a part in it, or a measure on them."""
    found = dict.fromkeys(finding.roles if finding else ())
    if decision.account_id is not None:
        found[decision.account_id] = None
    found |= dict.fromkeys(AccountId(m.subject.id) for m in measures if m.subject.kind is SubjectKind.ACCOUNT)
    return tuple(found)
