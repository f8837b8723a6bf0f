"""The standing of an account in words: one row a kind, then what several together say."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import ACCOUNT, NOW, measure, measures
from tutela.core.account_standing import Cover, Lock, StandingWords, Suspension, Withheld, words_of
from tutela.core.measures import ALLOWED_SUBJECTS, Measure, MeasureKind, Subject, SubjectKind
from tutela_client.in_force import Holdings
from tutela_client.may import Deed, Person, may
from tutela_client.scope import Scope
from tutela_client.table import SPREADING, shipped_table
from tutela_client.viewer import Viewer

TABLE = shipped_table()
ME = Subject.account(ACCOUNT)
HOUR = timedelta(hours=1)
ON_ACCOUNTS = sorted(kind for kind, allowed in ALLOWED_SUBJECTS.items() if SubjectKind.ACCOUNT in allowed)
FREE = words_of((), NOW, TABLE)
OUT = {"may_post": False, "may_message": "nobody", "may_advertise": False}
DECISIONS = ("dec_0",)
K = MeasureKind

TOLD: list[tuple[MeasureKind, Scope | None, dict[str, Any]]] = [
    (K.LIMIT_REACH, None, {"reach": "followers_only", "excluded_from": SPREADING}),
    (K.DE_EMPHASISE, None, {"reach": "lowered"}),
    (K.EXCLUDE, None, {"excluded_from": SPREADING, "has_ads": False}),
    (K.EXCLUDE, Scope(surfaces=frozenset({"search"})), {"excluded_from": ("search",)}),
    (K.COVER, Scope(reason="flashing"), {
        "cover": Cover(("flashing",), is_openable=True), "has_ads": False,
        "excluded_from": ("trends", "notifications", "embed", "ads"),
    }),
    (K.COVER, Scope(is_closed=True), {
        "cover": Cover((), is_openable=False), "has_ads": False,
        "excluded_from": ("trends", "notifications", "embed", "ads"),
    }),
    (K.AGE_GATE, None, {"is_age_gated": True}),
    (K.WITHHOLD, Scope(countries=frozenset({"DE", "AT"}), legal_basis="an order"), {
        "hidden_in": (Withheld("AT", ("an order",)), Withheld("DE", ("an order",))),
    }),
    (K.HIDE_PROFILE, None, {"is_profile_hidden": True}),
    (K.BLOCK_POSTING, None, {"may_post": False}),
    (K.BLOCK_MESSAGING, None, {"may_message": "nobody"}),
    (K.BLOCK_MESSAGING, Scope(audience="minors"), {"may_message": "adults_only"}),
    (K.READ_ONLY, None, {**OUT, "is_read_only": True}),
    (K.LOCK_UNTIL_VERIFIED, Scope(verification="phone"), {
        **OUT, "locked": Lock("verification", ("phone",), NOW - HOUR, None, DECISIONS),
    }),
    (K.LOCK_PENDING_DECISION, None, {
        **OUT, "locked": Lock("pending_decision", (), NOW - HOUR, None, DECISIONS), "excluded_from": SPREADING,
        "earning": "escrow", "has_ads": False,
    }),
    (K.PROTECT, None, {"is_protected": True}),
    (K.SUSPEND, None, {
        **OUT, "may_log_in": False, "suspended": Suspension(NOW - HOUR, None, DECISIONS), "reach": "nobody",
        "earning": "escrow", "has_ads": False,
    }),
    (K.NO_ADS, None, {"may_advertise": False, "has_ads": False, "excluded_from": ("ads",)}),
    (K.NO_PAYOUT, None, {"earning": "escrow"}),
    (K.WARN, None, {"warnings": 1}),
]  # fmt: skip


def held(kind: MeasureKind, scope: Scope | None = None, **more: Any) -> Measure:
    """Return a measure on the account, by a person."""
    return measure(kind, ME, is_automated=False, scope=scope, **more)


def test_every_kind_that_can_be_on_an_account_has_a_row_here() -> None:
    """A new kind without words for the platform would be a measure that nobody acts on."""
    assert sorted({kind for kind, *_ in TOLD}) == ON_ACCOUNTS


@pytest.mark.parametrize(("kind", "scope", "told"), TOLD)
def test_each_kind_says_its_own_words_and_no_others(
    kind: MeasureKind, scope: Scope | None, told: dict[str, Any]
) -> None:
    """In force it says them; before its start and after its end it says nothing, but when to ask again."""
    assert words_of([held(kind, scope)], NOW, TABLE) == replace(FREE, **told)
    assert words_of([held(kind, scope, ends_at=NOW)], NOW, TABLE) == FREE
    later = held(kind, scope, starts_at=NOW + HOUR)
    assert words_of([later], NOW, TABLE) == replace(FREE, valid_until=NOW + HOUR)


def test_an_account_on_which_nothing_is_may_do_everything() -> None:
    """The words for most of all accounts."""
    assert (FREE.may_post, FREE.may_message, FREE.may_message_minors) == (True, "everyone", True)
    assert (FREE.reach, FREE.excluded_from, FREE.earning, FREE.has_ads) == ("normal", (), "normal", True)
    assert (FREE.locked, FREE.suspended, FREE.cover, FREE.valid_until) == (None, None, None, None)


def test_a_lock_by_a_decision_goes_before_one_by_a_verification() -> None:
    """Recording the verification would not open the account; both are told."""
    pending = measure(K.LOCK_PENDING_DECISION, ME)
    waiting = [held(K.LOCK_UNTIL_VERIFIED, Scope(verification=each)) for each in ("phone", "age")]

    words = words_of([*waiting, pending], NOW, TABLE)

    assert words.locked == Lock("pending_decision", ("age", "phone"), NOW - HOUR, pending.review_by, DECISIONS)
    assert words_of(waiting, NOW, TABLE).locked == Lock("verification", ("age", "phone"), NOW - HOUR, None, DECISIONS)


@pytest.mark.parametrize(("ends", "until"), [([1, 5], 5), ([1, None], None), ([None], None)])
def test_a_suspension_lasts_as_long_as_the_longest(ends: list[int | None], until: int | None) -> None:
    """One without an end has none, whatever ends beside it."""
    found = [held(K.SUSPEND, ends_at=None if days is None else NOW + timedelta(days=days)) for days in ends]

    suspended = words_of(found, NOW, TABLE).suspended

    assert suspended is not None
    assert suspended.until == (None if until is None else NOW + timedelta(days=until))


def test_nothing_that_is_said_names_a_clause_a_list_or_a_source() -> None:
    """The words are the same whatever it was that was found."""
    one, other = (
        [measure(K.LOCK_PENDING_DECISION, ME, clause), measure(K.EXCLUDE, ME, clause)]  # type: ignore[arg-type]  # any word
        for clause in ("cse.depiction", "house.rule")
    )

    assert words_of(one, NOW, TABLE) == words_of(other, NOW, TABLE)


MINE = st.lists(measures(ME), max_size=5)


@given(MINE)
def test_the_words_and_the_permission_for_each_deed_agree(found: list[Measure]) -> None:
    """What `may` refuses is what the standing says, for everybody who is written to."""
    current = [each for each in found if each.revoked_by is None]
    words = words_of(current, NOW, TABLE)
    by = Holdings.of((each.for_reader() for each in current), NOW)

    def allowed(verb: str, age: str = "adult") -> bool:
        deed = Deed(verb, by=by, person=Person("other", age) if verb == "message" else None)
        return may(Viewer("me"), deed, now=NOW, table=TABLE).is_allowed

    assert words.may_post == allowed("post")
    assert words.may_log_in == allowed("log_in")
    assert words.may_advertise == allowed("advertise")
    assert words.may_message_minors == allowed("message", "16_17") == allowed("message", "unknown")
    assert (words.may_message != "nobody") == allowed("message", "adult")


@given(MINE, measures(ME))
def test_one_measure_more_never_lets_an_account_do_more(found: list[Measure], more: Measure) -> None:
    """In any order, whatever it is."""
    before, after = words_of(found, NOW, TABLE), words_of([*found, more], NOW, TABLE)
    reversed_ = words_of([more, *reversed(found)], NOW, TABLE)

    assert after == reversed_
    assert _freedom(after) <= _freedom(before)


def _freedom(words: StandingWords) -> set[object]:
    """Return all that is free, as a set that only shrinks."""
    reach = ["nobody", "followers_only", "lowered", "normal"]
    audience = ["nobody", "adults_only", "everyone"]
    free = {name for name in ("may_post", "may_log_in", "may_advertise", "has_ads") if getattr(words, name)}
    bound = {
        field.name
        for field in fields(words)
        if field.name in {"is_read_only", "is_profile_hidden", "is_protected", "is_age_gated", "locked", "suspended"}
        and not getattr(words, field.name)
    }
    wide = {("reach", each) for each in reach[: reach.index(words.reach) + 1]}
    heard = {("message", each) for each in audience[: audience.index(words.may_message) + 1]}
    spread = set(SPREADING) - set(words.excluded_from)
    return {*free, *bound, *wide, *heard, *spread, *(["earns"] if words.earning == "normal" else [])}
