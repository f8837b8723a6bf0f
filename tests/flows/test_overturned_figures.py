"""A finding that an appeal overturns speaks against what led to it: rule or classifier."""

from datetime import timedelta

import pytest

from answering import BEA, CYD, Office
from appealed import DORA, EVA, AppealOffice
from asked import ID, asking, asks, reads
from flows.test_classifications import FULL
from make import Home
from ruled import A_CASE, ADULT, CLAUSE, YOUNG, message, observe, rule, use, who
from tutela.core.appeals.states import Outcome
from tutela.core.conclusions import Conclusion
from tutela.core.ids import DecisionId
from tutela.core.measures import MeasureKind
from tutela.core.permissions import at_machine
from tutela.core.roles import Role
from tutela.core.rules.rule import GrantMeasure, Target
from tutela.core.units import Duration
from tutela.ports.events import Judged

pytestmark = pytest.mark.both_databases
ANALYST = at_machine("ann")
DAY = timedelta(days=1)
WRITES = 'event.kind == "message" and author.is_adult and recipient.is_minor'
BLOCK = GrantMeasure(MeasureKind.BLOCK_MESSAGING, Target.AUTHOR, Duration(hours=24), "minors")


def writes(home: Home) -> None:
    """Have an adult write to a child."""
    observe(home, message("m1", who("alice", ADULT), who("kid", YOUNG), text=FULL))


def found(home: Home) -> DecisionId:
    """Have two people find that the author did it; return what stands of it."""
    office = Office(home)
    case = office.case(clause=CLAUSE)
    for each in (BEA, CYD):
        office.decide(each, case.id, Conclusion.VIOLATION, parts=(("alice", Role.ACTOR),))
    with home.house.store.read() as reader:
        decided = reader.found_case(case.id)
    assert decided is not None
    return decided.decision_ids[-1]


def overturned(home: Home, decision_id: DecisionId) -> None:
    """Have two others answer an appeal."""
    office = AppealOffice(home)
    appeal = office.take(decision_id)
    for each in (DORA, EVA):
        office.decide(appeal, each, Outcome.OVERTURNED)
        if office.read(appeal.id).ended:
            break
    assert office.read(appeal.id).ended is not None


def judged(home: Home, name: str) -> Judged | None:
    """Return how often a rule was right: told alone and beside the others, and the same at both places."""
    [beside] = [each.judged for each in home.house.rules.oversee(ANALYST, DAY) if each.record.name == name]
    alone = home.house.rules.fires.figures(ANALYST, name, DAY).judged
    assert alone == (beside or Judged(0, 0))
    return beside


def test_a_rule_was_wrong_where_its_finding_is_overturned(home_anywhere: Home) -> None:
    """Right while the finding stands, wrong from the moment it is overturned."""
    use(home_anywhere, rule(WRITES, name="adult-reaches-many-minors"))
    writes(home_anywhere)
    decision_id = found(home_anywhere)
    assert judged(home_anywhere, "adult-reaches-many-minors") == Judged(1, 0)
    overturned(home_anywhere, decision_id)
    assert judged(home_anywhere, "adult-reaches-many-minors") == Judged(0, 1)


def test_a_rule_was_wrong_where_what_it_did_itself_is_overturned(home_anywhere: Home) -> None:
    """Nobody had decided before: whoever answers the appeal is the first person to look."""
    use(home_anywhere, rule(WRITES, A_CASE, BLOCK, name="adult-reaches-many-minors"))
    writes(home_anywhere)
    with home_anywhere.house.store.read() as reader:
        [fire] = reader.fires_of_rule("adult-reaches-many-minors", "", 9)
    assert fire.decision_id is not None
    overturned(home_anywhere, fire.decision_id)
    assert judged(home_anywhere, "adult-reaches-many-minors") == Judged(0, 1)


def test_a_classifier_was_wrong_where_the_finding_is_overturned(home_anywhere: Home) -> None:
    """Its precision falls, and there is nothing more to compare it with."""
    with asking(home_anywhere, asks(), reads()):
        writes(home_anywhere)
        home_anywhere.house.classifying.ask_due.all()
        decision_id = found(home_anywhere)
        [before] = home_anywhere.house.classifying.read.agreement(ID)
        overturned(home_anywhere, decision_id)
        [after] = home_anywhere.house.classifying.read.agreement(ID)
    assert (before.precision.agreed, before.precision.of) == (1, 1)
    assert (after.precision.agreed, after.precision.of) == (0, 1)
