"""Taking notices, on a real house: receipts, provisional measures, cases, and nothing lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from answering import ACTOR, ADA, BEA, Office
from make import Home, photo
from noticing import ANYBODY, Noticing
from tutela.core.case_states import CaseState
from tutela.core.cases import CaseReason
from tutela.core.conclusions import Conclusion
from tutela.core.measures import Subject
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import Contact, ContactChannel, NoticeDraft, PictureDigest
from tutela.core.notices.misuse import MOST_AN_HOUR
from tutela.core.notices.notice import NoticeOutcome, NoticeState
from tutela.core.notices.receipt_code import read_code
from tutela.core.signals.digest import digests_of
from tutela.errors import BadInput, IdempotencyMismatch

SUSPICION = {"exclude", "no_ads", "no_payout"}


pytestmark = pytest.mark.both_databases


@pytest.fixture
def desk(home_anywhere: Home) -> Noticing:
    """Return a house on the databases of the test."""
    return Noticing(home_anywhere)


def test_a_picture_that_shows_somebody_is_hidden_at_once_and_lies_before_a_person(desk: Noticing) -> None:
    """From receipt to hold, suspicion, case and clock in one transaction; the account is left alone."""
    desk.posted("holiday")
    receipt = desk.tell("holiday", words="this is me", age_said="13_15")
    assert desk.kinds("holiday") == {"hold", *SUSPICION}
    assert desk.home.is_absent("holiday")
    assert read_code(receipt.code)
    notice = desk.notice(receipt)
    assert (notice.state, notice.kind) == (NoticeState.UNDER_REVIEW, NoticeKind.DEPICTED_PERSON)
    with desk.home.house.store.read() as reader:
        case = reader.case_of(notice.cases[0])
        assert case is not None
        assert (case.reason, case.due_at) == (CaseReason.CLAIM, notice.received_at + timedelta(hours=16))
        account = reader.accounts_by_platform_id(["alice"])["alice"]
    assert desk.home.kinds(Subject.account(account.id)) == set()
    assert desk.home.house.verify().breaches == ()


def test_what_was_told_and_the_code_are_nowhere_in_the_database(desk: Noticing) -> None:
    """P10: words, links, names and addresses are sealed; the code is kept as a keyed hash alone."""
    contact = Contact(ContactChannel.EMAIL, "zq7-sam@mail.example")
    receipt = desk.tell(words="zq7-words", links=("https://zq7.example/a",), names=("zq7-name",), contact=contact)
    letters = receipt.code.replace("-", "").encode()
    with desk.home.house.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM notices").all()
        rows += connection.exec_driver_sql("SELECT * FROM audit_entries").all()
    kept = repr([tuple(row) for row in rows]).encode()
    assert b"zq7" not in kept
    assert letters not in kept
    assert receipt.code.encode() not in kept
    with desk.home.house.store.read() as reader:
        sealed = reader.sealed_notice(receipt.notice_id)
    [told] = desk.home.house.notices.take.secrets.read_told(receipt.notice_id, sealed)
    assert (told.words, told.contact) == ("zq7-words", contact)


def test_a_digest_from_a_phone_finds_the_picture_and_its_near_copy(desk: Noticing) -> None:
    """The file never left the phone: its digest, and its PDQ hash, find what is posted here; one is held."""
    media = desk.posted("first")
    desk.posted("second", width=300, author="bob")
    file = digests_of(photo())
    receipt = desk.tell(digests=(PictureDigest(file.sha256, media.hashes[0].hex),))
    assert len(desk.notice(receipt).items) == 2
    assert "hold" in desk.kinds("first")
    assert desk.kinds("second") == set()


def test_nothing_that_is_missing_stops_a_notice(desk: Noticing) -> None:
    """Empty, unknown, elsewhere: each gets a receipt, and waits for a person."""
    for fields in ({}, {"links": ("nothing", "https://other.example/x")}, {"names": ("nobody",)}):
        notice = desk.notice(desk.tell(**fields))
        assert notice.state is NoticeState.UNLOCATED
        assert notice.is_open


def test_what_is_gone_already_is_answered_at_once(desk: Noticing) -> None:
    """Nobody has to look again at what people removed."""
    office = Office(desk.home)
    desk.posted("holiday")
    [case] = desk.notice(desk.tell("holiday")).cases
    for who in (ADA, BEA):
        office.decide(who, case, Conclusion.VIOLATION, parts=ACTOR)
    notice = desk.notice(desk.tell("holiday", words="again"))
    assert (notice.state, notice.outcome) == (NoticeState.ANSWERED, NoticeOutcome.REMOVED)


def test_two_people_say_no_to_whom_it_shows_and_one_to_a_witness(desk: Noticing) -> None:
    """P3: a claim supports the suspicion; the second answers without seeing the first."""
    office = Office(desk.home)
    desk.posted("holiday")
    desk.posted("garden", "flower", author="bob")
    [claimed] = desk.notice(desk.tell("holiday")).cases
    [seen] = desk.notice(desk.tell("garden", branch=Branch.SAW_SOMETHING)).cases
    office.decide(ADA, claimed, Conclusion.NO_VIOLATION)
    assert office.state(claimed) is CaseState.AWAITING_SECOND
    assert "hold" in desk.kinds("holiday")
    office.decide(BEA, claimed, Conclusion.NO_VIOLATION)
    office.decide(ADA, seen, Conclusion.NO_VIOLATION)
    assert (office.state(claimed), office.state(seen)) == (CaseState.DECIDED, CaseState.DECIDED)
    assert desk.kinds("holiday") == desk.kinds("garden") == set()
    assert not desk.home.is_absent("holiday")
    assert desk.home.house.verify().breaches == ()


def test_the_same_notice_a_thousand_times_is_one_case_and_a_receipt_each(desk: Noticing) -> None:
    """Merged and counted, slowed and never discarded; what is held is held once."""
    desk.posted("holiday")
    receipts = [desk.tell("holiday") for _ in range(MOST_AN_HOUR + 5)]
    notices = [desk.notice(each) for each in receipts]
    assert len({each.code for each in receipts}) == len(receipts)
    assert {each.merged_into for each in notices[1:]} == {notices[0].id}
    assert [each.is_queued for each in receipts] == [False] * MOST_AN_HOUR + [True] * 5
    assert len({case for each in notices for case in each.cases}) == 1
    with desk.home.house.store.read() as reader:
        assert reader.held_by_notices(notices[0].accounts, desk.home.clock.now(), by_claims=True) == {
            notices[0].accounts[0]: 1
        }


def test_a_burst_against_one_person_is_one_case(desk: Noticing) -> None:
    """Of everything that somebody posted three are hidden, whoever says so; the rest waits for a person."""
    for number in range(6):
        desk.posted(f"post-{number}", ("china", "flower", "coffee", "rocket", "brick", "china")[number])
    for number in range(6):
        desk.tell(f"post-{number}", by=replace(ANYBODY, place=f"192.0.2.{number}"))
    held = [name for name in (f"post-{number}" for number in range(6)) if "hold" in desk.kinds(name)]
    assert held == ["post-0", "post-1", "post-2"]


def test_a_repeated_request_gets_the_first_receipt(desk: Noticing) -> None:
    """With its code, which is stored nowhere; other words under the same key are refused."""
    draft = NoticeDraft(Branch.SAW_SOMETHING, words="a")
    take = desk.home.house.notices.take
    first = take(draft, ANYBODY, "key-1")
    assert take(draft, ANYBODY, "key-1") == first
    assert take(draft, ANYBODY, "key-2").code != first.code
    with pytest.raises(IdempotencyMismatch):
        take(replace(draft, words="b"), ANYBODY, "key-1")


def test_a_minor_in_an_adult_request_is_heard_as_a_child(desk: Noticing) -> None:
    """TAKE IT DOWN Act: a minor in the picture switches to the other path at once."""
    desk.posted("holiday")
    notice = desk.notice(desk.tell("holiday", branch=Branch.ADULT_INTIMATE, age_said="16_17"))
    assert (notice.clause_id, notice.missing) == ("cse.depiction", ())
    assert "hold" in desk.kinds("holiday")


def test_danger_goes_to_the_head_of_the_queue(desk: Noticing) -> None:
    """A new case is in danger, so that whoever is on call is paged."""
    desk.posted("holiday")
    notice = desk.notice(desk.tell("holiday", branch=Branch.THREATENED, is_danger=True))
    with desk.home.house.store.read() as reader:
        case = reader.case_of(notice.cases[0])
    assert case is not None
    assert case.is_in_danger


def test_only_those_we_know_name_another_clause(desk: Noticing) -> None:
    """Somebody unknown is heard by the way they came in; a clause that does not exist is named."""
    with pytest.raises(BadInput) as refused:
        desk.tell(clause_id="house.nothing", by=replace(ANYBODY, is_platform=True))
    assert refused.value.place == "clause"
    assert desk.notice(desk.tell(clause_id="house.spam")).clause_id == "cse.depiction"
    platform = replace(ANYBODY, is_platform=True)
    assert desk.notice(desk.tell(clause_id="house.spam", by=platform)).clause_id == "house.spam"
