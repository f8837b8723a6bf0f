"""What an order must contain, what it meets, and how far it can go: tables, and laws over random histories."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from make import AT
from tutela.core.ids import AccountId, DecisionId, HoldId, ItemId, OrderId
from tutela.core.orders import (
    ELEMENTS,
    WISHES,
    ConflictKind,
    Named,
    Order,
    OrderKind,
    OrderState,
    Progress,
    StepKind,
    Verification,
    Way,
    Weight,
    Wish,
    conflicts_of,
    letter_of_effect,
    letter_of_receipt,
    missing,
)
from tutela.core.orders.progress import (
    FROM,
    delayed,
    effective,
    ended,
    refuse_alone,
    refuse_incomplete,
    stamped,
    verified,
)
from tutela.errors import BadInput, OrderMoved, TutelaError

WHOLE = Order(
    OrderId("ord_1"), OrderKind.ACT, Wish.WITHHOLD, "Court of the lake", "DE", "7 O 1/26", AT, legal_basis="§ 1",
    reasons="it says so", redress="objection", answer_to="the court", language="de", is_readable=True,
    locations=("https://lakes.example/1",), items=(ItemId("itm_1"),), territory=frozenset({"DE"}),
)  # fmt: skip
REAL = Verification("per_1", AT, Way.CALLED_BACK, is_real=True, directory="the directory", spoken_to="the registry")


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({}, []),
        ({"legal_basis": " "}, ["legal_basis"]),
        ({"reasons": ""}, ["reasons"]),
        ({"locations": (), "items": ()}, ["location", "found"]),
        ({"items": ()}, ["found"]),
        ({"redress": ""}, ["redress"]),
        ({"answer_to": ""}, ["answer_to"]),
        ({"territory": frozenset()}, ["territory"]),
        ({"territory": frozenset(), "wish": Wish.REMOVE}, []),
        ({"is_readable": False}, ["language"]),
        ({"language": ""}, ["language"]),
        ({"kind": OrderKind.REMOVAL_NOTICE, "country": "AU", "redress": "", "answer_to": ""}, []),
        ({"kind": OrderKind.INFORMATION, "wish": Wish.TELL, "items": (), "territory": frozenset()}, []),
        ({"kind": OrderKind.EMERGENCY, "wish": Wish.TELL, "legal_basis": "", "items": ()}, ["legal_basis"]),
    ],
)
def test_each_element_that_is_missing_is_named(fields: dict[str, object], lacks: list[str]) -> None:
    """By the articles of the regulation; a notice from outside the EU is asked for what is needed to act on it."""
    assert [each.id for each in missing(replace(WHOLE, **fields))] == lacks  # type: ignore[arg-type]  # of any field


@pytest.mark.parametrize(
    "fields",
    [{"authority": " "}, {"reference": ""}, {"wish": Wish.TELL}, {"country": "Germany"}, {"country": "de"},
     {"territory": frozenset({"EU1"})}],
)  # fmt: skip
def test_what_nobody_could_answer_is_no_order(fields: dict[str, object]) -> None:
    """Of nobody, of no country, or wanting what its kind cannot."""
    with pytest.raises(BadInput):
        replace(WHOLE, **fields)  # type: ignore[arg-type]  # of any field


def test_the_receipt_asks_for_each_missing_element_by_its_source() -> None:
    """Never a silent refusal."""
    letter = letter_of_receipt(replace(WHOLE, redress="", answer_to=""))
    assert (
        "how the provider and the recipient can seek redress (Regulation (EU) 2022/2065, Article 9(2)(a)(v))" in letter
    )
    assert "Article 9(2)(a)(vi)" in letter
    assert "missing" not in letter_of_receipt(WHOLE)


def test_the_statement_of_effect_says_when_and_where_and_names_nobody() -> None:
    """Whether and when effect was given, and whether the recipient knows."""
    done = replace(Progress(OrderState.EFFECTIVE, REAL), effect_at=AT + timedelta(hours=2))
    letter = letter_of_effect(WHOLE, done)
    assert "withheld in DE" in letter
    assert "2026-03-02 11:00 UTC" in letter
    assert "itm_1" not in letter
    assert "lakes.example" not in letter
    declined = letter_of_effect(WHOLE, Progress(OrderState.DECLINED), "the address leads elsewhere")
    assert "gave no effect" in declined
    assert "the address leads elsewhere" in declined


def other(**fields: object) -> Order:
    """Return another order about the same item."""
    return replace(WHOLE, id=OrderId("ord_2"), reference="8 O 2/26", **fields)  # type: ignore[arg-type]  # of any field


RESTORE = replace(WHOLE, wish=Wish.RESTORE)
ITEM = frozenset({ItemId("itm_1")})


@pytest.mark.parametrize(
    ("order", "others", "named", "kinds"),
    [
        (WHOLE, [], Named(), []),
        (WHOLE, [other()], Named(), ["same"]),
        (WHOLE, [other(territory=frozenset({"AT"}))], Named(), ["another_scope"]),
        (WHOLE, [other(wish=Wish.RESTORE)], Named(), ["opposite"]),
        (WHOLE, [other(items=(ItemId("itm_2"),))], Named(), []),
        (WHOLE, [other(kind=OrderKind.INFORMATION, wish=Wish.TELL)], Named(), []),
        (WHOLE, [other(kind=OrderKind.PRESERVATION, wish=Wish.KEEP)], Named(), []),
        (replace(WHOLE, wish=Wish.REMOVE), [other(kind=OrderKind.PRESERVATION, wish=Wish.KEEP)], Named(),
         ["also_kept", "beyond_country"]),
        (replace(WHOLE, territory=frozenset({"DE", "FR"})), [], Named(), ["beyond_country"]),
        (RESTORE, [], Named(), []),
        (RESTORE, [], Named(sealed=ITEM), ["restores_sealed"]),
        (RESTORE, [], Named(sealed=ITEM, protected=ITEM), ["restores_protected"]),
        (RESTORE, [other()], Named(protected=ITEM), ["restores_protected", "opposite"]),
        (replace(WHOLE, items=(), accounts=(AccountId("acc_1"),)),
         [other(items=(), accounts=(AccountId("acc_1"),), wish=Wish.RESTORE)], Named(), ["opposite"]),
    ],
)  # fmt: skip
def test_what_an_order_meets_is_found(order: Order, others: list[Order], named: Named, kinds: list[str]) -> None:
    """Other orders about the same, what is sealed, and how far it reaches."""
    met = conflicts_of(order, [(each, Progress()) for each in others], named)
    assert [each.kind for each in met] == kinds


def test_orders_that_are_over_or_false_are_met_no_more() -> None:
    """A false order contradicts nobody."""
    for state in (OrderState.FALSE, OrderState.DECLINED, OrderState.WITHDRAWN):
        assert conflicts_of(WHOLE, [(other(wish=Wish.RESTORE), Progress(state))], Named()) == ()
    assert [
        each.kind for each in conflicts_of(WHOLE, [(other(wish=Wish.RESTORE), Progress(OrderState.EFFECTIVE))], Named())
    ]


orders = st.builds(
    lambda kind, at, items, territory, country: replace(
        WHOLE, id=OrderId(f"ord_{at}"), kind=kind, wish=WISHES[kind][at % len(WISHES[kind])],
        items=tuple(sorted(items)), territory=territory, country=country,
    ),
    st.sampled_from(OrderKind), st.integers(0, 9), st.frozensets(st.sampled_from([ItemId("itm_1"), ItemId("itm_2")])),
    st.frozensets(st.sampled_from(["DE", "FR", "AT"])), st.sampled_from(["DE", "FR"]),
)  # fmt: skip
nameds = st.builds(
    Named, st.frozensets(st.just(ItemId("itm_1"))), st.frozensets(st.sampled_from([ItemId("itm_1"), ItemId("itm_2")]))
)


@given(orders, st.lists(orders, max_size=4), nameds)
def test_whoever_wants_back_what_protects_a_child_is_always_refused(
    order: Order, others: list[Order], named: Named
) -> None:
    """P2: and nothing else is refused for ever; the order of the others never matters."""
    met = conflicts_of(order, [(each, Progress()) for each in others], named)
    is_against = order.wish is Wish.RESTORE and bool(set(order.items) & (named.protected | named.sealed))
    assert any(each.weight is Weight.NEVER for each in met) == is_against
    again = conflicts_of(order, [(each, Progress()) for each in reversed(others)], named)
    assert sorted(map(str, met)) == sorted(map(str, again))


@given(orders, orders)
def test_two_orders_meet_each_other_alike(one: Order, two: Order) -> None:
    """What one meets in the other, the other meets in it."""
    two = replace(two, id=OrderId("ord_other"))
    between = {ConflictKind.OPPOSITE, ConflictKind.ANOTHER_SCOPE, ConflictKind.SAME, ConflictKind.ALSO_KEPT}
    there = [each.kind for each in conflicts_of(one, [(two, Progress())], Named()) if each.kind in between]
    back = [each.kind for each in conflicts_of(two, [(one, Progress())], Named()) if each.kind in between]
    assert there == back


def step(progress: Progress, kind: StepKind) -> Progress:
    """Return what a step comes to."""
    at = AT + timedelta(hours=1)
    if kind in {StepKind.VERIFIED, StepKind.DENIED}:
        return verified(progress, replace(REAL, is_real=kind is StepKind.VERIFIED))
    if kind is StepKind.EFFECT:
        return effective(WHOLE, progress, at, decisions=(DecisionId("dec_1"),), hold=None)
    if kind is StepKind.DELAYED:
        return delayed(progress, at + timedelta(days=1), "§ 101", at)
    if kind in {StepKind.DECLINED, StepKind.WITHDRAWN}:
        return ended(progress, kind)
    return stamped(progress, kind, at)


@given(st.lists(st.sampled_from([each for each in StepKind if each is not StepKind.RECEIVED]), max_size=12))
def test_nothing_is_done_for_an_order_that_nobody_verified(kinds: list[StepKind]) -> None:
    """Whatever is tried in whatever order: no effect without a call-back, nothing after a false one."""
    progress = Progress()
    for kind in kinds:
        before = progress
        try:
            progress = step(progress, kind)
        except OrderMoved:
            continue
        assert before.state in FROM[kind]
        assert before.state is not OrderState.FALSE
    if progress.effect_at is not None or progress.decisions:
        assert progress.verification is not None
        assert progress.verification.is_real
    if progress.verification is not None and not progress.verification.is_real:
        assert (progress.state, progress.effect_at, progress.informed_at) == (OrderState.FALSE, None, None)


@pytest.mark.parametrize("fields", [{"directory": " "}, {"spoken_to": ""}])
def test_a_call_back_says_where_the_number_is_from_and_who_answered(fields: dict[str, str]) -> None:
    """A number from the letter proves nothing."""
    with pytest.raises(BadInput):
        verified(Progress(), replace(REAL, **fields))  # type: ignore[arg-type]  # of any field


@pytest.mark.parametrize(
    ("fields", "waived", "place"),
    [
        ({}, "", None),
        ({"redress": ""}, "", "despite"),
        ({"redress": ""}, "known from the law", None),
        ({"items": ()}, "we act all the same", "found"),
        ({"territory": frozenset()}, "all of it", "territory"),
    ],
)
def test_what_nobody_can_act_without_is_not_waived(fields: dict[str, object], waived: str, place: str | None) -> None:
    """The rest is, with a reason."""
    order = replace(WHOLE, **fields)  # type: ignore[arg-type]  # of any field
    if place is None:
        refuse_incomplete(order, waived)
        return
    with pytest.raises(BadInput) as refused:
        refuse_incomplete(order, waived)
    assert refused.value.place == place


def test_information_about_people_takes_two() -> None:
    """Danger and whoever works alone excepted; what only hides something can be undone."""
    asks = replace(WHOLE, kind=OrderKind.INFORMATION, wish=Wish.TELL)
    progress = Progress(OrderState.VERIFIED, REAL)
    with pytest.raises(BadInput):
        refuse_alone(asks, progress, "per_1", is_solo=False)
    refuse_alone(asks, progress, "per_2", is_solo=False)
    refuse_alone(asks, progress, "per_1", is_solo=True)
    refuse_alone(replace(asks, kind=OrderKind.EMERGENCY), progress, "per_1", is_solo=False)
    refuse_alone(WHOLE, progress, "per_1", is_solo=False)


def test_effect_is_shown_by_a_decision_or_a_hold() -> None:
    """Nobody says that it was done where nothing was."""
    progress, keep = Progress(OrderState.VERIFIED, REAL), replace(WHOLE, kind=OrderKind.PRESERVATION, wish=Wish.KEEP)
    for order in (WHOLE, keep):
        with pytest.raises(TutelaError):
            effective(order, progress, AT, decisions=(), hold=None)
    assert effective(keep, progress, AT, decisions=(), hold=HoldId("hld_1")).hold_id == "hld_1"


def test_every_element_has_a_name_of_its_own() -> None:
    """A place in an answer is one element."""
    assert len({each.id for each in ELEMENTS}) == len(ELEMENTS)
