"""Reading notices on a real house: what presses, what waits, who is counted with whom, and nothing about oneself."""

from dataclasses import replace
from typing import Any

import pytest

from answering import ACTOR, ADA, BEA, Office
from make import Home
from noticing import ANYBODY, Noticing
from tutela.core.case_moves import SkipReason
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Facts
from tutela.core.ids import NoticeId
from tutela.core.notices.branches import Branch
from tutela.core.notices.notice import NoticeOutcome, NoticeState
from tutela.core.notices.outcomes import ItemOutcome
from tutela.errors import NotForYou, UnknownNotice
from tutela.flows.answer_case import AskedAnswer
from tutela.flows.take_notice import Receipt
from tutela.ports.notices import NoticeFilter, NoticesWaiting

pytestmark = pytest.mark.both_databases


@pytest.fixture
def desk(home_anywhere: Home) -> Noticing:
    """Return a house on the databases of the test, with people."""
    Office(home_anywhere)
    return Noticing(home_anywhere)


def pressing(desk: Noticing, limit: int = 10) -> list[NoticeId]:
    """Return what presses, in its order."""
    return [each.notice.id for each in desk.home.house.notices.reading.pressing(ADA, limit)]


def listed(desk: Noticing, **wanted: Any) -> list[NoticeId]:
    """Return a list of those that stand for themselves."""
    asked = NoticeFilter(is_first=True, **wanted)
    return [each.notice.id for each in desk.home.house.notices.page(ADA, asked, "", 100)]


def elsewhere(number: int, desk: Noticing, *items: str, **fields: Any) -> Receipt:
    """Have somebody tell from a place of their own."""
    return desk.tell(*items, by=replace(ANYBODY, place=f"192.0.2.{number}"), **fields)


def test_danger_presses_before_what_is_late_and_the_oldest_first(desk: Noticing) -> None:
    """Nothing else presses; what is answered presses no more."""
    first = elsewhere(1, desk, words="the first")
    desk.home.clock.advance(hours=200)
    calm = elsewhere(2, desk, words="calm", branch=Branch.SAW_SOMETHING)
    danger = [elsewhere(3 + n, desk, words=f"danger {n}", branch=Branch.THREATENED) for n in range(2)]
    ids = [each.notice_id for each in danger]
    assert pressing(desk) == [*ids, first.notice_id]
    assert pressing(desk, 1) == ids[:1]
    assert calm.notice_id not in pressing(desk)
    for who in (ADA, BEA):
        desk.home.house.notices.work.answer(who, ids[0], NoticeOutcome.NOT_FOUND)
    assert pressing(desk) == [ids[1], first.notice_id]


def test_what_waits_in_no_case_is_counted(desk: Noticing) -> None:
    """Danger, what was not found, and whoever is to be called back; what lies in a case waits there."""
    desk.posted("holiday")
    reading = desk.home.house.notices.reading
    assert reading.waiting(ADA) == NoticesWaiting()
    elsewhere(1, desk, words="danger", branch=Branch.THREATENED)
    elsewhere(2, desk, words="a lake")
    elsewhere(3, desk, "holiday", is_danger=True)
    elsewhere(4, desk, "holiday", branch=Branch.AUTHORITY, words="hide it")
    assert reading.waiting(ADA) == NoticesWaiting(urgent=1, unlocated=2, call_backs=1)


def test_who_says_the_same_is_counted_with_the_first_as_long_as_that_is_open(desk: Noticing) -> None:
    """Nothing is lost by being merged: once the first is answered the next stands for itself."""
    told = [elsewhere(number, desk, words="the same lake").notice_id for number in (1, 2, 3)]
    assert listed(desk) == [told[0]]
    row = desk.home.house.notices.reading.show(ADA, told[0])
    assert row.merged == 2
    same = desk.home.house.notices.page(ADA, NoticeFilter(merged_into=told[0]), "", 10)
    assert {each.notice.id for each in same} == set(told[1:])
    for who in (ADA, BEA):
        desk.home.house.notices.work.answer(who, told[0], NoticeOutcome.NOT_FOUND)
    assert set(listed(desk, states=frozenset({NoticeState.UNLOCATED}))) == set(told[1:])


def test_a_notice_is_laid_out_with_all_that_is_around_it(desk: Noticing) -> None:
    """Items with how they stand, whose they are, the case, clocks that run before those that are done."""
    desk.posted("holiday")
    receipt = desk.tell("holiday", country="DE")
    laid = desk.home.house.notices.reading.lay_out(ADA, receipt.notice_id)
    assert [(e.stored.item.platform_id, e.author.platform_id, e.outcome) for e in laid.items] == [
        ("holiday", "alice", ItemOutcome.HIDDEN_MEANWHILE)
    ]
    assert [each.platform_id for each in laid.accounts] == ["alice"]
    assert [each.case.id for each in laid.cases] == list(laid.notice.cases)
    running = [each.is_running for each in laid.clocks]
    assert running == sorted(running, reverse=True)
    assert set(running) == {True, False}
    assert (laid.needs_two, laid.is_unlocated, laid.is_answered_by_me) == (True, False, False)
    with pytest.raises(UnknownNotice):
        desk.home.house.notices.reading.lay_out(ADA, NoticeId("ntc_none"))


def test_nothing_about_oneself_is_shown_listed_or_counted(desk: Noticing) -> None:
    """It would tell them who told; a colleague sees it all."""
    desk.posted("holiday")
    desk.home.house.cases.own.add(ADA, ["alice"])
    receipt = desk.tell("holiday", branch=Branch.AUTHORITY, words="hide it", is_danger=True)
    reading = desk.home.house.notices.reading
    for verb in (reading.show, reading.lay_out):
        with pytest.raises(NotForYou):
            verb(ADA, receipt.notice_id)
    assert listed(desk) == pressing(desk) == []
    assert reading.of_case(ADA, desk.notice(receipt).cases[0], 5) == []
    assert reading.waiting(ADA).call_backs == 0
    assert reading.waiting(BEA).call_backs == 1
    assert [each.notice.id for each in reading.pressing(BEA, 5)] == [receipt.notice_id]


def test_a_plan_says_how_many_notices_are_answered(desk: Noticing) -> None:
    """Those that lie in no other open case; before and after, as what became of them says."""
    desk.posted("holiday")
    desk.posted("else", "flower", author="bob")
    first = elsewhere(1, desk, "holiday", words="one")
    both = elsewhere(2, desk, "holiday", "else", words="both")
    [case_id] = desk.notice(first).cases
    house = desk.home.house
    house.cases.claim(ADA, case_id)
    asked = AskedAnswer(case_id, Conclusion.VIOLATION, Facts("violation", "as I saw it"), parts=ACTOR)
    assert house.answer_case.foresee(ADA, asked).notices == 1
    house.cases.skip(ADA, case_id, SkipReason.LANGUAGE)
    for who in (ADA, BEA):
        Office(desk.home).decide(who, case_id, Conclusion.VIOLATION, parts=ACTOR)
    house.notices.answer()
    assert not desk.notice(first).is_open
    assert desk.notice(both).is_open
