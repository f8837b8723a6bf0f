"""Somebody new is the same account to whoever plans at the same moment, and nobody has to plan again for it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import make
from make import Home
from ruled import ADULT, PUBLIC, YOUNG, event, message, observe, who
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.twins.clock import SetClock
from tutela.core.content import Channel, ChannelKind
from tutela.core.operator import Basis, OperatorProfile, Technique
from tutela.flows import fresh_accounts
from tutela.flows.fresh_accounts import KEPT_FOR, FreshAccounts
from tutela.flows.submission import Submitted

ANN = who("ann", ADULT, "DE")
PEOPLE = 40
THREADS = 6


class _Drawn(SystemEntropy):
    """Count what is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: Counter[str] = Counter()

    def new_id(self, noun: str) -> str:
        """Return a new identifier."""
        self.drawn[noun] += 1
        return super().new_id(noun)


def test_who_plans_at_the_same_time_means_the_same_account() -> None:
    """Of the first who was told of somebody, until nobody can still be planning with it."""
    fresh, clock = FreshAccounts(SystemEntropy()), SetClock()
    first = fresh.of(ANN, clock.now())

    assert fresh.of(who("ann", YOUNG), clock.now()) is first
    assert fresh.known("ann", clock.now()) is first
    assert fresh.known("ben", clock.now()) is None

    later = clock.now() + KEPT_FOR.delta
    assert fresh.known("ann", later) is None
    assert fresh.of(ANN, later).id != first.id


def test_only_so_many_are_kept(monkeypatch: Any) -> None:
    """Whoever tells of a million names takes no memory by it: the oldest goes, and is made anew."""
    monkeypatch.setattr(fresh_accounts, "MAX_KEPT", 2)
    fresh, now = FreshAccounts(SystemEntropy()), SetClock().now()
    for name in ("ann", "ben", "zoe"):
        fresh.of(who(name), now)

    assert [fresh.known(name, now) is not None for name in ("ann", "ben", "zoe")] == [False, True, True]


def test_batches_about_the_same_new_people_are_all_taken_in(home: Home) -> None:
    """Events and items at once: one account each, made once, though each batch tells of everybody."""
    drawn = home.house.fresh_accounts.entropy = _Drawn()
    names = [f"user-{number}" for number in range(PEOPLE)]

    def tell(batch: int) -> int:
        if batch % 2:
            items = [make.submission(f"post-{batch}-{name}", author=name) for name in names]
            return sum(isinstance(each, Submitted) for each in home.submit_all(*items))
        told = observe(home, *(event(f"login-{batch}-{name}", "login", who(name, ADULT)) for name in names))
        return sum(each.is_new for each in told)

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(tell, range(THREADS))) == [PEOPLE] * THREADS

    assert drawn.drawn["account"] == PEOPLE
    with home.house.store.read() as reader:
        assert len(reader.accounts_by_platform_id(names)) == PEOPLE


def test_a_region_counts_from_the_first_time_it_is_said(home: Home) -> None:
    """P12: also where whoever is from there is new, and told of a moment before in the same batch."""
    now = home.clock.now()
    basis = Basis(
        "DE", ChannelKind.PRIVATE, Technique.BEHAVIOUR, "the law that allows it", "assessment 1", now,
        now + timedelta(days=7),
    )  # fmt: skip
    home.house.profile.write(OperatorProfile("DE", ("DE",), tuple(ChannelKind), bases=(basis,)))
    elsewhere = who("zoe", YOUNG, "BR")
    private = Channel(ChannelKind.PRIVATE, conversation="room")
    open_, closed = observe(
        home,
        message("m1", ANN, elsewhere, channel=PUBLIC),
        message("m2", ANN, who("zoe", YOUNG, "DE"), channel=private),
    )

    assert open_.event_id is not None
    assert closed.event_id is None
