"""Holds beat every deletion: the year after a report, letters of police and courts, and reasons of our own."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

import make
from make import Home, md5, photo
from tutela.adapters.db.duty_tables import dealings
from tutela.adapters.db.holds import DatabaseHolds
from tutela.adapters.db.rows import to_us
from tutela.bootstrap.preserving import open_preserve_reported, open_seal_held
from tutela.core.content import Channel, ChannelKind, EvidenceState, Media
from tutela.core.filing.destructions import Basis, Destruction, DestructionState, Doomed
from tutela.core.filing.holds import Hold, HoldSource
from tutela.core.ids import CaseId, DestructionId, EvidenceId, HoldId, MediaId, ReportId
from tutela.core.operator import HOLDS, OperatorProfile
from tutela.core.permissions import Principal, at_machine
from tutela.errors import BadInput, Forbidden, UnknownCase, UnknownHold, UnknownItem, UnknownMedia
from tutela.flows.keep_holds import NewHold
from tutela.flows.preserve_reported import PreserveReported
from tutela.flows.take_stock import alarms
from tutela.ports.committer import Changeset
from tutela.ports.holds import FinishedReport, HeldContent, HoldChange, HoldStep, Part

OFFICER = at_machine("officer")
TALK = Channel(ChannelKind.PRIVATE, conversation="talk 1")


@dataclass(frozen=True)
class Reported:
    """Reports that were finished elsewhere; those that have a hold are told no more, as the tables have it."""

    home: Home
    reports: tuple[FinishedReport, ...]

    def unpreserved(self, limit: int) -> list[FinishedReport]:
        """Return those for which nothing is held yet."""
        placed = {each.hold.reference for each in self.home.house.holds.page(OFFICER, only_active=False)}
        return [each for each in self.reports if each.id not in placed][:limit]


def new(home: Home, *media: Media, **fields: Any) -> NewHold:
    """Return a hold that police ask for, for ninety days."""
    made = NewHold(HoldSource.POLICE, "letter 7", "they look for the owner", tuple(each.id for each in media))
    return replace(made, **{"until": home.clock.now() + timedelta(days=90), **fields})


def preserve_reported(home: Home, *reports: FinishedReport) -> int:
    """Run the job that begins the year of the law."""
    house = home.house
    book = DatabaseHolds(house.engine, house.chain, house.clock)
    job = PreserveReported(
        house.store, book, (Reported(home, reports),), open_seal_held(house), house.clock, house.entropy
    )
    return job()


def states(home: Home, *media: Media) -> list[EvidenceState]:
    """Return where the bytes of each are."""
    return [home.media(each.id).evidence for each in media]


def pass_days(home: Home, days: int) -> None:
    """Let days pass, with the job that forgets once a day."""
    for _ in range(days):
        home.clock.advance(days=1)
        home.house.retain(OperatorProfile())


def test_what_is_held_is_sealed_with_what_lies_beside_it_and_stays(home: Home) -> None:
    """The picture that a letter names, and what was said beside it; what is elsewhere goes as ever."""
    shown, beside, other = (home.upload(photo(name)) for name in ("china", "flower", "coffee"))
    home.submit("a", shown, channel=TALK)
    home.submit("b", beside, channel=TALK)
    home.submit("c", other)

    stored = home.house.holds.place(OFFICER, new(home, items=("a",)))
    assert stored.contents == 2
    assert states(home, shown, beside, other) == [EvidenceState.SEALED, EvidenceState.SEALED, EvidenceState.RECEIVED]
    pass_days(home, 6)

    assert states(home, shown, beside, other) == [EvidenceState.SEALED, EvidenceState.SEALED, EvidenceState.NONE]
    assert home.house.verify().breaches == ()


def test_whoever_places_a_hold_seals_what_it_keeps_and_waits_for_no_other(home: Home) -> None:
    """What is left of others is the job's."""
    mine, others = home.upload(photo("china")), home.upload(photo("flower"))
    home.submit("a", mine)
    home.submit("b", others)
    book = DatabaseHolds(home.house.engine, home.house.chain, home.house.clock)
    placed = Hold("hld_1", HoldSource.POLICE, "letter 6", home.clock.now(), home.clock.now() + timedelta(days=9))
    book.place(
        placed, [HeldContent(EvidenceId(others.id))], HoldChange(home.clock.now(), "ann", HoldStep.PLACED, "why")
    )

    home.house.holds.place(OFFICER, new(home, mine))
    assert states(home, mine, others) == [EvidenceState.SEALED, EvidenceState.RECEIVED]
    assert open_seal_held(home.house)() == 1
    assert states(home, mine, others) == [EvidenceState.SEALED, EvidenceState.SEALED]


def test_a_finished_report_holds_what_it_names_and_its_context_for_a_calendar_year(home: Home) -> None:
    """From a leap day to the first of March; once, however often the job runs."""
    home.clock.set(datetime(2028, 2, 29, 10, tzinfo=UTC))
    named, beside = home.upload(photo("china")), home.upload(photo("flower"))
    home.list(md5(named))
    home.submit("a", named, beside)
    with home.house.store.read() as reader:
        cases = {each.case.id for each in reader.open_cases_page(None, 10)}
    written = "f" * 32  # bytes that were written for the report, which are no media
    report = FinishedReport(
        ReportId("rep_1"), (home.media(named.id).content_id or "", written),
        tuple(cases), home.clock.now(),
    )  # fmt: skip

    assert (preserve_reported(home, report), preserve_reported(home, report)) == (1, 0)

    [stored] = home.house.holds.page(OFFICER)
    seen = home.house.holds.show(OFFICER, HoldId(stored.hold.id))
    assert stored.hold.until == datetime(2029, 3, 1, 10, tzinfo=UTC)
    assert {each.id: each.part for each in seen.contents} == {
        EvidenceId("rep_1"): Part.NAMED, EvidenceId(named.id): Part.NAMED, EvidenceId(written): Part.NAMED,
        EvidenceId(beside.id): Part.CONTEXT,
    }  # fmt: skip
    assert states(home, named, beside) == [EvidenceState.SEALED, EvidenceState.SEALED]
    with pytest.raises(BadInput, match="ordered by law"):
        home.house.holds.release(OFFICER, HoldId(stored.hold.id), "why not")


def test_a_hold_is_extended_looked_at_and_released_each_with_its_reason(home: Home) -> None:
    """And its history says who did it."""
    media = home.upload(photo("china"))
    stored = home.house.holds.place(OFFICER, new(home, media, until=None, review_by=home.clock.now() + timedelta(3)))
    hold_id = HoldId(stored.hold.id)
    home.clock.advance(days=4)
    with home.house.store.read() as reader:
        assert HOLDS in alarms(reader, home.clock.now())
    home.house.holds.review(OFFICER, hold_id, home.clock.now() + timedelta(days=30), "they still need it")
    with home.house.store.read() as reader:
        assert HOLDS not in alarms(reader, home.clock.now())
    home.house.holds.release(OFFICER, hold_id, "letter 9: closed")

    steps = [(each.step, each.by, each.reason) for each in home.house.holds.show(OFFICER, hold_id).history]
    assert steps == [
        (HoldStep.PLACED, "name:officer", "they look for the owner"),
        (HoldStep.REVIEWED, "name:officer", "they still need it"),
        (HoldStep.RELEASED, "name:officer", "letter 9: closed"),
    ]
    assert home.house.holds.page(OFFICER) == []
    [hold] = home.house.holds.on_media(OFFICER, media.id)
    assert not hold.is_active(home.clock.now())


def test_an_extension_moves_the_end_and_the_hold_keeps_until_then(home: Home) -> None:
    """Over the end that was placed first."""
    media = home.upload(photo("china"))
    stored = home.house.holds.place(OFFICER, new(home, media))
    until = home.clock.now() + timedelta(days=400)
    home.house.holds.extend(OFFICER, HoldId(stored.hold.id), until, "letter 8")

    home.clock.advance(days=399)
    assert [each.hold.until for each in home.house.holds.page(OFFICER)] == [until]
    home.clock.advance(days=1)
    assert home.house.holds.page(OFFICER) == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"media": ()}, BadInput),
        ({"reason": " "}, BadInput),
        ({"reason": "x" * 2001}, BadInput),
        ({"reference": " "}, BadInput),
        ({"reference": "x" * 201}, BadInput),
        ({"until": None}, BadInput),
        ({"source": HoldSource.REPORT}, BadInput),
        ({"media": (MediaId("med_none"),)}, UnknownMedia),
        ({"items": ("no such post",)}, UnknownItem),
        ({"cases": (CaseId("cas_none"),)}, UnknownCase),
    ],
)
def test_a_hold_that_says_too_little_is_refused(home: Home, fields: dict[str, Any], error: type[Exception]) -> None:
    """And nothing is stored."""
    media = home.upload(photo("china"))
    with pytest.raises(error):
        home.house.holds.place(OFFICER, new(home, media, **fields))

    assert home.house.holds.page(OFFICER, only_active=False) == []


def test_holds_are_for_people_who_may_preserve(home: Home) -> None:
    """A service's key never may, whatever it was given."""
    media = home.upload(photo("china"))
    for principal in (
        Principal("key_1", frozenset({"preserve"})),
        Principal("p", frozenset({"cases"}), is_at_machine=True),
    ):
        with pytest.raises(Forbidden):
            home.house.holds.place(principal, new(home, media))
        with pytest.raises(Forbidden):
            home.house.holds.page(principal)
    with pytest.raises(UnknownHold):
        home.house.holds.extend(OFFICER, HoldId("hld_none"), home.clock.now() + timedelta(days=1), "letter")


def test_an_operator_that_may_keep_no_bytes_keeps_none_under_a_hold(home: Home) -> None:
    """The hold stands; there is nothing that could be kept."""
    home.house.profile.write(OperatorProfile(is_report_only=True))
    media = home.upload(photo("china"))
    home.list(md5(media))
    home.submit("a", media)
    home.house.holds.place(OFFICER, new(home, media))
    home.house.retain(home.house.profile.read())

    assert states(home, media) == [EvidenceState.REPORT_ONLY]
    assert list(home.house.vault.contents()) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE holds SET until_us = 1", "a hold does not stand as it was left"),
        ("UPDATE holds SET released_us = 1", "a hold does not stand as it was left"),
        ("UPDATE hold_contents SET evidence_id = 'med_other'", "what a hold keeps is not what it was placed on"),
        ("DELETE FROM hold_contents", "what a hold keeps is not what it was placed on"),
    ],
)
def test_a_hold_that_is_ended_in_the_table_shows(home: Home, damage: str, told: str) -> None:
    """Whoever can write into the database could otherwise have evidence destroyed that a court asked for."""
    media = home.upload(photo("china"))
    stored = home.house.holds.place(OFFICER, new(home, media))
    home.house.holds.extend(OFFICER, HoldId(stored.hold.id), home.clock.now() + timedelta(days=99), "letter 8")
    assert home.house.verify().breaches == ()

    with home.house.engine.begin() as connection:
        connection.execute(text(damage))

    assert [(each.promise, each.subject, each.detail) for each in home.house.verify().breaches] == [
        ("P5", stored.hold.id, told)
    ]


def test_a_hold_that_is_gone_from_the_table_shows(home: Home) -> None:
    """The audit tells of it."""
    stored = home.house.holds.place(OFFICER, new(home, home.upload(photo("china"))))
    with home.house.engine.begin() as connection:
        for table in ("hold_contents", "hold_changes", "holds"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # names of ours

    assert [(each.subject, each.detail) for each in home.house.verify().breaches] == [
        (stored.hold.id, "a hold that was placed is gone")
    ]


def test_report_only_keeps_none_of_the_bytes_that_were_reported(home: Home) -> None:
    """Hash and report: the year begins, and nothing of the package is in the vault, not even for a moment of it."""
    home.house.profile.write(OperatorProfile(is_report_only=True))
    media = home.upload(photo("china"))
    content_id = home.media(media.id).content_id or ""
    home.list(md5(media))
    home.submit("a", media)
    home.house.retain(home.house.profile.read())
    report = FinishedReport(ReportId("rep_1"), (content_id,), (), home.clock.now())

    assert preserve_reported(home, report) == 1
    assert states(home, media) == [EvidenceState.REPORT_ONLY]
    assert list(home.house.vault.contents()) == []
    assert not [each for each in home.house.keys.periods() if each.startswith("evidence-")]


def filed_by_hand(home: Home, case_id: CaseId, filed_days_ago: int) -> ReportId:
    """Note now that the incident of a case was filed some days ago where there is no interface."""
    now, dealing_id = home.clock.now(), home.house.entropy.new_id("dealing")
    row = {
        "id": dealing_id, "case_id": case_id, "authority": "bka", "kind": "by_hand", "done_by": "ann",
        "at_us": to_us(now - timedelta(days=filed_days_ago)), "noted_us": to_us(now), "reason": "", "reference": "7",
        "salt": b"",
    }  # fmt: skip
    with home.house.engine.begin() as connection:
        connection.execute(insert(dealings), row)
    return ReportId(dealing_id)


def test_what_was_filed_by_hand_long_ago_is_kept_for_a_year_from_its_note(home: Home) -> None:
    """It names no files: what its case carries is the evidence, and what was said beside that its context."""
    named, beside = home.upload(photo("china")), home.upload(photo("flower"))
    home.list(md5(named))
    thread = Channel(ChannelKind.PUBLIC, conversation="thread 1")
    home.submit("a", named, channel=thread)
    home.submit("b", beside, channel=thread)
    with home.house.store.read() as reader:
        [case_id] = [each.case.id for each in reader.open_cases_page(None, 10)]
    filed = filed_by_hand(home, case_id, 500)
    now = home.clock.now()

    assert open_preserve_reported(home.house)() == 1
    [stored] = home.house.holds.page(OFFICER)
    assert (stored.hold.starts_at, stored.hold.until) == (now, now.replace(year=now.year + 1))
    parts = {each.id: each.part for each in home.house.holds.show(OFFICER, HoldId(stored.hold.id)).contents}
    assert parts == {filed: Part.NAMED, named.id: Part.NAMED, beside.id: Part.CONTEXT}
    with home.house.store.read() as reader:
        facts = reader.evidence_facts([EvidenceId(named.id), EvidenceId(beside.id)])
    assert [(each.reported_at, each.context_of_report_at) for each in facts.values()] == [(now, None), (None, now)]


def test_one_content_that_is_being_destroyed_keeps_no_report_from_its_year(home: Home) -> None:
    """The others are held; later reports as well."""
    gone, left = (home.upload(photo(name)) for name in ("china", "flower"))
    for media in (gone, left):
        home.list(md5(media))
        home.submit(media.id, media)
    doomed = Destruction(
        DestructionId("dst_1"), Basis.ORDER, "their letter", "ann", home.clock.now(), DestructionState.DESTROYING
    )
    contents = [Doomed(EvidenceId(gone.id), "evidence.reported")]
    home.house.destructions.book.begin(doomed, contents, home.clock.now(), {})
    named = tuple(home.media(each.id).content_id or "" for each in (gone, left))
    reports = [FinishedReport(ReportId(each), named, (), home.clock.now()) for each in ("rep_1", "rep_2")]

    assert preserve_reported(home, *reports) == 2
    for stored, report in zip(home.house.holds.page(OFFICER), reports, strict=True):
        kept = {each.id for each in home.house.holds.show(OFFICER, HoldId(stored.hold.id)).contents}
        assert kept == {report.id, left.id}
    assert home.house.verify().breaches == ()


def test_the_year_keeps_all_of_a_conversation_however_long(home: Home) -> None:
    """Nothing is cut: what is left out would be gone a day later."""
    by = make.account()
    carried = [make.media(f"m{number}") for number in range(10_001)]
    items = [make.item(by, *carried[:2], channel=TALK), make.item(by, *carried[2:], channel=TALK)]
    stored = tuple(make.stored(each) for each in items)
    home.house.committer.commit(Changeset(accounts=(by,), media=tuple(carried), items=stored))
    with home.house.store.read() as reader:
        assert len(reader.media_around([items[0].id])) == 10_001
        assert len(reader.media_in([items[1].id])) == 9_999
