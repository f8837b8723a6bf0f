"""What two people found goes into the operator's own bank, and leaves it with the decision it rests on (P3, P11)."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from answering import ADA, BEA, CYD, Office
from make import Home, md5, pdq, photo
from tutela.adapters.db import tables as t
from tutela.adapters.db.banked_tables import entry_grounds
from tutela.core.banks import SignalType
from tutela.core.case_answers import SECOND_LOOK_AFTER
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.plans import Answer
from tutela.core.policy import Material, Verification
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.flows.keep_banks import BankChange, NewBank, NewMember
from tutela.flows.reverse import Reversed
from tutela.flows.tell_answer import foreseen_told, given_told
from tutela.flows.tell_plan import reversal_told

C = Conclusion
OWN = "own.cse.depiction"


@pytest.fixture
def office(home: Home) -> Iterator[Office]:
    """Yield a house with three seniors and a reviewer; what is stored agrees with its audit, and no promise broke."""
    yield Office(home)
    assert home.house.verify().breaches == ()


@pytest.fixture
def office_anywhere(home_anywhere: Home) -> Iterator[Office]:
    """Yield one on each kind of database."""
    yield Office(home_anywhere)
    assert home_anywhere.house.verify().breaches == ()


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


def test_overturning_takes_it_out_with_all_that_came_of_it(office_anywhere: Office) -> None:
    """A copy that the entry found is let go as well; the entry's rows stay, ended."""
    office = office_anywhere
    office.post(near=True)
    decision = found(office)
    office.home.house.match_late()
    office.home.submit("copy", office.home.upload(photo("china", quality=55)), author="bob")
    assert office.home.answer("copy") is Answer.HOLD
    shown = reversal_told(office.home.house.reverse.foresee(decision), office.home.clock.now())
    done = reverse(office, decision)

    assert shown["bank_entries"] == [{"bank": OWN, "out": 4, "stays": 0}]
    assert any("exported" in each for each in shown["cannot_undo"])
    assert inside(office) == set()
    undoing = {each.reverses: each.id for each in done.changeset.decisions}
    assert {ended for *_, ended in grounds(office)} == {undoing[decision]}
    assert office.home.answer("copy") is not None
