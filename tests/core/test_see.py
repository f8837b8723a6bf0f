"""What a viewer may see: a join that never depends on order, on the clock of a job, or on what was asked before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import strategies as make
from core.sight import (
    AUTHOR,
    FRANCE,
    GERMANY,
    SURFACES,
    UNKNOWN,
    WHO,
    asked,
    classes,
    in_force,
    in_sight,
    measures,
    moments,
    places,
    surfaces,
    verdicts,
    without_causes,
)
from core.strategies import NOW
from tutela.core.measures import MeasureKind, Subject
from tutela_client.in_force import Holdings, InForce
from tutela_client.memo import Memo
from tutela_client.scope import Scope
from tutela_client.see import CLEAR, Seen, see, see_account, see_all
from tutela_client.table import STRICTEST, EffectTable, shipped_source, shipped_table
from tutela_client.verdict import Exposure, Verdict
from tutela_client.viewer import CLASSES, Choice, Viewer

OWN_TABLE = EffectTable(shipped_source())
"""One that is asked here only, and forgets when it is told."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


# ---------------------------------------------------------------------------------------------------------- the join


@given(verdicts, verdicts, verdicts)
def test_a_verdict_joins_in_any_order_and_grouping(a: Verdict, b: Verdict, c: Verdict) -> None:
    """Commutative, associative, idempotent, with nothing in force as the neutral one."""
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(a) == a
    assert a.join(CLEAR) == a


@given(verdicts, verdicts)
def test_a_join_never_shows_more_than_either(a: Verdict, b: Verdict) -> None:
    """No component is ever weakened by another measure."""
    joined = a.join(b)

    assert joined.shows_no_more_than(a)
    assert joined.shows_no_more_than(b)


@given(held=measures, more=in_force(), is_published=st.booleans(), viewer=classes, surface=surfaces, now=moments)
def test_another_measure_never_shows_more(
    held: list[InForce], more: InForce, viewer: str, surface: str, now: datetime, *, is_published: bool
) -> None:
    """Also not a scheduled one or one that is over, not on the account, and not on what nobody published."""
    item = in_sight(viewer, held, is_published=is_published)
    before = asked(viewer, surface, item, now=now)
    on_item = replace(item, own=Holdings([*held, more], NOW))
    on_account = replace(item, by_author=Holdings([more], NOW))

    assert asked(viewer, surface, on_item, now=now).shows_no_more_than(before)
    assert asked(viewer, surface, on_account, now=now).shows_no_more_than(before)


@given(measures, classes, surfaces, st.randoms())
def test_the_order_of_measures_never_matters(held: list[InForce], viewer: str, surface: str, random: Any) -> None:
    """The database may return them as it likes, and twice."""
    shuffled = random.sample(held, len(held))

    assert see(viewer, surface, shuffled, now=NOW) == see(viewer, surface, held, now=NOW)
    assert see(viewer, surface, [*held, *held], now=NOW) == see(viewer, surface, held, now=NOW)
    assert asked(viewer, surface, in_sight(viewer, shuffled)) == asked(viewer, surface, in_sight(viewer, held))


@given(measures, measures, classes, surfaces)
def test_reversing_a_decision_restores_exactly_the_rest(
    rest: list[InForce], reversed_: list[InForce], viewer: str, surface: str
) -> None:
    """What another decision holds stays, and nothing of the reversed one is left behind, in the memo neither."""
    before = asked(viewer, surface, in_sight(viewer, rest))
    asked(viewer, surface, in_sight(viewer, [*rest, *reversed_]))

    assert asked(viewer, surface, in_sight(viewer, rest)) == before
    assert before == without_causes(see(viewer, surface, rest, now=NOW, countries=FRANCE))


# -------------------------------------------------------------------------------------------------------------- time


def by_history(held: list[InForce], now: datetime) -> list[InForce]:
    """Return what a job that started and ended measures on time would have left in force at *now*."""
    kept: list[int] = []
    changes = sorted(
        (when, is_start, number)
        for number, each in enumerate(held)
        for when, is_start in ((each.starts_at, True), (each.ends_at, False))
        if when is not None and when <= now
    )
    for _, is_start, number in changes:
        if is_start:
            kept.append(number)
        else:
            kept.remove(number)
    return [replace(held[number], starts_at=LONG_AGO, ends_at=None) for number in kept]


@given(measures, moments, moments, classes, surfaces)
def test_expiry_at_reading_equals_expiry_by_history(
    held: list[InForce], made: datetime, now: datetime, viewer: str, surface: str
) -> None:
    """However long ago the holdings were read, also when the clock was set back since."""
    left = by_history(held, now)
    history = without_causes(see(viewer, surface, left, now=now, countries=FRANCE))
    read = asked(viewer, surface, in_sight(viewer, held, made=made), now=now)

    assert replace(read, valid_until=None) == history


@given(measures, moments, moments, moments, classes, surfaces)
def test_a_verdict_stays_true_until_it_says_so(
    held: list[InForce], made: datetime, now: datetime, later: datetime, viewer: str, surface: str
) -> None:
    """`valid_until` is the next start or end, and until then a cached answer is the right one."""
    item = in_sight(viewer, held, made=made)
    first = asked(viewer, surface, item, now=now)
    changes = [when for m in held for when in (m.starts_at, m.ends_at) if when is not None and when > now]

    assert first.valid_until == min(changes, default=None)
    if later >= now and (first.valid_until is None or later < first.valid_until):
        assert asked(viewer, surface, item, now=later) == first


def test_a_measure_ends_at_the_very_moment_it_names() -> None:
    """`starts_at <= now < ends_at`."""
    end, tick = NOW + timedelta(hours=1), timedelta(microseconds=1)
    item = in_sight("other_adult", [InForce("msr_1", "hold", NOW, end)])
    exposures = [asked("other_adult", "feed", item, now=now).exposure for now in (NOW - tick, NOW, end - tick, end)]

    assert exposures == [Exposure.SHOW, Exposure.ABSENT, Exposure.ABSENT, Exposure.SHOW]
    assert asked("other_adult", "feed", item, now=NOW - tick).valid_until == NOW
    assert asked("other_adult", "feed", item, now=end) == CLEAR


def test_a_measure_reads_the_same_for_the_server_and_for_a_client() -> None:
    """One evaluator, two hosts: kind, times, scope, clause and decision pass over unchanged."""
    measure = make.measure(MeasureKind.HOLD, Subject.item(make.ITEM), ends_at=NOW + timedelta(hours=2))
    reader = measure.for_reader()

    assert (reader.kind, reader.scope, reader.clause) == (measure.kind, measure.scope, measure.clause_id)
    for hours in (-2, -1, 0, 1, 2, 3):
        at = NOW + timedelta(hours=hours)
        assert reader.holds_at(at) == measure.holds_at(at)


# ---------------------------------------------------------------------------------------------------------- the memo


@given(st.tuples(measures, measures, measures), moments, places, classes, surfaces)
def test_what_was_answered_before_never_changes_an_answer(
    parts: tuple[list[InForce], ...], now: datetime, where: frozenset[str], viewer: str, surface: str
) -> None:
    """Asked the first time of a fresh table, the second time, of a table that answered much, and joined by hand."""
    who = replace(WHO[viewer][0], countries=where)
    item = Seen("post-1", AUTHOR, WHO[viewer][1], *(Holdings.of(each, NOW) for each in parts))
    OWN_TABLE.memo, by_hand = Memo(), CLEAR
    for each, as_class in zip(parts, (viewer, viewer, who.class_for(None)), strict=True):
        by_hand = by_hand.join(see(as_class, surface, each, now=now, countries=where))
    if not all(OWN_TABLE.is_open(each.kind) for part in parts for each in part if each.holds_at(now)):
        by_hand = replace(by_hand, reasons=frozenset())  # beside what is sealed no reason is told

    first, second, much = (
        see_all(who, surface, [item], now=now, table=table)[0] for table in (OWN_TABLE, OWN_TABLE, shipped_table())
    )
    assert first == second == much == without_causes(by_hand)
    assert see_all(who, surface, [item], now=now, is_explained=True)[0] == by_hand


def test_the_memo_is_bounded_whatever_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of surfaces that callers make up fill nothing, and ends that are all different push each other out."""
    monkeypatch.setattr("tutela_client.memo.MAX_VERDICTS", 8)
    monkeypatch.setattr("tutela_client.memo.MAX_JOINS", 8)
    table = EffectTable(shipped_source())
    for number in range(50):
        end = NOW + timedelta(minutes=1 + number)
        held = Holdings([InForce("msr_1", "cover", NOW, end)], NOW)
        more = Holdings([InForce("msr_2", "withhold", NOW, end, Scope(countries=GERMANY))], NOW)
        item = Seen("post-1", AUTHOR, own=held, by_author=more)
        verdict = see_all(WHO["other_adult"][0], f"surface-{number}", [item], now=NOW, table=table)[0]
        assert verdict.valid_until == end

    assert len(table.memo) <= 2 * 8 * len(CLASSES) + 8


def test_things_on_which_the_same_holds_share_one_verdict() -> None:
    """The same value, not an equal one: that is what makes a page of a thousand items cheap."""
    page = [
        Seen(f"post-{number}", AUTHOR, own=Holdings([InForce(f"msr_{number}", "cover", NOW)], NOW))
        for number in range(5)
    ]
    first, *others = see_all(WHO["other_adult"][0], "feed", page, now=NOW)

    assert all(each is first for each in others)
    assert Memo().joined(first, CLEAR) is first


# -------------------------------------------------------------------------------------------------------- explaining


def test_an_explanation_names_each_measure_that_acted_and_its_row() -> None:
    """One that does nothing to sight, is over, or does not reach here did not act."""
    held = [
        InForce("msr_1", "limit_reach", LONG_AGO),
        InForce("msr_2", "warn", LONG_AGO),
        InForce("msr_3", "hold", LONG_AGO, NOW),
        InForce("msr_4", "withhold", LONG_AGO, scope=Scope(countries=GERMANY)),
        InForce("msr_5", "cover", LONG_AGO),
    ]
    verdict = asked("follower_adult", "explore", in_sight("follower_adult", held), is_explained=True)

    assert {(each.measure, each.row) for each in verdict.causes} == {
        ("msr_1", "kinds.limit_reach.follower.recommendations"),
        ("msr_5", "kinds.cover.everyone.*"),
    }
    assert verdict.because == {"msr_1", "msr_5"}
    assert asked("follower_adult", "explore", in_sight("follower_adult", held)).causes == frozenset()


def test_an_explanation_names_also_what_no_measure_says() -> None:
    """A block, a viewer's own choice, an item that nobody published; and the unknown, which no row answers."""
    blocked = Seen("post-1", AUTHOR, "blocked", is_published=False)
    hides = replace(WHO["other_adult"][0], choices=(Choice("hide_item", "post-1"),))
    verdict = see_all(hides, "feed", [blocked], now=NOW, is_explained=True)[0]
    unknown = asked("staff", UNKNOWN, in_sight("staff", [InForce("msr_1", "exclude", NOW)]), is_explained=True)

    assert {each.row for each in verdict.causes} == {"relation.blocked", "item.not_published", "choice.hide_item"}
    assert verdict.because == frozenset()
    assert {each.row for each in unknown.causes} == {"kinds.exclude.*.*"}


@given(measures, classes, surfaces)
def test_explaining_never_changes_an_answer(held: list[InForce], viewer: str, surface: str) -> None:
    """It only adds what acted."""
    item = in_sight(viewer, held)

    assert without_causes(asked(viewer, surface, item, is_explained=True)) == asked(viewer, surface, item)


# ------------------------------------------------------------------------------------------------------- containment


@given(measures, measures, measures, st.sampled_from(CLASSES), surfaces)
def test_a_carrier_shows_no_more_than_what_it_carries(
    own: list[InForce], by_author: list[InForce], inside: list[InForce], viewer: str, surface: str
) -> None:
    """Quote, repost and preview, seen by whoever may see more of what is inside: the author of it as well."""
    quoting = Seen("quote-1", "zoe", "none", Holdings.of(own, NOW), None, Holdings.of([*by_author, *inside], NOW))
    quoted = in_sight(viewer, inside, by_author=Holdings.of(by_author, NOW))

    assert asked(viewer, surface, quoting).shows_no_more_than(asked(viewer, surface, quoted))
    assert asked(viewer, surface, quoting).shows_no_more_than(asked(viewer, surface, replace(quoting, inside=None)))


def test_a_quote_does_not_carry_an_item_beyond_its_followers() -> None:
    """The viewer follows the author of the quoted item, and still sees it only where its author has followers."""
    inside = Holdings([InForce("msr_1", "limit_reach", NOW)], NOW)
    quote = Seen("quote-1", "zoe", "follower", inside=inside)

    assert asked("follower_adult", "feed", quote).exposure is Exposure.ABSENT
    assert asked("author", "feed", replace(quote, author=AUTHOR)).exposure is Exposure.ABSENT


# ------------------------------------------------------------------------------------------------ who looks, and where


def test_a_viewer_is_author_only_of_what_is_theirs() -> None:
    """An anonymous viewer is nobody's author, also not of an item without one; staff are staff everywhere."""
    assert Viewer("ann").class_for("ann") == "author"
    assert Viewer("ann").class_for("ben") == "other_minor"
    assert Viewer().class_for(None) == "other_minor"
    assert Viewer("ann", "adult").class_for("ben", "follower") == "follower_adult"
    assert Viewer("ann", "adult").class_for("ben", "an-old-friend") == "other_adult"
    assert Viewer("ann", is_staff=True).class_for("ann", "author") == "staff"


@pytest.mark.parametrize("age", ["unknown", "under_13", "13_15", "16_17", "", "Adult"])
def test_whoever_is_not_known_to_be_an_adult_is_a_minor(age: str) -> None:
    """A word that nobody defined is no proof of age."""
    assert Viewer("ann", age).class_for("ben") == "other_minor"
    assert Viewer("ann", age).class_for("ben", "follower") == "follower_minor"


def test_a_blocked_account_sees_nothing_of_the_other() -> None:
    """Whichever of both blocked, the account itself included; staff do their work."""
    blocked = Seen("post-1", AUTHOR, "blocked")

    assert asked("other_adult", "detail", blocked).exposure is Exposure.ABSENT
    assert see_account(WHO["other_adult"][0], "feed", blocked, now=NOW).exposure is Exposure.ABSENT
    assert asked("staff", "detail", blocked) == CLEAR


@pytest.mark.parametrize("viewer", CLASSES)
def test_what_nobody_published_is_absent_for_everybody(viewer: str) -> None:
    """Whatever is in force besides: a notice may say more, the item is not there."""
    for kind in (None, "remove", "limit_reach", "warn"):
        item = in_sight(viewer, [InForce("msr_1", kind, NOW)] if kind else [], is_published=False)
        for surface in SURFACES:
            assert asked(viewer, surface, item).shows_no_more_than(STRICTEST)


@given(measures, surfaces)
def test_a_minor_and_a_stranger_never_see_more(held: list[InForce], surface: str) -> None:
    """Than an adult, than a follower, than the author: in every mixture of measures."""
    sight = {viewer: asked(viewer, surface, in_sight(viewer, held)) for viewer in CLASSES}

    for less, more in (
        ("other_minor", "other_adult"),
        ("follower_minor", "follower_adult"),
        ("other_minor", "follower_minor"),
        ("other_adult", "follower_adult"),
        ("other_adult", "author"),
    ):
        assert sight[less].shows_no_more_than(sight[more])


@given(measures, classes, st.sampled_from(sorted(shipped_table().surfaces)))
def test_an_unknown_surface_is_as_strict_as_the_strictest(held: list[InForce], viewer: str, surface: str) -> None:
    """A platform that invents a surface shows less there, never more."""
    assert asked(viewer, UNKNOWN, in_sight(viewer, held)).shows_no_more_than(
        asked(viewer, surface, in_sight(viewer, held))
    )


# ------------------------------------------------------------------------------------------------- what authors learn


def test_an_author_learns_the_clause_and_decision_of_an_open_measure() -> None:
    """And nobody else does (P8)."""
    held = [InForce("msr_1", "limit_reach", NOW, clause="house.rule", decision="dec_1")]
    told = {viewer: asked(viewer, "feed", in_sight(viewer, held)).reasons for viewer in CLASSES}

    assert {(reason.clause, reason.decision) for reason in told.pop("author")} == {("house.rule", "dec_1")}
    assert set(told.values()) == {frozenset()}


@pytest.mark.parametrize("kind", ["hold", "quarantine", "block_media", "lock_pending_decision", "a_kind_of_tomorrow"])
def test_an_author_learns_no_reason_beside_what_is_sealed(kind: str) -> None:
    """One decision under one clause seals and excludes: the reason of the one would tell the other's."""
    held = [InForce(f"msr_{each}", each, NOW, clause="cse.depiction") for each in (kind, "remove", "exclude", "no_ads")]
    told = [asked("author", surface, in_sight("author", held)) for surface in SURFACES]

    assert {verdict.reasons for verdict in told} == {frozenset()}


def test_a_seal_on_the_item_silences_the_reason_on_the_account() -> None:
    """Both come from one decision: whatever part a reason is on, it would tell the seal's."""
    sealed = Holdings([InForce("msr_1", "quarantine", NOW, clause="cse.depiction")], NOW)
    reach = Holdings([InForce("msr_2", "limit_reach", NOW, clause="cse.depiction", decision="dec_1")], NOW)

    assert asked("author", "feed", Seen("post-1", AUTHOR, own=sealed, by_author=reach)).reasons == frozenset()
    assert asked("author", "feed", Seen("post-1", AUTHOR, by_author=reach)).reasons


def test_what_is_absent_carries_no_ads_earns_nothing_and_is_not_opened() -> None:
    """By a scope, by a block, by the table: however it came to be absent."""
    scoped = [InForce("msr_1", "limit_reach", NOW, scope=Scope(surfaces=frozenset({"feed"})))]
    told = [
        asked("follower_adult", "feed", in_sight("follower_adult", scoped)),
        asked("other_adult", "feed", Seen("post-1", AUTHOR, "blocked")),
        asked("other_adult", "feed", in_sight("other_adult", [InForce("msr_1", "limit_reach", NOW)])),
    ]

    assert {replace(verdict, notices=frozenset()) for verdict in told} == {STRICTEST}


@pytest.mark.parametrize("kind", ["exclude", "no_ads", "no_payout"])
def test_what_a_suspicion_brings_tells_no_reason_by_itself(kind: str) -> None:
    """A machine sets these while nobody has looked yet; the statement tells it, when it may be told."""
    held = [InForce("msr_1", kind, NOW, clause="cse.depiction")]

    assert asked("author", UNKNOWN, in_sight("author", held)).reasons == frozenset()
    assert asked("author", "feed", in_sight("author", held)).notices == frozenset()


# ------------------------------------------------------------------------------------------------- a viewer's choices

choices = st.lists(
    st.builds(
        Choice,
        st.sampled_from(("hide_item", "mute_account", "mute_word", "mute_tag", "cover_sensitive", "of_tomorrow")),
        st.sampled_from(("post-1", AUTHOR, "morning", "sky", "")),
        st.none() | moments,
    ),
    max_size=3,
)


@given(choices, measures, moments, classes, surfaces)
def test_a_choice_only_hides_more(
    chosen: list[Choice], held: list[InForce], now: datetime, viewer: str, surface: str
) -> None:
    """Whatever it is, whenever it ends, whatever else is in force."""
    who = WHO[viewer][0]
    item = in_sight(viewer, held, text="Good morning", tags=frozenset({"Sky"}), is_sensitive=True)
    plain = see_all(who, surface, [item], now=now)[0]
    verdict = see_all(replace(who, choices=tuple(chosen)), surface, [item], now=now)[0]

    assert verdict.shows_no_more_than(plain)
    assert verdict.notices >= plain.notices
    if not any(choice.holds_at(now) for choice in chosen):
        assert verdict == plain


def chosen(choice: Choice, surface: str = "feed", viewer: str = "other_adult", **more: Any) -> Verdict:
    """Return what a viewer with one choice sees of Ada's item."""
    item = in_sight(viewer, [], **{"text": "Good morning", "tags": frozenset({"Sky"}), "is_sensitive": True, **more})
    return see_all(replace(WHO[viewer][0], choices=(choice,)), surface, [item], now=NOW)[0]


@pytest.mark.parametrize(
    ("choice", "exposure", "notice"),
    [
        (Choice("hide_item", "post-1"), Exposure.ABSENT, "hidden_by_you"),
        (Choice("mute_account", AUTHOR), Exposure.ABSENT, "muted_by_you"),
        (Choice("mute_word", "MORNING"), Exposure.ABSENT, "muted_by_you"),
        (Choice("mute_tag", "sky"), Exposure.ABSENT, "muted_by_you"),
        (Choice("cover_sensitive"), Exposure.COVER, "covered_by_you"),
    ],
)
def test_a_viewer_hides_mutes_and_covers(choice: Choice, exposure: Exposure, notice: str) -> None:
    """In a feed; never of one's own, never where an appeal is made, and staff do their work."""
    verdict = chosen(choice)

    assert (verdict.exposure, verdict.notices) == (exposure, {notice})
    assert chosen(choice, viewer="author") == CLEAR
    assert chosen(choice, viewer="staff") == CLEAR
    assert chosen(choice, "author_appeal") == CLEAR


@pytest.mark.parametrize("kind", ["mute_account", "mute_word", "mute_tag"])
@pytest.mark.parametrize("surface", ["profile", "permalink", "direct_message"])
def test_what_is_muted_is_there_for_who_looks_for_it(kind: str, surface: str) -> None:
    """A mute is no block: the page and the messages of a muted account can be opened."""
    value = {"mute_account": AUTHOR, "mute_word": "morning", "mute_tag": "sky"}[kind]

    assert chosen(Choice(kind, value), surface) == CLEAR


def test_a_choice_ends_by_itself_and_bounds_only_what_it_changes() -> None:
    """A verdict that the choice did not change is not worth asking again."""
    until = NOW + timedelta(hours=1)
    mute = Choice("mute_word", "morning", until)

    assert chosen(mute).valid_until == until
    assert chosen(mute, text="Good night") == CLEAR
    assert chosen(replace(mute, ends_at=NOW)) == CLEAR


@pytest.mark.parametrize(
    ("word", "text", "is_muted"),
    [
        ("art", "Modern ART, and more", True),
        ("art", "A party", False),
        ("new york", "New\nYork!", True),
        ("new york", "a new yorker", False),
        ("café", "Cafe\u0301 au lait", True),
        ("straße", "STRASSE", True),
        ("c++", "learning C++ today", True),
        ("c++", "learning C today", False),
        ("#sky", "look: #sky", True),
        ("\u2600", "all \u2600 day", True),
        ("桜", "今日は桜が咲いた", True),
        ("나무", "나무가 많다", True),
        ("หมา", "ฉันมีหมาสองตัว", True),
        (".*", "anything", False),
        ("   ", "!!!", False),
        ("", "anything", False),
    ],
)
def test_a_muted_word_is_a_whole_word_where_spaces_say_what_one_is(word: str, text: str, *, is_muted: bool) -> None:
    """The same letter is one letter however it was typed; what has no words at its edge is found wherever it is."""
    assert (chosen(Choice("mute_word", word), text=text).exposure is Exposure.ABSENT) is is_muted


# --------------------------------------------------------------------------------------------------- an account itself


@pytest.mark.parametrize(
    ("kind", "surface", "exposure"),
    [
        ("hide_profile", "profile", Exposure.ABSENT),
        ("hide_profile", "feed", Exposure.ABSENT),
        ("limit_reach", "profile", Exposure.SHOW),
        ("limit_reach", "search", Exposure.ABSENT),
        ("exclude", "search", Exposure.ABSENT),
        ("exclude", "feed", Exposure.SHOW),
        ("age_gate", "profile", Exposure.SHOW),
        ("de_emphasise", "search", Exposure.LOWER),
        ("suspend", "profile", Exposure.ABSENT),
        ("lock_pending_decision", "profile", Exposure.SHOW),
        ("protect", "profile", Exposure.SHOW),
        ("warn", UNKNOWN, Exposure.SHOW),
        ("limit_reach", UNKNOWN, Exposure.ABSENT),
    ],
)
def test_an_account_is_seen_by_the_row_of_identity(kind: str, surface: str, exposure: Exposure) -> None:
    """Its page, name and picture; by the surface's own row only where accounts are brought to people."""
    account = Seen(AUTHOR, AUTHOR, by_author=Holdings([InForce("msr_1", kind, NOW)], NOW))

    assert see_account(WHO["other_adult"][0], surface, account, now=NOW).exposure is exposure


def test_a_muted_account_is_not_named_in_a_feed_and_found_when_looked_for() -> None:
    """Its choices go for an account as for its items."""
    mutes = replace(WHO["other_adult"][0], choices=(Choice("mute_account", AUTHOR), Choice("hide_item", AUTHOR)))
    account = Seen(AUTHOR, AUTHOR)

    assert see_account(mutes, "explore", replace(account, id="x"), now=NOW).exposure is Exposure.ABSENT
    assert see_account(mutes, "profile", replace(account, id="x"), now=NOW) == CLEAR
