"""The table of states and moves, and what holds of any order of moves at any time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tutela.core.case_moves import Actor, Barred, allowed, hold_ends_well, step, why_not, why_not_to
from tutela.core.case_states import (
    CLAIMED,
    CLOCKS,
    ENDS,
    MEANING,
    RULES,
    TAKEN_FROM,
    By,
    CaseState,
    Clock,
    Move,
    rule_for,
    rules_from,
)
from tutela.core.cases import LEASE, LONGEST_HOLD, SKEW, Case, CaseReason
from tutela.core.ids import AccountId, CaseId, ClauseId

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REVIEWER = frozenset({"cases", "decide"})
SENIOR = REVIEWER | {"second"}
OFFICER = SENIOR | {"rota"}
ANNA, BEN, CHLOE = Actor("per_anna", SENIOR), Actor("per_ben", SENIOR), Actor("per_chloe", OFFICER)
JUNIOR = Actor("per_dan", REVIEWER)
THEIRS = Actor("per_eve", SENIOR, frozenset({AccountId("acc_1")}))
NOBODY = Actor("key_1", frozenset({"read"}))


def opened() -> Case:
    return Case(
        CaseId("cas_1"), AccountId("acc_1"), ClauseId("house.spam"), CaseReason.NEAR_MATCH, NOW,
        NOW + timedelta(hours=24),
    )  # fmt: skip


def moved(case: Case, *moves: tuple[Move, Actor], at: datetime = NOW) -> Case:
    for move, actor in moves:
        assert why_not(case, move, actor, at) is None, move
        case = step(case, move, actor, at, until=at + timedelta(days=1))
    return case


def test_no_move_stands_twice_at_one_state() -> None:
    """What a move leads to is never in doubt."""
    assert len({(each.source, each.move) for each in RULES}) == len(RULES)


def test_every_move_is_told_what_it_means() -> None:
    """The reference page has a sentence for each."""
    assert set(MEANING) == set(Move)
    assert {each.move for each in RULES} == set(Move)


@pytest.mark.parametrize("state", list(CaseState))
def test_every_state_but_an_end_has_a_clock_and_a_way_on(state: CaseState) -> None:
    """No case waits for ever without anybody being told, and none comes back from its end."""
    if state in ENDS:
        assert (CLOCKS[state], rules_from(state)) == ((), ())
    else:
        assert Clock.DUE in CLOCKS[state]
        assert any(each.target is not state for each in rules_from(state))


@pytest.mark.parametrize("state", list(CaseState))
def test_every_state_is_reached_and_leads_to_an_end(state: CaseState) -> None:
    """The table has no island and no trap."""
    reached, leads = {CaseState.OPEN}, set(ENDS)
    for _ in CaseState:
        reached |= {each.target for each in RULES if each.source in reached}
        leads |= {each.source for each in RULES if each.target in leads}
    assert state in reached
    assert state in leads


@pytest.mark.parametrize("held", sorted(CLAIMED))
def test_a_claimed_case_goes_back_by_itself_to_where_it_was_taken_from(held: CaseState) -> None:
    """Whoever is not heard of blocks nobody."""
    lapse = rule_for(held, Move.LAPSE)
    assert lapse is not None
    assert (lapse.target, lapse.by) == (TAKEN_FROM[held], By.CLOCK)


@pytest.mark.parametrize(
    ("moves", "actor", "move", "barred"),
    [
        ((), NOBODY, Move.CLAIM, Barred.NEEDS_SCOPE),
        ((), THEIRS, Move.CLAIM, Barred.OWN_ACCOUNT),
        ((), ANNA, Move.RELEASE, Barred.NO_SUCH_MOVE),
        ((), ANNA, Move.DECIDE, Barred.NO_SUCH_MOVE),
        ((), ANNA, Move.LAPSE, Barred.NO_SUCH_MOVE),
        ((), ANNA, Move.CLOSE, Barred.NO_SUCH_MOVE),
        (((Move.CLAIM, ANNA),), BEN, Move.CLAIM, Barred.NOT_THE_HOLDER),
        (((Move.CLAIM, ANNA),), BEN, Move.RELEASE, Barred.NOT_THE_HOLDER),
        (((Move.CLAIM, ANNA),), BEN, Move.DECIDE, Barred.NOT_THE_HOLDER),
        (((Move.CLAIM, ANNA), (Move.HOLD, ANNA)), BEN, Move.RESUME, Barred.NOT_THE_HOLDER),
        (((Move.CLAIM, ANNA), (Move.RAISE_DANGER, BEN)), ANNA, Move.HOLD, Barred.IN_DANGER),
        (((Move.CLAIM, ANNA), (Move.RAISE_DANGER, BEN)), ANNA, Move.RAISE_DANGER, Barred.ALREADY_SO),
        (((Move.RAISE_DANGER, BEN),), BEN, Move.END_DANGER, Barred.NEEDS_SCOPE),
        (((Move.CLAIM, ANNA), (Move.ASK_SECOND, ANNA)), ANNA, Move.CLAIM, Barred.ANSWERED_ALREADY),
        (((Move.CLAIM, ANNA), (Move.ASK_SECOND, ANNA)), JUNIOR, Move.CLAIM, Barred.NEEDS_SCOPE),
        (((Move.CLAIM, ANNA), (Move.ASK_SECOND, ANNA)), THEIRS, Move.CLAIM, Barred.OWN_ACCOUNT),
        (
            ((Move.CLAIM, ANNA), (Move.ASK_SECOND, ANNA), (Move.CLAIM, BEN), (Move.ASK_THIRD, BEN)),
            ANNA,
            Move.CLAIM,
            Barred.ANSWERED_ALREADY,
        ),
        (
            ((Move.CLAIM, ANNA), (Move.ASK_SECOND, ANNA), (Move.CLAIM, BEN), (Move.ASK_THIRD, BEN)),
            BEN,
            Move.CLAIM,
            Barred.ANSWERED_ALREADY,
        ),
    ],
)
def test_a_move_is_barred_for_its_own_reason(
    moves: tuple[tuple[Move, Actor], ...], actor: Actor, move: Move, barred: Barred
) -> None:
    """Each refusal says what is in the way."""
    case = moved(opened(), *moves)
    assert why_not(case, move, actor, NOW) is barred
    assert move not in allowed(case, actor, NOW)


def test_three_people_settle_what_two_answered_otherwise() -> None:
    """First, second and third are three people, and the case remembers them in order."""
    case = moved(
        opened(), (Move.CLAIM, ANNA), (Move.ASK_SECOND, ANNA), (Move.CLAIM, BEN), (Move.ASK_THIRD, BEN),
        (Move.CLAIM, CHLOE), (Move.DECIDE, CHLOE),
    )  # fmt: skip
    assert case.state is CaseState.DECIDED
    assert case.answered_by == ("per_anna", "per_ben", "per_chloe")
    assert (case.holder, case.until, allowed(case, CHLOE, NOW)) == (None, None, ())


def test_whoever_lost_the_lease_is_told_so() -> None:
    """A decision that comes too late is not told that the case is in the wrong state."""
    case = moved(opened(), (Move.CLAIM, ANNA))
    late = NOW + LEASE.delta
    assert why_not(case, Move.DECIDE, ANNA, late - timedelta(microseconds=1)) is None
    assert why_not(case, Move.DECIDE, ANNA, late) is Barred.LEASE_LOST
    assert why_not(case, Move.DECIDE, BEN, late) is Barred.NO_SUCH_MOVE
    assert why_not(case, Move.CLAIM, BEN, late) is None


def test_a_renewal_moves_the_end_of_the_lease_and_nothing_else() -> None:
    """What was shown is still as it was shown, so its version stays."""
    case = moved(opened(), (Move.CLAIM, ANNA))
    later = NOW + timedelta(minutes=10)
    renewed = step(case, Move.RENEW, ANNA, later)
    assert (renewed.until, renewed.version) == (later + LEASE.delta, case.version)
    assert (renewed.state, renewed.holder) == (case.state, case.holder)


def test_a_clock_that_was_set_back_blocks_no_case() -> None:
    """A lease that would run for longer than any lease does not run at all; a small difference between servers does."""
    case = moved(opened(), (Move.CLAIM, ANNA))
    assert case.state_at(NOW - SKEW.delta) is CaseState.CLAIMED
    assert case.state_at(NOW - SKEW.delta - timedelta(microseconds=1)) is CaseState.OPEN
    assert why_not(case, Move.CLAIM, BEN, NOW - timedelta(days=400)) is None


def test_a_hold_ends_by_itself_and_reminds_whoever_asked_for_it() -> None:
    """It comes back to the queue for everybody."""
    case = moved(opened(), (Move.CLAIM, ANNA), (Move.HOLD, ANNA))
    over = NOW + timedelta(days=1)
    assert (case.state_at(NOW), case.reminds_at(NOW)) == (CaseState.ON_HOLD, None)
    assert (case.state_at(over), case.reminds_at(over)) == (CaseState.OPEN, "per_anna")
    taken = moved(case, (Move.CLAIM, BEN), at=over)
    assert taken.reminds_at(over) is None


def test_danger_takes_a_case_off_hold_and_from_nobody() -> None:
    """What was claimed stays with whoever works on it."""
    claimed = moved(opened(), (Move.CLAIM, ANNA))
    assert moved(claimed, (Move.RAISE_DANGER, BEN)).holder_at(NOW) == "per_anna"
    assert moved(claimed, (Move.HOLD, ANNA), (Move.RAISE_DANGER, BEN)).state is CaseState.OPEN


def test_a_case_is_handed_only_to_who_might_claim_it() -> None:
    """Handing over is no way around what keeps somebody from a case."""
    first = moved(opened(), (Move.CLAIM, ANNA))
    assert why_not_to(first, BEN, NOW) is None
    assert why_not_to(first, THEIRS, NOW) is Barred.OWN_ACCOUNT
    assert why_not_to(first, NOBODY, NOW) is Barred.NEEDS_SCOPE
    assert why_not_to(first, ANNA, NOW) is Barred.ALREADY_SO
    second = moved(first, (Move.ASK_SECOND, ANNA), (Move.CLAIM, BEN))
    assert why_not_to(second, ANNA, NOW) is Barred.ANSWERED_ALREADY
    assert why_not_to(second, JUNIOR, NOW) is Barred.NEEDS_SCOPE


@pytest.mark.parametrize(
    ("ends_in", "is_well"),
    [
        (timedelta(0), False),
        (timedelta(seconds=-1), False),
        (timedelta(seconds=1), True),
        (LONGEST_HOLD.delta, True),
        (LONGEST_HOLD.delta + timedelta(seconds=1), False),
    ],
)
def test_a_hold_ends_later_and_not_too_late(ends_in: timedelta, *, is_well: bool) -> None:
    """A moment in the past is no hold, and one in a year is none either."""
    assert hold_ends_well(NOW + ends_in, NOW) is is_well


PEOPLE = (ANNA, BEN, CHLOE, JUNIOR, THEIRS, NOBODY)
BY_ID = {each.id: each for each in PEOPLE}


class Desk(RuleBasedStateMachine):
    """Anybody tries anything at any time, while the clock goes on, jumps and is set back."""

    def __init__(self) -> None:
        """Begin with one open case."""
        super().__init__()
        self.case, self.now = opened(), NOW

    @rule(seconds=st.integers(0, 3600 * 24 * 20))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    @rule(seconds=st.integers(0, 3600 * 24 * 20))
    def set_back(self, seconds: int) -> None:
        """Set the clock back."""
        self.now -= timedelta(seconds=seconds)

    @rule(move=st.sampled_from(Move), actor=st.sampled_from(PEOPLE), receiver=st.sampled_from(PEOPLE))
    def attempt(self, move: Move, actor: Actor, receiver: Actor) -> None:
        """Try one move; what is refused changes nothing."""
        before, was_held_by = self.case, self.case.holder_at(self.now)
        barred = why_not(before, move, actor, self.now)
        assert (barred is None) == (move in allowed(before, actor, self.now))
        if barred is not None:
            return
        taker = actor
        if move is Move.HAND_OVER:
            if why_not_to(before, receiver, self.now) is not None:
                return
            taker = receiver
        self.case = step(before, move, taker, self.now, until=self.now + timedelta(days=3))
        if was_held_by is not None and self.case.holder_at(self.now) not in {was_held_by, None}:
            assert (move, actor.id) == (Move.HAND_OVER, was_held_by)
        assert self.case.version == before.version + (move is not Move.RENEW)

    @precondition(lambda self: self.case.state in ENDS)
    @rule()
    def begin_again(self) -> None:
        """Begin with another case, where nothing can be done any more."""
        assert not any(allowed(self.case, each, self.now) for each in PEOPLE)
        self.case = opened()

    @invariant()
    def nobody_works_where_they_may_not(self) -> None:
        """Neither on their own account, nor twice, nor without the scopes."""
        holder = self.case.holder_at(self.now)
        if holder is not None and self.case.state_at(self.now) in CLAIMED:
            actor = BY_ID[holder]
            assert self.case.account_id not in actor.own_accounts
            assert holder not in self.case.answered_by
            assert "cases" in actor.scopes
        assert len(set(self.case.answered_by)) == len(self.case.answered_by)

    @invariant()
    def it_has_ended_or_has_a_clock(self) -> None:
        """A lease and a hold run only for as long as they may, and only where the table has them."""
        state = self.case.state_at(self.now)
        clocks = CLOCKS[state]
        is_timed = Clock.LEASE in clocks or Clock.HOLD in clocks
        assert is_timed == (self.case.holder_at(self.now) is not None)
        if is_timed:
            longest = LEASE if Clock.LEASE in clocks else LONGEST_HOLD
            assert self.case.until is not None
            assert self.now < self.case.until <= self.now + longest.delta + SKEW.delta
        assert not (state is CaseState.ON_HOLD and self.case.is_in_danger)

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        """Whatever happened, the case is with somebody, or three people more can bring it to its end."""
        state = self.case.state_at(self.now)
        if state in ENDS or self.case.holder_at(self.now) is not None:
            return
        fresh = Actor("per_fresh", OFFICER)
        assert Move.CLAIM in allowed(self.case, fresh, self.now)


TestDesk = Desk.TestCase
