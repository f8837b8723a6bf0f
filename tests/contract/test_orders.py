"""The register of orders, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

import make
from make import AT, Desk
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.clocks import DatabaseClocks
from tutela.adapters.db.orders import DatabaseOrders
from tutela.adapters.twins.clock import SetClock
from tutela.core.clocks import ClockFacts, ClockId, ClockSubject, Signal, clocks_for
from tutela.core.ids import DecisionId, OrderId
from tutela.core.orders import Order, OrderKind, OrderState, OrderStep, Progress, StepKind, Verification, Way, Wish
from tutela.errors import Conflict, OrderMoved


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@pytest.fixture
def book(desk: Desk) -> DatabaseOrders:
    """Return the register in it."""
    return DatabaseOrders(desk.engine, ChainWriter("test", SystemEntropy()), SetClock(AT))


def order(**fields: object) -> Order:
    """Return an order that names nothing yet."""
    made = Order(
        OrderId(make.new_id("order")), OrderKind.ACT, Wish.WITHHOLD, "Court of the lake", "DE", "7 O 1/26", AT,
        legal_basis="§ 1", locations=("https://lakes.example/1",), territory=frozenset({"DE", "AT"}),
        due_at=AT + timedelta(days=2), is_secret=True,
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]  # of any field


def step(kind: StepKind = StepKind.RECEIVED, note: str = "") -> OrderStep:
    """Return a line of a history."""
    return OrderStep(AT, "per_1", kind, note)


def test_an_order_is_kept_with_what_it_names_and_its_clocks(desk: Desk, book: DatabaseOrders) -> None:
    """Moved once from where it was read; its clocks stop with it; what names the same is found."""
    by, decided = make.account(), make.decision()
    item = make.item(by)
    desk.commit(accounts=[by], items=[make.stored(item)], decisions=[decided])
    new = order(items=(item.id,), accounts=(by.id,))
    stored = book.add(new, step(), clocks_for(ClockSubject.ORDER, ClockFacts(AT, country="DE", is_authority=True)))
    assert (stored.order, stored.progress, stored.version, stored.registered_by) == (new, Progress(), 1, "per_1")

    seen = Verification("per_2", AT, Way.CALLED_BACK, is_real=True, directory="d", spoken_to="s")
    after = Progress(
        OrderState.EFFECTIVE, seen, AT, AT + timedelta(hours=1), None, None, AT + timedelta(days=9), "§ 101",
        (DecisionId(decided.id),),
    )  # fmt: skip
    moved = book.move(stored, after, step(StepKind.EFFECT, "as it says"), (Signal.EFFECT_GIVEN,))
    assert (moved.progress, moved.version) == (after, 2)
    with pytest.raises(OrderMoved):
        book.move(stored, after, step(StepKind.TOLD))
    with desk.store.read() as reader:  # neither decides an appeal against what came of it (P3)
        assert {"per_1", "per_2"} <= set(reader.involved_in([decided.id]).people)

    assert [(each.kind, each.note) for each in book.history(new.id)] == [("received", ""), ("effect", "as it says")]
    assert [each.order.id for each in book.naming([item.id], [], 9)] == [new.id]
    assert [each.order.id for each in book.naming([], [by.id], 9)] == [new.id]
    assert book.naming([], [], 9) == []
    running = DatabaseClocks(desk.engine, ChainWriter("t2", SystemEntropy()), SetClock(AT)).of(
        ClockSubject.ORDER, [new.id]
    )
    stopped = {each.id: each.stopped_at for each in running[new.id]}
    assert stopped == {ClockId.ORDER_ACKNOWLEDGE: None, ClockId.ORDER_EFFECT: AT}


def test_the_same_letter_twice_is_one_order(book: DatabaseOrders) -> None:
    """Whoever opens the post; of another authority the same number is another order."""
    first = book.add(order(), step(), ())
    with pytest.raises(Conflict) as twice:
        book.add(order(), step(), ())
    assert twice.value.place == first.order.id
    book.add(order(authority="Court of the sea"), step(), ())


def test_those_that_wait_are_paged_apart(book: DatabaseOrders) -> None:
    """By id, and what is over in the other list."""
    added = [book.add(order(reference=f"{number} O"), step(), ()) for number in range(3)]
    book.move(added[1], Progress(OrderState.FALSE), step(StepKind.DENIED))
    ids = [each.order.id for each in added]
    assert [each.order.id for each in book.page("", 2)] == ids[:2]
    assert [each.order.id for each in book.page(ids[1], 2)] == ids[2:]
    assert [each.order.id for each in book.page("", 9, only_open=True)] == [ids[0], ids[2]]
    assert book.order(OrderId("ord_none")) is None


def test_the_audit_holds_no_word_of_an_order(desk: Desk, book: DatabaseOrders) -> None:
    """Ids and numbers only (P10): neither authority nor reference nor address."""
    stored = book.add(order(), step(), ())
    book.move(stored, Progress(OrderState.DECLINED), step(StepKind.DECLINED, "leads elsewhere"))
    with desk.engine.connect() as connection:
        bodies = b"".join(bytes(each) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars())
    for word in (b"Court", b"7 O", b"lakes.example", b"elsewhere", "§".encode()):
        assert word not in bodies
