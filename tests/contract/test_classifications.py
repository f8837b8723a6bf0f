"""What questions, answers and usage of classifiers promise, on both databases and with several processes."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

import make
from classified import spec_of
from make import AT
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.classification_rows import usage_body, usage_of
from tutela.adapters.db.classifications import DatabaseClassifications, DatabaseUsages
from tutela.adapters.twins.clock import SetClock
from tutela.core.classifying.budget import Budget, Ledger
from tutela.core.classifying.circuit import Circuit, CircuitState
from tutela.core.classifying.spec import Kind, signals_of
from tutela.core.classifying.usage import Counts, Leave, Usage, begin, end
from tutela.core.classifying.verdicts import Classification, Input, Reason, Unknown, Verdict
from tutela.core.content import Account, Channel, ChannelKind
from tutela.core.ids import EventId
from tutela.errors import Conflict
from tutela.ports.classifiers import Answered, Origin, Request, Settled
from tutela.ports.events import Observed

SPEC = spec_of(Kind.OPENAI_MODERATION)
KNOWN = Classification({"label-0": 0.75, "label-1": 0.0}, SPEC.version, (), 5, 9)
LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class Process:
    """One process on the database."""

    desk: make.Desk
    usages: DatabaseUsages
    stored: DatabaseClassifications
    account: Account

    def ask(self, **fields: object) -> Request:
        """Store a question."""
        origin = Origin(
            EventId(make.new_id("event")), self.account.id, None, None,
            Channel(ChannelKind.GROUP, conversation="room"), ("DE", "?"),
        )  # fmt: skip
        made = Request(
            make.new_id("question"), SPEC.id, origin.event_id, Input.TEXT, "asks", origin, AT, b"sealed", 0, AT
        )  # fmt: skip
        made = replace(made, **fields)  # type: ignore[arg-type]  # of any field
        self.desk.commit(observed=Observed(questions=(made,)))
        return made

    def claim(self, at: datetime = AT, limit: int = 10, *busy: str) -> list[Request]:
        """Claim what is due."""
        return self.stored.claim(at, at + LEASE, limit, busy)


@contextmanager
def opened(url: str, name: str, account: Account) -> Iterator[Process]:
    """Yield a process of that name."""
    with make.database(url, writer=name) as desk:
        chain, clock = ChainWriter(name, SystemEntropy()), SetClock()
        yield Process(desk, DatabaseUsages(desk.engine), DatabaseClassifications(desk.engine, chain, clock), account)


@pytest.fixture
def two(new_database: Callable[[], str]) -> Iterator[tuple[Process, Process]]:
    """Yield two processes on one database."""
    url, account = new_database(), make.account()
    with opened(url, "one", account) as one, opened(url, "two", account) as two:
        one.desk.commit(accounts=(account,))
        yield one, two


@pytest.fixture
def process(two: tuple[Process, Process]) -> Process:
    """Return one of them."""
    return two[0]


def answered(request: Request, verdict: Verdict = KNOWN, again: datetime | None = None) -> Answered:
    """Return what came of a try."""
    return Answered(request, request.tries + 1, AT, verdict, signals_of(SPEC, verdict), None, again)


FULL = Usage(
    Circuit(CircuitState.OPEN, 0, 3, 0, AT, 7),
    Ledger(AT.date(), 12, 3400, is_overcharged=True),
    Counts(13, 9, {Reason.TIMED_OUT: 3, Reason.NO_BASIS: 1}, 4200, 99),
)


@pytest.mark.parametrize("usage", [Usage(), FULL], ids=["new", "full"])
def test_a_usage_is_read_as_it_was_written(process: Process, usage: Usage) -> None:
    """With every part; of one that nobody has asked there is a new one."""
    assert process.usages.read("other") == Usage()
    assert process.usages.step(SPEC.id, lambda _: (usage, "told")) == "told"
    assert process.usages.read(SPEC.id) == usage
    assert usage_of(usage_body(usage)) == usage


def test_what_a_later_version_counted_is_left_out() -> None:
    """A reason that this one does not know."""
    body = usage_body(FULL).replace("timed_out", "struck_by_lightning")
    assert usage_of(body).counts.unknown == {Reason.NO_BASIS: 1}


def test_two_processes_never_spend_the_same_money(two: tuple[Process, Process]) -> None:
    """However many threads begin at the same moment, as many calls go as the budget pays."""
    spec = replace(SPEC, budget=Budget(1000, 3000, 500))
    gate = threading.Barrier(8)

    def spend(number: int) -> list[Leave | Reason]:
        gate.wait()
        usages = two[number % 2].usages
        return [usages.step(spec.id, lambda usage: begin(usage, spec, AT)) for _ in range(3)]

    with ThreadPoolExecutor(8) as pool:
        told = [each for some in pool.map(spend, range(8)) for each in some]
    granted = [each for each in told if isinstance(each, Leave)]
    assert len(granted) == 6
    assert {each for each in told if isinstance(each, Reason)} == {Reason.OVER_BUDGET}
    for leave in granted:
        two[1].usages.step(spec.id, lambda usage, leave=leave: (end(usage, spec, leave, KNOWN, AT), None))  # type: ignore[misc]  # of this round
    assert two[0].usages.read(spec.id).ledger == Ledger(AT.date(), 6, 30)
    assert two[0].usages.read(spec.id).counts.known == 6


def test_only_one_of_many_probes(two: tuple[Process, Process]) -> None:
    """A breaker that is over lets one through, whatever process it is in."""
    two[0].usages.step(SPEC.id, lambda _: (Usage(Circuit(CircuitState.OPEN, 0, 1, 0, AT, 1)), None))
    gate = threading.Barrier(6)

    def probe(number: int) -> Leave | Reason:
        gate.wait()
        return two[number % 2].usages.step(SPEC.id, lambda usage: begin(usage, SPEC, AT))

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(probe, range(6)))
    assert [isinstance(each, Leave) for each in told].count(True) == 1
    assert told.count(Reason.CIRCUIT_OPEN) == 5


def test_a_question_is_read_as_it_was_stored(process: Process) -> None:
    """With everything that rules see of it later."""
    plain = process.ask()
    later = process.ask(about=Input.IMAGE, content_ref="med_1", sealed=None, next_at=AT + timedelta(seconds=1))
    assert process.claim() == [plain]
    assert process.claim(AT + timedelta(seconds=1)) == [later]


def test_a_question_is_given_to_one_of_many(two: tuple[Process, Process]) -> None:
    """And to nobody else until the lease is over."""
    made = {two[0].ask().id for _ in range(12)}
    gate = threading.Barrier(6)

    def claim(number: int) -> list[Request]:
        gate.wait()
        return two[number % 2].claim(AT, 3)

    with ThreadPoolExecutor(6) as pool:
        got = [each.id for some in pool.map(claim, range(6)) for each in some]
    assert len(got) == len(set(got)) == 12
    assert set(got) == made
    assert two[1].claim(AT + LEASE - timedelta(microseconds=1)) == []
    assert len(two[1].claim(AT + LEASE, 100)) == 12


def test_whoever_is_busy_is_asked_nothing_more(process: Process) -> None:
    """The others are."""
    process.ask()
    other = process.ask(classifier_id="other")
    assert process.claim(AT, 10, SPEC.id) == [other]
    assert process.claim(AT, 0) == []


def test_what_came_of_a_try_is_recorded_once(two: tuple[Process, Process]) -> None:
    """Whoever was slow changes nothing any more."""
    one, other = two
    request = one.ask()
    one.claim()
    assert one.stored.is_open(request)
    other.stored.settle(Settled(answered(request, Unknown(Reason.TIMED_OUT), AT + timedelta(minutes=1))))
    assert not one.stored.is_open(request)
    with pytest.raises(Conflict):
        one.stored.settle(Settled(answered(request)))
    with pytest.raises(Conflict):
        one.desk.commit(observed=Observed(settled=(Settled(answered(request)),)))
    [again] = one.claim(AT + timedelta(minutes=1))
    assert again == replace(request, tries=1, next_at=AT + timedelta(minutes=1))
    one.desk.commit(observed=Observed(settled=(Settled(answered(again), EventId("evt_x")),)))
    assert one.claim(AT + timedelta(days=1)) == []


def test_stock_tells_what_waits_and_what_was_given_up(process: Process) -> None:
    """By classifier, with the median of the answers' times."""
    first, second, third, _ = (process.ask() for _ in range(4))
    process.stored.settle(Settled(answered(first)))
    process.stored.settle(Settled(answered(second, replace(KNOWN, milliseconds=29))))
    process.stored.settle(Settled(answered(third, Unknown(Reason.NO_CONTENT))))
    stock = process.stored.stock()[SPEC.id]
    assert (stock.waiting, stock.oldest_waiting_at, stock.given_up, stock.answered) == (1, AT, 1, 2)
    assert stock.median_milliseconds == 19


def test_every_try_is_in_the_audit_without_scores(process: Process) -> None:
    """Reason, version, cost."""
    request = process.ask()
    process.stored.settle(Settled(answered(request, Unknown(Reason.BUSY), AT)))
    process.stored.settle(Settled(answered(replace(request, tries=1))))
    with process.desk.engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM audit_entries WHERE chain = 'one' ORDER BY seq")).scalars()
        assert list(kinds) == ["classifier:answer:unknown", "classifier:answer:known"]
        bodies = [bytes(each) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars()]
    assert not any(b"0.75" in each or b"label-0" in each for each in bodies)


def test_quotas_count_what_was_asked_today(process: Process) -> None:
    """By rule and by classifier."""
    process.ask()
    process.ask(rule="other")
    process.ask(created_at=AT - timedelta(days=1))
    with process.desk.store.read() as reader:
        assert reader.questions_by_rule(["asks", "other", "none"], AT) == {"asks": 1, "other": 1}
        assert reader.questions_by_classifier([SPEC.id], AT) == {SPEC.id: 2}


def test_old_questions_are_forgotten_with_their_answers(process: Process) -> None:
    """Whether they were answered or not."""
    old = process.ask(created_at=AT - timedelta(days=9))
    process.ask(created_at=AT - timedelta(days=9))
    new = process.ask()
    process.stored.settle(Settled(replace(answered(old), at=AT - timedelta(days=9))))
    assert process.stored.forget(AT - timedelta(days=1)) == 3
    assert process.claim() == [new]
