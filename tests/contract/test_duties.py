"""What is kept of duties, on both databases: sheets, dealings, and found cases by an index."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

import make
from make import AT, Desk
from tutela.adapters.db.engine import is_postgresql
from tutela.core.cases import Case, CaseReason
from tutela.core.filing.dealings import Dealing, DealingKind
from tutela.core.filing.duty import ChildKnown, Explicitness, Imagery, Trait
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet
from tutela.core.findings import Facts
from tutela.core.ids import CaseId
from tutela.core.plans import Answer, Source
from tutela.core.roles import Role
from tutela.ports.committer import CaseItem
from tutela.ports.decisions import FindingRecord, ItemAnswer


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def opened(desk: Desk) -> tuple[Case, make.Item]:
    """Return a new open case with one item."""
    author = make.account()
    item = make.item(author)
    due = AT + timedelta(days=1)
    case = Case(CaseId(make.new_id("case")), author.id, make.CLAUSE, CaseReason.NEAR_MATCH, AT, due)
    desk.commit(accounts=(author,), items=(make.stored(item),), cases=(case,), case_items=(CaseItem(case.id, item.id),))
    return case, item


def find(desk: Desk, case: Case, item: make.Item, answer: Answer = Answer.REFUSE) -> None:
    """Have somebody find what the case is about."""
    fields = {"source": Source.PERSON, "is_automated": False, "at": AT + timedelta(hours=1), "decided_by": "per_1"}
    decision = make.decision(**fields)
    record = FindingRecord(decision.id, Facts("seen"), is_senior=True, roles={case.account_id: Role.ACTOR})
    told = ItemAnswer(decision.id, item.id, answer, Answer.PUBLISH)
    desk.commit(decisions=(decision,), findings=(record,), decision_answers=(told,))


def test_what_was_said_and_done_is_read_as_it_was_written(desk: Desk) -> None:
    """Of a sheet the last word counts; of dealings all are there, in order."""
    case, _ = opened(desk)
    sheet = DutySheet(
        case.id, Imagery.DRAWN, Explicitness.SUGGESTIVE, ChildKnown.NOT_IDENTIFIABLE,
        frozenset({Trait.PLANNED, Trait.TOWARDS_CHILD}), Places(("US",), (), ("DE", "FR")), "per_1", AT,
    )  # fmt: skip
    first = Dealing("dlg_1", case.id, "ncmec", DealingKind.TAKEN, "per_1", AT, AT, due_at=AT, salt=b"1")
    second = Dealing("dlg_2", case.id, "nca", DealingKind.BY_HAND, "per_2", AT, AT, "", "4711", None, b"2")
    with desk.store.read() as reader:
        assert reader.duty_sheet(case.id) == DutySheet(case.id)
        assert reader.dealings([case.id]) == {}

    desk.commit(duty_sheets=(replace(sheet, imagery=Imagery.REAL),), dealings=(first,))
    desk.commit(duty_sheets=(sheet,), dealings=(second,))

    with desk.store.read() as reader:
        assert reader.duty_sheet(case.id) == sheet
        assert reader.dealings([case.id]) == {case.id: (first, second)}


def test_a_case_is_found_from_the_finding_of_a_person_on(desk: Desk) -> None:
    """Not by a machine, not by what somebody only holds; a page goes on after an id."""
    cases = [opened(desk) for _ in range(3)]
    with desk.store.read() as reader:
        assert reader.found_case(cases[0][0].id) is None
        before = {each.case.id for each in reader.found_cases("", 1000)}
    for case, item in cases:
        find(desk, case, item)

    with desk.store.read() as reader:
        page = [each for each in reader.found_cases("", 1000) if each.case.id not in before]
        rest = reader.found_cases(page[0].case.id, 1000)

    assert [each.case.id for each in page] == sorted(case.id for case, _ in cases)
    assert {each.found_at for each in page} == {AT + timedelta(hours=1)}
    assert page[0].case.id not in {each.case.id for each in rest}


def test_found_cases_are_found_by_an_index_however_many_are_open(desk: Desk) -> None:
    """Work with a hundred thousand open cases looks at those that owe something only."""
    if is_postgresql(desk.engine):
        pytest.skip("PostgreSQL makes its plans otherwise; the plans of SQLite are what was seen to go wrong")
    find(desk, *opened(desk))
    asked: list[tuple[str, object]] = []
    event.listen(desk.engine, "before_cursor_execute", lambda *about: asked.append((about[2], about[3])))

    with desk.store.read() as reader:
        reader.found_cases("", 10)

    sql, said = next(each for each in asked if "found_us IS NOT NULL" in each[0])
    with desk.engine.connect() as connection:
        plan = [str(step[-1]) for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", said)]  # type: ignore[arg-type]  # as it was run
    assert any("ix_cases_found" in step for step in plan), plan
