"""Decide on with decisions in bulk, a chunk at a time; what was decided when a process dies is decided once."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import orjson

from tutela.core.audit import AuditEvent
from tutela.core.bulks import BulkAsk
from tutela.core.findings import Decider, Vocabulary
from tutela.core.operator import OperatorProfile
from tutela.core.policy import Policy
from tutela.core.units import Duration
from tutela.errors import Conflict
from tutela.flows.bulk_chunk import Chunk, Means, Order, plan_chunk
from tutela.ports.clock import Clock
from tutela.ports.committer import Changeset, Committer
from tutela.ports.decisions import Bulk, BulkChange, BulkItem, BulkState, BulkStep
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader, Store
from tutela.ports.vault import Vault

CHUNK_ITEMS = 40
"""Items in one transaction: whoever submits waits for no more than that, and larger ones are hardly quicker."""

MAX_REPLANS = 20

REST = 0.1
"""Part of the time of a chunk after which the next one is begun: those who submit come first."""

GATHERED_WITHIN = Duration(minutes=10)
"""Whoever began to write items down and has not ended by then is gone; its request was never answered."""


@dataclass(frozen=True, slots=True)
class RunBulks:
    """Decide about the items of every bulk that is running. Any number of processes may do so at once."""

    store: Store
    committer: Committer
    vault: Vault
    policy: Policy
    words: Vocabulary
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy
    rest: Callable[[float], None] = time.sleep

    def __call__(self, must_end: Callable[[], bool] = lambda: False) -> int:
        """Decide until nothing is left or *must_end*; return how many chunks were decided here."""
        chunks = 0
        while running := self._running():
            for bulk in running:
                if must_end():
                    return chunks
                begun = time.perf_counter()
                if not self.step(bulk.id):
                    return chunks  # another process is at it, or it was cancelled: look again later
                chunks += 1
                self.rest((time.perf_counter() - begun) * REST)
        return chunks

    def _running(self) -> list[Bulk]:
        with self.store.read() as reader:
            found = reader.open_bulks()
        latest = self.clock.now() - GATHERED_WITHIN.delta
        for bulk in found:
            if bulk.state is BulkState.GATHERING and bulk.at < latest:
                self.drop(bulk, "system")
        return [bulk for bulk in found if bulk.state is BulkState.RUNNING]

    def drop(self, bulk: Bulk, by: str) -> bool:
        """Cancel a bulk as it was read; return whether it was still so."""
        now = self.clock.now()
        change = BulkChange(bulk.id, bulk.state, BulkState.CANCELLED, now)
        entry = AuditEvent("person:bulk:cancelled", bulk.id, {"by": by})
        try:
            self.committer.commit(Changeset(bulk_changes=(change,), audit=(entry,)))
        except Conflict:
            return False
        return True

    def step(self, bulk_id: str) -> bool:
        """Decide about the next chunk; return whether it was decided here.

        Raises:
            tutela.errors.Conflict: What it is planned from changes without end; nothing of the chunk was decided.
        """
        for _ in range(MAX_REPLANS):
            with self.store.read() as reader:
                bulk = reader.bulk(bulk_id)
                if bulk is None or bulk.state is not BulkState.RUNNING:
                    return False
                items = reader.bulk_items(bulk_id, bulk.position, CHUNK_ITEMS)
                changeset, _ = self.plan(reader, bulk, items)
            try:
                self.committer.commit(changeset)
            except Conflict:
                if self._has_moved(bulk):
                    return False
                continue
            return True
        raise Conflict("others are deciding about the same without end", remedy="It is tried again.")

    def plan(self, reader: Reader, bulk: Bulk, items: Sequence[BulkItem]) -> tuple[Changeset, Chunk]:
        """Return what decides about the next items of *bulk*, and moves it on in the same transaction."""
        chunk = plan_chunk(reader, order_of(bulk), [item.item_id for item in items], self.means(), vault=self.vault)
        came = chunk.came_of(items)
        ended_at = self.clock.now() if bulk.position + len(came) == bulk.total else None
        step = BulkStep(bulk.id, bulk.position, came, ended_at)
        if ended_at is not None:
            chunk.ledger.audit.append(AuditEvent("person:bulk:ended", bulk.id, {"items": bulk.total}))
        return replace(chunk.ledger.written(chunk.kept), bulk_step=step), chunk

    def means(self) -> Means:
        """Return what chunks are planned with now."""
        return Means(self.policy, self.words, self.profile(), self.entropy, self.clock.now())

    def _has_moved(self, before: Bulk) -> bool:
        with self.store.read() as reader:
            now = reader.bulk(before.id)
        return now is None or (now.position, now.state) != (before.position, before.state)


def order_of(bulk: Bulk) -> Order:
    """Return what a bulk decides of each of its items."""
    ask = BulkAsk.from_json(orjson.loads(bulk.body))
    return Order(bulk.id, ask, Decider(bulk.by, bulk.is_senior), bulk.at)
