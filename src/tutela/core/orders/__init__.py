"""Orders of courts and authorities: what one is, what it must contain, what it conflicts with, and what is answered.

An order that nobody verified does nothing, and none lifts what protects a child (P2).
Source: Regulation (EU) 2022/2065 Articles 9 and 10; Online Safety Act 2021 (Cth).
"""

from tutela.core.orders.conflicts import Conflict, ConflictKind, Named, Weight, conflicts_of
from tutela.core.orders.contents import ELEMENTS, Element, missing
from tutela.core.orders.kinds import WISHES, Order, OrderKind, Wish
from tutela.core.orders.letters import letter_of_effect, letter_of_receipt
from tutela.core.orders.progress import OrderState, OrderStep, Progress, StepKind, Verification, Way

__all__ = [
    "ELEMENTS",
    "WISHES",
    "Conflict",
    "ConflictKind",
    "Element",
    "Named",
    "Order",
    "OrderKind",
    "OrderState",
    "OrderStep",
    "Progress",
    "StepKind",
    "Verification",
    "Way",
    "Weight",
    "Wish",
    "conflicts_of",
    "letter_of_effect",
    "letter_of_receipt",
    "missing",
]
