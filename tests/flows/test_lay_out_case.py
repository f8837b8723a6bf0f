"""A case laid out: one read whatever lies in it, and nothing of what others came to."""

from dataclasses import replace

import pytest

from answering import ACTOR, ADA, BEA, Office, person
from make import md5, pdq, photo
from tutela.core.case_states import Move
from tutela.core.conclusions import Conclusion
from tutela.core.permissions import ROLE_SCOPES, StaffRole
from tutela.errors import Forbidden, NotForYou, UnknownCase
from tutela.flows.list_cases import AskedList

OFFICE = Office


@pytest.mark.both_databases
def test_it_takes_as_many_statements_for_one_item_as_for_many(office_anywhere: Office, statements: list[str]) -> None:
    """Items, media, matches, measures and names: each one statement, or a few."""
    office, counts = office_anywhere, []
    office.post(near=True)
    house, case_id = office.home.house, office.case().id
    for _ in range(2):
        statements.clear()
        laid = house.cases.lay_out(ADA, case_id)
        counts.append(len(statements))
        for number in range(12):
            office.home.submit(f"more-{number}", office.home.upload(photo("china", quality=30 + number)))
    assert (len(laid.items), len(laid.media)) == (13, 13)
    assert counts[0] == counts[1] <= 24


@pytest.mark.both_databases
def test_a_list_and_a_shift_take_as_many_statements_for_one_case_as_for_many(
    office_anywhere: Office, statements: list[str]
) -> None:
    """The queue page and the first page."""
    office, counts = office_anywhere, []
    house = office.home.house
    office.home.list(md5(office.home.upload(photo())))
    for number in range(40):
        office.home.submit(f"post-{number}", office.home.upload(photo()), author=f"author-{number}")
        if number in {0, 39}:
            statements.clear()
            found = house.cases.list(ADA, AskedList(), None, 200)
            assert len(found) > number
            house.cases.shift(ADA)
            house.cases.shift.oldest_breach(ADA)
            house.cases.shift.last_done(ADA)
            house.cases.colleagues(ADA)
            house.exposure.standing(ADA)
            counts.append(sum(each.startswith("SELECT") for each in statements))
    assert counts[0] <= counts[1] <= counts[0] + 1  # where nothing was found, nothing is asked about it
    assert counts[1] <= 17


def test_what_is_on_a_list_byte_by_byte_is_not_shown_and_near_copies_are_one_group(office: Office) -> None:
    """The match is told with bank and distance; what somebody may have to look at comes first."""
    home = office.home
    known = home.upload(photo("china"))
    home.list(md5(known), pdq(known))
    near = [home.upload(photo("china", quality=quality)) for quality in (40, 60)]
    home.submit("exact", known)
    for number, each in enumerate(near):
        home.submit(f"near-{number}", each)
    laid = home.house.cases.lay_out(ADA, office.case().id)
    groups = [(group.is_exact, {each.id for each in group.media}) for group in laid.groups]
    assert groups == [(False, {each.id for each in near}), (True, {known.id})]
    assert set(laid.banks.values()) == {"known"}
    assert {each.match.bank_id for each in laid.detections} - {None} == set(laid.banks)


def test_whoever_answers_next_sees_nothing_of_the_first_answer(office: Office) -> None:
    """Nor what holds because of it: the second is blind, and the first is not."""
    office.post(near=True)
    case_id, cases = office.case().id, office.home.house.cases
    before = cases.lay_out(BEA, case_id)
    office.decide(ADA, case_id, Conclusion.VIOLATION, parts=ACTOR)
    office.claim(BEA, case_id)
    blind, seeing = cases.lay_out(BEA, case_id), cases.lay_out(ADA, case_id)
    assert {each.kind for each in blind.measures} == {each.kind for each in before.measures}
    assert len(seeing.measures) > len(blind.measures)
    assert blind.words.locked == before.words.locked


def test_what_cannot_be_done_says_why(office: Office) -> None:
    """Every move that a screen offers is either allowed, or has its sentence."""
    office.post()
    case_id, cases = office.case().id, office.home.house.cases
    waiting = cases.lay_out(ADA, case_id)
    assert Move.CLAIM in waiting.seen.moves
    assert waiting.barred[Move.DECIDE] == "this cannot be done with the case as it stands"
    office.claim(BEA, case_id)
    assert cases.lay_out(ADA, case_id).barred[Move.RELEASE] == "somebody else holds the case"


def test_who_may(office: Office) -> None:
    """Whoever works on cases, by every verb here; nobody on a case about an account of their own."""
    office.post()
    case_id, cases = office.case().id, office.home.house.cases
    verbs = (
        lambda who: cases.lay_out(who, case_id), cases.shift, cases.shift.oldest_breach, cases.colleagues,
        lambda who: cases.find(who, "alice"),
    )  # fmt: skip
    for role in StaffRole:
        who = person(f"the-{role.value}", role)
        for verb in verbs:
            takes = "detections" if verb == cases.shift.oldest_breach else "cases"
            if takes in ROLE_SCOPES[role]:
                verb(who)
            else:
                with pytest.raises(Forbidden):
                    verb(who)
        assert cases.shift.last_done(who) is None
    with pytest.raises(UnknownCase):
        cases.lay_out(ADA, replace(office.case(), id="cas_none").id)  # type: ignore[arg-type]  # an id of nobody
    cases.own.add(ADA, ["alice"])
    with pytest.raises(NotForYou):
        cases.lay_out(ADA, case_id)
