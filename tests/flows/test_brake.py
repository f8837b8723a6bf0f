"""P11: a member that suddenly hits many accounts drops to holding items and alarms, until a person releases it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import structlog

from make import Home, md5, pdq, photo, submission
from tutela.adapters.db.opinions import OpinionReads
from tutela.core.banks import SignalType
from tutela.core.bounds import Bound
from tutela.core.brake import Trip
from tutela.core.content import Digests
from tutela.core.ids import AccountId, BankId, MemberId
from tutela.core.measures import Subject
from tutela.core.opinions import person
from tutela.errors import Conflict
from tutela.flows.keep_banks import BankChange, find
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Submission, Submitted
from tutela.flows.submit import MAX_REPLANS
from tutela.ports.committer import Changeset

LISTED = "ab" * 16
LIMIT = 3


@pytest.fixture
def home(home_anywhere: Home) -> Home:
    """Return a house, on the databases of the test, with a bank that is braked after three accounts."""
    home_anywhere.list((SignalType.MD5, LISTED))
    home_anywhere.house.keep_banks.change("known", BankChange(brake_accounts=LIMIT))
    return home_anywhere


def copy(number: int) -> MediaReference:
    """Return media of its own that is known by the listed MD5."""
    return MediaReference(digests=Digests(md5=LISTED, sha256=f"{number:064x}"))


def post(number: int, author: str = "") -> Submission:
    """Return a submission of a copy by an account of its own."""
    return submission(f"p{number}", copy(number), author=author or f"user-{number}")


def locked(home: Home, numbers: range) -> list[int]:
    """Return which of these accounts are locked."""
    with home.house.store.read() as reader:
        found = reader.accounts_by_platform_id(f"user-{number}" for number in numbers)
        standings = reader.standings(Subject.account(account.id) for account in found.values())
    now = home.clock.now()
    return [
        number
        for number in numbers
        if f"user-{number}" in found
        and "lock_pending_decision" in standings[Subject.account(found[f"user-{number}"].id)].kinds_at(now)
    ]


def open_trips(home: Home) -> list[Trip]:
    """Return the open brakes."""
    with home.house.store.read() as reader:
        return reader.open_trips()


def member(home: Home) -> MemberId:
    """Return the listed member."""
    return home.house.keep_opinions.find("known", SignalType.MD5, LISTED)


def test_the_account_after_the_limit_is_held_and_not_locked(home: Home) -> None:
    """One at a time: the first three are locked, the others' items are held, and one brake is recorded."""
    for number in range(6):
        home.submit_all(post(number))

    assert locked(home, range(6)) == [0, 1, 2]
    assert all(home.is_absent(f"p{number}") for number in range(6))
    [trip] = open_trips(home)
    assert (trip.member_id, trip.accounts, trip.is_open) == (member(home), LIMIT + 1, True)
    assert home.house.verify().breaches == ()


def test_one_batch_counts_its_own_accounts(home: Home) -> None:
    """None of them is recorded when the batch is planned."""
    home.submit_all(*(post(number) for number in range(6)))

    assert locked(home, range(6)) == [0, 1, 2]
    assert len(open_trips(home)) == 1


def test_a_hash_that_comes_later_is_braked_among_stored_items_as_well(home: Home) -> None:
    """One poisoned hash, hundreds of stored accounts, one stretch: counted within its chunks and across them."""
    other = "cd" * 16
    everyone = range(250)
    home.submit_all(
        *(
            submission(f"p{n}", MediaReference(digests=Digests(md5=other, sha256=f"{n:064x}")), author=f"user-{n}")
            for n in everyone
        )
    )
    home.list((SignalType.MD5, other))
    home.house.match_late()

    assert len(locked(home, everyone)) == LIMIT
    assert all(home.is_absent(f"p{number}") for number in everyone)
    assert [trip.accounts for trip in open_trips(home)] == [LIMIT + 1]
    assert home.house.verify().breaches == ()


def test_the_same_account_again_is_no_other_account(home: Home) -> None:
    """Somebody who posts the same picture fifty times trips nothing."""
    home.submit_all(*(post(number, author="user-0") for number in range(9)))

    assert open_trips(home) == []


def test_hits_before_the_window_do_not_count(home: Home) -> None:
    """Three accounts a day go on for ever."""
    for number in range(6):
        home.submit_all(post(number))
        home.clock.advance(hours=9)

    assert open_trips(home) == []
    assert locked(home, range(6)) == [0, 1, 2, 3, 4, 5]


@pytest.mark.both_databases
def test_a_person_releases_it_and_it_counts_anew(home: Home) -> None:
    """Who released it is recorded; what was held meanwhile stays held."""
    home.submit_all(*(post(number) for number in range(5)))
    judged = home.house.keep_opinions.release("known", member(home), by=person("Ada"))
    home.clock.advance(minutes=1)
    home.submit_all(*(post(number) for number in range(5, 10)))

    assert judged.trip is not None
    assert judged.trip.released_by == "name:ada"
    assert locked(home, range(10)) == [0, 1, 2, 5, 6, 7]
    assert len(open_trips(home)) == 1
    assert home.house.verify().breaches == ()


def test_only_what_counts_is_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the release on, not from the start of the window, and no more accounts than trip the brake."""
    home.submit_all(*(post(number) for number in range(9)))
    released = home.house.keep_opinions.release("known", member(home), by=person("Ada")).trip
    home.clock.advance(minutes=1)
    asked: list[tuple[object, ...]] = []
    real = OpinionReads.accounts_hit

    def noted(reads: OpinionReads, bank_id: BankId, of: MemberId, since: datetime, limit: int) -> set[AccountId]:
        asked.append((of, since, limit))
        return real(reads, bank_id, of, since, limit)

    monkeypatch.setattr(OpinionReads, "accounts_hit", noted)
    home.submit_all(post(9))
    assert released is not None
    assert asked == [(member(home), released.released_at, LIMIT + 1)]

    with home.house.store.read() as reader:
        bank, start = find(reader, "known"), home.clock.now() - timedelta(hours=1)
        numbers = [len(reader.accounts_hit(bank.id, member(home), start, limit)) for limit in (1, 4, 99)]
    assert numbers == [1, 4, 10]


def test_it_stays_tripped_when_the_window_has_passed(home: Home) -> None:
    """Time releases nothing."""
    home.submit_all(*(post(number) for number in range(5)))
    home.clock.advance(days=30)
    home.submit_all(post(9))

    assert locked(home, range(10)) == [0, 1, 2]


def test_the_other_digests_of_the_same_file_do_not_take_its_place(home: Home) -> None:
    """A list names one file by MD5, SHA-1 and SHA-256: braked is the file."""
    media = home.upload(photo("china"))
    values = [md5(media), (SignalType.SHA1, media.digests.sha1), (SignalType.SHA256, media.digests.sha256)]
    home.list(*values)
    for number in range(9):
        home.submit(f"p{number}", media, author=f"user-{number}")

    assert locked(home, range(9)) == [0, 1, 2]
    assert len(open_trips(home)) == 1


def test_a_likeness_that_hits_many_accounts_alarms_and_goes_on_holding(home: Home) -> None:
    """A flat picture on a list must be seen by somebody before it has held everybody's pictures."""
    media = home.upload(photo("flower"))
    home.list(pdq(media))
    answers = [home.submit(f"p{number}", media, author=f"user-{number}").answer.value for number in range(6)]

    assert answers == ["hold"] * 6
    assert len(open_trips(home)) == 1


def test_the_alarm_is_logged_with_ids_only_and_once(home: Home) -> None:
    """P10: neither the hash nor the name of the list."""
    with structlog.testing.capture_logs() as logs:
        for number in range(8):
            home.submit_all(post(number))

    [alarm] = [line for line in logs if line["event"] == "member_braked"]
    assert alarm == {
        "event": "member_braked",
        "log_level": "error",
        "member": member(home),
        "bank": open_trips(home)[0].bank_id,
        "accounts": LIMIT + 1,
    }


def test_the_same_hash_in_forty_lists_is_braked_in_each(home: Home) -> None:
    """Forty sources of one mistake are forty brakes, in one commit."""
    for number in range(40):
        home.list((SignalType.MD5, LISTED), name=f"list-{number}")
        home.house.keep_banks.change(f"list-{number}", BankChange(brake_accounts=LIMIT))
    for number in range(6):
        home.submit_all(post(number))

    assert locked(home, range(6)) == [0, 1, 2]
    assert len(open_trips(home)) == 41
    with home.house.store.read() as reader:
        found = reader.detections(reader.items_by_platform_id(["p5"])["p5"].item.id)
    assert {each.match.bounds for each in found if each.match.bank_id} == {frozenset({Bound.BRAKED})}


def test_one_list_with_a_wider_limit_still_acts(home: Home) -> None:
    """Each list answers for its own word."""
    home.list((SignalType.MD5, LISTED), name="other")
    home.submit_all(*(post(number) for number in range(6)))

    assert locked(home, range(6)) == [0, 1, 2, 3, 4, 5]
    assert len(open_trips(home)) == 1


@pytest.mark.both_databases
def test_of_two_who_trip_it_at_once_one_plans_again(home: Home) -> None:
    """The database holds one open brake a member; whoever comes second finds it."""
    home.submit_all(*(post(number) for number in range(5)))
    [trip] = open_trips(home)

    with pytest.raises(Conflict):
        home.house.committer.commit(Changeset(trips=(replace(trip, id="brk_second"),)))
    assert open_trips(home) == [trip]


def test_what_was_planned_before_it_tripped_is_planned_again(home: Home) -> None:
    """The version of the banks moves with the brake, so that no plan in flight passes it by."""
    home.submit_all(*(post(number) for number in range(3)))
    real, others = home.house.submit, []

    class Overtaken:
        """A committer before which somebody else trips the brake, once."""

        def commit(self, changeset: Changeset) -> object:
            """Let the other one go first."""
            if not others:
                others.append(real([post(8)]))
            return home.house.committer.commit(changeset)

    home.list((SignalType.MD5, "0" * 32))
    replace(real, committer=Overtaken())([post(9, author="user-0")])

    assert locked(home, range(10)) == [0, 1, 2]
    with home.house.store.read() as reader:
        found = reader.detections(reader.items_by_platform_id(["p9"])["p9"].item.id)
    assert frozenset({Bound.BRAKED}) in {each.match.bounds for each in found}


def test_the_last_resort_trips_nothing_and_is_refused_by_no_brake(home: Home) -> None:
    """The banks change at every try, and somebody else trips the brake before the last: held, and recorded."""
    home.submit_all(*(post(number) for number in range(LIMIT)))
    real, tries = home.house.submit, list[Changeset]()

    class Overtaken:
        """A committer before which the banks change, and at last the brake trips."""

        def commit(self, changeset: Changeset) -> object:
            """Let the other one go first."""
            tries.append(changeset)
            if len(tries) <= MAX_REPLANS:
                home.list((SignalType.MD5, f"{len(tries):032x}"))
            else:
                real([post(8)])
            return home.house.committer.commit(changeset)

    [outcome], _ = replace(real, committer=Overtaken())([post(9)])

    assert isinstance(outcome, Submitted)
    assert outcome.answer.value != "publish"
    assert [bool(each.trips) for each in tries] == [True] * MAX_REPLANS + [False]
    assert len(open_trips(home)) == 1
    assert locked(home, range(10)) == [0, 1, 2]
    assert home.house.verify().breaches == ()


def test_a_brake_that_the_last_resort_left_is_tripped_by_the_next_hit(home: Home) -> None:
    """Its hit is recorded, and counted when anybody plans again."""
    home.submit_all(*(post(number) for number in range(LIMIT)))
    real, tries = home.house.submit, list[Changeset]()

    class Refusing:
        """A committer before which the banks change, but for the last try."""

        def commit(self, changeset: Changeset) -> object:
            """Refuse all but the last."""
            tries.append(changeset)
            if len(tries) <= MAX_REPLANS:
                raise Conflict
            return home.house.committer.commit(changeset)

    replace(real, committer=Refusing())([post(9)])
    assert (open_trips(home), locked(home, range(10))) == ([], [0, 1, 2])
    home.submit_all(post(5))

    assert [trip.accounts for trip in open_trips(home)] == [LIMIT + 2]
    assert locked(home, range(10)) == [0, 1, 2]


def test_items_decided_again_for_another_reason_trip_nothing(home: Home) -> None:
    """What was noticed before is no new hit: a bank that is switched off and on again brakes none of its members."""
    home.house.keep_banks.change("known", BankChange(brake_window_hours=1))
    for number in range(9):
        home.submit_all(post(number))
        home.clock.advance(hours=2)
    for is_active in (False, True):
        home.house.keep_banks.change("known", BankChange(is_active=is_active))
    home.house.match_late()

    assert open_trips(home) == []
