"""Deliveries of webhooks in the database: leased rows; see `ports.webhooks`."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from tutela.adapters.db import rows
from tutela.adapters.db import webhook_tables as t
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among, rows_of
from tutela.adapters.db.webhook_rows import attempt_of, attempt_row, delivery_of, new_delivery, new_notice, webhook_of
from tutela.core.audit import AuditEvent
from tutela.core.ids import DeliveryId, WebhookId
from tutela.core.webhooks import MAX_TRIES, STANDING_CHANGED, DeliveryState, Failure, Outcome, Settled
from tutela.errors import TakenOver
from tutela.ports.clock import Clock
from tutela.ports.webhooks import Attempt, Claimed, Delivery, Head, Lease, NewBatch, Notice, OffBecause, Webhook

ATTEMPTS_KEPT = 100
"""Of one delivery; more than one series of tries, and bounded however often it is sent again."""

CHUNK_DELIVERIES = 500
"""Forgotten in one transaction: submits get in between two."""

_W, _D, _A = t.webhooks.c, t.webhook_deliveries.c, t.webhook_attempts.c
_WAITING, _DEAD, _DELIVERED = (
    state.value for state in (DeliveryState.WAITING, DeliveryState.DEAD, DeliveryState.DELIVERED)
)
_IS_ON = _W.off_because.is_(None)


def _first_waiting(webhook_id: Any, event: Any) -> Any:
    other = t.webhook_deliveries.alias("other")
    waits = (other.c.webhook_id == webhook_id, other.c.state == _WAITING, other.c.event == event)
    return select(func.min(other.c.number)).where(*waits).scalar_subquery()


_HEADS = (
    select(t.webhooks, _D.id.label("delivery_id"), _D.next_us, _D.lease_us)
    .join_from(
        t.webhooks,
        t.webhook_deliveries,
        and_(
            _D.webhook_id == _W.id,
            _D.state == _WAITING,
            _D.event == STANDING_CHANGED,
            _D.number == _first_waiting(_W.id, STANDING_CHANGED),
        ),
        isouter=True,
    )
    .where(_IS_ON)
    .order_by(_W.created_us, _W.id)
)
_NOTICES = (
    select(t.webhooks, _D.id.label("delivery_id"), _D.next_us, _D.lease_us, _D.event)
    .join_from(t.webhooks, t.webhook_deliveries, _D.webhook_id == _W.id)
    .where(
        _IS_ON,
        _D.state == _WAITING,
        _D.event != STANDING_CHANGED,
        _D.number == _first_waiting(_W.id, _D.event),
    )
    .order_by(_W.created_us, _W.id, _D.number)
)
_MOVE = update(t.webhooks).where(
    _W.id == bindparam("b_id"),
    _W.cursor == bindparam("b_cursor"),
    _IS_ON,
    ~exists().where(_D.webhook_id == bindparam("b_id"), _D.state == _WAITING, _D.event == STANDING_CHANGED),
)
_MOVE_ON = _MOVE.values(cursor=bindparam("b_following"))
_MOVE_AND_NUMBER = _MOVE_ON.values(numbered=_W.numbered + 1, batched_us=bindparam("b_now"))
_NUMBERED = select(_W.numbered).where(_W.id == bindparam("id"))
_NUMBER = update(t.webhooks).where(_W.id == bindparam("b_id")).values(numbered=_W.numbered + 1)
_ACTIVE = select(t.webhooks).where(_IS_ON).order_by(_W.created_us, _W.id)
_NEW = insert(t.webhook_deliveries)
_ONE = select(t.webhook_deliveries).where(_D.id == bindparam("id"))
_WEBHOOK = select(t.webhooks).where(_W.id == bindparam("id"))
_CLAIM = (
    update(t.webhook_deliveries)
    .where(
        _D.id == bindparam("b_id"),
        _D.state == _WAITING,
        _D.next_us <= bindparam("b_now"),
        or_(_D.lease_us.is_(None), _D.lease_us <= bindparam("b_now")),
        _D.number == _first_waiting(_D.webhook_id, _D.event),
        exists().where(_W.id == _D.webhook_id, _IS_ON),
    )
    .values(holder=bindparam("b_holder"), lease_us=bindparam("b_until"), tries=_D.tries + 1, attempts=_D.attempts + 1)
)
_HELD = update(t.webhook_deliveries).where(
    _D.id == bindparam("b_id"), _D.holder == bindparam("b_holder"), _D.attempts == bindparam("b_attempts")
)
_SETTLE = _HELD.values(
    state=bindparam("b_state"), next_us=bindparam("b_next"), ended_us=bindparam("b_ended"), holder=None, lease_us=None
)
_GIVE_BACK = _HELD.values(
    next_us=bindparam("b_next"), tries=case((_D.tries > 0, _D.tries - 1), else_=0), holder=None, lease_us=None
)
_SWITCH_OFF = update(t.webhooks).where(_W.id == bindparam("b_id"), _IS_ON).values(off_because=OffBecause.GONE.value)
_NOTE = insert(t.webhook_attempts)
_TRIM = delete(t.webhook_attempts).where(_A.delivery_id == bindparam("b_id"), _A.number <= bindparam("b_number"))
_PAGE = (
    select(*(column for column in t.webhook_deliveries.c if column is not _D.body))
    .where(_D.webhook_id == bindparam("webhook"), _D.number < bindparam("before"))
    .order_by(_D.number.desc())
    .limit(bindparam("limit"))
)
_PAGE_OF_STATE = _PAGE.where(_D.state == bindparam("state"))
_ATTEMPTS = select(t.webhook_attempts).where(among(_A.delivery_id)).order_by(_A.delivery_id, _A.number)
_OF_WEBHOOK = update(t.webhook_deliveries).where(_D.webhook_id == bindparam("b_webhook"))
_AFRESH = _OF_WEBHOOK.values(state=_WAITING, tries=0, next_us=bindparam("b_now"), ended_us=None)
_ALL_AGAIN = _AFRESH.where(_D.state == _DEAD)
_ONE_AGAIN = _AFRESH.where(_D.state != _WAITING, _D.id == bindparam("b_id"))
_HASTEN = _OF_WEBHOOK.where(_D.state == _WAITING).values(next_us=bindparam("b_now"))
_HASTEN_ONE = _HASTEN.where(_D.id == bindparam("b_id"))
_OVER = select(_D.id).where(_D.state == bindparam("state"), _D.ended_us < bindparam("before")).limit(CHUNK_DELIVERIES)
_REMOVED = select(_W.id).where(_W.off_because == OffBecause.REMOVED.value)
_OF_REMOVED = select(_D.id).where(_D.webhook_id == bindparam("webhook")).limit(CHUNK_DELIVERIES)
_FORGET_ATTEMPTS = delete(t.webhook_attempts).where(among(_A.delivery_id))
_FORGET = delete(t.webhook_deliveries).where(among(_D.id))
_FORGET_WEBHOOK = delete(t.webhooks).where(
    _W.id == bindparam("b_id"), ~exists().where(_D.webhook_id == bindparam("b_id"))
)
_LAST_NUMBER = 2**62


class DatabaseDeliveries:
    """Keep deliveries. A claim is one conditional update, so that of two processes one sends."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def heads(self, now: datetime) -> list[Head]:
        """Return, for each event of each active endpoint, the delivery that is to go next."""
        with read_transaction(self._engine) as connection:
            found = [_head(row, rows.to_us(now)) for row in connection.execute(_HEADS).mappings()]
            notices = [_head(row, rows.to_us(now)) for row in connection.execute(_NOTICES).mappings()]
        # What waits is sent also to whom has asked for something else since.
        return [each for each in found if each.delivery_id or STANDING_CHANGED in each.webhook.events] + notices

    def make(self, webhook: Webhook, following: str, new: NewBatch | None, lease: Lease) -> Claimed | None:
        """Move the endpoint's cursor on, store a batch and claim it."""
        moved = {"b_id": webhook.id, "b_cursor": webhook.cursor, "b_following": following}
        with write_transaction(self._engine) as connection:
            if new is None:
                connection.execute(_MOVE_ON, moved)
                return None
            if connection.execute(_MOVE_AND_NUMBER, {**moved, "b_now": rows.to_us(lease.now)}).rowcount != 1:
                return None
            number = connection.execute(_NUMBERED, {"id": webhook.id}).scalar_one()
            connection.execute(_NEW, new_delivery(webhook.id, number, new, lease))
            return _claimed(connection, new.delivery_id, lease)

    def claim(self, delivery_id: DeliveryId, lease: Lease) -> Claimed | None:
        """Claim a delivery, unless it is not to be sent, or another process does."""
        asked = {"b_id": delivery_id, "b_now": rows.to_us(lease.now)}
        with write_transaction(self._engine) as connection:
            before = connection.execute(_ONE, {"id": delivery_id}).mappings().first()
            held = {"b_holder": lease.holder, "b_until": rows.to_us(lease.until)}
            if before is None or connection.execute(_CLAIM, {**asked, **held}).rowcount != 1:
                return None
            if before["lease_us"] is not None:  # its lease ran out: whoever held it has died, or is taken for dead
                lost = Attempt(before["attempts"], lease.now, Outcome(failure=Failure.LOST))
                _note(connection, delivery_id, lost)
                if before["tries"] >= MAX_TRIES:  # what kills each process that sends it must not kill for ever
                    dead = {"b_state": DeliveryState.DEAD.value, "b_next": asked["b_now"], "b_ended": asked["b_now"]}
                    _held(connection, _SETTLE, _claimed(connection, delivery_id, lease), dead)
                    return None
            return _claimed(connection, delivery_id, lease)

    def settle(self, claimed: Claimed, attempt: Attempt, settled: Settled) -> None:
        """Store what came of a try."""
        is_over = settled.state is not DeliveryState.WAITING
        values = {
            "b_state": settled.state.value, "b_next": rows.to_us(settled.next_at),
            "b_ended": rows.to_us(settled.next_at) if is_over else None,
        }  # fmt: skip
        with write_transaction(self._engine) as connection:
            _held(connection, _SETTLE, claimed, values)
            _note(connection, claimed.delivery.id, attempt)
            if settled.is_gone and connection.execute(_SWITCH_OFF, {"b_id": claimed.webhook.id}).rowcount == 1:
                self._audit(connection, "system:webhook:gone", claimed.webhook.id, {})

    def give_back(self, claimed: Claimed, now: datetime) -> None:
        """Let somebody else send it at once."""
        with write_transaction(self._engine) as connection:
            _held(connection, _GIVE_BACK, claimed, {"b_next": rows.to_us(now)})

    def page(
        self, webhook_id: WebhookId, state: DeliveryState | None, before: int | None, limit: int
    ) -> list[tuple[Delivery, tuple[Attempt, ...]]]:
        """Return deliveries, newest first, each with its last tries."""
        asked = {"webhook": webhook_id, "before": _LAST_NUMBER if before is None else before, "limit": limit}
        with read_transaction(self._engine) as connection:
            if state is None:
                found = connection.execute(_PAGE, asked).mappings().all()
            else:
                found = connection.execute(_PAGE_OF_STATE, {**asked, "state": state.value}).mappings().all()
            tried: dict[str, list[Attempt]] = defaultdict(list)
            for row in rows_of(connection, _ATTEMPTS, (row["id"] for row in found)):
                tried[row["delivery_id"]].append(attempt_of(row))
        return [(delivery_of(row), tuple(tried[row["id"]])) for row in found]

    def send_again(self, webhook_id: WebhookId, now: datetime, by: str, delivery_id: DeliveryId | None = None) -> int:
        """Let one delivery, or all that are dead, wait again."""
        asked = {"b_webhook": webhook_id, "b_now": rows.to_us(now)}
        with write_transaction(self._engine) as connection:
            if delivery_id is None:
                count = connection.execute(_ALL_AGAIN, asked).rowcount
            else:
                one = {**asked, "b_id": delivery_id}
                count = connection.execute(_ONE_AGAIN, one).rowcount or connection.execute(_HASTEN_ONE, one).rowcount
            if count:
                body = {"by": by, "delivery": delivery_id, "count": count}
                self._audit(connection, "operator:webhook:resent", webhook_id, body)
        return count

    def hasten(self, webhook_id: WebhookId, now: datetime) -> None:
        """Let what waits for an endpoint be due at once."""
        with write_transaction(self._engine) as connection:
            connection.execute(_HASTEN, {"b_webhook": webhook_id, "b_now": rows.to_us(now)})

    def forget(self, *, delivered_before: datetime, dead_before: datetime) -> int:
        """Delete some of what is over, and of endpoints that were removed."""
        with write_transaction(self._engine) as connection:
            removed = list(connection.execute(_REMOVED).scalars())
            asked = [(_OF_REMOVED, {"webhook": each}) for each in removed]
            asked += [(_OVER, {"state": _DELIVERED, "before": rows.to_us(delivered_before)})]
            asked += [(_OVER, {"state": _DEAD, "before": rows.to_us(dead_before)})]
            found = (each for statement, of in asked for each in connection.execute(statement, of).scalars())
            if ids := list(islice(dict.fromkeys(found), CHUNK_DELIVERIES)):
                connection.execute(_FORGET_ATTEMPTS, {"ids": ids})
                connection.execute(_FORGET, {"ids": ids})
            for each in removed:
                connection.execute(_FORGET_WEBHOOK, {"b_id": each})
        return len(ids)

    def _audit(self, connection: Connection, kind: str, webhook_id: WebhookId, body: dict[str, Any]) -> None:
        self._chain.append(connection, [AuditEvent(kind, webhook_id, body)], self._clock.now())


def _head(row: RowMapping, now_us: int) -> Head:
    if row["delivery_id"] is None:
        return Head(webhook_of(row))
    is_due = row["next_us"] <= now_us and (row["lease_us"] is None or row["lease_us"] <= now_us)
    event = row.get("event", STANDING_CHANGED)
    return Head(webhook_of(row), DeliveryId(row["delivery_id"]), is_due, event)


def is_wanted(connection: Connection, event: str) -> bool:
    """Return whether any active endpoint asked for such events."""
    return any(event in webhook_of(row).events for row in connection.execute(_ACTIVE).mappings())


def tell_all(connection: Connection, notice: Notice, now: datetime, new_id: Callable[[], str]) -> int:
    """Have *notice* delivered to every active endpoint that asked for such events; return to how many.

    In the transaction of whoever tells: what was written down to be told is told, and nothing else.
    """
    asked = [webhook_of(row) for row in connection.execute(_ACTIVE).mappings()]
    told = [each for each in asked if notice.event in each.events]
    for webhook in told:
        connection.execute(_NUMBER, {"b_id": webhook.id})
        number = connection.execute(_NUMBERED, {"id": webhook.id}).scalar_one()
        row = new_notice(DeliveryId(new_id()), webhook.id, number, notice, rows.to_us(now))
        connection.execute(_NEW, row)
    return len(told)


def _claimed(connection: Connection, delivery_id: DeliveryId, lease: Lease) -> Claimed:
    delivery = delivery_of(connection.execute(_ONE, {"id": delivery_id}).mappings().one())
    webhook = webhook_of(connection.execute(_WEBHOOK, {"id": delivery.webhook_id}).mappings().one())
    return Claimed(webhook, delivery, lease.holder)


def _held(connection: Connection, statement: Any, claimed: Claimed, values: dict[str, Any]) -> None:
    """Write only what its holder writes: who was taken for dead must not go on beside who took over."""
    delivery = claimed.delivery
    asked = {"b_id": delivery.id, "b_holder": claimed.holder, "b_attempts": delivery.attempts}
    if connection.execute(statement, {**asked, **values}).rowcount != 1:
        raise TakenOver("another process delivers this by now, or its webhook was removed", place=delivery.id)


def _note(connection: Connection, delivery_id: DeliveryId, attempt: Attempt) -> None:
    connection.execute(_NOTE, attempt_row(delivery_id, attempt))
    connection.execute(_TRIM, {"b_id": delivery_id, "b_number": attempt.number - ATTEMPTS_KEPT})
