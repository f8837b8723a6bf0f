"""What the change feed is called, on both databases: another name for every history, and the same for one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

import make
from make import Desk
from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.desk import DatabaseDesk
from tutela.adapters.db.tables import audit_entries
from tutela.core.plans import Answer
from tutela.flows.name_feed import name_feed


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def name_in(desk: Desk) -> str:
    """Name the feed of an open database, as a server does when it starts."""
    return name_feed(records_of(desk), desk.store, SystemEntropy())


def records_of(desk: Desk) -> DatabaseDesk:
    """Return what keeps the small records of a database."""
    return DatabaseDesk(desk.engine, ChainWriter("main", SystemEntropy()), SystemClock())


def withhold(desk: Desk) -> None:
    """Have the feed tell something."""
    ann = make.account()
    desk.commit(accounts=(ann,), items=(make.stored(make.item(ann), Answer.HOLD),))


def test_each_database_has_a_name_of_its_own_for_good(new_database: Callable[[], str]) -> None:
    """Also when it has told something meanwhile; two servers that start at once agree."""
    with make.database(new_database()) as one, make.database(new_database()) as other:
        with ThreadPoolExecutor(4) as servers:
            names = set(servers.map(name_in, [one] * 4))
        withhold(one)
        assert names == {name_in(one)}
        assert name_in(one) not in {name_in(other), "first"}


def test_a_database_that_has_told_something_keeps_the_name_that_it_had(desk: Desk) -> None:
    """Whoever follows it need not read anything anew."""
    withhold(desk)

    assert name_in(desk) == "first"
    assert name_in(desk) == "first"


def test_a_restored_database_has_another_name(desk: Desk) -> None:
    """The copy brought the old one with it."""
    before = name_in(desk)
    records_of(desk).put_setting("restored", {"feed": "another"})

    assert name_in(desk) == "another" != before


def test_of_two_that_store_the_same_record_first_one_is_in_the_audit(desk: Desk) -> None:
    """Two servers that start at once on a new database: verification takes the last entry for what was set."""
    kept = [records_of(desk), records_of(desk)]
    with ThreadPoolExecutor(2) as servers:
        for number in range(20):
            asked = ((each, f"record-{number}", {"by": at}) for at, each in enumerate(kept))
            first, second = servers.map(lambda each: each[0].first_setting(*each[1:]), asked)
            assert first == second

    with desk.engine.connect() as connection:
        subjects = list(connection.execute(select(audit_entries.c.subject)).scalars())
    assert sorted(subjects) == sorted({f"record-{number}" for number in range(20)})
