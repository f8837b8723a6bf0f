"""Answers to cases: one person where that is enough, two where it is grave, blind, and carried out whole."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from answering import ADA, BEA, CYD, REVIEWER, Office, asked, opened, person, service
from flows.test_plans import noted, scanned
from make import Home
from tutela.adapters.db import tables as t
from tutela.core.case_answers import SECOND_LOOK_AFTER
from tutela.core.case_states import CaseState
from tutela.core.cases import CaseDraft, CaseReason
from tutela.core.conclusions import Conclusion, Context
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId
from tutela.core.permissions import StaffRole
from tutela.core.plans import Answer
from tutela.core.remedies import WhyTwo
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.errors import BadInput, CaseMoved, Forbidden, IdempotencyMismatch, NotForYou, Refused, TutelaError
from tutela.flows.enact import Ledger
from tutela.flows.repeat import Repeatable
from tutela.flows.tell_answer import foreseen_told, given_told, refuse_blinded
from tutela.ports.committer import Changeset
from tutela.ports.events import Judged

C = Conclusion
DAY = timedelta(days=1)


OFFICE = Office


def test_one_person_is_enough_where_a_verified_list_knows_it(office_anywhere: Office) -> None:
    """Suspended for good, quarantined, and the case waits until it is decided whether to report (P4)."""
    office = office_anywhere
    office.post()
    case = office.case()
    given = office.decide(REVIEWER, case.id, C.VIOLATION)

    assert given.foreseen.why_two == ()
    assert office.account() == {"suspend", "lock_pending_decision"}  # the machine's own ends with its decision
    assert "quarantine" in office.item()
    assert (given.state, office.state(case.id)) == (CaseState.OPEN, CaseState.OPEN)


def test_what_no_list_knows_takes_two_who_agree(office_anywhere: Office) -> None:
    """Meanwhile hidden and locked, and nothing final; then suspended, with two people behind it."""
    office = office_anywhere
    office.post(near=True)
    case = office.case()
    first = office.decide(ADA, case.id, C.VIOLATION)

    assert (first.state, office.state(case.id)) == (CaseState.AWAITING_SECOND, CaseState.AWAITING_SECOND)
    assert set(first.foreseen.why_two) == {WhyTwo.SUSPENDS, WhyTwo.BANKS, WhyTwo.FILES}
    assert (office.account(), office.item() & {"hold", "quarantine"}) == ({"lock_pending_decision"}, {"hold"})
    assert _drafts(office.home) == 0

    second = office.decide(BEA, case.id, C.VIOLATION, clause="cse.generated")
    assert (second.state, second.settlement.people) == (CaseState.DECIDED, ("per_ada", "per_bea"))
    assert "suspend" in office.account()
    assert "quarantine" in office.item()
    with office.home.house.store.read() as reader:
        [settled] = reader.settlements_of(case.id)
        assert (settled.people, settled.is_single_operator, settled.enacted_at is not None) == (2, False, True)


@pytest.mark.parametrize("near", [False, True])
def test_a_supported_suspicion_is_cleared_by_two(office: Office, near: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """It stays as it is until both have said so; then everything comes back, and the case ends."""
    office.post(near=near)
    case, before = office.case(), (office.account(), office.item())
    first = office.decide(ADA, case.id, C.NO_VIOLATION)

    assert WhyTwo.CLEARS in first.foreseen.why_two
    assert (office.account(), office.item()) == before
    assert office.home.is_absent("post")
    second = office.decide(BEA, case.id, C.NO_VIOLATION)
    assert (second.state, office.read(case.id).closed_by is not None) == (CaseState.DECIDED, True)
    assert (office.account(), office.item()) == (set(), set())
    assert office.home.answer("post") is Answer.PUBLISH


def test_where_two_differ_a_third_says_which_stands(office: Office) -> None:
    """In between nothing final; a third answer beside both is not taken."""
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    assert office.decide(BEA, case.id, C.NO_VIOLATION).state is CaseState.AWAITING_THIRD
    assert office.account() == {"lock_pending_decision"}
    office.claim(CYD, case.id)
    with pytest.raises(BadInput, match="which of the two"):
        office.answer(CYD, case.id, C.ADULT)
    given = office.answer(CYD, case.id, C.NO_VIOLATION)

    assert given.settlement.people == ("per_bea", "per_cyd")
    assert (office.account(), office.item(), office.home.is_absent("post")) == (set(), set(), False)


def test_what_two_found_two_others_clear(office_anywhere: Office) -> None:
    """Their finding took the place of what held meanwhile: it ends with the suspicion all the same."""
    office = office_anywhere
    office.post(near=True)
    case, dan = office.case(), person("dan")
    office.people.append(dan)
    office.decide(ADA, case.id, C.VIOLATION)
    office.decide(BEA, case.id, C.VIOLATION)
    office.decide(CYD, case.id, C.NO_VIOLATION)
    assert "suspend" in office.account()
    assert office.decide(dan, case.id, C.NO_VIOLATION).state is CaseState.DECIDED

    assert (office.account(), office.item(), office.home.is_absent("post")) == (set(), set(), False)
    assert office.home.answer("post") is Answer.PUBLISH


@pytest.mark.parametrize("conclusion", [C.AGE_INDETERMINATE, C.EXPLOITATIVE_NOT_ILLEGAL])
def test_what_accuses_nobody_is_removed_before_its_suspicion_ends(office: Office, conclusion: Conclusion) -> None:
    """No strike, no bank, no suspect; and it is never to be seen in between, whichever commit one looks after."""
    office.post()
    case, seen = office.case(), []
    committer = office.home.house.carry_out.decide.committer
    commit = committer.commit

    def watched(changeset: Any) -> Any:
        receipt = commit(changeset)
        seen.append(office.home.is_absent("post") or "remove" in office.item())
        return receipt

    office.decide(ADA, case.id, conclusion)
    committer.commit = watched  # type: ignore[method-assign]  # watched, and put back
    office.decide(BEA, case.id, conclusion)
    committer.commit = commit  # type: ignore[method-assign]  # watched, and put back

    assert len(seen) >= 3
    assert all(seen)
    assert (office.account(), office.item() & {"remove", "quarantine", "hold"}) == (set(), {"remove"})
    assert office.home.answer("post") is Answer.REFUSE
    assert office.state(case.id) is CaseState.DECIDED
    with office.home.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["alice"])["alice"].id
        assert reader.strikes([account]).get(account, ()) == ()


def test_a_kill_between_two_commits_is_gone_on_with(office_anywhere: Office) -> None:
    """What is settled is in the tables, and what is left of it is read from them; nobody answers meanwhile."""
    office = office_anywhere
    office.post()
    case, house = office.case(), office.home.house
    office.decide(ADA, case.id, C.AGE_INDETERMINATE)
    house.__dict__["answer_case"] = replace(house.answer_case, after=lambda: None)
    office.decide(BEA, case.id, C.AGE_INDETERMINATE)
    assert office.home.is_absent("post")
    assert office.read(case.id).closed_by is None
    with pytest.raises((CaseMoved, NotForYou)):
        office.decide(CYD, case.id, C.NO_VIOLATION)

    assert house.enact_settled() == 1
    assert (office.state(case.id), house.enact_settled()) == (CaseState.DECIDED, 0)
    assert (office.account(), "remove" in office.item()) == (set(), True)


def test_an_unsupported_case_is_cleared_by_one(office: Office) -> None:
    """A rule or a notice alone: one person; and that somebody looked is recorded as a decision."""
    office.home.submit("post", author="alice")
    case = opened(office)
    given = office.decide(REVIEWER, case, C.NO_VIOLATION)

    assert (given.foreseen.why_two, given.state) == ((), CaseState.DECIDED)
    assert office.home.answer("post") is Answer.PUBLISH


@pytest.mark.parametrize(("context", "helped"), [(Context.SEEKING_HELP, True), (Context.NEWS, False)])
def test_whoever_asks_for_help_is_answered_with_help(office: Office, context: Context, helped: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """And with nothing else: no accusation."""
    office.home.submit("post", author="alice")
    office.decide(ADA, opened(office), C.NO_VIOLATION, context=context)

    with office.home.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["alice"])["alice"].id
        told = {each.code.value for each in reader.statements_told(account, office.home.clock.now(), 10)}
    assert ("help_offered" in told) is helped
    assert office.account() == set()


# ------------------------------------------------------------------------------------------------------ who may not


def test_nobody_answers_twice_or_their_own_earlier_word(office: Office) -> None:
    """Neither as the second nor as the third; nor when the case comes back."""
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    with pytest.raises(NotForYou):
        office.claim(ADA, case.id)
    office.decide(BEA, case.id, C.NO_VIOLATION)
    for each in (ADA, BEA):
        with pytest.raises(NotForYou):
            office.claim(each, case.id)
    office.decide(CYD, case.id, C.VIOLATION)
    assert office.state(case.id) is CaseState.OPEN  # until it is decided whether to report
    for each in (ADA, BEA, CYD):
        with pytest.raises(NotForYou, match="decided about this case before"):
            office.decide(each, case.id, C.NO_VIOLATION)
        office.home.house.cases.release(each, case.id)


def test_nobody_answers_about_an_account_of_their_own(office: Office) -> None:
    """Also where they say so after they have taken it."""
    office.post()
    case = office.case()
    office.claim(ADA, case.id)
    office.home.house.cases.own.add(ADA, ["alice"])

    with pytest.raises(NotForYou):
        office.answer(ADA, case.id, C.NO_VIOLATION)
    with pytest.raises(NotForYou):
        office.home.house.answer_case.foresee(ADA, asked(case.id, C.NO_VIOLATION))


def test_the_second_must_be_somebody_who_may(office: Office) -> None:
    """A reviewer without the scope, whoever lost it meanwhile, and the key of a service where people work."""
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.NO_VIOLATION)
    with pytest.raises(Forbidden):
        office.claim(REVIEWER, case.id)
    office.claim(BEA, case.id)
    with pytest.raises(Forbidden):
        office.answer(person("bea", StaffRole.REVIEWER), case.id, C.NO_VIOLATION)  # her role was taken away
    office.home.house.cases.release(BEA, case.id)
    with pytest.raises(NotForYou, match="key of a service"):
        office.decide(service("one"), case.id, C.NO_VIOLATION)
    assert office.home.is_absent("post")


def test_keys_are_two_where_nobody_has_an_account(office: Office) -> None:
    """As long as no person is known here, two different keys stand for two people."""
    office.people = []
    office.post()
    case = office.case()
    office.decide(service("one"), case.id, C.NO_VIOLATION)
    given = office.decide(service("two"), case.id, C.NO_VIOLATION)

    assert given.settlement.people == ("key_one", "key_two")
    assert not office.home.is_absent("post")


def test_somebody_who_works_alone_looks_again_a_day_later(office: Office) -> None:
    """Not sooner, and recorded as what it is; never as two people."""
    office.work_alone()
    office.post()
    case = office.case()
    office.decide(ADA, case.id, C.NO_VIOLATION)
    with pytest.raises(NotForYou, match="a day after"):
        office.answer(ADA, case.id, C.NO_VIOLATION)
    office.home.clock.advance(seconds=SECOND_LOOK_AFTER.seconds)
    given = office.answer(ADA, case.id, C.NO_VIOLATION)

    assert (given.settlement.people, given.settlement.is_single_operator) == (("per_ada",), True)
    assert not office.home.is_absent("post")
    with office.home.house.store.read() as reader:
        [settled] = reader.settlements_of(case.id)
        assert (settled.people, settled.is_single_operator) == (1, True)


def test_an_outsider_looks_only_for_somebody_who_works_alone(office: Office) -> None:
    """Named by the operator, at once; and never where a colleague could."""
    office.post(near=True)
    case = office.case()
    office.claim(ADA, case.id)
    with pytest.raises(NotForYou):
        office.answer(ADA, case.id, C.VIOLATION, outsider="Dr. Lake")
    office.answer(ADA, case.id, C.VIOLATION)
    with pytest.raises((NotForYou, CaseMoved)):
        office.answer(ADA, case.id, C.VIOLATION, outsider="Dr. Lake")
    office.work_alone()
    given = office.answer(ADA, case.id, C.VIOLATION, outsider="Dr. Lake")

    assert (given.settlement.people, given.settlement.is_single_operator) == (("per_ada",), True)
    assert "suspend" in office.account()


# ----------------------------------------------------------------------------------------------------- bad inputs


def test_a_case_that_changed_is_refused_and_what_changed_is_told(office: Office) -> None:
    """Something was laid into it since it was shown; nothing was written."""
    office.post()
    case = office.case()
    office.claim(REVIEWER, case.id)
    version = office.read(case.id).version
    office.post(name="another")

    with pytest.raises(CaseMoved) as refused:
        office.answer(REVIEWER, case.id, C.VIOLATION, version=version)
    assert (refused.value.why, refused.value.changed["items_added"]) == ("changed", ["another"])
    assert "suspend" not in office.account()
    office.answer(REVIEWER, case.id, C.VIOLATION, version=refused.value.changed["version"])


def test_a_lease_that_was_lost_is_told_at_once(office: Office) -> None:
    """Whether or not somebody else has taken it since."""
    office.post()
    case = office.case()
    office.claim(ADA, case.id)
    office.home.clock.advance(hours=1)
    with pytest.raises(CaseMoved) as lost:
        office.answer(ADA, case.id, C.VIOLATION)
    office.claim(BEA, case.id)
    with pytest.raises(CaseMoved) as taken:
        office.answer(ADA, case.id, C.VIOLATION)

    assert (lost.value.why, taken.value.why) == ("lease_lost", "not_the_holder")


def test_the_same_request_is_answered_once(office: Office) -> None:
    """By its key: one answer, however often it comes; the key for another request is refused."""
    office.post(near=True)
    case = office.case()
    office.claim(ADA, case.id)
    request = Repeatable("per_ada", "one", "print", lambda given: given.state.value.encode())
    told = [office.home.house.answer_case.once(ADA, asked(case.id, C.VIOLATION), request) for _ in range(2)]

    assert [(each.body, each.is_replay) for each in told] == [(b"awaiting_second", False), (b"awaiting_second", True)]
    with pytest.raises(IdempotencyMismatch):
        office.home.house.answer_case.once(ADA, asked(case.id, C.ADULT), replace(request, fingerprint="other"))
    with office.home.house.store.read() as reader:
        assert len(reader.case_answers(case.id)) == 1


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"context": Context.MEDICAL}, "context"),
        ({"parts": ()}, "measures"),
        ({"parts": (("alice", Role.NONE),)}, "accounts.0"),
        ({"conclusion": C.AGE_INDETERMINATE, "clause": "cse.depiction"}, "clause"),
        ({"conclusion": C.NO_VIOLATION, "clause": "nothing.such"}, "clause"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_place(office: Office, more: dict[str, Any], place: str) -> None:
    """And nothing is written."""
    office.post()
    case = office.case()
    office.claim(ADA, case.id)
    conclusion = more.pop("conclusion", C.VIOLATION)
    with pytest.raises((Refused, BadInput)) as refused:
        office.answer(ADA, case.id, conclusion, **more)

    assert refused.value.place == place
    with office.home.house.store.read() as reader:
        assert reader.case_answers(case.id) == []


# ------------------------------------------------------------------------------------------------------------ danger


def test_where_somebody_is_in_danger_the_first_answer_acts(office: Office) -> None:
    """Hidden, locked and drafted at once, and looked at again within a day; nobody is suspended by one person."""
    office.post(near=True)
    case, house = office.case(), office.home.house
    house.cases.danger(ADA, case.id, is_in_danger=True)
    given = office.decide(ADA, case.id, C.VIOLATION)

    assert given.state is CaseState.AWAITING_SECOND
    assert office.account() == {"lock_pending_decision"}
    assert "quarantine" in office.item()
    assert _drafts(office.home) == 1
    assert office.read(case.id).due_at <= office.home.clock.now() + timedelta(days=1)
    office.decide(BEA, case.id, C.VIOLATION)
    assert "suspend" in office.account()


@pytest.mark.parametrize("first", [C.VIOLATION, C.NO_VIOLATION])
def test_whoever_looks_next_is_told_the_same_whatever_was_answered_in_danger(office: Office, first: C) -> None:
    """P3: why the case is there stays as it was, it is due within a day, and that something holds is told."""
    office.post(near=True)
    case, house = office.case(), office.home.house
    house.cases.danger(ADA, case.id, is_in_danger=True)
    house.committer.commit(Changeset(case_updates=(replace(office.read(case.id), due_at=case.due_at + DAY),)))
    office.decide(ADA, case.id, first)

    left = office.read(case.id)
    assert (left.reason, left.due_at) == (case.reason, office.home.clock.now() + DAY)
    laid = house.cases.lay_out(BEA, case.id)
    assert laid.is_held is (first is C.VIOLATION), "that somebody is locked can be seen"
    assert laid.measures == ()
    assert laid.words.may_post
    office.claim(BEA, case.id)
    foreseen = house.answer_case.foresee(BEA, asked(case.id, C.NO_VIOLATION))
    ends = foreseen_told(foreseen, office.home.clock.now())["ends"]
    assert ends["held"] is (first is C.VIOLATION)
    assert all(each["subject"]["kind"] != "account" for each in ends["measures"])


def test_a_rule_is_right_only_by_what_is_settled(office: Office) -> None:
    """One answer that another person has not met yet counts neither for a rule nor against it."""
    office.post(near=True)
    case, house = office.case(), office.home.house
    house.cases.danger(ADA, case.id, is_in_danger=True)
    office.decide(ADA, case.id, C.VIOLATION)
    with house.store.read() as reader:
        assert reader.judged([case.account_id], case.clause_id) == Judged(0, 0)
    office.decide(BEA, case.id, C.VIOLATION)
    with house.store.read() as reader:
        assert reader.judged([case.account_id], case.clause_id).found == 1


def test_danger_hastens_nothing_that_is_let_go(office: Office) -> None:
    """Clearing takes two as ever; and where the second sees it otherwise, a third."""
    office.post(near=True)
    case, house = office.case(), office.home.house
    house.cases.danger(ADA, case.id, is_in_danger=True)
    office.decide(ADA, case.id, C.VIOLATION)
    assert office.decide(BEA, case.id, C.NO_VIOLATION).state is CaseState.AWAITING_THIRD
    assert "quarantine" in office.item()
    office.decide(CYD, case.id, C.NO_VIOLATION)

    assert (office.account(), office.home.is_absent("post")) == (set(), False)


@pytest.mark.parametrize("is_in_danger", [False, True])
def test_the_plan_of_a_first_answer_says_what_holds_until_the_second(office: Office, is_in_danger: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """What is told beforehand is what then holds: a lock, and never that somebody is suspended for good by one."""
    office.post(near=True)
    case, house = office.case(), office.home.house
    if is_in_danger:
        house.cases.danger(ADA, case.id, is_in_danger=True)
    office.claim(ADA, case.id)
    told = foreseen_told(house.answer_case.foresee(ADA, asked(case.id, C.VIOLATION)), office.home.clock.now())
    office.answer(ADA, case.id, C.VIOLATION)

    on_account = {each["kind"] for each in told["at_once"] if each["subject"]["kind"] == "account"}
    assert on_account == office.account() == {"lock_pending_decision"}
    assert "suspend" in {each["kind"] for each in told["finding"]["grants"]}
    office.claim(BEA, case.id)
    later = foreseen_told(house.answer_case.foresee(BEA, asked(case.id, C.VIOLATION)), office.home.clock.now())
    assert later["at_once"] == [], "a second answer settles it, or waits for a third: neither is told beforehand"


def test_why_it_takes_two_is_said_of_what_lies_there(office: Office) -> None:
    """A case without any picture speaks of what somebody did."""
    office.post(near=True)
    shown = office.home.house
    office.home.submit("words", author="carl", text="an invented sentence")
    with shown.store.read() as reader:
        item = reader.items_by_platform_id(["words"])["words"].item
    ledger = Ledger(shown.entropy, shown.clock.now(), {})
    draft = CaseDraft(item.account_id, ClauseId("cse.conversation"), CaseReason.RULE, item.id, shown.clock.now() + DAY)
    ledger.open(draft)
    shown.committer.commit(ledger.changeset())
    said = {}
    for name, case in (("alice", office.case()), ("carl", office.case("carl", "cse.conversation"))):
        office.claim(ADA, case.id)
        parts = ((name, Role.ACTOR),)
        foreseen = shown.answer_case.foresee(ADA, asked(case.id, C.VIOLATION, parts=parts))
        said[name] = " ".join(each["message"] for each in foreseen_told(foreseen, shown.clock.now())["why_two"])
    assert "material that no verified list knows" in said["alice"]
    assert "material" not in said["carl"]
    assert "what somebody did is reported" in said["carl"]


# ------------------------------------------------------------------------------------------------------------ blind


def test_the_plan_tells_nothing_of_earlier_answers(office: Office) -> None:
    """Whatever the first one said, whoever is second is shown the same plan; and no entry says it before the end."""
    plans = []
    for number, conclusion in enumerate((C.VIOLATION, C.NO_VIOLATION)):
        author = f"author{number}"
        office.post(near=True, name=f"post{number}", author=author)
        case = office.case(author)
        parts = ((author, Role.ACTOR),) if conclusion is C.VIOLATION else ()
        office.decide(ADA, case.id, conclusion, parts=parts)
        office.claim(BEA, case.id)
        seen = office.home.house.answer_case.foresee(BEA, asked(case.id, C.NO_VIOLATION))
        plans.append((seen.why_two, seen.finding))
        assert seen.reversal is not None

    assert plans[0] == plans[1]
    with office.home.house.store.read() as reader:
        stored = reader.case_answers(office.case("author0").id)
    assert "violation" not in str(_entries(office.home, stored[0].answer.case_id))


def _entries(home: Home, subject: str) -> list[Any]:
    """Return what the audit says of a case."""
    joined = (
        select(t.audit_payloads.c.body)
        .join(
            t.audit_entries,
            (t.audit_entries.c.chain == t.audit_payloads.c.chain) & (t.audit_entries.c.seq == t.audit_payloads.c.seq),
        )
        .where(t.audit_entries.c.subject == subject)
    )
    with home.house.engine.connect() as connection:
        return list(connection.execute(joined).scalars())


def _drafts(home: Home) -> int:
    """Return how many drafts of reports there are."""
    with home.house.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(t.report_drafts)).scalar_one()


# ---------------------------------------------------------------------------------------------------------- reversals


def test_what_holds_meanwhile_is_undone_by_its_answers_alone(office: Office) -> None:
    """Neither read nor reversed beside them, by whoever it is."""
    office.post(near=True)
    case, house = office.case(), office.home.house
    given = office.decide(ADA, case.id, C.VIOLATION)
    assert given.stored.meanwhile is not None
    for who in (ADA, BEA):
        with pytest.raises(BadInput, match="until another person has answered"):
            house.reverse(Reversal(given.stored.meanwhile, Facts("no"), Decider(who.id), is_person=True))
    with house.store.read() as reader:
        refuse_blinded(reader, ADA, given.stored.meanwhile, office.home.clock.now())  # whoever gave it may read it
        with pytest.raises(NotForYou):
            refuse_blinded(reader, BEA, given.stored.meanwhile, office.home.clock.now())
    assert office.account() == {"lock_pending_decision"}


def test_a_reversal_that_takes_two_takes_people(office: Office) -> None:
    """The key of a service proposes, and is not the second; nobody undoes anything about an account of their own."""
    office.post()
    house = office.home.house
    with house.store.read() as reader:
        item = reader.items_by_platform_id(["post"])["post"].item
        [machine] = reader.decided_about([item.id], item.account_id, ClauseId("cse.depiction"))

    def undo(by: str, *, is_person: bool) -> bool:
        done = house.reverse(Reversal(machine, Facts("no"), Decider(by), is_person=is_person))
        return done.proposal is None

    assert not undo("per_ada", is_person=True)
    assert not undo("per_ada", is_person=True)
    with pytest.raises(NotForYou, match="key of a service"):
        undo("key_one", is_person=False)
    house.cases.own.add(CYD, ["alice"])
    with pytest.raises(NotForYou, match="account of their own"):
        undo("per_cyd", is_person=True)
    assert undo("per_bea", is_person=True)
    assert not office.home.is_absent("post")


def test_what_people_answer_reads_no_whole_table(home: Home) -> None:
    """It is as quick after a year as on the first day."""
    office = Office(home)
    office.post(near=True)
    case = office.case()
    with noted(home) as statements:
        office.decide(ADA, case.id, C.VIOLATION)
        office.decide(BEA, case.id, C.NO_VIOLATION)
        office.decide(CYD, case.id, C.NO_VIOLATION)
        home.house.enact_settled()
        home.house.read_answers(ADA, case.id)

    assert len(statements) > 50
    assert scanned(home, statements) == set()


def test_a_case_that_nobody_may_answer_alarms(office: Office) -> None:
    """The only other officer has gone, or it is about an account of theirs; the case says so before and after."""
    office.people = [ADA, BEA, REVIEWER]
    office.post(near=True)
    case, house = office.case(), office.home.house
    assert office.home.house.answer_case.read_bench.staff.seconds() == {"per_ada", "per_bea"}
    given = office.decide(ADA, case.id, C.VIOLATION)
    assert (given_told(given)["somebody_may_be_second"], house.watch_seconds()) == (True, 0)
    office.people = [ADA, REVIEWER]  # Bea is on holiday, and her roles with her
    with house.store.read() as reader:
        assert house.watch_seconds.stuck(reader) == [case.id]
    office.people = [ADA, BEA, REVIEWER]
    assert house.watch_seconds() == 0
    house.cases.own.add(BEA, ["alice"])

    assert house.watch_seconds() == 1
    assert office.state(case.id) is CaseState.AWAITING_SECOND
    assert office.account() == {"lock_pending_decision"}


def _is_let_in(call: Any) -> bool:
    try:
        call()
    except Forbidden as refused:
        return refused.place != "Authorization"
    except TutelaError:
        return True
    return True


def test_every_verb_of_answers_as_every_role_and_as_nobody(office: Office) -> None:
    """Whoever may work on cases and decide gets as far as the case, which is not theirs; nobody else gets there."""
    office.post()
    house, case = office.home.house, office.case()
    answer = asked(case.id, C.NO_VIOLATION)
    repeated = Repeatable("key_1", "again", "f" * 64, lambda _: b"{}")
    verbs = {
        ("cases", "decide"): [
            lambda who: house.answer_case.foresee(who, answer),
            lambda who: house.answer_case(who, answer),
            lambda who: house.answer_case.once(who, answer, repeated),
        ],
        ("cases",): [lambda who: house.read_answers(who, case.id)],
    }
    people = [person(role.value, role) for role in StaffRole]
    for takes, calls in verbs.items():
        for who in (*people, service("none", scopes=()), service("deciding", scopes=("decide",)), service("all")):
            may = set(takes) <= who.scopes
            assert [_is_let_in(partial(call, who)) for call in calls] == [may] * len(calls), (who.id, takes)
