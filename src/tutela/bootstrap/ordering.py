"""Wire the register of orders."""

from typing import TYPE_CHECKING

from tutela.adapters.db.orders import DatabaseOrders
from tutela.flows.effect_orders import EffectOrders
from tutela.flows.keep_orders import KeepOrders
from tutela.flows.verbs_of_orders import OrderVerbs

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_orders(house: "House") -> OrderVerbs:
    """Return the verbs of orders for *house*."""
    book = DatabaseOrders(house.engine, house.chain, house.clock)
    keep = KeepOrders(house.store, book, house.profile.read, house.clock, house.entropy)
    effect = EffectOrders(house.store, book, keep, house.decide, house.holds, house.profile.read, house.clock)
    return OrderVerbs(keep, effect)
