"""Give effect to an order: only a verified one, with what it meets told first, and never against what protects a child.

What is hidden is hidden by a decision of a person under the clause about what one country forbids, shown and made as
every other decision by hand; what is kept is held; what is handed out goes by a separate way and is recorded here.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tutela.core.clocks import Signal
from tutela.core.filing.holds import HoldSource
from tutela.core.findings import Decider, Delay, Facts
from tutela.core.ids import DecisionId, HoldId, OrderId, belonging
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.operator import OperatorProfile
from tutela.core.orders import Conflict, Order, OrderStep, StepKind, Weight, Wish
from tutela.core.orders.kinds import FOUND_BY_ORDER
from tutela.core.orders.progress import (
    effective,
    refuse_alone,
    refuse_incomplete,
    refuse_out_of_turn,
    refuse_untimely_telling,
)
from tutela.core.permissions import Principal, demand
from tutela.core.remedies import Crew
from tutela.core.statements import DelayBasis
from tutela.core.units import Duration
from tutela.errors import BadInput, Refused, UnknownDecision, UnknownOrder
from tutela.flows.decide import Decide, Foreseen, Made
from tutela.flows.keep_holds import KeepHolds, NewHold
from tutela.flows.keep_orders import KeepOrders
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.flows.repeat import Repeatable
from tutela.ports.clock import Clock
from tutela.ports.orders import OrderBook, StoredOrder
from tutela.ports.store import Reader, Store
from tutela_client.scope import EVERYTHING, Scope

CLAUSE = "house.law"
"""What the law of one country forbids."""

MOST_BASIS = 200
"""Of the law that is named to whoever something is withheld from."""

REVIEW_WITHIN = Duration(days=90)
"""By when somebody looks whether what has no end is still wanted. Source: 18 U.S.C. 2703(f)(2), a first letter."""


@dataclass(frozen=True, slots=True)
class EffectForeseen:
    """What giving effect would do, and what it meets."""

    conflicts: tuple[Conflict, ...]
    decision: Foreseen | None  #: none where nothing is hidden


@dataclass(frozen=True, slots=True)
class EffectOrders:
    """Give effect to orders."""

    store: Store
    book: OrderBook
    keep: KeepOrders
    decide: Decide
    holds: KeepHolds
    profile: Callable[[], OperatorProfile]
    clock: Clock

    def foresee(self, principal: Principal, order_id: OrderId) -> EffectForeseen:
        """Return what giving effect would do. Nothing is written.

        Raises:
            tutela.errors.OrderMoved: It is not verified, or over.
            tutela.errors.UnknownOrder: There is none.
        """
        demand(principal, "orders")
        stored = self._stored(order_id)
        refuse_out_of_turn(StepKind.EFFECT, stored.progress)
        with self.store.read() as reader:
            met = self.keep.met(reader, stored.order)
            asked = self._asked(reader, stored, principal) if stored.order.hides else None
        return EffectForeseen(met, None if asked is None else self.decide.foresee(asked))

    def give(
        self, principal: Principal, order_id: OrderId, *, note: str = "", despite: str = "",
        decisions: Sequence[DecisionId] = (),
    ) -> StoredOrder:  # fmt: skip
        """Do what an order wants, and record it. The same again after a fall is the same once.

        Args:
            principal: Who does it.
            order_id: The order.
            note: What was handed out, by category, for an order that asks for information; the holds that keep what is
                of the accounts, for an order to keep that names some.
            despite: Why it is done although something is missing that can be waived, or something stands against it.
            decisions: Of an order to restore: the reversals by which it was done.

        Raises:
            tutela.errors.OrderMoved: It is not verified, or over.
            tutela.errors.Refused: It would restore what is sealed, or what protects a child; or policy or charter do
                not allow what it asks.
            tutela.errors.BadInput: Something is missing, or stands against it, and nobody said why it is done; or it
                would tell the recipient of an order that forbids it.
            tutela.errors.NotForYou: It is about an account of whoever does it.
            tutela.errors.Forbidden: It keeps evidence, and whoever does it may not.
        """
        demand(principal, "orders")
        stored = self._stored(order_id)
        order, progress = stored.order, stored.progress
        refuse_out_of_turn(StepKind.EFFECT, progress)
        refuse_incomplete(order, despite)
        refuse_untimely_telling(order, progress)
        refuse_alone(order, progress, principal.id, is_solo=self.profile().people == Crew.SOLO.value)
        with self.store.read() as reader:
            _refuse_against(self.keep.met(reader, order), despite)
        said = "; ".join(each.strip() for each in (note, despite) if each.strip())
        if order.wish is Wish.TELL and not note.strip():
            raise BadInput("Say what was handed out, by category.", place="note", remedy="As in: name and address.")
        _refuse_accounts_left_out(order, note)
        made, hold = self._done(principal, stored, decisions)
        now = self.clock.now()
        after = effective(order, progress, now, decisions=made, hold=hold)
        step = OrderStep(now, principal.id, StepKind.EFFECT, said)
        return self.book.move(stored, after, step, (Signal.EFFECT_GIVEN,))

    def _done(
        self, principal: Principal, stored: StoredOrder, decisions: Sequence[DecisionId]
    ) -> tuple[tuple[DecisionId, ...], HoldId | None]:
        order = stored.order
        if order.hides:
            return self._hidden(principal, stored), None
        if order.wish is Wish.KEEP:
            return (), self._kept(principal, order)
        if order.wish is Wish.RESTORE:
            return self._reversals(order, decisions), None
        return (), None

    def _hidden(self, principal: Principal, stored: StoredOrder) -> tuple[DecisionId, ...]:
        order = stored.order
        with self.store.read() as reader:
            asked = self._asked(reader, stored, principal)
        foreseen = self.decide.foresee(asked)
        if foreseen.plan.does_nothing and foreseen.plan.holds_already and not foreseen.plan.refusals:
            return tuple(sorted({each.decision_id for each in foreseen.plan.holds_already}))
        told = [[each.kind, each.on.kind, each.on.id, each.scope.as_json()] for each in asked.measures]
        fingerprint = hashlib.sha256(json.dumps([order.id, told]).encode()).hexdigest()

        def encoded(made: Made) -> bytes:
            return json.dumps({"decision": made.decision.id}).encode()

        request = Repeatable(principal.id, f"order:{order.id}", fingerprint, encoded)
        return (DecisionId(json.loads(self.decide.once(asked, request).body)["decision"]),)

    def _asked(self, reader: Reader, stored: StoredOrder, principal: Principal) -> Asked:
        order, until = stored.order, stored.progress.delay_until
        items = reader.items_by_id(order.items)
        accounts = reader.accounts_by_id(order.accounts)
        ons = [On(SubjectKind.ITEM, items[each].item.platform_id) for each in order.items]
        if order.wish is Wish.REMOVE:
            kind, scope = MeasureKind.REMOVE, EVERYTHING
            if order.accounts:
                raise BadInput("An account is withheld in countries, never removed by an order.", place="accounts")
        else:
            kind = MeasureKind.WITHHOLD
            basis = (order.legal_basis or f"order of {order.authority}")[:MOST_BASIS]
            scope = Scope(countries=order.territory, legal_basis=basis)
            ons += [On(SubjectKind.ACCOUNT, accounts[each].platform_id) for each in order.accounts]
        measures = tuple(AskedMeasure(kind, on, scope) for on in ons)
        delay = None
        if until is not None and until > self.clock.now():
            delay = Delay(until, DelayBasis.AUTHORITY_ASKED)
        return Asked(CLAUSE, Facts(FOUND_BY_ORDER, order.id), Decider(principal.id), measures, delay=delay)

    def _kept(self, principal: Principal, order: Order) -> HoldId:
        with self.store.read() as reader:
            items = reader.items_by_id(order.items)
        new = NewHold(
            HoldSource.POLICE,
            order.reference,
            f"order {order.id}",
            items=tuple(items[each].item.platform_id for each in order.items),
            until=order.due_at,
            review_by=None if order.due_at else self.clock.now() + REVIEW_WITHIN.delta,
        )
        placed = self.holds.place(principal, new, HoldId(belonging("hold", order.id)))
        if not placed.hold.is_active(self.clock.now()):  # a fall left it, and somebody has ended it since
            placed = self.holds.place(principal, new)
        return HoldId(placed.hold.id)

    def _reversals(self, order: Order, decisions: Sequence[DecisionId]) -> tuple[DecisionId, ...]:
        if not decisions:
            raise BadInput(
                "An order to restore is done by reversing the decision that took it down.",
                place="decisions",
                remedy="Reverse it in the ordinary way, and name the reversal here.",
            )
        with self.store.read() as reader:
            found = reader.decisions(decisions)
            undone = [found[each].reverses if each in found else None for each in decisions]
            if any(each is None for each in undone):
                raise UnknownDecision("this is no reversal", place="decisions", remedy="Name the reversal itself.")
            if not all(_concerns(reader, order, each) for each in undone if each is not None):
                raise BadInput(
                    "A decision that was reversed is about nothing that the order names.",
                    place="decisions",
                    remedy="Name the reversals of what took down the items of this order.",
                )
        return tuple(decisions)

    def _stored(self, order_id: OrderId) -> StoredOrder:
        found = self.book.order(order_id)
        if found is None:
            raise UnknownOrder(place="id")
        return found


def _refuse_accounts_left_out(order: Order, note: str) -> None:
    if order.wish is Wish.KEEP and order.accounts and not note.strip():
        raise BadInput(
            "The order names accounts, and giving effect holds only the items that it names.",
            place="note",
            remedy="Hold what is of each account by its items and cases, and name those holds in the note.",
        )


def _concerns(reader: Reader, order: Order, decision_id: DecisionId) -> bool:
    """Return whether a decision is about anything that an order names; one that names nothing of ours is about all."""
    named: set[str] = {*order.items, *order.accounts}
    for stored in reader.items_by_id(order.items).values():
        named |= set(stored.item.media_ids)
    decision = reader.decisions([decision_id])[decision_id]
    about: set[str | None] = {decision.item_id, decision.account_id}
    about |= {each.subject.id for each in reader.granted([decision_id]).get(decision_id, ())}
    return not named or not named.isdisjoint(each for each in about if each is not None)


def _refuse_against(met: Sequence[Conflict], despite: str) -> None:
    if never := [each for each in met if each.weight is Weight.NEVER]:
        raise Refused([("items", f"No order lifts this: {each.kind.value.replace('_', ' ')}.") for each in never])
    against = [each for each in met if each.weight is Weight.NEEDS_REASON]
    if against and not despite.strip():
        words = ", ".join(each.kind.value.replace("_", " ") for each in against)
        raise BadInput(f"Something stands against it: {words}.", place="despite", remedy="Say why it is done.")
