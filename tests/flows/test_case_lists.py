"""A list of cases, narrowed in every way: what it shows is what a walk through all of them would."""

from datetime import timedelta
from itertools import product

import pytest

from answering import ADA, BEA, Office
from make import Home, pdq, photo
from reviewing import laid
from tutela.adapters.db import case_lanes, case_lists
from tutela.core.case_moves import HoldReason
from tutela.core.case_states import CaseState
from tutela.core.conclusions import Conclusion
from tutela.core.content import Media
from tutela.core.ids import AccountId, ClauseId
from tutela.core.policy import Verification
from tutela.core.waiting import InLane, Lane, Waiting
from tutela.ports.cases import CaseFilter, ListFilter, OpenCase

OFFICE = Office


def held_by(case: OpenCase, who: str, filtered: ListFilter) -> bool:
    """Return whether a case is somebody's, or was put on hold by them until a moment that has come."""
    is_theirs = case.case.holder_at(filtered.at) == who
    return is_theirs or case.case.reminds_at(filtered.at) == who


def fits(case: OpenCase, wanted: ListFilter) -> bool:
    """Return whether a list that is narrowed so shows a case."""
    queue, itself = wanted.queue, case.case
    return all((
        queue.clause_id in {None, itself.clause_id},
        queue.language in {None, itself.language},
        wanted.account_id in {None, itself.account_id},
        wanted.state in {None, itself.state_at(wanted.at)},
        wanted.holder is None or held_by(case, wanted.holder, wanted),
    ))  # fmt: skip


@pytest.mark.parametrize("few", [0, 3, 2000])
@pytest.mark.both_databases
def test_every_way_to_narrow_a_list_shows_what_fits_in_the_same_order(
    home_anywhere: Home, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whether few or many are left, and page by page."""
    monkeypatch.setattr(case_lists, "FEW", few)
    house, clock = home_anywhere.house, home_anywhere.clock
    clauses, languages = ("house.spam", "house.conduct"), ("en", "is", "en")
    made = [
        laid(house, hours=(n * 7) % 11 - 3, clause=clauses[n % 2], language=languages[n % 3])[0] for n in range(8)
    ]  # fmt: skip
    for place, case_id in enumerate(made[:5]):
        house.cases.claim((ADA, BEA)[place % 2], case_id)
    now = clock.now()
    house.cases.hold(BEA, made[3], now + timedelta(minutes=9), HoldReason.OTHER)
    house.cases.hold(ADA, made[4], now + timedelta(minutes=2), HoldReason.OTHER)  # its moment has come below
    house.cases.danger(ADA, made[6], is_in_danger=True)
    clock.advance(minutes=4)
    now = clock.now()
    with house.store.read() as reader:
        every = reader.open_cases_page(None, 100)
        account = AccountId(every[2].case.account_id)
        for clause, language, state, holder, of in product(
            (None, "house.spam", "house.law"), (None, "is"), (None, *CaseState), (None, ADA.id), (None, account)
        ):
            queue = CaseFilter(None if clause is None else ClauseId(clause), language)
            wanted = ListFilter(now, queue, state, holder, of)
            shown = [each.case.id for each in reader.open_cases_page(None, 100, wanted)]
            assert shown == [each.case.id for each in every if fits(each, wanted)], wanted
    assert len(every) == 8
    assert {each.case.state_at(now) for each in every} >= {CaseState.OPEN, CaseState.CLAIMED, CaseState.ON_HOLD}


def test_what_waits_by_lane_is_what_a_walk_through_all_would_count(office_anywhere: Office) -> None:
    """Given back, held, taken, taken too long ago, and answered once; with the moment of the oldest of each."""
    office, home = office_anywhere, office_anywhere.home
    house, clock = home.house, home.clock
    with house.store.read() as reader:
        assert reader.case_lanes(clock.now()) == Waiting(InLane(), {})
    for number in range(3):
        office.home.submit(f"near-{number}", near(home, number), author=f"near-author-{number}")
        clock.advance(minutes=1)
    made = [laid(house)[0] for _ in range(6) if clock.advance(minutes=1)]
    for case_id in made[:4]:
        house.cases.claim(ADA, case_id)
    house.cases.release(ADA, made[0])
    house.cases.hold(ADA, made[1], clock.now() + timedelta(hours=5), HoldReason.OTHER)
    clock.advance(hours=1)  # the leases of the other two are over
    house.cases.claim(BEA, made[2])
    for number in range(2):
        office.decide(BEA, office.case(f"near-author-{number}").id, Conclusion.NO_VIOLATION)
    house.cases.claim(ADA, office.case("near-author-1").id)
    now = clock.now()
    with house.store.read() as reader:
        every = [each.case for each in reader.open_cases_page(None, 100)]
        found = reader.case_lanes(now)
    by_state = {
        CaseState.OPEN: Lane.FIRST, CaseState.AWAITING_SECOND: Lane.SECOND, CaseState.AWAITING_THIRD: Lane.THIRD,
        CaseState.CLAIMED: Lane.WORKED_ON, CaseState.CLAIMED_SECOND: Lane.WORKED_ON, CaseState.ON_HOLD: Lane.ON_HOLD,
    }  # fmt: skip
    walked = dict.fromkeys(Lane, InLane())
    for case in every:
        walked[by_state[case.state_at(now)]] += InLane(1, case.opened_at)
    assert found == Waiting(sum(walked.values(), InLane()), {lane: each for lane, each in walked.items() if each.count})
    assert set(found.lanes) == set(Lane) - {Lane.THIRD}


def test_what_waits_is_counted_by_indexes_that_hold_few(home: Home) -> None:
    """Of a hundred thousand open cases only those are read that wait for something else than a first answer."""
    wanted = {
        "_ALL": "ix_cases_open", "_HELD": "ix_cases_holder", "_AWAITING": "ix_cases_awaiting",
        "_FIRST": "ix_cases_open_since",
    }  # fmt: skip
    with home.house.engine.connect() as connection:
        for name, index in wanted.items():
            asked = str(getattr(case_lanes, name).compile(home.house.engine))
            blank = (0,) * asked.count("?")
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", blank)]
            assert index in plan[0], (name, plan)


def near(home: Home, number: int) -> Media:
    """Upload a near copy of what a list knows."""
    home.list(pdq(home.upload(photo("china"))), name="near", verification=Verification.ONE_ANALYST)
    return home.upload(photo("china", quality=60 + number))
