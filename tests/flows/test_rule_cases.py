"""A case that a rule opened, in the hands of people: it can be decided, and what the machine did ends with it (P11)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from answering import BEA, CYD, Office
from flows.test_decide import DAY, asked, on
from make import Home
from ruled import ADULT, YOUNG, event, fires, message, observe, rule, use, who
from tutela.core.case_states import CaseState
from tutela.core.cases import CaseReason
from tutela.core.conclusions import Conclusion
from tutela.core.ids import FireId
from tutela.core.measures import MeasureKind
from tutela.core.policy import Severity
from tutela.core.roles import Role
from tutela.core.rules.rule import GrantMeasure, OpenCase, Target
from tutela.core.units import Duration
from tutela.errors import CaseMoved, Conflict
from tutela.flows.endangered import CONDUCT
from tutela.ports.committer import Changeset
from tutela.ports.events import Observed

OFFICE = Office
WRITES = 'event.kind == "message" and author.is_adult and recipient.is_minor'
BLOCK = GrantMeasure(MeasureKind.BLOCK_MESSAGING, Target.AUTHOR, Duration(hours=72), "minors")
CLAUSE = "cse.conversation"


def caught(home: Home) -> None:
    """Have a rule open a case about Alice and keep her from writing to minors."""
    use(home, rule(WRITES, OpenCase("contact", Severity.HIGH, "wrote"), BLOCK))
    observe(home, message("m1", who("alice", ADULT), who("kid", YOUNG)))


def test_one_person_may_find_nothing_and_what_the_rule_did_ends(office_anywhere: Office) -> None:
    """A rule is no supported suspicion: one person clears it, the block is over and nothing is left (P3)."""
    caught(office_anywhere.home)
    case = office_anywhere.case(clause=CLAUSE)
    assert office_anywhere.account() == {"block_messaging"}

    office_anywhere.decide(BEA, case.id, Conclusion.NO_VIOLATION)

    assert office_anywhere.state(case.id) is CaseState.DECIDED
    assert office_anywhere.account() == set()


def test_people_may_find_a_violation_in_what_a_rule_saw(office_anywhere: Office) -> None:
    """Nothing was posted: the account alone is answered for, by two people."""
    caught(office_anywhere.home)
    case = office_anywhere.case(clause=CLAUSE)

    first = office_anywhere.decide(BEA, case.id, Conclusion.VIOLATION, parts=(("alice", Role.ACTOR),))
    office_anywhere.decide(CYD, case.id, Conclusion.VIOLATION, parts=(("alice", Role.ACTOR),))

    assert first.state is CaseState.AWAITING_SECOND
    assert "suspend" in office_anywhere.account()
    # Whether it must be reported is not decided yet: until then the case stays (P4).
    assert office_anywhere.read(case.id).reason is CaseReason.REPORT_DUE


@pytest.mark.both_databases
def test_a_rule_that_fires_while_somebody_works_on_the_case_does_not_take_it_away(office_anywhere: Office) -> None:
    """It lies in the same case; who holds it goes on."""
    caught(office_anywhere.home)
    case = office_anywhere.case(clause=CLAUSE)
    office_anywhere.claim(BEA, case.id)
    observe(office_anywhere.home, message("m2", who("alice", ADULT), who("kid-2", YOUNG)))
    office_anywhere.home.clock.advance(hours=25)
    observe(office_anywhere.home, message("m3", who("alice", ADULT), who("kid-3", YOUNG)))

    assert {fire.case_id for fire in fires(office_anywhere.home)} == {case.id}
    office_anywhere.decide(CYD, case.id, Conclusion.NO_VIOLATION)
    assert office_anywhere.state(case.id) is CaseState.DECIDED


def test_what_a_rule_sees_is_never_laid_into_a_case_that_ended_meanwhile(office_anywhere: Office) -> None:
    """Nobody would look at it: whoever planned it plans again, and opens another one."""
    caught(office_anywhere.home)
    case = office_anywhere.case(clause=CLAUSE)
    [fire] = fires(office_anywhere.home)
    office_anywhere.decide(BEA, case.id, Conclusion.NO_VIOLATION)
    again = replace(fire, id=FireId("fir_again"), decision_id=None)

    with pytest.raises(Conflict):
        office_anywhere.home.house.committer.commit(Changeset(observed=Observed(fires=(again,))))


def test_whoever_answers_is_told_that_a_rule_saw_more_meanwhile(office_anywhere: Office) -> None:
    """As when another item is laid into the case: the answer was to less."""
    caught(office_anywhere.home)
    case = office_anywhere.case(clause=CLAUSE)
    office_anywhere.claim(BEA, case.id)
    version = office_anywhere.read(case.id).version
    use(office_anywhere.home, rule('event.kind == "login"', name="other"))
    observe(office_anywhere.home, event("l1", "login", who("alice", ADULT)))

    assert office_anywhere.read(case.id).version == version + 1
    with pytest.raises(CaseMoved):
        office_anywhere.answer(BEA, case.id, Conclusion.NO_VIOLATION, version=version)
    office_anywhere.answer(BEA, case.id, Conclusion.NO_VIOLATION, version=version + 1)


@pytest.mark.parametrize("kinds", [("block", "message"), ("message", "block")])
def test_two_rules_about_one_account_share_a_case_and_the_graver_decides_when(
    office_anywhere: Office, kinds: tuple[str, ...]
) -> None:
    """In whichever order they fire; the case is due as the graver says."""
    grave = rule(WRITES, OpenCase("contact", Severity.CRITICAL, "x"), name="grave")
    light = rule('event.kind == "block"', OpenCase("other", Severity.LOW, "y", on=Target.AUTHOR), name="light")
    home = office_anywhere.home
    use(home, grave, light)
    for number, kind in enumerate(kinds):
        to = who(f"kid-{number}", YOUNG)
        sent = (
            message(f"m{number}", who("alice", ADULT), to)
            if kind == "message"
            else event("b", kind, who("alice", ADULT), to)
        )
        observe(home, sent)

    case = office_anywhere.case(clause=CLAUSE)
    assert (case.due_at - home.clock.now()).total_seconds() == 4 * 3600
    assert {fire.case_id for name in ("grave", "light") for fire in fires(home, name)} == {case.id}
    named = home.house.rules.fires.rules_of(BEA, [case.id])
    assert named == {case.id: ["grave", "light"] if kinds[0] == "message" else ["light", "grave"]}


def test_whoever_was_turned_to_is_named_with_their_age_and_can_be_protected(office_anywhere: Office) -> None:
    """Children first, then whose age nobody knows; no adult. Protecting them finds nothing about anybody."""
    home, house = office_anywhere.home, office_anywhere.home.house
    caught(home)
    people = (who("kid", YOUNG), who("old", ADULT), who("somebody"), who("other-kid", YOUNG))
    observe(home, *(message(f"to-{each.platform_id}", who("alice", ADULT), each) for each in people))
    case = office_anywhere.case(clause=CLAUSE)
    near = house.cases.lay_out(BEA, case.id).endangered

    assert [each.account.platform_id for each in near] == ["kid", "other-kid", "somebody"]
    assert dict(near[0].met.kinds) == {"message": 2}
    assert not any(each.is_protected for each in near)
    made = house.protect_endangered(BEA, case.id)
    assert made is not None
    assert office_anywhere.account("kid") == office_anywhere.account("other-kid") == {"protect"}
    assert office_anywhere.account("somebody") == set(), "whose age nobody knows is asked first"
    assert house.protect_endangered(BEA, case.id) is None
    assert office_anywhere.state(case.id) is CaseState.OPEN, "the answer to the case is another matter"


@pytest.mark.parametrize(("after", "is_protected"), [(timedelta(hours=23), True), (timedelta(hours=24), False)])
def test_a_child_whose_protection_has_ended_is_protected_again(
    office_anywhere: Office,
    after: timedelta,
    is_protected: bool,  # noqa: FBT001  # a column of the table
) -> None:
    """What ended stays in the standing: it keeps nobody away any more, and must not pass for protection."""
    home, house = office_anywhere.home, office_anywhere.home.house
    caught(home)
    case = office_anywhere.case(clause=CLAUSE)
    house.decide(asked(on("account", "kid", MeasureKind.PROTECT, ends_at=home.clock.now() + DAY), clause=CONDUCT))
    home.clock.advance(seconds=after.total_seconds())

    [near] = house.cases.lay_out(BEA, case.id).endangered
    assert near.is_protected is is_protected
    assert (house.protect_endangered(BEA, case.id) is None) is is_protected
    assert office_anywhere.account("kid") == {"protect"}


def test_what_a_rule_saw_is_shown_as_people_read_it(office_anywhere: Office) -> None:
    """A length of time in hours and days, a count without a fraction."""
    home = office_anywhere.home
    asks = 'contact.age < "3d" and count(by=author.id, within="1d", where=event.kind == "message") > 1'
    use(home, rule(asks, OpenCase("contact", Severity.HIGH, "wrote")))
    for name in ("m1", "m2"):
        observe(home, message(name, who("alice", ADULT), who("kid", YOUNG)))
        home.clock.advance(hours=26)
        observe(home, message(f"{name}-later", who("alice", ADULT), who("kid", YOUNG)))

    [trace] = [dict(fire.trace) for fire in fires(home)]
    assert trace["contact.age"] == "1d 2h"
    assert (
        str(next(value for text, value in trace.items() if text.startswith("count(") and not text.endswith("> 1")))
        == "2"
    )
