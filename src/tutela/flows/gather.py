"""Gather what a finding is planned from, in one snapshot."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.content import EvidenceState, Media
from tutela.core.findings import Finding, FoundAccount, FoundItem, FoundMedia, Known, OpenWork, Replaced
from tutela.core.ids import AccountId, CaseId, DecisionId, ItemId, MediaId
from tutela.core.measures import MeasureKind, Standing, Subject, SubjectKind
from tutela.core.remedies import Evidence
from tutela.core.reversals import plan_reversal, reasons_for_two
from tutela.core.strikes import Strike
from tutela.flows.name_finding import Things
from tutela.flows.read_evidence import read_evidence, weighs_evidence
from tutela.flows.trace import UNDECIDED_ITEMS, Traced, standing_decision, trace
from tutela.ports.store import Reader

_HIDES = frozenset({MeasureKind.HOLD, MeasureKind.QUARANTINE, MeasureKind.REMOVE, MeasureKind.BLOCK_MEDIA})

Keep = Callable[[Media], EvidenceState]
"""How media is kept when a plan is committed."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A finding, what is known beside it, and what has to be as it is when it is committed."""

    finding: Finding
    known: Known
    standings: tuple[Standing, ...]
    case_counts: Mapping[CaseId, int] = field(default_factory=dict)
    dependents: Mapping[DecisionId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """What many findings under one clause share: read once, whatever their number."""

    standings: Mapping[Subject, Standing]
    strikes: Mapping[AccountId, tuple[Strike, ...]]
    work: Mapping[AccountId, OpenWork]
    case_counts: Mapping[CaseId, int]
    at: datetime
    evidence: Mapping[ItemId, Evidence] = field(default_factory=dict)


def share(reader: Reader, findings: Iterable[Finding], things: Things, at: datetime) -> Shared:
    """Return what is read once for all of *findings*, which are under one clause."""
    asked = list(findings)
    subjects = {ask.subject for finding in asked for ask in finding.asks}
    subjects |= {Subject.item(item_id) for item_id in things.items}
    subjects |= {Subject.account(account_id) for account_id in things.accounts}
    subjects |= {Subject.media(media_id) for media_id in things.media}
    clauses = {finding.clause_id for finding in asked}
    cases = {
        case.account_id: case
        for (_, clause_id), case in reader.open_cases(things.accounts).items()
        if clause_id in clauses
    }
    inside = reader.case_items([case.id for case in cases.values()], UNDECIDED_ITEMS)
    work = {
        account_id: OpenWork(case, inside[case.id].undecided, inside[case.id].is_whole, inside[case.id].is_found)
        for account_id, case in cases.items()
    }
    counts = {case_id: each.count for case_id, each in inside.items()}
    # Read only where it decides whether one person may.
    is_asked = any(weighs_evidence(finding) for finding in asked)
    evidence = read_evidence(reader, things.items.values(), at) if is_asked else {}
    return Shared(reader.standings(subjects), reader.strikes(things.accounts), work, counts, at, evidence)


def gather(reader: Reader, finding: Finding, things: Things, at: datetime, keep: Keep) -> Gathered:
    """Return everything that *finding* is planned from, with what it would replace.

    Raises:
        tutela.errors.UnknownDecision: There is no decision that it could replace.
        tutela.errors.AlreadyReversed: That decision was reversed, or replaced by another one.
    """
    if finding.replaces is None:
        return one_of(finding, things, share(reader, [finding], things, at), keep)
    before = standing_decision(reader, finding.replaces, "replaces")
    traced = trace(reader, [before], at, at_once=0)
    decided = traced.known.decided[before.id]
    replaced = Replaced(
        before.id,
        before.clause_id,
        decided.measures,
        needs_two_people=not finding.is_by_two and bool(reasons_for_two(traced.known, decided)),
        has_dependents=not traced.known.is_whole,
        relied_on=frozenset(each.grant.subject for each in plan_reversal(traced.known).carries),
        has_entries=any(before.id in each.rests_on for each in traced.known.banked.values()),
        silences=traced.known.silences,
    )
    whole = _with(reader, things, traced)
    shared = share(reader, [finding], whole, at)
    standings = {**traced.known.standings, **shared.standings}
    gathered = one_of(finding, whole, replace(shared, standings=standings), keep, replaced)
    return replace(gathered, dependents={before.id: traced.dependents[before.id]})


def _with(reader: Reader, things: Things, traced: Traced) -> Things:
    """Return *things* with what the decision that is replaced was about: it is answered anew as well."""
    items = {**traced.items, **things.items}
    authors = {stored.item.account_id for stored in items.values()}
    authors |= {account_id for each in traced.known.decided.values() for account_id in each.account_ids}
    media = {media_id for stored in items.values() for media_id in stored.item.media_ids}
    return Things(
        items,
        {**reader.accounts_by_id(authors - things.accounts.keys()), **things.accounts},
        {**reader.media_by_id(media - things.media.keys()), **things.media},
    )


def one_of(  # one argument for each thing that a finding is planned from
    finding: Finding, things: Things, shared: Shared, keep: Keep,
    replaced: Replaced | None = None,
) -> Gathered:  # fmt: skip
    """Return what one finding is planned from, out of what it shares with others."""
    hides = {ask.subject for ask in finding.asks if ask.kind in _HIDES}

    def standing(subject: Subject) -> Standing:
        return shared.standings.get(subject) or Standing(subject, 0)

    def media(media_id: MediaId, *, is_hidden: bool) -> FoundMedia:
        stored, subject = things.media[media_id], Subject.media(media_id)
        state = keep(stored) if is_hidden or subject in hides else stored.evidence
        return FoundMedia(media_id, state, standing(subject))

    def item(item_id: ItemId) -> FoundItem:
        stored, subject = things.items[item_id], Subject.item(item_id)
        carried = tuple(media(each, is_hidden=subject in hides) for each in stored.item.media_ids)
        evidence = shared.evidence.get(item_id, Evidence.NOVEL)
        return FoundItem(item_id, stored.item.account_id, stored.answer, standing(subject), carried, evidence)

    named = dict.fromkeys(ask.subject for ask in finding.asks)
    ids = dict.fromkeys(ItemId(s.id) for s in named if s.kind is SubjectKind.ITEM)
    ended = {} if replaced is None else dict.fromkeys(measure.subject for measure in replaced.measures)
    if replaced is not None:
        ids |= dict.fromkeys(things.items)
    items = {item_id: item(item_id) for item_id in ids}
    alone = [MediaId(s.id) for s in named if s.kind is SubjectKind.MEDIA]
    accounts = {
        *finding.roles, *(each.account_id for each in items.values()),
        *(AccountId(s.id) for s in (*named, *ended) if s.kind is SubjectKind.ACCOUNT),
    }  # fmt: skip
    found = {media_id: media(media_id, is_hidden=False) for media_id in alone}
    found |= {each.media_id: each for one in items.values() for each in one.media}
    people = {
        each: FoundAccount(
            each, things.accounts[each].age.band, standing(Subject.account(each)), shared.strikes.get(each, ())
        )
        for each in accounts
    }
    subjects = dict.fromkeys((
        *named, *ended, *(Subject.item(each) for each in items), *(Subject.account(each) for each in accounts),
        *(Subject.media(each) for each in found),
    ))  # fmt: skip
    standings = {subject: standing(subject) for subject in subjects}
    work = {account_id: shared.work[account_id] for account_id in accounts & shared.work.keys()}
    known = Known(shared.at, items, people, found, standings, work, replaced)
    return Gathered(finding, known, tuple(standings.values()), shared.case_counts)
