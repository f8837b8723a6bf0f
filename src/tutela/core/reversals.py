"""From a decision to its reversal: what ends with it, what stays by others, who must agree, what cannot be undone."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.banks import Detection
from tutela.core.carried import Carried, Elsewhere, carried
from tutela.core.case_states import CLOSES_BESIDE
from tutela.core.cases import REVIEW_WITHIN, Case, CaseDraft, CaseReason
from tutela.core.decisions import counts
from tutela.core.finding_outcome import answer_under, code_of, stricter
from tutela.core.findings import Decider, Facts, OpenWork
from tutela.core.ids import AccountId, ClauseId, DecisionId, ItemId, MeasureId, MediaId, MemberId
from tutela.core.measures import HIDING, Measure, MeasureKind, Standing, Subject, SubjectKind
from tutela.core.plans import SUPPORTED, UNSCANNED, ZERO_TOLERANCE, Answer, Source
from tutela.core.statements import Silence, StatementCode, StatementDraft, kept_silent
from tutela.core.strikes import Strike
from tutela.core.unbanking import Banked, Unbanking, plan_unbanking, still_speaks

NEVER_ALONE = frozenset({MeasureKind.QUARANTINE, MeasureKind.BLOCK_MEDIA})
"""Kinds that no single person lifts (measures.md)."""


_WAITS_FOR_A_PERSON = (HIDING - {MeasureKind.BLOCK_MEDIA}) | {MeasureKind.LOCK_PENDING_DECISION}
"""Kinds that a machine sets until a person has decided."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision that may end, and what it rests on."""

    id: DecisionId
    source: Source
    clause_id: ClauseId | None
    is_automated: bool
    item_ids: tuple[ItemId, ...]
    account_ids: tuple[AccountId, ...]
    measures: tuple[Measure, ...]
    rests_on: tuple[DecisionId, ...] = ()


@dataclass(frozen=True, slots=True)
class TouchedItem:
    """One item that a decision was about."""

    item_id: ItemId
    account_id: AccountId
    media_ids: tuple[MediaId, ...]
    answer: Answer
    floor: Answer = Answer.PUBLISH  #: what it was answered when nothing had been decided about it
    detections: tuple[Detection, ...] = ()


@dataclass(frozen=True, slots=True)
class ReversalKnown:
    """Everything that a reversal is planned from."""

    at: datetime
    roots: tuple[DecisionId, ...]  #: one decision, or several that have lost the same ground
    decided: Mapping[DecisionId, Decided]  #: those decisions, and those that rest on it, on those, and so on
    standings: Mapping[Subject, Standing]  #: of everything they are about
    items: Mapping[ItemId, TouchedItem]
    reversed_before: frozenset[DecisionId] = frozenset()  #: among what they rest on
    strikes: tuple[Strike, ...] = ()
    work: Mapping[tuple[AccountId, ClauseId], OpenWork] = field(default_factory=dict)
    elsewhere: Elsewhere = field(default_factory=dict)  #: findings that stand whatever is undone here
    #: Entries of banks that rest on these decisions, or that have noticed something in the items.
    banked: Mapping[MemberId, Banked] = field(default_factory=dict)
    told: int = 0  #: statements that may have been told already
    silences: Mapping[AccountId, Silence] = field(default_factory=dict)  #: of who is told nothing of them yet
    reports: int = 0  #: drafts of reports
    filed: tuple[tuple[str, str], ...] = ()  #: authority and number of reports that it has
    on_their_way: int = 0  #: reports that were drawn up or approved, and are not finished
    is_whole: bool = True  #: false where more decisions rest on it than are undone at once; the others follow
    is_following: bool = False  #: nobody asks for these: what they rested on was reversed before


@dataclass(frozen=True, slots=True)
class ReversalPlan:
    """What a reversal would do, whole."""

    overturned: tuple[DecisionId, ...]  #: what was asked for first, then what rested on nothing else
    kept: tuple[DecisionId, ...]  #: what rests on it, and on something else that stands
    ends: tuple[Measure, ...]
    stays: tuple[Measure, ...]  #: in force on the same subjects by other decisions
    strikes: tuple[Strike, ...]  #: that count no more
    answers: Mapping[ItemId, Answer]
    clears: tuple[tuple[ItemId, ClauseId], ...]  #: suspicions that the same facts do not raise again
    closes: tuple[Case, ...]
    statements: tuple[StatementDraft, ...]
    carries: tuple[Carried, ...] = ()  #: what of `ends` another finding that stands takes over
    needs_two: tuple[str, ...] = ()  #: why nobody does this alone; empty when one person may
    cannot_undo: tuple[str, ...] = ()
    unbanks: Unbanking = field(default_factory=Unbanking)
    regrounds: tuple[tuple[DecisionId, DecisionId], ...] = ()  #: what is kept, and what it rests on from now on
    lays: tuple[CaseDraft, ...] = ()  #: what a machine hides or locks still, and nobody would look at any more (P11)

    @property
    def needs_two_people(self) -> bool:
        """Return whether a second, different person must reverse it too (P3)."""
        return bool(self.needs_two)


def plan_reversal(known: ReversalKnown) -> ReversalPlan:
    """Return what ends when the decisions at the roots of *known* are reversed, and all that rested on nothing else."""
    gone = overturned(known)
    ends = tuple(m for each in gone for m in known.decided[each].measures if _is_open(m, known.at))
    clears = _clears(known, gone)
    touched = dict.fromkeys(measure.subject for measure in ends)
    standing = [m for subject in touched for m in _standing(known, subject).measures if m.holds_at(known.at)]
    ended = {measure.id for measure in ends}
    stays = tuple(m for m in standing if m.id not in ended)
    carries = _carries(known, ends)
    return ReversalPlan(
        overturned=gone,
        kept=tuple(sorted(known.decided.keys() - set(gone))),
        ends=ends,
        stays=stays,
        strikes=tuple(s for s in known.strikes if s.decision_id in gone and s.stands_at(known.at)),
        answers=_answers(known, gone, ended, carries),
        clears=clears,
        closes=_closes(known, clears, gone),
        statements=_statements(known, ends, carries),
        carries=carries,
        needs_two=tuple(dict.fromkeys(why for each in gone for why in reasons_for_two(known, known.decided[each]))),
        cannot_undo=_cannot_undo(known, gone),
        unbanks=plan_unbanking(known.banked.values(), gone),
        regrounds=regrounded(known, gone),
        lays=_lays(known, stays),
    )


def _lays(known: ReversalKnown, stays: Iterable[Measure]) -> tuple[CaseDraft, ...]:
    """Return the cases in which a person looks again at what a machine set beneath what is undone (P11).

    It waited for the decision that is undone now: its own case ended with that one, and nobody else would be asked.
    """
    due_at = known.at + REVIEW_WITHIN[CaseReason.DECISION_PENDING].delta
    found: dict[tuple[AccountId, ClauseId, ItemId | None], None] = {}
    for measure in stays:
        if not measure.is_automated or measure.kind not in _WAITS_FOR_A_PERSON or measure.clause_id == UNSCANNED:
            continue
        item = known.items.get(ItemId(measure.subject.id)) if measure.subject.kind is SubjectKind.ITEM else None
        if item is not None:
            found[item.account_id, measure.clause_id, item.item_id] = None
        elif measure.subject.kind is SubjectKind.ACCOUNT:
            found[AccountId(measure.subject.id), measure.clause_id, None] = None
    return tuple(
        CaseDraft(account, clause, CaseReason.DECISION_PENDING, item, due_at)
        for account, clause, item in found
        if (account, clause) not in known.work  # an open case holds it already
    )


def overturned(known: ReversalKnown) -> tuple[DecisionId, ...]:
    """Return the roots and every decision that rests on nothing but overturned ones (P11), in order of their id."""
    gone = set(known.roots)
    while True:
        more = {
            each.id
            for each in known.decided.values()
            if each.id not in gone and _has_lost_its_grounds(each, gone | known.reversed_before, known)
        }
        if not more:
            return *known.roots, *sorted(gone - set(known.roots))
        gone |= more


def lost(known: ReversalKnown) -> tuple[DecisionId, ...]:
    """Return the decisions whose grounds were all reversed before."""
    gone = set(known.reversed_before)
    return tuple(sorted(each.id for each in known.decided.values() if _has_lost_its_grounds(each, gone, known)))


def _has_lost_its_grounds(decided: Decided, gone: set[DecisionId], known: ReversalKnown) -> bool:
    if not decided.rests_on or not set(decided.rests_on) <= gone:
        return False
    # What a bank has said of the item since is a ground of its own.
    return not any(_found_in(decided, known, gone))


def _found_in(decided: Decided, known: ReversalKnown, gone: Collection[DecisionId]) -> Iterator[Detection]:
    """Yield what was found in the items themselves, by no likeness to sealed media or entry that goes too."""
    return (
        each
        for item_id in decided.item_ids
        if item_id in known.items
        for each in known.items[item_id].detections
        if each.match.clause_id == decided.clause_id
        and each.match.resembles is None
        and counts(each)
        and still_speaks(each, known.banked, gone)
    )


def regrounded(known: ReversalKnown, gone: Iterable[DecisionId]) -> tuple[tuple[DecisionId, DecisionId], ...]:
    """Return what is kept by an entry alone, with the decisions that the entry rests on: it ends with those (P11)."""
    over = {*gone, *known.reversed_before}
    found: dict[tuple[DecisionId, DecisionId], None] = {}
    for each in known.decided.values():
        if each.id in over or not each.rests_on or not set(each.rests_on) <= over:
            continue
        entries = [known.banked.get(d.match.member_id or MemberId("")) for d in _found_in(each, known, over)]
        if all(entries):  # what a list says rests on nothing here
            grounds = {ground for entry in entries if entry is not None for ground in entry.rests_on - over}
            found |= dict.fromkeys((each.id, ground) for ground in sorted(grounds))
    return tuple(found)


def cleared_facts(known: ReversalKnown, item_id: ItemId, gone: Iterable[DecisionId]) -> tuple[Detection, ...]:
    """Return what was noticed in an item and is no news from now on.

    What an entry said that goes is not among it: who finds the same anew says something new.
    """
    over = {*gone, *known.reversed_before}
    return tuple(each for each in known.items[item_id].detections if still_speaks(each, known.banked, over))


def reasons_for_two(known: ReversalKnown, decided: Decided) -> tuple[str, ...]:
    """Return why nobody reverses this decision alone (P3); empty when one person may."""
    reasons = []
    if any(m.kind in NEVER_ALONE and _is_open(m, known.at) for m in decided.measures):
        reasons.append("a quarantine, or a block of media, is not lifted by one person")
    # What only rests on a decision has the support of that one.
    is_asked = decided.id in known.roots and not known.is_following
    is_suspicion = is_asked and decided.clause_id is not None and decided.clause_id != UNSCANNED
    is_supported = decided.source in SUPPORTED or any(
        each.match.clause_id == decided.clause_id and counts(each)
        for item_id in decided.item_ids
        if item_id in known.items
        for each in known.items[item_id].detections
    )
    if is_suspicion and is_supported:
        reasons.append("a match supports the suspicion")
    return tuple(reasons)


def _is_open(measure: Measure, now: datetime) -> bool:
    """Return whether a measure is in force or will be."""
    return measure.revoked_by is None and (measure.ends_at is None or measure.ends_at > now)


def _standing(known: ReversalKnown, subject: Subject) -> Standing:
    return known.standings.get(subject) or Standing(subject, 0)


def _carries(known: ReversalKnown, ends: Iterable[Measure]) -> tuple[Carried, ...]:
    """Return what other findings take over of what was in force."""
    over = [measure for measure in ends if measure.holds_at(known.at)]
    ended = {measure.id for measure in ends}
    left = {}
    for subject in {measure.subject for measure in over}:
        held = (m for m in _standing(known, subject).measures if m.holds_at(known.at) and m.id not in ended)
        left[subject] = Standing(subject, 0, tuple(held))
    return carried(over, left, known.elsewhere)


def _answers(
    known: ReversalKnown, gone: Iterable[DecisionId], ended: set[MeasureId], carries: Iterable[Carried]
) -> dict[ItemId, Answer]:
    """Return what each item is answered by what is left."""

    def kinds(subject: Subject) -> list[MeasureKind]:
        held = [m.kind for m in _standing(known, subject).measures if m.holds_at(known.at) and m.id not in ended]
        return held + [each.grant.kind for each in carries if each.grant.subject == subject]

    def answer(item: TouchedItem) -> Answer:
        on_media = [kind for media_id in item.media_ids for kind in kinds(Subject.media(media_id))]
        return stricter(item.floor, answer_under(kinds(Subject.item(item.item_id)), on_media))

    touched = dict.fromkeys(item_id for each in gone for item_id in known.decided[each].item_ids)
    return {item_id: answer(known.items[item_id]) for item_id in touched if item_id in known.items}


def _clears(known: ReversalKnown, gone: Iterable[DecisionId]) -> tuple[tuple[ItemId, ClauseId], ...]:
    """Return the items whose suspicion a match supports: people have looked, and the same facts are no news."""
    found: dict[tuple[ItemId, ClauseId], None] = {}
    over = tuple(gone)
    for each in over:
        decided = known.decided[each]
        for item_id in decided.item_ids:
            clause_id = decided.clause_id
            if clause_id is None or clause_id == UNSCANNED or item_id not in known.items:
                continue
            if any(d.match.clause_id == clause_id for d in cleared_facts(known, item_id, over)):
                found[item_id, clause_id] = None
    return tuple(found)


def _closes(
    known: ReversalKnown, clears: Iterable[tuple[ItemId, ClauseId]], gone: Iterable[DecisionId]
) -> tuple[Case, ...]:
    """Return the cases of which nothing is left to look at."""
    seen = {(item_id, known.decided[each].clause_id) for each in gone for item_id in known.decided[each].item_ids}
    looked_at = seen | set(clears)
    return tuple(
        work.case
        for (_, clause_id), work in known.work.items()
        # Under the twelve a finding stays open until it is decided whether it must be reported (P4).
        if work.is_whole
        and work.case.state in CLOSES_BESIDE
        and not (work.is_found and clause_id in ZERO_TOLERANCE)
        and work.undecided
        and all((item_id, clause_id) in looked_at for item_id in work.undecided)
    )


def _statements(
    known: ReversalKnown, ends: Iterable[Measure], carries: Iterable[Carried]
) -> tuple[StatementDraft, ...]:
    """Return what those concerned are told: that it was undone, under which clause, and what stays (P8)."""
    told: dict[tuple[AccountId, ClauseId], None] = {}
    for measure in ends:
        if measure.subject.kind is SubjectKind.ACCOUNT:
            told[AccountId(measure.subject.id), measure.clause_id] = None
        elif measure.subject.kind is SubjectKind.ITEM and ItemId(measure.subject.id) in known.items:
            told[known.items[ItemId(measure.subject.id)].account_id, measure.clause_id] = None
    undone = (
        StatementDraft(account_id, clause_id, StatementCode.DECISION_REVERSED, known.at)
        for account_id, clause_id in told
    )
    on_accounts = (each.grant for each in carries if each.grant.subject.kind is SubjectKind.ACCOUNT)
    stays = (StatementDraft(AccountId(g.subject.id), g.clause_id, code_of(g), known.at) for g in on_accounts)
    return tuple(kept_silent(each, known.silences) for each in (*undone, *stays))


def _cannot_undo(known: ReversalKnown, gone: Iterable[DecisionId]) -> tuple[str, ...]:
    """Return what has happened and stays, in words (P11)."""
    served = sum(m.starts_at < known.at for each in gone for m in known.decided[each].measures)
    said = []
    if served:
        what = _many(served, "measure was", "measures were")
        said.append(f"{what} in force for a time, and that time is not given back")
    if known.told:
        what = _many(known.told, "statement has", "statements have")
        said.append(f"{what} been told already; that it was undone is told as well")
    if known.reports and not known.filed:
        what = _many(known.reports, "draft of a report", "drafts of reports")
        said.append(f"{what} came of it: whoever filed one by hand must correct it")
    for authority, number in known.filed:
        said.append(f"{authority} has the report {number}, which nobody takes back: a correction of it is drawn up")
    if known.on_their_way:
        what = _many(known.on_their_way, "report is", "reports are")
        said.append(f"{what} not finished: withdrawn where nothing was sent, given up where something was")
    if out := len(plan_unbanking(known.banked.values(), set(gone)).out):
        what = _many(out, "entry was", "entries were")
        said.append(f"{what} in a bank for a time: whoever exported it, or was sent it, has to take them out as well")
    if not known.is_whole:
        said.append("more decisions rest on it than are undone at once: the others follow in the background")
    return tuple(said)


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


@dataclass(frozen=True, slots=True)
class Reversal:
    """A reversal as a person asks for it."""

    decision_id: DecisionId
    facts: Facts
    decider: Decider
    is_person: bool = False  #: and not the key of a service, or a name at the command line
