"""The routes of the register of orders."""

from tutela.api import order_answers, order_bodies, orders
from tutela.api.route import Route

_ORDERS = "orders"

ROUTES = (
    Route(
        "GET", "/v1/orders", _ORDERS, "Orders", work=orders.list_orders, query=order_bodies.OrderQuery,
        answer=order_answers.Orders, detail="Those that wait for something, in the order of their registration; "
        "`all=true` for every one.",
    ),
    Route(
        "POST", "/v1/orders", _ORDERS, "Register an order", work=orders.register, body=order_bodies.NewOrder,
        answer=order_answers.Order, statuses=(201,),
        detail="However incomplete it is. Its clocks run from its receipt. It does nothing before somebody has "
        "verified it. 409 where the same order of the same authority is there.",
    ),
    Route(
        "GET", "/v1/orders/{id}", _ORDERS, "Read an order", work=orders.show, answer=order_answers.OrderShown,
        detail="With what it lacks, what it conflicts with as things stand now, and drafts of both letters.",
    ),
    Route(
        "POST", "/v1/orders/{id}/verify", _ORDERS, "Record a call-back", work=orders.verify,
        body=order_bodies.OrderVerified, answer=order_answers.Order,
        detail="With `is_real: false` the order is a false one, and does nothing for ever.",
    ),
    Route(
        "POST", "/v1/orders/{id}/acknowledge", _ORDERS, "Record its acknowledgement", work=orders.acknowledge,
        answer=order_answers.Order,
    ),
    Route(
        "POST", "/v1/orders/{id}/preview", _ORDERS, "Foresee its effect", work=orders.preview,
        answer=order_answers.EffectForeseen, detail="What would be decided, and what it meets. Nothing is written.",
    ),
    Route(
        "POST", "/v1/orders/{id}/effect", _ORDERS, "Give effect to an order", work=orders.give_effect,
        body=order_bodies.OrderEffect, answer=order_answers.Order,
        detail="Only a verified one. What is hidden is hidden by a decision under `house.law`; what is kept, by a "
        "hold. No order lifts what is sealed.",
    ),
    Route(
        "POST", "/v1/orders/{id}/tell", _ORDERS, "Record that the authority was told", work=orders.tell,
        answer=order_answers.Order,
    ),
    Route(
        "POST", "/v1/orders/{id}/inform", _ORDERS, "Record that the recipient was told", work=orders.inform,
        answer=order_answers.Order,
    ),
    Route(
        "POST", "/v1/orders/{id}/delay", _ORDERS, "Record a delay of telling the recipient", work=orders.delay,
        body=order_bodies.OrderDelay, answer=order_answers.Order,
    ),
    Route(
        "POST", "/v1/orders/{id}/decline", _ORDERS, "Give no effect to an order", work=orders.decline,
        body=order_bodies.OrderReason, answer=order_answers.Order,
    ),
    Route(
        "POST", "/v1/orders/{id}/withdraw", _ORDERS, "Record that an order was withdrawn", work=orders.withdraw,
        body=order_bodies.OrderReason, answer=order_answers.Order,
        detail="What was done for it stays until somebody reverses it.",
    ),
)  # fmt: skip
"""What is done with the scope `orders`."""
