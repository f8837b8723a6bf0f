"""Appeals as values: states, windows, links, who may decide, what answers come to, misuse, and the operator's file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from make import AT
from tutela.core.appeals import links, states
from tutela.core.appeals.appeal import LEASE, Appeal, AppealAnswer, Ended, moved
from tutela.core.appeals.fitness import ALONE_AFTER, Candidate, Involved, Unfit, unfit
from tutela.core.appeals.links import Bound, check, parse, token_of
from tutela.core.appeals.misuse import (
    ConductNote,
    ConductStep,
    Criteria,
    MisuseRules,
    Weight,
    check_until,
    suspended_until,
    why_not_suspended,
    why_not_warned,
)
from tutela.core.appeals.rules import parse_appeal_rules
from tutela.core.appeals.settling import is_grave, settled
from tutela.core.appeals.states import OPEN, AppealMove, AppealState, Outcome
from tutela.core.appeals.window import is_late, months_after, window_ends
from tutela.core.charter import AppealDecided, of_appeal, of_pending
from tutela.core.findings import Facts
from tutela.core.ids import AccountId, AppealId, ClauseId, DecisionId, MeasureId, StatementId
from tutela.core.measures import MeasureKind, Subject
from tutela.errors import AppealMoved, BadInput, Misconfigured, UnknownLink

HOUR = timedelta(hours=1)
K = MeasureKind
moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # as Hypothesis takes them
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
BOUND = Bound(StatementId(make.new_id("statement")), DecisionId("dec_1"), AccountId("acc_1"))


def appeal(state: AppealState = AppealState.RECEIVED, **fields: Any) -> Appeal:
    """Return an appeal."""
    made = Appeal(AppealId("apl_1"), DecisionId("dec_1"), AccountId("acc_1"), AT, state)
    return replace(made, **fields)


def answer(by: str, outcome: Outcome = Outcome.OVERTURNED, place: int = 1, *ends: str, **fields: Any) -> AppealAnswer:
    """Return what somebody came to."""
    made = AppealAnswer(AppealId("apl_1"), place, by, AT, outcome, Facts("seen"), tuple(map(MeasureId, ends)))
    return replace(made, **fields)


# ------------------------------------------------------------------------------------------------------------- states


def test_the_table_of_moves_keeps_its_laws_and_every_state_is_left_by_somebody() -> None:
    """Nothing goes on from an end; what is open can be withdrawn and overtaken; whoever decides has claimed it."""
    assert list(states.broken_laws()) == []
    left = {state for state, _ in states.MOVES}
    assert set(AppealState) - left == {AppealState.DECIDED, AppealState.WITHDRAWN}
    assert set(states.MOVES.values()) | {AppealState.SET_ASIDE} == set(AppealState)


@pytest.mark.parametrize("bad", [
    {(AppealState.DECIDED, AppealMove.CLAIM): AppealState.CLAIMED},
    {(AppealState.RECEIVED, AppealMove.CLAIM): AppealState.DECIDED},
    {(AppealState.RECEIVED, AppealMove.DECIDE): AppealState.DECIDED},
    {(AppealState.CLAIMED_THIRD, AppealMove.ANSWER): AppealState.AWAITING_THIRD},
])  # fmt: skip
def test_a_table_that_breaks_a_law_is_told(monkeypatch: pytest.MonkeyPatch, bad: Any) -> None:
    """So the laws say something."""
    monkeypatch.setattr(states, "MOVES", {**states.MOVES, **bad})
    assert list(states.broken_laws())


@given(st.lists(st.tuples(st.sampled_from(AppealMove), st.sampled_from(["ann", "ben"])), max_size=12))
def test_no_order_of_moves_decides_what_nobody_claimed(moves: list[tuple[AppealMove, str]]) -> None:
    """Whatever comes: only whoever has it answers, a version is never used twice, and what has ended stays ended."""
    now, it = AT, appeal()
    for move, by in moves:
        now += HOUR
        before = it
        try:
            it = moved(it, move, by, now, ended=Ended(Outcome.UPHELD, now, by) if move is AppealMove.DECIDE else None)
        except AppealMoved:
            assert it is before
            continue
        assert it.version == before.version + 1
        assert before.state in OPEN or move is AppealMove.ACCEPT
        if move in {AppealMove.ANSWER, AppealMove.DECIDE, AppealMove.RELEASE}:
            assert before.holder_at(now) == by
        if not it.is_open:
            assert it.holder is None


def test_a_lease_that_has_ended_holds_nothing() -> None:
    """Another one claims it, and whoever had it decides no more."""
    it = moved(appeal(), AppealMove.CLAIM, "ann", AT)
    later = AT + LEASE.delta
    assert it.holder_at(later - timedelta(microseconds=1)) == "ann"
    assert (it.holder_at(later), it.state_at(later)) == (None, AppealState.RECEIVED)
    with pytest.raises(AppealMoved):
        moved(it, AppealMove.DECIDE, "ann", later)
    with pytest.raises(AppealMoved, match="somebody else"):
        moved(moved(it, AppealMove.CLAIM, "ben", later), AppealMove.DECIDE, "ann", later)


# ------------------------------------------------------------------------------------------------------------- window


@pytest.mark.parametrize(("told", "months", "ends"), [
    (datetime(2026, 1, 15, 10, tzinfo=UTC), 6, datetime(2026, 7, 15, 10, tzinfo=UTC)),
    (datetime(2026, 8, 31, tzinfo=UTC), 6, datetime(2027, 3, 1, tzinfo=UTC)),
    (datetime(2027, 8, 31, tzinfo=UTC), 6, datetime(2028, 3, 1, tzinfo=UTC)),
    (datetime(2027, 8, 29, tzinfo=UTC), 6, datetime(2028, 2, 29, tzinfo=UTC)),
    (datetime(2028, 2, 29, tzinfo=UTC), 12, datetime(2029, 3, 1, tzinfo=UTC)),
    (datetime(2026, 10, 31, tzinfo=UTC), 6, datetime(2027, 5, 1, tzinfo=UTC)),
])  # fmt: skip
def test_months_are_those_of_the_calendar(told: datetime, months: int, ends: datetime) -> None:
    """Leap days and months without that day: never a day less."""
    assert months_after(told, months) == ends


@given(moments, st.integers(6, 120), moments)
def test_a_window_is_never_shorter_than_six_months_nor_than_what_was_promised(
    told: datetime, months: int, promised: datetime
) -> None:
    """Later where it was told later; a day more only where a month lacks the day."""
    ends = window_ends(told, months, promised)
    assert ends is not None
    assert ends >= max(promised, months_after(told, 6))
    assert months_after(told, months) - told >= timedelta(days=181)
    assert not is_late(ends, ends)
    assert is_late(ends + timedelta(microseconds=1), ends)
    later = told + timedelta(days=1)
    assert months_after(later, months) >= months_after(told, months)


def test_no_time_runs_before_somebody_was_told_and_a_moment_has_a_zone() -> None:
    """And less than six months is six months, whatever is set."""
    assert window_ends(None, 6) is None
    assert not is_late(AT, None)
    assert window_ends(AT, 1) == months_after(AT, 6)
    with pytest.raises(ValueError, match="zone"):
        months_after(datetime(2026, 1, 1), 6)  # noqa: DTZ001  # that is what is refused


# -------------------------------------------------------------------------------------------------------------- links


def test_a_link_is_the_same_each_time_and_opens_what_it_was_made_for() -> None:
    """It names a statement, and neither the decision nor the account."""
    token = token_of(BOUND, 1_800_000_000, 3, KEY)
    assert token == token_of(BOUND, 1_800_000_000, 3, KEY)
    ticket = parse(token)
    assert (ticket.statement_id, ticket.until_s, ticket.generation) == (BOUND.statement_id, 1_800_000_000, 3)
    check(token, BOUND, ticket, 3, KEY)
    assert "dec_1" not in token
    assert "acc_1" not in token


@given(st.data())
def test_a_link_with_one_letter_changed_opens_nothing(data: st.DataObject) -> None:
    """Whichever letter, to whichever other one; nor with one more or less."""
    token = token_of(BOUND, 1_800_000_000, 0, KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz.ABZ-_é") | st.just(""))
    if token[place] == letter:
        return
    changed = token[:place] + letter + token[place + 1 :]
    with pytest.raises(UnknownLink):
        check(changed, BOUND, parse(changed), 0, KEY)


@pytest.mark.parametrize("other", [
    replace(BOUND, account_id=AccountId("acc_2")),
    replace(BOUND, decision_id=DecisionId("dec_2")),
    replace(BOUND, statement_id=StatementId(make.new_id("statement"))),
])  # fmt: skip
def test_a_link_is_for_one_statement_decision_and_account(other: Bound) -> None:
    """What is about anything else is another signature."""
    token = token_of(BOUND, 1, 0, KEY)
    with pytest.raises(UnknownLink):
        check(token, other, parse(token), 0, KEY)


def test_links_of_an_earlier_generation_or_under_another_key_are_worth_nothing() -> None:
    """Whoever writes the new generation into an old one has no signature for it."""
    token = token_of(BOUND, 1, 0, KEY)
    for generation, key in ((1, OTHER_KEY), (1, KEY), (0, OTHER_KEY)):
        with pytest.raises(UnknownLink):
            check(token, BOUND, parse(token), generation, key)


@given(st.text(max_size=200))
def test_whatever_comes_as_a_link_is_refused_or_parsed(text: str) -> None:
    """Nothing else is raised."""
    try:
        ticket = parse(text)
    except UnknownLink:
        return
    assert len(ticket.signature) == links.SIGNATURE_HEX


# ---------------------------------------------------------------------------------------------------------------- who


@pytest.mark.parametrize(("who", "why"), [
    (Candidate("ann", is_person=True), None),
    (Candidate("key_1", is_person=False), Unfit.NO_PERSON),
    (Candidate("ann", is_person=True, own_accounts=frozenset({AccountId("acc_1")})), Unfit.OWN_ACCOUNT),
    (Candidate("decider", is_person=True), Unfit.HAD_A_PART),
    (Candidate("first", is_person=True), Unfit.ANSWERED),
])  # fmt: skip
def test_who_may_decide(who: Candidate, why: Unfit | None) -> None:
    """A person with no part in what is appealed, about no account of their own, who has not answered."""
    involved = Involved({"decider": AT})
    concerned = frozenset({AccountId("acc_1")})
    assert unfit(who, concerned, involved, {"first": AT}, AT, is_alone=False) is why


@given(st.timedeltas(timedelta(0), timedelta(days=3)))
def test_whoever_works_alone_looks_again_a_day_later_and_not_before(since: timedelta) -> None:
    """After what they decided, and after their first look at the appeal."""
    who = Candidate("ann", is_person=True)
    for involved, answered in ((Involved({"ann": AT}), {}), (Involved(), {"ann": AT})):
        why = unfit(who, frozenset(), involved, answered, AT + since, is_alone=True)
        assert (why is None) == (since >= ALONE_AFTER.delta)


# --------------------------------------------------------------------------------------------------------- what stands


def test_one_person_decides_what_is_not_grave() -> None:
    """And nothing stands of nothing."""
    assert settled([], grave=False) is None
    stands = settled([answer("ann")], grave=False)
    assert stands is not None
    assert (stands.by, stands.with_whom) == ("ann", None)


outcomes = st.sampled_from([(Outcome.UPHELD, ()), (Outcome.OVERTURNED, ()), (Outcome.PARTLY, ("m1",)),
                            (Outcome.PARTLY, ("m2",))])  # fmt: skip


@given(outcomes, outcomes, outcomes)
def test_what_is_grave_has_two_people_behind_it_whatever_they_say(one: Any, two: Any, three: Any) -> None:
    """The first never decides, to whichever outcome; a third says which of two, and nothing of their own."""
    first, second = answer("ann", one[0], 1, *one[1]), answer("ben", two[0], 2, *two[1])
    assert settled([first], grave=True) is None
    stands = settled([first, second], grave=True)
    if one == two:
        assert stands is not None
        assert {stands.by, stands.with_whom} == {"ann", "ben"}
        return
    assert stands is None
    third = answer("cyd", three[0], 3, *three[1])
    if three in (one, two):
        stands = settled([first, second, third], grave=True)
        assert stands is not None
        assert (stands.by, stands.with_whom) == ("cyd", "ann" if three == one else "ben")
    else:
        with pytest.raises(BadInput, match="which of the two"):
            settled([first, second, third], grave=True)


def test_grave_is_one_of_the_twelve_or_what_nobody_reverses_alone() -> None:
    """An ordinary clause takes one person."""
    assert is_grave(ClauseId("cse.depiction"), needs_two_people=False)
    assert is_grave(ClauseId("house.spam"), needs_two_people=True)
    assert not is_grave(ClauseId("house.spam"), needs_two_people=False)


# ------------------------------------------------------------------------------------------------------------- misuse


def note(step: ConductStep, at: datetime, until: datetime | None = None) -> ConductNote:
    """Return what was done."""
    return ConductNote(AccountId("acc_1"), step, at, "per_1", criteria(), until)


def criteria(unfounded: int = 3, decided: int = 4) -> Criteria:
    """Return what was weighed."""
    return Criteria(unfounded, decided, Weight.LOW, Weight.MEDIUM, "the same text each time")


@given(st.integers(0, 6), st.integers(0, 12))
def test_nobody_is_suspended_who_was_not_warned_nor_for_what_came_before_the_warning(unfounded: int, more: int) -> None:
    """The number, the share, and something new since."""
    weighed, rules = criteria(unfounded, unfounded + more), MisuseRules()
    assert why_not_suspended([], 1, weighed, rules, AT) is not None
    warned = [note(ConductStep.WARNED, AT - timedelta(days=1))]
    assert why_not_suspended(warned, 0, weighed, rules, AT) is not None
    enough = unfounded >= 3 and unfounded * 2 >= unfounded + more
    assert (why_not_warned(weighed, rules) is None) == enough
    assert (why_not_suspended(warned, 1, weighed, rules, AT) is None) == enough
    long_ago = [note(ConductStep.WARNED, AT - timedelta(days=366))]
    assert why_not_suspended(long_ago, 1, weighed, rules, AT) is not None


def test_a_suspension_ends_by_its_time_or_when_it_is_lifted() -> None:
    """And is never longer than half a year."""
    until = AT + timedelta(days=30)
    notes = [note(ConductStep.WARNED, AT), note(ConductStep.SUSPENDED, AT + HOUR, until)]
    assert suspended_until(notes, AT + 2 * HOUR) == until
    assert suspended_until(notes, until) is None
    lifted = [*notes, note(ConductStep.LIFTED, AT + 2 * HOUR)]
    assert suspended_until(lifted, AT + 3 * HOUR) is None
    for wrong in (AT, AT - HOUR, AT + timedelta(days=184)):
        with pytest.raises(BadInput):
            check_until(wrong, AT)


# ------------------------------------------------------------------------------------------------------ operator's file


def test_the_operators_file_is_read_and_bodies_are_data() -> None:
    """Months, misuse, and bodies with what they settle."""
    rules = parse_appeal_rules(
        {"months": 9, "misuse": {"unfounded": 5}, "body": [{"name": "A body", "url": "https://body.example"}]},
        place="appeals.toml",
    )
    assert (rules.months, rules.misuse.unfounded, rules.bodies[0].name) == (9, 5, "A body")
    assert parse_appeal_rules({}, place="x").months == 6


@pytest.mark.parametrize("told", [
    {"months": 5}, {"months": True}, {"months": "6"}, {"weeks": 3}, {"misuse": 3}, {"misuse": {"unfounded": 0}},
    {"body": {}}, {"body": [3]}, {"body": [{"name": "x"}]}, {"body": [{"name": "x", "url": "http://x.example"}]},
    {"body": [{"name": "x", "url": "https://x.example", "languages": "de"}]},
])  # fmt: skip
def test_a_file_that_gives_less_than_the_law_or_is_no_such_file_is_refused(told: Any) -> None:
    """With the place."""
    with pytest.raises(Misconfigured) as caught:
        parse_appeal_rules(told, place="appeals.toml")
    assert "appeals.toml" in (caught.value.place or "")


# ------------------------------------------------------------------------------------------------------------ charter

ACCOUNT, ITEM = Subject.account(AccountId("acc_1")), Subject.item(make.item(make.account()).id)


def decided(outcome: Outcome, **fields: Any) -> AppealDecided:
    """Return an appeal that two people decided, under one of the twelve."""
    after = appeal(AppealState.DECIDED, ended=Ended(outcome, AT, "ann"))
    made = AppealDecided(after, ClauseId("cse.depiction"), "seen", ("ann", "ben"), frozenset(), {"old"}, takes_two=True)
    return replace(made, **fields)


def held(kind: K, subject: Subject = ITEM) -> Any:
    """Return a measure."""
    return make.measure(kind, subject, make.decision(), is_automated=False)


ALL = (held(K.QUARANTINE), held(K.NO_PAYOUT), held(K.SUSPEND, ACCOUNT), held(K.EXCLUDE, ACCOUNT))


@pytest.mark.parametrize(("changed", "promise"), [
    ({}, None),
    ({"people": ("ann",)}, "P3"),
    ({"people": ("ann", "ann")}, "P3"),
    ({"people": ("ann", "old")}, "P3"),
    ({"people": ("ann", "ann"), "is_single_operator": True}, None),
    ({"people": ()}, "P11"),
    ({"services": frozenset({"ann"})}, "P11"),
    ({"reason": " "}, "P8"),
    ({"ends": ALL}, "P8"),
])  # fmt: skip
def test_an_appeal_that_is_upheld_breaks_no_promise_unless(changed: Any, promise: str | None) -> None:
    """By people who had no part, two where it takes two, with a reason, and nothing ends."""
    breaches = of_appeal(decided(Outcome.UPHELD, **changed))
    assert [each.promise for each in breaches][:1] == ([] if promise is None else [promise])


OTHER_ITEM = Subject.item(make.item(make.account()).id)


@pytest.mark.parametrize(("ends", "stays", "promise"), [
    ((ALL[0], ALL[1]), (held(K.QUARANTINE, OTHER_ITEM), ALL[2]), None),
    ((ALL[2],), (ALL[0],), "P2"),
    ((ALL[3],), (ALL[0], ALL[2]), "P6"),
    ((ALL[0], ALL[1]), (ALL[2],), "P2"),
    ((ALL[1],), (ALL[0], ALL[2]), "P6"),
    (ALL, (), "P8"),
    ((), ALL, "P8"),
])  # fmt: skip
def test_who_is_partly_right_is_given_no_lesser_answer(ends: Any, stays: Any, promise: str | None) -> None:
    """P2 and P6: an item is cleared whole, and the account stays out and earns nothing while the decision stands."""
    breaches = of_appeal(decided(Outcome.PARTLY, ends=ends, stays=stays))
    assert (promise is None) == (breaches == ())
    if promise:
        assert promise in {each.promise for each in breaches}
    ordinary = of_appeal(decided(Outcome.PARTLY, ends=ends, stays=stays, clause_id=ClauseId("house.spam")))
    assert {each.promise for each in ordinary} <= {"P8"}


def test_nothing_may_end_while_an_appeal_is_pending() -> None:
    """P6."""
    assert {each.promise for each in of_pending(ALL, appeal())} == {"P6"}
    assert of_pending((), appeal()) == ()
    assert of_pending(ALL, appeal(AppealState.DECIDED)) == ()
