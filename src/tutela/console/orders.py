"""Pages of orders: the register, one order with what it lacks and meets, and each step of it."""

from datetime import datetime

from starlette.responses import Response

from tutela.console.forms import after_of, chosen, done_of, lines
from tutela.console.moments import moment_of
from tutela.console.visits import Visit
from tutela.core.dsa.words import Category
from tutela.core.ids import DecisionId, OrderId
from tutela.core.orders import OrderKind, StepKind, Way, Wish
from tutela.core.orders.progress import FROM
from tutela.flows.keep_orders import MOST_LETTERS, MOST_TEXT, NewOrder
from tutela.flows.tell_plan import plan_told

PAGE_ORDERS = 50
FIELDS = (
    "authority", "country", "reference", "received_at", "legal_basis", "reasons", "redress", "answer_to", "language",
    "locations", "items", "accounts", "territory", "due_at", "kind", "wish", "category", "is_readable", "is_secret",
)  # fmt: skip
_YES = "yes"


def orders_page(visit: Visit) -> Response:
    """List orders: those that wait for something, or all."""
    is_all, after = visit.request.query_params.get("all") == "yes", after_of(visit)
    found = visit.house.orders.keep.page(visit.principal, after=after, limit=PAGE_ORDERS + 1, only_open=not is_all)
    shown = found[:PAGE_ORDERS]
    return visit.page(
        "orders.html",
        orders=shown,
        is_all=is_all,
        is_first=not after,
        next_after=shown[-1].order.id if len(found) > len(shown) else None,
        kinds=tuple(OrderKind),
        wishes=tuple(Wish),
        categories=tuple(Category),
        usual=Category.PROTECTION_OF_MINORS,
        given={name: visit.said(name) for name in FIELDS},
        is_tried=visit.error is not None and visit.request.method == "POST",
        most_letters=MOST_LETTERS,
        most_text=MOST_TEXT,
        now=visit.house.clock.now(),
    )


def register(visit: Visit) -> Response:
    """Take an order in, and show it."""
    new = NewOrder(
        chosen(visit, "kind", OrderKind), chosen(visit, "wish", Wish), visit.said("authority"),
        visit.said("country").strip().upper(), visit.said("reference"),
        _moment(visit, "received_at") or visit.house.clock.now(), chosen(visit, "category", Category),
        visit.said("legal_basis"), visit.said("reasons"), visit.said("redress"), visit.said("answer_to"),
        visit.said("language"), visit.said("is_readable") == _YES, tuple(lines(visit, "locations")),
        tuple(lines(visit, "items")), tuple(lines(visit, "accounts")),
        tuple(visit.said("territory").upper().replace(",", " ").split()), _moment(visit, "due_at"),
        visit.said("is_secret") == _YES,
    )  # fmt: skip
    stored = visit.house.orders.keep.register(visit.principal, new)
    return visit.go(f"/console/orders/{stored.order.id}?done=received")


def order_page(visit: Visit) -> Response:
    """Show one order."""
    return _shown(visit)


def preview(visit: Visit) -> Response:
    """Show what giving effect would do. Nothing is written."""
    seen = visit.house.orders.effect.foresee(visit.principal, _id(visit))
    return _shown(visit, None if seen.decision is None else plan_told(seen.decision, visit.house.clock.now()))


def _shown(visit: Visit, plan: dict[str, object] | None = None) -> Response:
    seen = visit.house.orders.keep.show(visit.principal, _id(visit))
    state = seen.stored.progress.state
    return visit.page(
        "order.html",
        seen=seen,
        order=seen.stored.order,
        progress=seen.stored.progress,
        plan=plan,
        tried=visit.request.url.path.rpartition("/")[2] if visit.request.method == "POST" else "",
        can={kind.value: state in states for kind, states in FROM.items()},
        most_text=MOST_TEXT,
        names=visit.staff.names(visit.principal),
        now=visit.house.clock.now(),
        done=done_of(visit, "order_step"),
    )


def verify(visit: Visit) -> Response:
    """Record what a call-back came to."""
    is_real = visit.said("is_real") == "yes"
    visit.house.orders.keep.verify(
        visit.principal, _id(visit), chosen(visit, "way", Way), is_real=is_real, directory=visit.said("directory"),
        spoken_to=visit.said("spoken_to"),
    )  # fmt: skip
    return _back(visit, StepKind.VERIFIED if is_real else StepKind.DENIED)


def give_effect(visit: Visit) -> Response:
    """Do what it wants."""
    decisions = tuple(DecisionId(each) for each in lines(visit, "decisions"))
    visit.house.orders.effect.give(
        visit.principal, _id(visit), note=visit.said("note"), despite=visit.said("despite"), decisions=decisions
    )
    return _back(visit, StepKind.EFFECT)


def acknowledge(visit: Visit) -> Response:
    """Record that its receipt was confirmed."""
    visit.house.orders.keep.acknowledge(visit.principal, _id(visit))
    return _back(visit, StepKind.ACKNOWLEDGED)


def tell_authority(visit: Visit) -> Response:
    """Record that the authority was told."""
    visit.house.orders.keep.tell(visit.principal, _id(visit))
    return _back(visit, StepKind.TOLD)


def inform(visit: Visit) -> Response:
    """Record that the recipient was told."""
    visit.house.orders.keep.inform(visit.principal, _id(visit))
    return _back(visit, StepKind.INFORMED)


def delay(visit: Visit) -> Response:
    """Record that telling the recipient waits."""
    until = moment_of(visit.said("until"), "until")
    visit.house.orders.keep.delay(visit.principal, _id(visit), until, visit.said("basis"))
    return _back(visit, StepKind.DELAYED)


def decline(visit: Visit) -> Response:
    """Give no effect to it."""
    visit.house.orders.keep.decline(visit.principal, _id(visit), visit.said("reason"))
    return _back(visit, StepKind.DECLINED)


def withdraw(visit: Visit) -> Response:
    """Record that it was withdrawn."""
    visit.house.orders.keep.withdraw(visit.principal, _id(visit), visit.said("reason"))
    return _back(visit, StepKind.WITHDRAWN)


def _moment(visit: Visit, name: str) -> datetime | None:
    return moment_of(visit.said(name), name) if visit.said(name).strip() else None


def _id(visit: Visit) -> OrderId:
    return OrderId(visit.part("id"))


def _back(visit: Visit, done: StepKind) -> Response:
    return visit.go(f"/console/orders/{visit.part('id')}?done={done.value}")
