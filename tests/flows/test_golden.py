"""Golden cases: given so that nobody can tell, of no effect on anybody, told afterwards."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from answering import ADA, BEA, CYD, REVIEWER, opened, person
from drawn import EVERYWHERE, SAM, C, Quality, waiting_beside
from make import Home
from tutela.adapters.db import tables as t
from tutela.core.agreement import PairKind
from tutela.core.case_states import CaseState
from tutela.core.cases import Purpose
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId, GoldenId
from tutela.core.looks import SAMPLE_WITHIN, LookEnd
from tutela.core.permissions import Principal, StaffRole
from tutela.core.roles import Role
from tutela.core.sampling import THOUSAND
from tutela.errors import BadInput, CaseMoved, Conflict, NotForYou, UnknownGolden
from tutela.flows.mark_golden import AskedGolden
from tutela.flows.name_finding import Asked, OnCase
from tutela.flows.tell_case import case_told

OFFICE = Quality


# ------------------------------------------------------------------------------------------------------- golden cases


@pytest.mark.both_databases
def test_a_golden_case_is_given_and_nothing_comes_of_it(office_anywhere: Quality) -> None:
    """Whatever is answered; the reviewer is told afterwards, and it is counted for the figures."""
    office = office_anywhere
    golden = office.decided(C.NO_VIOLATION, by=ADA)
    office.mark(golden)
    office.home.submit("other", author="bob")
    waiting_beside(office, "other")
    before, seq = office.counts(), office.changes()
    for who, conclusion, end in (
        (SAM, C.NO_VIOLATION, LookEnd.AGREED), (person("tim", StaffRole.REVIEWER), C.VIOLATION, LookEnd.DIFFERED),
    ):  # fmt: skip
        taken = office.next(who)
        assert taken is not None
        case = taken.shown.case
        assert (case.purpose, case.holder, taken.shown.item_platform_ids) == (Purpose.GOLDEN, who.id, ("post",))
        given = office.answer(who, case.id, conclusion)
        assert (given.look, given.state, office.ended(case.id)) == (end, CaseState.DECIDED, end.value)
        assert (office.counts(), office.changes()) == (before, seq)
        assert case_told(office.home.house.cases.read(who, case.id))["purpose"] == "golden"
    assert office.figures(kind=PairKind.GOLDEN) == {("cse.commentary", "golden"): (1, 2)}


@pytest.fixture
def golden(office: Quality) -> tuple[Quality, CaseId]:
    """Return a house with a golden case and one that waits."""
    office.mark(office.decided(C.NO_VIOLATION, by=ADA))
    office.home.submit("other", author="bob")
    return office, waiting_beside(office, "other")


def test_a_golden_case_cannot_be_told_from_another(golden: tuple[Quality, CaseId]) -> None:
    """Field by field as it is told, in the list and by itself; what may be done with it; its audit until it ends."""
    office, waiting = golden
    taken = office.next()
    assert taken is not None
    genuine = office.home.house.cases.claim(REVIEWER, waiting)
    told, other = case_told(taken), case_told(genuine)

    same = told.keys() - {
        "id",
        "account",
        "items",
        "holder",
        "opened_at",
        "due_at",
        "until",
        "seconds_left",
        "language",
    }
    assert {name: told[name] for name in same} == {name: other[name] for name in same}
    assert told["opened_at"] < other["due_at"]
    assert told["due_at"] < other["due_at"]
    assert case_told(office.home.house.cases.read(SAM, taken.shown.case.id)) == told
    assert {each.id for each in office.open()} == {taken.shown.case.id, waiting}
    assert _entries(office, taken.shown.case.id) == _entries(office, waiting)


def _entries(office: Quality, case_id: CaseId) -> list[str]:
    statement = (
        select(t.audit_entries.c.kind).where(t.audit_entries.c.subject == case_id).order_by(t.audit_entries.c.seq)
    )
    with office.home.house.engine.connect() as connection:
        return list(connection.execute(statement).scalars())


def test_who_is_never_given_a_golden_case(golden: tuple[Quality, CaseId]) -> None:
    """Who keeps them, a key, who decided it, whose account it is about, who had it, and nobody at a rate of 0."""
    office, _ = golden
    knows = person("kim", StaffRole.REVIEWER)
    office.home.house.cases.own.add(knows, ["alice"])
    key = Principal("key_1", SAM.scopes)
    for who, rate in ((BEA, THOUSAND), (key, THOUSAND), (REVIEWER, 0), (knows, THOUSAND)):
        taken = office.next(who, rate)
        assert taken is not None, who
        assert taken.shown.case.purpose is Purpose.WORK, who
        office.home.house.cases.release(who, taken.shown.case.id)
    for purpose in (Purpose.GOLDEN, Purpose.WORK):
        taken = office.next()
        assert taken is not None
        assert taken.shown.case.purpose is purpose
        if purpose is Purpose.GOLDEN:
            office.answer(SAM, taken.shown.case.id, C.ADULT)


def test_danger_and_what_is_late_come_first(golden: tuple[Quality, CaseId]) -> None:
    """And nothing is given where nothing waits."""
    office, waiting = golden
    office.home.house.cases.danger(REVIEWER, waiting, is_in_danger=True)
    taken = office.next()
    assert taken is not None
    assert taken.shown.case.id == waiting
    assert office.next(person("tim", StaffRole.REVIEWER)) is None


@pytest.mark.parametrize("does", ["danger", "decide", "foresee"])
def test_whoever_would_do_more_than_answer_is_told(golden: tuple[Quality, CaseId], does: str) -> None:
    """Nothing happens to anybody, nobody is woken, and it counts in no figure."""
    office, _ = golden
    house, taken = office.home.house, office.next()
    assert taken is not None
    case_id, before = taken.shown.case.id, (office.counts(), office.changes())
    asked = Asked("house.spam", Facts("x"), Decider(SAM.id), (), on_case=OnCase(SAM, case_id))
    verbs: dict[str, Callable[[], object]] = {
        "danger": lambda: house.cases.danger(SAM, case_id, is_in_danger=True),
        "decide": lambda: house.decide(asked),
        "foresee": lambda: house.decide.foresee(asked),
    }
    with pytest.raises(CaseMoved) as refused:
        verbs[does]()
    assert (refused.value.why, office.ended(case_id)) == ("a_look", "spoilt")
    assert (office.counts(), office.changes(), office.figures()) == (*before, {})


def test_a_golden_case_that_is_given_back_goes_to_whoever_does_not_know(golden: tuple[Quality, CaseId]) -> None:
    """Never to whoever decided it; and it ends by itself when nobody takes it."""
    office, _ = golden
    house, taken = office.home.house, office.next()
    assert taken is not None
    case_id = taken.shown.case.id
    house.cases.release(SAM, case_id)
    offered = house.cases.next(ADA, EVERYWHERE)
    assert offered is not None
    assert offered.shown.case.id != case_id
    office.home.clock.advance(seconds=SAMPLE_WITHIN.seconds)
    assert house.quality.end() == 1
    assert (office.state(case_id), office.ended(case_id)) == (CaseState.DECIDED, "lapsed")


def test_a_withdrawn_golden_case_measures_nobody(golden: tuple[Quality, CaseId]) -> None:
    """Neither what was answered before nor after; whoever answers after is told that it counts for nothing."""
    office, _ = golden
    quality, tim = office.home.house.quality, person("tim", StaffRole.REVIEWER)
    first = office.next(SAM)
    assert first is not None
    office.answer(SAM, first.shown.case.id, C.ADULT)
    second = office.next(tim)  # never two of one at a time: they would lie beside each other in the list
    assert second is not None
    assert office.figures() == {("cse.commentary", "golden"): (0, 1)}
    [held] = quality.list(ADA, "", 10).golden
    after = quality.withdraw(BEA, held.id, "it was wrong")
    assert (after.withdrawn_by, quality.withdraw(CYD, held.id, "again").withdrawn_by) == (BEA.id, BEA.id)

    assert office.answer(tim, second.shown.case.id, C.NO_VIOLATION).look is LookEnd.MOOT
    assert office.figures() == {}
    assert quality.list(ADA, "", 10).golden == ()
    assert [each.withdrawn_for for each in quality.list(ADA, "", 10, with_withdrawn=True).golden] == ["it was wrong"]
    uma = office.next(person("uma", StaffRole.REVIEWER))
    assert uma is not None
    assert uma.shown.case.purpose is Purpose.WORK
    with pytest.raises(UnknownGolden):
        quality.withdraw(ADA, GoldenId("gld_none"), "x")


def test_what_can_be_marked(office: Quality) -> None:
    """A decided case, once, with what was decided; and by nobody about an account of theirs."""
    office.home.submit("post", author="alice")
    case_id = opened(office, "house.spam")
    with pytest.raises(BadInput, match="decided"):
        office.mark(case_id)
    office.decide(REVIEWER, case_id, C.NO_VIOLATION)
    with pytest.raises(BadInput, match="otherwise"):
        office.mark(case_id, C.ADULT)
    with pytest.raises(BadInput, match="part"):
        office.mark(case_id, C.VIOLATION)
    office.home.house.cases.own.add(BEA, ["alice"])
    with pytest.raises(NotForYou):
        office.mark(case_id, who=BEA)
    office.mark(case_id)
    with pytest.raises(Conflict, match="golden already"):
        office.mark(case_id)
    asked = AskedGolden(case_id, C.VIOLATION, "x", parts=(("alice", Role.ACTOR), ("alice", Role.DEPICTED)))
    with pytest.raises(BadInput, match="twice"):
        office.home.house.quality.mark(ADA, asked)


@pytest.mark.parametrize("purpose", ["golden", "sample"])
def test_a_case_that_is_made_a_look_by_hand_is_found(home: Home, purpose: str) -> None:
    """Nothing would come of an answer to it: whoever can write into the database could have it waved through (P3)."""
    office = Quality(home)
    home.submit("other", author="bob")
    case_id = waiting_beside(office, "other")
    assert home.house.verify().breaches == ()
    with home.house.engine.connect() as raw:
        connection = raw.execution_options(tutela_write=True)
        with connection.begin():
            connection.execute(update(t.cases).where(t.cases.c.id == case_id).values(purpose=purpose))
    assert [(each.promise, each.subject) for each in home.house.verify().breaches] == [("P3", case_id)]
