"""Whatever receivers and processes do, in whatever order: nothing is lost, nothing overtakes, one sends at a time."""

import itertools
import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import make
from laws import examples
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.deliveries import DatabaseDeliveries
from tutela.adapters.db.webhooks import DatabaseWebhooks
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.twins.clock import SetClock
from tutela.adapters.twins.webhooks import ReceiverTwin
from tutela.core.content import Account
from tutela.core.measures import MeasureKind, Subject
from tutela.core.units import Duration
from tutela.core.webhooks import Failure, Outcome
from tutela.flows.deliver import Deliver
from tutela.flows.keep_webhooks import KeepWebhooks, WebhookChange
from tutela.ports.webhooks import Claimed, Post

URLS = ("https://one.example/", "https://two.example/")
ANSWERS = {
    "taken": Outcome(204),
    "refused": Outcome(500),
    "busy": Outcome(503, None, Duration(minutes=3)),
    "gone": Outcome(410),
    "cut after it was taken": Outcome(failure=Failure.BROKEN),
    "down": Outcome(failure=Failure.NOT_CONNECTED),
}
TAKES = {"taken", "cut after it was taken"}
LEASE = Duration(seconds=30)


class Deliveries(RuleBasedStateMachine):
    """Two processes, two endpoints, and a clock."""

    template: Path

    def __init__(self) -> None:
        """Begin with an empty database."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tutela-machine-"))
        shutil.copy(self.template, self.folder / "tutela.db")
        self.opened = make.database(f"sqlite:///{self.folder / 'tutela.db'}")
        self.desk = self.opened.__enter__()
        self.clock, self.twin, entropy = SetClock(), ReceiverTwin(), SystemEntropy()
        chain = ChainWriter("main", entropy)
        self.stored = DatabaseDeliveries(self.desk.engine, chain, self.clock)
        keys = FileKeyRing.create(self.folder / "keys", self.folder / "keys" / "master.key")
        self.processes = [
            Deliver(self.desk.store, self.stored, self.twin, keys, self.clock, entropy, name, LEASE)
            for name in ("one", "two")
        ]
        webhooks = DatabaseWebhooks(self.desk.engine, chain, self.clock)
        self.keep = KeepWebhooks(
            self.desk.store, webhooks, self.stored, self.twin, keys, self.clock, entropy, allows_private=False
        )
        self.begun: list[tuple[int, Claimed]] = []
        self.answers = dict.fromkeys(URLS, "taken")
        self.accepted: dict[str, list[Post]] = {url: [] for url in URLS}
        self.newest: dict[str, int] = {}
        self.resent: set[str] = set()
        self.accounts: dict[str, Account] = {}
        self.numbers = itertools.count(1)

    def answer(self, post: Post) -> Outcome:
        """Answer as the receiver of that address does now."""
        if self.answers[post.url] in TAKES:
            self.accepted[post.url].append(post)
        return ANSWERS[self.answers[post.url]]

    @initialize()
    def register(self) -> None:
        """Register both endpoints."""
        self.ids = {}
        for url in URLS:
            self.twin.answer(url, self.answer)
            self.ids[url] = self.keep.add("", url, "test")[0].id

    @rule(name=st.sampled_from("abc"))
    def change(self, name: str) -> None:
        """Let something change."""
        is_new = name not in self.accounts
        author = self.accounts.setdefault(name, make.account(name))
        because = make.decision()
        grant = make.measure(MeasureKind.EXCLUDE, Subject.account(author.id), because)
        self.desk.commit(accounts=(author,) if is_new else (), decisions=(because,), measures=(grant,))
        with self.desk.store.read() as reader:
            self.newest[name] = reader.change_seq()

    @rule(process=st.integers(0, 1))
    def begin(self, process: int) -> None:
        """Let a process claim what is due."""
        self.begun += [(process, claimed) for claimed in self.processes[process].begin()]

    @rule(place=st.integers(0, 5))
    def finish(self, place: int) -> None:
        """Let a process send one of what it claimed, perhaps long after it was taken for dead."""
        if self.begun:
            process, claimed = self.begun.pop(place % len(self.begun))
            self.processes[process].finish(claimed)

    @rule(process=st.integers(0, 1))
    def kill(self, process: int) -> None:
        """Let a process die with all that it holds."""
        self.begun = [each for each in self.begun if each[0] != process]

    @rule(url=st.sampled_from(URLS), answer=st.sampled_from(sorted(ANSWERS)))
    def behave(self, url: str, answer: str) -> None:
        """Let a receiver behave otherwise."""
        self.answers[url] = answer

    @rule(seconds=st.sampled_from([1, 6, 31, 3600, 86400]))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.advance(seconds=seconds)

    @rule(url=st.sampled_from(URLS), is_active=st.booleans())
    def switch(self, url: str, *, is_active: bool) -> None:
        """Switch an endpoint off or on."""
        self.keep.change(self.ids[url], WebhookChange(is_active=is_active), "test")

    @rule(url=st.sampled_from(URLS))
    def send_dead_again(self, url: str) -> None:
        """Send again what nobody took."""
        self.keep.send_dead_again(self.ids[url], "test")

    @invariant()
    def one_sends_at_a_time(self) -> None:
        """Of an endpoint one delivery at most waits or is on its way, and claims in force are of it."""
        now = self.clock.now()
        with self.desk.engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT webhook_id, count(*) FROM webhook_deliveries WHERE lease_us > ? GROUP BY webhook_id",
                (round(now.timestamp() * 1_000_000),),
            )
            assert all(count == 1 for _, count in found)

    @invariant()
    def nothing_overtakes(self) -> None:
        """A receiver hears of nothing newer before what is older, unless nobody took that for days."""
        for url, posts in self.accepted.items():
            firsts = list(dict.fromkeys(post.id for post in posts))
            numbers = [self.number_of(url)[each] for each in firsts if each in self.number_of(url)]
            assert numbers == sorted(numbers)

    def number_of(self, url: str) -> dict[str, int]:
        """Return the number of each delivery that was never dead."""
        page = self.stored.page(self.ids[url], None, None, 1000) if hasattr(self, "ids") else []
        for each, _ in page:
            if each.state.value == "dead":
                self.resent.add(each.id)
        return {each.id: each.number for each, _ in page if each.id not in self.resent}

    def teardown(self) -> None:
        """In the end everybody takes, and then every subject has been told to both by its last change."""
        if hasattr(self, "ids"):
            self.answers = dict.fromkeys(URLS, "taken")
            self.clock.advance(seconds=31)
            for url in URLS:
                self.keep.change(self.ids[url], WebhookChange(is_active=True), "test")
                self.keep.send_dead_again(self.ids[url], "test")
            self.begun.clear()
            for _ in range(20):
                self.clock.advance(seconds=2)
                for claimed in self.processes[0].begin():
                    self.processes[0].finish(claimed)
            for url in URLS:
                assert self.told(url) == self.newest
                by_id = {
                    post.id: {p.body for p in self.accepted[url] if p.id == post.id} for post in self.accepted[url]
                }
                assert all(len(bodies) == 1 for bodies in by_id.values())
        self.opened.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    def told(self, url: str) -> dict[str, int]:
        """Return the newest change of each subject that a receiver has heard of."""
        heard: dict[str, int] = {}
        for post in self.accepted[url]:
            for each in json.loads(post.body)["data"]["changes"]:
                heard[each["id"]] = max(each["seq"], heard.get(each["id"], 0))
        return heard


def test_nothing_is_lost_whatever_happens(migrated_sqlite: Path) -> None:
    """Kills, late answers, receivers that are down, gone, or take it and say nothing."""
    machine = type("Machine", (Deliveries,), {"template": migrated_sqlite})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(20), stateful_step_count=40, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip
