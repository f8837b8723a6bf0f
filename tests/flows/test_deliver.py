"""From a committed change to the receiver: batches, order, pauses, dead letters, secrets, and what is never said."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from standardwebhooks import Webhook as Official

import make
from make import Home
from receiving import Got, receiving, refuse
from tutela.adapters.twins.webhooks import ReceiverTwin
from tutela.adapters.webhooks.signing import headers_of
from tutela.core.charter import of_log_record
from tutela.core.measures import MeasureKind, Subject, SubjectKind
from tutela.core.units import Duration
from tutela.core.webhooks import BATCH_CHANGES, MAX_TRIES, DeliveryState, Failure, Outcome
from tutela.errors import BadInput, KeyMissing, UnknownDelivery, UnknownWebhook
from tutela.flows.deliver import KEYS_PERIOD
from tutela.flows.keep_webhooks import WebhookChange
from tutela.ports.changes import FeedPlace
from tutela.ports.committer import Changeset
from tutela.ports.webhooks import OffBecause, Post, Webhook

URL = "https://forum.example/hook"
BY = "key_1"


def change(home: Home, *names: str) -> None:
    """Let something of an account change, a commit a name."""
    for name in names:
        with home.house.store.read() as reader:
            known = reader.accounts_by_platform_id([name])
        author = known[name] if name in known else make.account(name)
        because = make.decision()
        grant = make.measure(MeasureKind.EXCLUDE, Subject.account(author.id), because)
        home.house.committer.commit(
            Changeset(accounts=() if name in known else (author,), decisions=(because,), measures=(grant,))
        )


def deliver(home: Home) -> int:
    """Send everything that is due, and what may follow it; return how many tries that were."""
    tries = 0
    while begun := home.house.deliver.begin():
        for claimed in begun:
            home.house.deliver.finish(claimed)
        tries += len(begun)
    return tries


@pytest.fixture
def twin(home_anywhere: Home) -> ReceiverTwin:
    """Put receivers in memory in the place of the network."""
    made = ReceiverTwin()
    home_anywhere.house.sender = made
    return made


@pytest.fixture
def home(home_anywhere: Home) -> Home:
    """Return a house on the databases of the test."""
    return home_anywhere


def told(posts: list[Post]) -> list[list[str]]:
    """Return the names in each batch."""
    return [[each["id"] for each in json.loads(post.body)["data"]["changes"]] for post in posts]


def state(home: Home, webhook: Webhook) -> list[str]:
    """Return the states of deliveries, oldest first."""
    return [each.state.value for each, _ in reversed(home.house.keep_webhooks.page(webhook.id, None, None, 100))]


def test_what_changes_is_told_once_signed_and_in_order(home: Home, twin: ReceiverTwin) -> None:
    """From the moment of registration on; the body says kinds, ids, numbers and places of the feed."""
    change(home, "before")
    _, secret = home.house.keep_webhooks.add("forum", URL, BY)
    change(home, "alice", "ben")
    assert deliver(home) == 1
    change(home, "cleo")
    assert deliver(home) == 0, "a batch was made this very second"
    home.clock.advance(seconds=1)
    assert deliver(home) == 1
    assert deliver(home) == 0

    first, second = twin.came[URL]
    assert told([first, second]) == [["alice", "ben"], ["cleo"]]
    assert first.secrets == (secret,)
    assert headers_of(first)["webhook-id"] == first.id != second.id
    data = json.loads(first.body)["data"]
    assert data["after"] == "1"
    assert json.loads(second.body)["data"]["after"] == data["next"] == str(data["changes"][-1]["seq"])
    assert {each["kind"] for each in data["changes"]} == {"account"}


def test_the_whole_past_is_told_to_who_asks_for_it(home: Home, twin: ReceiverTwin) -> None:
    """Each subject once, full batches one after the other without a pause."""
    change(home, "alice", "ben", "alice")
    home.house.keep_webhooks.add("", URL, BY, from_start=True)
    deliver(home)

    assert told(twin.came[URL]) == [["ben", "alice"]]


def in_batches_of(home: Home, changes: int) -> None:
    """Tell so many changes in one request at most."""
    home.house.__dict__["deliver"] = replace(home.house.deliver, batch_changes=changes)


def test_full_batches_do_not_wait_for_each_other(home: Home, twin: ReceiverTwin) -> None:
    """A backlog goes out as fast as it is taken."""
    assert home.house.deliver.batch_changes == BATCH_CHANGES == 500
    in_batches_of(home, 2)
    home.house.keep_webhooks.add("", URL, BY, from_start=True)
    change(home, *"abcdef")
    deliver(home)

    assert told(twin.came[URL])[:2] == [["a", "b"], ["c", "d"]]


def test_who_carries_a_batch_goes_on_with_the_next_until_told_to_end(home: Home, twin: ReceiverTwin) -> None:
    """A backlog does not wait for anybody to look again."""
    in_batches_of(home, 1)
    home.house.keep_webhooks.add("", URL, BY)
    change(home, "a", "b", "c", "d")
    [claimed] = home.house.deliver.begin()
    home.house.deliver.carry(claimed, lambda: len(twin.came[URL]) == 2)
    assert told(twin.came[URL]) == [["a"], ["b"]]
    [claimed] = home.house.deliver.begin()
    home.house.deliver.carry(claimed, lambda: False)
    assert told(twin.came[URL])[2:] == [["c"]], "the last one is not full, and so waits for its second"


def test_a_slow_endpoint_keeps_nobody_waiting(home: Home, twin: ReceiverTwin) -> None:
    """While one is under way, another gets what is new."""
    home.house.keep_webhooks.add("slow", URL, BY)
    change(home, "alice")
    under_way = home.house.deliver.begin()
    home.house.keep_webhooks.add("quick", f"{URL}/other", BY)
    change(home, "ben")
    deliver(home)

    assert [each.webhook.name for each in under_way] == ["slow"]
    assert told(twin.came[f"{URL}/other"]) == [["ben"]]
    assert twin.came[URL] == []


def test_a_failed_batch_comes_again_byte_for_byte_and_keeps_its_place(home: Home, twin: ReceiverTwin) -> None:
    """Under its identifier, with a new time; what is newer waits and then goes together."""
    webhook, _ = home.house.keep_webhooks.add("", URL, BY)
    twin.answer(URL, lambda _: Outcome(500))
    change(home, "alice")
    deliver(home)
    change(home, "ben", "cleo", "ben")
    assert deliver(home) == 0
    twin.answer(URL, lambda _: Outcome(204))
    home.clock.advance(seconds=6)
    assert deliver(home) == 2

    first, again, rest = twin.came[URL]
    assert (first.id, first.body) == (again.id, again.body)
    assert again.at - first.at == timedelta(seconds=6)
    assert told([rest]) == [["cleo", "ben"]], "each subject once"
    assert state(home, webhook) == ["delivered", "delivered"]


def test_what_nobody_takes_for_days_is_dead_and_told(home: Home, twin: ReceiverTwin) -> None:
    """After the last try; the next batch goes on; sent again it keeps its identifier and comes first."""
    webhook, _ = home.house.keep_webhooks.add("", URL, BY)
    twin.answer(URL, lambda _: Outcome(failure=Failure.NOT_CONNECTED))
    change(home, "alice")
    with structlog.testing.capture_logs() as logs:
        tries, began = 0, home.clock.now()
        while "dead" not in state(home, webhook):
            tries += deliver(home)
            home.clock.advance(minutes=30)

    assert tries >= MAX_TRIES
    assert timedelta(days=3) < home.clock.now() - began < timedelta(days=7)
    dead = [each for each in logs if each["event"] == "webhook_dead"]
    assert [(each["log_level"], each["webhook"], each["failure"]) for each in dead] == [
        ("error", webhook.id, "not_connected")
    ]
    assert home.house.webhooks.stock().dead == 1

    twin.answer(URL, lambda _: Outcome(204))
    change(home, "ben")
    assert home.house.keep_webhooks.send_dead_again(webhook.id, BY) == 1
    twin.came[URL].clear()
    deliver(home)
    assert told(twin.came[URL]) == [["alice"], ["ben"]]
    assert home.house.webhooks.stock().dead == 0


def test_a_receiver_that_is_gone_is_sent_nothing_more(home: Home, twin: ReceiverTwin) -> None:
    """Until somebody switches it on; then it gets what it was owed, each subject once."""
    webhook, _ = home.house.keep_webhooks.add("", URL, BY)
    twin.answer(URL, lambda _: Outcome(410))
    change(home, "alice")
    with structlog.testing.capture_logs() as logs:
        deliver(home)
    change(home, "ben", "ben")
    home.clock.advance(days=30)
    assert deliver(home) == 0
    assert home.house.keep_webhooks.find(webhook.id).off_because is OffBecause.GONE
    gone = [each for each in logs if each["event"].startswith("webhook_") and each["log_level"] == "error"]
    assert [each["event"] for each in gone] == ["webhook_gone"]

    twin.answer(URL, lambda _: Outcome(204))
    home.house.keep_webhooks.change(webhook.id, WebhookChange(is_active=True), BY)
    twin.came[URL].clear()
    deliver(home)
    assert told(twin.came[URL]) == [["alice"], ["ben"]]


def test_a_busy_receiver_is_left_alone_for_as_long_as_it_says(home: Home, twin: ReceiverTwin) -> None:
    """429 and 503 with Retry-After."""
    home.house.keep_webhooks.add("", URL, BY)
    twin.answer(URL, lambda _: Outcome(429, None, Duration(minutes=5)))
    change(home, "alice")
    deliver(home)
    home.clock.advance(seconds=299)
    assert deliver(home) == 0
    home.clock.advance(seconds=1)
    assert deliver(home) == 1


def test_what_a_stop_breaks_off_is_sent_by_the_next_process(home: Home, twin: ReceiverTwin) -> None:
    """At once, and it counts as no try."""
    webhook, _ = home.house.keep_webhooks.add("", URL, BY)
    change(home, "alice")
    [begun] = home.house.deliver.begin()
    twin.close()
    home.house.deliver.finish(begun)
    [(delivery, log)] = home.house.keep_webhooks.page(webhook.id, None, None, 1)
    assert (delivery.state, delivery.tries, log) == (DeliveryState.WAITING, 0, ())

    home.house.__dict__.pop("deliver")
    home.house.sender = other = ReceiverTwin()
    assert deliver(home) == 1
    assert [post.id for post in other.came[URL]] == [delivery.id]


def test_both_secrets_sign_for_a_day_after_a_rotation(home: Home, twin: ReceiverTwin) -> None:
    """Then only the new one; a second rotation forgets the oldest."""
    webhook, first = home.house.keep_webhooks.add("", URL, BY)
    _, second = home.house.keep_webhooks.rotate(webhook.id, BY)
    secrets = []
    for name, hours in (("a", 0), ("b", 23), ("c", 1)):
        home.clock.advance(hours=hours, seconds=1)
        change(home, name)
        deliver(home)
        secrets.append(twin.came[URL][-1].secrets)
    _, third = home.house.keep_webhooks.rotate(webhook.id, BY)
    _, fourth = home.house.keep_webhooks.rotate(webhook.id, BY)
    home.clock.advance(seconds=1)
    change(home, "d")
    deliver(home)

    assert secrets == [(second, first), (second, first), (second,)]
    assert twin.came[URL][-1].secrets == (fourth, third)
    assert all(each.startswith("whsec_") and len(base64.b64decode(each[6:])) == 32 for each in (first, second, third))


def test_secrets_lie_wrapped_and_only_for_their_own_endpoint(home: Home, twin: ReceiverTwin) -> None:
    """Neither the database nor a value that is printed holds one; moved to another row it does not open."""
    webhook, secret = home.house.keep_webhooks.add("", URL, BY)
    other, _ = home.house.keep_webhooks.add("", f"{URL}/other", BY)
    stored = home.house.keep_webhooks.find(webhook.id)

    assert secret.encode() not in stored.secret
    assert secret not in repr(stored)
    with pytest.raises(KeyMissing):
        home.house.keys.unwrap(KEYS_PERIOD, stored.secret, context=other.id.encode())


def test_a_secret_that_does_not_open_is_a_failed_try(home: Home, twin: ReceiverTwin) -> None:
    """Nothing goes out unsigned; the log says why."""
    webhook, _ = home.house.keep_webhooks.add("", URL, BY)
    change(home, "alice")
    home.house.keys.destroy_period(KEYS_PERIOD)
    deliver(home)

    [(delivery, log)] = home.house.keep_webhooks.page(webhook.id, None, None, 1)
    assert delivery.state is DeliveryState.WAITING
    assert [each.outcome.failure for each in log] == [Failure.NO_KEY]
    assert twin.came[URL] == []


@pytest.mark.both_databases
def test_a_ping_is_sent_at_once_and_wakes_what_waits(home: Home, twin: ReceiverTwin) -> None:
    """Also to an endpoint that is off; one that does not arrive wakes nothing."""
    webhook, _ = home.house.keep_webhooks.add("", URL, BY)
    twin.answer(URL, lambda _: Outcome(500))
    change(home, "alice")
    for _ in range(8):
        deliver(home)
        home.clock.advance(hours=3)
    deliver(home)
    assert home.house.keep_webhooks.test(webhook.id).status == 500
    assert deliver(home) == 0
    twin.answer(URL, lambda _: Outcome(204))
    assert home.house.keep_webhooks.test(webhook.id).is_success
    assert json.loads(twin.came[URL][-1].body)["type"] == "webhook.ping"
    assert deliver(home) == 1


def test_what_is_not_there_is_said(home: Home, twin: ReceiverTwin) -> None:
    """Endpoints and deliveries, and addresses that nothing is sent to."""
    flow = home.house.keep_webhooks
    webhook, _ = flow.add("", URL, BY)
    with pytest.raises(UnknownDelivery):
        flow.send_again(webhook.id, "dlv_none", BY)
    with pytest.raises(BadInput):
        flow.change(webhook.id, WebhookChange(url="http://127.0.0.1/"), BY)
    flow.remove(webhook.id, BY)
    for ask in (
        lambda: flow.find(webhook.id),
        lambda: flow.remove(webhook.id, BY),
        lambda: flow.test(webhook.id),
        lambda: flow.page(webhook.id, None, None, 1),
        lambda: flow.send_dead_again(webhook.id, BY),
    ):
        with pytest.raises(UnknownWebhook):
            ask()
    change(home, "alice")
    assert deliver(home) == 0


@pytest.mark.both_databases
def test_what_was_told_long_ago_is_forgotten(home: Home, twin: ReceiverTwin) -> None:
    """After the days that the operator sets; a removed endpoint at once."""
    webhook, _ = home.house.keep_webhooks.add("", URL, BY)
    change(home, "alice")
    deliver(home)
    home.clock.advance(days=6)
    assert home.house.forget_deliveries() == 0
    home.clock.advance(days=2)
    assert home.house.forget_deliveries() == 1
    home.house.keep_webhooks.remove(webhook.id, BY)
    home.house.forget_deliveries()
    with home.house.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM webhooks").scalar() == 0


def test_that_a_tag_or_an_address_changed_is_told_and_which_one_is_not(home: Home, twin: ReceiverTwin) -> None:
    """P10: words and addresses go by no webhook; the feed has them, from the batch's own place on."""
    home.house.keep_webhooks.add("", URL, BY)
    because = make.decision()
    tag = make.measure(MeasureKind.EXCLUDE, Subject(SubjectKind.TAG, "planted"), because)
    link = make.measure(MeasureKind.BLOCK_LINK, Subject(SubjectKind.LINK, "planted.example"), because)
    home.house.committer.commit(Changeset(decisions=(because,), measures=(tag, link)))
    deliver(home)
    [post] = twin.came[URL]
    data = json.loads(post.body)["data"]
    with home.house.store.read() as reader:
        feed = reader.changes(FeedPlace.parse(data["after"]), 10).changes

    assert [(each["kind"], each["id"]) for each in data["changes"]] == [
        (each.subject.kind.value, None) for each in feed
    ]
    assert {each.platform_id for each in feed} == {"planted", "planted.example"}
    assert b"planted" not in post.body


def test_nothing_that_is_said_or_logged_names_anything(home: Home, twin: ReceiverTwin) -> None:
    """P10: of a known picture by a named author the platform hears ids alone, and the log not even these."""
    home.house.keep_webhooks.add("planted-name", f"{URL}?token=planted-token", BY)
    with structlog.testing.capture_logs() as logs:
        picture = home.upload(make.photo())
        home.list(make.md5(picture), name="planted-bank")
        home.submit("post-1", picture, author="user-7", text="planted-words")
        twin.answer(f"{URL}?token=planted-token", lambda _: Outcome(500))
        deliver(home)
        twin.answer(f"{URL}?token=planted-token", lambda _: Outcome(410))
        home.clock.advance(minutes=1)
        deliver(home)
    [first, _] = twin.came[f"{URL}?token=planted-token"]
    said = first.body.decode()

    planted = ["planted", "forum.example", "whsec_", "user-7", "post-1", make.photo_md5()]
    assert [breach for record in logs for breach in of_log_record(record, secrets=planted)] == []
    assert {each["event"] for each in logs} >= {"webhook_failed", "webhook_gone"}
    assert of_log_record(json.loads(said), secrets=["planted", "quarantine", "cse.", "sealed"]) == ()
    assert {each["id"] for each in json.loads(said)["data"]["changes"]} == {"post-1", "user-7"}


def test_a_receiver_that_was_down_for_a_day_gets_everything_in_order(tmp_path: Any, scanner: Any) -> None:
    """Over real connections: first the batch that was waiting, then all the rest, each subject once."""
    with make.house(tmp_path, scanner, webhooks_allow_private=True) as home:
        with receiving(behave=refuse(500)) as receiver:
            port, url = receiver.port, receiver.url
            webhook, secret = home.house.keep_webhooks.add("", url, BY)
            change(home, "first")
            deliver(home)
        for hour in range(24):
            change(home, f"hour-{hour % 12}")
            deliver(home)
            home.clock.advance(hours=1)
        with receiving(port=port) as back:
            for _ in range(7):
                deliver(home)
                home.clock.advance(hours=1)
            bodies = [verified(secret, got) for got in back.got]

    assert [each["id"] for each in bodies[0]["data"]["changes"]] == ["first"]
    rest = [each for body in bodies[1:] for each in body["data"]["changes"]]
    assert [each["id"] for each in rest] == [f"hour-{hour}" for hour in range(12)]
    assert [each["seq"] for each in rest] == sorted(each["seq"] for each in rest)
    assert state(home, webhook) == ["delivered"] * len(bodies)


def verified(secret: str, got: Got) -> Any:
    """Return what came, once the official library has signed it alike; its own check wants this machine's time."""
    moment = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    assert Official(secret).sign(got.id, moment, got.body.decode()) in got.headers["webhook-signature"].split()
    return json.loads(got.body)
