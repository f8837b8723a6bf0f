"""A report and what was written for it lie under one key: they are held together, and they end together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.test_destructions import ANN, AT, BEN, close_cases, decide, sealed, the_transient_keys_end
from make import Home, photo
from preserved import approved, drafted, files_of, finish, finished
from tutela.bootstrap.preserving import open_end_unfiled_reports, open_preserve_reported
from tutela.core.content import Media
from tutela.core.filing.certificates import read_certificate
from tutela.core.filing.destruction import Fate, Order
from tutela.core.filing.destructions import DestructionState
from tutela.core.filing.holds import HoldSource
from tutela.core.filing.report_key import report_of, report_period
from tutela.core.filing.states import Environment
from tutela.core.ids import EvidenceId, HoldId, ReportId
from tutela.errors import BadInput, StillKept, UnknownMedia, UnknownReport
from tutela.flows.draw_up_report import CONTENT, seal_written
from tutela.flows.find_orphans import FindOrphans, Loss
from tutela.flows.keep_holds import NewHold
from tutela.flows.preserve import evidence_period
from tutela.ports.reports import ReportAudit, ReportState, StoredReport

TALK = b"what was said around it, in harmless words"


def over(home: Home) -> tuple[Media, ReportId, EvidenceId]:
    """Return a picture, the report that names it and what was written for that, when the year is over."""
    media = sealed(home)
    report_id = finished(home.house, [media], [TALK])
    [written] = files_of(home.house, report_id).values()
    assert open_preserve_reported(home.house)() == 1
    decide(home, "china", "quarantine")
    close_cases(home)
    home.clock.advance(days=367)
    return media, report_id, written


def hold(home: Home, **fields: Any) -> HoldId:
    """Have a court hold something."""
    until = home.clock.now() + timedelta(days=90)
    new = NewHold(HoldSource.COURT, "1 K 7/26", "they ask for it", until=until, **fields)
    return HoldId(home.house.holds.place(ANN, new).hold.id)


def test_a_report_takes_along_what_was_written_for_it_and_the_certificate_names_both(home: Home) -> None:
    """One key is destroyed, and everything under it is named; the picture has a key of its own and stays."""
    media, report_id, written = over(home)
    the_transient_keys_end(home)
    keep = home.house.destructions
    done = keep.agree(BEN, keep.propose(ANN, [EvidenceId(report_id)], "the year is over").id)

    assert done.state is DestructionState.PROVED
    told = {each["id"]: each for each in read_certificate(keep.certificate(ANN, done.id)).told["contents"]}
    assert set(told) == {report_id, written}
    assert {each["key_destroyed"] for each in told.values()} == {report_period(report_id)}
    assert told[written]["commitment"] is not None
    assert list(home.house.vault.contents()) == [media.content_id]
    assert [each.id for each in keep.due(ANN)[0]] == [media.id], "what is destroyed is not due any more"
    with pytest.raises(UnknownMedia):
        keep.propose(ANN, [EvidenceId(report_id)], "once more")


@pytest.mark.parametrize("is_readable", [True, False])
def test_what_has_a_key_of_its_own_already_loses_both(home: Home, *, is_readable: bool) -> None:
    """An older version moved it when its end was prepared: neither key is left, and it does not wait for ever."""
    _, report_id, written = over(home)
    the_transient_keys_end(home)
    own = evidence_period(written)
    home.house.vault.move_period(written, own)
    if not is_readable:
        [manifest] = (home.house.settings.var / "vault").rglob(f"{written}*.manifest")
        manifest.write_bytes(b"damaged")
    keep = home.house.destructions
    done = keep.agree(BEN, keep.propose(ANN, [EvidenceId(report_id)], "the year is over").id)
    the_transient_keys_end(home)
    keep.destroy.resume()

    told = {each["id"]: each for each in read_certificate(keep.certificate(ANN, done.id)).told["contents"]}
    assert told[written]["key_destroyed"] == own
    assert report_period(report_id) in told[written]["earlier_keys_destroyed"]
    assert home.house.keys.is_destroyed(own)
    assert home.house.keys.is_destroyed(report_period(report_id))


def test_what_was_written_for_a_report_does_not_go_without_it(home: Home) -> None:
    """The refusal names the report: an order destroys nothing that it does not name."""
    _, report_id, written = over(home)
    with pytest.raises(BadInput) as caught:
        home.house.destructions.order(ANN, [written], Order("an agency", "7/26", AT), "their letter")
    assert (caught.value.place, report_id in (caught.value.remedy or "")) == (written, True)


@pytest.mark.parametrize("held", ["report", "picture", "written"])
def test_a_report_is_held_with_its_files_and_what_was_written_for_it_as_it_is(home: Home, held: str) -> None:
    """Whatever of it a court holds: nothing that would take the others along is destroyed."""
    media, report_id, written = over(home)
    placed = hold(home, reports=(report_id,)) if held == "report" else hold(home, media=(media.id,))
    if held == "written":
        home.house.holds.release(ANN, placed, "the court says so")
        placed = hold(home, cases=tuple(home.house.exports.pack.reported.book.line(report_id).case_ids))  # type: ignore[union-attr]  # it is there
    kept = {each.id for each in home.house.holds.show(ANN, placed).contents}
    assert kept == ({media.id} if held == "picture" else {media.id, report_id, written})

    for wanted in ([EvidenceId(report_id)], [EvidenceId(report_id), written]):
        with pytest.raises(StillKept, match=placed):
            home.house.destructions.propose(ANN, wanted, "the year is over")


def test_a_hold_on_a_case_takes_in_a_report_that_nobody_has_approved_yet(home: Home) -> None:
    """A draft names people, too."""
    sealed(home)
    draft = drafted(home.house, [], [TALK])

    assert draft.id in {each.id for each in home.house.holds.show(ANN, hold(home, cases=draft.case_ids)).contents}
    with pytest.raises(UnknownReport):
        hold(home, reports=(ReportId("rep_none"),))


def test_destroyed_pictures_of_a_report_are_no_writings_of_it(home: Home) -> None:
    """Their bytes lay under keys of their own: they are due no more, and bar nothing."""
    media, report_id, written = over(home)
    keep = home.house.destructions
    keep.agree(BEN, keep.propose(ANN, [EvidenceId(media.id)], "the year is over").id)

    assert {each.id for each in keep.due(ANN)[0]} == {written, report_id}
    assert set(files_of(home.house, report_id).values()) == {written}
    assert len(keep.propose(ANN, [EvidenceId(report_id)], "over").id) > 0


def withdraw(home: Home, draft: StoredReport) -> None:
    """Withdraw a draft."""
    book = home.house.exports.pack.reported.book
    book.change(draft, replace(draft, state=ReportState.WITHDRAWN), ReportAudit("withdrawn", "ann"))


def give_up(home: Home, draft: StoredReport) -> None:
    """Approve one in production, and give it up before anything of it was sent."""
    going = approved(home.house, draft)
    home.house.filing.end.abandon(ANN, going.id)


def try_it(home: Home, draft: StoredReport) -> None:
    """Finish it as a test."""
    finish(home.house, approved(home.house, draft, Environment.TEST), Environment.TEST)


@pytest.mark.parametrize("ends", [withdraw, give_up, try_it])
def test_a_report_that_was_never_filed_in_earnest_ends_in_its_time(
    home: Home, ends: Callable[[Home, StoredReport], None]
) -> None:  # fmt: skip
    """With what was written for it; what it names keeps its own key, and a hold keeps it all."""
    media = sealed(home)
    draft = drafted(home.house, [media], [TALK])
    [written] = [each.key.removeprefix(CONTENT) for each in draft.package.files if each.key.startswith(CONTENT)]
    job = open_end_unfiled_reports(home.house)
    home.clock.advance(days=400)
    assert job() == 0, "nobody has ended it"
    ends(home, draft)
    home.clock.advance(days=89)
    assert job() == 0
    hold(home, reports=(draft.id,))
    home.clock.advance(days=2)
    assert job() == 0
    home.clock.advance(days=90)

    assert (job(), job()) == (1, 0)
    assert home.house.keys.is_destroyed(report_period(draft.id))
    assert list(home.house.vault.contents()) == [media.content_id]
    assert written not in home.house.vault.contents()
    assert b"".join(home.house.vault.read(media.content_id or "")) == photo("china")
    assert home.house.verify().breaches == ()


def test_one_that_was_released_for_a_court_is_ended_by_two_people(home: Home) -> None:
    """Never by itself, as with everything that they asked for."""
    draft = drafted(home.house, [sealed(home)], [TALK])
    home.house.holds.release(ANN, hold(home, reports=(draft.id,)), "the court says so")
    give_up(home, draft)
    home.clock.advance(days=91)
    keep = home.house.destructions

    assert open_end_unfiled_reports(home.house)() == 0
    [written] = files_of(home.house, draft.id).values()
    assert {each.id for each in keep.due(ANN)[0] if each.fate is Fate.PROPOSED} == {draft.id, written}
    keep.agree(BEN, keep.propose(ANN, [EvidenceId(draft.id)], "its time is over").id)
    assert home.house.keys.is_destroyed(report_period(draft.id))


def test_what_was_written_for_a_draft_is_no_orphan(home: Home) -> None:
    """The draft names it in itself alone; what lies under the key of a report that is not there is one."""
    draft = drafted(home.house, [sealed(home)], [TALK])
    lost = seal_written(home.house.vault, TALK, ReportId("rep_lost"))
    home.clock.advance(hours=2)
    house = home.house
    found = list(FindOrphans(house.store, house.vault, house.keys, house.clock)())

    assert [(each.id, each.loss) for each in found] == [(lost.content_id, Loss.NO_RECORD)]
    assert report_of(report_period(draft.id)) == draft.id
    assert report_of("evidence-2026-03") is None
