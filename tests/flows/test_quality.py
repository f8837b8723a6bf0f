"""Second looks at single decisions, and figures: from the draw to what is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from answering import ADA, BEA, CYD, REVIEWER, opened, person
from drawn import EVERYWHERE, SAM, C, Quality, waiting_beside
from flows.test_plans import noted, scanned
from tutela.core.case_states import CaseState
from tutela.core.cases import Purpose
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId, GoldenId
from tutela.core.looks import SAMPLE_WITHIN, LookEnd
from tutela.core.operator import SAMPLES
from tutela.core.permissions import Principal, StaffRole
from tutela.core.reversals import Reversal
from tutela.errors import BadInput, CaseMoved, Forbidden, NotForYou, TutelaError
from tutela.flows.mark_golden import AskedGolden
from tutela.flows.name_finding import Asked, OnCase
from tutela.flows.read_agreement import AskedFigures, By
from tutela.flows.take_stock import alarms
from tutela.flows.tell_answer import refuse_blinded
from tutela.flows.tell_case import case_told
from tutela.flows.tell_quality import figures_told

OFFICE = Quality


# ------------------------------------------------------------------------------------------------------------ samples


@pytest.mark.both_databases
def test_a_drawn_decision_is_looked_at_by_somebody_else(office_anywhere: Quality) -> None:
    """Not at once, but when nobody takes it back any more; from the queue; and agreement changes nothing."""
    office = office_anywhere
    case_id = office.decided()
    assert office.home.house.quality.lay() == 0
    look, before = office.look(), (office.counts(), office.changes())
    assert (look.state, look.purpose, look.reason) == (
        CaseState.AWAITING_SECOND,
        Purpose.SAMPLE,
        office.read(case_id).reason,
    )
    assert office.home.house.quality.lay() == 0

    assert office.home.house.cases.next(REVIEWER, EVERYWHERE) is None
    taken = office.home.house.cases.next(ADA, EVERYWHERE)
    assert taken is not None
    assert taken.shown.case.id == look.id
    assert taken.shown.item_platform_ids == ("post",)
    given = office.answer(ADA, look.id, C.NO_VIOLATION)
    assert (given.look, given.state, office.ended(look.id)) == (LookEnd.AGREED, CaseState.DECIDED, "agreed")
    assert office.read(look.id).closed_by == office.read(case_id).closed_by
    assert (office.counts(), office.changes()) == before
    assert office.figures() == {("cse.commentary", "sample"): (1, 1)}


def test_whoever_decided_is_not_asked_again(office: Quality) -> None:
    """Neither offered, nor let in by name, nor handed it; nor is anybody about an account of theirs."""
    office.decided(by=ADA)
    look, cases = office.look(), office.home.house.cases
    assert cases.next(ADA, EVERYWHERE) is None
    with pytest.raises(NotForYou):
        office.claim(ADA, look.id)
    cases.own.add(BEA, ["alice"])
    assert cases.next(BEA, EVERYWHERE) is None
    with pytest.raises(NotForYou):
        office.claim(BEA, look.id)
    office.claim(CYD, look.id)
    office.home.house.__dict__["cases"] = replace(cases, hand_over=replace(cases.hand_over, colleagues=lambda _: ADA))
    with pytest.raises(BadInput):
        office.home.house.cases.hand_over(CYD, look.id, ADA.id)


def test_whoever_looks_again_does_not_read_what_was_decided(office: Quality) -> None:
    """From when they take it until they answered: not the answer, the decision, or the notes."""
    house = office.home.house
    case_id = office.decided()
    house.cases.note(REVIEWER, case_id, "I am sure")
    look, decision = office.look(), office.read(case_id).closed_by
    now = office.home.clock.now()
    told = house.read_answers(ADA, case_id)
    assert (len(told["answers"]), told["all"]) == (1, True)

    office.claim(ADA, look.id)
    hidden = [house.read_answers(ADA, each) for each in (case_id, look.id)]
    assert [(each["answers"], each["all"]) for each in hidden] == [([], False), ([], False)]
    assert house.cases.notes(ADA, case_id, "", 10).notes == ()
    with house.store.read() as reader:
        with pytest.raises(NotForYou):
            refuse_blinded(reader, ADA, decision, now)
        refuse_blinded(reader, BEA, decision, now)
    told_case = case_told(house.cases.read(ADA, look.id))
    assert (told_case["decision"], told_case["purpose"]) == (None, None)

    office.answer(ADA, look.id, C.NO_VIOLATION)
    assert len(house.read_answers(ADA, case_id)["answers"]) == 1
    assert case_told(house.cases.read(ADA, look.id))["purpose"] == "sample"


@pytest.mark.parametrize(("first", "second"), [(C.VIOLATION, C.NO_VIOLATION), (C.NO_VIOLATION, C.VIOLATION)])
def test_a_difference_takes_nothing_away(office_anywhere: Quality, first: C, second: C) -> None:
    """A third person reads both and says which stands; until then all is as it was decided (P3)."""
    office = office_anywhere
    office.decided(first, clause="house.spam")
    look, before = office.look(), (office.account(), office.item(), office.counts(), office.changes())
    given = office.decide(ADA, look.id, second)

    assert (given.look, given.state) == (None, CaseState.AWAITING_THIRD)
    assert (office.account(), office.item(), office.counts(), office.changes()) == before
    office.home.clock.advance(seconds=SAMPLE_WITHIN.seconds)
    assert office.home.house.quality.end() == 0  # it is overdue, and never given up
    assert office.state(look.id) is CaseState.AWAITING_THIRD
    office.claim(BEA, look.id)
    assert len(office.home.house.read_answers(BEA, look.id)["answers"]) == 2
    upheld = office.answer(BEA, look.id, first)
    assert (upheld.look, upheld.state, office.ended(look.id)) == (LookEnd.UPHELD, CaseState.DECIDED, "upheld")
    assert (office.account(), office.item(), office.counts(), office.changes()) == before
    assert office.figures() == {("house.spam", "sample"): (0, 1)}


def test_two_against_one_overturn_what_was_removed(office_anywhere: Quality) -> None:
    """And only they: it comes back as by any reversal that two stand behind."""
    office = office_anywhere
    office.decided(C.VIOLATION, clause="house.spam")
    assert "remove" in office.item()
    look = office.look()
    office.decide(ADA, look.id, C.NO_VIOLATION)
    given = office.decide(BEA, look.id, C.NO_VIOLATION)

    assert (given.look, given.settlement.people) == (LookEnd.OVERTURNED, ("per_ada", "per_bea"))
    assert (office.item(), office.state(look.id), office.ended(look.id)) == (set(), CaseState.DECIDED, "overturned")
    assert office.read(look.id).closed_by != office.read(look.id).id


def test_two_against_one_find_what_was_let_go(office_anywhere: Quality) -> None:
    """Suspended and hidden with two people behind it; whether to report is laid before a person (P4)."""
    office = office_anywhere
    office.decided(C.NO_VIOLATION, clause="cse.depiction")
    look = office.look()
    office.decide(ADA, look.id, C.VIOLATION)
    assert (office.account(), office.item()) == (set(), set())
    given = office.decide(BEA, look.id, C.VIOLATION)

    assert given.look is LookEnd.OVERTURNED
    assert "suspend" in office.account()
    assert office.state(look.id) is CaseState.DECIDED
    assert [each.reason.value for each in office.open()] == ["report_due"]


def test_what_nobody_looks_at_lapses_and_is_counted(office: Quality) -> None:
    """It is late before that as any other case is; whoever holds it is let finish."""
    office.decided()
    look, house = office.look(), office.home.house
    office.home.clock.advance(seconds=SAMPLE_WITHIN.seconds)
    with house.store.read() as reader:
        assert reader.case_alarms(office.home.clock.now()).overdue == 1
    office.claim(ADA, look.id)
    assert house.quality.end() == 0
    house.cases.release(ADA, look.id)
    assert (house.quality.end(), house.quality.end()) == (1, 0)
    assert (office.state(look.id), office.ended(look.id)) == (CaseState.DECIDED, "lapsed")
    found = house.quality.agreement(ADA, AskedFigures(until=office.soon()))
    assert found.samples is not None
    assert (found.samples.drawn, found.samples.unseen, found.samples.waiting) == (1, 1, 0)
    for days, is_told in ((0, True), (8, False)):
        with house.store.read() as reader:
            assert (SAMPLES in alarms(reader, office.home.clock.advance(days=days))) is is_told


def test_what_is_reversed_is_not_looked_at(office: Quality) -> None:
    """Neither laid afterwards, nor kept when it was laid before."""
    case_id = office.decided(C.VIOLATION, clause="house.spam")
    look, decision = office.look(), office.read(case_id).closed_by
    assert decision is not None
    office.home.house.reverse(Reversal(decision, Facts("wrong"), Decider("per_cyd", is_senior=True)))
    assert office.home.house.quality.end() == 1
    assert office.ended(look.id) == "moot"
    with office.home.house.store.read() as reader:
        assert SAMPLES not in alarms(reader, office.home.clock.now())


def test_new_finds_are_not_laid_into_a_look(office: Quality) -> None:
    """A look is about what was decided; what comes later about the same account is a case of its own."""
    office.decided()
    look = office.look()
    fresh = opened(office, "cse.commentary")

    assert fresh != look.id
    assert {each.id for each in office.open()} == {fresh, look.id}


def test_whoever_works_alone_looks_again_a_day_later(office: Quality) -> None:
    """Blind to what they said; and it is no agreement of two people."""
    office.work_alone()
    office.decided(by=ADA)
    look = office.look()
    with pytest.raises(NotForYou, match="a day after"):
        office.answer(ADA, look.id, C.NO_VIOLATION)
    office.home.clock.advance(days=1)
    assert office.home.house.read_answers(ADA, look.id)["answers"] == []
    assert office.answer(ADA, look.id, C.NO_VIOLATION).look is LookEnd.AGREED
    assert office.figures() == {("cse.commentary", "single_operator"): (1, 1)}


def test_a_sample_that_is_decided_by_hand_is_refused(office: Quality) -> None:
    """It is answered, or left: a decision beside the blind answer would be one person's."""
    office.decided(clause="house.spam")
    look = office.look()
    office.claim(ADA, look.id)
    asked = Asked("house.spam", Facts("x"), Decider(ADA.id), (), on_case=OnCase(ADA, look.id))
    with pytest.raises(CaseMoved) as refused:
        office.home.house.decide(asked)
    assert (refused.value.why, office.ended(look.id)) == ("a_look", None)


# ------------------------------------------------------------------------------------------------------------- figures


def test_two_people_who_answered_are_a_pair(office: Quality) -> None:
    """For both of them when counted by reviewer; a third adds none."""
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    office.decide(BEA, case.id, C.NO_VIOLATION)
    office.decide(CYD, case.id, C.NO_VIOLATION)

    assert office.figures() == {("cse.depiction", "two_people"): (0, 1)}
    assert office.figures(By.KIND) == {("two_people", "two_people"): (0, 1)}
    assert office.figures(By.REVIEWER) == {
        ("per_ada", "two_people"): (0, 1), ("per_bea", "two_people"): (0, 1),
    }  # fmt: skip
    assert office.figures(By.REVIEWER, person="per_bea") == {("per_bea", "two_people"): (0, 1)}
    assert office.figures(clause="house.spam") == {}


def test_somebody_who_works_alone_agrees_with_themselves(office: Quality) -> None:
    """Counted once, and apart."""
    office.work_alone()
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.NO_VIOLATION)
    office.home.clock.advance(seconds=SAMPLE_WITHIN.seconds)
    office.answer(ADA, case.id, C.NO_VIOLATION)

    assert office.figures(By.REVIEWER) == {("per_ada", "single_operator"): (1, 1)}


def test_few_of_a_colleague_are_no_number_and_ones_own_are(office: Quality) -> None:
    """By clause, and to whom they are about, both numbers are told."""
    office.decided()
    office.decide(ADA, office.look().id, C.NO_VIOLATION)
    quality = office.home.house.quality

    def agreed(who: Principal, **more: Any) -> list[int | None]:
        told = figures_told(quality.agreement(who, AskedFigures(until=office.soon(), **more)))
        return [row["agreed"] for row in told["figures"]]

    assert agreed(BEA) == [1]
    assert agreed(BEA, by=By.REVIEWER) == [None, None]
    assert agreed(BEA, by=By.CLAUSE, person="per_rob") == [None]
    own = figures_told(quality.agreement.own(REVIEWER, AskedFigures(until=office.soon())))
    assert [(row["key"], row["agreed"], row["of"], row["share"]) for row in own["figures"]] == [("per_rob", 1, 1, None)]
    assert own["samples"] is None


def test_figures_have_a_time_and_pages(office: Quality) -> None:
    """What was before it is left out; a time that is none, or longer than a year, is refused."""
    office.decided()
    office.decide(ADA, office.look().id, C.NO_VIOLATION)
    agreement, now = office.home.house.quality.agreement, office.home.clock.now()
    assert agreement(ADA, AskedFigures(until=now)).rows == ()
    page = agreement(ADA, AskedFigures(By.REVIEWER, until=office.soon(), limit=1))
    assert ([row.key for row in page.rows], page.following) == (["per_ada"], "per_ada")
    rest = agreement(ADA, AskedFigures(By.REVIEWER, until=office.soon(), limit=1, after="per_ada"))
    assert ([row.key for row in rest.rows], rest.following) == (["per_rob"], None)
    for since in (now, now - timedelta(days=400)):
        with pytest.raises(BadInput):
            agreement(ADA, AskedFigures(since=since, until=now))


def test_no_step_of_quality_reads_a_whole_table(office: Quality) -> None:
    """Neither what is drawn, laid and ended, nor golden cases, nor figures; nor a next case of which nothing comes."""
    house, quality = office.home.house, office.home.house.quality
    with noted(office.home) as statements:
        case_id = office.decided(by=ADA)
        look = office.look()
        office.claim(BEA, look.id)
        house.read_answers(BEA, case_id)
        office.answer(BEA, look.id, C.ADULT)
        office.decide(CYD, look.id, C.NO_VIOLATION)
        golden = office.mark(case_id)
        office.home.submit("other", author="bob")
        waiting_beside(office, "other")
        taken = office.next()
        assert taken is not None
        office.answer(SAM, taken.shown.case.id, C.ADULT)
        for by in By:
            quality.agreement(ADA, AskedFigures(by))
        quality.agreement.own(SAM, AskedFigures())
        quality.list(ADA, "", 10)
        quality.list(ADA, "", 10, with_withdrawn=True)
        quality.withdraw(ADA, golden, "x")
        quality.end()
        with house.store.read() as reader:
            alarms(reader, office.home.clock.now())
    assert scanned(office.home, statements) == set()


@pytest.mark.parametrize("role", list(StaffRole))
def test_every_verb_takes_its_scope_of_every_role(office: Quality, role: StaffRole) -> None:
    """Golden cases and the figures of others take `quality`; one's own take `cases`."""
    quality, who = office.home.house.quality, person("who", role)
    asked = AskedGolden(CaseId("cas_none"), C.ADULT, "x")
    for scope, verb in (
        ("quality", lambda: quality.mark(who, asked)),
        ("quality", lambda: quality.withdraw(who, GoldenId("gld_none"), "x")),
        ("quality", lambda: quality.list(who, "", 1)),
        ("quality", lambda: quality.list.names(who, [])),
        ("quality", lambda: quality.agreement(who, AskedFigures())),
        ("cases", lambda: quality.agreement.own(who, AskedFigures())),
    ):
        try:
            verb()
        except Forbidden:
            assert scope not in who.scopes
        except TutelaError:
            assert scope in who.scopes
        else:
            assert scope in who.scopes
