"""Somebody new is the same account to whoever plans at the same moment, and nobody has to plan again for it."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

import make
from make import Home
from ruled import ADULT, PUBLIC, YOUNG, event, message, observe, who
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.event_tables import events
from tutela.adapters.twins.clock import SetClock
from tutela.core.content import Channel, ChannelKind
from tutela.core.operator import Basis, OperatorProfile, Technique
from tutela.flows import fresh_accounts
from tutela.flows.fresh_accounts import KEPT_FOR, FreshAccounts
from tutela.flows.observe import Observation
from tutela.flows.submission import Author, Rejected, Submitted
from tutela.ports.committer import Changeset, Committer, Receipt

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
    """Under one identifier, until nobody can still be planning with it; in the words of whoever tells."""
    fresh, clock = FreshAccounts(SystemEntropy()), SetClock()
    first, second = fresh.of(ANN, clock.now()), fresh.of(who("ann", YOUNG), clock.now())

    assert first.id == second.id
    assert (first.age, first.regions) == (ANN.age, ANN.regions)
    assert (second.age.band, second.regions) == (YOUNG, ())
    assert fresh.of(who("ben"), clock.now()).id != first.id
    assert fresh.of(ANN, clock.now() + KEPT_FOR.delta).id != first.id


def test_only_so_many_are_kept(monkeypatch: Any) -> None:
    """Whoever tells of a million names takes no memory by it: the oldest goes, and is made anew."""
    monkeypatch.setattr(fresh_accounts, "MAX_KEPT", 2)
    fresh, now = FreshAccounts(SystemEntropy()), SetClock().now()
    before = [fresh.of(who(name), now).id for name in ("ann", "ben", "zoe")]

    assert [fresh.of(who(name), now).id for name in ("zoe", "ben")] == [before[2], before[1]]
    assert fresh.of(who("ann"), now).id != before[0]


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


@dataclass
class _Overtaken(Committer):
    """A committer before whose first commit something else is taken in."""

    inner: Committer
    first: Callable[[], object]
    is_overtaken: bool = False

    def commit(self, changeset: Changeset) -> Receipt:
        """Let the other go first, once."""
        if not self.is_overtaken:
            self.is_overtaken = True
            self.first()
        return self.inner.commit(changeset)


def german(home: Home) -> None:
    """Record that who writes to whom may be looked at in private, in one country."""
    now = home.clock.now()
    basis = Basis(
        "DE", ChannelKind.PRIVATE, Technique.BEHAVIOUR, "the law that allows it", "assessment 1", now,
        now + timedelta(days=7),
    )  # fmt: skip
    home.house.profile.write(OperatorProfile("DE", ("DE",), tuple(ChannelKind), bases=(basis,)))


PRIVATE = Channel(ChannelKind.PRIVATE, conversation="room")


def as_event(home: Home, name: str, to: Author, channel: Channel, committer: Committer) -> bool:
    """Tell that Ann wrote to somebody, and return whether it was looked at."""
    flow = replace(home.house.observe, committer=committer)
    [told], _ = flow([message(name, ANN, to, channel=channel)])
    assert isinstance(told, Observation)
    return told.event_id is not None


def as_item(home: Home, name: str, to: Author, channel: Channel, committer: Committer) -> bool:
    """Submit what Ann wrote to somebody, and return whether it was looked at."""
    flow = replace(home.house.submit, committer=committer)
    [told], _ = flow([replace(make.submission(name), author=ANN, recipient=to, channel=channel)])
    assert isinstance(told, Submitted)
    with home.house.engine.connect() as connection:
        return bool(connection.execute(select(func.count()).where(events.c.conversation == "room")).scalar_one())


@pytest.mark.parametrize("looked_at", [as_event, as_item])
@pytest.mark.parametrize("overtaken", [False, True])
def test_a_region_counts_from_the_first_time_that_anybody_says_it(
    home: Home, looked_at: Callable[..., bool], *, overtaken: bool
) -> None:
    """P12: told of a moment before, or by a batch that is stored after this one was planned and before it is."""
    german(home)
    inner = home.house.committer
    elsewhere = partial(as_event, home, "m1", who("zoe", YOUNG, "BR"), PUBLIC, inner)
    committer = _Overtaken(inner, elsewhere) if overtaken else inner
    if not overtaken:
        elsewhere()

    assert not looked_at(home, "m2", who("zoe", YOUNG, "DE"), PRIVATE, committer)
    assert looked_at(home, "m3", who("ben", YOUNG, "DE"), PRIVATE, inner)


def test_a_region_counts_within_a_batch(home: Home) -> None:
    """P12: events and items, the one after the other."""
    german(home)
    elsewhere, here = who("zoe", YOUNG, "BR"), who("zoe", YOUNG, "DE")
    told = observe(home, message("m1", ANN, elsewhere, channel=PUBLIC), message("m2", ANN, here, channel=PRIVATE))
    posted = replace(make.submission("p1"), author=who("yan", YOUNG, "BR"))
    written = replace(make.submission("p2"), author=ANN, recipient=who("yan", YOUNG, "DE"), channel=PRIVATE)
    home.submit_all(posted, written)

    assert [each.event_id is not None for each in told] == [True, False]
    with home.house.engine.connect() as connection:
        assert connection.execute(select(func.count()).where(events.c.conversation == "room")).scalar_one() == 0


def test_what_was_refused_says_nothing_of_anybody(home: Home) -> None:
    """P2: an age that came with an item that was not taken in is no age."""
    refused = replace(make.submission("p1", contains=("nothing",)), author=who("kim", ADULT))
    taken = replace(make.submission("p2"), author=who("kim", YOUNG, "DE"))
    [first, second] = home.submit_all(refused, taken)

    assert isinstance(first, Rejected)
    assert isinstance(second, Submitted)
    with home.house.store.read() as reader:
        kim = reader.accounts_by_platform_id(["kim"])["kim"]
    assert (kim.age.band, kim.regions) == (YOUNG, ("DE",))
