"""P11: what exceeds the day's quota of a bank is held for a person, never more, and never silence."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog

from make import Home, submission
from tutela.core.banks import SignalType
from tutela.core.bounds import Bound
from tutela.core.content import Digests
from tutela.core.measures import Subject
from tutela.core.quotas import QuotaUsed
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Submission

LIMIT = 3
MANY = range(8)


def listed(number: int) -> str:
    """Return a listed MD5: each its own member, so that no brake trips."""
    return f"{number + 1:032x}"


@pytest.fixture
def home(home_anywhere: Home) -> Home:
    """Return a house on the databases of the test, with a list of many, and three locks a day."""
    home_anywhere.list(*((SignalType.MD5, listed(number)) for number in MANY))
    home_anywhere.house.quotas.set({"lock_pending_decision": LIMIT})
    return home_anywhere


def post(number: int) -> Submission:
    """Return a submission of listed bytes that the platform keeps, by an account of its own."""
    media = MediaReference(digests=Digests(md5=listed(number)), is_held_by_platform=True)
    return submission(f"p{number}", media, author=f"user-{number}")


def locked(home: Home) -> list[int]:
    """Return which accounts are locked."""
    with home.house.store.read() as reader:
        found = reader.accounts_by_platform_id(f"user-{number}" for number in MANY)
        standings = reader.standings(Subject.account(account.id) for account in found.values())
    now = home.clock.now()
    return [
        number
        for number in MANY
        if f"user-{number}" in found
        and "lock_pending_decision" in standings[Subject.account(found[f"user-{number}"].id)].kinds_at(now)
    ]


def used(home: Home) -> dict[str, tuple[int, int]]:
    """Return what of each quota was used today, and what was only held."""
    with home.house.store.read() as reader:
        found: list[QuotaUsed] = reader.quotas_used(home.clock.now().date())
    return {each.kind.value: (each.used, each.held) for each in found}


def cases(home: Home) -> set[str]:
    """Return whose cases wait for a person."""
    with home.house.store.read() as reader:
        return {each.account_platform_id for each in reader.open_cases_page(None, 100)}


def bounds(home: Home, number: int) -> set[Bound]:
    """Return what lowered the detections of an item."""
    with home.house.store.read() as reader:
        item = reader.items_by_platform_id([f"p{number}"])[f"p{number}"].item
        return {bound for found in reader.detections(item.id) for bound in found.match.bounds}


def test_what_exceeds_the_quota_is_held_and_laid_before_a_person(home: Home) -> None:
    """One at a time: three accounts locked; every item hidden at once, each with its case; the reason is stored."""
    with structlog.testing.capture_logs() as logs:
        for number in MANY:
            home.submit_all(post(number))

    assert locked(home) == [0, 1, 2]
    assert all(home.is_absent(f"p{number}") for number in MANY)
    assert cases(home) == {f"user-{number}" for number in MANY}
    assert [bounds(home, number) for number in (2, 3)] == [set(), {Bound.OVER_QUOTA}]
    assert used(home) == {"block_media": (3, 0), "lock_pending_decision": (3, 5), "quarantine": (6, 0)}
    assert [log["event"] for log in logs].count("quota_exceeded") == 5
    assert home.house.verify().breaches == ()


def test_one_batch_takes_no_more_than_is_left(home: Home) -> None:
    """None of it is recorded when the batch is planned."""
    home.submit_all(*(post(number) for number in MANY))

    assert locked(home) == [0, 1, 2]
    assert used(home)["lock_pending_decision"] == (3, 5)
    assert home.house.verify().breaches == ()


@pytest.mark.both_databases
def test_writers_at_the_same_moment_take_no_more_than_is_left(home: Home) -> None:
    """Whoever comes too late plans again; nobody is answered with an error, and every item is hidden."""
    gate = threading.Barrier(len(MANY))

    def submit(number: int) -> str:
        gate.wait()
        return home.submit(f"p{number}", *post(number).media, author=f"user-{number}").answer.value

    with ThreadPoolExecutor(len(MANY)) as pool:
        answers = list(pool.map(submit, MANY))

    assert len(locked(home)) == LIMIT
    assert sorted(answers) == ["hold"] * 5 + ["refuse"] * 3
    assert used(home)["lock_pending_decision"][0] == LIMIT
    assert all(home.is_absent(f"p{number}") for number in MANY)


def test_a_new_day_brings_a_new_quota_and_what_was_held_may_be_decided_again(home: Home) -> None:
    """By a re-scan, within the quota of that day; what was done before is not counted again."""
    home.submit_all(*(post(number) for number in range(5)))
    home.clock.advance(days=1)
    with home.house.store.read() as reader:
        media = reader.items_by_platform_id(f"p{n}" for n in range(5))
    home.house.reconsider(each for stored in media.values() for each in stored.item.media_ids)

    assert locked(home) == [0, 1, 2, 3, 4]
    assert used(home) == {"block_media": (2, 0), "lock_pending_decision": (2, 0), "quarantine": (4, 0)}
    assert home.house.verify().breaches == ()


def test_a_list_that_comes_later_is_kept_within_the_quota_among_stored_items(home: Home) -> None:
    """Also across the chunks of a late match."""
    for number in MANY:
        media = MediaReference(digests=Digests(md5=f"{number + 100:032x}"), is_held_by_platform=True)
        home.submit(f"p{number}", media, author=f"user-{number}")
    home.list(*((SignalType.MD5, f"{number + 100:032x}") for number in MANY))
    home.house.match_late()

    assert len(locked(home)) == LIMIT
    assert all(home.is_absent(f"p{number}") for number in MANY)
    assert used(home)["lock_pending_decision"] == (3, 5)


def test_what_is_in_force_already_takes_nothing(home: Home) -> None:
    """The same account with more of the same list is locked once."""
    for number in MANY:
        home.submit(f"p{number}", *post(number).media, author="user-0")

    assert used(home)["lock_pending_decision"] == (1, 0)
    assert used(home)["block_media"] == (8, 0)


def test_a_quota_of_nothing_leaves_everything_to_people_and_hides_all_the_same(home: Home) -> None:
    """An operator may have a machine lock nobody."""
    home.house.quotas.set(dict.fromkeys(("lock_pending_decision", "quarantine", "block_media", "hold"), 0))
    home.submit_all(*(post(number) for number in MANY))

    assert locked(home) == []
    assert all(home.is_absent(f"p{number}") for number in MANY)
    assert cases(home) == {f"user-{number}" for number in MANY}
    assert {kind for kind, (count, _) in used(home).items() if count} == set()


def test_each_list_has_a_quota_of_its_own_and_another_may_still_act(home: Home) -> None:
    """A poisoned list cannot use up what a sound one needs."""
    for number in range(4):
        home.submit_all(post(number))
    home.list((SignalType.MD5, listed(5)), name="another")
    home.submit_all(post(5))

    assert locked(home) == [0, 1, 2, 5]


@pytest.mark.both_databases
def test_the_first_time_of_a_day_is_entered_in_the_audit(home: Home) -> None:
    """Once for each bank and kind, and never what was posted."""
    home.submit_all(*(post(number) for number in MANY))
    home.submit("again", *post(7).media, author="user-7b")
    home.clock.advance(days=1)
    with home.house.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM audit_entries WHERE kind = 'system:quota:exceeded'")
        assert found.scalar_one() == 1
