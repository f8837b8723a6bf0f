"""What is kept of holds on evidence, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import make
from filed import PRODUCTION, TEST, a_package, opened
from make import AT, Desk
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.finished_reports import DatabaseFinishedReports
from tutela.adapters.db.holds import DatabaseHolds
from tutela.adapters.twins.clock import SetClock
from tutela.core.content import Channel, ChannelKind, EvidenceState
from tutela.core.filing.holds import Hold, HoldSource, preservation
from tutela.core.filing.states import Phase, Receipt, Step
from tutela.core.ids import EvidenceId, HoldId, MediaId
from tutela.errors import Conflict
from tutela.ports.committer import MediaUpdate
from tutela.ports.filings import StepNote
from tutela.ports.holds import HeldContent, HoldChange, HoldStep, Part

DAY = timedelta(days=1)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the test's database."""
    with make.database(database_url) as opened:
        yield opened


@pytest.fixture
def book(desk: Desk) -> DatabaseHolds:
    """Return holds in it."""
    return DatabaseHolds(desk.engine, ChainWriter("test", SystemEntropy()), SetClock(AT))


def held(*names: str, part: Part = Part.NAMED) -> list[HeldContent]:
    """Return contents under a hold."""
    return [HeldContent(EvidenceId(each), part) for each in names]


def police(**fields: datetime | None) -> Hold:
    """Return a hold that police asked for."""
    return replace(Hold(make.new_id("hold"), HoldSource.POLICE, "letter 7", AT, AT + 90 * DAY), **fields)  # type: ignore[arg-type]  # of any field


def change(step: HoldStep = HoldStep.PLACED, at: datetime = AT) -> HoldChange:
    """Return a line of a history."""
    return HoldChange(at, "per_1", step, "as they ask")


def test_a_hold_is_kept_with_what_it_keeps_and_what_was_done_with_it(desk: Desk, book: DatabaseHolds) -> None:
    """Placed, extended, released: each once, each in its history."""
    hold = police()
    assert book.place(hold, held("med_1", "med_2") + held("med_2", "med_3", part=Part.CONTEXT), change())
    stored = book.hold(HoldId(hold.id))
    assert stored is not None
    assert (stored.hold, stored.contents, stored.placed_by) == (hold, 3, "per_1")
    longer = replace(hold, until=AT + 180 * DAY)
    book.change(stored, longer, change(HoldStep.EXTENDED))
    with pytest.raises(Conflict):
        book.change(stored, hold, change(HoldStep.EXTENDED))
    again = book.hold(HoldId(hold.id))
    assert again is not None
    book.change(again, longer, change(HoldStep.RELEASED, AT + DAY))

    assert [each.step for each in book.history(HoldId(hold.id))] == ["placed", "extended", "released"]
    assert [(each.id, each.part) for each in book.contents(HoldId(hold.id), "med_1", 10)] == [
        ("med_2", Part.NAMED), ("med_3", Part.CONTEXT)
    ]  # fmt: skip
    with desk.store.read() as reader:
        [found] = reader.holds_of([EvidenceId("med_3")])[EvidenceId("med_3")]
    assert (found.until, found.is_active(AT + DAY - timedelta(seconds=1)), found.is_active(AT + DAY)) == (
        AT + 180 * DAY, True, False
    )  # fmt: skip


def test_a_report_has_one_hold_however_often_it_is_placed(book: DatabaseHolds) -> None:
    """Two processes that see it finished at once place one."""
    placed = [book.place(preservation(make.new_id("hold"), "rep_1", AT), held("med_1"), change()) for _ in range(3)]

    assert placed == [True, False, False]
    assert len(book.page("", 10)) == 1


def test_only_active_holds_are_listed_and_counted_for_review(desk: Desk, book: DatabaseHolds) -> None:
    """One that has ended needs nobody's look."""
    short, open_ended = police(until=AT + DAY, review_by=AT + DAY), police(until=None, review_by=AT + 2 * DAY)
    for each in (short, open_ended):
        book.place(each, held("med_1"), change())

    assert [each.hold.id for each in book.page("", 10, active_at=AT + 2 * DAY)] == [open_ended.id]
    with desk.store.read() as reader:
        asked = (timedelta(0), DAY - timedelta(seconds=1), DAY, 2 * DAY)
        assert [reader.holds_to_review(AT + each) for each in asked] == [0, 0, 0, 1]


def test_what_lies_beside_an_item_is_found_through_its_conversation(desk: Desk) -> None:
    """Other media of the item, and of what was said in the same place; nothing from elsewhere."""
    by = make.account()
    shown, beside, said, other = (make.media(f"{number}") for number in range(4))
    talk = Channel(ChannelKind.PRIVATE, conversation="talk 1")
    items = [
        make.item(by, shown, beside, channel=talk),
        make.item(by, said, channel=talk),
        make.item(by, other, channel=Channel(ChannelKind.PRIVATE, conversation="talk 2")),
        make.item(by, other),
    ]
    desk.commit(accounts=(by,), media=(shown, beside, said, other), items=tuple(make.stored(each) for each in items))

    with desk.store.read() as reader:
        assert set(reader.media_around([items[0].id], 10)) == {shown.id, beside.id, said.id}
        assert reader.media_around([items[3].id], 10) == [other.id]
        assert len(reader.media_around([items[0].id], 2)) == 2
        assert reader.media_around([], 10) == []


def test_what_is_held_outlives_the_transient_period(desk: Desk, book: DatabaseHolds) -> None:
    """As long as the hold is active, and no longer."""
    kept, free = (make.media(name, evidence=EvidenceState.RECEIVED, content_id=name * 32) for name in "ab")
    desk.commit(media=(kept, free))
    book.place(police(), held(kept.id), change())

    def over(now: datetime) -> set[MediaId]:
        with desk.store.read() as reader:
            return {each.id for each in reader.media_received_before(AT + DAY, 10, now=now)}

    assert over(AT + 2 * DAY) == {free.id}
    assert over(AT + 90 * DAY) == {kept.id, free.id}
    with desk.store.read() as reader:
        assert [each.id for each in reader.held_unsealed(AT, 10)] == [kept.id]
        assert reader.media_of_contents(["a" * 32, "f" * 32]) == {"a" * 32: kept.id}


@pytest.mark.parametrize("state", [EvidenceState.NONE, EvidenceState.REPORT_ONLY])
def test_a_hold_that_was_placed_since_the_page_was_read_wins(
    desk: Desk, book: DatabaseHolds, state: EvidenceState
) -> None:  # fmt: skip
    """Bytes whose time is over stay; those that may not be kept at all go under a hold as well."""
    media = make.media("a", evidence=EvidenceState.RECEIVED, content_id="a" * 32)
    desk.commit(media=(media,))
    update = MediaUpdate(replace(media, evidence=state, content_id=None), before=media)
    placed = police(until=None, review_by=AT + DAY)
    book.place(placed, held(media.id), change())

    if state is EvidenceState.NONE:
        with pytest.raises(Conflict, match="held"):
            desk.commit(media_updates=(update,))
        stored = book.hold(HoldId(placed.id))
        assert stored is not None
        book.change(stored, placed, change(HoldStep.RELEASED))
    desk.commit(media_updates=(update,))
    with desk.store.read() as reader:
        assert reader.media_by_id([media.id])[media.id].content_id is None


def test_a_report_that_was_finished_in_production_is_told_until_it_has_its_hold(
    database_url: str, tmp_path: Path
) -> None:
    """With its files and its cases; a test, and one on its way, never are."""
    with opened(database_url, "one", tmp_path) as process:
        drafts = [process.draft(package=a_package([b"hill"])) for _ in range(3)]
        for draft, environment in zip(drafts, (PRODUCTION, TEST, PRODUCTION), strict=True):
            process.approve(draft, [("c" * 32, 4)], environment)
        for environment in (PRODUCTION, TEST):
            held_one = process.claimed(environment)
            done = replace(held_one.filing, phase=Phase.FINISHED, report_id="9", receipt=Receipt("9", AT + DAY, ("f",)))
            process.filings.store(held_one, done, StepNote(AT, "finish.done", Step.FINISH))
        finished, book = (
            DatabaseFinishedReports(process.engine),
            DatabaseHolds(process.engine, ChainWriter("test", SystemEntropy()), process.clock),
        )

        [told] = finished.unpreserved(10)
        book.place(preservation(make.new_id("hold"), told.id, told.finished_at), held("c" * 32), change())

        assert told.id in {drafts[0].id, drafts[2].id}
        assert (told.contents, told.finished_at) == (("c" * 32,), AT + DAY)
        assert len(told.case_ids) == 1
        assert finished.unpreserved(10) == []
