"""What is kept of appeals, on both databases: one open, versions, answers, misuse, who had a part, and clocks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

import make
from make import AT, Desk
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.appeal_rows import appeal_row
from tutela.adapters.db.appeal_tables import appeals
from tutela.adapters.db.appeals import DatabasePolicyTexts
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.clocks import DatabaseClocks
from tutela.adapters.db.engine import write_transaction
from tutela.adapters.twins.clock import SetClock
from tutela.core.appeals.appeal import Appeal, AppealAnswer, Ended, moved
from tutela.core.appeals.misuse import ConductNote, ConductStep, Criteria, Weight
from tutela.core.appeals.states import AppealMove, AppealState, Outcome
from tutela.core.clocks import ClockFacts, ClockSubject, clocks_for
from tutela.core.findings import Facts
from tutela.core.ids import AppealId, ClauseId, MeasureId
from tutela.errors import Conflict
from tutela.ports.appeals import AppealChanges, AppealFilter, AppealMoved, ClauseText, NewAppeal, SealedWords
from tutela.ports.decisions import Proposal

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


def opened(desk: Desk, **fields: Any) -> Appeal:
    """Store an account, a decision of a person about it, and an appeal against that."""
    account, decision = make.account(), make.decision(is_automated=False, decided_by="per_ann")
    desk.commit(accounts=(account,), decisions=(decision,))
    made = Appeal(AppealId(make.new_id("appeal")), decision.id, account.id, AT, AppealState.RECEIVED)
    return take(desk, replace(made, **fields))


def take(desk: Desk, appeal: Appeal, words: SealedWords | None = None) -> Appeal:
    """Store an appeal."""
    begun = clocks_for(ClockSubject.APPEAL, ClockFacts(appeal.opened_at))
    desk.commit(appeals=AppealChanges(opened=(NewAppeal(appeal, words, begun),)))
    return appeal


def move(desk: Desk, before: Appeal, after: Appeal, *answers: AppealAnswer) -> Appeal:
    """Store a move."""
    desk.commit(appeals=AppealChanges(moves=(AppealMoved(before, after, AT + HOUR),), answers=answers))
    return after


def read(desk: Desk, appeal: Appeal) -> Appeal:
    """Return an appeal as it is stored."""
    with desk.store.read() as reader:
        return reader.appeals([appeal.id])[appeal.id]


def answer(appeal: Appeal, by: str, place: int = 1) -> AppealAnswer:
    """Return what somebody came to."""
    ends = (MeasureId("msr_1"), MeasureId("msr_2"))
    return AppealAnswer(
        appeal.id, place, by, AT + HOUR, Outcome.PARTLY, Facts("context", "a line"), ends,
        is_senior=True, salt=b"s" * 32
    )  # fmt: skip


def test_an_appeal_is_kept_as_it_is_with_its_words_and_its_clock(desk: Desk) -> None:
    """Every field, also once it has ended; then its clock has stopped."""
    appeal = opened(desk, language="de", channel="email", way="link", has_new_facts=True, window_ends_at=AT + HOUR)
    assert read(desk, appeal) == appeal
    claimed = move(desk, appeal, moved(appeal, AppealMove.CLAIM, "per_bea", AT + HOUR))
    assert read(desk, appeal) == claimed
    ended = Ended(Outcome.UPHELD, AT + HOUR, "per_bea", "per_cyd", is_single_operator=True, is_unfounded=True)
    gone = move(
        desk, claimed, moved(claimed, AppealMove.DECIDE, "per_bea", AT + HOUR, ended=ended), answer(appeal, "x")
    )
    assert read(desk, appeal) == gone
    clocks = DatabaseClocks(desk.engine, ChainWriter("test", SystemEntropy()), SetClock(AT))
    assert [each.is_running for each in clocks.of(ClockSubject.APPEAL, [appeal.id])[appeal.id]] == [False]
    with desk.store.read() as reader:
        assert reader.appeal_answers(appeal.id) == [answer(appeal, "x")]
        assert reader.appeal_words(appeal.id) is None


def test_words_are_kept_sealed(desk: Desk) -> None:
    """As bytes that nobody here opens."""
    first = opened(desk)
    sealed = SealedWords("appeals-2026-03", b"key", b"words")
    move(desk, first, moved(first, AppealMove.WITHDRAW, "", AT))
    again = take(desk, replace(first, id=AppealId(make.new_id("appeal"))), sealed)
    with desk.store.read() as reader:
        assert reader.appeal_words(again.id) == sealed


def test_there_is_one_open_for_each_decision_and_account_whoever_writes(desk: Desk) -> None:
    """The writer says so, and the index behind it; what has ended, or was set aside, is no bar."""
    first = opened(desk)
    second = replace(first, id=AppealId(make.new_id("appeal")))
    with pytest.raises(Conflict, match="opened meanwhile"):
        take(desk, second)
    with pytest.raises(Conflict), write_transaction(desk.engine) as connection:
        connection.execute(insert(appeals), [appeal_row(NewAppeal(second))])
    take(desk, replace(second, state=AppealState.SET_ASIDE))
    move(desk, first, moved(first, AppealMove.WITHDRAW, "", AT))
    take(desk, replace(first, id=AppealId(make.new_id("appeal"))))
    with desk.store.read() as reader:
        found = reader.appeals_against(first.decision_id, first.account_id)
        listed = reader.appeals_page(AppealFilter(account_id=first.account_id, is_open=True), "", 10)
    assert [each.is_open for each in found].count(True) == len(listed) == 1


def test_of_two_moves_from_the_same_version_one_is_made(desk: Desk) -> None:
    """The other one is told to look again."""
    appeal = opened(desk)
    move(desk, appeal, moved(appeal, AppealMove.CLAIM, "per_bea", AT))
    with pytest.raises(Conflict, match="gone on"):
        move(desk, appeal, moved(appeal, AppealMove.CLAIM, "per_cyd", AT))
    assert read(desk, appeal).holder == "per_bea"


def test_who_had_a_part_is_found_and_what_is_overtaken(desk: Desk) -> None:
    """Who decided, who would undo it, who answered an appeal that has ended; nobody else."""
    appeal = opened(desk)
    desk.commit(proposals=(Proposal(appeal.decision_id, "per_pro", AT + HOUR, Facts("x")),))
    with desk.store.read() as reader:
        assert set(reader.involved_in([appeal.decision_id]).people) == {"per_ann", "per_pro"}
        assert reader.involved_in([appeal.decision_id]).people["per_pro"] == AT + HOUR
        assert reader.appeals_overtaken(10, AT) == {}
    claimed = move(desk, appeal, moved(appeal, AppealMove.CLAIM, "per_bea", AT))
    with desk.store.read() as reader:
        assert [each.id for each in reader.appeals_held_by("per_bea", AT)] == [appeal.id]
        assert reader.appeals_held_by("per_bea", AT + timedelta(days=1)) == []
    reversal = make.decision(reverses=appeal.decision_id)
    desk.commit(decisions=(reversal,))
    with desk.store.read() as reader:
        assert reader.appeals_overtaken(10, AT) == {appeal.id: reversal.id}
    ended = Ended(Outcome.UPHELD, AT + HOUR, "per_bea")
    move(desk, claimed, moved(claimed, AppealMove.DECIDE, "per_bea", AT, ended=ended), answer(appeal, "per_bea"))
    with desk.store.read() as reader:
        assert "per_bea" in reader.involved_in([appeal.decision_id])


def test_misuse_is_kept_with_what_was_weighed_and_counted_by_time(desk: Desk) -> None:
    """Repetitions that an outcome answered do not count."""
    appeal = opened(desk)
    ended = Ended(Outcome.UPHELD, AT + HOUR, "per_bea", is_unfounded=True)
    claimed = move(desk, appeal, moved(appeal, AppealMove.CLAIM, "per_bea", AT))
    move(desk, claimed, moved(claimed, AppealMove.DECIDE, "per_bea", AT, ended=ended))
    repeated = Ended(Outcome.UPHELD, AT + 2 * HOUR, None, repeats=appeal.id)
    take(desk, replace(appeal, id=AppealId(make.new_id("appeal")), state=AppealState.DECIDED, ended=repeated))
    weighed = Criteria(1, 1, Weight.LOW, Weight.HIGH, "the same each time")
    note = ConductNote(appeal.account_id, ConductStep.SUSPENDED, AT, "per_bea", weighed, AT + HOUR)
    desk.commit(appeals=AppealChanges(conduct=(note,)))
    with desk.store.read() as reader:
        assert reader.appeal_conduct(appeal.account_id) == [note]
        count = reader.appeal_count(appeal.account_id, AT, AT + HOUR)
        later = reader.appeal_count(appeal.account_id, AT + 2 * HOUR, AT)
    assert (count.decided, count.unfounded, count.unfounded_since) == (1, 1, 0)
    assert (later.decided, later.unfounded) == (0, 0)


def test_what_the_policy_said_is_kept_once(desk: Desk) -> None:
    """A version that is known keeps its words."""
    texts = DatabasePolicyTexts(desk.engine)
    text = ClauseText(ClauseId("house.spam"), "1", "Spam", "No spam.", "Please no spam.")
    assert texts.keep([text], AT) == 1
    assert texts.keep([replace(text, title="otherwise"), replace(text, version="2")], AT + HOUR) == 1
    assert texts.of(ClauseId("house.spam"), "1") == text
    assert texts.of(ClauseId("house.spam"), "3") is None
