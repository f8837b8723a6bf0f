"""From notice to answer, on a real house: what people decide is told, more is heard, and nobody reads their own."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answering import ACTOR, ADA, BEA, CYD, OFFICER, REVIEWER, Office, person, service
from make import Home
from noticing import ANYBODY, Noticing
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import NoticeId
from tutela.core.lockout import FREE_TRIES, LaneKind
from tutela.core.notices.branches import Branch, NoticeKind
from tutela.core.notices.draft import NoticeDraft
from tutela.core.notices.misuse import MOST_AN_HOUR
from tutela.core.notices.notice import NoticeOutcome, NoticeState
from tutela.core.notices.outcomes import ItemOutcome
from tutela.core.reversals import Reversal
from tutela.errors import (
    AlreadyReversed,
    BadInput,
    Conflict,
    Forbidden,
    NotForYou,
    TooManyCodes,
    UnknownNotice,
    UnknownNotifier,
)
from tutela.flows.enrol_notifiers import NewNotifier
from tutela.flows.take_notice import Receipt, Teller
from tutela.flows.work_on_notice import NOT_HERE

pytestmark = pytest.mark.both_databases
PLACE = "192.0.2.9"
FRIDA = person("frida", *OFFICER)


@pytest.fixture
def desk(home_anywhere: Home) -> Noticing:
    """Return a house on the databases of the test, with people."""
    Office(home_anywhere)
    return Noticing(home_anywhere)


def office(desk: Noticing) -> Office:
    """Return the people of the house."""
    return Office(desk.home)


def answer(desk: Noticing) -> None:
    """Let the background answer what it can."""
    desk.home.house.notices.answer()


def status(desk: Noticing, receipt: Receipt):  # noqa: ANN201  # what the verb returns
    """Return what whoever holds the receipt sees."""
    return desk.home.house.notices.follow.status(receipt.code, PLACE)


def test_whoever_told_us_learns_that_it_is_gone_with_every_copy(desk: Noticing) -> None:
    """Two people find it; the item, the copies and the outcome follow, and nothing is said of the account."""
    desk.posted("holiday")
    desk.posted("again", author="bob")
    receipt = desk.tell("holiday", age_said="13_15")
    assert status(desk, receipt).items == (ItemOutcome.HIDDEN_MEANWHILE,)
    [case] = desk.notice(receipt).cases
    for who in (ADA, BEA):
        office(desk).decide(who, case, Conclusion.VIOLATION, parts=ACTOR)
    answer(desk)
    seen = status(desk, receipt)
    assert (seen.outcome, seen.items, seen.copies) == (NoticeOutcome.REMOVED, (ItemOutcome.REMOVED,), 1)
    assert desk.home.is_absent("again")
    assert "alice" not in repr(seen)
    assert "suspend" not in repr(seen)


def test_a_no_of_two_people_is_told_and_not_hidden_again_by_saying_it_again(desk: Noticing) -> None:
    """Kept by people who knew a claim: the next one lies before a person, and hides nothing; a hotline still does."""
    desk.posted("holiday")
    first = desk.tell("holiday")
    [case] = desk.notice(first).cases
    for who in (ADA, BEA):
        office(desk).decide(who, case, Conclusion.NO_VIOLATION)
    answer(desk)
    assert status(desk, first).outcome is NoticeOutcome.KEPT
    second = desk.tell("holiday", words="it does show me", by=replace(ANYBODY, place="192.0.2.80"))
    assert desk.kinds("holiday") == set()
    assert status(desk, second).items == (ItemOutcome.UNDER_REVIEW,)
    enrolled, _ = desk.home.house.notices.enrol.enrol(
        FRIDA, NewNotifier(NoticeKind.HOTLINE, "A line", "DE", "directory")
    )
    desk.tell("holiday", by=Teller("key:1", enrolled))
    assert "hold" in desk.kinds("holiday")


def test_what_is_added_is_heard_and_opens_an_answered_notice_again(desk: Noticing) -> None:
    """A link that comes later is found and acted on at once; nothing told is ever final."""
    desk.posted("holiday")
    receipt = desk.tell(words="there is a picture of me")
    work = desk.home.house.notices.work
    for who in (ADA, BEA):
        work.answer(who, receipt.notice_id, NoticeOutcome.NOT_FOUND)
    assert status(desk, receipt).outcome is NoticeOutcome.NOT_FOUND
    more = NoticeDraft(Branch.IT_SHOWS_ME, items=("holiday",), words="this one")
    seen = desk.home.house.notices.follow.add(receipt.code, more, PLACE)
    assert (seen.state, seen.outcome) == (NoticeState.UNDER_REVIEW, None)
    assert "hold" in desk.kinds("holiday")
    told = work.read(ADA, receipt.notice_id).drafts
    assert [each.words for each in told] == ["there is a picture of me", "this one"]


def test_that_nothing_was_found_takes_two_where_a_child_claims_it(desk: Noticing) -> None:
    """P3: nobody alone makes a claim go away; a witness is answered by one."""
    work, claim = desk.home.house.notices.work, desk.tell(words="it shows me")
    assert work.answer(ADA, claim.notice_id, NoticeOutcome.ELSEWHERE).outcome is None
    with pytest.raises(Conflict):
        work.answer(ADA, claim.notice_id, NoticeOutcome.ELSEWHERE)
    assert status(desk, claim).outcome is None
    assert work.answer(BEA, claim.notice_id, NoticeOutcome.NOT_FOUND).outcome is None  # she sees it otherwise
    assert work.answer(CYD, claim.notice_id, NoticeOutcome.NOT_FOUND).outcome is NoticeOutcome.NOT_FOUND
    seen = desk.tell(words="I saw it", branch=Branch.SAW_SOMETHING)
    assert work.answer(ADA, seen.notice_id, NoticeOutcome.NOT_FOUND).outcome is NoticeOutcome.NOT_FOUND


def test_a_person_says_what_it_is_about(desk: Noticing) -> None:
    """By the platform's own ids; what nobody knows is named, and the notice waits on."""
    desk.posted("holiday")
    receipt, work = desk.tell(words="the lake"), desk.home.house.notices.work
    with pytest.raises(BadInput):
        work.locate(ADA, receipt.notice_id, ("nothing",))
    found = work.locate(ADA, receipt.notice_id, ("holiday",))
    assert found.state is NoticeState.UNDER_REVIEW
    assert "hold" in desk.kinds("holiday")


def test_nobody_reads_or_answers_what_is_about_themselves(desk: Noticing) -> None:
    """It would tell them who told."""
    desk.posted("holiday", author="alice")
    desk.home.house.cases.own.add(ADA, ["alice"])
    receipt, work = desk.tell("holiday"), desk.home.house.notices.work
    with pytest.raises(NotForYou):
        work.read(ADA, receipt.notice_id)
    with pytest.raises(NotForYou):
        work.locate(ADA, receipt.notice_id, ("holiday",))
    assert work.read(BEA, receipt.notice_id).drafts


def test_a_false_police_request_does_nothing_and_a_real_one_counts_after_a_call(desk: Noticing) -> None:
    """Whoever says to be an authority holds one picture like anybody; called back, they hold what they name."""
    desk.posted("one", "china")
    desk.posted("two", "flower", author="bob")
    notices = desk.home.house.notices
    false = desk.tell("one", "two", branch=Branch.AUTHORITY, organisation="The police")
    assert desk.notice(false).wants_call_back
    assert "hold" not in desk.kinds("two")
    assert not notices.work.call_back(FRIDA, false.notice_id, None, "number in the directory: nobody knew").is_enrolled
    assert "hold" not in desk.kinds("two")
    real = desk.tell("one", "two", branch=Branch.AUTHORITY, organisation="The police", reference="4711")
    enrolled, secret = notices.enrol.enrol(FRIDA, NewNotifier(NoticeKind.AUTHORITY, "Police", "DE", "called +49 30 1"))
    counted = notices.work.call_back(FRIDA, real.notice_id, enrolled.id, "called +49 30 1, from the directory")
    assert (counted.is_enrolled, counted.kind) == (True, NoticeKind.AUTHORITY)
    assert "hold" in desk.kinds("one") & desk.kinds("two")
    key = desk.home.house.keep_keys.check(secret)
    assert key.scopes == {"notices"}
    notices.enrol.end(FRIDA, enrolled.id)
    with desk.home.house.store.read() as reader:
        assert reader.notifier_by_key(key.id) is None
    with pytest.raises(UnknownNotifier):
        notices.enrol.end(FRIDA, enrolled.id)
    assert desk.home.house.verify().breaches == ()


def test_whoever_goes_on_is_warned_then_slowed_and_never_unheard(desk: Noticing) -> None:
    """DSA Art. 23: manifestly unfounded, said by people with a reason; danger is never slowed."""
    work = desk.home.house.notices.work
    told = [desk.tell(words=f"nothing {n}", branch=Branch.SAW_SOMETHING) for n in range(5)]
    for receipt in told:
        work.answer(ADA, receipt.notice_id, NoticeOutcome.NOT_FOUND)
        work.mark_unfounded(ADA, receipt.notice_id, "the same invented story again")
    slowed = desk.tell(words="more", branch=Branch.SAW_SOMETHING)
    assert slowed.is_queued
    assert not desk.tell(words="now", branch=Branch.SAW_SOMETHING, is_danger=True).is_queued
    assert not desk.tell(words="me", branch=Branch.SAW_SOMETHING, by=replace(ANYBODY, place="192.0.2.99")).is_queued
    desk.home.house.notices.look_at_waiting()
    assert desk.notice(slowed).state is NoticeState.UNLOCATED
    with desk.home.house.engine.connect() as connection:
        assert len(connection.exec_driver_sql("SELECT * FROM notice_warnings").all()) == 1


def test_those_who_wait_are_looked_at_in_turn_whoever_floods(desk: Noticing) -> None:
    """The first of each place before the second of any; a picture is held when its turn comes."""
    desk.posted("holiday")
    for number in range(MOST_AN_HOUR + 30):
        desk.tell(words=f"flood {number}", branch=Branch.SAW_SOMETHING)
    for number in range(MOST_AN_HOUR):
        desk.tell(words=f"other {number}", branch=Branch.SAW_SOMETHING, by=Teller("192.0.2.50"))
    mine = desk.tell("holiday", by=Teller("192.0.2.50"))
    assert mine.is_queued
    desk.home.house.notices.look_at_waiting()
    assert desk.notice(mine).state is NoticeState.UNDER_REVIEW
    assert "hold" in desk.kinds("holiday")


def test_what_is_posted_after_it_was_told_is_found(desk: Noticing) -> None:
    """A notice about something that is not here yet is looked for again."""
    receipt = desk.tell("tomorrow")
    desk.posted("tomorrow")
    desk.home.house.notices.look_for_unlocated()
    assert desk.notice(receipt).state is NoticeState.UNDER_REVIEW
    assert "hold" in desk.kinds("tomorrow")


def test_what_was_told_is_forgotten_when_its_time_is_over_and_the_outcome_stays(desk: Noticing) -> None:
    """The key of the month goes with the last of it; whoever holds the code still learns what became of it."""
    house = desk.home.house
    receipt = desk.tell(words="it was at the lake", branch=Branch.SAW_SOMETHING)
    house.notices.work.answer(ADA, receipt.notice_id, NoticeOutcome.NOT_FOUND)
    [period] = [each for each in house.keys.periods() if each.startswith("notices-")]
    desk.home.clock.advance(days=300)
    assert house.notices.forget() == 0
    desk.home.clock.advance(days=66)
    assert house.notices.forget() == 1
    assert house.notices.work.read(ADA, receipt.notice_id).drafts == ()
    assert house.keys.is_destroyed(period)
    assert status(desk, receipt).outcome is NoticeOutcome.NOT_FOUND
    assert house.verify().breaches == ()


def test_an_overturned_decision_is_told_to_whoever_was_told_otherwise(desk: Noticing) -> None:
    """P11: the answer is undone with the decision; what was hidden before anybody looked lies before a person again."""
    desk.posted("holiday")
    receipt = desk.tell("holiday", branch=Branch.SAW_SOMETHING)
    [case] = desk.notice(receipt).cases
    for who in (ADA, BEA):
        office(desk).decide(who, case, Conclusion.VIOLATION, parts=ACTOR)
    answer(desk)
    assert status(desk, receipt).outcome is NoticeOutcome.REMOVED
    with desk.home.house.engine.connect() as connection:
        decided = connection.exec_driver_sql("SELECT decision_id FROM notice_decisions").scalars().all()
    desk.home.clock.advance(days=1)
    for decision_id in decided:
        for name in ("one", "two"):
            with suppress(AlreadyReversed):  # by the first alone, where nothing was sealed
                asked = Reversal(decision_id, Facts("mistaken", "A landscape"), Decider(name), is_person=True)
                desk.home.house.reverse(asked)
    answer(desk)
    assert status(desk, receipt).items == (ItemOutcome.HIDDEN_MEANWHILE,)
    [again] = set(desk.notice(receipt).cases) - {case} or {case}
    assert office(desk).read(again).closed_by is None
    desk.home.clock.advance(minutes=1)
    office(desk).decide(CYD, again, Conclusion.NO_VIOLATION)
    answer(desk)
    assert status(desk, receipt).outcome is NoticeOutcome.KEPT
    assert not desk.home.is_absent("holiday")
    assert desk.home.house.verify().breaches == ()


@pytest.mark.parametrize(("change", "promise"), [
    ("UPDATE notices SET outcome = 'kept'", "P9"),
    ("UPDATE notices SET state = 'unlocated', outcome = NULL, answered_us = NULL", "P9"),
    ("UPDATE notices SET clause_id = 'house.spam'", "P7"),
])  # fmt: skip
def test_a_notice_that_was_changed_by_hand_shows(desk: Noticing, change: str, promise: str) -> None:
    """No outcome changes quietly."""
    receipt = desk.tell(words="x", branch=Branch.SAW_SOMETHING)
    desk.home.house.notices.work.answer(ADA, receipt.notice_id, NoticeOutcome.NOT_FOUND)
    assert desk.home.house.verify().breaches == ()
    with desk.home.house.engine.begin() as connection:
        connection.exec_driver_sql(change)
    found = desk.home.house.verify().breaches
    assert [(each.promise, each.subject) for each in found] == [(promise, receipt.notice_id)]


def test_guessing_codes_is_slowed_from_one_place_and_nobody_else(desk: Noticing) -> None:
    """Every code that opens nothing gets the same answer; whoever holds one is not counted."""
    receipt, follow = desk.tell(words="x"), desk.home.house.notices.follow
    for number in range(FREE_TRIES[LaneKind.NETWORK]):
        with pytest.raises(UnknownNotice):
            follow.status(f"AAAAA-AAAAA-AAAAA-{number:05}", "198.51.100.7")
        status(desk, receipt)
    with pytest.raises(TooManyCodes):
        follow.status(receipt.code, "198.51.100.7")
    assert status(desk, receipt).state is NoticeState.UNLOCATED
    desk.home.clock.advance(hours=1)
    assert follow.status(receipt.code, "198.51.100.7")


@pytest.mark.parametrize("code", ["", "a", "0" * 5000, "\x00", "'; DROP TABLE notices; --", "٣" * 20])
def test_hostile_codes_open_nothing(desk: Noticing, code: str) -> None:
    """And are no error of ours."""
    with pytest.raises(UnknownNotice):
        desk.home.house.notices.follow.status(code, PLACE)


def test_only_people_answer(desk: Noticing) -> None:
    """No key of a service says that nothing was found, or that somebody misuses the desk."""
    key = service("bot", scopes=("desk",))
    receipt, work = desk.tell(), desk.home.house.notices.work
    with pytest.raises(Forbidden):
        work.answer(key, receipt.notice_id, NoticeOutcome.NOT_FOUND)
    with pytest.raises(Forbidden):
        work.mark_unfounded(key, receipt.notice_id, "x")
    with pytest.raises(BadInput):
        work.answer(REVIEWER, receipt.notice_id, NoticeOutcome.REMOVED)
    with pytest.raises(UnknownNotice):
        work.read(ADA, NoticeId("ntc_none"))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.sampled_from(["p0", "p1", "p2", "none", "later"]), st.sampled_from(list(Branch))),
        st.tuples(st.just("add"), st.integers(0, 20), st.sampled_from(["p0", "p1", "none", "later"])),
        st.tuples(st.just("close"), st.integers(0, 20), st.sampled_from(sorted(NOT_HERE))),
        st.tuples(st.just("decide"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("wait"), st.integers(1, 50), st.just(0)),
        st.tuples(st.just("jobs"), st.just(0), st.just(0)),
    ),
    min_size=3, max_size=14,
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_path_loses_a_notice(desk: Noticing, steps: list[tuple[str, object, object]]) -> None:
    """Whatever is told, added, decided, answered or waited for: each receipt opens its notice, open or answered."""
    house, receipts = desk.home.house, list[Receipt]()
    with house.store.read() as reader:
        is_new = not reader.items_by_platform_id(["p0"])
    if is_new:
        for number, picture in enumerate(("china", "flower", "coffee")):
            desk.posted(f"p{number}", picture, author=f"author-{number}")
    for what, one, other in steps:
        if what == "tell":
            receipts.append(desk.tell(str(one), branch=Branch(other), words=f"{len(receipts)}"))
        elif what == "wait":
            desk.home.clock.advance(hours=int(str(one)))
        elif what == "jobs":
            house.notices.look_at_waiting()
            house.notices.look_for_unlocated()
            answer(desk)
        elif receipts:
            _step(desk, what, receipts[int(str(one)) % len(receipts)], other)
    answer(desk)
    for receipt in receipts:
        notice = desk.notice(receipt)
        assert notice.is_open is (notice.outcome is None)
        assert house.notices.follow.status(receipt.code, PLACE).received_at == receipt.received_at
        assert not notice.items or notice.cases or notice.outcome is not None
    assert house.verify().breaches == ()


def _step(desk: Noticing, what: str, receipt: Receipt, other: object) -> None:
    work = desk.home.house.notices.work
    if what == "add":
        more = NoticeDraft(Branch.IT_SHOWS_ME, items=(str(other),), words="more")
        desk.home.house.notices.follow.add(receipt.code, more, PLACE)
    elif what == "close":
        for who in (ADA, BEA):
            try:
                work.answer(who, receipt.notice_id, NoticeOutcome(str(other)))
            except Conflict:
                return
    else:
        for case in desk.notice(receipt).cases:
            for who in (ADA, BEA):
                if office(desk).read(case).closed_by is None and not office(desk).read(case).answered_by.count(who.id):
                    try:
                        office(desk).decide(who, case, Conclusion.NO_VIOLATION)
                    except (Conflict, BadInput):
                        return
