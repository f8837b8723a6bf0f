"""Plan some items of a decision in bulk: each by the function that single decisions are planned by, all read at once.

What one item of a chunk brings about, the next one finds: an author is locked once, and a case is closed once.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from tutela.core.bulks import BulkAsk
from tutela.core.cases import Case
from tutela.core.content import EvidenceState, Media
from tutela.core.finding_plan import plan_finding
from tutela.core.findings import Decider, Finding, FindingPlan, FoundMedia, Refusal, Vocabulary
from tutela.core.ids import AccountId, CaseId, ClauseId, DecisionId, ItemId, MediaId
from tutela.core.measures import Measure, Standing, Subject, SubjectKind
from tutela.core.operator import OperatorProfile
from tutela.core.policy import Policy
from tutela.errors import CharterBreach
from tutela.flows.enact_finding import HandLedger
from tutela.flows.gather import Gathered, Keep, Shared, one_of, share
from tutela.flows.name_finding import Things
from tutela.flows.preserve import foreseen, keep_bytes
from tutela.ports.committer import MediaUpdate, StoredItem
from tutela.ports.decisions import BulkItem, BulkOutcome
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader
from tutela.ports.vault import Vault

_log = structlog.get_logger(__name__)

_OWN = Refusal("items", "Nobody decides about an account of their own.")
_BROKEN = Refusal("measures", "This would break a promise of the charter, and nothing of it was done.")


@dataclass(frozen=True, slots=True)
class Order:
    """What is decided of each item, by whom, in which bulk."""

    bulk_id: str
    ask: BulkAsk
    decider: Decider
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Means:
    """What a chunk is planned with."""

    policy: Policy
    words: Vocabulary
    profile: OperatorProfile
    entropy: Entropy
    now: datetime


@dataclass(slots=True)
class Overlay:
    """What came of the items before, where it is not stored yet."""

    granted: dict[Subject, tuple[Measure, ...]] = field(default_factory=dict)
    settled: set[Subject] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Planned:
    """What would come of one item."""

    stored: StoredItem
    outcome: BulkOutcome
    plan: FindingPlan | None = None
    decision_id: DecisionId | None = None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some items in order, with all that is to be written."""

    planned: tuple[Planned, ...]  #: fewer than were asked for where a case has to be closed before one is opened
    ledger: HandLedger
    things: Things
    kept: tuple[MediaUpdate, ...] = ()

    def came_of(self, items: Sequence[BulkItem]) -> tuple[BulkItem, ...]:
        """Return the items of a bulk with what came of them."""
        return tuple(
            replace(item, outcome=each.outcome, decision_id=each.decision_id)
            for item, each in zip(items, self.planned, strict=False)
        )


def plan_chunk(
    reader: Reader, order: Order, item_ids: Sequence[ItemId], means: Means, *,
    vault: Vault | None = None, overlay: Overlay | None = None,
) -> Chunk:  # fmt: skip
    """Return what comes of *item_ids*, in order. Without a *vault* nothing is sealed: that is only shown."""
    facts = _read(reader, order, item_ids, means)
    before = overlay or Overlay()

    def run(keep: Keep, on: Overlay) -> tuple[Chunk, dict[MediaId, FoundMedia]]:
        making = _Making(order, means, facts, keep, on)
        return making.chunk(item_ids), making.hidden

    # The same is planned again where the vault could not seal: the plan holds then, and asks for the bytes.
    first = before if vault is None else replace(before, granted=dict(before.granted), settled=set(before.settled))
    chunk, hidden = run(lambda media: foreseen(media, means.profile), first)
    if vault is None:
        return chunk
    kept = keep_bytes(vault, hidden.values(), facts.things.media, means.profile)
    if kept.has_failed:
        chunk, _ = run(lambda media: kept.states.get(media.id, media.evidence), before)
    return replace(chunk, kept=kept.updates)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a chunk is planned from."""

    things: Things
    shared: Shared
    open_cases: Mapping[tuple[AccountId, ClauseId], Case]
    settled: frozenset[Subject]
    own: frozenset[AccountId]  #: accounts of whoever decides


def _read(reader: Reader, order: Order, item_ids: Sequence[ItemId], means: Means) -> _Facts:
    items = reader.items_by_id(item_ids)
    accounts = reader.accounts_by_id({stored.item.account_id for stored in items.values()})
    media = reader.media_by_id({media_id for stored in items.values() for media_id in stored.item.media_ids})
    things = Things(items, accounts, media)
    about = Finding(order.ask.clause_id, order.ask.facts, order.decider, {}, ())
    shared = share(reader, [about], things, means.now)
    cases = {(work.case.account_id, work.case.clause_id): work.case for work in shared.work.values()}
    own = reader.own_accounts(order.decider.id)
    return _Facts(things, shared, cases, frozenset(_settled(reader, order, shared)), own)


def _settled(reader: Reader, order: Order, shared: Shared) -> set[Subject]:
    """Return what the same bulk has dealt with in the chunks before: it is granted, warned and struck once each.

    Asked of the decisions and of no clock: the chunks before may be another machine's, with a clock of its own.
    """
    on = defaultdict(set)
    for subject, standing in shared.standings.items():
        for each in standing.measures if subject.kind is not SubjectKind.ITEM else ():
            if each.clause_id == order.ask.clause_id and not each.is_automated:
                on[each.decision_id].add(subject)
    for account_id, strikes in shared.strikes.items():
        for strike in strikes:
            on[strike.decision_id].add(Subject.account(account_id))
    made_in = reader.bulks_of(on) if on else {}
    return {subject for each, bulk_id in made_in.items() if bulk_id == order.bulk_id for subject in on[each]}


@dataclass(slots=True)
class _Making:
    """A chunk in the making."""

    order: Order
    means: Means
    facts: _Facts
    keep: Callable[[Media], EvidenceState]
    overlay: Overlay
    ledger: HandLedger = field(init=False)
    shared: Shared = field(init=False)
    hidden: dict[MediaId, FoundMedia] = field(default_factory=dict)
    closed: set[CaseId] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with what is stored, and what came of the items before."""
        shared, granted = self.facts.shared, self.overlay.granted
        over = {
            subject: replace(standing, measures=(*standing.measures, *granted[subject]))
            for subject, standing in shared.standings.items()
            if subject in granted
        }
        self.shared = replace(shared, standings={**shared.standings, **over}, work=dict(shared.work))
        self.overlay.settled |= self.facts.settled
        self.ledger = HandLedger(self.means.entropy, self.means.now, dict(self.facts.open_cases))

    def chunk(self, item_ids: Sequence[ItemId]) -> Chunk:
        planned: list[Planned] = []
        for item_id in item_ids:
            made = self._one(self.facts.things.items[item_id])
            if made is None:
                break
            planned.append(made)
        return Chunk(tuple(planned), self.ledger, self.facts.things)

    def _one(self, stored: StoredItem) -> Planned | None:
        """Return what comes of one item; none where a case would be opened beside one that this chunk closes."""
        author = stored.item.account_id
        if author in self.facts.own:
            return Planned(stored, BulkOutcome.REFUSED, refusals=(_OWN,))
        is_settled = Subject.account(author) in self.overlay.settled
        finding = self.order.ask.about(stored.item.id, author, self.order.decider, is_settled=is_settled)
        if self.order.ask.measures and not finding.asks:
            return Planned(stored, BulkOutcome.UNCHANGED)
        of = one_of(finding, self.facts.things, self.shared, self.keep)
        settled = self.overlay.settled.intersection(of.known.standings)
        if settled:
            of = replace(of, known=replace(of.known, settled=frozenset(settled)))
        plan = plan_finding(finding, of.known, self.means.policy, self.means.words)
        if plan.refusals:
            return Planned(stored, BulkOutcome.REFUSED, plan, refusals=plan.refusals)
        if plan.does_nothing:
            return Planned(stored, BulkOutcome.UNCHANGED, plan)
        if any(self._was_closed(case.account_id) for case in plan.cases):
            return None
        return self._enacted(stored, plan, of)

    def _was_closed(self, account_id: AccountId) -> bool:
        case = self.ledger.open_cases.get((account_id, self.order.ask.clause_id))
        return case is not None and case.id in self.closed

    def _enacted(self, stored: StoredItem, plan: FindingPlan, of: Gathered) -> Planned:
        known = len(self.ledger.measures)
        try:
            decision = self.ledger.enact_finding(plan, of, self.means.policy, bulk_id=self.order.bulk_id)
        except CharterBreach:
            _log.error("plan_broke_charter", item=stored.item.id)
            return Planned(stored, BulkOutcome.REFUSED, plan, refusals=(_BROKEN,))
        self._lay_over(self.ledger.measures[known:])
        self.overlay.settled |= {Subject.account(each.strike.account_id) for each in plan.strikes}
        self.overlay.settled |= {grant.subject for grant in plan.grants}
        self._look_at(stored.item.id, stored.item.account_id, plan)
        for media in of.known.media.values():
            self.hidden.setdefault(media.media_id, media)
        return Planned(stored, BulkOutcome.DECIDED, plan, decision.id)

    def _lay_over(self, measures: Sequence[Measure]) -> None:
        standings = self.shared.standings
        assert isinstance(standings, dict)  # noqa: S101  # made by this object
        for measure in measures:
            before = standings.get(measure.subject) or Standing(measure.subject, 0)
            standings[measure.subject] = replace(before, measures=(*before.measures, measure))
            self.overlay.granted[measure.subject] = (*self.overlay.granted.get(measure.subject, ()), measure)

    def _look_at(self, item_id: ItemId, author: AccountId, plan: FindingPlan) -> None:
        """Note that a person has looked at an item of a case; one that is closed is not there for the next item."""
        work = self.shared.work
        assert isinstance(work, dict)  # noqa: S101  # made by this object
        if author in work:
            work[author] = replace(work[author], undecided=work[author].undecided - {item_id})
        for case in plan.closes:
            self.closed.add(case.id)
            work.pop(case.account_id, None)
