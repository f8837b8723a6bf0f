"""The register of orders over HTTP: for people in a session of their own."""

from starlette.responses import Response

from tutela.api import order_bodies as asked
from tutela.api.calls import Call, answer
from tutela.api.paging import from_cursor, to_cursor
from tutela.core.dsa.words import Category
from tutela.core.ids import DecisionId, OrderId
from tutela.core.orders import OrderKind, Way, Wish
from tutela.flows.keep_orders import NewOrder
from tutela.flows.tell_orders import conflict_told, order_told, seen_told
from tutela.flows.tell_plan import plan_told


def list_orders(call: Call) -> Response:
    """List orders."""
    page = call.query(asked.OrderQuery)
    found = call.house.orders.keep.page(
        call.caller, after=from_cursor(page.cursor), limit=page.limit + 1, only_open=not page.all
    )
    shown = found[: page.limit]
    following = to_cursor(shown[-1].order.id) if len(found) > len(shown) else None
    return answer({"orders": [order_told(each) for each in shown], "next": following})


def register(call: Call) -> Response:
    """Take an order in."""
    call.no_query()
    new = call.body(asked.NewOrder)
    wanted = NewOrder(
        OrderKind(new.kind), Wish(new.wish), new.authority, new.country, new.reference, new.received_at,
        Category[new.category.upper()], new.legal_basis, new.reasons, new.redress, new.answer_to, new.language,
        new.is_readable, tuple(new.locations), tuple(new.items), tuple(new.accounts), tuple(new.territory),
        new.due_at, new.is_secret, new.notifier,
    )  # fmt: skip
    return answer(order_told(call.house.orders.keep.register(call.caller, wanted)), 201)


def show(call: Call) -> Response:
    """Tell about one order."""
    call.no_query()
    return answer(seen_told(call.house.orders.keep.show(call.caller, _id(call))))


def verify(call: Call) -> Response:
    """Record what a call-back came to."""
    call.no_query()
    new = call.body(asked.OrderVerified)
    keep = call.house.orders.keep
    stored = keep.verify(
        call.caller, _id(call), Way(new.way), is_real=new.is_real, directory=new.directory, spoken_to=new.spoken_to
    )
    return answer(order_told(stored))


def acknowledge(call: Call) -> Response:
    """Record that its receipt was confirmed."""
    call.no_query()
    return answer(order_told(call.house.orders.keep.acknowledge(call.caller, _id(call))))


def preview(call: Call) -> Response:
    """Show what giving effect would do."""
    call.no_query()
    seen = call.house.orders.effect.foresee(call.caller, _id(call))
    told = None if seen.decision is None else plan_told(seen.decision, call.house.clock.now())
    return answer({"conflicts": [conflict_told(each) for each in seen.conflicts], "plan": told})


def give_effect(call: Call) -> Response:
    """Do what it wants."""
    call.no_query()
    new = call.body(asked.OrderEffect)
    stored = call.house.orders.effect.give(
        call.caller, _id(call), note=new.note, despite=new.despite,
        decisions=tuple(DecisionId(each) for each in new.decisions),
    )  # fmt: skip
    return answer(order_told(stored))


def tell(call: Call) -> Response:
    """Record that the authority was told."""
    call.no_query()
    return answer(order_told(call.house.orders.keep.tell(call.caller, _id(call))))


def inform(call: Call) -> Response:
    """Record that the recipient was told."""
    call.no_query()
    return answer(order_told(call.house.orders.keep.inform(call.caller, _id(call))))


def delay(call: Call) -> Response:
    """Record that telling the recipient waits."""
    call.no_query()
    new = call.body(asked.OrderDelay)
    return answer(order_told(call.house.orders.keep.delay(call.caller, _id(call), new.until, new.basis)))


def decline(call: Call) -> Response:
    """Give no effect to it."""
    call.no_query()
    reason = call.body(asked.OrderReason).reason
    return answer(order_told(call.house.orders.keep.decline(call.caller, _id(call), reason)))


def withdraw(call: Call) -> Response:
    """Record that it was withdrawn."""
    call.no_query()
    reason = call.body(asked.OrderReason).reason
    return answer(order_told(call.house.orders.keep.withdraw(call.caller, _id(call), reason)))


def _id(call: Call) -> OrderId:
    return OrderId(call.part("id"))
