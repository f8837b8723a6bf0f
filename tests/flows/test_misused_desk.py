"""Who would misuse the desk: to silence others, to be heard before them, to have a claim go away. On a real house."""

from dataclasses import replace

import pytest

from answering import ADA, BEA, REVIEWER, Office
from make import Home
from noticing import ANYBODY, Noticing
from tutela.core.conclusions import Conclusion
from tutela.core.lockout import FREE_TRIES, LaneKind
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import Contact, ContactChannel, NoticeDraft, PictureDigest
from tutela.core.notices.misuse import MOST_AN_HOUR
from tutela.core.notices.notice import NoticeOutcome, NoticeState
from tutela.core.permissions import Principal
from tutela.errors import BadInput, UnknownNotice
from tutela.flows.look_at_notice import MAX_TELLINGS
from tutela.flows.take_notice import Receipt

pytestmark = pytest.mark.both_databases
PLACE = "192.0.2.9"


@pytest.fixture
def desk(home_anywhere: Home) -> Noticing:
    """Return a house on the databases of the test, with people."""
    Office(home_anywhere)
    return Noticing(home_anywhere)


def add(desk: Noticing, receipt: Receipt, *items: str, **fields: object) -> None:
    """Have whoever holds the receipt tell more."""
    more = NoticeDraft(Branch.IT_SHOWS_ME, items=items, **fields)  # type: ignore[arg-type]  # fields of it
    desk.home.house.notices.follow.add(receipt.code, more, PLACE)
    desk.home.clock.advance(seconds=1)


def closed(desk: Noticing, receipt: Receipt) -> None:
    """Have two people keep what a notice is about, and the answer be told."""
    office = Office(desk.home)
    for case in desk.notice(receipt).cases:
        for who in (ADA, BEA):
            if office.read(case).closed_by is None:
                office.decide(who, case, Conclusion.NO_VIOLATION)
    desk.home.house.notices.answer()
    desk.home.clock.advance(seconds=1)


def test_what_is_added_to_an_answered_notice_is_read_by_people(desk: Noticing) -> None:
    """Words alone open its case again; no machine gives the old answer once more, and the clocks run anew."""
    desk.posted("holiday")
    receipt = desk.tell("holiday")
    closed(desk, receipt)
    assert desk.notice(receipt).outcome is NoticeOutcome.KEPT
    add(desk, receipt, words="look at the window: that is my room")
    desk.home.house.notices.answer()
    notice = desk.notice(receipt)
    assert (notice.state, notice.outcome) == (NoticeState.UNDER_REVIEW, None)
    office = Office(desk.home)
    assert [case for case in notice.cases if office.read(case).closed_by is None]
    with desk.home.house.engine.connect() as connection:
        running = connection.exec_driver_sql("SELECT COUNT(*) FROM clocks WHERE stopped_us IS NULL").scalar_one()
    assert running
    closed(desk, receipt)
    assert desk.notice(receipt).outcome is NoticeOutcome.KEPT
    assert desk.home.house.verify().breaches == ()


def test_a_case_under_another_clause_does_not_answer_a_claim(desk: Noticing) -> None:
    """P3: one person says no about something else; what a child claims waits for two."""
    desk.home.submit("words", author="alice", text="a lake")
    claim = desk.tell("words")
    other = desk.tell("words", branch=Branch.ADULT_INTIMATE, by=replace(ANYBODY, place="192.0.2.66"))
    [case] = desk.notice(other).cases
    Office(desk.home).decide(REVIEWER, case, Conclusion.NO_VIOLATION)
    desk.home.house.notices.answer()
    assert desk.notice(claim).outcome is None
    assert desk.home.house.notices.follow.status(claim.code, PLACE).items == ("under_review",)


def test_one_receipt_hides_one_picture_however_much_is_added(desk: Noticing) -> None:
    """Adding is no way around the ceiling."""
    for number, picture in enumerate(("china", "flower", "coffee")):
        desk.posted(f"post-{number}", picture, author=f"author-{number}")
    receipt = desk.tell("post-0")
    add(desk, receipt, "post-1")
    add(desk, receipt, "post-2")
    assert [name for name in ("post-0", "post-1", "post-2") if "hold" in desk.kinds(name)] == ["post-0"]
    assert len(desk.notice(receipt).items) == 3


def test_adding_is_no_way_around_the_queue_and_has_an_end(desk: Noticing) -> None:
    """What is added to one that waits is sealed with it; of one notice there are fifty tellings."""
    desk.posted("holiday")
    for number in range(MOST_AN_HOUR):
        desk.tell(words=f"{number}")
    receipt = desk.tell(words="one more")
    add(desk, receipt, "holiday")
    assert desk.notice(receipt).state is NoticeState.QUEUED
    assert "hold" not in desk.kinds("holiday")
    desk.home.house.notices.look_at_waiting()
    assert desk.notice(receipt).state is NoticeState.UNDER_REVIEW
    for number in range(MAX_TELLINGS - 2):
        add(desk, receipt, words=f"{number}")
    with pytest.raises(BadInput):
        add(desk, receipt, words="and on")


def test_saying_danger_without_end_hides_nothing_and_is_read_all_the_same(desk: Noticing) -> None:
    """Over the limit what somebody in danger tells lies before a person at once, and no machine acts on it."""
    desk.posted("holiday")
    for number in range(MOST_AN_HOUR):
        desk.tell(words=f"{number}", branch=Branch.THREATENED)
    receipt = desk.tell("holiday", branch=Branch.THREATENED, is_danger=True)
    assert not receipt.is_queued
    notice = desk.notice(receipt)
    assert notice.state is NoticeState.UNDER_REVIEW
    assert "hold" not in desk.kinds("holiday")


def test_danger_is_heard_also_where_somebody_told_before(desk: Noticing) -> None:
    """An open case about the same account does not swallow it."""
    desk.posted("holiday")
    first = desk.tell("holiday", branch=Branch.SAW_SOMETHING)
    desk.tell("holiday", is_danger=True, by=replace(ANYBODY, place="192.0.2.67"))
    [case] = desk.notice(first).cases
    assert Office(desk.home).read(case).is_in_danger
    assert desk.home.house.verify().breaches == ()


def test_decoys_of_witnesses_do_not_use_up_the_hold_of_whom_it_shows(desk: Noticing) -> None:
    """Three pictures that others had hidden leave the claim of the person in the fourth its own."""
    for number, picture in enumerate(("china", "flower", "coffee", "rocket")):
        desk.posted(f"post-{number}", picture)
    for number in range(3):
        by = replace(ANYBODY, place=f"192.0.2.{100 + number}")
        desk.tell(f"post-{number}", branch=Branch.SAW_SOMETHING, by=by)
    desk.tell("post-3")
    assert "hold" in desk.kinds("post-3")


def test_wrong_codes_of_one_user_close_the_desk_for_no_other_of_the_platform(desk: Noticing) -> None:
    """Counted by whom the platform names; where it names nobody, by nobody."""
    platform = Principal("key_platform", frozenset({"notices"}))
    receipt, verbs = desk.tell(words="x"), desk.home.house.notices
    for _ in range(FREE_TRIES[LaneKind.NETWORK] + 5):
        with pytest.raises(BadInput):
            verbs.status(platform, "AAAAA-AAAAA-AAAAA-AAAAA", "guesser")
    assert verbs.status(platform, receipt.code, "somebody else").state is NoticeState.UNLOCATED
    assert verbs.status(platform, receipt.code).state is NoticeState.UNLOCATED
    with pytest.raises(UnknownNotice):
        verbs.status(platform, "AAAAA-AAAAA-AAAAA-AAAAA")


def test_who_is_written_to_is_not_changed_by_a_code(desk: Noticing) -> None:
    """Whoever finds a receipt reads its page, and has no messages sent to themselves."""
    contact = Contact(ContactChannel.EMAIL, "first@mail.example")
    receipt = desk.tell(contact=contact)
    with pytest.raises(BadInput) as refused:
        add(desk, receipt, contact=Contact(ContactChannel.EMAIL, "other@mail.example"))
    assert refused.value.place == "contact"


def test_digests_are_forgotten_with_the_words(desk: Noticing) -> None:
    """What the picture was reduced to goes as well."""
    receipt = desk.tell(branch=Branch.IT_SHOWS_ME, digests=(PictureDigest("ab" * 32),))
    for who in (ADA, BEA):
        desk.home.house.notices.work.answer(who, receipt.notice_id, NoticeOutcome.NOT_FOUND)
    desk.home.clock.advance(days=400)
    assert desk.home.house.notices.forget() == 1
    with desk.home.house.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM notice_digests").scalar_one() == 0
