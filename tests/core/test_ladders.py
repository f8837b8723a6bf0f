"""Ladders: more strikes never mean less, a first finding may only warn, and time served counts."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies import ACCOUNT, HOUSE, NOW
from core.test_policy import ORDINARY, SHIPPED, read
from tutela.core import policy as p
from tutela.core.ids import AccountId, ClauseId, DecisionId, MeasureId
from tutela.core.ladders import CLIMBED, Ladder, Rung, StrikeRule, next_rung, remaining, rung_for, served, strike_for
from tutela.core.measures import SCOPE_DEMANDED, Measure, MeasureKind, Subject
from tutela.core.policy_file import parse_ordinary
from tutela.core.strikes import Decay, DecayKind, Strike
from tutela.core.units import Duration
from tutela.errors import Misconfigured
from tutela_client.scope import EVERYTHING, Scope

YEAR = Decay(DecayKind.EXPIRES, 365)
HOUSE_LADDER = Ladder(
    "house",
    (
        Rung(2, MeasureKind.BLOCK_POSTING, Duration(days=1)),
        Rung(4, MeasureKind.BLOCK_POSTING, Duration(days=7)),
        Rung(6, MeasureKind.SUSPEND, Duration(days=30)),
    ),
)
assert not set(CLIMBED) & set(SCOPE_DEMANDED)


# ---------------------------------------------------------------------------------------------------------- rungs


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [
        (0, 1, None),
        (0, 2, 2),
        (1, 3, 2),
        (2, 3, None),
        (0, 5, 4),
        (0, 99, 6),
        (5, 7, 6),
        (6, 8, 6),
        (90, 91, 6),
        (2, 2, None),
        (9, 9, None),
    ],
)
def test_the_strictest_rung_that_is_crossed_is_met(before: int, after: int, points: int | None) -> None:
    """And past the last one every further finding meets it again."""
    found = rung_for(HOUSE_LADDER, before, after)

    assert (found and found.points) == points


def test_the_next_rung_is_the_next_above_and_at_the_top_the_last() -> None:
    """What the holder of the account is told to expect."""
    assert [next_rung(HOUSE_LADDER, points).points for points in (0, 1, 2, 5, 6, 50)] == [2, 2, 4, 6, 6, 6]


@pytest.mark.parametrize(
    ("rungs", "said"),
    [
        ((), "one rung or more"),
        (((2, "warn", None), (2, "suspend", 1)), "more points"),
        (((4, "warn", None), (2, "suspend", 1)), "more points"),
        (((2, "suspend", 1), (4, "block_posting", 9)), "never milder"),
        (((2, "suspend", 9), (4, "suspend", 1)), "never milder"),
        (((2, "suspend", None), (4, "suspend", 900)), "never milder"),
    ],
)
def test_no_ladder_exists_on_which_more_means_less(rungs: tuple[tuple[int, str, int | None], ...], said: str) -> None:
    """Order, points and strictness are checked whenever one comes into being."""
    with pytest.raises(ValueError, match=said):
        Ladder("x", tuple(Rung(n, MeasureKind(k), None if d is None else Duration(days=d)) for n, k, d in rungs))


@pytest.mark.parametrize(
    ("kind", "lasts", "scope", "said"),
    [
        ("lock_pending_decision", None, EVERYTHING, "no rung"),
        ("lock_until_verified", None, EVERYTHING, "no rung"),
        ("quarantine", None, EVERYTHING, "no rung"),
        ("warn", Duration(days=1), EVERYTHING, "no end"),
        ("suspend", Duration(), EVERYTHING, "some time"),
        ("suspend", None, Scope(audience="minors"), "narrowed"),
    ],
)
def test_no_rung_asks_for_what_is_no_answer(kind: str, lasts: Duration | None, scope: Scope, said: str) -> None:
    """A lock waits for a decision, and a ladder is climbed by decisions."""
    with pytest.raises(ValueError, match=said):
        Rung(1, MeasureKind(kind), lasts, scope)


days = st.none() | st.integers(1, 400)
steps = st.tuples(st.integers(1, 30), st.sampled_from(CLIMBED), days)


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Draw a ladder, whatever the order in which its parts come."""
    drawn = draw(st.lists(steps, min_size=1, max_size=5, unique_by=lambda step: step[0]))
    points = sorted(step[0] for step in drawn)
    rungs = [Rung(1, k, None if d is None or k is MeasureKind.WARN else Duration(days=d)) for _, k, d in drawn]
    met = sorted(rungs, key=lambda rung: rung.strictness)
    return Ladder("drawn", tuple(Rung(n, r.kind, r.lasts, r.scope) for n, r in zip(points, met, strict=True)))


@given(ladders(), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_more_points_never_meet_a_milder_rung(ladder: Ladder, before: int, one: int, other: int) -> None:
    """From the same start, the graver finding meets the same or a stricter rung; what is met was reached."""
    less, more = sorted((before + one, before + other))
    mild, strict = rung_for(ladder, before, less), rung_for(ladder, before, more)

    if mild is not None:
        assert strict is not None
        assert strict.strictness >= mild.strictness
        assert mild.points <= less
    assert rung_for(ladder, before, before) is None


# ------------------------------------------------------------------------------------------------------- findings


def found(rule: StrikeRule, strikes: list[Strike], days: int, clause: ClauseId = HOUSE) -> Any:
    """Return what a finding so many days from now makes."""
    decision, at = DecisionId(f"dec_{days}"), NOW + timedelta(days=days)
    return strike_for(rule, strikes, decision_id=decision, account_id=ACCOUNT, clause_id=clause, at=at)


def test_the_first_finding_warns_and_the_ladder_begins_with_the_second() -> None:
    """Told and remembered; the warning counts nothing, and after its days a finding is a first one again."""
    rule, strikes = StrikeRule(2, YEAR, HOUSE_LADDER, warns_first=True), []
    met = []
    for day in (0, 1, 2, 3, 4):
        outcome = found(rule, strikes, day)
        strikes.append(outcome.strike)
        met.append((outcome.before, outcome.after, outcome.rung.kind.value))

    assert met == [
        (0, 0, "warn"),
        (0, 2, "block_posting"),
        (2, 4, "block_posting"),
        (4, 6, "suspend"),
        (6, 8, "suspend"),
    ]
    assert strikes[0].is_warning
    assert found(rule, strikes, 800).rung.kind is MeasureKind.WARN


def test_clauses_that_share_a_ladder_count_together_and_others_apart() -> None:
    """A finding under one is a step for the other; each warns for itself."""
    rule, other = StrikeRule(2, YEAR, HOUSE_LADDER), StrikeRule(2, YEAR, Ladder("other", HOUSE_LADDER.rungs))
    first = found(rule, [], 0).strike

    assert found(rule, [first], 1, ClauseId("house.other")).after == 4
    assert found(other, [first], 1).after == 2
    assert found(StrikeRule(2, YEAR, HOUSE_LADDER, warns_first=True), [first], 1, ClauseId("house.b")).strike.is_warning


def test_a_changed_policy_changes_nothing_about_an_earlier_strike() -> None:
    """Weight, decay and ladder are those of the day of the decision."""
    before = found(StrikeRule(1, Decay(DecayKind.EXPIRES, 10), HOUSE_LADDER), [], 0).strike
    stricter = StrikeRule(50, YEAR, HOUSE_LADDER)

    assert found(stricter, [before], 5).before == 1
    assert found(stricter, [before], 10).before == 0


# ---------------------------------------------------------------------------------------------------- time served

TIMED = (MeasureKind.BLOCK_MESSAGING, MeasureKind.BLOCK_POSTING, MeasureKind.READ_ONLY, MeasureKind.SUSPEND)


def held(kind: MeasureKind, start: float, end: float | None, scope: Scope = EVERYTHING) -> Measure:
    """Return a measure that began and ends so many days from now."""
    starts, ends = NOW + timedelta(days=start), None if end is None else NOW + timedelta(days=end)
    return Measure(
        MeasureId("msr_1"), kind, Subject.account(AccountId("acc_1")), DecisionId("dec_1"), HOUSE, "1", starts,
        is_automated=False, ends_at=ends, scope=scope,
    )  # fmt: skip


SUSPEND, POSTING, MESSAGING = MeasureKind.SUSPEND, MeasureKind.BLOCK_POSTING, MeasureKind.BLOCK_MESSAGING
LOCK = MeasureKind.LOCK_PENDING_DECISION


@pytest.mark.parametrize(
    ("kind", "replaced", "days_left"),
    [
        (SUSPEND, [], 7),
        (SUSPEND, [held(SUSPEND, -3, 4)], 4),
        (SUSPEND, [held(SUSPEND, -3, None)], 4),
        (SUSPEND, [held(SUSPEND, -9, 4)], 0),
        (SUSPEND, [held(SUSPEND, -9, -7)], 5),
        (SUSPEND, [held(SUSPEND, 1, 4)], 7),
        (SUSPEND, [held(LOCK, -2, None)], 5),
        (SUSPEND, [held(POSTING, -3, 4)], 7),
        (POSTING, [held(SUSPEND, -3, 4)], 4),
        (SUSPEND, [held(SUSPEND, -3, 4), held(LOCK, -3, None)], 4),
        (SUSPEND, [held(SUSPEND, -5, -4), held(LOCK, -2, None)], 4),
        (MESSAGING, [held(MESSAGING, -3, 4, Scope(audience="minors"))], 7),
        (MESSAGING, [held(MESSAGING, -3, 4)], 4),
    ],
)
def test_time_served_counts_when_a_measure_is_replaced(
    kind: MeasureKind, replaced: list[Measure], days_left: int
) -> None:
    """Also under a lock that waited for the decision; not under what kept the account from less."""
    assert remaining(Duration(days=7), kind, EVERYTHING, replaced, NOW) == Duration(days=days_left)


stretches = st.tuples(st.integers(-60, 60), st.integers(1, 60), st.sampled_from(TIMED))
replaced_ones = st.lists(stretches.map(lambda s: held(s[2], s[0], s[0] + s[1])), max_size=6)


@given(st.sampled_from(TIMED), replaced_ones, replaced_ones, st.integers(1, 90))
def test_what_is_left_is_never_more_than_imposed_nor_more_for_having_served(
    kind: MeasureKind, some: list[Measure], more: list[Measure], days_imposed: int
) -> None:
    """Between nothing and all of it; more served leaves no more; the same moment never counts twice."""
    lasts = Duration(days=days_imposed)
    left = remaining(lasts, kind, EVERYTHING, some, NOW)

    assert Duration() <= remaining(lasts, kind, EVERYTHING, [*more, *some], NOW) <= left <= lasts
    assert served(kind, EVERYTHING, [*some, *some], NOW) == served(kind, EVERYTHING, some, NOW)
    assert served(kind, EVERYTHING, some, NOW) <= Duration(days=60)


# ------------------------------------------------------------------------------------------------------- the file

STRIKES = {"ladder": "house", "points": 2, "decay": {"kind": "halves", "days": 90}}
RUNGS = [{"points": 2, "kind": "limit_reach", "scope": {"surfaces": ["search"]}, "days": 3}]


def file(rungs: Any = RUNGS, **strikes: Any) -> dict[str, Any]:
    """Return a file with one ladder and one clause on it."""
    made = copy.deepcopy(ORDINARY)
    made["ladder"] = [{"id": "house", "rung": rungs}]
    made["clause"][0]["strikes"] = {**STRIKES, **strikes}
    return made


def test_a_ladder_is_read_from_the_policy_file() -> None:
    """Points, decay, rungs with their days and scope."""
    _, clauses = parse_ordinary(file(), place="house.toml")

    rung = Rung(2, MeasureKind.LIMIT_REACH, Duration(days=3), Scope(surfaces=frozenset({"search"})))
    expected = StrikeRule(2, Decay(DecayKind.HALVES, 90), Ladder("house", (rung,)))
    assert clauses[ClauseId("spam.links")].strikes == expected


@pytest.mark.parametrize(
    ("spoilt", "place"),
    [
        (file(points=0), r"clause 1 \(spam.links\).strikes: A finding counts"),
        (file(points=True), r"strikes.points"),
        (file(ladder="hose"), r"strikes.ladder: .*Did you mean `house`"),
        (file(decay={"kind": "halves", "days": 0}), r"strikes.decay: A strike decays"),
        (file(decay={"kind": "halfs", "days": 9}), r"strikes.decay.kind: .*Did you mean `halves`"),
        (file(decay={"kind": "halves"}), r"strikes.decay.days"),
        (file(warns_frist=True), r"strikes.warns_frist: .*not known"),
        (file(warns_first="yes"), r"strikes.warns_first"),
        (file(warns_first=True), r"strikes: `warn` stands on its ladder but is not allowed"),
        (file([]), r"ladder 1 \(house\).rung"),
        (file([{"points": 2, "kind": "suspend"}]), r"strikes: `suspend` stands on its ladder but is not allowed"),
        (file([{"points": 2, "kind": "lock_until_verified"}]), r"rung 1.kind"),
        (file([{"points": 2, "kind": "limit_reach", "hours": 3}]), r"rung 1.hours: .*not known"),
        (file([{"points": 2, "kind": "limit_reach", "days": 0}]), r"rung 1: A measure lasts"),
        (file([{"points": 2, "kind": "limit_reach", "scope": {"surfaces": "search"}}]), r"rung 1.scope.surfaces"),
        (file([{"points": 2, "kind": "limit_reach", "scope": {"audience": "minors"}}]), r"rung 1: `limit_reach`"),
        (file([{"points": 2, "kind": "limit_reach", "scope": {"serfaces": ["x"]}}]), r"rung 1.scope.serfaces"),
        (file([*RUNGS, *RUNGS]), r"ladder 1 \(house\): Each rung"),
        ({**file(), "ladder": [{"id": "house", "rung": RUNGS}] * 2}, r"ladder 2 \(house\): The id"),
    ],
)
def test_a_spoilt_ladder_names_its_place(spoilt: dict[str, Any], place: str) -> None:
    """Nobody guesses what a misspelt ladder meant."""
    with pytest.raises(Misconfigured, match=place):
        parse_ordinary(spoilt, place="house.toml")


def test_the_twelve_have_no_ladder() -> None:
    """A first finding already demands the account measure: neither file nor merge brings a step before it."""
    clause = SHIPPED.zero_tolerance[0]
    rule = StrikeRule(1, YEAR, HOUSE_LADDER)

    assert all(each.strikes is None for each in SHIPPED.zero_tolerance)
    with pytest.raises(Misconfigured, match="must have no strikes"):
        p.Policy("x", {**SHIPPED.clauses, clause.id: replace(clause, strikes=rule)})


def test_two_files_cannot_give_one_name_to_two_ladders() -> None:
    """Points of the one would be counted on the other."""
    _, shipped = parse_ordinary(read("ordinary.toml"), place="ordinary.toml")
    policy = p.merge(SHIPPED, shipped, version="1")
    _, mine = parse_ordinary(_renamed(file(ladder="people_shown")), place="house.toml")

    with pytest.raises(Misconfigured, match="ladder of this id"):
        p.merge(policy, mine, version="2")


def _renamed(made: dict[str, Any]) -> dict[str, Any]:
    made["ladder"][0]["id"] = "people_shown"
    return made


def test_every_shipped_ladder_leads_somewhere() -> None:
    """Each clause that counts strikes allows every rung of its ladder, and a machine may climb none."""
    _, shipped = parse_ordinary(read("ordinary.toml"), place="ordinary.toml")

    on_a_ladder = [each for each in shipped.values() if each.strikes]
    assert {"minors.exploitative", "adults.intimate"} <= {each.id for each in on_a_ladder}
    for clause in on_a_ladder:
        assert clause.strikes is not None
        assert {rung.kind.value for rung in clause.strikes.ladder.rungs} <= set(clause.allowed)
        assert clause.automation.account is p.AccountCeiling.NONE
