"""Appeals over real databases: who may decide, what ends and what stays, late, twice, at once, and by a link."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import make
from appealed import ADA, BEA, CYD, DORA, EVA, PLATFORM, WHY, AppealOffice, K, person
from flows.test_decide import account_of, asked, item_of, on
from make import Home, md5, photo
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.appeals.appeal import Ended
from tutela.core.appeals.misuse import Weight
from tutela.core.appeals.states import AppealState, Aside, Outcome
from tutela.core.clocks import ClockSubject
from tutela.core.findings import Decider, Facts
from tutela.core.messages import MessageAbout, MessageKind
from tutela.core.opinions import Opinion
from tutela.core.permissions import Principal, StaffRole
from tutela.core.plans import Answer
from tutela.core.policy import Verification
from tutela.core.reversals import Reversal
from tutela.core.statements import StatementCode
from tutela.errors import (
    AlreadyReversed,
    AppealMoved,
    AppealOpen,
    BadInput,
    Forbidden,
    NotForYou,
    UnknownAccount,
    UnknownDecision,
    UnknownLink,
)
from tutela.flows.decide_appeal import AskedOutcome
from tutela.flows.keep_appeal_conduct import Weighed
from tutela.flows.take_appeal import AskedAppeal, answers_again
from tutela.ports.cases import OwnAccount
from tutela.ports.committer import Changeset

pytestmark = pytest.mark.both_databases
OFFICE = AppealOffice
DAY = timedelta(days=1)
WINDOW = 10


# ------------------------------------------------------------------------------------------------------------- taking


def test_taking_and_claiming_changes_nothing_that_the_decision_did(office_anywhere: AppealOffice) -> None:
    """P6: what is not promoted and what is not paid stays so while it is pending; a clock runs from when it came."""
    office, home = office_anywhere, office_anywhere.home
    decision_id = office.spam()
    alice, post = account_of(home, "alice"), item_of(home, "post")
    before = office.held(alice, post)
    appeal = office.take(decision_id)
    office.claim(appeal, BEA)

    assert office.held(alice, post) == before
    assert {"no_payout", "read_only"} <= home.kinds(alice)
    assert (appeal.state, appeal.is_late) == (AppealState.RECEIVED, False)
    told = home.house.appeals.read.one(PLATFORM, appeal.id)
    assert (told["state"], told["outcome"], told["account"]) == ("open", None, "alice")
    assert told["due_at"] == home.clock.now() + 7 * DAY


def test_there_is_one_open_for_each_decision_and_account(office: AppealOffice) -> None:
    """The second is told which one is open; after the first is withdrawn there may be another."""
    decision_id = office.spam()
    first = office.take(decision_id)
    with pytest.raises(AppealOpen) as caught:
        office.take(decision_id)
    assert caught.value.appeal_id == first.id
    office.home.house.appeals.move.withdraw(PLATFORM, first.id)
    again = office.take(decision_id)
    assert again.state is AppealState.RECEIVED
    with pytest.raises(AppealMoved):
        office.home.house.appeals.move.withdraw(PLATFORM, first.id)


def test_nobody_withdraws_an_appeal_against_what_they_decided(office: AppealOffice) -> None:
    """P3: people withdraw only what was written down here and is for them to decide; whoever appealed hears of it."""
    home, move = office.home, office.home.house.appeals.move
    decision_id = office.spam()
    handed_in = office.take(decision_id)
    for each, why in ((ADA, "no part"), (BEA, "not written down here")):
        with pytest.raises(NotForYou, match=why):
            move.withdraw(each, handed_in.id)
    with pytest.raises(Forbidden):
        move.withdraw(replace(PLATFORM, scopes=frozenset({"appeals"})), handed_in.id)
    move.withdraw(PLATFORM, handed_in.id)
    told = AskedAppeal("They called.", "a@example.org", account="alice", decision_id=decision_id)
    called = home.house.appeals.take(BEA, told).appeal
    with pytest.raises(NotForYou, match="no part"):
        move.withdraw(ADA, called.id)
    assert move.withdraw(BEA, called.id).state is AppealState.WITHDRAWN
    ops = Principal("per_ops", frozenset({"desk"}))
    for appeal in (handed_in, called):
        found = home.house.messaging.messages.of(ops, MessageAbout.APPEAL, appeal.id)
        assert [each.kind for each in found][-1] is MessageKind.APPEAL_WITHDRAWN


def test_what_was_written_is_forgotten_with_the_key_of_its_month(office: AppealOffice) -> None:
    """A year after the month in which it came, unless it is open still; how it was decided stays."""
    home = office.home
    appeal = office.take(office.spam())
    verbs = home.house.appeals
    home.clock.advance(days=400)
    assert verbs.forget() == 0
    verbs.move.withdraw(PLATFORM, appeal.id)
    assert verbs.forget() == 1
    assert not [each for each in home.house.keys.periods() if each.startswith("appeals-")]
    with home.house.store.read() as reader:
        assert verbs.contacts.secrets.read_words(appeal.id, reader.appeal_words(appeal.id)).text == ""


def test_of_many_at_once_one_is_opened(office_anywhere: AppealOffice) -> None:
    """Whatever the others are told, it is that one is open."""
    office = office_anywhere
    decision_id, gate = office.spam(), threading.Barrier(6)

    def take() -> str:
        gate.wait()
        try:
            return office.take(decision_id).id
        except AppealOpen as error:
            return error.appeal_id

    with ThreadPoolExecutor(6) as pool:
        found = {future.result() for future in [pool.submit(take) for _ in range(6)]}
    assert len(found) == 1


def test_nobody_appeals_for_somebody_else_nor_what_took_nothing(office: AppealOffice) -> None:
    """The same words for a decision that does not exist and for one about others: nobody learns of it."""
    decision_id = office.spam()
    office.home.submit("other", author="bob", text="hello")
    with pytest.raises(UnknownDecision):
        office.take(decision_id, "bob")
    with pytest.raises(UnknownAccount):
        office.take(decision_id, "nobody")
    with pytest.raises(UnknownDecision):
        office.take(decision_id, statement_id="sta_none")
    with pytest.raises(BadInput, match="what is appealed"):
        office.take(None)  # type: ignore[arg-type]  # that is what is refused
    with pytest.raises(Forbidden):
        office.home.house.appeals.take(replace(PLATFORM, scopes=frozenset({"submit"})), AskedAppeal())
    done = office.home.house.reverse(Reversal(decision_id, Facts("x"), Decider(BEA.id)))
    with pytest.raises(AlreadyReversed):
        office.take(decision_id)
    with pytest.raises(BadInput, match="took nothing"):
        office.take(done.changeset.decisions[0].id)


@pytest.mark.parametrize(("more", "place"), [
    ({"text": "x" * 10_001}, "text"),
    ({"contact": "no address"}, "email"),
    ({"language": "no language!"}, "language"),
    ({"language": "e" * 36}, "language"),
])  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_place(office: AppealOffice, more: dict[str, str], place: str) -> None:
    """Too long, and no address; nothing was written."""
    decision_id = office.spam()
    with pytest.raises(BadInput) as caught:
        office.take(decision_id, **more)
    assert caught.value.place == place
    assert office.take(decision_id, text="").state is AppealState.RECEIVED


# ------------------------------------------------------------------------------------------------------------ deciding


def test_overturning_ends_exactly_what_the_decision_held(office_anywhere: AppealOffice) -> None:
    """What another decision holds stays, and is shown before; escrow is released; a strike counts no more."""
    office, home = office_anywhere, office_anywhere.home
    home.submit("post", author="alice", text="buy now")
    kept = home.house.decide(
        asked(on("account", "alice", K.READ_ONLY), on("item", "post", K.HOLD), clause="house.conduct")
    )
    before = office.held(account_of(home, "alice"), item_of(home, "post"))
    decision_id = office.spam(posts=False)
    appeal = office.take(decision_id)
    shown = home.house.appeals.read.show(BEA, appeal.id)
    assert {each["decision"] for each in shown["plan"]["stays"]} == {kept.decision.id}
    given = office.decide(appeal, BEA, Outcome.OVERTURNED)

    assert given.is_decided
    assert office.held(account_of(home, "alice"), item_of(home, "post")) == before
    told = home.house.appeals.read.one(PLATFORM, appeal.id)
    assert (told["state"], told["outcome"], told["decided_by_people"]) == ("decided", "overturned", True)
    with home.house.store.read() as reader:
        alice = reader.accounts_by_platform_id(["alice"])["alice"]
        assert not any(each.decision_id == decision_id and each.stands_at(home.clock.now())
                       for each in reader.strikes([alice.id]).get(alice.id, ()))  # fmt: skip
        assert reader.reversed([decision_id])[decision_id] == office.read(appeal.id).ended.reversal_id  # type: ignore[union-attr]  # it has ended
        codes = {each.code for each in reader.statements_told(alice.id, home.clock.now(), 100)}
    assert StatementCode.DECISION_REVERSED in codes


def test_upholding_changes_nothing_and_says_so(office: AppealOffice) -> None:
    """The decision stands, as it did; it takes one person under an ordinary clause, and the bodies outside are told."""
    decision_id = office.spam()
    before = office.held(account_of(office.home, "alice"))
    given = office.decide(office.take(decision_id), BEA, Outcome.UPHELD)
    assert given.is_decided
    assert given.appeal.ended is not None
    assert (given.appeal.ended.by, given.appeal.ended.with_whom) == (BEA.id, None)
    assert office.held(account_of(office.home, "alice")) == before


def test_who_is_partly_right_sees_the_named_measures_end_and_the_others_stay(office_anywhere: AppealOffice) -> None:
    """The item is shown again and the author is told; what is not named holds as before."""
    office, home = office_anywhere, office_anywhere.home
    decision_id = office.spam()
    appeal = office.take(decision_id)
    removal = next(each for each in office.granted(decision_id) if each.kind is K.REMOVE)
    office.claim(appeal, BEA)
    for wrong, why in (((), "which measures"), (tuple(office.granted(decision_id)), "nothing of the decision")):
        with pytest.raises(BadInput, match=why):
            office.give(appeal, BEA, Outcome.PARTLY, *wrong)
    foreseen = home.house.appeals.decide.foresee(BEA, AskedOutcome(appeal.id, Outcome.PARTLY, WHY, (removal.id,)))
    assert [each.id for each in foreseen.ends] == [removal.id]
    office.give(appeal, BEA, Outcome.PARTLY, removal)

    assert home.answer("post") is Answer.PUBLISH
    assert home.kinds(item_of(home, "post")) == set()
    assert home.kinds(account_of(home, "alice")) >= {"read_only", "no_payout"}
    with home.house.store.read() as reader:
        alice = reader.accounts_by_platform_id(["alice"])["alice"]
        assert not reader.reversed([decision_id])
        codes = {each.code for each in reader.statements_told(alice.id, home.clock.now(), 100)}
    assert StatementCode.DECISION_EASED in codes


def test_what_is_grave_takes_two_who_do_not_see_each_other(office_anywhere: AppealOffice) -> None:
    """P3: neither is who decided; the second reads nothing of the first; then all that it held ends."""
    office, home = office_anywhere, office_anywhere.home
    decision_id = office.grave()
    appeal = office.take(decision_id)
    first = office.decide(appeal, BEA, Outcome.OVERTURNED)
    assert not first.is_decided
    assert "quarantine" in home.kinds(item_of(home, "post"))
    shown = home.house.appeals.read.show(CYD, appeal.id)
    assert (shown["answers"], shown["people"], shown["barred"]) == ([], 2, None)
    with pytest.raises(NotForYou, match="answered"):
        office.claim(appeal, BEA)
    second = office.decide(appeal, CYD, Outcome.OVERTURNED)

    assert second.is_decided
    assert second.appeal.ended is not None
    assert {second.appeal.ended.by, second.appeal.ended.with_whom} == {BEA.id, CYD.id}
    assert home.kinds(item_of(home, "post")) == home.kinds(account_of(home, "alice")) == set()
    assert home.answer("post") is Answer.PUBLISH


def test_a_third_says_which_of_two_stands(office: AppealOffice) -> None:
    """They are shown both, and decide for one of them; a third opinion is no answer."""
    home = office.home
    appeal = office.take(office.grave())
    office.decide(appeal, BEA, Outcome.OVERTURNED)
    office.decide(appeal, CYD, Outcome.UPHELD)
    assert office.read(appeal.id).state is AppealState.AWAITING_THIRD
    assert home.house.appeals.read.show(DORA, appeal.id)["answers"] == []
    office.claim(appeal, DORA)
    assert len(home.house.appeals.read.show(DORA, appeal.id)["answers"]) == 2
    given = office.give(appeal, DORA, Outcome.UPHELD)
    assert given.appeal.ended is not None
    assert {given.appeal.ended.by, given.appeal.ended.with_whom} == {DORA.id, CYD.id}
    assert "quarantine" in home.kinds(item_of(home, "post"))


def test_nobody_decides_who_had_a_part_and_nobody_learns_who_had(office: AppealOffice) -> None:
    """Who decided, who proposed to undo it, whose account it is, who answered an earlier one; and no key at all."""
    home = office.home
    decision_id = office.spam()
    appeal = office.take(decision_id)
    with pytest.raises(NotForYou, match="no part"):
        office.claim(appeal, ADA)
    with home.house.store.read() as reader:
        alice = reader.accounts_by_platform_id(["alice"])["alice"]
    home.house.committer.commit(Changeset(own_accounts=(OwnAccount(BEA.id, alice.id, home.clock.now()),)))
    with pytest.raises(NotForYou, match="their own"):
        office.claim(appeal, BEA)
    with pytest.raises(Forbidden):
        office.claim(appeal, replace(PLATFORM, scopes=frozenset({"appeal", "appeals"})))
    with pytest.raises(Forbidden):
        office.claim(appeal, person("rob", StaffRole.REVIEWER))
    office.decide(appeal, CYD, Outcome.UPHELD)
    again = office.take(decision_id, has_new_facts=True)
    with pytest.raises(NotForYou, match="no part"):
        office.claim(again, CYD)
    shown = home.house.appeals.read.show(DORA, again.id)
    said = str({key: value for key, value in shown.items() if key != "history"})
    assert ADA.id not in said
    assert CYD.id not in said
    office.claim(again, DORA)
    with pytest.raises(NotForYou, match="appeal"):
        home.house.show_decision(DORA, decision_id)
    office.home.house.appeals.move.release(DORA, again.id)
    assert home.house.show_decision(DORA, decision_id)["by"] == ADA.id


def test_whoever_answered_a_case_or_proposed_does_not_decide_about_what_came_of_it(office: AppealOffice) -> None:
    """Also the first of two who settled it, and whoever would have reversed it."""
    home = office.home
    decision_id = office.grave()
    home.house.reverse(Reversal(decision_id, Facts("x"), Decider(BEA.id), is_person=True))
    with pytest.raises(NotForYou, match="no part"):
        office.claim(office.take(decision_id), BEA)


def test_two_people_who_decide_at_once_decide_once(office_anywhere: AppealOffice) -> None:
    """Only whoever claimed it answers; of two that claim, one has it; a version that is old is refused."""
    office = office_anywhere
    appeal = office.take(office.spam())
    gate = threading.Barrier(2)

    def decide(by: object) -> bool:
        gate.wait()
        try:
            office.decide(appeal, by, Outcome.OVERTURNED)  # type: ignore[arg-type]  # people
        except AppealMoved:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, (BEA, CYD))) == [False, True]
    ended = office.read(appeal.id)
    assert ended.state is AppealState.DECIDED
    with pytest.raises(AppealMoved):
        office.give(appeal, DORA, Outcome.UPHELD)


def test_an_old_version_and_a_lease_that_has_ended_are_refused(office: AppealOffice) -> None:
    """Nothing was written."""
    appeal = office.claim(office.take(office.spam()), BEA)
    with pytest.raises(AppealMoved, match="changed"):
        office.give(appeal, BEA, Outcome.UPHELD, version=appeal.version - 1)
    office.home.clock.advance(hours=9)
    with pytest.raises(AppealMoved):
        office.give(appeal, BEA, Outcome.UPHELD)
    assert office.read(appeal.id).ended is None


def test_one_that_was_overtaken_is_answered_by_what_did_it(office_anywhere: AppealOffice) -> None:
    """Reversed by others: it was right. Decided anew: what took its place may be appealed. Twice is once."""
    office, home = office_anywhere, office_anywhere.home
    reversed_id = office.spam()
    replaced_id = office.spam("other", "bob")
    one, two = office.take(reversed_id), office.claim(office.take(replaced_id, "bob"), BEA)
    home.house.reverse(Reversal(reversed_id, Facts("x"), Decider(CYD.id)))
    home.house.decide(asked(on("item", "other", K.LIMIT_REACH), replaces=replaced_id, decider=Decider(CYD.id)))
    with pytest.raises(AppealMoved):
        office.give(two, BEA, Outcome.UPHELD)

    assert home.house.appeals.follow() == 2
    assert home.house.appeals.follow() == 0
    outcomes = {each.id: office.read(each.id).ended.outcome for each in (one, two)}  # type: ignore[union-attr]  # they have ended
    assert outcomes == {one.id: Outcome.OVERTURNED, two.id: Outcome.OVERTAKEN}
    told = home.house.appeals.read.one(PLATFORM, one.id)
    assert told["decided_by_people"] is False


def test_a_reversal_that_may_be_taken_back_ends_no_appeal(tmp_path: Path, scanner: ChildScanner) -> None:
    """Taken back, the decision stands and the appeal with it; past its time the reversal answers the appeal."""
    with make.house(tmp_path, scanner, undo_seconds=WINDOW - 1) as home:
        office = AppealOffice(home)
        decision_id = office.spam()
        home.clock.advance(seconds=WINDOW + 1)
        appeal, follow = office.take(decision_id), home.house.appeals.follow
        done = home.house.reverse(Reversal(decision_id, Facts("x"), Decider(CYD.id)))
        assert follow() == 0
        home.house.take_back(Decider(CYD.id), done.changeset.decisions[0].id)
        home.clock.advance(seconds=WINDOW + 1)
        assert follow() == 0
        assert office.read(appeal.id).is_open
        home.house.reverse(Reversal(decision_id, Facts("x"), Decider(CYD.id)))
        home.clock.advance(seconds=WINDOW + 1)
        assert follow() == 1
        assert office.read(appeal.id).ended.outcome is Outcome.OVERTURNED  # type: ignore[union-attr]  # it has ended


@pytest.mark.parametrize(("by", "outcome", "stands", "answers"), [
    (BEA.id, Outcome.UPHELD, True, True),
    (BEA.id, Outcome.PARTLY, True, True),
    (BEA.id, Outcome.OVERTURNED, False, True),
    (BEA.id, Outcome.OVERTURNED, True, False),
    (None, Outcome.OVERTURNED, False, False),
    (None, Outcome.OVERTAKEN, False, False),
])  # fmt: skip
def test_a_repetition_is_answered_only_by_what_people_came_to_and_is_so_still(
    office: AppealOffice, by: str | None, outcome: Outcome, *, stands: bool, answers: bool
) -> None:
    """What another decision answered is no outcome of an appeal; a decision that stands again is looked at again."""
    before = replace(office.take(office.spam()), ended=Ended(outcome, office.home.clock.now(), by))
    assert answers_again(before, stands=stands) is answers


def test_what_a_match_supports_feeds_the_precision_of_its_bank(office_anywhere: AppealOffice) -> None:
    """An automatic seal is overturned by two: the entry that pointed at it is doubted, and the bank was wrong once."""
    office, home = office_anywhere, office_anywhere.home
    picture = home.upload(photo())
    home.list(md5(picture), verification=Verification.SEVERAL_ANALYSTS)
    sealed = home.submit("post", picture, author="alice")
    assert sealed.decision_id is not None
    appeal = office.take(sealed.decision_id)
    shown = home.house.appeals.read.show(BEA, appeal.id)["decision_shown"]
    assert (shown["automated"], shown["matches"][0]["bank"]) == (True, "known")
    assert shown["policy"]["title"]
    office.decide(appeal, BEA, Outcome.OVERTURNED)
    office.decide(appeal, CYD, Outcome.OVERTURNED)

    with home.house.store.read() as reader:
        [bank] = [each for each in reader.banks() if each.name == "known"]
        [precision] = reader.precision_of_bank(bank.id).values()
        fates = reader.case_fates(home.clock.now() - DAY, 10)
        members = {each.match.member_id for each in reader.detections(
            reader.items_by_platform_id(["post"])["post"].item.id)}  # fmt: skip
        said = reader.opinions([each for each in members if each])
    assert (precision.confirmed, precision.overturned) == (0, 1)
    assert fates[0].closed_at is not None
    assert {each.by for found in said.values() for each in found} == {CYD.id}


def test_whoever_said_what_an_entry_is_decides_nothing_that_it_did(office_anywhere: AppealOffice) -> None:
    """P3: the bank speaks with their words; what somebody doubts of it afterwards is no part in the decision."""
    office, home = office_anywhere, office_anywhere.home
    picture = home.upload(photo())
    home.list(md5(picture), verification=Verification.SEVERAL_ANALYSTS)
    sealed = home.submit("post", picture, author="alice")
    assert sealed.decision_id is not None
    with home.house.store.read() as reader:
        [found] = reader.detections(reader.items_by_platform_id(["post"])["post"].item.id)
    assert found.match.member_id is not None
    home.clock.advance(hours=1)
    for who, opinion in ((BEA, Opinion.POSITIVE), (CYD, Opinion.DISPUTED)):
        home.house.keep_opinions.say("known", found.match.member_id, opinion, by=who.id)
    appeal = office.take(sealed.decision_id)
    with pytest.raises(NotForYou, match="no part"):
        office.claim(appeal, BEA)
    office.claim(appeal, CYD)


# ------------------------------------------------------------------------------------------------------- late and twice


def test_a_late_one_is_recorded_and_a_person_may_accept_it(office: AppealOffice) -> None:
    """Six months from when they were told, to the moment; later it is answered with why, and no clock runs."""
    home = office.home
    decision_id = office.spam()
    home.clock.advance(days=183)
    in_time = office.take(decision_id)
    assert not in_time.is_late
    home.house.appeals.move.withdraw(PLATFORM, in_time.id)
    assert in_time.window_ends_at is not None
    home.clock.advance(seconds=(in_time.window_ends_at - home.clock.now()).total_seconds() + 1)
    late = office.take(decision_id)
    told = home.house.appeals.read.one(PLATFORM, late.id)
    assert (late.state, late.aside, told["state"]) == (AppealState.SET_ASIDE, Aside.LATE, "set_aside")
    assert "after the time" in told["why_set_aside"]
    assert told["due_at"] is None
    with pytest.raises(AppealMoved):
        office.claim(late, BEA)
    home.house.appeals.move.accept(BEA, late.id)
    assert home.house.appeals.read.one(PLATFORM, late.id)["due_at"] == home.clock.now() + 7 * DAY
    assert office.decide(late, BEA, Outcome.OVERTURNED).is_decided


def test_a_repetition_without_new_facts_is_answered_by_the_first_outcome(office: AppealOffice) -> None:
    """It is recorded; with new facts somebody looks again."""
    decision_id = office.spam()
    first = office.take(decision_id)
    office.decide(first, BEA, Outcome.UPHELD)
    again = office.take(decision_id)
    assert again.ended is not None
    assert (again.state, again.ended.outcome, again.ended.repeats, again.ended.by) == (
        AppealState.DECIDED, Outcome.UPHELD, first.id, None,
    )  # fmt: skip
    assert office.take(decision_id, has_new_facts=True).state is AppealState.RECEIVED


def test_misuse_is_warned_of_first_and_nothing_is_dropped(office: AppealOffice) -> None:
    """Three manifestly unfounded, a warning, one more, then for a time: recorded, and answered with why."""
    home, conduct = office.home, office.home.house.appeals.conduct
    weighed = Weighed(Weight.LOW, Weight.HIGH, "the same text each time")
    for number in range(3):
        decision_id = office.spam(f"post{number}")
        with pytest.raises(BadInput, match="takes 3"):
            conduct.warn(DORA, "alice", weighed)
        office.decide(office.take(decision_id), BEA, Outcome.UPHELD, is_unfounded=True)
    until = home.clock.now() + 30 * DAY
    with pytest.raises(BadInput, match="warning before"):
        conduct.suspend(DORA, "alice", weighed, until)
    home.clock.advance(hours=1)
    conduct.warn(DORA, "alice", weighed)
    home.clock.advance(hours=1)
    with pytest.raises(BadInput, match="since the warning"):
        conduct.suspend(DORA, "alice", weighed, until)
    office.decide(office.take(office.spam("post3")), BEA, Outcome.UPHELD, is_unfounded=True)
    note = conduct.suspend(DORA, "alice", weighed, until)
    assert (note.criteria.unfounded, note.criteria.decided) == (4, 4)

    decision_id = office.spam("post4")
    kept = office.take(decision_id)
    assert (kept.state, kept.aside) == (AppealState.SET_ASIDE, Aside.MISUSE)
    home.house.appeals.move.accept(BEA, kept.id)
    assert office.decide(kept, BEA, Outcome.OVERTURNED).is_decided
    home.clock.advance(hours=1)
    conduct.lift(DORA, "alice", weighed)
    assert office.take(office.spam("post5")).state is AppealState.RECEIVED


# ---------------------------------------------------------------------------------------------------------------- links


def test_a_link_shows_the_neutral_statement_and_appeals_that_decision_only(office_anywhere: AppealOffice) -> None:
    """Whose it is makes no difference to what it gives: the right to appeal, and what came of it."""
    office, home = office_anywhere, office_anywhere.home
    decision_id = office.spam()
    token = office.link(decision_id)
    assert token == office.link(decision_id)
    shown = home.house.appeals.by_link(token)
    assert (shown.stands, shown.is_late, shown.open, shown.appeals) == (True, False, None, ())
    said = str(shown)
    assert not any(each in said for each in ("alice", "post", decision_id, ADA.id, "buy now"))
    taken = home.house.appeals.take.by_link(token, AskedAppeal("Please look again.", "a@example.org", account="bob"))
    assert (taken.account.platform_id, taken.appeal.decision_id, taken.appeal.way) == ("alice", decision_id, "link")
    with pytest.raises(AppealOpen):
        home.house.appeals.take.by_link(token, AskedAppeal())
    assert home.house.appeals.by_link(token).open is not None
    words = home.house.appeals.read.show(BEA, taken.appeal.id)["words"]
    assert words == {"text": "Please look again.", "has_contact": True, "new_facts": False}
    home.house.appeals.move.withdraw_by_link(token)
    assert home.house.appeals.by_link(token).open is None
    for wrong in (token[:-1], token + "0", token.swapcase() if token.swapcase() != token else "x", "", "x.y.z"):
        with pytest.raises(UnknownLink):
            home.house.appeals.by_link(wrong)


def test_links_that_were_revoked_open_nothing_and_new_ones_do(office: AppealOffice) -> None:
    """All of them at once, by a person; the platform gets new ones."""
    home = office.home
    decision_id = office.spam()
    old = office.link(decision_id)
    with pytest.raises(Forbidden):
        home.house.appeals.links.revoke_all(PLATFORM)
    assert home.house.appeals.links.revoke_all(EVA) == 1
    with pytest.raises(UnknownLink):
        home.house.appeals.by_link(old)
    assert home.house.appeals.by_link(office.link(decision_id)).stands


def test_what_was_written_cannot_be_read_once_its_key_is_destroyed(office: AppealOffice) -> None:
    """The appeal stays, with its outcome; the words are gone."""
    home = office.home
    appeal = office.take(office.spam(), contact="a@example.org")
    home.house.keys.destroy_period(f"appeals-{home.clock.now():%Y-%m}")
    words = home.house.appeals.read.show(BEA, appeal.id)["words"]
    assert words == {"text": "", "has_contact": False, "new_facts": False}


def test_whoever_works_alone_decides_a_day_later_and_it_is_recorded_as_that(office: AppealOffice) -> None:
    """P3: never as two people; blind to what they said."""
    home = office.home
    home.house.profile.write(replace(home.house.profile.read(), people="solo"))
    appeal = office.take(office.grave())
    with pytest.raises(NotForYou, match="a day after"):
        office.claim(appeal, ADA)
    home.clock.advance(hours=25)
    assert not office.decide(appeal, ADA, Outcome.OVERTURNED).is_decided
    assert home.house.appeals.read.show(ADA, appeal.id)["answers"] == []
    home.clock.advance(hours=25)
    given = office.decide(appeal, ADA, Outcome.OVERTURNED)
    assert given.appeal.ended is not None
    assert given.appeal.ended.is_single_operator
    assert home.kinds(item_of(home, "post")) == set()


def test_the_policy_of_then_is_shown_when_it_has_changed_since(office: AppealOffice) -> None:
    """What a version said is kept when it is first used; of one that nobody kept it is told that nobody did."""
    home = office.home
    appeal = office.take(office.spam())
    assert home.house.appeals.keep_texts() > 0
    assert home.house.appeals.keep_texts() == 0
    read = home.house.appeals.read
    now = read.show(BEA, appeal.id)["decision_shown"]["policy"]
    later = replace(read, policy=replace(home.house.policy, version="later"))
    then = later.show(BEA, appeal.id)["decision_shown"]["policy"]
    assert (now["is_current"], then["is_current"]) == (True, False)
    assert then["title"] == now["title"]
    assert then["adult"] == now["adult"]


def test_an_appeal_is_followed_by_its_clock_to_the_end(office: AppealOffice) -> None:
    """It stops with the outcome, and not before."""
    home = office.home
    appeal = office.take(office.grave())
    clocks = home.house.appeals.read.clocks
    assert [each.is_running for each in clocks.of(ClockSubject.APPEAL, [appeal.id])[appeal.id]] == [True]
    office.decide(appeal, BEA, Outcome.UPHELD)
    assert [each.is_running for each in clocks.of(ClockSubject.APPEAL, [appeal.id])[appeal.id]] == [True]
    office.decide(appeal, CYD, Outcome.UPHELD)
    assert [each.is_running for each in clocks.of(ClockSubject.APPEAL, [appeal.id])[appeal.id]] == [False]


def test_the_queue_says_what_is_for_whom(office: AppealOffice, home: Home) -> None:
    """Open ones, oldest first, each with whether whoever looks may decide it; all of them when asked."""
    one, two = office.take(office.spam()), office.take(office.spam("other", "bob", by=BEA), "bob")
    queue = home.house.appeals.read.queue(BEA, "", 10)
    assert [(each["id"], each["for_you"]) for each in queue] == [(one.id, True), (two.id, False)]
    office.decide(one, BEA, Outcome.UPHELD)
    assert [each["id"] for each in home.house.appeals.read.queue(BEA, "", 10)] == [two.id]
    assert len(home.house.appeals.read.queue(BEA, "", 10, everything=True)) == 2
