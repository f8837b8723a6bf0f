"""Decide in bulk: about a list of items or what a filter finds, after a person has confirmed how many."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import orjson

from tutela.core.audit import AuditEvent
from tutela.core.bulks import BulkAsk, has_moved
from tutela.core.findings import Decider
from tutela.core.ids import AccountId, ItemId
from tutela.core.measures import SubjectKind
from tutela.errors import AlreadyEnded, BadInput, Conflict, CountMoved, Refused, UnknownBulk, UnknownClause
from tutela.flows.bulk_chunk import Chunk, Order, Overlay, Planned, plan_chunk
from tutela.flows.find_items import AskedFilter, find_items
from tutela.flows.run_bulks import CHUNK_ITEMS, MAX_REPLANS, RunBulks, order_of
from tutela.ports.committer import Changeset, IdempotentAnswer
from tutela.ports.decisions import Bulk, BulkChange, BulkItem, BulkOutcome, BulkState

MAX_FORESEEN = 10_000
"""Items that are planned for a dry run; of more than that the first ones are, and it says so."""

PAGE_ITEMS = 1000
"""Items that are written down at once."""

SAMPLE = 5
REFUSED_TOLD = 20


@dataclass(frozen=True, slots=True)
class AskedInBulk:
    """A decision in bulk as a person puts it: a list, or a filter."""

    ask: BulkAsk
    decider: Decider
    items: tuple[str, ...] = ()
    where: AskedFilter | None = None


@dataclass(slots=True)
class ForeseenBulk:
    """What a decision in bulk would do, counted."""

    count: int
    looked_at: int = 0
    outcomes: Counter[BulkOutcome] = field(default_factory=Counter)
    grants: Counter[tuple[SubjectKind, str]] = field(default_factory=Counter)
    accounts: set[AccountId] = field(default_factory=set)  #: authors of what would be decided
    struck: set[AccountId] = field(default_factory=set)
    messages: int = 0
    cases: int = 0
    reports: int = 0
    evidence_wanted: int = 0
    sample: list[Planned] = field(default_factory=list)
    refused: list[Planned] = field(default_factory=list)

    def take(self, chunk: Chunk) -> None:
        """Count what comes of some items."""
        ledger = chunk.ledger
        self.looked_at += len(chunk.planned)
        self.messages += len(ledger.statements)
        self.cases += len(ledger.cases)
        self.reports += len(ledger.reports)
        self.grants.update((each.subject.kind, each.kind.value) for each in ledger.measures)
        self.struck |= {strike.account_id for strike in ledger.strikes}
        for each in chunk.planned:
            self.outcomes[each.outcome] += 1
            if each.outcome is BulkOutcome.DECIDED and each.plan is not None:
                self.accounts.add(each.stored.item.account_id)
                self.evidence_wanted += len(each.plan.evidence_wanted)
                if len(self.sample) < SAMPLE:
                    self.sample.append(each)
            elif each.outcome is BulkOutcome.REFUSED and len(self.refused) < REFUSED_TOLD:
                self.refused.append(each)


Remember = Callable[[Bulk], IdempotentAnswer]
"""What is to be answered when the same request comes again."""


@dataclass(frozen=True, slots=True)
class DecideInBulk:
    """Decide about many items. A few are decided about while the caller waits, more in the background."""

    run: RunBulks

    def foresee(self, asked: AskedInBulk) -> ForeseenBulk:
        """Return what it would do. Nothing is written, sealed or told.

        Raises:
            tutela.errors.BadInput: What it is about is not there, or too much.
        """
        order, overlay, means = self._order(asked), Overlay(), self.run.means()
        with self.run.store.read() as reader:
            left = list(find_items(reader, asked.items, asked.where, self.run.policy))
            found = ForeseenBulk(len(left))
            del left[MAX_FORESEEN:]
            while left:
                chunk = plan_chunk(reader, order, left[:CHUNK_ITEMS], means, overlay=overlay)
                found.take(chunk)
                del left[: len(chunk.planned)]
        return found

    def __call__(self, asked: AskedInBulk, confirmed: int, remember: Remember | None = None) -> Bulk:
        """Decide, or begin to, when *confirmed* is about how many items there are now.

        Raises:
            tutela.errors.CountMoved: It is not: more than a tenth has come or gone. Nothing was decided.
            tutela.errors.Refused: Policy or charter do not allow it for the first items, not for one of them.
            tutela.errors.BadInput: What it is about is not there, or too much.
        """
        order = self._order(asked)
        with self.run.store.read() as reader:
            items = find_items(reader, asked.items, asked.where, self.run.policy)
        if has_moved(confirmed, len(items)):
            raise CountMoved(
                f"{confirmed} items were confirmed, and there are {len(items)} now",
                place="confirm_count",
                remedy="Look at what it would do now, and confirm that count.",
            )
        if not items:
            raise BadInput("there is nothing to decide about", place="items" if asked.where is None else "filter")
        body = orjson.dumps(order.ask.as_json())
        bulk = Bulk(
            order.bulk_id,
            order.decider.id,
            order.decider.is_senior,
            order.begun_at,
            body,
            BulkState.RUNNING,
            len(items),
        )
        if len(items) <= CHUNK_ITEMS:
            return self._at_once(bulk, items, remember)
        self._refuse_what_is_refused(order, items[:CHUNK_ITEMS])
        return self._in_background(bulk, items, remember)

    def cancel(self, bulk_id: str, by: str) -> Bulk:
        """Decide about nothing more of a bulk and return it. What was decided stays decided.

        Raises:
            tutela.errors.UnknownBulk: There is none.
            tutela.errors.AlreadyEnded: All of it was decided, or it was cancelled before.
        """
        for _ in range(MAX_REPLANS):
            bulk = self.find(bulk_id)
            if bulk.ended_at is not None:
                raise AlreadyEnded(place=bulk_id, remedy="Reverse its decisions one by one where they were wrong.")
            if self.run.drop(bulk, by):
                break
        return self.find(bulk_id)

    def find(self, bulk_id: str) -> Bulk:
        """Return a bulk.

        Raises:
            tutela.errors.UnknownBulk: There is none.
        """
        with self.run.store.read() as reader:
            found = reader.bulk(bulk_id)
        if found is None:
            raise UnknownBulk(place=bulk_id)
        return found

    def _order(self, asked: AskedInBulk) -> Order:
        if asked.ask.clause_id not in self.run.policy.clauses:
            raise UnknownClause(place="clause", remedy="GET /v1/policy lists them.")
        return Order(self.run.entropy.new_id("bulk"), asked.ask, asked.decider, self.run.clock.now())

    def _refuse_what_is_refused(self, order: Order, items: Sequence[ItemId]) -> None:
        with self.run.store.read() as reader:
            refuse_whole(plan_chunk(reader, order, items, self.run.means()))

    def _at_once(self, bulk: Bulk, items: Sequence[ItemId], remember: Remember | None) -> Bulk:
        """Write a bulk down and decide about its items in one transaction."""
        rows = tuple(BulkItem(at, item_id) for at, item_id in enumerate(items))
        for _ in range(MAX_REPLANS):
            with self.run.store.read() as reader:
                refuse_whole(plan_chunk(reader, order_of(bulk), items, self.run.means()))  # before anything is sealed
                changeset, chunk = self.run.plan(reader, bulk, rows)
            after = _after(bulk, chunk)
            changeset = replace(
                changeset,
                bulks=(bulk,),
                bulk_items={bulk.id: rows},
                audit=(_begun(bulk), *changeset.audit),
                idempotency=None if remember is None else remember(after),
            )
            try:
                self.run.committer.commit(changeset)
            except Conflict:
                continue
            return after
        raise Conflict("others are deciding about the same without end", remedy="Try again.")

    def _in_background(self, bulk: Bulk, items: Sequence[ItemId], remember: Remember | None) -> Bulk:
        """Write the items down in pages, then let it run: killed before that, nothing of it is ever decided."""
        commit, gathering = self.run.committer.commit, replace(bulk, state=BulkState.GATHERING)
        commit(Changeset(bulks=(gathering,), audit=(_begun(bulk),)))
        for first in range(0, len(items), PAGE_ITEMS):
            page = items[first : first + PAGE_ITEMS]
            rows = tuple(BulkItem(first + at, item_id) for at, item_id in enumerate(page))
            commit(Changeset(bulk_items={bulk.id: rows}))
        runs = BulkChange(bulk.id, BulkState.GATHERING, BulkState.RUNNING)
        try:
            commit(Changeset(bulk_changes=(runs,), idempotency=None if remember is None else remember(bulk)))
        except Conflict:
            self.run.drop(gathering, "system")  # the same request was quicker, or this one took too long
            raise
        return bulk


def refuse_whole(chunk: Chunk) -> None:
    """Refuse a decision that none of some items allows, with the sentences that a single decision is refused with.

    Raises:
        tutela.errors.Refused: None does.
    """
    if any(each.outcome is not BulkOutcome.REFUSED for each in chunk.planned):
        return
    places = {(place_of(each.place), each.sentence) for planned in chunk.planned for each in planned.refusals}
    raise Refused(sorted(places))


def place_of(place: str) -> str:
    """Return where in a decision in bulk stands what a single one names so: there is one part, for each author."""
    return "role" if place.startswith("accounts") else place


def _begun(bulk: Bulk) -> AuditEvent:
    ask = orjson.loads(bulk.body)
    # All but the operator's own words: what a process goes on to decide is what somebody asked for.
    told = {name: said for name, said in ask.items() if name not in {"code", "line"}}
    payload = {"by": bulk.by, "senior": bulk.is_senior, "clause": ask["clause"], "items": bulk.total, "ask": told}
    return AuditEvent("person:bulk:begun", bulk.id, payload)


def _after(bulk: Bulk, chunk: Chunk) -> Bulk:
    """Return a bulk as it is when *chunk* is committed."""
    came = Counter(each.outcome for each in chunk.planned)
    is_done = len(chunk.planned) == bulk.total
    return replace(
        bulk,
        state=BulkState.DONE if is_done else BulkState.RUNNING,
        position=len(chunk.planned),
        decided=came[BulkOutcome.DECIDED],
        unchanged=came[BulkOutcome.UNCHANGED],
        refused=came[BulkOutcome.REFUSED],
        ended_at=bulk.at if is_done else None,
    )
