"""Figures of the work, from cases on a database: what they count, what they cost, and who may see them."""

import pytest

from answering import ADA, BEA, Office, person
from make import Home
from reviewing import laid
from tutela.core.conclusions import Conclusion
from tutela.core.permissions import StaffRole
from tutela.errors import Forbidden

OFFICE = Office
ANALYST = person("ann", StaffRole.POLICY_ANALYST)


def test_what_came_of_cases_is_counted_by_clause(office_anywhere: Office) -> None:
    """Opened, decided with its conclusion, taken back, and the oldest that is open."""
    office, house = office_anywhere, office_anywhere.home.house
    cases = [laid(house, author=f"author-{number}")[0] for number in range(6)]
    begun = office.home.clock.now()
    for case_id in cases[:5]:
        office.home.clock.advance(minutes=10)
        office.decide(BEA, case_id, Conclusion.NO_VIOLATION)
    figures = house.read_figures(ADA, 7)
    [spam] = figures.cases.clauses
    assert (spam.clause, spam.opened, spam.decided, spam.open) == ("house.spam", 6, 5, 1)
    assert spam.outcomes[Conclusion.NO_VIOLATION] == 5
    assert {share: length.total_seconds() / 60 for share, length in spam.waits.items()} == {50: 30, 90: 50, 99: 50}
    assert figures.oldest_opened_at == begun
    assert figures.cases.inflow[-1][1:] == (6, 5)
    assert len(figures.cases.inflow) == 7
    office.home.clock.advance(days=8)
    assert house.read_figures(ADA, 7).cases.everything.opened == 0
    assert house.read_figures(ADA, 7).oldest_opened_at == begun


@pytest.mark.both_databases
def test_it_takes_as_many_statements_for_many_cases_as_for_one(home_anywhere: Home, statements: list[str]) -> None:
    """And on SQLite each finds its rows by an index."""
    house, counts = home_anywhere.house, []
    for number in range(30):
        laid(house, author=f"many-{number}", clause=("house.spam", "cse.links")[number % 2])
        if number in {0, 29}:
            statements.clear()
            house.read_figures(ADA, 90)
            counts.append(len(statements))
    assert counts[0] == counts[1] <= 18
    if house.engine.dialect.name == "sqlite":
        for asked in (next(each for each in statements if word in each) for word in ("closed_us", "is_exact")):
            with house.engine.connect() as connection:
                blank = (0,) * asked.count("?")
                plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", blank)]
            assert not [step for step in plan if step.startswith("SCAN") and step != "SCAN one"], plan


def test_figures_are_for_who_keeps_quality_or_operates(home: Home) -> None:
    """Agreement is for those who keep quality; rules for those who read them."""
    assert home.house.read_figures(ANALYST, 7).agreement is None
    assert home.house.read_figures(ADA, 7).agreement is not None
    with pytest.raises(Forbidden):
        home.house.read_figures(person("rob", StaffRole.REVIEWER), 7)
