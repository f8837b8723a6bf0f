"""A list of cases, narrowed in every way: what it shows is what a walk through all of them would."""

from datetime import timedelta
from itertools import product

import pytest

from answering import ADA, BEA
from make import Home
from reviewing import laid
from tutela.adapters.db import case_lists
from tutela.core.case_moves import HoldReason
from tutela.core.case_states import CaseState
from tutela.core.ids import AccountId, ClauseId
from tutela.ports.cases import CaseFilter, ListFilter, OpenCase


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
