"""Orders in the database; see `ports.orders`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, Table, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from tutela.adapters.db import clocks
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import read_transaction, write_transaction
from tutela.adapters.db.lists import among
from tutela.adapters.db.order_rows import KINDS, order_row, payload, progress_row, step_of, step_row, stored_order
from tutela.adapters.db.order_tables import (
    IS_OPEN,
    order_accounts,
    order_decisions,
    order_items,
    order_steps,
    orders,
)
from tutela.core.audit import AuditEvent
from tutela.core.clocks import ClockStart, ClockSubject, Signal
from tutela.core.ids import AccountId, ItemId, OrderId
from tutela.core.orders import Order, OrderStep, Progress
from tutela.errors import Conflict, OrderMoved
from tutela.ports.clock import Clock
from tutela.ports.orders import StoredOrder

_ONE = select(orders).where(orders.c.id == bindparam("id"))
_SAME = select(orders.c.id).where(
    *(orders.c[name] == bindparam(name) for name in ("country", "authority", "reference", "kind"))
)
_PAGE = select(orders).where(orders.c.id > bindparam("after")).order_by(orders.c.id).limit(bindparam("limit"))
_OPEN = _PAGE.where(IS_OPEN)
_HISTORY = select(order_steps).where(order_steps.c.order_id == bindparam("id")).order_by(order_steps.c.number)
_NAMING = (
    select(orders)
    .where(
        or_(
            orders.c.id.in_(select(order_items.c.order_id).where(among(order_items.c.item_id, "items"))),
            orders.c.id.in_(select(order_accounts.c.order_id).where(among(order_accounts.c.account_id, "accounts"))),
        )
    )
    .order_by(orders.c.id)
    .limit(bindparam("limit"))
)
_PARTS: Sequence[tuple[Table, str]] = (
    (order_items, "item_id"), (order_accounts, "account_id"), (order_decisions, "decision_id"),
)  # fmt: skip
_NAMED = [
    select(table.c.order_id, table.c[column].label("other"))
    .where(among(table.c.order_id))
    .order_by(table.c.order_id, table.c[column])
    for table, column in _PARTS
]
_MOVE = update(orders).where(orders.c.id == bindparam("b_id"), orders.c.version == bindparam("b_version"))


class DatabaseOrders:
    """Keep orders beside everything else, audited like everything else."""

    def __init__(self, engine: Engine, chain: ChainWriter, clock: Clock) -> None:
        """Write through *engine*, with entries in *chain*."""
        self._engine, self._chain, self._clock = engine, chain, clock

    def add(self, order: Order, step: OrderStep, starts: Sequence[ClockStart]) -> StoredOrder:
        """Store a new order, with its clocks."""
        row = order_row(order, step)
        try:
            with write_transaction(self._engine) as connection:
                _refuse_same(connection, row)
                connection.execute(insert(orders), row)
                _add(connection, order_items, order.id, "item_id", order.items)
                _add(connection, order_accounts, order.id, "account_id", order.accounts)
                connection.execute(insert(order_steps), step_row(order.id, 1, step))
                clocks.start(connection, ClockSubject.ORDER, order.id, starts)
                more = {"items": list(order.items), "accounts": list(order.accounts)}
                self._audit(connection, order.id, step, {**payload(row), **more})
        except IntegrityError as error:  # of two at the same moment, on PostgreSQL
            raise Conflict("this order is in the register", place="reference") from error
        return self._known(order.id)

    def move(
        self, before: StoredOrder, after: Progress, step: OrderStep, signals: Iterable[Signal] = ()
    ) -> StoredOrder:
        """Store what was done with an order."""
        order_id, version = before.order.id, before.version + 1
        with write_transaction(self._engine) as connection:
            moving = _MOVE.values(**progress_row(after), version=version)
            if connection.execute(moving, {"b_id": order_id, "b_version": before.version}).rowcount != 1:
                raise OrderMoved("the order was changed meanwhile", place="id", remedy="Read it again.")
            connection.execute(insert(order_steps), step_row(order_id, version, step))
            new = [each for each in after.decisions if each not in before.progress.decisions]
            _add(connection, order_decisions, order_id, "decision_id", new)
            if heard := list(signals):
                clocks.stop(connection, ClockSubject.ORDER, order_id, heard, step.at)
            row = connection.execute(_ONE, {"id": order_id}).mappings().one()
            self._audit(connection, order_id, step, {**payload(dict(row)), "decisions": list(after.decisions)})
        return self._known(order_id)

    def order(self, order_id: OrderId) -> StoredOrder | None:
        """Return one."""
        found = self._orders(_ONE, {"id": order_id})
        return found[0] if found else None

    def history(self, order_id: OrderId) -> list[OrderStep]:
        """Return what was done with it."""
        with read_transaction(self._engine) as connection:
            return [step_of(row) for row in connection.execute(_HISTORY, {"id": order_id}).mappings()]

    def page(self, after: str, limit: int, *, only_open: bool = False) -> list[StoredOrder]:
        """Return orders by id."""
        return self._orders(_OPEN if only_open else _PAGE, {"after": after, "limit": limit})

    def naming(self, items: Iterable[ItemId], accounts: Iterable[AccountId], limit: int) -> list[StoredOrder]:
        """Return orders that name any of these."""
        return self._orders(_NAMING, {"items": sorted(items), "accounts": sorted(accounts), "limit": limit})

    def _known(self, order_id: OrderId) -> StoredOrder:
        found = self.order(order_id)
        if found is None:
            raise OrderMoved(place="id")
        return found

    def _orders(self, statement: "Select[Any]", asked: Mapping[str, Any]) -> list[StoredOrder]:
        with read_transaction(self._engine) as connection:
            found = list(connection.execute(statement, asked).mappings())
            named = [_others(connection, parts, found) for parts in _NAMED]
        return [stored_order(row, *(each.get(row["id"], []) for each in named)) for row in found]

    def _audit(self, connection: Connection, order_id: str, step: OrderStep, more: Mapping[str, Any]) -> None:
        event = AuditEvent(KINDS[step.kind], order_id, {"by": step.by, **more})
        self._chain.append(connection, [event], self._clock.now())


def _others(connection: Connection, statement: "Select[Any]", of: Sequence[RowMapping]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if of:
        for row in connection.execute(statement, {"ids": [each["id"] for each in of]}).mappings():
            found.setdefault(row["order_id"], []).append(row["other"])
    return found


def _add(connection: Connection, table: Table, order_id: OrderId, column: str, others: Iterable[str]) -> None:
    if wanted := [{"order_id": order_id, column: each} for each in dict.fromkeys(others)]:
        connection.execute(insert(table), wanted)


def _refuse_same(connection: Connection, row: Mapping[str, Any]) -> None:
    named = {name: row[name] for name in ("country", "authority", "reference", "kind")}
    same = connection.execute(_SAME, named).scalar()
    if same is not None:
        raise Conflict("this order is in the register", place=same, remedy=f"See the order {same}.")
