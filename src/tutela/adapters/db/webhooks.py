"""Endpoints in the database; see `ports.webhooks`."""

from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from tutela.adapters.db import rows
from tutela.adapters.db import webhook_tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.webhook_rows import changeable, new_webhook, webhook_of
from tutela.core.audit import AuditEvent
from tutela.core.webhooks import MAX_ENDPOINTS, DeliveryState
from tutela.errors import Conflict
from tutela.ports.clock import Clock
from tutela.ports.webhooks import OffBecause, Webhook, WebhookStock

_W, _D = t.webhooks.c, t.webhook_deliveries.c
IS_THERE = _W.off_because.is_distinct_from(OffBecause.REMOVED.value)
"""Not removed: what was is only waiting to be forgotten."""

_ALL = select(t.webhooks).where(IS_THERE).order_by(_W.created_us, _W.id)
_COUNT = select(func.count()).select_from(t.webhooks).where(IS_THERE)
_NEW = insert(t.webhooks)
_CHANGE = update(t.webhooks).where(
    _W.id == bindparam("b_id"),
    _W.name == bindparam("b_name"),
    _W.url == bindparam("b_url"),
    _W.secret == bindparam("b_secret"),
    _W.off_because.is_not_distinct_from(bindparam("b_off")),
)
_AT_ONCE = (
    update(t.webhook_deliveries)
    .where(_D.webhook_id == bindparam("b_id"), _D.state == DeliveryState.WAITING.value)
    .values(next_us=bindparam("b_now"), tries=0)
)
_STATES = select(_W.off_because, func.count().label("count")).where(IS_THERE).group_by(_W.off_because)
_OPEN = (
    select(_D.state, func.count().label("count"), func.min(_D.created_us).label("oldest"))
    .join_from(t.webhook_deliveries, t.webhooks)
    .where(_D.state.in_([DeliveryState.WAITING.value, DeliveryState.DEAD.value]), IS_THERE)
    .group_by(_D.state)
)


class DatabaseWebhooks:
    """Keep endpoints beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def add(self, webhook: Webhook, by: str) -> None:
        """Store a new one."""
        with write_transaction(self._engine) as connection:
            if connection.execute(_COUNT).scalar_one() >= MAX_ENDPOINTS:
                raise Conflict(f"there are {MAX_ENDPOINTS} webhooks already", remedy="Remove one that is not used.")
            connection.execute(_NEW, new_webhook(webhook))
            self._audit(connection, "added", webhook, by)

    def all(self) -> list[Webhook]:
        """Return all that were not removed, oldest first."""
        with read_transaction(self._engine) as connection:
            return [webhook_of(row) for row in connection.execute(_ALL).mappings()]

    def change(self, before: Webhook, after: Webhook, what: str, by: str) -> None:
        """Store what may change of it."""
        off = before.off_because.value if before.off_because else None
        asked = {"b_id": before.id, "b_name": before.name, "b_url": before.url, "b_secret": before.secret, "b_off": off}
        with write_transaction(self._engine) as connection:
            if connection.execute(_CHANGE.values(**changeable(after)), asked).rowcount != 1:
                raise Conflict("this webhook was changed at the same moment", remedy="Read it again.")
            connection.execute(_AT_ONCE, {"b_id": after.id, "b_now": rows.to_us(self._clock.now())})
            self._audit(connection, what, after, by)

    def stock(self) -> WebhookStock:
        """Return how many there are, with their deliveries."""
        with read_transaction(self._engine) as connection:
            states = {row["off_because"]: row["count"] for row in connection.execute(_STATES).mappings()}
            found = {row["state"]: row for row in connection.execute(_OPEN).mappings()}
        waiting, dead = (found.get(state.value) for state in (DeliveryState.WAITING, DeliveryState.DEAD))
        return WebhookStock(
            active=states.pop(None, 0),
            off=sum(states.values()),
            waiting=waiting["count"] if waiting else 0,
            dead=dead["count"] if dead else 0,
            oldest_waiting_at=rows.from_us(waiting["oldest"]) if waiting else None,
        )

    def _audit(self, connection: Connection, what: str, webhook: Webhook, by: str) -> None:
        # Where it goes, and no more of the address: it may hold what only the receiver should know.
        off = webhook.off_because.value if webhook.off_because else None
        body = {"by": by, "host": urlsplit(webhook.url).hostname, "off": off}
        self._chain.append(connection, [AuditEvent(f"operator:webhook:{what}", webhook.id, body)], self._clock.now())
