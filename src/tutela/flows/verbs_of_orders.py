"""Everything about orders of authorities, for the faces."""

from dataclasses import dataclass

from tutela.flows.effect_orders import EffectOrders
from tutela.flows.keep_orders import KeepOrders


@dataclass(frozen=True, slots=True)
class OrderVerbs:
    """The register, and what gives effect to what is in it."""

    keep: KeepOrders
    effect: EffectOrders
