"""What endpoints and deliveries promise, on both databases and with several processes."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

import make
from make import AT
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db import deliveries as adapter
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.deliveries import ATTEMPTS_KEPT, DatabaseDeliveries
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.webhooks import DatabaseWebhooks
from tutela.adapters.twins.clock import SetClock
from tutela.core.ids import DeliveryId, WebhookId
from tutela.core.measures import SubjectKind
from tutela.core.webhooks import EVENTS, MAX_ENDPOINTS, MAX_TRIES, Batch, DeliveryState, Failure, Outcome, Settled, Told
from tutela.errors import Conflict, TakenOver
from tutela.ports.webhooks import Attempt, Claimed, Lease, NewBatch, OffBecause, Webhook, WebhookStock

LEASE = timedelta(seconds=30)
WAITING, DELIVERED, DEAD = DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.DEAD


@dataclass(frozen=True)
class Process:
    """One process on the database."""

    engine: Engine
    webhooks: DatabaseWebhooks
    deliveries: DatabaseDeliveries
    name: str

    def lease(self, at: datetime = AT) -> Lease:
        """Return a claim from *at* on."""
        return Lease(self.name, at, at + LEASE)

    def add(self, **fields: object) -> Webhook:
        """Store an endpoint."""
        made = webhook(**fields)
        self.webhooks.add(made, "key_1")
        return made

    def make(self, of: Webhook, at: datetime = AT) -> Claimed | None:
        """Make the next batch of an endpoint, and claim it."""
        [now] = [each for each in self.webhooks.all() if each.id == of.id]
        following = str(int(now.cursor) + 1)
        return self.deliveries.make(now, following, batch(now.cursor, following), self.lease(at))

    def made(self, of: Webhook, at: datetime = AT) -> Claimed:
        """Make the next batch."""
        claimed = self.make(of, at)
        assert claimed is not None
        return claimed

    def settle(self, claimed: Claimed, state: DeliveryState, at: datetime = AT, status: int = 204) -> None:
        """Store what came of a try."""
        attempt = Attempt(claimed.delivery.attempts, at, Outcome(status, milliseconds=3))
        self.deliveries.settle(claimed, attempt, Settled(state, at))

    def states(self, of: Webhook) -> list[DeliveryState]:
        """Return the states of all deliveries, oldest first."""
        return [each.state for each, _ in reversed(self.deliveries.page(of.id, None, None, 100))]


def webhook(**fields: object) -> Webhook:
    """Return an endpoint."""
    made = Webhook(
        WebhookId(make.new_id("webhook")), "forum", "https://forum.example/hook", EVENTS, "0", b"wrapped", AT
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # of any field


def batch(after: str, following: str) -> NewBatch:
    """Return a batch of one change."""
    changes = (Told(SubjectKind.ITEM, "post", int(following), AT),)
    return NewBatch(DeliveryId(make.new_id("delivery")), Batch(changes, after, following), b"{}")


@contextmanager
def opened(url: str, name: str) -> Iterator[Process]:
    """Yield a process of that name."""
    engine, clock = open_engine(url), SetClock()
    chain = ChainWriter(name, SystemEntropy())
    yield Process(engine, DatabaseWebhooks(engine, chain, clock), DatabaseDeliveries(engine, chain, clock), name)
    engine.dispose()


@pytest.fixture
def process(database_url: str) -> Iterator[Process]:
    """Yield a process."""
    with opened(database_url, "one") as one:
        yield one


@pytest.fixture
def two(new_database: Callable[[], str]) -> Iterator[tuple[Process, Process]]:
    """Yield two processes on one database."""
    url = new_database()
    with opened(url, "one") as one, opened(url, "two") as two:
        yield one, two


def test_an_endpoint_is_read_as_it_was_stored(process: Process) -> None:
    """With all that it has."""
    plain = process.add()
    full = process.add(
        previous=b"before", previous_until=AT + timedelta(days=1), off_because=OffBecause.GONE, cursor="7"
    )

    assert process.webhooks.all() == [plain, full]


def test_an_endpoint_is_changed_only_as_it_was_seen(process: Process) -> None:
    """Of two changes at once the second is refused: it would bring an old secret back."""
    seen = process.add()
    rotated = replace(seen, secret=b"new", previous=b"wrapped", previous_until=AT)
    process.webhooks.change(seen, rotated, "rotated", "key_1")

    with pytest.raises(Conflict):
        process.webhooks.change(seen, replace(seen, name="other"), "changed", "key_1")
    assert process.webhooks.all() == [rotated]


def test_there_are_no_more_endpoints_than_threads_for_them(process: Process) -> None:
    """Removed ones do not count."""
    made = [process.add() for _ in range(MAX_ENDPOINTS)]
    with pytest.raises(Conflict, match=str(MAX_ENDPOINTS)):
        process.add()
    process.webhooks.change(made[0], replace(made[0], off_because=OffBecause.REMOVED), "removed", "key_1")

    process.add()

    assert len(process.webhooks.all()) == MAX_ENDPOINTS


def test_every_change_of_an_endpoint_is_in_the_audit_without_its_address(process: Process) -> None:
    """Who did it, and to which host."""
    made = process.add(url="https://forum.example/hook?token=planted")
    process.webhooks.change(made, replace(made, off_because=OffBecause.OPERATOR), "changed", "key_2")
    with process.engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM audit_entries ORDER BY seq")).scalars().all()
        bodies = [bytes(each) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars()]

    assert kinds == ["operator:webhook:added", "operator:webhook:changed"]
    assert all(b"forum.example" in each and b"planted" not in each for each in bodies)


def test_the_next_batch_is_made_when_the_former_is_over(process: Process) -> None:
    """Delivered or dead; the cursor moves with the batch, and numbers go up by one."""
    of = process.add()
    first = process.made(of)
    assert process.make(of) is None
    process.settle(first, DELIVERED)
    second = process.made(of)
    process.settle(second, DEAD)
    third = process.made(of)

    assert [each.delivery.number for each in (first, second, third)] == [1, 2, 3]
    assert process.states(of) == [DELIVERED, DEAD, WAITING]
    assert process.webhooks.all()[0].cursor == "3"
    assert (third.delivery.first_seq, third.delivery.last_seq, third.delivery.changes) == (3, 3, 1)


def test_the_feed_may_move_on_without_a_batch(process: Process) -> None:
    """Where nobody is to be told."""
    of = process.add()
    assert process.deliveries.make(of, "9", None, process.lease()) is None
    assert process.webhooks.all()[0].cursor == "9"
    assert process.states(of) == []


def test_no_batch_is_made_of_what_another_has_told_already(process: Process) -> None:
    """The cursor is compared with what the batch was made from."""
    old = process.add()
    process.settle(process.made(old), DELIVERED)

    assert process.deliveries.make(old, "5", batch("0", "5"), process.lease()) is None
    assert process.webhooks.all()[0].cursor == "1"


def test_a_delivery_is_claimed_by_one_of_many(two: tuple[Process, Process]) -> None:
    """However many threads of however many processes ask at the same moment."""
    one, _ = two
    of = one.add()
    claimed = one.made(of)
    one.deliveries.give_back(claimed, AT)
    gate = threading.Barrier(8)

    def claim(number: int) -> Claimed | None:
        gate.wait()
        return two[number % 2].deliveries.claim(claimed.delivery.id, two[number % 2].lease())

    with ThreadPoolExecutor(8) as pool:
        won = [each for each in pool.map(claim, range(8)) if each is not None]
    assert len(won) == 1
    assert won[0].delivery.body == b"{}"


def test_a_batch_is_made_by_one_of_many(two: tuple[Process, Process]) -> None:
    """From the same place in the feed."""
    of = two[0].add()
    gate = threading.Barrier(8)

    def form(number: int) -> Claimed | None:
        gate.wait()
        process = two[number % 2]
        return process.deliveries.make(of, "1", batch("0", "1"), process.lease())

    with ThreadPoolExecutor(8) as pool:
        won = [each for each in pool.map(form, range(8)) if each is not None]
    assert len(won) == 1
    assert two[0].states(of) == [WAITING]


def test_what_a_dead_process_held_is_taken_over_when_its_lease_is_over(two: tuple[Process, Process]) -> None:
    """Not before; the lost try is in the log; who was taken for dead writes nothing any more."""
    one, other = two
    of = one.add()
    held = one.made(of)
    before, after = AT + LEASE - timedelta(microseconds=1), AT + LEASE
    assert other.deliveries.claim(held.delivery.id, other.lease(before)) is None
    assert [head.is_due for head in other.deliveries.heads(before)] == [False]
    assert [head.is_due for head in other.deliveries.heads(after)] == [True]

    taken = other.deliveries.claim(held.delivery.id, other.lease(after))

    assert taken is not None
    assert (taken.delivery.id, taken.delivery.tries) == (held.delivery.id, 2)
    with pytest.raises(TakenOver):
        one.settle(held, DELIVERED)
    with pytest.raises(TakenOver):
        one.deliveries.give_back(held, after)
    other.settle(taken, DELIVERED, after)
    [(delivery, log)] = one.deliveries.page(of.id, None, None, 10)
    assert delivery.state is DELIVERED
    assert [(each.number, each.outcome.failure, each.outcome.status) for each in log] == [
        (1, Failure.LOST, None),
        (2, None, 204),
    ]


def test_what_kills_each_process_that_sends_it_is_dead_in_the_end(process: Process) -> None:
    """It stands among the dead with the tries that were lost, can be sent again by hand, and the next ones go on."""
    of = process.add()
    held = process.made(of)
    for turn in range(1, MAX_TRIES):
        assert process.deliveries.claim(held.delivery.id, process.lease(AT + turn * LEASE)) is not None

    assert process.deliveries.claim(held.delivery.id, process.lease(AT + MAX_TRIES * LEASE)) is None

    [(delivery, log)] = process.deliveries.page(of.id, None, None, 100)
    assert (delivery.state, delivery.tries) == (DeliveryState.DEAD, MAX_TRIES + 1)
    assert [each.outcome.failure for each in log] == [Failure.LOST] * MAX_TRIES


def test_a_process_that_claims_anew_what_it_held_itself_writes_under_the_new_claim_alone(process: Process) -> None:
    """One of its threads was taken for dead by another."""
    held = process.made(process.add())
    again = process.deliveries.claim(held.delivery.id, process.lease(AT + LEASE))
    assert again is not None

    with pytest.raises(TakenOver):
        process.settle(held, DELIVERED)
    process.settle(again, DELIVERED)


def test_what_is_given_back_counts_as_no_try(process: Process) -> None:
    """A stop of ours is not held against a receiver."""
    of = process.add()
    process.deliveries.give_back(process.made(of), AT)
    [head] = process.deliveries.heads(AT)
    assert head.is_due
    assert head.delivery_id is not None

    again = process.deliveries.claim(head.delivery_id, process.lease())

    assert again is not None
    assert again.delivery.tries == 1


def test_what_is_not_due_yet_is_not_claimed(process: Process) -> None:
    """Its pause is kept, by whoever asks."""
    of = process.add()
    held = process.made(of)
    later = AT + timedelta(minutes=1)
    process.settle(held, WAITING, later)

    assert process.deliveries.claim(held.delivery.id, process.lease()) is None
    assert process.deliveries.claim(held.delivery.id, process.lease(later)) is not None


def test_a_delivery_waits_for_those_before_it(process: Process) -> None:
    """Dead ones that are sent again go first, in their order."""
    of = process.add()
    ids = []
    for state in (DEAD, DEAD, WAITING):
        claimed = process.made(of)
        ids.append(claimed.delivery.id)
        process.settle(claimed, state)
    assert process.deliveries.send_again(of.id, AT, "key_1") == 2

    for place, expected in enumerate(ids):
        assert [process.deliveries.claim(each, process.lease()) for each in ids[place + 1 :]] == [None] * (2 - place)
        claimed = process.deliveries.claim(expected, process.lease())
        assert claimed is not None
        process.settle(claimed, DELIVERED)
    assert process.states(of) == [DELIVERED] * 3


def test_nothing_is_sent_to_an_endpoint_that_is_off(process: Process) -> None:
    """Neither what waits nor what is new; switched on, it is due at once with all tries before it."""
    of = process.add()
    claimed = process.made(of)
    process.settle(claimed, WAITING, AT + timedelta(hours=6), 500)
    off = replace(of, off_because=OffBecause.OPERATOR)
    process.webhooks.change(of, off, "changed", "key_1")

    assert process.deliveries.heads(AT) == []
    assert process.deliveries.claim(claimed.delivery.id, process.lease(AT + timedelta(days=1))) is None
    assert process.deliveries.make(off, "9", batch("1", "9"), process.lease()) is None

    process.webhooks.change(off, of, "changed", "key_1")
    again = process.deliveries.claim(claimed.delivery.id, process.lease())
    assert again is not None
    assert again.delivery.tries == 1


def test_a_receiver_that_is_gone_is_switched_off_with_an_audit_entry(process: Process) -> None:
    """And its delivery waits, for the day on which somebody switches it on again."""
    of = process.add()
    claimed = process.made(of)
    process.deliveries.settle(claimed, Attempt(1, AT, Outcome(410)), Settled(WAITING, AT, is_gone=True))

    assert [each.off_because for each in process.webhooks.all()] == [OffBecause.GONE]
    assert process.states(of) == [WAITING]
    with process.engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM audit_entries ORDER BY seq")).scalars().all()
    assert kinds == ["operator:webhook:added", "system:webhook:gone"]


def test_one_delivery_is_sent_again_whatever_became_of_it(process: Process) -> None:
    """One that waits is due at once; one of another endpoint is not found."""
    of, other = process.add(), process.add()
    claimed = process.made(of)
    process.settle(claimed, DELIVERED)
    delivery_id = claimed.delivery.id

    assert process.deliveries.send_again(other.id, AT, "key_1", delivery_id) == 0
    assert process.deliveries.send_again(of.id, AT, "key_1", DeliveryId("dlv_none")) == 0
    assert process.deliveries.send_again(of.id, AT, "key_1", delivery_id) == 1
    assert process.states(of) == [WAITING]
    again = process.deliveries.claim(delivery_id, process.lease())
    assert again is not None
    process.settle(again, WAITING, AT + timedelta(hours=1), 500)
    assert process.deliveries.send_again(of.id, AT, "key_1", delivery_id) == 1
    assert process.deliveries.claim(delivery_id, process.lease()) is not None


def test_pages_go_from_the_newest_to_the_oldest_and_by_state(process: Process) -> None:
    """Each with its tries, and without its body."""
    of, other = process.add(), process.add()
    for state in (DELIVERED, DEAD, DELIVERED, WAITING):
        process.settle(process.made(of), state)
    process.settle(process.made(other), DELIVERED)

    def numbers(state: DeliveryState | None, before: int | None, limit: int) -> list[int]:
        return [each.number for each, _ in process.deliveries.page(of.id, state, before, limit)]

    assert numbers(None, None, 10) == [4, 3, 2, 1]
    assert numbers(None, 3, 1) == [2]
    assert numbers(DELIVERED, None, 10) == [3, 1]
    assert numbers(DEAD, 2, 10) == []
    [(delivery, log)] = process.deliveries.page(of.id, DEAD, None, 1)
    assert delivery.body == b""
    assert [(each.number, each.outcome) for each in log] == [(1, Outcome(204, milliseconds=3))]


def test_the_log_of_one_delivery_stays_short(process: Process) -> None:
    """However often it is sent again."""
    of = process.add()
    claimed = process.made(of)
    for _ in range(ATTEMPTS_KEPT + 5):
        process.settle(claimed, WAITING, status=500)
        again = process.deliveries.claim(claimed.delivery.id, process.lease())
        assert again is not None
        claimed = again
    process.settle(claimed, DELIVERED)

    [(_, log)] = process.deliveries.page(of.id, None, None, 1)
    assert [each.number for each in log] == list(range(7, ATTEMPTS_KEPT + 7))


def test_what_is_over_is_forgotten_and_what_waits_is_not(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few at a time; the dead stay longer; a removed endpoint goes with everything."""
    monkeypatch.setattr(adapter, "CHUNK_DELIVERIES", 2)
    of, removed = process.add(), process.add()
    for state, day in ((DELIVERED, 0), (DEAD, 0), (DELIVERED, 8), (WAITING, 0)):
        process.settle(process.made(of), state, AT + timedelta(days=day))
    for _ in range(3):
        process.settle(process.made(removed), DELIVERED, AT + timedelta(days=8))
    process.made(removed)
    process.webhooks.change(removed, replace(removed, off_because=OffBecause.REMOVED), "removed", "key_1")

    counts = []
    while count := process.deliveries.forget(delivered_before=AT + timedelta(days=7), dead_before=AT):
        counts.append(count)

    assert sum(counts) == 5
    assert process.states(of) == [DEAD, DELIVERED, WAITING]
    with process.engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM webhooks")).scalars().all() == [of.id]
        assert connection.execute(text("SELECT count(*) FROM webhook_attempts")).scalar() == 3
    process.deliveries.forget(delivered_before=AT, dead_before=AT + timedelta(days=1))
    assert process.states(of) == [DELIVERED, WAITING]


def test_the_stock_is_counted_without_what_was_removed(process: Process) -> None:
    """Endpoints by whether they are on, deliveries by whether somebody must look."""
    assert process.webhooks.stock() == WebhookStock(0, 0, 0, 0, None)
    of, off, removed = process.add(), process.add(off_because=OffBecause.GONE), process.add()
    process.settle(process.made(of), DEAD)
    process.made(of, AT + timedelta(seconds=5))
    process.settle(process.made(removed), DEAD)
    process.made(removed)
    process.webhooks.change(removed, replace(removed, off_because=OffBecause.REMOVED), "removed", "key_1")

    assert process.webhooks.stock() == WebhookStock(1, 1, 1, 1, AT + timedelta(seconds=5))
    assert off.off_because is OffBecause.GONE
