"""Where a window ends: too late, twice, in bulk, with clocks that are wrong, and when it is forgotten."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import make
from answering import ADA as ADA_HERSELF
from answering import Office
from flows.test_decide import ACTOR, ADA, BEN, K, asked, item_of, on
from flows.test_deliver import URL, deliver
from make import Home, submission
from tutela.adapters.db.undo_tables import undo_windows
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.twins.webhooks import ReceiverTwin
from tutela.core.bulks import BulkAsk, BulkMeasure
from tutela.core.conclusions import Conclusion
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId, DecisionId
from tutela.core.reversals import Reversal
from tutela.core.roles import Role
from tutela.core.undo_windows import FORGOTTEN_AFTER, PAUSE
from tutela.errors import AlreadyReversed, Conflict, TooLateToUndo, TutelaError, UnknownDecision
from tutela.flows.bulk import AskedInBulk
from tutela.flows.find_items import AskedFilter
from tutela.ports.committer import Changeset
from tutela.ports.undo import Undoing

SECONDS = 9
WHOLE = timedelta(seconds=SECONDS) + PAUSE


@pytest.fixture
def home(database_url: str, tmp_path: Path, scanner: ChildScanner) -> Iterator[Home]:
    """Yield a house with windows; what is stored agrees with its audit at the end."""
    with make.house(tmp_path, scanner, url=database_url, undo_seconds=SECONDS) as built:
        yield built
        assert built.house.verify().breaches == ()


@pytest.fixture
def posted(home: Home) -> DecisionId:
    """Have a post removed a moment ago that was there for a minute, with a webhook that waits."""
    home.house.sender = ReceiverTwin()
    home.submit("post", author="alice", text="buy now")
    home.house.keep_webhooks.add("forum", URL, "key_1")
    home.clock.advance(minutes=1)
    return home.house.decide(asked(on("item", "post", K.REMOVE), parts=ACTOR)).decision.id


def undo(home: Home, decision_id: str) -> Any:
    """Take a decision back."""
    return home.house.take_back(ADA, decision_id)


def windows(home: Home) -> int:
    """Return how many windows are kept."""
    with home.house.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(undo_windows)).scalar_one())


# -------------------------------------------------------------------------------------------------------------- twice


def test_a_second_undo_is_told_by_what_the_first_was_done(home: Home, posted: DecisionId) -> None:
    """It changes nothing, and names the decision that the first answer named."""
    done = undo(home, posted)
    with pytest.raises(AlreadyReversed, match="taken back already") as again:
        undo(home, posted)

    assert done.decision is not None
    assert done.decision.id in (again.value.remedy or "")


def test_an_answer_taken_back_twice_is_told_so(home: Home) -> None:
    """Where nothing had been decided there is no decision to read."""
    office = Office(home)
    office.post(near=True)
    home.clock.advance(minutes=1)
    given = office.decide(ADA_HERSELF, office.case().id, Conclusion.NO_VIOLATION).stored.answer
    by = Decider(ADA_HERSELF.id)
    home.house.take_back(by, given.id)
    with pytest.raises(AlreadyReversed, match="taken back already"):
        home.house.take_back(by, given.id)


@pytest.mark.both_databases
def test_of_several_at_once_one_takes_it_back(home: Home, posted: DecisionId) -> None:
    """All others are told that it was, whichever came first."""
    outcomes: list[Any] = []
    gate = threading.Barrier(4)

    def press() -> None:
        gate.wait()
        try:
            outcomes.append(undo(home, posted))
        except TutelaError as refused:
            outcomes.append(refused)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sum(isinstance(each, AlreadyReversed) for each in outcomes) == 3
    assert home.kinds(item_of(home, "post")) == set()


# ----------------------------------------------------------------------------------------------------------- too late


def test_what_waited_for_its_turn_too_long_is_not_written(home: Home, posted: DecisionId) -> None:
    """Planned in time and written when somebody may have been told: refused where it is written."""
    with home.house.store.read() as reader:
        window = reader.undo_window(posted)
    assert window is not None
    undoing = Changeset(undoing=Undoing(window, home.clock.now(), None))
    home.clock.set(window.until - PAUSE / 2)
    with pytest.raises(Conflict):
        home.house.committer.commit(undoing)

    assert home.kinds(item_of(home, "post")) == {"remove"}


def test_between_the_last_undo_and_the_first_word_is_a_pause(home: Home, posted: DecisionId) -> None:
    """No moment in which both may happen, however long a commit takes and whichever of two clocks is read."""
    home.clock.advance(seconds=SECONDS)
    assert deliver(home) == 0
    with pytest.raises(TooLateToUndo):
        undo(home, posted)
    home.clock.advance(seconds=PAUSE.total_seconds())
    assert deliver(home) == 1


def test_what_a_webhook_has_told_is_not_taken_back_by_a_clock_that_is_set_back(home: Home, posted: DecisionId) -> None:
    """It was told: that is in the database, whatever the time is now."""
    decided_at = home.clock.now()
    home.clock.advance(seconds=WHOLE.total_seconds())
    assert deliver(home) == 1
    home.clock.set(decided_at + timedelta(seconds=1))
    with pytest.raises(TooLateToUndo):
        undo(home, posted)


def test_a_webhook_that_is_added_within_a_window_has_told_nothing(home: Home, posted: DecisionId) -> None:
    """It begins behind the decision, and nobody heard of that by it."""
    home.house.keep_webhooks.add("other", "https://other.example/hook", "key_1")
    assert undo(home, posted).decision is not None


def test_a_clock_that_is_set_back_holds_webhooks_back_no_longer_than_a_minute(home: Home, posted: DecisionId) -> None:
    """What began in the future is over: nothing waits for an hour, and nothing told then is taken back."""
    decided_at = home.clock.now()
    home.clock.set(decided_at - timedelta(seconds=5))
    assert deliver(home) == 0, "as two clocks may differ"
    home.clock.set(decided_at - timedelta(hours=1))
    assert deliver(home) == 1
    with pytest.raises(TooLateToUndo):
        undo(home, posted)


# ------------------------------------------------------------------------------------------------------------ in bulk


def test_what_was_decided_in_bulk_is_cancelled_or_reversed(home: Home) -> None:
    """Told in a sentence, with the calls that do it."""
    home.submit_all(*[submission(f"bulk-{number}", author="bob", tags=("bulk",)) for number in range(3)])
    ask = BulkAsk(ClauseId("house.spam"), Facts("found"), (BulkMeasure(K.REMOVE),), Role.ACTOR)
    bulk = home.house.decide_in_bulk(AskedInBulk(ask, ADA, where=AskedFilter(tag="bulk")), 3)
    home.house.run_bulks()
    with home.house.store.read() as reader:
        decided = next(each.decision_id for each in reader.bulk_items(bulk.id, 0, 10) if each.decision_id)
    with pytest.raises(TooLateToUndo, match="bulk") as refused:
        undo(home, decided)

    assert f"/v1/decisions/bulk/{bulk.id}/cancel" in (refused.value.remedy or "")
    assert f"/v1/decisions/{decided}/reversal" in (refused.value.remedy or "")


def test_a_bulk_within_a_window_neither_has_one_nor_ends_it(home: Home, posted: DecisionId) -> None:
    """What it did to the same account stays when the decision before it is taken back."""
    home.submit("bulk-1", author="alice", tags=("bulk",), text="words")
    ask = BulkAsk(ClauseId("house.spam"), Facts("found"), (BulkMeasure(K.REMOVE),), Role.ACTOR)
    home.house.decide_in_bulk(AskedInBulk(ask, BEN, where=AskedFilter(tag="bulk")), 1)
    home.house.run_bulks()
    undo(home, posted)

    assert home.kinds(item_of(home, "post")) == set()
    assert home.kinds(item_of(home, "bulk-1")) == {"remove"}


# ------------------------------------------------------------------------------------------------------------ forgotten


def test_windows_that_are_over_are_forgotten_when_nothing_refers_to_them(home: Home, posted: DecisionId) -> None:
    """Not before a day; what is asked of a forgotten one is too late, and no unknown."""
    home.clock.advance(seconds=FORGOTTEN_AFTER.total_seconds())
    assert home.house.forget_windows() == 0
    home.clock.advance(seconds=WHOLE.total_seconds() + 1)
    assert (home.house.forget_windows(), windows(home)) == (1, 0)
    with pytest.raises(TooLateToUndo, match="no window any more"):
        undo(home, posted)
    assert home.house.reverse(Reversal(posted, Facts("mistaken"), ADA)).proposal is None


def test_what_was_taken_back_and_what_lingered_is_kept_for_whoever_verifies(home: Home, posted: DecisionId) -> None:
    """By the first drafts and answers may be gone, by the second a measure ends when nobody decided that."""
    undo(home, posted)
    home.clock.advance(minutes=1)
    again = home.house.decide(asked(on("item", "post", K.REMOVE), parts=ACTOR)).decision.id
    home.clock.advance(minutes=1)
    home.house.reverse(Reversal(again, Facts("mistaken"), ADA))
    assert windows(home) == 3
    home.clock.advance(days=2)

    assert (home.house.forget_windows(), windows(home)) == (1, 2)
    assert home.house.verify().breaches == ()


@pytest.mark.both_databases
def test_an_answer_whose_window_is_forgotten_is_too_late_and_an_unknown_one_unknown(home: Home) -> None:
    """Neither says that it was never given, nor that it was."""
    office = Office(home)
    office.post(near=True)
    home.clock.advance(minutes=1)
    given = office.decide(ADA_HERSELF, office.case().id, Conclusion.NO_VIOLATION).stored.answer
    home.clock.advance(days=2)
    assert home.house.forget_windows() == 1
    with pytest.raises(TooLateToUndo):
        undo(home, given.id)
    with pytest.raises(UnknownDecision):
        undo(home, "ans_none")
