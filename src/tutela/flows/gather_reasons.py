"""Gather what statements of reasons are made from: decision, measures, content, and how it came to be looked at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.content import AgeBand, Media
from tutela.core.dsa.record import About
from tutela.core.dsa.words import ContentType
from tutela.core.ids import AccountId, DecisionId, ItemId
from tutela.core.measures import Measure, SubjectKind
from tutela.core.operator import OperatorProfile
from tutela.core.plans import Source
from tutela.core.reasons import Decided, Origin, Reasons, ReasonTable, reasons_of
from tutela.core.reasons.covering import covered
from tutela.core.reasons.wording import Audience
from tutela.core.statement_states import SETTLED_AFTER, Tracked
from tutela.ports.committer import StoredItem
from tutela.ports.decisions import Decision, FindingRecord
from tutela.ports.statements import Origins, StatementBook
from tutela.ports.store import Reader, Store

_BY_MACHINE = frozenset({Source.MATCH, Source.SCAN, Source.RULE})
_TEENS = frozenset({AgeBand.UNDER_13, AgeBand.FROM_13_TO_15, AgeBand.FROM_16_TO_17})
_TYPES = {"image": ContentType.IMAGE, "video": ContentType.VIDEO, "audio": ContentType.AUDIO}


@dataclass(frozen=True, slots=True)
class Gathered:
    """A statement with its reasons."""

    tracked: Tracked
    reasons: Reasons
    measures: tuple[Measure, ...]
    about: About
    audience: Audience
    platform_account: str  #: the platform's own identifier of whoever is told


@dataclass(frozen=True, slots=True)
class _Found:
    decisions: Mapping[DecisionId, Decision]
    findings: Mapping[DecisionId, FindingRecord]
    granted: Mapping[DecisionId, tuple[Measure, ...]]
    all_of: Mapping[DecisionId, tuple[Tracked, ...]]
    items: Mapping[ItemId, StoredItem]
    media: Mapping[str, Media]
    by_machine: frozenset[ItemId]
    origins: Mapping[DecisionId, Origin]


@dataclass(frozen=True, slots=True)
class GatherReasons:
    """Gather, as many statements in one read as are asked for."""

    store: Store
    book: StatementBook
    origins: Origins
    table: ReasonTable
    profile: Callable[[], OperatorProfile]

    def __call__(self, asked: Sequence[Tracked]) -> list[Gathered]:
        """Return each statement with its reasons, in order."""
        ids = sorted({each.statement.decision_id for each in asked})
        all_of, origins, profile = self.book.of_decisions(ids), self.origins.origins(ids), self.profile()
        with self.store.read() as reader:
            found = _read(reader, ids, all_of, origins, self.origins)
            accounts = reader.accounts_by_id({each.statement.account_id for each in asked})
        gathered = []
        for each in asked:
            statement, account = each.statement, accounts[each.statement.account_id]
            told = [one.statement for one in found.all_of.get(statement.decision_id, (each,))]
            own = _concerning(found, statement.decision_id, statement.account_id)
            held = covered(statement, told, own)
            reasons = reasons_of(_decided(found, each), held, self.table, profile)
            about = _about(found, held, statement.decision_id, statement.account_id, account.created_at)
            audience = Audience.TEEN if account.age.band in _TEENS else Audience.ADULT
            gathered.append(Gathered(each, reasons, held, about, audience, account.platform_id))
        return gathered


def _read(
    reader: Reader,
    ids: Sequence[DecisionId],
    all_of: Mapping[DecisionId, tuple[Tracked, ...]],
    origins: Mapping[DecisionId, Origin],
    machine: Origins,
) -> _Found:
    decisions, granted = reader.decisions(ids), reader.granted(ids)
    on_items = {ItemId(m.subject.id) for held in granted.values() for m in held if m.subject.kind is SubjectKind.ITEM}
    about = on_items | {each.item_id for each in decisions.values() if each.item_id is not None}
    items = reader.items_by_id(about)
    media = reader.media_by_id({each for stored in items.values() for each in stored.item.media_ids})
    return _Found(
        decisions, reader.findings(ids), granted, all_of, items, {str(key): each for key, each in media.items()},
        machine.noticed_by_machine(about), origins,
    )  # fmt: skip


def _decided(found: _Found, tracked: Tracked) -> Decided:
    statement = tracked.statement
    decision, finding = found.decisions[statement.decision_id], found.findings.get(statement.decision_id)
    items = _items_of(found, statement.decision_id, statement.account_id)
    return Decided(
        code=statement.code,
        clause_id=statement.clause_id,
        policy_version=statement.policy_version,
        is_automated=statement.is_automated,
        rests_on_people=bool(decision.rests_on),
        is_bulk=finding is not None and finding.bulk_id is not None,
        is_detected_automatically=decision.source in _BY_MACHINE or not found.by_machine.isdisjoint(items),
        origin=found.origins.get(statement.decision_id, Origin.OWN_INITIATIVE),
    )


def _concerning(found: _Found, decision_id: DecisionId, account_id: AccountId) -> list[Measure]:
    """Return the measures of a decision on an account, on what it posted, and on media and other things of nobody's.

    What goes on only for as long as a decision can be taken back is no measure that anybody is told of.
    """
    kept = []
    for measure in found.granted.get(decision_id, ()):
        subject = measure.subject
        is_others = subject.kind is SubjectKind.ACCOUNT and subject.id != account_id
        if subject.kind is SubjectKind.ITEM:
            stored = found.items.get(ItemId(subject.id))
            is_others = stored is not None and stored.item.account_id != account_id
        if not is_others and not _only_lingers(measure):
            kept.append(measure)
    return kept


def _only_lingers(measure: Measure) -> bool:
    lasts: timedelta | None = None if measure.ends_at is None else measure.ends_at - measure.starts_at
    return not measure.is_automated and lasts is not None and lasts <= SETTLED_AFTER


def _items_of(found: _Found, decision_id: DecisionId, account_id: AccountId) -> set[ItemId]:
    named = {
        ItemId(m.subject.id) for m in found.granted.get(decision_id, ()) if m.subject.kind is SubjectKind.ITEM
    }  # fmt: skip
    decided = found.decisions[decision_id].item_id
    named |= set() if decided is None else {decided}
    return {each for each in named if each in found.items and found.items[each].item.account_id == account_id}


def _about(
    found: _Found, held: Iterable[Measure], decision_id: DecisionId, account_id: AccountId, since: datetime
) -> About:
    """Return what a statement is about, as far as the database asks: content where any of its measures is on some."""
    if all(measure.subject.kind is SubjectKind.ACCOUNT for measure in held):
        return About(posted_on=since.date())
    items = [found.items[each].item for each in sorted(_items_of(found, decision_id, account_id))]
    types = {_type_of(found.media[each]) for item in items for each in item.media_ids if each in found.media}
    types |= {ContentType.TEXT for item in items if item.text}
    languages = {item.language for item in items if item.language}
    posted = min((item.submitted_at for item in items), default=since)
    language = next(iter(languages)) if len(languages) == 1 else None
    return About(frozenset(types or {ContentType.OTHER}), posted.date(), language)


def _type_of(media: Media) -> ContentType:
    told = (media.media_type or "").partition("/")[0]
    return _TYPES.get(told, ContentType.IMAGE if media.hashes else ContentType.OTHER)
