"""Orders of authorities: nothing before a call-back, then a decision, a hold or a note; never against a child."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import text

from make import Home, md5, photo
from tutela.core.clocks import ClockId, ClockSubject
from tutela.core.dsa.words import Category
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId, HoldId, OrderId
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.orders import OrderKind, OrderState, StepKind, Way, Wish
from tutela.core.permissions import at_machine
from tutela.core.reasons.facts import Origin
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.core.statements import DelayBasis
from tutela.errors import BadInput, OrderMoved, Refused, UnknownDecision, UnknownItem, UnknownOrder
from tutela.flows.keep_orders import NewOrder
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.ports.orders import OrderBook, StoredOrder

ANN, BEA = at_machine("ann"), at_machine("bea")


def new(home: Home, **fields: Any) -> NewOrder:
    """Return a whole order to withhold one post in two countries of its court's law."""
    made = NewOrder(
        OrderKind.ACT, Wish.WITHHOLD, "Court of the lake", "DE", "7 O 1/26", home.clock.now(),
        Category.ILLEGAL_OR_HARMFUL_SPEECH, "§ 1004 of the code", "it infringes § 823", "objection in two weeks",
        "the court", "de", is_readable=True, locations=("https://lakes.example/a",), items=("a",), territory=("DE",),
    )  # fmt: skip
    return replace(made, **fields)


def registered(home: Home, **fields: Any) -> OrderId:
    """Return an order that nobody has verified."""
    return home.house.orders.keep.register(ANN, new(home, **fields)).order.id


def called(home: Home, order_id: OrderId, *, is_real: bool = True) -> OrderId:
    """Return the order after a call-back."""
    home.house.orders.keep.verify(
        ANN, order_id, Way.CALLED_BACK, is_real=is_real, directory="the directory of courts", spoken_to="registry"
    )
    return order_id


def verified(home: Home, **fields: Any) -> OrderId:
    """Return a verified order."""
    return called(home, registered(home, **fields))


def measures(home: Home, name: str) -> set[MeasureKind]:
    """Return what is in force on an item."""
    with home.house.store.read() as reader:
        subject = Subject.item(reader.item_ids([name])[name])
        return set(reader.standings([subject])[subject].kinds_at(home.clock.now()))


def test_a_verified_order_is_withheld_in_its_countries_and_every_time_is_kept(home_anywhere: Home) -> None:
    """Received, acknowledged, in effect, told, informed: each with its moment; the audit agrees."""
    home = home_anywhere
    home.submit("a")
    keep, effect = home.house.orders.keep, home.house.orders.effect
    order_id = registered(home, received_at=home.clock.now() - timedelta(hours=3))
    home.clock.advance(hours=1)
    keep.acknowledge(ANN, order_id)
    called(home, order_id)
    seen = effect.foresee(ANN, order_id)
    assert seen.decision is not None
    assert [each.kind for each in seen.decision.plan.grants] == [MeasureKind.WITHHOLD]
    assert measures(home, "a") == set()
    home.clock.advance(hours=1)
    done = effect.give(ANN, order_id)
    keep.tell(ANN, order_id)
    keep.inform(ANN, order_id)

    assert measures(home, "a") == {MeasureKind.WITHHOLD}
    with home.house.store.read() as reader:
        [decision] = reader.decisions(done.progress.decisions).values()
    assert (decision.clause_id, decision.is_automated) == ("house.law", False)
    shown = keep.show(ANN, order_id)
    progress = shown.stored.progress
    assert progress.acknowledged_at is not None
    assert progress.effect_at is not None
    assert progress.effect_at - shown.stored.order.received_at == timedelta(hours=5)
    assert [each.kind for each in shown.history] == [
        StepKind.RECEIVED, StepKind.ACKNOWLEDGED, StepKind.VERIFIED, StepKind.EFFECT, StepKind.TOLD, StepKind.INFORMED
    ]  # fmt: skip
    assert "withheld in DE" in shown.effect
    assert home.house.verify().breaches == ()


def test_a_false_police_request_does_nothing(home: Home) -> None:
    """Neither before the call-back nor after it, whatever is tried; its clocks ask for nothing more."""
    home.submit("a")
    keep, effect = home.house.orders.keep, home.house.orders.effect
    order_id = registered(home, kind=OrderKind.EMERGENCY, wish=Wish.TELL, authority="Harbour police")
    with pytest.raises(OrderMoved, match="nobody has verified"):
        effect.give(ANN, order_id, note="name and address")
    called(home, order_id, is_real=False)
    for attempt in (
        lambda: effect.give(ANN, order_id, note="name and address"),
        lambda: effect.foresee(ANN, order_id),
        lambda: called(home, order_id),
        lambda: keep.acknowledge(ANN, order_id),
        lambda: keep.inform(ANN, order_id),
    ):
        with pytest.raises(OrderMoved):
            attempt()
    shown = keep.show(ANN, order_id)
    assert (shown.stored.progress.state, measures(home, "a")) == (OrderState.FALSE, set())
    with home.house.engine.connect() as connection:
        running = connection.execute(text("SELECT count(*) FROM clocks WHERE stopped_us IS NULL")).scalar_one()
    assert running == 0
    assert keep.page(ANN) == []


def test_an_order_to_restore_what_protects_a_child_is_refused_before_anything_is_done(home: Home) -> None:
    """P2: no order lifts it, with whatever reason; what it meets is told beforehand."""
    picture = home.upload(photo("china"))
    home.list(md5(picture))
    home.submit("a", picture)
    before = measures(home, "a")
    assert before
    order_id = verified(home, wish=Wish.RESTORE)
    [met] = home.house.orders.keep.show(ANN, order_id).conflicts
    assert met.kind == "restores_protected"
    with pytest.raises(Refused):
        home.house.orders.effect.give(ANN, order_id, despite="the court says so", decisions=[DecisionId("dec_1")])
    assert measures(home, "a") == before
    assert home.house.orders.keep.show(ANN, order_id).stored.progress.state is OrderState.VERIFIED


def test_to_withhold_what_is_sealed_weakens_nothing(home: Home) -> None:
    """A court may withhold in one country what is absent everywhere: it stays absent everywhere."""
    picture = home.upload(photo("china"))
    home.list(md5(picture))
    home.submit("a", picture)
    before = measures(home, "a")
    home.house.orders.effect.give(ANN, verified(home))
    assert measures(home, "a") == before | {MeasureKind.WITHHOLD}
    assert home.is_absent("a")
    assert home.house.verify().breaches == ()


def test_what_comes_back_comes_back_by_a_reversal(home: Home) -> None:
    """Of the ordinary kind, about what the order names; the order only names it, and what is none is refused."""
    home.submit("a")
    made = home.house.decide(
        Asked("house.spam", Facts("x"), Decider("name:ann"),
              (AskedMeasure(MeasureKind.REMOVE, On(SubjectKind.ITEM, "a")),), (("alice", Role.ACTOR),))
    )  # fmt: skip
    order_id = verified(home, wish=Wish.RESTORE)
    effect = home.house.orders.effect
    with pytest.raises(BadInput, match="reversing"):
        effect.give(ANN, order_id)
    with pytest.raises(UnknownDecision):
        effect.give(ANN, order_id, decisions=[DecisionId(made.decision.id)])
    undone = home.house.reverse(Reversal(made.decision.id, Facts("order"), Decider("name:bea")))
    reversal = undone.changeset.decisions[0].id
    home.submit("b")
    other = verified(home, wish=Wish.RESTORE, reference="8 O", items=("b",))
    with pytest.raises(BadInput, match="nothing that the order names"):
        effect.give(ANN, other, decisions=[reversal])
    assert effect.give(ANN, order_id, decisions=[reversal]).progress.decisions == (reversal,)


def test_orders_in_conflict_are_told_and_take_a_reason(home: Home) -> None:
    """The opposite of another order, and a reach beyond the country of its court."""
    home.submit("a")
    first = verified(home)
    home.house.orders.effect.give(ANN, first)
    second = verified(home, reference="8 O", wish=Wish.RESTORE)
    wide = verified(home, reference="9 O", territory=("DE", "FR"))
    kinds = {each.kind.value for each in home.house.orders.keep.show(ANN, second).conflicts}
    assert kinds == {"opposite"}
    with pytest.raises(BadInput, match="stands against"):
        home.house.orders.effect.give(ANN, wide)
    done = home.house.orders.effect.give(ANN, wide, despite="the court has jurisdiction by the regulation")
    assert done.progress.state is OrderState.EFFECTIVE


def test_what_holds_already_is_no_second_decision(home: Home) -> None:
    """Two courts of one country; and the same again after a fall."""
    home.submit("a")
    done = home.house.orders.effect.give(ANN, verified(home))
    again = home.house.orders.effect.give(BEA, verified(home, authority="Court of the sea"))
    assert done.progress.decisions == again.progress.decisions


def test_what_was_decided_before_a_fall_is_recorded_after_it(home: Home) -> None:
    """The decision was made, and the register had not heard of it; that it came of an order is known at once."""
    home.submit("a")
    order_id = verified(home)
    effect = home.house.orders.effect
    stored = home.house.orders.keep.show(ANN, order_id).stored
    [decision] = effect._hidden(ANN, stored)  # the first half, as a fall leaves it
    assert home.house.statements.keep.gather.origins.origins([decision]) == {decision: Origin.ORDER}
    assert effect.give(ANN, order_id).progress.decisions == (decision,)
    with home.house.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM decisions WHERE clause_id = 'house.law'")).scalar() == 1


@pytest.mark.parametrize(
    ("kind", "ended", "sent", "is_taken"),
    [
        ("authority", None, {"authority": " OFFICE "}, True), ("authority", 1, {}, False), ("hotline", None, {}, False),
        ("authority", None, {"authority": "Court of the lake"}, False), ("authority", None, {"country": "FR"}, False),
    ],
)  # fmt: skip
def test_an_enrolled_authority_needs_no_call_back(
    home: Home, kind: str, ended: int | None, sent: dict[str, str], *, is_taken: bool
) -> None:
    """By the way that was agreed; whose enrolment has ended is called, and a hotline or another office is as well."""
    with home.house.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO notifiers (id, kind, name, country, enrolled_us, enrolled_by, checked_by, ended_us)"
                 " VALUES ('nfr_1', :kind, 'Office', 'DE', 1, 'ann', 'the directory', :ended)"),
            {"kind": kind, "ended": ended},
        )  # fmt: skip
    order_id = registered(home, **{"items": (), "notifier_id": "nfr_1", "authority": "Office", **sent})
    keep = home.house.orders.keep
    if not is_taken:
        with pytest.raises(BadInput, match="No enrolled"):
            keep.verify(ANN, order_id, Way.ENROLLED, is_real=True)
        return
    assert keep.verify(ANN, order_id, Way.ENROLLED, is_real=True).progress.state is OrderState.VERIFIED


def test_a_removal_notice_runs_for_24_hours_and_removes(home: Home) -> None:
    """Of an authority outside the EU."""
    home.submit("a")
    order_id = verified(
        home, kind=OrderKind.REMOVAL_NOTICE, wish=Wish.REMOVE, country="AU", territory=(), redress="", answer_to=""
    )
    with home.house.engine.connect() as connection:
        found = connection.execute(text("SELECT clock, limit_us - started_us AS left_us FROM clocks"))
        limits = {row["clock"]: row["left_us"] for row in found.mappings()}
    assert limits[ClockId.AUSTRALIA_REMOVE] == 24 * 3600 * 1_000_000
    home.house.orders.effect.give(ANN, order_id, despite="a removal notice is about the whole service")
    assert measures(home, "a") == {MeasureKind.REMOVE}
    assert ClockSubject.ORDER == "order"


def test_what_is_to_be_kept_is_held(home: Home) -> None:
    """By a hold that beats every deletion, with the end that the order names."""
    picture = home.upload(photo("china"))
    home.submit("a", picture)
    until = home.clock.now() + timedelta(days=90)
    order_id = verified(home, kind=OrderKind.PRESERVATION, wish=Wish.KEEP, due_at=until)
    done = home.house.orders.effect.give(ANN, order_id)
    assert done.progress.hold_id is not None
    hold = home.house.holds.show(ANN, done.progress.hold_id).stored
    assert (hold.hold.until, hold.hold.reference, hold.contents) == (until, "7 O 1/26", 1)


class Fallen:
    """A book of orders in a process that ends before a step is written."""

    def __init__(self, book: OrderBook) -> None:
        """Read from *book*."""
        self.order = book.order

    def move(self, *_: object) -> StoredOrder:
        """Come no further."""
        raise KeyboardInterrupt


def test_what_fell_after_its_hold_was_placed_holds_once(home_anywhere: Home) -> None:
    """Giving effect again finds the hold of the order."""
    home = home_anywhere
    home.submit("a", home.upload(photo("china")))
    order_id = verified(home, kind=OrderKind.PRESERVATION, wish=Wish.KEEP)
    effect = home.house.orders.effect
    with pytest.raises(KeyboardInterrupt):
        replace(effect, book=cast("OrderBook", Fallen(effect.book))).give(ANN, order_id)
    [placed] = home.house.holds.page(ANN)
    assert effect.give(ANN, order_id).progress.hold_id == placed.hold.id
    assert home.house.holds.page(ANN) == [placed]
    assert home.house.verify().breaches == ()


def test_what_fell_and_was_released_since_is_held_anew(home: Home) -> None:
    """No order is in effect by a hold that keeps nothing."""
    home.submit("a", home.upload(photo("china")))
    order_id = verified(home, kind=OrderKind.PRESERVATION, wish=Wish.KEEP)
    effect, holds = home.house.orders.effect, home.house.holds
    with pytest.raises(KeyboardInterrupt):
        replace(effect, book=cast("OrderBook", Fallen(effect.book))).give(ANN, order_id)
    [fallen] = holds.page(ANN)
    holds.release(ANN, HoldId(fallen.hold.id), "nobody knows what it is for")
    hold_id = effect.give(ANN, order_id).progress.hold_id
    assert hold_id is not None
    assert hold_id != fallen.hold.id
    assert holds.show(ANN, hold_id).stored.hold.is_active(home.clock.now())


def test_no_account_that_is_to_be_kept_is_left_out_silently(home: Home) -> None:
    """Only the items are held by the order itself: somebody says by which holds the accounts are kept."""
    picture = home.upload(photo("china"))
    home.submit("a", picture, author="alice")
    order_id = verified(home, kind=OrderKind.PRESERVATION, wish=Wish.KEEP, accounts=("alice",))
    effect = home.house.orders.effect
    with pytest.raises(BadInput, match="names accounts"):
        effect.give(ANN, order_id)
    assert home.house.holds.page(ANN) == []
    assert effect.give(ANN, order_id, note="kept by a hold of its cases").progress.hold_id is not None


def test_information_is_handed_out_by_somebody_else_than_who_verified(home: Home) -> None:
    """And what was handed out is said."""
    order_id = verified(home, kind=OrderKind.INFORMATION, wish=Wish.TELL, items=(), territory=())
    effect = home.house.orders.effect
    with pytest.raises(BadInput, match="Who verified"):
        effect.give(ANN, order_id, note="name")
    with pytest.raises(BadInput, match="by category"):
        effect.give(BEA, order_id)
    assert effect.give(BEA, order_id, note="name and address").progress.state is OrderState.EFFECTIVE


def test_a_secret_order_is_told_to_the_recipient_when_its_delay_is_over(home: Home) -> None:
    """With the basis and the end of it."""
    home.submit("a")
    order_id = verified(home, is_secret=True)
    keep = home.house.orders.keep
    with pytest.raises(BadInput, match="forbids"):
        keep.inform(ANN, order_id)
    keep.delay(ANN, order_id, home.clock.now() + timedelta(days=1), "§ 101")
    with pytest.raises(BadInput, match="forbids"):
        keep.inform(ANN, order_id)
    home.clock.advance(days=1)
    assert keep.inform(ANN, order_id).progress.informed_at == home.clock.now()
    with pytest.raises(OrderMoved):
        keep.delay(ANN, order_id, home.clock.now() + timedelta(days=1), "§ 101")


def test_what_a_secret_order_hides_is_told_when_its_delay_is_over(home: Home) -> None:
    """No effect before the delay is recorded; then whoever posted it is told at its end, and for its reason."""
    home.submit("a")
    order_id = verified(home, is_secret=True)
    keep, effect = home.house.orders.keep, home.house.orders.effect
    with pytest.raises(BadInput, match="forbids"):
        effect.give(ANN, order_id)
    assert measures(home, "a") == set()
    until = home.clock.now() + timedelta(days=1)
    keep.delay(ANN, order_id, until, "§ 101")
    [decision] = effect.give(ANN, order_id).progress.decisions
    told = home.house.statements.keep.book.of_decisions([decision])[decision]
    assert {(each.statement.tell_at, each.statement.delay_basis) for each in told} == {
        (until, DelayBasis.AUTHORITY_ASKED)
    }


def test_what_cannot_be_registered_or_is_nobodys_changes_nothing(home: Home) -> None:
    """Each with its place."""
    keep, effect = home.house.orders.keep, home.house.orders.effect
    for fields, error in (
        ({}, UnknownItem),
        ({"items": (), "received_at": home.clock.now() + timedelta(days=1)}, BadInput),
        ({"items": (), "locations": ("x",) * 501}, BadInput),
        ({"items": (), "reasons": "x" * 10_001}, BadInput),
    ):
        with pytest.raises(error):
            registered(home, **fields)  # type: ignore[arg-type]  # of any field
    assert keep.page(ANN, only_open=False) == []
    for attempt in (lambda: keep.show(ANN, OrderId("ord_none")), lambda: effect.give(ANN, OrderId("ord_none"))):
        with pytest.raises(UnknownOrder):
            attempt()
    order_id = registered(home, items=())
    with pytest.raises(BadInput, match="No enrolled"):
        keep.verify(ANN, order_id, Way.ENROLLED, is_real=True)
    with pytest.raises(BadInput, match="its reason"):
        keep.decline(ANN, order_id, " ")
    assert "leads elsewhere" in (keep.decline(ANN, order_id, "it leads elsewhere"), keep.show(ANN, order_id).effect)[1]


def test_an_order_that_was_taken_out_or_changed_quietly_shows(home: Home) -> None:
    """Whoever says afterwards that a false one was real is found (P9)."""
    called(home, registered(home, items=()), is_real=False)
    with home.house.engine.begin() as connection:
        connection.execute(text("UPDATE orders SET state = 'verified'"))
    assert [each.promise for each in home.house.verify().breaches] == ["P9"]
    with home.house.engine.begin() as connection:
        connection.execute(text("DELETE FROM order_steps"))
        connection.execute(text("DELETE FROM orders"))
    assert any("gone" in str(each) for each in home.house.verify().breaches)
