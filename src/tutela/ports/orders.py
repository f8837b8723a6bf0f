"""Where orders of authorities are kept, and what was done with each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.clocks import ClockStart, Signal
from tutela.core.ids import AccountId, ItemId, OrderId
from tutela.core.orders import Order, OrderStep, Progress


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order as it is kept."""

    order: Order
    progress: Progress
    registered_at: datetime
    registered_by: str
    version: int


class OrderBook(Protocol):
    """Keep orders. Every write is one transaction with its audit entry (ids and numbers only) and its clocks."""

    def add(self, order: Order, step: OrderStep, clocks: Sequence[ClockStart]) -> StoredOrder:
        """Store a new order.

        Raises:
            tutela.errors.Conflict: The same order of the same authority is in the register; its place is the id.
        """
        ...

    def move(
        self, before: StoredOrder, after: Progress, step: OrderStep, signals: Iterable[Signal] = ()
    ) -> StoredOrder:
        """Store what was done with an order, and stop what clocks that stops.

        Raises:
            tutela.errors.OrderMoved: It was changed since *before* was read.
        """
        ...

    def order(self, order_id: OrderId) -> StoredOrder | None:
        """Return one."""
        ...

    def history(self, order_id: OrderId) -> list[OrderStep]:
        """Return what was done with it, oldest first."""
        ...

    def page(self, after: str, limit: int, *, only_open: bool = False) -> list[StoredOrder]:
        """Return orders in the order in which they were registered, from behind *after* on."""
        ...

    def naming(self, items: Iterable[ItemId], accounts: Iterable[AccountId], limit: int) -> list[StoredOrder]:
        """Return orders that name any of these, oldest first."""
        ...
