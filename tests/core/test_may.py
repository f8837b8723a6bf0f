"""What an account may do: whatever a viewer cannot see cannot be acted on, and the way to be heard is never closed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sight import (
    AUTHOR,
    GERMANY,
    WHO,
    asked,
    classes,
    in_force,
    in_sight,
    measures,
    moments,
    surfaces,
)
from core.strategies import NOW
from tutela.core.measures import MeasureKind
from tutela_client.in_force import Holdings, InForce
from tutela_client.may import CONTACT, YES, Deed, Permission, Person, may
from tutela_client.scope import Scope
from tutela_client.see import Seen, see_account
from tutela_client.table import EffectTable, shipped_source, shipped_table
from tutela_client.verdict import Exposure
from tutela_client.viewer import CLASSES, Viewer

VERBS, ALWAYS = sorted(shipped_table().verbs), sorted(shipped_table().always)
ADULT = Viewer("dee", "adult", frozenset({"FR"}))

verbs = st.sampled_from((*VERBS, "a-verb-of-tomorrow"))
permissions = st.builds(
    Permission, st.booleans(), st.sampled_from(("", "a", "b")), st.none() | moments
).map(lambda each: replace(each, code="" if each.is_allowed else each.code))  # fmt: skip


def holding(kind: str, **scope: object) -> Holdings:
    """Return one measure of *kind*."""
    return Holdings([InForce("msr_1", kind, NOW, scope=Scope(**scope))], NOW)  # type: ignore[arg-type]  # named by the tests


def answer(verb: str, actor: Viewer = ADULT, **deed: object) -> Permission:
    """Return whether *actor* may do it now."""
    return may(actor, Deed(verb, **deed), now=NOW)  # type: ignore[arg-type]  # named by the tests


# ---------------------------------------------------------------------------------------------------------------- laws


@given(permissions, permissions, permissions)
def test_permissions_join_in_any_order_and_grouping(a: Permission, b: Permission, c: Permission) -> None:
    """Whoever is asked first, the answer is the same."""
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(a) == a
    assert a.join(YES) == a


@given(verbs, measures, in_force(), st.sampled_from(("by", "place", "item", "person")), classes, moments)
def test_another_measure_never_allows_more(
    verb: str, held: list[InForce], more: InForce, where: str, viewer: str, now: datetime
) -> None:
    """On who acts, on what is used, on the item, on the other account."""

    def deed(held: list[InForce]) -> Deed:
        holdings = Holdings.of(held, NOW)
        match where:
            case "by":
                return Deed(verb, by=holdings)
            case "place":
                return Deed(verb, places=(holdings,) if holdings else ())
            case "item":
                return Deed(verb, item=in_sight(viewer, held))
        return Deed(verb, person=Person(AUTHOR, "adult", WHO[viewer][1], holdings))

    who = WHO[viewer][0]
    assert may(who, deed([*held, more]), now=now).is_allowed <= may(who, deed(held), now=now).is_allowed


@given(verbs, measures, classes, surfaces, moments)
def test_what_is_hidden_may_not_be_acted_on(
    verb: str, held: list[InForce], viewer: str, surface: str, now: datetime
) -> None:
    """The same table refuses at write time what it hides at read time, and what a verdict disables."""
    item = in_sight(viewer, held)
    verdict = asked(viewer, surface, item, now=now)
    is_hidden = verdict.exposure >= Exposure.PLACEHOLDER or (
        verdict.exposure is Exposure.COVER and not verdict.openable
    )
    allowed = may(WHO[viewer][0], Deed(verb, item=item, surface=surface), now=now)

    if verb not in ALWAYS and (is_hidden or verb in verdict.disabled_actions):
        assert not allowed.is_allowed
        # What nobody registered is refused for good, whatever holds.
        assert allowed.valid_until == (None if allowed.code == "unknown_verb" else verdict.valid_until)


@given(st.sampled_from(sorted(CONTACT)), measures, classes)
def test_an_account_that_is_hidden_cannot_be_contacted(verb: str, held: list[InForce], viewer: str) -> None:
    """Page, name and picture are absent: there is nobody to write to."""
    who, relation = WHO[viewer]
    account = Seen(AUTHOR, AUTHOR, relation, by_author=Holdings.of(held, NOW))
    is_absent = see_account(who, "identity", account, now=NOW).exposure is Exposure.ABSENT
    person = Person(AUTHOR, "adult", relation, account.by_author)

    assert not (is_absent and may(who, Deed(verb, person=person), now=NOW).is_allowed)


@given(st.sampled_from(ALWAYS), measures, measures, classes)
def test_the_way_to_be_heard_is_open_under_every_measure(
    verb: str, by: list[InForce], on_item: list[InForce], viewer: str
) -> None:
    """Report, appeal, help, statements, and one's own: also for the suspended, the blocked, the unknown kind."""
    deed = Deed(
        verb,
        Holdings.of(by, NOW),
        in_sight(viewer, on_item),
        Person(AUTHOR, relation="blocked"),
        (holding("block_network"), holding("a_kind_of_tomorrow")),
    )

    assert may(WHO[viewer][0], deed, now=NOW) == YES


@given(verbs, measures, moments, moments, classes)
def test_a_permission_stays_true_until_it_says_so(
    verb: str, held: list[InForce], now: datetime, later: datetime, viewer: str
) -> None:
    """Until then a kept answer is the right one."""
    deed = Deed(verb, by=Holdings.of(held, NOW), item=in_sight(viewer, held))
    first = may(WHO[viewer][0], deed, now=now)

    if later >= now and (first.valid_until is None or later < first.valid_until):
        assert may(WHO[viewer][0], deed, now=later) == first


# ------------------------------------------------------------------------------------------------------ who acts


@pytest.mark.parametrize("kind", [kind.value for kind in MeasureKind])
def test_each_kind_refuses_what_the_table_says_and_nothing_else(kind: str) -> None:
    """Asked of an account that holds it, and of a thing that does."""
    refused = shipped_table().refuses[kind]

    for verb in VERBS:
        assert answer(verb, by=holding(kind)).is_allowed is (verb not in refused)
        assert answer(verb, places=(holding(kind),)).is_allowed is (verb not in refused)


@pytest.mark.parametrize(
    ("kind", "refused", "allowed"),
    [
        ("block_posting", {"post", "reply", "upload"}, {"read", "message", "react", "follow"}),
        ("block_messaging", {"message", "invite"}, {"post", "read"}),
        ("read_only", {"post", "message", "react", "follow", "edit_profile"}, {"read", "log_in"}),
        ("lock_until_verified", {"read", "post", "withdraw_earnings"}, {"log_in"}),
        ("lock_pending_decision", {"read", "post", "message", "withdraw_earnings"}, {"log_in"}),
        ("suspend", {"read", "post", "message", "log_in"}, set()),
        ("no_payout", {"withdraw_earnings"}, {"post", "read", "advertise"}),
        ("no_ads", {"advertise"}, {"post", "withdraw_earnings"}),
        ("warn", set(), set(VERBS)),
        ("protect", set(), set(VERBS)),
        ("hide_profile", set(), set(VERBS)),
        ("limit_reach", set(), set(VERBS)),
        ("block_device", {"sign_up", "upload"}, {"post", "log_in", "read"}),
        ("block_network", {"sign_up", "upload"}, {"post", "log_in", "read"}),
        ("block_link", {"post", "message", "edit_profile"}, {"read"}),
        ("block_media", {"post", "message", "upload"}, {"read"}),
        ("quarantine", {"post", "message", "upload"}, {"read"}),
    ],
)
def test_each_kind_keeps_its_account_from_the_right_things(kind: str, refused: set[str], allowed: set[str]) -> None:
    """The words of the design, one by one; `protect` and `warn` take nothing away."""
    assert {verb for verb in refused if answer(verb, by=holding(kind)).is_allowed} == set()
    assert {verb for verb in allowed | set(ALWAYS) if not answer(verb, by=holding(kind)).is_allowed} == set()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("hold", "under_review"),
        ("quarantine", "not_available"),
        ("block_media", "not_available"),
        ("a_kind_of_tomorrow", "not_available"),
        ("lock_pending_decision", "locked"),
        ("suspend", "suspended"),
        ("block_posting", "block_posting"),
    ],
)
def test_a_refusal_never_names_what_is_sealed(kind: str, code: str) -> None:
    """A neutral code for the platform's own words."""
    assert answer("post", by=holding(kind)).code == answer("post", places=(holding(kind),)).code == code


def test_a_kind_that_nobody_knows_takes_every_verb() -> None:
    """An older client and a newer server: strict, and no crash."""
    assert {verb for verb in VERBS if answer(verb, by=holding("a_kind_of_tomorrow")).is_allowed} == set(ALWAYS)


def test_a_verb_that_nobody_registered_is_refused() -> None:
    """It might be anything."""
    assert answer("fly") == Permission(is_allowed=False, code="unknown_verb")


def test_a_refusal_ends_with_its_measure_and_one_that_is_scheduled_bounds_a_permission() -> None:
    """Ask again then."""
    end = NOW + timedelta(hours=1)
    now_and_then = Holdings([InForce("msr_1", "block_posting", NOW, end)], NOW)
    scheduled = Holdings([InForce("msr_1", "block_posting", end)], NOW)

    assert (answer("post", by=now_and_then).is_allowed, answer("post", by=now_and_then).valid_until) == (False, end)
    assert (answer("post", by=scheduled).is_allowed, answer("post", by=scheduled).valid_until) == (True, end)
    assert may(ADULT, Deed("post", by=now_and_then), now=end) == YES


# ------------------------------------------------------------------------------------------------ the other account


@pytest.mark.parametrize(("age", "is_allowed"), [("adult", True), ("16_17", False), ("unknown", False)])
def test_messages_may_be_blocked_to_minors_only(age: str, *, is_allowed: bool) -> None:
    """Whoever is not known to be an adult is a minor, also where nobody says who is written to, and in a group."""
    to_minors = holding("block_messaging", audience="minors")
    person = Person("tom", age)

    assert answer("message", by=to_minors, person=person).is_allowed is is_allowed
    assert answer("message", places=(to_minors,), person=person).is_allowed is is_allowed
    assert not answer("message", by=to_minors).is_allowed
    assert not answer("message", by=holding("block_messaging"), person=person).is_allowed


@pytest.mark.parametrize("verb", sorted(CONTACT))
def test_strangers_may_not_contact_who_is_protected(verb: str) -> None:
    """Who follows may, staff may, the account itself may do everything."""
    protected = Person("tom", "13_15", holdings=holding("protect"))

    assert answer(verb, person=protected).code == "action_disabled"
    assert answer(verb, person=replace(protected, relation="follower")).is_allowed
    assert answer(verb, WHO["staff"][0], person=protected).is_allowed
    assert answer(verb, by=holding("protect"), person=Person("zoe", "adult")).is_allowed


@pytest.mark.parametrize(
    ("kind", "is_allowed"),
    [("suspend", False), ("hide_profile", False), ("limit_reach", True), ("read_only", True), ("age_gate", True)],
)
def test_who_cannot_be_seen_cannot_be_written_to(kind: str, *, is_allowed: bool) -> None:
    """Asked by an adult stranger."""
    assert answer("message", person=Person("tom", "adult", holdings=holding(kind))).is_allowed is is_allowed


def test_an_item_of_a_hidden_profile_may_be_answered() -> None:
    """Items stay as their own measures say."""
    person = Person(AUTHOR, "adult", holdings=holding("hide_profile"))
    item = Seen("post-1", AUTHOR, by_author=holding("hide_profile"))

    assert answer("reply", item=item, person=person).is_allowed
    assert not answer("mention", item=item, person=person).is_allowed


def test_of_two_accounts_of_which_one_blocked_the_other_neither_acts() -> None:
    """Except to report."""
    person = Person("tom", "adult", "blocked")

    assert answer("message", person=person).code == "blocked"
    assert answer("react", person=person).code == "blocked"
    assert answer("report", person=person).is_allowed


# ------------------------------------------------------------------------------------------------------------ items


def test_a_cover_may_be_acted_on_where_it_opens() -> None:
    """One that is closed is like a placeholder."""
    item = Seen("post-1", AUTHOR, own=holding("cover"))
    closed = Seen("post-1", AUTHOR, own=holding("cover", is_closed=True))

    assert answer("reply", item=item).is_allowed
    assert answer("reply", item=closed).code == "not_available"
    assert answer("report", item=closed).is_allowed


def test_disabled_actions_are_refused_and_a_report_never_is() -> None:
    """Those of the scope; without one all that can be disabled."""
    some = Seen("post-1", AUTHOR, own=holding("disable_actions", actions=frozenset({"share", "report"})))
    every = Seen("post-1", AUTHOR, own=holding("disable_actions"))

    assert answer("share", item=some).code == "action_disabled"
    assert answer("reply", item=some).is_allowed
    assert answer("report", item=some).is_allowed
    for verb in ("reply", "share", "quote", "react", "save", "copy_link"):
        assert not answer(verb, item=every).is_allowed


def test_what_is_withheld_in_a_country_may_not_be_acted_on_there() -> None:
    """Where the actor is, or may be."""
    item = Seen("post-1", AUTHOR, own=holding("withhold", countries=GERMANY, legal_basis="a law"))

    assert answer("share", item=item).is_allowed
    assert not answer("share", replace(ADULT, countries=GERMANY), item=item).is_allowed
    assert not answer("share", replace(ADULT, countries=frozenset()), item=item).is_allowed


# -------------------------------------------------------------------------------------------------------- explaining


def test_an_explained_refusal_names_all_that_refused() -> None:
    """Measures of the actor with their place in the table, rows of what is seen, and a block."""
    deed = Deed(
        "reply",
        by=Holdings([InForce("msr_1", "block_posting", NOW), InForce("msr_2", "warn", NOW)], NOW),
        item=Seen("post-1", AUTHOR, own=Holdings([InForce("msr_3", "remove", NOW)], NOW)),
        person=Person(AUTHOR, relation="blocked"),
    )
    explained = may(ADULT, deed, now=NOW, is_explained=True)

    assert {(each.measure, each.row) for each in explained.causes} == {
        ("msr_1", "kinds.block_posting.refuses"),
        ("msr_3", "kinds.remove.everyone.detail"),
        ("", "relation.blocked"),
    }
    assert explained.because == {"msr_1", "msr_3"}
    assert may(ADULT, deed, now=NOW) == replace(explained, causes=frozenset())


@pytest.mark.parametrize("viewer", CLASSES)
def test_nothing_in_force_allows_everything(viewer: str) -> None:
    """For each class, of an item and an account."""
    who, relation = WHO[viewer]
    for verb in VERBS:
        item, person = in_sight(viewer, []), Person("tom", "adult", relation)
        assert may(replace(who, account=who.account or "fay"), Deed(verb, item=item, person=person), now=NOW) == YES


# ------------------------------------------------------------------------------------------ several, nobody, own verbs


@pytest.mark.parametrize(
    ("deed", "is_allowed"),
    [
        ({"persons": (Person("a", "adult"), Person("b", "adult"))}, True),
        ({"persons": (Person("a", "adult"), Person("b", "13_15"))}, False),
        ({"persons": (Person("a", "adult"), Person("b"))}, False),
        ({"person": Person("a", "adult"), "persons": (Person("b", "16_17"),)}, False),
        ({"person": Person("a", "adult"), "is_shared": True}, False),
        ({"persons": (Person("a", "adult"),), "is_shared": True}, True),
        ({"is_shared": True}, False),
    ],
)
def test_a_block_for_minors_lets_through_only_what_reaches_nobody_but_known_adults(
    deed: dict[str, object], *, is_allowed: bool
) -> None:
    """In a conversation everybody must be named: who is not might be a child."""
    to_minors = holding("block_messaging", audience="minors")

    assert answer("message", by=to_minors, **deed).is_allowed is is_allowed
    assert answer("message", places=(to_minors,), **deed).is_allowed is is_allowed


def test_one_protected_person_among_several_is_not_reached_by_a_stranger() -> None:
    """Each of those who are named is asked."""
    several = (Person("a", "adult"), Person("b", "13_15", holdings=holding("protect")))

    assert answer("message", persons=several).code == "action_disabled"
    assert answer("message", persons=several[:1]).is_allowed


@pytest.mark.parametrize("verb", VERBS)
def test_without_an_account_one_reads_signs_up_logs_in_and_is_heard(verb: str) -> None:
    """Everything else is done by somebody."""
    told = answer(verb, actor=Viewer())

    assert told.is_allowed is (verb in {"read", "sign_up", "log_in", *ALWAYS})
    assert told.code == ("" if told.is_allowed else "account_needed")


@pytest.mark.parametrize(("kind", "code"), [("protect", "action_disabled"), ("suspend", "not_available")])
def test_a_verb_of_the_platforms_own_is_contact(kind: str, code: str) -> None:
    """What it does nobody here knows: a stranger does it neither to who is protected nor to who is out."""
    source = shipped_source()
    source["verbs"].append("whisper")
    table = EffectTable(source)

    def whisper(held: Holdings | None, relation: str = "none") -> Permission:
        deed = Deed("whisper", person=Person("kid", "13_15", relation, held))
        return may(ADULT, deed, now=NOW, table=table)

    assert whisper(holding(kind)).code == code
    assert whisper(None).is_allowed
    assert whisper(holding(kind), "follower").is_allowed is (kind == "protect")
