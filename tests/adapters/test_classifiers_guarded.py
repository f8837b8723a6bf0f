"""The guard: nothing goes out that may not, nothing is spent that is not there, and no failure calls anything clean."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from classified import GENEROUS, QUICK, about, built, spec_of
from tutela.adapters.classifiers.guarded import Guarded
from tutela.adapters.twins.classifier_server import ClassifierTwin, Mode, System, listening
from tutela.adapters.twins.classifiers import WORD, ChatTwin, GenericTwin, ModerationTwin, UsageTwin
from tutela.adapters.twins.clock import START, SeededEntropy, SetClock
from tutela.core.classifying.budget import Budget
from tutela.core.classifying.circuit import CircuitPolicy, CircuitState
from tutela.core.classifying.retrying import RetryPolicy
from tutela.core.classifying.spec import ClassifierSpec, Kind, Sending, Terms, signals_of
from tutela.core.classifying.verdicts import Asked, Classification, Reason, Text, Unknown, Verdict
from tutela.core.content import ChannelKind
from tutela.errors import Unavailable
from tutela.ports.classifiers import Classifier

TEXT = f"{WORD} on a lake"
ONCE = RetryPolicy(tries_at_once=1)


class Guard:
    """A guarded twin, with its clock and its pauses in sight."""

    def __init__(self, twin: ClassifierTwin, spec: ClassifierSpec, classifier: Classifier | None = None) -> None:
        self.twin, self.clock, self.usages, self.slept = twin, SetClock(), UsageTwin(), list[float]()
        inner = classifier or built(replace(spec, sending=Sending(is_inside=True)))
        self.guarded = Guarded(spec, inner, self.usages, self.clock, SeededEntropy(), self.slept.append)

    def ask(self, text: str = TEXT, **more: Any) -> Verdict:
        """Ask about a text."""
        return self.guarded.classify(about(text, **more))

    def reason(self, **more: Any) -> Reason:
        """Return why nothing is known."""
        verdict = self.ask(**more)
        assert isinstance(verdict, Unknown), verdict
        return verdict.reason

    @property
    def usage(self) -> Any:
        """Return how the classifier stands."""
        return self.usages.read(self.guarded.spec.id)


@contextmanager
def guard(
    kind: Kind = Kind.OPENAI_MODERATION,
    system: System | None = None,
    *,
    inner: Classifier | None = None,
    **changes: Any,
) -> Iterator[Guard]:
    """Yield a guarded twin."""
    with listening(system or ModerationTwin()) as twin:
        found = Guard(twin, spec_of(kind, twin.url, **changes), inner)
        yield found
        found.guarded.close()


def test_what_comes_through_is_a_signal() -> None:
    """With its score beside the operator's threshold; and it is counted."""
    with guard() as found:
        verdict = found.ask()
        first, second = signals_of(found.guarded.spec, verdict)
        assert (first.score, first.is_over, second.is_over) == (0.25, False, False)
        counts = found.usage.counts
        assert (counts.asked, counts.known, counts.unknown, counts.cost_micro) == (1, 1, {}, 500)


@pytest.mark.parametrize(
    ("changes", "asked", "expected"),
    [
        ({"sending": Sending()}, {}, Reason.NO_CONSENT),
        ({"sending": Sending(may_send_out=True)}, {}, Reason.NO_CONSENT),
        ({"sending": Sending(basis="12")}, {}, Reason.NO_CONSENT),
        ({}, {"channel": ChannelKind.PRIVATE, "has_basis": True}, Reason.NO_BASIS),
        ({"channels": frozenset(ChannelKind)}, {"channel": ChannelKind.GROUP}, Reason.NO_BASIS),
        ({"channels": frozenset(ChannelKind)}, {"is_encrypted": True, "has_basis": True}, Reason.NO_BASIS),
        ({"terms": Terms(ends_at=START)}, {}, Reason.LICENCE_ENDED),
        ({"takes": frozenset()}, {}, Reason.WRONG_INPUT),
        ({"limits": replace(QUICK, content_bytes=len(TEXT) - 1)}, {}, Reason.TOO_LARGE),
        ({"budget": Budget(0)}, {}, Reason.OVER_BUDGET),
        ({"budget": Budget(10, 499, 500)}, {}, Reason.OVER_BUDGET),
    ],
)
def test_what_may_not_go_out_does_not(changes: Any, asked: Any, expected: Reason) -> None:
    """No byte of it; and it is counted why."""
    with guard(**changes) as found:
        assert found.reason(**asked) is expected
        assert found.twin.came == []
        assert dict(found.usage.counts.unknown) == {expected: 1}
        assert found.usage.counts.asked == 0


def test_a_private_channel_needs_the_operator_and_a_basis() -> None:
    """Both, and then it is asked."""
    with guard(channels=frozenset(ChannelKind)) as found:
        assert isinstance(found.ask(channel=ChannelKind.PRIVATE, has_basis=True), Classification)


def test_the_budget_of_a_day_is_never_exceeded() -> None:
    """Not by a try at once either; and there is one again on the next day."""
    with guard(budget=Budget(3, 10_000, 10)) as found:
        answers = [found.ask() for _ in range(5)]
        assert [isinstance(each, Classification) for each in answers] == [True, True, True, False, False]
        found.clock.advance(days=1)
        found.twin.mode = Mode.SERVER
        found.ask()
        found.ask()
        assert found.reason() is Reason.OVER_BUDGET
        assert len(found.twin.came) == 6


def test_many_at_once_spend_no_more_than_there_is() -> None:
    """Forty questions of eight threads, a budget of ten calls."""
    with guard(budget=Budget(10, 10_000, 1000)) as found, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: found.ask(), range(40)))
        assert sum(isinstance(each, Classification) for each in answers) == len(found.twin.came) == 10
        assert found.usage.ledger.cost_micro == 10_000


def test_whoever_bills_too_much_is_not_asked_again_that_day() -> None:
    """The answer is kept, for it is paid; the bill is counted as it is."""
    with guard(Kind.GENERIC_JSON, GenericTwin(), budget=Budget(100, 10**9, 500)) as found:
        found.twin.mode = Mode.OVERCHARGE
        verdict = found.ask()
        assert isinstance(verdict, Classification)
        assert found.usage.ledger.cost_micro == 500_000
        assert found.reason() is Reason.OVERCHARGED
        assert len(found.twin.came) == 1
        found.clock.advance(days=1)
        assert isinstance(found.ask(), Classification)


def test_an_answer_that_cannot_be_used_is_paid_all_the_same() -> None:
    """As it was billed."""
    with guard(Kind.POLICY_MODEL, ChatTwin(tokens=60)) as found:
        found.twin.mode = Mode.DECLINE
        assert found.reason() is Reason.DECLINED
        assert found.usage.ledger.cost_micro == 300


def test_what_never_left_costs_nothing() -> None:
    """No call is counted where there was no connection."""
    with guard(retry=ONCE) as found:
        port = found.twin.port
    with guard(retry=ONCE, inner=built(spec_of(Kind.OPENAI_MODERATION, f"http://127.0.0.1:{port}/"))) as found:
        assert found.reason() is Reason.NOT_REACHED
        assert (found.usage.ledger.calls, found.usage.ledger.cost_micro) == (0, 0)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Mode.OTHER_VERSION, Reason.WRONG_VERSION), (Mode.LIE, Reason.OUT_OF_RANGE), (Mode.HANG, Reason.TIMED_OUT),
        (Mode.DRIP, Reason.TIMED_OUT), (Mode.HUGE, Reason.ANSWER_TOO_LARGE), (Mode.DENY, Reason.DENIED),
        (Mode.BUSY, Reason.BUSY), (Mode.REDIRECT, Reason.REDIRECTED), (Mode.GARBAGE, Reason.GARBAGE),
    ],
)  # fmt: skip
def test_a_failed_classifier_says_unknown_of_every_label(mode: Mode, expected: Reason) -> None:
    """Asked once: another try at once would change nothing."""
    limits = QUICK if expected is Reason.TIMED_OUT else replace(QUICK, timeout_seconds=20)
    with guard(limits=limits) as found:
        found.twin.mode = mode
        verdict = found.ask()
        assert isinstance(verdict, Unknown)
        assert verdict.reason is expected
        assert {(each.score, each.is_over) for each in signals_of(found.guarded.spec, verdict)} == {(None, None)}
        assert len(found.twin.came) == 1


def test_a_hiccup_is_tried_again_at_once() -> None:
    """After a pause, and each try is counted."""
    with guard() as found:
        found.twin.mode, found.twin.after = Mode.SERVER, Mode.WELL
        assert isinstance(found.ask(), Classification)
        assert len(found.slept) == 1
        assert 0.16 <= found.slept[0] <= 0.24
        assert found.usage.ledger.calls == found.usage.counts.asked == 2


def test_a_try_that_is_not_let_through_hides_no_reason() -> None:
    """The breaker opened behind the first one: what is told is the failure."""
    with guard(circuit=CircuitPolicy(failures_to_open=1)) as found:
        found.twin.mode = Mode.SERVER
        assert found.reason() is Reason.SERVER
        assert found.reason() is Reason.CIRCUIT_OPEN
        assert len(found.twin.came) == 1


def test_all_tries_together_end_with_the_question() -> None:
    """A pause that would not fit in is none."""
    patient = RetryPolicy(tries_at_once=5, pause_seconds=30)
    with guard(retry=patient) as found:
        found.twin.mode = Mode.SERVER
        assert found.reason(seconds=5) is Reason.SERVER
        assert found.slept == []


def test_whoever_fails_in_a_row_is_left_alone_and_then_probed() -> None:
    """Once, until it answers."""
    with guard(retry=ONCE, circuit=CircuitPolicy(failures_to_open=2, open_seconds=30)) as found:
        found.twin.mode = Mode.SERVER
        assert [found.reason() for _ in range(3)] == [Reason.SERVER, Reason.SERVER, Reason.CIRCUIT_OPEN]
        found.clock.advance(seconds=31)
        assert [found.reason() for _ in range(2)] == [Reason.SERVER, Reason.CIRCUIT_OPEN]
        found.twin.mode = Mode.WELL
        found.clock.advance(seconds=59)
        assert found.reason() is Reason.CIRCUIT_OPEN
        found.clock.advance(seconds=2)
        assert isinstance(found.ask(), Classification)
        assert found.usage.circuit.state is CircuitState.CLOSED
        assert len(found.twin.came) == 4


@pytest.mark.parametrize(("mode", "seconds"), [(Mode.BUSY, 120), (Mode.DENY, 1800)])
def test_whoever_asks_for_rest_or_denies_us_is_left_alone_at_once(mode: Mode, seconds: int) -> None:
    """As long as it says; a wrong key is not tried over and over."""
    with guard() as found:
        found.twin.mode, found.twin.after = mode, Mode.WELL
        found.ask()
        assert found.usage.circuit.until == START + timedelta(seconds=seconds)
        assert found.reason() is Reason.CIRCUIT_OPEN


def test_content_that_is_refused_opens_no_breaker() -> None:
    """However often: whoever sends it could switch a classifier off for everybody else."""
    with guard(circuit=CircuitPolicy(failures_to_open=2), budget=GENEROUS) as found:
        found.twin.mode = Mode.REFUSE
        for _ in range(5):
            assert found.reason() is Reason.REFUSED
        assert found.usage.circuit.state is CircuitState.CLOSED


class Broken:
    """A classifier with a fault of its own: what it raises holds content."""

    def classify(self, asked: Asked) -> Verdict:
        """Fail."""
        assert isinstance(asked.content, Text)
        raise RuntimeError(asked.content.words)

    def close(self) -> None:
        """Do nothing."""


def test_a_fault_of_an_adapter_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    """And what it raised is not told."""
    with guard(inner=Broken()) as found:
        assert found.reason() is Reason.BROKEN
    told = capsys.readouterr()
    assert WORD not in told.out + told.err


def test_what_cannot_be_counted_is_not_asked() -> None:
    """Money would be spent twice."""

    class Down(UsageTwin):
        def step(self, *_: Any) -> Any:
            """Fail."""
            raise Unavailable

    with guard() as found:
        lost = replace(found.guarded, usages=Down())
        assert lost.classify(about(TEXT)) == Unknown(Reason.STOPPED)
        assert found.twin.came == []


def test_closing_breaks_off_what_is_under_way() -> None:
    """Whoever waits is told at once."""
    with guard() as found:
        found.twin.mode = Mode.HANG
        answers: list[Verdict] = []
        asking = threading.Thread(target=lambda: answers.append(found.ask()))
        asking.start()
        while not found.twin.came:
            pass
        found.guarded.close()
        asking.join(60)
        assert [each.reason for each in answers if isinstance(each, Unknown)] == [Reason.STOPPED]
        assert found.usage.circuit.failures == 0
