"""All rules at once: what they did, how often they were right, and what it costs to say so."""

from datetime import timedelta

import pytest

from answering import BEA, Office, person
from make import Home
from ruled import ADULT, CLAUSE, YOUNG, message, observe, rule, use, who
from tutela.core.conclusions import Conclusion
from tutela.core.permissions import Principal, at_machine
from tutela.core.rules.rule import RuleState
from tutela.errors import Forbidden
from tutela.ports.events import Judged

OFFICE = Office
DAY = timedelta(days=1)
WRITES = 'event.kind == "message" and author.is_adult and recipient.is_minor'
SHIPPED = "adult-reaches-many-minors"
ANALYST = at_machine("ann")


@pytest.mark.both_databases
def test_figures_and_what_people_found_stand_beside_each_rule(office_anywhere: Office) -> None:
    """By rule: what fired live and in shadow, and how many of those decided about had done it."""
    home, house = office_anywhere.home, office_anywhere.home.house
    use(home, rule(WRITES, name=SHIPPED))
    for name in ("alice", "bob"):
        observe(home, message(f"m-{name}", who(name, ADULT), who("kid", YOUNG)))
    observe(home, message("m-alice-again", who("alice", ADULT), who("kid", YOUNG)))
    use(home, rule(WRITES, name="adult-follows-many-minors", state=RuleState.SHADOW))
    observe(home, message("m-carol", who("carol", ADULT), who("kid", YOUNG)))
    cleared = office_anywhere.case(clause=CLAUSE)
    office_anywhere.decide(BEA, cleared.id, Conclusion.NO_VIOLATION)

    seen = {each.record.name: each for each in house.rules.oversee(ANALYST, DAY)}
    reaches, follows = seen[SHIPPED], seen["adult-follows-many-minors"]
    assert (reaches.fires, reaches.cases, reaches.shadow_fires) == (3, 2, 0)
    assert sum(each.cases for each in reaches.figures) == 3  # a case that was met again stands with both outcomes
    assert reaches.judged == Judged(0, 1)
    assert (follows.fires, follows.shadow_fires, follows.shadow_accounts, follows.judged) == (0, 1, 1, None)
    with house.store.read() as reader:
        one_by_one = reader.judged(
            (account for account, _ in reader.accounts_of_rule(SHIPPED, home.clock.now() - DAY, 9)), CLAUSE
        )
    assert reaches.judged == one_by_one
    home.clock.advance(days=3)
    assert all(not each.figures and each.judged is None for each in house.rules.oversee(ANALYST, DAY))


@pytest.mark.both_databases
def test_it_takes_as_many_statements_for_many_rules_as_for_one(home_anywhere: Home, statements: list[str]) -> None:
    """A list of rules asks the database no more the more of them fired."""
    counts = []
    for number in (1, 12):
        use(home_anywhere, *(rule(WRITES, name=f"rule-{each}") for each in range(number)))
        observe(home_anywhere, message(f"m{number}", who(f"author-{number}", ADULT), who("kid", YOUNG)))
        statements.clear()
        home_anywhere.house.rules.oversee(ANALYST, DAY)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_what_is_right_is_found_by_an_index(home_anywhere: Home, statements: list[str]) -> None:
    """However many fired before: only what fired since is read, and each account by its own index."""
    home_anywhere.house.rules.oversee(ANALYST, DAY)
    asked = next(each for each in statements if "met" in each)
    if home_anywhere.house.engine.dialect.name == "sqlite":
        with home_anywhere.house.engine.connect() as connection:
            plan = [
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (0,) * asked.count("?"))
            ]
        stored = ("rule_fires", "finding_roles", "decisions", "reversal", "cases")
        assert not [step for step in plan if step.split()[:2] in [["SCAN", name] for name in stored]]


def test_only_who_reads_rules_sees_them(home: Home) -> None:
    """Deny by default."""
    with pytest.raises(Forbidden):
        home.house.rules.oversee(Principal("key_1", frozenset({"cases"})), DAY)


def test_names_of_colleagues_are_told_to_people_alone(home: Home) -> None:
    """A service knows people by their ids."""
    assert home.house.staff.names(person("Ada")) == {}
    with pytest.raises(Forbidden):
        home.house.staff.names(Principal("key_1", frozenset({"rules"})))
