"""What two people cleared stays cleared: nothing that a machine does again seals it, within the window or behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import make
from answering import ACTOR, ADA, BEA, Office, asked
from flows.test_decide import answer
from flows.test_decide import asked as by_hand
from make import Home, md5, pdq, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.conclusions import Conclusion
from tutela.core.content import Digests, Media
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId, DecisionId
from tutela.core.measures import Subject
from tutela.core.plans import Answer
from tutela.core.policy import Verification
from tutela.core.reversals import Reversal
from tutela.flows.refer import MediaReference
from tutela.flows.tell_answer import foreseen_told

NO = Conclusion.NO_VIOLATION
WHOLE = 10
SEALED = {"quarantine", "exclude", "no_ads", "no_payout"}


@pytest.fixture
def home(database_url: str, tmp_path: Path, scanner: ChildScanner) -> Iterator[Home]:
    """Yield a house with windows; what is stored agrees with its audit at the end."""
    with make.house(tmp_path, scanner, url=database_url, undo_seconds=WHOLE - 1) as built:
        yield built
        assert built.house.verify().breaches == ()


def run_jobs(home: Home) -> None:
    """Run whatever goes on in the background, until nothing is left."""
    for _ in range(2):
        home.house.match_late()
        home.house.follow_media()
        home.house.follow_reversals()
        home.house.enact_settled()


def listed(home: Home) -> tuple[Office, Media, CaseId]:
    """Have a picture of a verified list lie in four posts: two of Alice's, in her case, and one each of two others."""
    office = Office(home)
    picture = home.upload(photo("china"))
    home.submit("of-bob", picture, author="bob")
    office.post()
    home.submit("again", picture)
    home.submit("of-carol", picture, author="carol")
    run_jobs(home)
    assert office.item() == office.item("again") == office.item("of-bob") == office.item("of-carol") == SEALED
    return office, picture, office.case().id


def clear(home: Home, office: Office, case_id: CaseId) -> str:
    """Have two people clear a case, and return the second answer."""
    home.clock.advance(minutes=30)
    office.decide(ADA, case_id, NO)
    home.clock.advance(minutes=1)
    answer_id = office.decide(BEA, case_id, NO).stored.answer.id
    run_jobs(home)
    return answer_id


def reverse(home: Home, decision_id: DecisionId) -> DecisionId:
    """Have two people reverse a decision, the second a minute later; return the decision that did."""
    home.house.reverse(Reversal(decision_id, Facts("mistaken"), Decider(ADA.id), is_person=True))
    home.clock.advance(minutes=1)
    second = Decider(BEA.id, is_senior=True)
    done = home.house.reverse(Reversal(decision_id, Facts("mistaken"), second, is_person=True))
    assert done.proposal is None
    return done.changeset.decisions[0].id


def open_cases(home: Home, author: str) -> set[str]:
    """Return the clauses under which a case about somebody is open."""
    with home.house.store.read() as reader:
        account = reader.accounts_by_platform_id([author])[author]
        return {clause for _, clause in reader.open_cases([account.id])}


def test_what_two_cleared_is_not_sealed_again_by_the_same_list(home: Home) -> None:
    """Not while it may be taken back, and not behind it; what others posted lies in cases of their own."""
    office, picture, case_id = listed(home)
    office.claim(ADA, case_id)
    foreseen = home.house.answer_case.foresee(ADA, asked(case_id, NO))
    assert foreseen_told(foreseen, home.clock.now())["ends"]["elsewhere"] == 2, "the plan says what stays hidden"
    home.house.cases.release(ADA, case_id)
    clear(home, office, case_id)
    assert office.item() == SEALED, "it goes on as it was until the window ends"
    home.house.reconsider([picture.id])
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)
    home.house.reconsider([picture.id])

    assert office.item() == office.item("again") == office.account() == set()
    assert home.kinds(Subject.media(picture.id)) == set()
    assert open_cases(home, "alice") == set()
    assert office.item("of-bob") == office.item("of-carol") == SEALED
    assert open_cases(home, "bob") == open_cases(home, "carol") == {"cse.depiction"}


def test_what_is_posted_again_meanwhile_is_held_and_seals_nothing(home: Home) -> None:
    """A copy within the window waits for a person; it locks nobody, and what was cleared is shown all the same."""
    office, picture, case_id = listed(home)
    clear(home, office, case_id)
    assert home.submit("within", picture, author="dave").answer is Answer.HOLD
    run_jobs(home)
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)

    assert office.item("within") == {"hold", "exclude", "no_ads", "no_payout"}
    assert office.account("dave") == set()
    assert open_cases(home, "dave") == {"cse.depiction"}
    assert not home.is_absent("post")
    assert home.submit("behind", picture, author="erin").answer is Answer.PUBLISH


def test_a_likeness_to_what_is_sealed_no_more_is_not_held(home: Home) -> None:
    """A block that ended with the window says nothing of pictures that come later, or were there before."""
    office, _, case_id = listed(home)
    clear(home, office, case_id)
    assert home.submit("within", home.upload(photo("china", quality=60)), author="dave").answer is Answer.HOLD
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)

    behind = home.submit("behind", home.upload(photo("china", quality=70)), author="erin")
    assert behind.answer is Answer.PUBLISH


def test_what_was_taken_back_is_sealed_as_before_and_what_came_meanwhile_as_well(home: Home) -> None:
    """Whoever takes a clearing back has cleared nothing: a copy of the meantime is decided anew."""
    office, picture, case_id = listed(home)
    answer_id = clear(home, office, case_id)
    home.submit("within", picture, author="dave")
    home.house.reconsider([picture.id])
    home.house.take_back(Decider(BEA.id), answer_id)
    run_jobs(home)
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)

    assert office.item() == office.item("again") == SEALED
    assert office.account() == {"lock_pending_decision"}
    assert "quarantine" in home.kinds(Subject.media(picture.id))
    assert "quarantine" in office.item("within")
    assert office.account("dave") == {"lock_pending_decision"}


@pytest.mark.both_databases
def test_what_people_sealed_is_sealed_again_wherever_it_came_meanwhile(home: Home) -> None:
    """No list knows it, so that its end cleared no fact; nobody has its bytes, so that no index tells of it."""
    office = Office(home)
    known_by_digest = MediaReference(digests=Digests(sha256="a" * 64), is_held_by_platform=True)
    home.submit("post", known_by_digest)
    wanted = by_hand(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR)
    sealed = home.house.decide(wanted).decision.id
    home.clock.advance(minutes=30)
    reversal_id = reverse(home, sealed)
    assert home.submit("within", known_by_digest, author="dave").answer is Answer.HOLD
    home.house.take_back(Decider(BEA.id), reversal_id)
    run_jobs(home)
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)

    assert office.item("within") == office.item() == SEALED


def test_what_a_machine_sealed_for_another_post_seals_nothing_that_was_cleared(home: Home) -> None:
    """The picture stays absent by the decision about the other post; nothing new rests on it, and it all ends there."""
    office = Office(home)
    picture = home.upload(photo("china"))
    home.list(md5(picture))
    home.submit("of-bob", picture, author="bob")
    home.submit("post", picture)
    run_jobs(home)
    clear(home, office, office.case().id)
    home.clock.advance(seconds=WHOLE)
    home.house.reconsider([picture.id])
    run_jobs(home)
    assert office.item() == office.account() == set()
    assert open_cases(home, "alice") == set()
    assert home.is_absent("post"), "as long as the decision about the other post stands"

    clear(home, office, office.case("bob").id)
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)
    assert not home.is_absent("post")
    assert office.item("of-bob") == office.account("bob") == set()
    assert open_cases(home, "alice") == open_cases(home, "bob") == set()


def test_two_who_reverse_a_machines_decision_free_what_it_held(home: Home) -> None:
    """The reversal of one decision seals no other item: nothing rests on what only goes on until the window ends."""
    office, picture, _ = listed(home)
    with home.house.store.read() as reader:
        item = reader.items_by_platform_id(["post"])["post"]
    assert item.decision_id is not None
    home.clock.advance(minutes=30)
    reversal_id = reverse(home, item.decision_id)
    run_jobs(home)
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)

    assert office.item() == set()
    assert home.kinds(Subject.media(picture.id)) == set()
    with home.house.store.read() as reader:
        assert reader.dependents([reversal_id], 10) == []


def test_a_list_that_says_something_new_within_the_window_seals_it(home: Home) -> None:
    """Whoever cleared it did not know that: what another list says counts at once."""
    office, picture, case_id = listed(home)
    clear(home, office, case_id)
    home.list(md5(picture), name="another", verification=Verification.SEVERAL_ANALYSTS)
    run_jobs(home)
    home.clock.advance(seconds=WHOLE)
    run_jobs(home)

    assert office.item() == SEALED
    assert "quarantine" in home.kinds(Subject.media(picture.id))
    assert open_cases(home, "alice") == {"cse.depiction"}


def test_a_near_copy_that_was_cleared_is_left_alone_as_well(home: Home) -> None:
    """A likeness to a list, cleared by two: as with identical bytes."""
    office = Office(home)
    known = home.upload(photo("china"))
    home.list(pdq(known))
    near = home.upload(photo("china", quality=60))
    home.submit("post", near)
    clear(home, office, office.case().id)
    home.house.reconsider([near.id])
    home.clock.advance(seconds=WHOLE)
    home.house.reconsider([near.id])

    assert office.item() == set()
    assert open_cases(home, "alice") == set()
