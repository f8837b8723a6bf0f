"""Take decisions back within their window: what leaves before its end, what comes back, and who may."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import make
from answering import ADA as ADA_HERSELF
from answering import BEA, REVIEWER, Office
from flows.test_decide import ACTOR, ADA, BEN, K, account_of, answer, asked, item_of, measures, on
from flows.test_deliver import URL, deliver, told
from make import Home, md5, photo
from tutela.adapters.db import tables as t
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.twins.webhooks import ReceiverTwin
from tutela.core.case_states import CaseState
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import DecisionId
from tutela.core.measures import Subject
from tutela.core.plans import Answer
from tutela.core.reversals import Reversal
from tutela.errors import AlreadyReversed, Conflict, NotForYou, TooLateToUndo, UnknownDecision
from tutela.flows.reverse import Reversed
from tutela.ports.changes import FeedPlace

WINDOW = 10
"""Seconds until things are told: nine to take them back, and the pause."""
WRONG = Facts("mistaken")


@pytest.fixture
def home(database_url: str, tmp_path: Path, scanner: ChildScanner) -> Iterator[Home]:
    """Yield a house with a window of ten seconds; what is stored agrees with its audit at the end."""
    with make.house(tmp_path, scanner, url=database_url, undo_seconds=WINDOW - 1) as built:
        yield built
        assert built.house.verify().breaches == ()


@pytest.fixture
def twin(home: Home) -> ReceiverTwin:
    """Put receivers in memory in the place of the network."""
    home.house.sender = ReceiverTwin()
    return home.house.sender


def settled(home: Home) -> None:
    """Let so much time pass that what was done before bounds no window."""
    home.clock.advance(seconds=WINDOW + 1)


def spam(home: Home, name: str = "post", by: Decider = ADA) -> DecisionId:
    """Have somebody remove an item."""
    return home.house.decide(asked(on("item", name, K.REMOVE), parts=ACTOR, decider=by)).decision.id


def reverse(home: Home, decision_id: DecisionId, by: Decider = ADA) -> Reversed:
    """Have somebody reverse a decision."""
    return home.house.reverse(Reversal(decision_id, WRONG, by))


def undo(home: Home, decision_id: str, by: Decider = ADA) -> Any:
    """Have somebody take a decision back."""
    return home.house.take_back(by, decision_id)


def statements(home: Home, name: str = "alice") -> list[str]:
    """Return what an account may be told by now."""
    with home.house.store.read() as reader:
        account = reader.accounts_by_platform_id([name])[name]
        return [each.code.value for each in reader.statements_told(account.id, home.clock.now(), 100)]


def count(home: Home, table: Any) -> int:
    """Return how many rows a table has."""
    with home.house.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def snapshot(home: Home, *names: str) -> Any:
    """Return all that holds on items and their author, in words that no identifier is part of, and the answers."""
    subjects = [account_of(home, "alice"), *(item_of(home, name) for name in names)]
    held = {each: sorted(m.id for m in measures(home, each) if m.holds_at(home.clock.now())) for each in subjects}
    with home.house.store.read() as reader:
        account = reader.accounts_by_platform_id(["alice"])["alice"]
        cases = {key: (case.id, case.state, case.holder) for key, case in reader.open_cases([account.id]).items()}
        strikes = [each for each in reader.strikes([account.id])[account.id] if each.reversed_by is None]
    return held, {name: home.answer(name) for name in names}, cases, strikes


# --------------------------------------------------------------------------------------------------------- what leaves


@pytest.mark.both_databases
def test_what_hides_holds_at_once_and_what_it_tells_leaves_after_the_window(home: Home, twin: ReceiverTwin) -> None:
    """Reads and the feed know it at once; the person concerned and the webhook hear of it when the window has ended."""
    home.submit("post", author="alice", text="buy now")
    home.house.keep_webhooks.add("forum", URL, "key_1")
    settled(home)
    made = home.house.decide(asked(on("item", "post", K.REMOVE), parts=ACTOR))

    assert home.kinds(item_of(home, "post")) == {"remove"}
    with home.house.store.read() as reader:
        assert "post" in {each.platform_id for each in reader.changes(FeedPlace(), 100).changes}
    assert made.written.window is not None
    assert made.written.window.until - home.clock.now() == timedelta(seconds=WINDOW)
    assert (deliver(home), statements(home)) == (0, [])
    home.clock.advance(seconds=WINDOW - 1)
    assert (deliver(home), statements(home)) == (0, [])
    home.clock.advance(seconds=1)
    assert (deliver(home), sorted(statements(home))) == (1, ["account_warned", "item_removed"])
    assert "post" in told(twin.came[URL])[0]
    assert deliver(home) == 0


def test_what_a_reversal_shows_again_is_shown_after_its_window(home: Home, twin: ReceiverTwin) -> None:
    """What hid it goes on until then by a measure that ends with the window, and nothing has to run at that moment."""
    home.submit("post", author="alice", text="buy now")
    settled(home)
    decision_id = spam(home)
    settled(home)
    home.house.keep_webhooks.add("forum", URL, "key_1")
    done = reverse(home, decision_id)

    assert home.kinds(item_of(home, "post")) == {"remove"}
    assert (deliver(home), "decision_reversed" in statements(home)) == (0, False)
    [lingering] = measures(home, item_of(home, "post"))
    assert done.changeset.window is not None
    assert (lingering.kind, lingering.ends_at) == (K.REMOVE, done.changeset.window.until)
    home.clock.advance(seconds=WINDOW)
    assert home.kinds(item_of(home, "post")) == set()
    assert (deliver(home), "decision_reversed" in statements(home)) == (1, True)
    assert twin.came[URL]


def test_what_a_machine_hides_is_told_within_a_window_whatever_people_decide(home: Home, twin: ReceiverTwin) -> None:
    """Decisions about the same account every few seconds push its change on in the feed, and never past that."""
    picture = home.upload(photo())
    home.list(md5(picture))
    home.house.feed_indexes()
    for number in range(8):
        home.submit(f"p{number}", author="alice", text="buy now")
    home.house.keep_webhooks.add("forum", URL, "key_1")
    settled(home)
    hidden_at = home.clock.now()
    home.submit("known", picture, author="alice")
    for number in range(4):
        home.clock.advance(seconds=3)
        if home.clock.now() - hidden_at >= timedelta(seconds=WINDOW):
            break
        made = home.house.decide(
            asked(on("item", f"p{number}", K.REMOVE), on("account", "alice", K.NO_ADS), parts=ACTOR)
        )
        assert made.written.window is not None
        assert made.written.window.until <= hidden_at + timedelta(seconds=WINDOW)
        deliver(home)
    home.clock.set(hidden_at + timedelta(seconds=WINDOW))
    deliver(home)

    heard = {name for names in told(twin.came[URL]) for name in names}
    assert {"known", "alice"} <= heard


def test_what_waits_for_a_window_is_neither_lost_nor_reordered(home: Home, twin: ReceiverTwin) -> None:
    """A change behind it waits as well, one before it does not, and the cursor goes on without a gap."""
    home.list(md5(home.upload(photo("china"))), md5(home.upload(photo("flower"))))
    home.house.feed_indexes()
    home.submit("two", author="alice", text="buy now")
    home.house.keep_webhooks.add("forum", URL, "key_1")
    settled(home)
    sealed(home, "one", "china")
    home.clock.advance(seconds=1)
    home.house.decide(asked(on("item", "two", K.LIMIT_REACH)))
    sealed(home, "three", "flower")
    deliver(home)
    [first] = told(twin.came[URL])
    assert {"one"} <= set(first)
    assert not {"two", "three"} & set(first)
    home.clock.advance(seconds=WINDOW)
    deliver(home)
    batches = told(twin.came[URL])

    names = [name for names in batches for name in names if name in {"one", "two", "three"}]
    assert list(dict.fromkeys(names)) == ["one", "two", "three"]
    places = [json.loads(post.body)["data"] for post in twin.came[URL]]
    assert [each["after"] for each in places[1:]] == [each["next"] for each in places[:-1]]
    seqs = [change["seq"] for each in places for change in each["changes"]]
    assert seqs == sorted(seqs)


def sealed(home: Home, name: str, picture: str) -> None:
    """Have a machine hide something new."""
    home.submit(name, home.upload(photo(picture)), author=name)


# ------------------------------------------------------------------------------------------------------ what comes back


def test_a_decision_taken_back_leaves_what_was(home: Home, twin: ReceiverTwin) -> None:
    """Measures, answers, strikes, cases, drafts and statements; the audit has both, and the other decision stands."""
    picture = home.upload(photo())
    home.submit("post", picture, author="alice")
    home.submit("other", author="alice", text="buy now")
    home.house.keep_webhooks.add("forum", URL, "key_1")
    settled(home)
    spam(home, "other", BEN)
    settled(home)
    deliver(home)
    heard, drafts, before = len(statements(home)), count(home, t.report_drafts), snapshot(home, "post", "other")
    made = home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR))
    assert snapshot(home, "post", "other") != before
    home.clock.advance(seconds=WINDOW - 2)
    done = undo(home, made.decision.id)

    held, answers, cases, strikes = snapshot(home, "post", "other")
    assert (held, answers, strikes) == (before[0], before[1], before[3])
    assert {key: each for key, each in cases.items() if each[1] is not CaseState.OPEN} == {}
    assert set(cases) == set(before[2])
    assert count(home, t.report_drafts) == drafts
    assert home.kinds(Subject.media(picture.id)) == set()
    home.clock.advance(hours=2)
    assert len(statements(home)) == heard, "nobody is ever told"
    assert done.decision is not None
    with home.house.store.read() as reader:
        assert reader.reversed([made.decision.id]) == {made.decision.id: done.decision.id}


def test_a_reversal_taken_back_stands_as_if_never_asked_for(home: Home) -> None:
    """The decision it reversed stands again with its own measures, and two people are asked for anew."""
    home.submit("post", home.upload(photo()), author="alice")
    settled(home)
    made = home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR))
    settled(home)
    before = snapshot(home, "post")
    assert reverse(home, made.decision.id).proposal is not None
    done = reverse(home, made.decision.id, BEN)
    assert done.proposal is None
    home.clock.advance(seconds=3)
    assert home.is_absent("post")
    undo(home, done.changeset.decisions[0].id, BEN)

    assert snapshot(home, "post") == before
    home.clock.advance(hours=1)
    assert home.is_absent("post")
    with home.house.store.read() as reader:
        assert reader.reversed([made.decision.id]) == {}
    again = reverse(home, made.decision.id, BEN)
    assert again.proposal is None, "what the first person proposed is there as before"
    home.clock.advance(seconds=WINDOW)
    assert not home.is_absent("post")


def test_a_replacement_taken_back_gives_the_replaced_one_its_place(home: Home) -> None:
    """What it ended holds again under its own identifiers."""
    home.submit("post", author="alice", text="buy now")
    settled(home)
    first = spam(home)
    settled(home)
    before = snapshot(home, "post")
    second = home.house.decide(asked(on("item", "post", K.LIMIT_REACH), parts=ACTOR, replaces=first)).decision.id
    undo(home, second)

    assert snapshot(home, "post") == before
    settled(home)
    assert home.kinds(item_of(home, "post")) == {"remove"}
    assert reverse(home, first).proposal is None


def test_taking_back_ones_own_lifts_nothing_that_others_hold(home: Home) -> None:
    """P3: what a match sealed before, and what somebody found after, holds on; a reversal would have taken two."""
    picture = home.upload(photo())
    home.list(md5(picture))
    home.house.feed_indexes()
    home.submit("post", picture, author="alice")
    settled(home)
    before = snapshot(home, "post")
    mine = home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR)).decision.id
    home.clock.advance(seconds=1)
    theirs = home.house.decide(
        asked(on("item", "post", K.REMOVE), clause="house.conduct", parts=ACTOR, decider=BEN)
    ).written.measures
    home.clock.advance(seconds=1)
    undo(home, mine)

    assert home.is_absent("post")
    held = {each.id for each in measures(home, item_of(home, "post"))}
    assert held >= {each.id for each in theirs if each.subject == item_of(home, "post")}
    assert held >= set(before[0][item_of(home, "post")])
    assert home.answer("post") is Answer.REFUSE


@pytest.mark.both_databases
def test_what_machines_derived_meanwhile_goes_with_it(home: Home) -> None:
    """P11: a copy that was sealed only because of it is there again."""
    picture = home.upload(photo())
    home.submit("post", picture, author="alice")
    settled(home)
    mine = home.house.decide(asked(*answer("post", "alice"), clause="cse.depiction", parts=ACTOR)).decision.id
    home.house.feed_indexes()
    copy = home.submit("copy", home.upload(photo()), author="bob")
    assert (copy.answer, home.is_absent("copy")) == (Answer.REFUSE, True)
    done = undo(home, mine)

    assert copy.decision_id in done.plan.overturned
    assert not home.is_absent("copy")
    home.house.feed_indexes()
    assert home.submit("later", home.upload(photo(quality=60)), author="carol").answer is Answer.PUBLISH


# --------------------------------------------------------------------------------------------------------------- cases


@pytest.mark.parametrize("conclusion", [Conclusion.VIOLATION, Conclusion.NO_VIOLATION])
def test_a_first_answer_taken_back_is_as_if_never_given(home: Home, conclusion: Conclusion) -> None:
    """The case is theirs again, nothing is held by it, and the same person may answer otherwise."""
    office = Office(home)
    office.post(near=True)
    case = office.case()
    office.claim(ADA_HERSELF, case.id)
    settled(home)
    before, held = office.read(case.id), (office.account(), office.item())
    given = office.answer(ADA_HERSELF, case.id, conclusion)
    assert given.state is CaseState.AWAITING_SECOND
    undo(home, given.stored.answer.id, Decider(ADA_HERSELF.id))

    now = office.read(case.id)
    assert (now.state, now.holder, now.until, now.answered_by) == (before.state, before.holder, before.until, ())
    assert now.version > before.version
    assert (office.account(), office.item()) == held
    with home.house.store.read() as reader:
        assert reader.case_answers(case.id) == []
    assert office.answer(ADA_HERSELF, case.id, Conclusion.NO_VIOLATION).state is CaseState.AWAITING_SECOND


def test_a_second_answer_taken_back_waits_for_a_second_again(home: Home) -> None:
    """P3: what two had cleared was never shown, and the first answer stands as it was."""
    office = Office(home)
    office.post(near=True)
    case = office.case()
    office.decide(ADA_HERSELF, case.id, Conclusion.NO_VIOLATION)
    office.claim(BEA, case.id)
    settled(home)
    held = office.account(), office.item()
    given = office.answer(BEA, case.id, Conclusion.NO_VIOLATION)
    assert office.read(case.id).closed_by is not None
    assert home.is_absent("post")
    undo(home, given.stored.answer.id, Decider(BEA.id))

    assert (office.account(), office.item()) == held
    assert office.state(case.id) is CaseState.AWAITING_SECOND
    settled(home)
    home.house.enact_settled()
    assert home.is_absent("post")
    with home.house.store.read() as reader:
        assert [each.answer.by for each in reader.case_answers(case.id)] == [ADA_HERSELF.id]
        assert reader.settlements_of(case.id) == []


def test_what_takes_two_commits_waits_for_the_window_before_the_second(home: Home) -> None:
    """What ends a suspicion after a removal shows nothing again while the answer may be taken back."""
    office = Office(home)
    office.post()
    case = office.case()
    office.decide(ADA_HERSELF, case.id, Conclusion.AGE_INDETERMINATE)
    office.claim(BEA, case.id)
    settled(home)
    given = office.answer(BEA, case.id, Conclusion.AGE_INDETERMINATE)
    home.house.enact_settled()
    assert office.read(case.id).closed_by is None
    settled(home)
    home.house.enact_settled()

    assert given.settlement.answer is not None
    assert office.read(case.id).closed_by is not None


def test_nobody_takes_back_what_another_has_gone_on_from(home: Home) -> None:
    """The second has claimed it: it is told what changed, and nothing was undone."""
    office = Office(home)
    office.post(near=True)
    case = office.case()
    given = office.decide(ADA_HERSELF, case.id, Conclusion.VIOLATION)
    office.claim(BEA, case.id)
    with pytest.raises(Conflict, match="gone on") as caught:
        undo(home, given.stored.answer.id, Decider(ADA_HERSELF.id))

    assert case.id in (caught.value.remedy or "")
    assert office.state(case.id) is CaseState.CLAIMED_SECOND
    assert REVIEWER.id not in office.read(case.id).answered_by


# ------------------------------------------------------------------------------------------------------------- who may


def test_who_may_and_until_when(home: Home) -> None:
    """Only whoever decided, once, and before the end; then a reversal is named."""
    home.submit("post", author="alice", text="buy now")
    settled(home)
    first = spam(home)
    with pytest.raises(NotForYou, match="whoever decided"):
        undo(home, first, BEN)
    done = undo(home, first)
    with pytest.raises(AlreadyReversed):
        undo(home, first)
    with pytest.raises(TooLateToUndo):
        undo(home, done.decision.id)
    settled(home)
    second = spam(home)
    home.clock.advance(seconds=WINDOW - 1)
    with pytest.raises(TooLateToUndo) as caught:
        undo(home, second)
    assert statements(home) == [], "neither taken back nor told, for a moment"
    assert f"POST /v1/decisions/{second}/reversal" in (caught.value.remedy or "")
    with pytest.raises(UnknownDecision):
        undo(home, "dec_none")
    third = reverse(home, second, BEN)
    with pytest.raises(TooLateToUndo):
        undo(home, second)
    assert third.proposal is None


def test_what_others_reversed_within_the_window_is_theirs(home: Home) -> None:
    """It is told by which decision."""
    home.submit("post", author="alice", text="buy now")
    settled(home)
    first = spam(home)
    by = reverse(home, first, BEN).changeset.decisions[0].id
    with pytest.raises(AlreadyReversed) as caught:
        undo(home, first)
    assert by in (caught.value.remedy or "")


def test_without_a_window_nothing_waits(tmp_path: Path, scanner: ChildScanner) -> None:
    """With `undo_seconds` at 0 all leaves at once, and nothing is taken back."""
    with make.house(tmp_path, scanner, undo_seconds=0) as home:
        home.submit("post", author="alice", text="buy now")
        first = spam(home)
        assert sorted(statements(home)) == ["account_warned", "item_removed"]
        with pytest.raises(TooLateToUndo, match="never had one"):
            undo(home, first)
