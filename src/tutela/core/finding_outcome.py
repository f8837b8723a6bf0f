"""What follows from what a finding grants: answers, statements, cases, and drafts of reports."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tutela.core.case_states import CLOSES_BESIDE
from tutela.core.cases import REVIEW_WITHIN, Case, CaseDraft, CaseReason
from tutela.core.finding_rules import Question
from tutela.core.findings import FoundItem
from tutela.core.ids import AccountId, ItemId
from tutela.core.measures import Measure, MeasureKind, Subject, SubjectKind
from tutela.core.plans import Answer, Grant, ReportDraft
from tutela.core.statements import StatementCode, StatementDraft, kept_silent

PROVISIONAL = frozenset({MeasureKind.HOLD, MeasureKind.LOCK_PENDING_DECISION})
"""Kinds that wait for a person to decide."""

_TOLD = {
    MeasureKind.QUARANTINE: StatementCode.ITEM_NOT_AVAILABLE,
    MeasureKind.HOLD: StatementCode.ITEM_UNDER_REVIEW,
    MeasureKind.REMOVE: StatementCode.ITEM_REMOVED,
    MeasureKind.SUSPEND: StatementCode.ACCOUNT_SUSPENDED,
    MeasureKind.LOCK_PENDING_DECISION: StatementCode.ACCOUNT_LOCKED_PENDING_DECISION,
    MeasureKind.LOCK_UNTIL_VERIFIED: StatementCode.ACCOUNT_LOCKED_UNTIL_VERIFIED,
    MeasureKind.WARN: StatementCode.ACCOUNT_WARNED,
    MeasureKind.PROTECT: StatementCode.ACCOUNT_PROTECTED,
}
"""What is told about a measure; every other kind is a restriction of the item or the account."""

_STRICTNESS = {answer: position for position, answer in enumerate(Answer)}
_URGENCY = {reason: position for position, reason in enumerate(CaseReason)}
_ON_ITEM = {MeasureKind.QUARANTINE: Answer.REFUSE, MeasureKind.REMOVE: Answer.REFUSE, MeasureKind.HOLD: Answer.HOLD}
_ON_MEDIA = {
    MeasureKind.QUARANTINE: Answer.REFUSE,
    MeasureKind.BLOCK_MEDIA: Answer.REFUSE,
    MeasureKind.HOLD: Answer.HOLD,
}


def answer_under(on_item: Iterable[MeasureKind], on_media: Iterable[MeasureKind]) -> Answer:
    """Return what the platform is told about an item on which, and on whose media, these kinds are in force."""
    found = [_ON_ITEM.get(kind, Answer.PUBLISH) for kind in on_item]
    found += [_ON_MEDIA.get(kind, Answer.PUBLISH) for kind in on_media]
    return stricter(*found)


def stricter(*given: Answer) -> Answer:
    """Return the strictest of *given*; `publish` of none."""
    return max(given, key=_STRICTNESS.__getitem__, default=Answer.PUBLISH)


def answers(question: Question, grants: Sequence[Grant], ends: Sequence[Measure]) -> dict[ItemId, Answer]:
    """Return what the platform is told about each item: never more kindly than before, unless something ends."""
    ended = {measure.id for measure in ends}
    known, now = question.known, question.known.at

    def kinds(subject: Subject) -> list[MeasureKind]:
        held = [m.kind for m in known.standing(subject).measures if m.holds_at(now) and m.id not in ended]
        return held + [g.kind for g in grants if g.subject == subject and _is_now(g, now)]

    def answer(item: FoundItem) -> Answer:
        on_media = [kind for media in item.media for kind in kinds(media.standing.subject)]
        demanded = answer_under(kinds(item.standing.subject), on_media)
        return demanded if ended else stricter(demanded, item.answer)

    return {item_id: answer(item) for item_id, item in known.items.items()}


def statements(question: Question, grants: Iterable[Grant], ends: Iterable[Measure]) -> tuple[StatementDraft, ...]:
    """Return what each account concerned is told, once, or why telling waits; what ends is told as well (P8)."""
    delay, now = question.finding.delay, question.known.at
    tell_at, basis = (now, None) if delay is None else (max(delay.until, now), delay.basis)
    told = {
        (account_id, code_of(grant)): None
        for grant in grants
        if (account_id := _concerned(question, grant.subject)) is not None
    }
    found = [StatementDraft(account_id, question.clause.id, code, tell_at, basis) for account_id, code in told]
    over = {(_concerned(question, measure.subject), measure.clause_id): None for measure in ends}
    found += (
        StatementDraft(account_id, clause_id, StatementCode.DECISION_REVERSED, tell_at, basis)
        for account_id, clause_id in over
        if account_id is not None
    )
    silences = {} if question.known.replaced is None else question.known.replaced.silences
    return tuple(kept_silent(each, silences) for each in found)


def cases(question: Question, grants: Iterable[Grant]) -> tuple[CaseDraft, ...]:
    """Return what another person must look at: each account and item once, the most urgent reason first."""
    found: dict[tuple[AccountId, ItemId | None], CaseDraft] = {}
    for reason, account_id, item_id in sorted(_reasons(question, grants), key=lambda each: _URGENCY[each[0]]):
        due_at = question.known.at + REVIEW_WITHIN[reason].delta
        draft = CaseDraft(account_id, question.clause.id, reason, item_id, due_at)
        found.setdefault((account_id, item_id), draft)
    return tuple(found.values())


def _reasons(question: Question, grants: Iterable[Grant]) -> Iterable[tuple[CaseReason, AccountId, ItemId | None]]:
    for grant in grants:
        account_id = _concerned(question, grant.subject)
        if account_id is None:
            continue
        item_id = ItemId(grant.subject.id) if grant.subject.kind is SubjectKind.ITEM else None
        is_final = grant.kind is MeasureKind.SUSPEND and grant.ends_at is None
        awaits_second = any(question.awaits_second(ask) for ask in question.finding.asks_on(grant.subject))
        if awaits_second or (is_final and not question.finding.is_by_two):
            yield CaseReason.SECOND_LOOK, account_id, item_id
        elif grant.kind in PROVISIONAL:
            yield CaseReason.DECISION_PENDING, account_id, item_id
        elif question.is_grave and grant.kind is not MeasureKind.PROTECT:
            yield CaseReason.REPORT_DUE, account_id, item_id


def closes(question: Question, drafts: Iterable[CaseDraft]) -> tuple[Case, ...]:
    """Return the cases that a person has looked at whole. None under the twelve, and no second look (P3, P4)."""
    if question.is_grave:
        return ()
    opened = {draft.account_id for draft in drafts}
    named = {ItemId(ask.subject.id) for ask in question.finding.asks if ask.subject.kind is SubjectKind.ITEM}
    return tuple(
        work.case
        for account_id, work in question.known.work.items()
        if work.is_whole
        and work.undecided
        and work.undecided <= named
        and account_id not in opened
        and work.case.reason is not CaseReason.SECOND_LOOK
        and work.case.state in CLOSES_BESIDE
    )


def reports(question: Question) -> tuple[ReportDraft, ...]:
    """Return what may have to be reported: what an actor posted, under one of the twelve. A person files (P11)."""
    actors = set(question.finding.actors()) if question.is_grave else set()
    return tuple(
        ReportDraft(item.account_id, question.clause.id, item.item_id)
        for item in question.known.items.values()
        if item.account_id in actors and question.finding.asks_on(item.standing.subject)
    )


def _concerned(question: Question, subject: Subject) -> AccountId | None:
    if subject.kind is SubjectKind.ACCOUNT:
        return AccountId(subject.id)
    item = question.known.items.get(ItemId(subject.id)) if subject.kind is SubjectKind.ITEM else None
    return None if item is None else item.account_id


def _is_now(grant: Grant, now: datetime) -> bool:
    return grant.starts_at is None or grant.starts_at <= now


def code_of(grant: Grant) -> StatementCode:
    """Return what is told about a measure."""
    return code_of_kind(grant.kind, grant.subject.kind)


def code_of_kind(kind: MeasureKind, on: SubjectKind) -> StatementCode:
    """Return what is told about a measure of *kind* on a subject."""
    is_account = on is SubjectKind.ACCOUNT
    return _TOLD.get(kind, StatementCode.ACCOUNT_RESTRICTED if is_account else StatementCode.ITEM_RESTRICTED)
