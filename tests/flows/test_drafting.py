"""From a found case to an approved report: drawn up, changed by hand, prepared, approved by another person, once."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from answering import BEA, REVIEWER, Office, person, service
from core.filing.reports import REPORTER, SCHEMA_URL
from make import CLAUSE, Home, md5, photo
from tutela.bootstrap.drafting import open_drafting
from tutela.core.case_states import CaseState
from tutela.core.cases import CaseReason
from tutela.core.conclusions import Conclusion
from tutela.core.content import AgeBand
from tutela.core.filing.package import ChannelFacts
from tutela.core.filing.provenance import Origin, Provenance, source_of
from tutela.core.filing.states import Environment, Phase
from tutela.core.filing.terms import Terms
from tutela.core.filing.wire_words import IncidentType, Relevance
from tutela.core.findings import Decider, Facts
from tutela.core.ids import CaseId
from tutela.core.measures import MeasureKind, SubjectKind
from tutela.core.permissions import Principal, StaffRole
from tutela.core.policy import Verification
from tutela.core.roles import Role
from tutela.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotForYou,
    ReportMoved,
    ReportNotReady,
    TutelaError,
    UnknownReport,
    WrongFields,
)
from tutela.flows.check_report import written
from tutela.flows.name_finding import Asked, AskedMeasure, On
from tutela.flows.verbs_of_drafting import Drafting
from tutela.ports.reports import ReportState, StoredReport

PLATFORM = service("forum", scopes=("facts",))
OLGA, OTTO = (person(name, StaffRole.CHILD_SAFETY_OFFICER) for name in ("olga", "otto"))
SENIOR = BEA
AUTHORITY, PRODUCTION = "ncmec", Environment.PRODUCTION
CHOSEN = {"incident.kind": "csam"}
AT_A_TIME = {"incident.at": "2026-01-02T00:00:00Z"}


class Desk:
    """An office with officers, a channel that is ready, and a picture that a list knows."""

    def __init__(self, home: Home) -> None:
        """Have everybody know each other."""
        self.home, self.office = home, Office(home)
        self.office.people += [OLGA, OTTO]
        now = home.clock.now()
        channel = ChannelFacts(PRODUCTION, PRODUCTION, PRODUCTION, is_enabled=True, status_ok_at=now)
        self.terms = Terms(channel, SCHEMA_URL, REPORTER, people=2)
        home.house.__dict__["drafting"] = open_drafting(home.house, lambda _: self.terms)

    @property
    def verbs(self) -> Drafting:
        """Return the verbs."""
        return self.home.house.drafting

    def found(self, name: str = "post", **fields: Any) -> CaseId:
        """Have a person find what a list knows; return its case."""
        verification = fields.pop("verification", Verification.SEVERAL_ANALYSTS)
        known = self.home.upload(photo("china"))
        self.home.list(md5(known), verification=verification)
        self.home.submit(name, known, **fields)
        case = self.office.case().id
        self.office.decide(REVIEWER, case, Conclusion.VIOLATION)
        return case

    def found_alone(self) -> CaseId:
        """Have one person find by themselves what no list knows; return its case."""
        self.home.submit("new", self.home.upload(photo("flower")), author="carol")
        hidden = AskedMeasure(MeasureKind.QUARANTINE, On(SubjectKind.ITEM, "new"))
        locked = AskedMeasure(MeasureKind.LOCK_PENDING_DECISION, On(SubjectKind.ACCOUNT, "carol"))
        parts = (("carol", Role.ACTOR),)
        self.home.house.decide(Asked(CLAUSE, Facts("seen"), Decider(REVIEWER.id), (hidden, locked), parts))
        return self.office.case("carol").id

    def tell(self, **fields: Any) -> None:
        """Have the platform tell what it knows of Alice."""
        told = {
            "screen_name": "alice", "profile_urls": ["https://meadow.alt/u/alice"], "service": "Meadow",
            "person": {"emails": [{"address": "alice@meadow.alt", "is_verified": True}]},
            "ip_events": [{"ip": "192.0.2.10", "port": 443, "event": "login", "at": "2026-01-02T00:00:00Z"}],
            "items": [{"id": "post", "posted_at": "2026-01-02T03:04:05Z", "url": "https://meadow.alt/p/1",
                       "is_public": True, "files": [{"original_name": "lake.jpg"}]}],
            **fields,
        }  # fmt: skip
        self.verbs.facts.tell(PLATFORM, "alice", json.dumps(told).encode())

    def drawn(self, case: CaseId, who: Principal = SENIOR, **fields: Any) -> StoredReport:
        """Draw a report up."""
        return self.verbs.draw_up(who, [case], AUTHORITY, **fields)

    def prepared(self, case: CaseId, who: Principal = OLGA, **changes: Any) -> StoredReport:
        """Draw up, choose the kind, and prepare."""
        report = self.drawn(case, who)
        report = self.verbs.edit(who, report.id, report.version, {**CHOSEN, **changes}, overrides=True)
        return self.verbs.prepare(who, report.id, report.version, "It is all that is known.").report


@contextmanager
def working(home: Home) -> Iterator[Desk]:
    """Yield a desk, and end the process that reads what pictures say of their making."""
    try:
        yield Desk(home)
    finally:
        home.house.renderer.close()


@pytest.fixture
def desk(home_anywhere: Home) -> Iterator[Desk]:
    """Yield a desk on the databases of the test; what is stored agrees with its audit, and no promise broke."""
    with working(home_anywhere) as made:
        yield made
    assert home_anywhere.house.verify().breaches == ()


@pytest.fixture
def quick(home: Home) -> Iterator[Desk]:
    """Yield a desk on an SQLite file alone."""
    with working(home) as made:
        yield made


@pytest.mark.both_databases
def test_a_case_becomes_an_approved_report(desk: Desk) -> None:
    """The whole way: found, told, drawn up, changed, prepared by one and approved by another."""
    case = desk.found()
    desk.tell()
    report = desk.drawn(case)
    suspect = report.package.report.suspects[0]
    told, at = source_of("suspects.0.screen_name", report.package.sources), desk.home.clock.now()

    assert (suspect.identifier, suspect.screen_name, suspect.ip_events[0].port) == ("alice", "alice", 443)
    assert told == Provenance(Origin.PLATFORM, at)
    assert report.package.report.incident.at is not None
    assert report.package.report.incident.platform == "Meadow"
    assert suspect.permanently_disabled is not None
    [file] = report.package.files
    assert (file.details.original_name, file.details.is_viewed) == ("lake.jpg", False)
    assert file.details.notes == ("It matches an entry of known exactly (MD5).",)

    with pytest.raises(ReportNotReady, match="only suggested"):
        desk.verbs.prepare(OLGA, report.id, 1, "all that is known")
    edited = desk.verbs.edit(SENIOR, report.id, 1, {**CHOSEN, "note": "What was seen, first-hand."})
    with pytest.raises(Conflict, match="not prepared"):
        desk.verbs.approve(OLGA, report.id, edited.version)
    prepared = desk.verbs.prepare(OLGA, report.id, edited.version, "It is all that is known.")
    assert prepared.report.state is ReportState.PREPARED
    preview = desk.verbs.preview(OTTO, report.id)
    assert [bool(each.xml) for each in preview.documents] == [True, True]
    assert preview.problems == ()
    assert preview.is_kind_chosen

    with pytest.raises(Forbidden):
        desk.verbs.approve(SENIOR, report.id, prepared.report.version)
    with pytest.raises(NotForYou, match="another person"):
        desk.verbs.approve(OLGA, report.id, prepared.report.version)
    approved = desk.verbs.approve(OTTO, report.id, prepared.report.version)

    stored = desk.verbs.edit.find.book.report(report.id)
    assert stored == approved
    assert (approved.state, approved.environment, approved.prepared_by, approved.approved_by) == (
        ReportState.APPROVED, PRODUCTION, OLGA.id, OTTO.id,
    )  # fmt: skip
    with desk.home.house.store.read() as reader:
        [filing] = reader.filings_of_cases([case])[case][AUTHORITY]
    assert (filing.phase, filing.is_urgent, [each.md5 for each in filing.files]) == (
        Phase.READY, False, [file.md5],
    )  # fmt: skip
    [bytes_of] = desk.verbs.edit.find.book.files(report.id)
    assert b"".join(desk.home.house.vault.read(bytes_of.content_id)) == photo("china")


def test_a_report_of_words_alone_has_the_conversation_beside_it(desk: Desk) -> None:
    """Written down in order, sealed under the report's key, and gone with it."""
    home = desk.home
    known = home.upload(photo("china"))
    home.list(md5(known))
    home.submit("post", known)
    case = desk.office.case().id
    desk.office.decide(REVIEWER, case, Conclusion.VIOLATION)
    around = [
        {"by": "carol", "at": "2026-01-02T00:00:00Z", "text": "hello"},
        {"by": "alice", "at": "2026-01-02T00:01:00Z", "text": "a morning by the lake"},
    ]
    desk.tell(items=[{"id": "post", "posted_at": "2026-01-02T00:02:00Z", "around": around}])
    report = desk.drawn(case)
    log = report.package.files[-1]

    assert log.details.relevance is Relevance.SUPPLEMENTAL
    content = b"".join(home.house.vault.read(log.key.removeprefix("content:")))
    assert b"2026-01-02T00:00:00Z carol: hello\n  2026-01-02T00:01:00Z alice: a morning" in content
    with pytest.raises(Conflict, match="already"):
        desk.drawn(case)
    withdrawn = desk.verbs.edit.withdraw(SENIOR, report.id, report.version)
    assert withdrawn.state is ReportState.WITHDRAWN
    again = desk.drawn(case)
    assert again.id != report.id


def test_two_people_at_once_are_told_what_the_other_did(desk: Desk) -> None:
    """Of two changes of the same version one is stored, and the other hears where, by whom and when."""
    report = desk.drawn(desk.found())
    desk.verbs.edit(SENIOR, report.id, 1, {"note": "mine"})
    with pytest.raises(ReportMoved) as moved:
        desk.verbs.edit(OLGA, report.id, 1, {"note": "hers"})

    assert moved.value.changed["version"] == 2
    assert moved.value.changed["typed"][0]["place"] == "note"
    assert moved.value.changed["typed"][0]["by"] == SENIOR.id
    assert "mine" not in str(moved.value.changed)
    with pytest.raises(WrongFields):
        desk.verbs.edit(OLGA, report.id, 2, {"incident.kind": "theft"})
    with pytest.raises(Forbidden):
        desk.verbs.edit(REVIEWER, report.id, 2, {"note": "x"})
    with pytest.raises(UnknownReport):
        desk.verbs.edit(OLGA, "rep_none", 2, {"note": "x"})


@pytest.mark.both_databases
def test_of_two_officers_who_approve_at_once_one_wins(desk: Desk) -> None:
    """The other is told, nothing is doubled, and what was sealed for the other is gone again."""
    case = desk.found()
    desk.tell(profile_bio="a long text " * 4000)
    report = desk.prepared(case, SENIOR)
    before, gate = set(desk.home.house.vault.contents()), Barrier(2)

    def approve(who: Principal) -> StoredReport | TutelaError:
        gate.wait()
        try:
            return desk.verbs.approve(who, report.id, report.version)
        except TutelaError as error:
            return error

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(approve, [OLGA, OTTO]))
    [lost] = [each for each in outcomes if isinstance(each, TutelaError)]
    [won] = [each for each in outcomes if isinstance(each, StoredReport)]

    assert isinstance(lost, Conflict)
    assert won.state is ReportState.APPROVED
    files = desk.verbs.edit.find.book.files(report.id)
    assert files[-1].key.startswith("supplement:")
    assert set(desk.home.house.vault.contents()) - before == {files[-1].content_id}
    with desk.home.house.store.read() as reader:
        assert len(reader.filings_of_cases([case])[case][AUTHORITY]) == 1


def test_in_present_danger_one_person_sends_it_at_once(desk: Desk) -> None:
    """A draft, by who drew it up, however little is known; only what cannot be written keeps it back."""
    report = desk.drawn(desk.found(), OLGA)
    escalated = {"incident.escalation": "A child is to be met this evening.", **CHOSEN}
    report = desk.verbs.edit(OLGA, report.id, 1, escalated)
    with pytest.raises(ReportNotReady, match="Nobody has said when"):
        desk.verbs.approve(OLGA, report.id, report.version)
    report = desk.verbs.edit(OLGA, report.id, report.version, {"incident.at": "2026-01-02T00:00:00Z"})
    approved = desk.verbs.approve(OLGA, report.id, report.version)

    assert (approved.approved_by, approved.prepared_by) == (OLGA.id, OLGA.id)
    with desk.home.house.store.read() as reader:
        [filing] = reader.filings_of_cases(approved.case_ids)[approved.case_ids[0]][AUTHORITY]
    assert filing.is_urgent


def test_what_one_person_found_and_no_verified_list_knows_is_filed_by_two(quick: Desk) -> None:
    """Also where the channel asks for one; what a verified list knows one person files, and what two found as well."""
    desk = quick
    desk.terms = replace(desk.terms, people=1)
    alone = desk.prepared(desk.found_alone(), **AT_A_TIME)
    with pytest.raises(NotForYou, match="another person") as refused:
        desk.verbs.approve(OLGA, alone.id, alone.version)
    assert "second answer" in (refused.value.remedy or "")
    assert desk.verbs.approve(OTTO, alone.id, alone.version).state is ReportState.APPROVED

    listed = desk.prepared(desk.found(), **AT_A_TIME)
    assert desk.verbs.approve(OLGA, listed.id, listed.version).state is ReportState.APPROVED


def test_what_two_people_found_one_person_files_where_the_channel_asks_for_one(quick: Desk) -> None:
    """Two stand behind it already."""
    desk = quick
    desk.terms = replace(desk.terms, people=1)
    case = desk.found(verification=Verification.OWN)
    desk.office.decide(BEA, case, Conclusion.VIOLATION)
    report = desk.prepared(case, **AT_A_TIME)
    assert desk.verbs.approve(OLGA, report.id, report.version).state is ReportState.APPROVED


def test_what_one_person_found_and_filed_in_danger_another_one_looks_at_within_a_day(desk: Desk) -> None:
    """The case stays until somebody has, whatever was filed; where two stand behind the report, nobody is asked."""
    case = desk.found_alone()
    report = desk.drawn(case, OLGA)
    escalated = {"incident.escalation": "Somebody is to be met this evening.", **CHOSEN}
    report = desk.verbs.edit(OLGA, report.id, 1, {**escalated, **AT_A_TIME})
    before = desk.office.read(case)
    desk.verbs.approve(OLGA, report.id, report.version)

    after = desk.office.read(case)
    assert before.reason is not CaseReason.SECOND_LOOK
    assert (after.reason, after.state) == (CaseReason.SECOND_LOOK, CaseState.OPEN)
    assert after.due_at <= desk.home.clock.now() + timedelta(days=1)


def test_where_a_second_answer_is_awaited_already_the_case_stays_as_it_is(quick: Desk) -> None:
    """Whoever looks next must not be told by its reason what the first one answered."""
    desk = quick
    known = desk.home.upload(photo("china"))
    desk.home.list(md5(known), verification=Verification.OWN)
    desk.home.submit("post", known)
    case = desk.office.case().id
    desk.home.house.cases.danger(REVIEWER, case, is_in_danger=True)
    desk.office.decide(REVIEWER, case, Conclusion.VIOLATION)
    before = desk.office.read(case)
    report = desk.drawn(case, OLGA)
    report = desk.verbs.edit(OLGA, report.id, 1, {**CHOSEN, **AT_A_TIME})
    desk.verbs.approve(OLGA, report.id, report.version)

    assert before.state is CaseState.AWAITING_SECOND
    assert desk.office.read(case) == before


def test_a_report_that_says_too_little_takes_a_reason(quick: Desk) -> None:
    """Who gives it is kept beside the report."""
    report = quick.drawn(quick.found())
    changes = {**CHOSEN, "incident.at": "2026-01-02T00:00:00Z"}
    report = quick.verbs.edit(OLGA, report.id, 1, changes)
    with pytest.raises(ReportNotReady, match="% complete"):
        quick.verbs.prepare(OLGA, report.id, report.version)
    prepared = quick.verbs.prepare(OLGA, report.id, report.version, "The platform knows no more.").report

    assert prepared.override is not None
    assert (prepared.override.by, prepared.override.reason) == (OLGA.id, "The platform knows no more.")
    with pytest.raises(ReportNotReady, match="briefly"):
        quick.verbs.prepare(OLGA, report.id, prepared.version, "x" * 5000)


def test_a_channel_that_is_not_ready_keeps_nobody_from_preparing_and_everybody_from_approving(quick: Desk) -> None:
    """Preparing is work on the report, approving sends it."""
    case = quick.found()
    quick.terms = replace(quick.terms, channel=replace(quick.terms.channel, is_enabled=False))
    quick.tell()
    report = quick.prepared(case)
    with pytest.raises(ReportNotReady, match="switched off"):
        quick.verbs.approve(OTTO, report.id, report.version)


def test_bytes_that_are_not_what_was_sealed_keep_a_report_back(quick: Desk) -> None:
    """They are read back when it is prepared and once more when it is approved."""
    case = quick.found()
    quick.tell()
    report = quick.prepared(case)
    quick.home.clock.advance(minutes=20)
    folder = quick.home.house.settings.var / "vault"
    largest = max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    damaged = bytearray(largest.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    os.chmod(largest, 0o600)  # noqa: PTH101  # as whoever damages it
    Path(largest).write_bytes(damaged)

    with pytest.raises(ReportNotReady, match="not read back"):
        quick.verbs.approve(OTTO, report.id, report.version)
    assert quick.verbs.edit.find.book.files(report.id) == ()


def test_what_was_overturned_meanwhile_is_not_sent(quick: Desk) -> None:
    """It was prepared while the finding stood; a reversal in between ends it."""
    case = quick.found()
    quick.tell()
    report = quick.prepared(case)
    for who in (OLGA, OTTO):
        quick.office.decide(who, case, Conclusion.NO_VIOLATION)
    with pytest.raises(Conflict, match="no finding stands"):
        quick.verbs.approve(OTTO, report.id, report.version)
    quick.verbs.edit.withdraw(OLGA, report.id, report.version)
    with pytest.raises(BadInput, match="No person"):
        quick.drawn(case)
    with pytest.raises(BadInput, match="no such authority"):
        quick.verbs.draw_up(OLGA, [case], "meadow")


def test_an_operator_who_keeps_no_bytes_reports_digests(quick: Desk) -> None:
    """No file goes along, and it is said so."""
    profile = quick.home.house.profile
    profile.write(replace(profile.read(), is_report_only=True))
    report = quick.drawn(quick.found())

    assert report.package.files == ()
    assert "no bytes of them are kept here" in (report.package.report.note or "")


def test_a_long_text_is_moved_into_a_file_that_is_sealed_when_it_is_approved(quick: Desk) -> None:
    """Until then the draft has it whole, so that it can still be changed."""
    case = quick.found()
    long = "a long text " * 4000
    quick.tell(profile_bio=long)
    report = quick.prepared(case)
    assert report.package.report.suspects[0].profile_bio == long
    preview = quick.verbs.preview(OTTO, report.id)
    assert preview.moved == ("suspects.0.profile_bio",)
    approved = quick.verbs.approve(OTTO, report.id, report.version)

    assert len(approved.package.report.suspects[0].profile_bio or "") <= 20_000
    [_, supplement] = quick.verbs.edit.find.book.files(report.id)
    sealed = b"".join(quick.home.house.vault.read(supplement.content_id))
    assert long in sealed.decode()
    assert list(written(quick.verbs.preview.check(report.package, AUTHORITY).packed).values()) == [sealed]


def test_nobody_reports_an_account_of_their_own(quick: Desk) -> None:
    """Neither draws up, nor changes, nor approves."""
    case = quick.found()
    report = quick.drawn(case)
    quick.home.house.cases.own.add(OLGA, ["alice"])
    with pytest.raises(NotForYou):
        quick.verbs.edit(OLGA, report.id, 1, {"note": "x"})
    quick.verbs.edit.withdraw(BEA, report.id, 1)
    with pytest.raises(NotForYou):
        quick.drawn(case, OLGA)


def test_whoever_has_another_part_is_in_it_as_what_they_are(quick: Desk) -> None:
    """Children as victims, with the age that the platform knows and no more."""
    known = quick.home.upload(photo("china"))
    quick.home.list(md5(known))
    quick.home.submit("post", known)
    quick.home.submit("other", author="carol")
    case = quick.office.case().id
    parts = (("alice", Role.ACTOR), ("carol", Role.COERCED))
    quick.office.decide(BEA, case, Conclusion.VIOLATION, parts=parts)
    report = quick.drawn(case).package.report

    assert [each.identifier for each in report.suspects] == ["alice"]
    assert [each.identifier for each in report.victims] == ["carol"]
    assert AgeBand.UNKNOWN.value not in (report.victims[0].note or "")
    assert report.incident.kind is IncidentType.CSAM
