"""What is counted of notices and appeals, recounted by hand from what people and machines did."""

import pytest

from answering import ACTOR, ADA, BEA, Office
from appealed import BEA as BEN
from appealed import CYD, AppealOffice, K
from flows.test_decide import asked, on
from make import Home
from noticing import Noticing
from tutela.core.appeals.states import Outcome
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider
from tutela.core.measures import MeasureKind
from tutela.core.transparency.counted import AppealOutcome, Cause, Counted
from tutela.core.transparency.period import Period

pytestmark = pytest.mark.both_databases
YEAR = Period(2026)


def counted(home: Home) -> Counted:
    """Return what is counted of the year."""
    return home.house.report_figures.counting.count(YEAR.starts_at, YEAR.ends_at)


def test_what_a_notice_hides_is_no_own_initiative_and_what_is_kept_is_no_action(home_anywhere: Home) -> None:
    """By hand: two are hidden at once; two people let one stay, which is no action, and remove the other, which is."""
    office, desk = Office(home_anywhere), Noticing(home_anywhere)
    for name, conclusion in (("stays", Conclusion.NO_VIOLATION), ("goes", Conclusion.VIOLATION)):
        desk.posted(name)
        [case] = desk.notice(desk.tell(name)).cases
        for who in (ADA, BEA):
            office.decide(who, case, conclusion, parts=ACTOR if conclusion is Conclusion.VIOLATION else ())
    home_anywhere.house.notices.answer()
    found = counted(home_anywhere)
    holds = [each for each in found.measures if each.kind is MeasureKind.HOLD and each.is_automated]
    assert sum(each.count for each in holds) == 2
    assert {each.cause for each in found.measures if each.is_automated} == {Cause.NOTICE}
    assert sorted(len(each.decided_under) for each in found.notices) == [0, 1]


def test_what_is_decided_anew_was_not_overturned_and_a_repetition_decides_nothing(home_anywhere: Home) -> None:
    """By hand: one is replaced while appealed, one upheld and appealed again, one overturned with its four."""
    office, home = AppealOffice(home_anywhere), home_anywhere
    replaced, upheld, wrong = office.spam(), office.spam("other", "bob"), office.spam("third", "carol")
    office.take(replaced)
    home.house.decide(asked(on("item", "post", K.LIMIT_REACH), replaces=replaced, decider=Decider(CYD.id)))
    home.house.appeals.follow()
    first = office.take(upheld, "bob")
    home.clock.advance(days=2)
    office.decide(first, BEN, Outcome.UPHELD)
    office.take(upheld, "bob")
    office.decide(office.take(wrong, "carol"), BEN, Outcome.OVERTURNED)
    found = counted(home)
    assert sum(each.count for each in found.measures if each.is_overturned) == 4
    told = [(each.outcome, each.decided_at is not None) for each in found.appeals]
    assert told == [
        (AppealOutcome.OMITTED, True), (AppealOutcome.UPHELD, True), (AppealOutcome.OMITTED, False),
        (AppealOutcome.OVERTURNED, True),
    ]  # fmt: skip
