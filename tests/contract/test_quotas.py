"""No two writers take more of a quota than there is, on both databases."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

import make
from make import Desk
from tutela.core.measures import MeasureKind
from tutela.core.quotas import QuotaUse, QuotaUsed
from tutela.errors import Conflict

LOCK, SEAL = MeasureKind.LOCK_PENDING_DECISION, MeasureKind.QUARANTINE
DAY = date(2026, 3, 2)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def use(count: int = 1, limit: int = 10, held: int = 0, kind: MeasureKind = LOCK, day: date = DAY) -> QuotaUse:
    """Return what is taken of a quota."""
    return QuotaUse("bnk_1", kind, day, count, limit, held)


def used(desk: Desk, day: date = DAY) -> list[QuotaUsed]:
    """Return what was used."""
    with desk.store.read() as reader:
        return reader.quotas_used(day)


def test_two_processes_never_take_more_than_there_is(new_database: Callable[[], str]) -> None:
    """Sixteen threads of two writers ask for one or two at a time until each was refused: exactly all of it is used."""
    url, gate = new_database(), threading.Barrier(16)
    with make.database(url, writer="one") as one, make.database(url, writer="two") as two:

        def take(number: int) -> int:
            desk, taken = (one, two)[number % 2], 0
            gate.wait()
            while True:
                try:
                    desk.commit(quotas=(use(limit=101),), accounts=(make.account(),))
                except Conflict:
                    return taken
                taken += 1

        with ThreadPoolExecutor(16) as pool:
            taken = sum(pool.map(take, range(16)))

        assert taken == 101
        assert used(one) == [QuotaUsed("bnk_1", LOCK, 101, 0)]
        with one.store.read() as reader:
            assert reader.counts()["accounts"] == 101  # whoever was refused wrote nothing at all


def test_what_exceeds_is_refused_whole_and_takes_no_one_else_down(desk: Desk) -> None:
    """One of two quotas has no room: neither is taken, and the others of the same group go in."""
    desk.commit(quotas=(use(9),))

    with pytest.raises(Conflict):
        desk.commit(quotas=(use(1, kind=SEAL), use(2)), accounts=(make.account("refused"),))
    with pytest.raises(Conflict):
        desk.commit(quotas=(use(11, day=DAY + timedelta(days=1)),))
    desk.commit(quotas=(use(1),))

    assert used(desk) == [QuotaUsed("bnk_1", LOCK, 10, 0)]
    assert used(desk, DAY + timedelta(days=1)) == []
    with desk.store.read() as reader:
        assert reader.accounts_by_platform_id(["refused"]) == {}


def test_what_was_only_held_is_counted_also_where_nothing_is_left(desk: Desk) -> None:
    """Never silence; also after the quota was set lower than what is used."""
    desk.commit(quotas=(use(10, held=1),))
    desk.commit(quotas=(use(0, held=2),))
    desk.commit(quotas=(use(0, held=3, limit=4),))

    assert used(desk) == [QuotaUsed("bnk_1", LOCK, 10, 6)]


def test_each_day_source_and_kind_has_its_own(desk: Desk) -> None:
    """A quota that is used up is full again the next day."""
    others = (use(10), use(10, kind=SEAL), use(10, day=DAY + timedelta(days=1)))
    desk.commit(quotas=(*others, QuotaUse("bnk_2", LOCK, DAY, 10, 10)))

    with desk.store.read() as reader:
        assert [each.source for each in reader.quotas_used(DAY, ["bnk_2", "bnk_3"])] == ["bnk_2"]
        assert reader.quotas_used(DAY, []) == []
    assert len(used(desk)) == 3
