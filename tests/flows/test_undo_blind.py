"""What taking an answer back tells, and to whom: nobody reads by it what they must answer blind to (P3)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import make
from answering import ADA, BEA, CYD, Office
from make import AT, Home
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.case_answers import Answering, Staffed, TakenBackAnswer, Unfit, unfit_by_taking_back
from tutela.core.case_moves import SkipReason
from tutela.core.case_states import CaseState
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.core.undo_windows import Offer
from tutela.errors import NotForYou
from tutela.ports.cases import CaseFilter

YES, NO = Conclusion.VIOLATION, Conclusion.NO_VIOLATION
SECONDS = 9


@pytest.fixture
def home(database_url: str, tmp_path: Path, scanner: ChildScanner) -> Iterator[Home]:
    """Yield a house with windows; what is stored agrees with its audit at the end."""
    with make.house(tmp_path, scanner, url=database_url, undo_seconds=SECONDS) as built:
        yield built
        assert built.house.verify().breaches == ()


def near(home: Home) -> tuple[Office, CaseId]:
    """Let somebody post what takes two people in either direction, a while ago."""
    office = Office(home)
    office.post(near=True)
    home.clock.advance(minutes=1)
    return office, office.case().id


def undo(home: Home, who: Principal, known_by: str) -> None:
    """Have somebody take back what they did."""
    home.house.take_back(Decider(who.id), known_by)


def offered(home: Home, who: Principal, case_id: CaseId) -> Offer | None:
    """Return what somebody is told that they may take back."""
    return home.house.cases.read(who, case_id).undo


@pytest.mark.both_databases
@pytest.mark.parametrize("had_skipped", [False, True])
def test_whoever_took_the_only_answer_back_is_offered_the_case_as_before(
    home: Home,
    had_skipped: bool,  # noqa: FBT001  # a column of the table
) -> None:
    """Deciding it kept it from them, as only the report was left; who had skipped it themselves is not offered it."""
    office = Office(home)
    office.post()
    home.clock.advance(minutes=1)
    case_id = office.case().id
    office.claim(ADA, case_id)
    if had_skipped:
        home.house.cases.skip(ADA, case_id, SkipReason.OTHER)
        office.claim(ADA, case_id)
    given = office.answer(ADA, case_id, YES)
    assert (given.stored.answer.place, office.state(case_id)) == (1, CaseState.OPEN)
    undo(home, ADA, given.stored.answer.id)
    home.house.cases.release(ADA, case_id)

    taken = home.house.cases.next(ADA, CaseFilter())
    assert (taken is None) == had_skipped
    assert had_skipped or home.house.cases.read(ADA, case_id).is_own


@pytest.mark.parametrize("second", [YES, NO])
def test_whoever_took_a_second_answer_back_gives_no_other_one(home: Home, second: Conclusion) -> None:
    """They were told whether the two agree, and could read the first; a colleague answers, who knows neither."""
    office, case_id = near(home)
    office.decide(ADA, case_id, NO)
    home.clock.advance(minutes=1)
    given = office.decide(BEA, case_id, second)
    undo(home, BEA, given.stored.answer.id)

    assert office.state(case_id) is CaseState.AWAITING_SECOND
    assert home.house.cases.next(BEA, CaseFilter()) is None
    office.claim(BEA, case_id)
    for answer in (YES, NO):
        with pytest.raises(NotForYou, match="took back"):
            office.answer(BEA, case_id, answer)
    home.house.cases.release(BEA, case_id)
    assert home.house.cases.next(BEA, CaseFilter()) is None
    assert office.decide(CYD, case_id, NO).stored.answer.place == 2
    assert office.read(case_id).closed_by is not None


def test_somebody_who_works_alone_waits_another_day(home: Home) -> None:
    """Having taken the second look back they have read the first: they look again a day later."""
    office, case_id = near(home)
    office.work_alone()
    office.decide(ADA, case_id, NO)
    home.clock.advance(days=1)
    second = office.answer(ADA, case_id, NO)
    undo(home, ADA, second.stored.answer.id)
    with pytest.raises(NotForYou, match="not sooner"):
        office.answer(ADA, case_id, NO)
    home.clock.advance(days=1)

    assert office.answer(ADA, case_id, NO).settlement.is_single_operator


@pytest.mark.parametrize(
    ("place", "series", "by", "is_alone", "after", "barred"),
    [
        (1, 0, "per_bea", False, timedelta(0), None),
        (2, 0, "per_bea", False, timedelta(0), Unfit.TOOK_BACK),
        (3, 0, "per_bea", False, timedelta(days=9), Unfit.TOOK_BACK),
        (2, 1, "per_bea", False, timedelta(0), None),
        (2, 0, "per_cyd", False, timedelta(0), None),
        (2, 0, "per_bea", True, timedelta(hours=23), Unfit.TOO_SOON),
        (2, 0, "per_bea", True, timedelta(hours=24), None),
    ],
)
def test_who_is_kept_from_an_answer_by_one_they_took_back(
    place: int,
    series: int,
    by: str,
    is_alone: bool,  # noqa: FBT001  # a column of the table
    after: timedelta,
    barred: Unfit | None,
) -> None:
    """A first answer tells nobody anything; a later one bars whoever gave it, in its own series."""
    taken_back = [TakenBackAnswer(by, series, place, AT)]
    crew = Staffed(0, is_alone, has_people=True)

    assert unfit_by_taking_back(Answering("per_bea", is_person=True), taken_back, AT + after, crew) is barred


@pytest.mark.both_databases
def test_a_case_tells_what_may_be_taken_back_to_whoever_did_it_and_only_while_it_may(home: Home) -> None:
    """With its end; nobody else hears that there is anything, and it is gone with the window."""
    office, case_id = near(home)
    office.claim(ADA, case_id)
    assert offered(home, ADA, case_id) is None
    given = office.answer(ADA, case_id, NO)
    until = home.clock.now() + timedelta(seconds=SECONDS)

    assert offered(home, ADA, case_id) == Offer(given.stored.answer.id, until)
    assert offered(home, BEA, case_id) is None
    assert offered(home, Principal(ADA.id, frozenset({"cases"})), case_id) is None
    home.clock.set(until)
    assert offered(home, ADA, case_id) is None


def test_nothing_is_offered_that_would_be_refused(home: Home) -> None:
    """Not once a colleague has gone on from it, nor once it was taken back."""
    office, case_id = near(home)
    given = office.decide(ADA, case_id, NO)
    office.claim(BEA, case_id)
    assert offered(home, ADA, case_id) is None
    home.house.cases.release(BEA, case_id)
    assert offered(home, ADA, case_id) is not None
    undo(home, ADA, given.stored.answer.id)
    assert offered(home, ADA, case_id) is None
