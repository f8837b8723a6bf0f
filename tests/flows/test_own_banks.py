"""What two people found goes into the operator's own bank, and leaves it with the decision it rests on (P3, P11)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from answering import ADA, BEA, CYD, Office, asked, person
from make import pdq, photo
from tutela.adapters.db import tables as t
from tutela.adapters.db.banked_tables import entry_grounds
from tutela.cli.decision import plan_in_words
from tutela.core.banks import SignalType
from tutela.core.case_answers import SECOND_LOOK_AFTER
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.measures import MeasureKind as K
from tutela.core.measures import SubjectKind
from tutela.core.plans import Answer
from tutela.core.policy import Material, Verification
from tutela.core.reversals import Reversal, plan_reversal
from tutela.core.roles import Role
from tutela.errors import BadInput
from tutela.flows.keep_banks import BankChange, NewBank, NewMember
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.flows.repeat import Repeatable
from tutela.flows.reverse import Reversed
from tutela.flows.tell_answer import foreseen_told, given_told
from tutela.flows.tell_plan import reversal_told
from tutela.flows.trace import trace
from tutela.flows.undo import Undoer, undo
from tutela.ports.decisions import UNFINISHED_REVERSAL

C = Conclusion
OWN = "own.cse.depiction"


OFFICE = Office


def inside(office: Office, bank: str = OWN) -> set[tuple[str, str]]:
    """Return what is in a bank."""
    with office.home.house.store.read() as reader:
        found = reader.bank_by_name(bank)
        return set() if found is None else {(each.signal_type.value, each.value) for each in reader.members(found.id)}


def grounds(office: Office) -> list[tuple[str, str, str | None]]:
    """Return what entries rest on, or did."""
    with office.home.house.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(entry_grounds))]


def found(office: Office, author: str = "alice", **more: Any) -> DecisionId:
    """Have two people find what lies in a case to be a violation."""
    case = office.case(author)
    parts = ((author, more.pop("role", Role.ACTOR)),)
    office.decide(ADA, case.id, C.VIOLATION, parts=parts, **more)
    given = office.decide(BEA, case.id, C.VIOLATION, parts=parts, **more)
    return given.changeset.decisions[0].id


def reverse(office: Office, decision_id: DecisionId) -> Reversed:
    """Have two others undo it."""
    house = office.home.house
    house.reverse(Reversal(decision_id, Facts("mistaken"), Decider("per_cyd"), is_person=True))
    return house.reverse(Reversal(decision_id, Facts("mistaken"), Decider("per_dan"), is_person=True))


def signals(office: Office, name: str = "post") -> set[tuple[str, str]]:
    """Return the digests and the picture hash of what an item carries."""
    with office.home.house.store.read() as reader:
        item = reader.items_by_platform_id([name])[name].item
        [media] = reader.media_by_id(item.media_ids).values()
    return {*media.digests.known(), ("pdq", media.hashes[0].hex)}


def test_what_two_people_found_is_in_the_bank_with_their_decision(office_anywhere: Office) -> None:
    """Digests and picture, in the same transaction as the second answer; the first alone enters nothing."""
    office = office_anywhere
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    assert inside(office) == set()
    given = office.decide(BEA, case.id, C.VIOLATION)

    [decision] = given.changeset.decisions
    assert inside(office) == signals(office)
    assert {(ground, ended) for _, ground, ended in grounds(office)} == {(decision.id, None)}
    with office.home.house.store.read() as reader:
        bank = reader.bank_by_name(OWN)
        assert bank is not None
        assert (bank.verification, bank.material, bank.may_share) == (Verification.OWN, Material.APPARENT_CSAM, False)
    assert given_told(given)["bank_entries"] == {"entered": 4, "supported": 0, "out": 0}


def alone(office: Office) -> None:
    """Let the list that brought the case up say nothing more: what comes from now on, the own bank has found."""
    office.home.house.keep_banks.change("known", BankChange(is_active=False))


def copy(office: Office, name: str = "copy", *, quality: int = 55, author: str = "bob") -> Answer:
    """Post a near copy, and return what is answered."""
    office.home.submit(name, office.home.upload(photo("china", quality=quality)), author=author)
    return office.home.answer(name)


def noticed(office: Office, name: str = "copy") -> dict[str, str]:
    """Return by which banks, or by which likeness, something was noticed in an item."""
    with office.home.house.store.read() as reader:
        item = reader.items_by_platform_id([name])[name].item
        names = {bank.id: bank.name for bank in reader.banks()}
        found_in = reader.detections(item.id)
    return {names[d.match.bank_id] if d.match.bank_id else "sealed": d.match.kind.value for d in found_in}


def test_overturning_takes_it_out_with_all_that_came_of_it(office_anywhere: Office) -> None:
    """P11: told before; a copy that the entry found is let go as well, and the rows stay, ended by what undid it."""
    office = office_anywhere
    office.post(near=True)
    decision = found(office)
    alone(office)
    assert copy(office) is Answer.HOLD
    assert noticed(office) == {OWN: "near", "sealed": "near"}
    shown = reversal_told(office.home.house.reverse.foresee(decision), office.home.clock.now())
    done = reverse(office, decision)

    assert shown["bank_entries"] == [{"bank": OWN, "out": 4, "stays": 0}]
    assert any("exported" in each for each in shown["cannot_undo"])
    assert inside(office) == set()
    undoing = {each.reverses: each.id for each in done.changeset.decisions}
    assert {ended for *_, ended in grounds(office)} == {undoing[decision]}
    assert (office.home.answer("copy"), office.item("copy")) == (Answer.PUBLISH, set())
    assert copy(office, "another", quality=56) is Answer.PUBLISH
    assert office.home.house.match_late() == 0


def test_a_suspicion_that_ends_takes_it_out_as_well(office: Office) -> None:
    """The case lies open until it is decided whether to report: two others say that it is nothing."""
    office.post(near=True)
    found(office)
    case = office.case()
    dan = person("dan")
    office.people.append(dan)
    shown = foreseen_told(
        (office.claim(CYD, case.id), office.home.house.answer_case.foresee(CYD, asked(case.id, C.NO_VIOLATION)))[1],
        office.home.clock.now(),
    )
    office.answer(CYD, case.id, C.NO_VIOLATION)
    assert len(inside(office)) == 4
    given = office.decide(dan, case.id, C.NO_VIOLATION)

    assert shown["ends"]["bank_entries"] == [{"bank": OWN, "out": 4, "stays": 0}]
    assert given_told(given)["bank_entries"] == {"entered": 0, "supported": 0, "out": 4}
    assert inside(office) == set()


def test_the_plan_says_how_many_entries_and_where_before_anybody_answers(office: Office) -> None:
    """And whoever looks second is shown the same as whoever looked first."""
    office.post(near=True)
    case = office.case()
    shown = []
    for who in (ADA, BEA):
        office.claim(who, case.id)
        seen = office.home.house.answer_case.foresee(who, asked(case.id, C.VIOLATION))
        told = foreseen_told(seen, office.home.clock.now())["finding"]
        shown.append(told["bank"])
        assert f"bank {OWN}: 4 entries" in plan_in_words(told).splitlines()
        given = office.answer(who, case.id, C.VIOLATION)
        assert given_told(given)["bank_entries"]["entered"] == (0 if who is ADA else 4)

    wanted = {"name": OWN, "new": True, "entries": 4, "supported": 0, "known": 0, "left_out": 0, "asked": True}
    assert shown == [{**wanted, "obstacle": None}] * 2


@pytest.mark.parametrize(("more", "role"), [({}, Role.DEPICTED), ({"clause": "cse.sending"}, Role.ACTOR)])
def test_what_is_entered_follows_the_table(office: Office, more: dict[str, Any], role: Role) -> None:
    """Whose part it is does not matter; what somebody did with a picture says nothing of the picture."""
    office.post(near=True)
    found(office, role=role, **more)
    assert bool(inside(office)) is (not more)
    assert inside(office, "own.cse.sending") == set()


@pytest.mark.parametrize("first", ["cse.sending", "cse.generated"])
def test_both_say_that_what_is_shown_is_forbidden(office: Office, first: str) -> None:
    """P3: two agree that it is grave; where one of them speaks of what somebody did, nothing is entered."""
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION, clause=first)
    office.decide(BEA, case.id, C.VIOLATION)
    assert "suspend" in office.account()
    assert bool(inside(office)) is (first == "cse.generated")


def test_one_person_alone_enters_nothing(office: Office) -> None:
    """Neither where somebody is in danger, nor by hand, nor where a verified list knows it."""
    office.post(near=True)
    case = office.case()
    office.home.house.cases.danger(ADA, case.id, is_in_danger=True)
    given = office.decide(ADA, case.id, C.VIOLATION)
    assert "quarantine" in office.item()
    assert (given_told(given)["bank_entries"]["entered"], inside(office)) == (0, set())
    office.decide(BEA, case.id, C.VIOLATION)
    assert len(inside(office)) == 4

    office.post(name="listed", author="carol")
    office.decide(ADA, office.case("carol").id, C.VIOLATION, parts=(("carol", Role.ACTOR),))
    measures = (AskedMeasure(K.QUARANTINE, On(SubjectKind.ITEM, "more")),)
    office.home.submit("more", office.home.upload(photo("flower")), author="dora")
    office.home.house.decide(
        Asked("cse.depiction", Facts("seen"), Decider("per_ada"), measures, (("dora", Role.COERCED),))
    )
    assert len(inside(office)) == 4


def test_somebody_who_works_alone_enters_it_with_their_second_look(office: Office) -> None:
    """A day later, blind; recorded as what it is."""
    office.work_alone()
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    assert inside(office) == set()
    office.home.clock.advance(seconds=SECOND_LOOK_AFTER.seconds)
    given = office.answer(ADA, case.id, C.VIOLATION)
    assert (given.settlement.is_single_operator, len(inside(office))) == (True, 4)


def twice(office: Office) -> tuple[DecisionId, DecisionId]:
    """Have two cases with the same picture be found, and return both decisions."""
    office.post(near=True)
    office.home.submit("second", office.home.upload(photo("china", quality=60)), author="bob")
    first, second = office.case(), office.case("bob")
    office.decide(ADA, first.id, C.VIOLATION)
    office.decide(ADA, second.id, C.VIOLATION, parts=(("bob", Role.ACTOR),))
    one = office.decide(BEA, first.id, C.VIOLATION)
    two = office.decide(BEA, second.id, C.VIOLATION, parts=(("bob", Role.ACTOR),))
    assert given_told(two)["bank_entries"] == {"entered": 0, "supported": 4, "out": 0}
    return one.changeset.decisions[0].id, two.changeset.decisions[0].id


@pytest.mark.parametrize("is_first", [True, False])
def test_what_two_decisions_support_goes_with_the_last(office_anywhere: Office, is_first: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """P11: and what came of it meanwhile stays as long as one of them stands."""
    office = office_anywhere
    office.post(near=True, name="early", author="eve")
    first, second = twice(office)
    alone(office)
    assert copy(office, author="frank") is Answer.HOLD
    order = (first, second) if is_first else (second, first)
    shown = reversal_told(office.home.house.reverse.foresee(order[0]), office.home.clock.now())
    reverse(office, order[0])

    assert shown["bank_entries"] == [{"bank": OWN, "out": 0, "stays": 4}]
    assert len(inside(office)) == 4
    assert office.home.is_absent("copy")
    assert copy(office, "later", quality=57, author="dora") is Answer.HOLD
    reverse(office, order[1])
    assert inside(office) == set()
    assert [office.home.is_absent(name) for name in ("copy", "later")] == [False, False]


def test_what_came_of_an_entry_rests_on_the_decision_that_still_supports_it(office: Office) -> None:
    """P11: it was held before anybody found the picture a second time, and goes with that second decision."""
    office.post(near=True)
    first = found(office)
    alone(office)
    assert copy(office) is Answer.HOLD
    office.home.submit("second", office.home.upload(photo("china", quality=60)), author="carol")
    second = found(office, "carol")
    reverse(office, first)
    assert office.home.is_absent("copy")
    reverse(office, second)
    assert (office.home.answer("copy"), inside(office)) == (Answer.PUBLISH, set())


def test_what_was_taken_out_by_hand_stays_out(office: Office) -> None:
    """Reversing touches it no more, and nothing comes of doing so."""
    office.post(near=True)
    decision = found(office)
    picture = next(each for each in inside(office) if each[0] == "pdq")
    office.home.house.keep_banks.remove(OWN, SignalType.PDQ, picture[1])
    shown = reversal_told(office.home.house.reverse.foresee(decision), office.home.clock.now())
    done = reverse(office, decision)

    assert shown["bank_entries"] == [{"bank": OWN, "out": 3, "stays": 0}]
    assert f"bank {OWN}: 3 entries go, 0 stay by other decisions" in plan_in_words(shown).splitlines()
    assert len(done.changeset.member_removals) == 3
    assert inside(office) == set()


def test_what_the_operator_put_there_before_stays(office: Office) -> None:
    """It rests on nobody's decision, neither while that stands nor after."""
    office.post(near=True)
    [value] = [value for kind, value in signals(office) if kind == "md5"]
    bank = NewBank(OWN, "cse.depiction", Material.APPARENT_CSAM, Verification.OWN, "ours", may_share=True)
    office.home.house.keep_banks.create(bank)
    office.home.house.keep_banks.add(OWN, [NewMember(SignalType.MD5, value)])
    decision = found(office)
    assert len(inside(office)) == 4
    assert len(grounds(office)) == 3
    reverse(office, decision)
    assert inside(office) == {("md5", value)}


def test_a_bank_that_is_switched_off_takes_entries_in_that_wait(office: Office) -> None:
    """The plan says so; switched on, they are looked up among what is stored."""
    office.post(near=True)
    bank = NewBank(OWN, "cse.depiction", Material.APPARENT_CSAM, Verification.OWN, "ours")
    office.home.house.keep_banks.create(bank)
    office.home.house.keep_banks.change(OWN, BankChange(is_active=False))
    case = office.case()
    office.claim(ADA, case.id)
    seen = office.home.house.answer_case.foresee(ADA, asked(case.id, C.VIOLATION))
    office.answer(ADA, case.id, C.VIOLATION)
    office.decide(BEA, case.id, C.VIOLATION)
    alone(office)
    shown = foreseen_told(seen, office.home.clock.now())["finding"]["bank"]
    copy(office)

    assert (shown["new"], shown["entries"], shown["asked"]) == (False, 4, False)
    assert (len(inside(office)), noticed(office)) == (4, {"sealed": "near"})
    office.home.house.keep_banks.change(OWN, BankChange(is_active=True))
    office.home.house.match_late()
    assert noticed(office) == {OWN: "near", "sealed": "near"}


def test_a_bank_of_that_name_for_something_else_is_refused_or_left_alone(office: Office) -> None:
    """Nobody makes one any more; of one that is there the plan says why nothing is entered, and the rest is done."""
    keep = office.home.house.keep_banks
    other = NewBank(OWN, "cse.generated", Material.GENERATED, Verification.OWN, "ours")
    with pytest.raises(BadInput, match="two people find"):
        keep.create(other)
    made = keep.create(replace(other, name="elsewhere"))
    with office.home.house.engine.begin() as connection:
        connection.execute(update(t.banks).where(t.banks.c.id == made.id).values(name=OWN))
    office.post(near=True)
    case = office.case()
    office.claim(ADA, case.id)
    seen = office.home.house.answer_case.foresee(ADA, asked(case.id, C.VIOLATION))
    office.answer(ADA, case.id, C.VIOLATION)
    office.decide(BEA, case.id, C.VIOLATION)

    assert "another clause" in foreseen_told(seen, office.home.clock.now())["finding"]["bank"]["obstacle"]
    assert inside(office) == set()
    assert "suspend" in office.account()


@pytest.mark.both_databases
def test_somebody_who_extends_the_bank_at_the_same_moment_is_heard(office_anywhere: Office) -> None:
    """Between plan and commit an operator enters the same: what is there by their word is left as it is."""
    office = office_anywhere
    office.post(near=True)
    bank = NewBank(OWN, "cse.depiction", Material.APPARENT_CSAM, Verification.OWN, "ours")
    [value] = [value for kind, value in signals(office) if kind == "md5"]
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    office.claim(BEA, case.id)
    keep = office.home.house.keep_banks
    things = (lambda: keep.create(bank), lambda: keep.add(OWN, [NewMember(SignalType.MD5, value)]))
    with meanwhile(office, *things):
        given = office.answer(BEA, case.id, C.VIOLATION)

    assert given_told(given)["bank_entries"]["entered"] == 3
    assert (len(inside(office)), len(grounds(office))) == (4, 3)


def test_an_entry_that_goes_between_plan_and_commit_is_entered_anew(office: Office) -> None:
    """What two people found is in the bank in the end, by a decision that stands."""
    first, _ = twice(office)
    office.home.submit("third", office.home.upload(photo("china", quality=60)), author="carol")
    case = office.case("carol")
    parts = (("carol", Role.ACTOR),)
    office.decide(ADA, case.id, C.VIOLATION, parts=parts)
    office.claim(BEA, case.id)
    with meanwhile(office, lambda: reverse(office, first)):
        office.answer(BEA, case.id, C.VIOLATION, parts=parts)
    assert len(inside(office)) == 4
    assert len([1 for *_, ended in grounds(office) if ended is None]) == 8


@contextmanager
def meanwhile(office: Office, *things: Callable[[], object]) -> Iterator[None]:
    """Have each of *things* done before one of the next commits."""
    committer, left = office.home.house.committer, list(things)
    commit = committer.commit

    def late(changeset: Any) -> Any:
        something = left.pop(0) if left else None
        if something is not None:
            committer.commit = commit  # type: ignore[method-assign]  # what happens meanwhile waits for nothing
            something()
            committer.commit = late  # type: ignore[method-assign]  # until the last of them
        return commit(changeset)

    committer.commit = late  # type: ignore[method-assign]  # as above
    yield
    committer.commit = commit  # type: ignore[method-assign]  # put back
    assert left == []


def test_the_same_request_again_enters_nothing_twice(office: Office) -> None:
    """It is answered as the first one was."""
    office.post(near=True)
    case = office.case()
    office.decide(ADA, case.id, C.VIOLATION)
    office.claim(BEA, case.id)
    request = Repeatable("per_bea", "key", "print", lambda given: str(given_told(given)).encode())
    answered = [office.home.house.answer_case.once(BEA, asked(case.id, C.VIOLATION), request) for _ in range(2)]
    assert [each.is_replay for each in answered] == [False, True]
    assert answered[0].body == answered[1].body
    assert len(inside(office)) == 4


def test_what_was_posted_before_is_found_and_at_most_held(office: Office) -> None:
    """A near copy waits for a person; identical bytes are hidden, and neither author is locked by it."""
    known = office.home.upload(photo("china"))
    office.home.submit("near", office.home.upload(photo("china", quality=70)), author="bob")
    office.home.submit("same", office.home.upload(photo("china", quality=60)), author="carol")
    office.home.list(pdq(known))
    office.home.submit("post", office.home.upload(photo("china", quality=60)))
    alone(office)
    found(office)
    office.home.house.match_late()

    assert noticed(office, "near") == {OWN: "near", "sealed": "near"}
    assert office.item("near") & {"hold", "quarantine", "remove"} == {"hold"}
    assert office.home.is_absent("same")
    assert (office.account("bob"), office.account("carol")) == (set(), set())


def test_the_brake_of_the_bank_works_on_what_people_found(office: Office) -> None:
    """P11: an entry that suddenly hits many accounts opens cases, and holds nothing more by itself."""
    office.post(near=True)
    found(office)
    alone(office)
    office.home.house.keep_banks.change(OWN, BankChange(brake_accounts=2))
    for number in range(4):
        copy(office, f"copy-{number}", quality=50 + number, author=f"author-{number}")
    with office.home.house.store.read() as reader:
        assert len(reader.open_trips()) == 1
        bank = reader.bank_by_name(OWN)
        assert bank is not None
        assert {trip.bank_id for trip in reader.open_trips()} == {bank.id}


@pytest.mark.parametrize("is_supported", [True, False])
def test_what_follows_in_the_background_looks_at_entries_too(office: Office, is_supported: bool) -> None:  # noqa: FBT001  # a parameter of a test
    """P11: more rests on a decision than is undone at once; what is kept by an entry ends with what supports that."""
    office.post(near=True)
    first, house = found(office), office.home.house
    alone(office)
    assert copy(office) is Answer.HOLD
    second = None
    if is_supported:
        office.home.submit("second", office.home.upload(photo("china", quality=60)), author="carol")
        second = found(office, "carol")
    with house.store.read() as reader:
        traced = trace(reader, reader.decisions([first]).values(), office.home.clock.now(), at_once=0)
    who = Undoer(Decider("per_dan"), Facts("mistaken"), house.policy.version, "per_cyd")
    changeset = undo(plan_reversal(traced.known), traced, who, house.entropy)
    house.committer.commit(replace(changeset, checkpoints={f"{UNFINISHED_REVERSAL}{first}": 0}))
    assert office.home.is_absent("copy")
    house.follow_reversals()

    assert office.home.is_absent("copy") is is_supported
    if second is not None:
        reverse(office, second)
        assert not office.home.is_absent("copy")
    assert inside(office) == set()
