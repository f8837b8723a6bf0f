"""Re-scans in the database; see `ports.rescans`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tutela.adapters.db import rows
from tutela.adapters.db import tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import is_postgresql, read_transaction, write_transaction
from tutela.adapters.db.lists import among
from tutela.adapters.db.writes import LEAVE_IT
from tutela.core.audit import AuditEvent
from tutela.core.ids import BankId, MediaId
from tutela.errors import TakenOver
from tutela.ports.clock import Clock
from tutela.ports.rescans import MayLook, Outcome, Rescan, Scope, Tally

_UNFINISHED = select(t.rescans).where(t.rescans.c.is_unfinished)
_HELD = update(t.rescans).where(
    t.rescans.c.id == bindparam("b_id"), t.rescans.c.holder == bindparam("b_holder"), t.rescans.c.is_unfinished
)
_UNDECIDED = (
    select(t.rescan_hits.c.media_id)
    .where(t.rescan_hits.c.rescan_id == bindparam("id"), t.rescan_hits.c.is_decided.is_(False))
    .order_by(t.rescan_hits.c.media_id)
    .limit(bindparam("limit"))
)
_DECIDED = (
    update(t.rescan_hits)
    .where(t.rescan_hits.c.rescan_id == bindparam("b_id"), t.rescan_hits.c.media_id == bindparam("b_media"))
    .values(is_decided=True)
)
_HIT_MEDIA = select(func.count()).select_from(t.rescan_hits).where(t.rescan_hits.c.rescan_id == bindparam("id"))
_HIT_ITEMS = (
    select(
        t.items.c.account_id, t.items.c.id, t.items.c.channel_kind, t.items.c.is_encrypted, t.items.c.regions,
        t.accounts.c.regions,
    )
    .distinct()
    .join_from(t.rescan_hits, t.item_media, t.item_media.c.media_id == t.rescan_hits.c.media_id)
    .join(t.items, t.items.c.id == t.item_media.c.item_id)
    .join(t.accounts, t.accounts.c.id == t.items.c.account_id)
    .where(t.rescan_hits.c.rescan_id == bindparam("id"), t.items.c.is_detected)
    .order_by(t.items.c.account_id)
    .execution_options(yield_per=1000)
)  # fmt: skip
_ENDED = select(t.rescans.c.id).where(t.rescans.c.ended_us.is_not(None))
_HITS_OF = (
    select(t.rescan_hits.c.media_id).where(t.rescan_hits.c.rescan_id == bindparam("id")).limit(bindparam("limit"))
)
_FORGET = delete(t.rescan_hits).where(t.rescan_hits.c.rescan_id == bindparam("id"), among(t.rescan_hits.c.media_id))
_LEFT = select(t.rescan_hits.c.rescan_id).where(t.rescan_hits.c.rescan_id.in_(_ENDED)).limit(1)
_HIT = {
    False: sqlite.insert(t.rescan_hits).on_conflict_do_nothing(),
    True: postgresql.insert(t.rescan_hits).on_conflict_do_nothing(),
}

CHUNK_HITS = 2000
"""Hits in one transaction: submits get in between two."""


class DatabaseRescans:
    """Keep re-scans beside everything else; begin and end are audited."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def unfinished(self) -> Rescan | None:
        """Return the re-scan that was begun and has not ended."""
        with read_transaction(self._engine) as connection:
            row = connection.execute(_UNFINISHED).mappings().first()
        return None if row is None else _rescan(row)

    def covered_up_to(self, bank_id: BankId | None) -> int:
        """Return the number of the feed up to which finished ones that decided have come."""
        of = t.rescans.c.bank_id
        statement = select(func.coalesce(func.max(t.rescans.c.up_to_seq), literal(0))).where(
            t.rescans.c.ended_us.is_not(None), t.rescans.c.is_dry.is_(False), or_(of.is_(None), of == bank_id)
        )
        with read_transaction(self._engine) as connection:
            return int(connection.execute(statement).scalar_one())

    def begin(self, rescan: Rescan) -> None:
        """Store a new one."""
        self._sweep()
        scope = rescan.scope
        row = {
            "id": rescan.id, "bank_id": scope.bank_id, "after_seq": scope.after_seq, "up_to_seq": scope.up_to_seq,
            "up_to_media": scope.up_to_media, "is_dry": scope.is_dry, "holder": rescan.holder,
            "started_us": rows.to_us(rescan.started_at), "media_total": rescan.media_total, "is_unfinished": True,
            "changed": 0, **_progress(rescan),
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            connection.execute(insert(t.rescans), row)
            self._audit(connection, "begun", rescan, {"bank": scope.bank_id, "dry": scope.is_dry})

    def take_over(self, rescan: Rescan, holder: str) -> None:
        """Let *holder* go on with it."""
        self._change(rescan, {"holder": holder})

    def record(self, rescan: Rescan, hits: Iterable[MediaId]) -> None:
        """Store how far it has come, and what the last shard hit."""
        found = [{"rescan_id": rescan.id, "media_id": each, "is_decided": False} for each in sorted(set(hits))]
        # The hits first: killed in between, the shard is compared again and finds the same.
        for start in range(0, len(found), CHUNK_HITS):
            with write_transaction(self._engine) as connection:
                self._held(connection, rescan, {"holder": rescan.holder})
                connection.execute(_HIT[is_postgresql(self._engine)], found[start : start + CHUNK_HITS])
        self._change(rescan, _progress(rescan))

    def undecided(self, rescan: Rescan, limit: int) -> list[MediaId]:
        """Return media that were hit and not yet decided about."""
        with read_transaction(self._engine) as connection:
            found = connection.execute(_UNDECIDED, {"id": rescan.id, "limit": limit}).scalars()
            return [MediaId(each) for each in found]

    def decided(self, rescan: Rescan, media_ids: Sequence[MediaId]) -> None:
        """Note that everything that carries these media was decided about."""
        with write_transaction(self._engine) as connection:
            self._held(connection, rescan, {"holder": rescan.holder})
            connection.execute(_DECIDED, [{"b_id": rescan.id, "b_media": each} for each in media_ids])

    def finish(self, rescan: Rescan, at: datetime, may_look: MayLook) -> Rescan:
        """Count what was hit, store it as the outcome and forget the single hits."""
        with read_transaction(self._engine) as connection:
            media = connection.execute(_HIT_MEDIA, {"id": rescan.id}).scalar_one()
            items, accounts = _counted(connection, rescan, may_look)
        outcome = {"hit_media": media, "hit_items": items, "hit_accounts": accounts}
        with write_transaction(self._engine) as connection:
            self._held(connection, rescan, {**outcome, "ended_us": rows.to_us(at), "is_unfinished": None})
            ended = connection.execute(select(t.rescans).where(t.rescans.c.id == rescan.id)).mappings().one()
            self._audit(connection, "ended", rescan, {**outcome, "changed": ended["changed"]})
        self._sweep()
        return _rescan(ended)

    def abandon(self, rescan: Rescan) -> None:
        """Forget an unfinished one."""
        self._forget(rescan.id)
        with write_transaction(self._engine) as connection:
            connection.execute(delete(t.rescans).where(t.rescans.c.id == rescan.id, t.rescans.c.is_unfinished))
            self._audit(connection, "abandoned", rescan, {})

    def _sweep(self) -> None:
        """Forget the hits of those that ended; a killed process may have left some."""
        while True:
            with read_transaction(self._engine) as connection:
                ended = connection.execute(_LEFT).scalar()
            if ended is None:
                return
            self._forget(ended)

    def _forget(self, rescan_id: str) -> None:
        while True:
            with write_transaction(self._engine) as connection:
                asked = {"id": rescan_id, "limit": CHUNK_HITS}
                some = list(connection.execute(_HITS_OF, asked).scalars())
                if not some:
                    return
                connection.execute(_FORGET, {"id": rescan_id, "ids": some})

    def _change(self, rescan: Rescan, values: dict[str, Any]) -> None:
        with write_transaction(self._engine) as connection:
            self._held(connection, rescan, values)

    def _held(self, connection: Connection, rescan: Rescan, values: dict[str, Any]) -> None:
        """Write only what its holder writes: who was taken for dead must not go on beside who took over."""
        asked = {"b_id": rescan.id, "b_holder": rescan.holder}
        if connection.execute(_HELD.values(values), asked).rowcount != 1:
            raise TakenOver(place=rescan.id, remedy=LEAVE_IT)

    def _audit(self, connection: Connection, what: str, rescan: Rescan, body: dict[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(f"operator:rescan:{what}", rescan.id, body)], self._clock.now())


def _counted(connection: Connection, rescan: Rescan, may_look: MayLook) -> tuple[int, int]:
    """Return how many items and accounts were hit; read in the order of the accounts, so that no set is kept."""
    items = accounts = 0
    last = None
    for account, _, *way in connection.execute(_HIT_ITEMS, {"id": rescan.id}):
        if may_look(*rows.way(*way)):
            items += 1
            accounts += account != last
            last = account
    return items, accounts


def _progress(rescan: Rescan) -> dict[str, Any]:
    tally = rescan.tally
    return {
        "position": rescan.position, "shards": tally.shards, "media": tally.media, "hashes": tally.hashes,
        "members": tally.members, "pairs": tally.pairs,
    }  # fmt: skip


def _rescan(row: RowMapping) -> Rescan:
    outcome = (row["hit_media"], row["hit_items"], row["hit_accounts"], row["changed"])
    return Rescan(
        id=row["id"],
        scope=Scope(
            BankId(row["bank_id"]) if row["bank_id"] else None,
            row["after_seq"], row["up_to_seq"], row["up_to_media"], row["is_dry"],
        ),
        holder=row["holder"],
        started_at=rows.from_us(row["started_us"]),
        media_total=row["media_total"],
        position=row["position"],
        tally=Tally(row["shards"], row["media"], row["hashes"], row["members"], row["pairs"]),
        ended_at=None if row["ended_us"] is None else rows.from_us(row["ended_us"]),
        outcome=None if row["ended_us"] is None else Outcome(*outcome),
    )  # fmt: skip
