"""Breakers and budgets, over any history: nobody spends too much, and nobody is asked who was left alone."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tutela.adapters.twins.clock import START
from tutela.core.classifying import budget as budgets
from tutela.core.classifying import circuit as circuits
from tutela.core.classifying.budget import Budget, Ledger, Reservation
from tutela.core.classifying.circuit import Circuit, CircuitPolicy, CircuitState, Pass
from tutela.core.classifying.retrying import RetryPolicy, next_at, pause_at_once
from tutela.core.classifying.verdicts import Reason, Unknown, is_fault, may_pass_later

POLICY = CircuitPolicy(failures_to_open=3, open_seconds=10, longest_seconds=60, probes_to_close=2)
LEASE_SECONDS = 5.0


class BreakerMachine(RuleBasedStateMachine):
    """Ask, answer late or never, in any order and at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.circuit, self.now = Circuit(), START
        self.out: list[Pass] = []
        self.in_a_row = 0  # failures, of passes that count
        self.opened_at = START

    @rule(seconds=st.floats(0, 70, allow_nan=False))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    @rule()
    def ask(self) -> None:
        """Ask for a pass."""
        before = self.circuit
        self.circuit, leave = circuits.let_through(before, POLICY, self.now, LEASE_SECONDS)
        if before.state is CircuitState.CLOSED:
            assert leave is not None
            assert not leave.is_probe
        elif before.until is not None and self.now < before.until:
            assert leave is None
            assert self.circuit == before
        else:
            assert leave is not None
            assert leave.is_probe
            assert self.circuit.state is CircuitState.HALF_OPEN
            assert circuits.let_through(self.circuit, POLICY, self.now, LEASE_SECONDS)[1] is None  # one at a time
        if leave is not None:
            self.out.append(leave)

    @precondition(lambda self: self.out)
    @rule(data=st.data(), rest=st.none() | st.floats(0, 100, allow_nan=False))
    def fail(self, data: st.DataObject, rest: float | None) -> None:
        """A pass comes back with a failure."""
        leave, before = self._back(data), self.circuit
        self.circuit = circuits.failed(before, POLICY, leave, self.now, rest_seconds=rest)
        if leave.generation != before.generation:
            assert self.circuit == before
            return
        self.in_a_row += 1
        is_due = before.state is CircuitState.HALF_OPEN or rest is not None or self.in_a_row >= POLICY.failures_to_open
        assert (self.circuit.state is CircuitState.OPEN) == is_due
        if is_due:
            assert self.circuit.until is not None
            pause = (self.circuit.until - self.now).total_seconds()
            assert POLICY.open_seconds <= pause <= POLICY.longest_seconds
            self.in_a_row = 0

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def succeed(self, data: st.DataObject) -> None:
        """A pass comes back with an answer."""
        leave, before = self._back(data), self.circuit
        self.circuit = circuits.succeeded(before, POLICY, leave)
        if leave.generation != before.generation:
            assert self.circuit == before
            return
        self.in_a_row = 0
        if before.state is CircuitState.HALF_OPEN:
            assert (self.circuit.state is CircuitState.CLOSED) == (before.probes + 1 >= POLICY.probes_to_close)

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def leave_unused(self, data: st.DataObject) -> None:
        """A pass comes back without having been used."""
        leave, before = self._back(data), self.circuit
        self.circuit = circuits.unused(before, leave)
        assert self.circuit.state is before.state
        if leave.is_probe and leave.generation == before.generation:
            assert circuits.let_through(self.circuit, POLICY, self.now, LEASE_SECONDS)[1] is not None

    def _back(self, data: st.DataObject) -> Pass:
        return self.out.pop(data.draw(st.integers(0, len(self.out) - 1)))

    @invariant()
    def nobody_is_shut_out_for_good(self) -> None:
        """After the longest pause somebody may ask, whatever was lost."""
        later = self.now + timedelta(seconds=max(POLICY.longest_seconds, LEASE_SECONDS) + 1)
        assert circuits.let_through(self.circuit, POLICY, later, LEASE_SECONDS)[1] is not None


BreakerMachine.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestBreaker(BreakerMachine.TestCase):  # type: ignore[misc]  # the base is made at run time
    """Run the histories of the breaker."""


BUDGET = Budget(calls_per_day=5, cost_per_day_micro=1000, cost_per_call_micro=150)


class BudgetMachine(RuleBasedStateMachine):
    """Reserve, settle and give back, over days, with clocks that are set back and bills that are too high."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger, self.now = Ledger(), START
        self.out: list[Reservation] = []
        self.calls = self.cost = 0  # of the day, as somebody would add it up who has seen all bills
        self.excess = 0
        self.day = self.ledger.day
        self.is_overcharged = False

    @rule(hours=st.integers(-30, 30))
    def wait(self, hours: int) -> None:
        """Let time pass, or be set back."""
        self.now += timedelta(hours=hours)

    @rule()
    def reserve(self) -> None:
        """Set something aside for a call."""
        self.ledger, found = budgets.reserve(self.ledger, BUDGET, self.now)
        if budgets.day_of(self.now) > self.day:
            self.day, self.calls, self.cost, self.excess = budgets.day_of(self.now), 0, 0, 0
            self.is_overcharged = False
        if isinstance(found, Reservation):
            assert not self.is_overcharged
            self.calls, self.cost = self.calls + 1, self.cost + found.cost_micro
            self.out.append(found)
        elif found is Reason.OVERCHARGED:
            assert self.is_overcharged
        else:
            assert self.calls + 1 > BUDGET.calls_per_day or self.cost + 150 > BUDGET.cost_per_day_micro

    @precondition(lambda self: self.out)
    @rule(cost=st.none() | st.integers(-5, 150) | st.integers(151, 10_000))
    def settle(self, cost: int | None) -> None:
        """A bill comes, or none."""
        reserved = self.out.pop()
        self.ledger = budgets.settle(self.ledger, reserved, cost)
        real = reserved.cost_micro if cost is None else max(0, cost)
        self.is_overcharged |= real > reserved.cost_micro
        if reserved.day == self.day:
            self.cost += real - reserved.cost_micro
            self.excess += max(0, real - reserved.cost_micro)

    @precondition(lambda self: self.out)
    @rule()
    def give_back(self) -> None:
        """A call never left."""
        reserved = self.out.pop()
        self.ledger = budgets.give_back(self.ledger, reserved)
        if reserved.day == self.day:
            self.calls, self.cost = self.calls - 1, self.cost - reserved.cost_micro

    @invariant()
    def it_is_never_exceeded(self) -> None:
        """Calls never; money never by what we set aside, only by what somebody billed against the agreement."""
        if self.ledger.day == self.day:
            assert (self.ledger.calls, self.ledger.cost_micro) == (self.calls, self.cost)
        assert 0 <= self.ledger.calls <= BUDGET.calls_per_day
        assert 0 <= self.ledger.cost_micro <= BUDGET.cost_per_day_micro + self.excess


BudgetMachine.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestBudget(BudgetMachine.TestCase):  # type: ignore[misc]  # the base is made at run time
    """Run the histories of the budget."""


def test_a_day_ends_at_midnight_utc() -> None:
    """To the microsecond; and the next one has all of its budget."""
    midnight = START.replace(hour=0) + timedelta(days=1)
    ledger = Ledger(budgets.day_of(START), 5, 1000)
    before, refused = budgets.reserve(ledger, BUDGET, midnight - timedelta(microseconds=1))
    assert (before, refused) == (ledger, Reason.OVER_BUDGET)
    after, found = budgets.reserve(ledger, BUDGET, midnight)
    assert isinstance(found, Reservation)
    assert (after.calls, after.cost_micro) == (1, 150)
    assert budgets.next_day(START) == midnight


@settings(deadline=None)
@given(
    st.integers(1, 200), st.sampled_from(list(Reason)), st.none() | st.floats(0, 1e9), st.floats(0, 1, allow_nan=False)
)  # fmt: skip
def test_a_later_try_lies_ahead_and_within_bounds(tries: int, reason: Reason, asked: float | None, dice: float) -> None:
    """Or there is none: when no later moment can help, and when it was too often."""
    policy = RetryPolicy()
    moment = next_at(policy, tries, Unknown(reason, asked), START, dice)
    assert (moment is not None) == (may_pass_later(reason) and tries <= policy.later_tries)
    if moment is not None:
        assert START < moment <= START + timedelta(days=1, hours=1)
        if reason is Reason.BUSY and asked is not None:
            assert moment >= START + timedelta(seconds=min(asked, policy.longest_seconds))


def test_a_try_at_once_is_for_what_may_be_over_at_once() -> None:
    """Not for a bill, not for a refusal, and not where no time is left for it."""
    policy = RetryPolicy(tries_at_once=3, pause_seconds=1)
    again = {each for each in Reason if pause_at_once(policy, 1, each, 10, 0.5) is not None}
    assert again == {Reason.NOT_REACHED, Reason.BROKEN, Reason.SERVER}
    assert [pause_at_once(policy, n, Reason.SERVER, 10, 0.5) for n in (1, 2, 3)] == [1, 2, None]
    assert pause_at_once(policy, 2, Reason.SERVER, 1.5, 0.5) is None
    assert all(is_fault(each) for each in again)
