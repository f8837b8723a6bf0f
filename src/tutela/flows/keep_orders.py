"""Keep the register of orders: take one in, verify it, acknowledge it, tell of it; what it wants is `effect_orders`."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.core.clocks import ClockFacts, ClockSubject, Signal, clocks_for, served_by
from tutela.core.dsa.words import Category
from tutela.core.ids import AccountId, ItemId, NotifierId, OrderId
from tutela.core.measures import Standing, Subject
from tutela.core.notices.branches import NoticeKind
from tutela.core.operator import OperatorProfile
from tutela.core.orders import (
    Conflict,
    Element,
    Named,
    Order,
    OrderKind,
    OrderStep,
    StepKind,
    Verification,
    Way,
    Wish,
    conflicts_of,
    letter_of_effect,
    letter_of_receipt,
    missing,
)
from tutela.core.orders.progress import delayed, ended, refuse_out_of_turn, stamped, verified
from tutela.core.permissions import Principal, demand
from tutela.core.plans import ZERO_TOLERANCE
from tutela.errors import BadInput, UnknownAccount, UnknownItem, UnknownOrder
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.orders import OrderBook, StoredOrder
from tutela.ports.store import Reader, Store

MOST_NAMED = 500
"""Items, accounts and addresses of one order; a longer list comes as several."""

MOST_LETTERS = 200
"""Of a name or a reference."""

MOST_TEXT = 10_000
"""Of reasons, redress and notes: what matters of a letter, never the whole file."""

MOST_OTHERS = 200
"""Other orders about the same that are looked at for conflicts, the oldest first."""

CLOCK_SKEW = timedelta(minutes=5)

ORDERS = frozenset({NoticeKind.AUTHORITY, NoticeKind.COURT_ORDER})
"""Whom an order can come from by the way that was agreed: a hotline or a flagger orders nothing."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as somebody enters it, by the platform's names."""

    kind: OrderKind
    wish: Wish
    authority: str
    country: str
    reference: str
    received_at: datetime
    category: Category = Category.PROTECTION_OF_MINORS
    legal_basis: str = ""
    reasons: str = ""
    redress: str = ""
    answer_to: str = ""
    language: str = ""
    is_readable: bool = False
    locations: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    due_at: datetime | None = None
    is_secret: bool = False
    notifier_id: str | None = None


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order with all that is to be known before anything is done."""

    stored: StoredOrder
    history: tuple[OrderStep, ...]
    missing: tuple[Element, ...]
    conflicts: tuple[Conflict, ...]
    items: tuple[str, ...]  #: by the platform's names
    accounts: tuple[str, ...]
    receipt: str  #: the draft of a confirmation
    effect: str  #: the draft of what the authority is told


@dataclass(frozen=True, slots=True)
class KeepOrders:
    """The register. Nothing here changes what anybody sees."""

    store: Store
    book: OrderBook
    profile: Callable[[], OperatorProfile]
    clock: Clock
    entropy: Entropy

    def register(self, principal: Principal, new: NewOrder) -> StoredOrder:
        """Take an order in, however incomplete. Its clocks run from its receipt; it does nothing yet.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do; a service's key never may.
            tutela.errors.BadInput: It is of nobody, of no country, has no reference, was received later than now, or
                names too much.
            tutela.errors.UnknownItem: It was never submitted; an address that leads nowhere is a location only.
            tutela.errors.UnknownAccount: It was never recorded.
            tutela.errors.Conflict: The register has it.
        """
        demand(principal, "orders")
        now = self.clock.now()
        _refuse_too_much(new)
        if new.received_at > now + CLOCK_SKEW:
            raise BadInput("An order was received before it is registered.", place="received_at")
        with self.store.read() as reader:
            order = self._order(reader, new)
        facts = ClockFacts(
            min(new.received_at, now), served_by(self.profile()), new.country, is_authority=True,
            is_danger=new.kind is OrderKind.EMERGENCY, acts=new.wish is not Wish.TELL, ordered_until=new.due_at,
        )  # fmt: skip
        step = OrderStep(now, principal.id, StepKind.RECEIVED)
        return self.book.add(order, step, clocks_for(ClockSubject.ORDER, facts))

    def verify(
        self, principal: Principal, order_id: OrderId, way: Way, *, is_real: bool, directory: str = "",
        spoken_to: str = "",
    ) -> StoredOrder:  # fmt: skip
        """Record what a call-back came to. One that nobody there knows does nothing, ever.

        Raises:
            tutela.errors.BadInput: It does not say which directory, or who answered; or nobody is enrolled by that
                name.
            tutela.errors.OrderMoved: It is past that.
        """
        demand(principal, "orders")
        before, now = self._stored(order_id), self.clock.now()
        if way is Way.ENROLLED and not self._is_enrolled(before.order):
            raise BadInput(
                "No enrolled authority of this name and country sent this order.",
                place="way",
                remedy="Call back, by a number from an official directory.",
            )
        seen = Verification(
            principal.id, now, way, is_real, _text(directory, "directory"), _text(spoken_to, "spoken_to")
        )  # fmt: skip
        after = verified(before.progress, seen)
        kind = StepKind.VERIFIED if is_real else StepKind.DENIED
        # A false order is over: its clocks ask nobody for anything any more.
        return self.book.move(before, after, OrderStep(now, principal.id, kind), () if is_real else (Signal.WITHDRAWN,))

    def acknowledge(self, principal: Principal, order_id: OrderId) -> StoredOrder:
        """Record that its receipt was confirmed to the authority.

        Raises:
            tutela.errors.OrderMoved: It was before, or the order is a false one.
        """
        return self._stamp(principal, order_id, StepKind.ACKNOWLEDGED, (Signal.ACKNOWLEDGED,))

    def tell(self, principal: Principal, order_id: OrderId) -> StoredOrder:
        """Record that the authority was told of the effect, or of the refusal.

        Raises:
            tutela.errors.OrderMoved: It was before, or there is nothing to tell yet.
        """
        return self._stamp(principal, order_id, StepKind.TOLD, ())

    def inform(self, principal: Principal, order_id: OrderId) -> StoredOrder:
        """Record that the recipient was told of the order, its reasons and the redress.

        Raises:
            tutela.errors.OrderMoved: They were told, or it is not verified.
            tutela.errors.BadInput: The order forbids it, and its time is not over.
        """
        demand(principal, "orders")
        before = self._stored(order_id)
        until = before.progress.delay_until
        if before.order.is_secret and (until is None or self.clock.now() < until):
            raise BadInput(
                "The order forbids to tell the recipient.", place="id", remedy="Record the delay, its basis and end."
            )
        return self._stamp(principal, order_id, StepKind.INFORMED, ())

    def delay(self, principal: Principal, order_id: OrderId, until: datetime, basis: str) -> StoredOrder:
        """Record that telling the recipient waits, by which law, and until when.

        Raises:
            tutela.errors.OrderMoved: They were told, or it is not verified.
            tutela.errors.BadInput: There is no basis, or no end that lies ahead.
        """
        demand(principal, "orders")
        before, now = self._stored(order_id), self.clock.now()
        after = delayed(before.progress, until, _text(basis, "basis"), now)
        return self.book.move(before, after, OrderStep(now, principal.id, StepKind.DELAYED, basis.strip()))

    def decline(self, principal: Principal, order_id: OrderId, reason: str) -> StoredOrder:
        """Give no effect to it, with the reason that the authority is told.

        Raises:
            tutela.errors.OrderMoved: It is past that.
            tutela.errors.BadInput: There is no reason.
        """
        return self._end(principal, order_id, StepKind.DECLINED, reason, Signal.REFUSED)

    def withdraw(self, principal: Principal, order_id: OrderId, reason: str) -> StoredOrder:
        """Record that who issued it has withdrawn it. What was done for it stays until somebody reverses that.

        Raises:
            tutela.errors.OrderMoved: It is over.
            tutela.errors.BadInput: It does not say how that is known.
        """
        return self._end(principal, order_id, StepKind.WITHDRAWN, reason, Signal.WITHDRAWN)

    def page(
        self, principal: Principal, *, after: str = "", limit: int = 100, only_open: bool = True
    ) -> list[StoredOrder]:
        """Return orders in the order in which they were registered."""
        demand(principal, "orders")
        return self.book.page(after, limit, only_open=only_open)

    def show(self, principal: Principal, order_id: OrderId) -> OrderSeen:
        """Return one with its history, what it lacks, what it conflicts with, and the drafts of two letters.

        Raises:
            tutela.errors.UnknownOrder: There is none.
        """
        demand(principal, "orders")
        stored = self._stored(order_id)
        order, history = stored.order, self.book.history(order_id)
        reason = next((each.note for each in reversed(history) if each.kind is StepKind.DECLINED), "")
        with self.store.read() as reader:
            met = self.met(reader, order)
            items = reader.items_by_id(order.items)
            accounts = reader.accounts_by_id(order.accounts)
        return OrderSeen(
            stored, tuple(history), missing(order), met,
            tuple(items[each].item.platform_id for each in order.items if each in items),
            tuple(accounts[each].platform_id for each in order.accounts if each in accounts),
            letter_of_receipt(order), letter_of_effect(order, stored.progress, reason),
        )  # fmt: skip

    def met(self, reader: Reader, order: Order) -> tuple[Conflict, ...]:
        """Return what an order conflicts with as things stand now."""
        others = self.book.naming(order.items, order.accounts, MOST_OTHERS)
        named = _named(reader, order, self.clock.now())
        return conflicts_of(order, ((each.order, each.progress) for each in others), named)

    def _is_enrolled(self, order: Order) -> bool:
        if order.notifier_id is None:
            return False
        with self.store.read() as reader:
            notifier = reader.notifier_of(order.notifier_id)
        if notifier is None or notifier.ended_at is not None or notifier.kind not in ORDERS:
            return False
        return notifier.country == order.country and _as_named(notifier.name) == _as_named(order.authority)

    def _order(self, reader: Reader, new: NewOrder) -> Order:
        items = reader.item_ids(new.items)
        accounts = reader.accounts_by_platform_id(new.accounts)
        for at, each in enumerate(new.items):
            if each not in items:
                raise UnknownItem(place=f"items.{at}", remedy="Enter an address that leads nowhere as a location.")
        for at, each in enumerate(new.accounts):
            if each not in accounts:
                raise UnknownAccount(place=f"accounts.{at}", remedy="Record it with PUT /v1/accounts/{id}.")
        return Order(
            OrderId(self.entropy.new_id("order")), new.kind, new.wish, new.authority.strip(), new.country,
            new.reference.strip(), min(new.received_at, self.clock.now()), new.category, new.legal_basis.strip(),
            new.reasons.strip(), new.redress.strip(), new.answer_to.strip(), new.language.strip().lower(),
            new.is_readable, new.locations, tuple(dict.fromkeys(items[each] for each in new.items)),
            tuple(dict.fromkeys(AccountId(accounts[each].id) for each in new.accounts)), frozenset(new.territory),
            new.due_at, new.is_secret, None if not new.notifier_id else NotifierId(new.notifier_id),
        )  # fmt: skip

    def _stamp(self, principal: Principal, order_id: OrderId, kind: StepKind, signals: Sequence[Signal]) -> StoredOrder:
        demand(principal, "orders")
        before, now = self._stored(order_id), self.clock.now()
        after = stamped(before.progress, kind, now)
        return self.book.move(before, after, OrderStep(now, principal.id, kind), signals)

    def _end(self, principal: Principal, order_id: OrderId, kind: StepKind, reason: str, signal: Signal) -> StoredOrder:
        demand(principal, "orders")
        before, now = self._stored(order_id), self.clock.now()
        refuse_out_of_turn(kind, before.progress)
        if not reason.strip():
            raise BadInput("It needs its reason.", place="reason", remedy="Say why, in words for the authority.")
        step = OrderStep(now, principal.id, kind, _text(reason, "reason"))
        return self.book.move(before, ended(before.progress, kind), step, (signal,))

    def _stored(self, order_id: OrderId) -> StoredOrder:
        found = self.book.order(order_id)
        if found is None:
            raise UnknownOrder(place="id")
        return found


def _named(reader: Reader, order: Order, now: datetime) -> Named:
    stored = reader.items_by_id(order.items)
    media = {item_id: each.item.media_ids for item_id, each in stored.items()}
    subjects = [Subject.item(each) for each in order.items]
    subjects += [Subject.media(each) for carried in media.values() for each in carried]
    standings = reader.standings(dict.fromkeys(subjects))
    of: dict[ItemId, list[Standing]] = {
        each: [standings[Subject.item(each)], *(standings[Subject.media(m)] for m in media.get(each, ()))]
        for each in order.items
    }
    sealed = {each for each, known in of.items() if any(standing.is_hidden_at(now) for standing in known)}
    protected = {
        each
        for each, known in of.items()
        if any(m.clause_id in ZERO_TOLERANCE and m.holds_at(now) for standing in known for m in standing.measures)
    }
    return Named(frozenset(sealed), frozenset(protected))


def _refuse_too_much(new: NewOrder) -> None:
    for place in ("authority", "reference"):
        if len(getattr(new, place)) > MOST_LETTERS:
            raise BadInput(f"It has at most {MOST_LETTERS} characters.", place=place)
    for place in ("legal_basis", "reasons", "redress", "answer_to"):
        _text(getattr(new, place), place)
    for place in ("locations", "items", "accounts"):
        if len(getattr(new, place)) > MOST_NAMED:
            raise BadInput(f"One order names at most {MOST_NAMED}.", place=place, remedy="Register several.")


def _as_named(name: str) -> str:
    """Return a name as it is compared: one authority does not speak for another, however the letters are written."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _text(said: str, place: str) -> str:
    if len(said) > MOST_TEXT:
        raise BadInput(f"This has at most {MOST_TEXT} characters.", place=place)
    return said.strip()
