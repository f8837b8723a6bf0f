"""Filing with the stand-in over HTTP: what goes well, each kind of fault, dying, and what people do about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from core.filing import reports as drawn
from filed import AUTHORITY, OFFICER, PRODUCTION, TEST, a_case, a_package, md5
from filing_office import ADA, FilingOffice, received
from make import Home, decision
from tutela.core.filing.answers import Fault as Trouble
from tutela.core.filing.channel import ChannelChange
from tutela.core.filing.report_key import report_period
from tutela.core.filing.states import MOST_RESTARTS, Alarm, Phase, Receipt, Send, Step, Then
from tutela.core.filing.transitions import asked
from tutela.core.ids import ReportId
from tutela.core.operator import CHANNELS, FILINGS
from tutela.core.permissions import Principal
from tutela.core.plans import Source
from tutela.errors import Conflict, DatabaseBusy, Forbidden, NotForYou, StorageFull, UnknownReport
from tutela.ports.cases import OwnAccount
from tutela.ports.filings import Held, StepNote
from tutela.sandbox.ncmec.faults import Does, Fault
from tutela.sandbox.ncmec.server import Sandbox

GRETA = replace(ADA, id="per_greta")
HILL, MILL = b"a hill" * 50_000, b"a mill" * 30_000
WHOLE = [
    "submit.asked", "submit.done", "upload.asked", "upload.done", "fileinfo.asked", "fileinfo.done",
    "finish.asked", "finish.done",
]  # fmt: skip


@pytest.fixture
def office(home: Home, sandbox: Sandbox) -> FilingOffice:
    """An office on SQLite whose channel is on."""
    return _opened(home, sandbox)


@pytest.fixture
def office_anywhere(home_anywhere: Home, sandbox: Sandbox) -> FilingOffice:
    """An office on the databases of the test whose channel is on."""
    return _opened(home_anywhere, sandbox)


def _opened(home: Home, sandbox: Sandbox) -> FilingOffice:
    home.clock.set(drawn.NOW)
    office = FilingOffice(home, sandbox)
    office.set_up()
    return office


def test_a_report_is_filed_with_its_files_and_its_receipt(office_anywhere: FilingOffice) -> None:
    """The log tells each step with what their support asks for; what is stored agrees with the audit."""
    office = office_anywhere
    words, pictures = office.queue(), office.queue(HILL, MILL)
    office.run(words, pictures)
    filing = office.filing(pictures)
    answers = [each.step for each in office.verbs.filings.steps(pictures) if each.step.note.endswith(".done")]
    line = office.verbs.read.one(ADA, pictures).line

    assert office.log(words) == ["submit.asked", "submit.done", "finish.asked", "finish.done"]
    assert office.log(pictures) == [*WHOLE[:6], *WHOLE[2:6], *WHOLE[6:]]
    assert list(received(office.finished())) == [[], sorted([md5(HILL), md5(MILL)])]
    assert filing.receipt is not None
    assert filing.receipt.is_verified
    assert not filing.counts_as_filed, "a test never counts"
    assert all((each.code, each.http_status) == (0, 200) and each.request_id for each in answers)
    assert (line.phase, line.authority_report_id) == (Phase.FINISHED, filing.receipt.report_id)
    assert office.verbs.watch.alarms() == frozenset()
    assert office.home.house.verify().breaches == ()


def test_the_files_of_a_report_are_read_once_however_many_they_are(office: FilingOffice) -> None:
    """Not before each of its steps, of which each file has two: there may be ten thousand."""
    report_id, read = office.queue(HILL, MILL, b"a well" * 99), []
    engine = office.home.house.engine
    event.listen(engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_: read.append(statement))
    office.work()

    assert office.phase(report_id) is Phase.FINISHED
    assert sum("FROM report_files" in each for each in read) == 1


def test_a_test_that_went_well_is_noted_and_its_line_of_the_checklist_is_done(office: FilingOffice) -> None:
    """From then on the channel may be switched on in production, with the same settings."""
    report_id = office.queue(HILL)
    office.run(report_id)
    tested = office.channel().tested

    assert tested is not None
    assert tested.report_id == report_id
    assert office.home.house.profile.checklist(members=1, has_escrow=True)["authority_tested"]


# --------------------------------------------------------------------------------------------- faults at each step

ONE_OF_EACH: dict[str, tuple[Fault, list[str]]] = {
    "submit is dropped": (Fault(Does.DROP_ANSWER, "/submit"), ["submit.asked", "submit.lost", *WHOLE]),
    "submit never arrives": (Fault(Does.DROP_REQUEST, "/submit"), ["submit.asked", "submit.lost", *WHOLE]),
    "a gateway refuses submit": (Fault(Does.STATUS, "/submit", status=503), ["submit.asked", "submit.again", *WHOLE]),
    "submit fails with them": (Fault(Does.CODE, "/submit", code=1000), ["submit.asked", "submit.again", *WHOLE]),
    "upload is dropped": (
        Fault(Does.DROP_ANSWER, "/upload"),
        [*WHOLE[:3], "upload.lost", "retract.asked", "gone.start_over", *WHOLE],
    ),
    "upload arrives damaged": (
        Fault(Does.CORRUPT, "/upload"),
        [*WHOLE[:3], "upload.md5_differs", "retract.asked", "gone.start_over", *WHOLE],
    ),
    "upload fails with them": (Fault(Does.CODE, "/upload", code=1111), [*WHOLE[:3], "upload.again", *WHOLE[2:]]),
    "fileinfo is dropped": (
        Fault(Does.DROP_ANSWER, "/fileinfo"),
        [*WHOLE[:5], "fileinfo.lost", "fileinfo.asked", "fileinfo.was_done", *WHOLE[6:]],
    ),
    "finish is dropped": (
        Fault(Does.DROP_ANSWER, "/finish"), [*WHOLE[:7], "finish.lost", "finish.asked", "finish.was_finished"],
    ),
    "finish is answered by a page": (
        Fault(Does.GARBAGE, "/finish"), [*WHOLE[:7], "finish.lost", "finish.asked", "finish.was_finished"],
    ),
    "the report is gone": (Fault(Does.CODE, "/finish", code=5001), [*WHOLE[:7], "gone.start_over", *WHOLE]),
    "the file is gone": (
        Fault(Does.CODE, "/fileinfo", code=5002),
        [*WHOLE[:5], "file.gone", "retract.asked", "gone.start_over", *WHOLE],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "log"), ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_whatever_goes_wrong_once_it_ends_as_one_finished_report(
    office: FilingOffice, fault: Fault, log: list[str]
) -> None:
    """And the log tells what happened, in its order."""
    report_id = office.queue(HILL)
    office.break_next(fault)
    office.run(report_id)

    assert office.log(report_id) == log
    assert office.phase(report_id) is Phase.FINISHED
    assert list(received(office.finished())) == [[md5(HILL)]]


def test_a_lost_answer_of_retract_is_asked_again(office: FilingOffice) -> None:
    """Already retracted is success."""
    report_id = office.queue(HILL)
    office.break_next(Fault(Does.DROP_ANSWER, "/upload"), Fault(Does.DROP_ANSWER, "/retract"))
    office.run(report_id)

    assert office.log(report_id)[3:8] == [
        "upload.lost", "retract.asked", "retract.lost", "retract.asked", "gone.start_over",
    ]  # fmt: skip
    assert list(received(office.finished())) == [[md5(HILL)]]


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault(Does.CODE, "/submit", code=4100), Trouble.VALIDATION),
        (Fault(Does.CODE, "/upload", code=4200), Trouble.MEDIA),
        (Fault(Does.CODE, "/fileinfo", code=4100), Trouble.VALIDATION),
        (Fault(Does.CODE, "/finish", code=4000), Trouble.REJECTED),
    ],
)
def test_what_the_authority_refuses_is_laid_before_a_person(
    office: FilingOffice, fault: Fault, trouble: Trouble
) -> None:
    """What was opened is withdrawn; it is told until somebody takes note, and can be tried again."""
    report_id = office.queue(HILL)
    office.break_next(fault)
    office.run(report_id)
    filing = office.filing(report_id)

    assert (filing.phase, filing.fault) == (Phase.FAILED, trouble)
    assert [each.alarms for each in office.verbs.watch.wrong()] == [(Alarm.FAILED,)]
    assert office.verbs.watch.alarms() == {FILINGS}
    assert office.verbs.watch() == 1
    office.verbs.end.take_note(ADA, report_id)
    assert office.verbs.watch.alarms() == frozenset()
    office.verbs.end.retry(ADA, report_id)
    office.run(report_id)
    assert list(received(office.finished())) == [[md5(HILL)]]


def test_damage_on_the_way_ends_in_a_persons_hands_after_some_tries(office: FilingOffice) -> None:
    """Never half, never for ever."""
    report_id = office.queue(HILL)
    office.break_next(Fault(Does.CORRUPT, "/upload", times=MOST_RESTARTS + 1))
    office.run(report_id)

    assert (office.phase(report_id), office.filing(report_id).fault) == (Phase.FAILED, Trouble.MEDIA)
    assert office.finished() == []


# --------------------------------------------------------------------------------------------------------- the channel


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Does.STATUS, "/upload", status=401),
        Fault(Does.CODE, "/upload", code=3100),
        Fault(Does.CODE, "/upload", code=1210),
        Fault(Does.STATUS, "/upload", status=302),
    ],
)
def test_wrong_credentials_or_a_wrong_address_stop_the_whole_channel(office: FilingOffice, fault: Fault) -> None:
    """Nothing else is sent, no try is burnt, and all of it goes on from where it stood when that is mended."""
    first, second = office.queue(HILL), office.queue()
    office.break_next(fault)
    assert office.work() == 1
    assert office.channel().stopped is not None
    assert (office.filing(first).is_stopped, office.filing(first).attempts) == (True, 0)
    assert office.log(second) == []
    assert office.verbs.watch.alarms() == {FILINGS, CHANNELS}
    office.home.clock.advance(days=1)
    assert office.work() == 0

    office.verbs.check.check(ADA, AUTHORITY)
    office.run(first, second)
    assert [office.phase(each) for each in (first, second)] == [Phase.FINISHED, Phase.FINISHED]
    assert office.log(first)[3:6] == ["upload.channel_stopped", "channel.opened", "upload.asked"]


def test_nothing_goes_out_while_the_channel_is_off(office: FilingOffice) -> None:
    """Also in the middle of a report; it is told that it waits."""
    report_id = office.queue(HILL)
    office.verbs.keep.disable(ADA, AUTHORITY)

    assert office.work() == 0
    assert office.verbs.watch.alarms() == {CHANNELS}
    office.verbs.keep.enable(ADA, AUTHORITY)
    office.run(report_id)
    assert office.phase(report_id) is Phase.FINISHED


def test_a_report_that_is_open_waits_while_the_channel_is_switched_elsewhere(office: FilingOffice) -> None:
    """Its number means nothing there; somebody is told, and it goes on when the channel is back."""
    report_id = office.queue(HILL)
    office.break_next(Fault(Does.CODE, "/upload", code=1000))
    office.work()
    assert office.phase(report_id) is Phase.OPEN
    office.verbs.keep.set(ADA, AUTHORITY, ChannelChange(environment=PRODUCTION))
    office.home.clock.advance(minutes=40)

    assert office.work() == 0
    assert [each.alarms for each in office.verbs.watch.wrong()] == [(Alarm.OTHER_ENVIRONMENT,)]
    assert office.verbs.watch.alarms() == {FILINGS, CHANNELS}
    office.set_up(TEST)
    office.run(report_id)
    assert list(received(office.finished())) == [[md5(HILL)]]


def test_expiry_is_watched_and_what_expired_is_begun_anew(office: FilingOffice) -> None:
    """The channel was off for a day."""
    report_id = office.queue(HILL)
    office.break_next(Fault(Does.CODE, "/upload", code=1000))
    office.work()
    office.verbs.keep.disable(ADA, AUTHORITY)
    ahead = timedelta(hours=23, minutes=45)
    office.home.clock.set(drawn.NOW + ahead)
    assert Alarm.EXPIRES_SOON in office.verbs.watch.wrong()[0].alarms
    office.home.clock.set(drawn.NOW + timedelta(hours=25))
    office.sandbox.offset += timedelta(hours=25)
    office.set_up()
    office.run(report_id)

    assert "gone.start_over" in office.log(report_id)
    assert list(received(office.finished())) == [[md5(HILL)]]


def test_a_schema_that_has_changed_since_the_approval_keeps_a_report_from_being_opened(office: FilingOffice) -> None:
    """Once it is open nothing can be mended; with the right schema it goes."""
    schema = office.verbs.schema.fetch(ADA, AUTHORITY)
    assert schema.schema is not None
    assert not schema.schema.has_drifted
    report_id = office.queue()
    good = office.verbs.channels.schema(AUTHORITY) or b""
    office.verbs.schema.put(ADA, AUTHORITY, good.replace(b'name="incidentType"', b'name="kindOfIncident"'))
    office.run(report_id)

    assert office.log(report_id) == ["submit.unwritable"]
    assert (office.phase(report_id), office.filing(report_id).fault) == (Phase.FAILED, Trouble.VALIDATION)
    assert office.sandbox.authority.reports == {}
    assert office.verbs.watch.alarms() == {FILINGS, CHANNELS}
    office.verbs.schema.put(ADA, AUTHORITY, good)
    office.verbs.end.retry(ADA, report_id)
    office.run(report_id)
    assert office.phase(report_id) is Phase.FINISHED


# ------------------------------------------------------------------------------------------------ evidence and storage


def test_a_file_that_the_vault_cannot_give_back_is_never_sent_half(office: FilingOffice) -> None:
    """What was opened is withdrawn, and a person hears of it; when it is restored, it is tried again."""
    report_id = office.queue(HILL)
    [file] = office.verbs.book.files(report_id)
    [path] = [
        each
        for each in (office.home.house.settings.var / "vault").rglob("*")
        if each.is_file() and each.stat().st_size > len(HILL)
    ]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :])
    office.run(report_id)

    assert office.log(report_id)[2:] == ["upload.asked", "file.0.unreadable", "retract.asked", "gone.failed"]
    assert (office.phase(report_id), office.filing(report_id).fault) == (Phase.FAILED, Trouble.MEDIA)
    assert office.finished() == []
    path.write_bytes(whole)
    office.verbs.end.retry(ADA, report_id)
    office.run(report_id)
    assert list(received(office.finished())) == [[md5(HILL)]]
    assert file.size_bytes == len(HILL)


def test_bytes_that_are_not_those_that_were_approved_are_not_sent(office: FilingOffice) -> None:
    """Whole, and other ones: the digest of the approval counts."""
    other = office.seal(MILL)
    draft = office.process.draft(package=a_package([HILL]))
    report_id = office.process.approve(draft, [(other.content_id, other.size_bytes)]).id
    office.run(report_id)

    assert office.log(report_id)[3:] == ["file.0.unreadable", "retract.asked", "gone.failed"]


class Flaky:
    """Filings whose database cannot write now and then."""

    def __init__(self, filings: Any, fails: Callable[[StepNote], Exception | None]) -> None:
        """Fail where *fails* says so."""
        self._filings, self._fails = filings, fails

    def __getattr__(self, name: str) -> Any:
        """Return everything else as it is."""
        return getattr(self._filings, name)

    def store(self, held: Held, filing: Any, note: StepNote) -> Held:
        """Store, or fail."""
        error = self._fails(note)
        if error is not None:
            raise error
        stored: Held = self._filings.store(held, filing, note)
        return stored


def test_an_answer_that_cannot_be_stored_at_once_is_kept_until_it_can(office: FilingOffice) -> None:
    """The disk is full for a moment: nothing is begun anew for it."""
    full = iter([StorageFull(), DatabaseBusy()])
    fails = lambda note: next(full, None) if note.note == "upload.done" else None  # noqa: E731  # short
    slept: list[float] = []
    work = replace(office.verbs.work, filings=Flaky(office.verbs.filings, fails), sleep=slept.append)
    report_id = office.queue(HILL)
    work.work(lambda: False)

    assert len(slept) == 2
    assert office.log(report_id) == WHOLE


def test_where_nothing_can_be_stored_nothing_is_sent_and_nothing_is_lost(office: FilingOffice) -> None:
    """A full disk before a step keeps it back; after one, the answer is lost and settled as such."""
    report_id = office.queue(HILL)
    before = replace(
        office.verbs.work,
        filings=Flaky(office.verbs.filings, lambda note: StorageFull() if note.note == "submit.asked" else None),
    )
    with pytest.raises(StorageFull):
        before.work(lambda: False)
    assert office.sandbox.authority.reports == {}
    assert office.log(report_id) == []

    after = replace(
        office.verbs.work,
        filings=Flaky(office.verbs.filings, lambda note: StorageFull() if note.note == "upload.done" else None),
        sleep=lambda seconds: office.home.clock.advance(seconds=20 * seconds),
    )
    with pytest.raises(StorageFull):
        after.work(lambda: False)
    office.run(report_id)
    assert office.log(report_id)[:5] == [*WHOLE[:3], "upload.lost", "retract.asked"]
    assert list(received(office.finished())) == [[md5(HILL)]]


def test_a_disk_that_is_really_full_loses_nothing(office: FilingOffice) -> None:
    """SQLite says so wherever it needs another page; with room again every report is finished once."""
    ids = [office.queue(f"a hill, {at}".encode() * 999) for at in range(6)]
    engine, most = office.home.house.engine, [1]  # pages: fewer than there are means no more than there are
    event.listen(engine, "checkout", lambda each, *_: each.execute(f"PRAGMA max_page_count={most[0]}"))
    work = replace(office.verbs.work, sleep=lambda seconds: office.home.clock.advance(seconds=20 * seconds))
    with pytest.raises(StorageFull):
        work.work(lambda: False)
    most[0] = 2**30
    office.home.clock.advance(minutes=2)
    office.run(*ids)

    assert [office.phase(each) for each in ids] == [Phase.FINISHED] * len(ids)
    assert sorted(received(office.finished())) == sorted([md5(f"a hill, {at}".encode() * 999)] for at in range(6))
    assert office.home.house.verify().breaches == ()


def test_a_report_whose_key_was_destroyed_is_withdrawn_and_not_sent(office: FilingOffice) -> None:
    """Also when it was open already."""
    report_id = office.queue(HILL)
    office.break_next(Fault(Does.CODE, "/fileinfo", code=1000))
    office.work()
    assert office.phase(report_id) is Phase.OPEN
    office.home.house.keys.destroy_period(report_period(report_id))
    office.run(report_id)

    assert office.phase(report_id) is Phase.FAILED
    assert office.log(report_id)[-3:] == ["fileinfo.unwritable", "retract.asked", "gone.failed"]
    assert office.finished() == []


# ------------------------------------------------------------------------------------------------ dying, and people


def test_who_takes_over_goes_on_from_the_last_answer(office_anywhere: FilingOffice) -> None:
    """A process that died for good loses nothing; one that was only taken for dead writes nothing any more."""
    office = office_anywhere
    report_id = office.queue(HILL)
    office.break_next(Fault(Does.CODE, "/upload", code=1000))
    office.work()
    office.home.clock.advance(minutes=40)
    process = office.process
    held = process.claimed()
    now = office.home.clock.now()
    sent = asked(held.filing, Send(Step.UPLOAD, 0), now)
    process.filings.store(held, sent, StepNote(now, "upload.asked", Step.UPLOAD, 0))
    assert office.work() == 0, "somebody else is at it"
    office.home.clock.advance(seconds=61)
    office.run(report_id)

    assert office.log(report_id)[4:8] == ["upload.asked", "upload.lost", "retract.asked", "gone.start_over"]
    assert list(received(office.finished())) == [[md5(HILL)]]


def test_a_long_upload_keeps_its_lease_beside_the_steps_that_are_stored(office: FilingOffice) -> None:
    """A lease is shorter than the way of a large file: whoever works says that they are alive."""
    renewed: list[Held] = []

    class Counting(Flaky):
        def renew(self, held: Held, lease: Any) -> None:
            office.verbs.filings.renew(held, lease)
            renewed.append(held)

    work = replace(office.verbs.work, filings=Counting(office.verbs.filings, lambda _: None), beat_seconds=0.02)
    report_id = office.queue(HILL)
    office.break_next(Fault(Does.DELAY, "/upload", seconds=0.5), Fault(Does.DELAY, "/finish", seconds=0.5))
    work.work(lambda: False)

    assert len(renewed) > 4
    assert office.phase(report_id) is Phase.FINISHED
    assert office.log(report_id) == WHOLE


def test_an_order_to_stop_is_obeyed_between_two_steps_and_the_report_given_back(office: FilingOffice) -> None:
    """So that another process goes on at once."""
    report_id = office.queue(HILL)
    said = iter([False, False, False, True])
    office.verbs.work.work(lambda: next(said, True))

    assert office.log(report_id) == WHOLE[: len(office.log(report_id))]
    assert 0 < len(office.log(report_id)) < len(WHOLE)
    assert office.stored(report_id).holder is None
    office.run(report_id)
    assert office.log(report_id) == WHOLE


def test_who_gives_a_report_up_has_it_withdrawn(office: FilingOffice) -> None:
    """At once where nothing of it is open; by the next step where something is."""
    never, opened = office.queue(), office.queue(HILL)
    office.verbs.end.abandon(ADA, never)
    assert (office.phase(never), office.log(never)) == (Phase.ABANDONED, ["abandoned"])
    office.break_next(Fault(Does.CODE, "/upload", code=1000))
    office.work()
    office.verbs.end.abandon(ADA, opened)
    office.break_next(Fault(Does.CODE, "/retract", code=1000))
    office.run(opened)

    assert office.phase(opened) is Phase.ABANDONED
    assert office.log(opened)[4:] == [
        "abandon.asked", "abandoned", "retract.asked", "retract.again", "retract.asked", "gone.abandoned",
    ]  # fmt: skip
    assert [each.state.value for each in office.sandbox.authority.reports.values()] == ["retracted"]
    for over in (never, opened):
        with pytest.raises(Conflict):
            office.verbs.end.abandon(ADA, over)
        with pytest.raises(Conflict):
            office.verbs.end.retry(ADA, over)


def test_what_was_given_up_too_late_counts_as_filed(office: FilingOffice) -> None:
    """The authority has it: whatever we meant, it is finished."""
    report_id = office.queue()
    office.break_next(Fault(Does.DROP_ANSWER, "/finish"))
    office.work()
    office.verbs.end.abandon(ADA, report_id)
    office.run(report_id)

    assert (office.phase(report_id), office.log(report_id)[-1]) == (Phase.FINISHED, "retract.was_finished")


def test_a_person_hastens_a_report_that_waits(office: FilingOffice) -> None:
    """After an outage nobody needs to wait for hours."""
    report_id = office.queue()
    office.break_next(Fault(Does.CODE, "/submit", code=1000))
    office.work()
    assert office.work() == 0
    office.verbs.end.retry(ADA, report_id)

    assert office.work() == 1
    assert office.phase(report_id) is Phase.FINISHED


def test_only_who_may_file_ends_reports(office: FilingOffice) -> None:
    """Who draws them up reads how far they are."""
    report_id = office.queue()
    drawing = Principal("per_2", frozenset({"reports"}))

    for verb in (office.verbs.end.abandon, office.verbs.end.retry, office.verbs.end.take_note):
        with pytest.raises(Forbidden):
            verb(drawing, report_id)
        with pytest.raises(UnknownReport):
            verb(ADA, ReportId("rep_none"))
    assert office.verbs.read.one(drawing, report_id).line.id == report_id
    assert office.verbs.read.page(drawing, limit=5)[0].id == report_id
    with pytest.raises(Forbidden):
        office.verbs.read.page(Principal("key_1", frozenset({"read"})), limit=5)
    with pytest.raises(UnknownReport):
        office.verbs.read.steps(ADA, "rep_none")


def test_nobody_ends_or_reads_a_report_about_an_account_of_their_own(office: FilingOffice) -> None:
    """Whatever scopes they have; others do."""
    report_id = office.queue()
    line = office.verbs.book.line(report_id)
    assert line is not None
    with office.home.house.store.read() as reader:
        case = reader.case_of(line.case_ids[0])
    assert case is not None
    own = OwnAccount(OFFICER, case.account_id, office.home.clock.now())
    office.process.desk.commit(own_accounts=(own,))

    for verb in (office.verbs.end.abandon, office.verbs.end.retry, office.verbs.end.take_note):
        with pytest.raises(NotForYou):
            verb(ADA, report_id)
    for read in (office.verbs.read.one, office.verbs.read.steps):
        with pytest.raises(NotForYou):
            read(ADA, report_id)
    assert office.verbs.read.page(ADA, limit=5) == []
    assert office.log(report_id) == []
    assert office.verbs.end.abandon(GRETA, report_id).filing.phase is Phase.ABANDONED


def test_what_was_overturned_is_not_tried_again(office: FilingOffice) -> None:
    """It failed, the finding behind it was reversed, and nobody sends it any more."""
    report_id = office.queue()
    office.break_next(Fault(Does.CODE, "/submit", code=4100))
    office.run(report_id)
    line = office.verbs.book.line(report_id)
    assert line is not None
    with office.home.house.store.read() as reader:
        found = reader.found_case(line.case_ids[0])
    assert found is not None
    [finding] = found.decision_ids
    reversal = decision(source=Source.PERSON, is_automated=False, decided_by=GRETA.id, reverses=finding)
    office.process.desk.commit(decisions=(reversal,))

    with pytest.raises(Conflict, match="no finding stands"):
        office.verbs.end.retry(ADA, report_id)
    assert office.phase(report_id) is Phase.FAILED


def test_what_was_told_meanwhile_is_not_tried_again(office: FilingOffice) -> None:
    """It failed, another one about its case was finished, and the authority does not get both."""
    process, kept = office.process, office.verbs.filings
    case, now = a_case(process.desk), office.home.clock.now()
    failed = process.queued(case, environment=PRODUCTION)
    held = process.claimed(PRODUCTION)
    kept.store(held, replace(held.filing, phase=Phase.FAILED), StepNote(now, "submit.refused"))
    process.queued(case, environment=PRODUCTION)
    held = process.claimed(PRODUCTION)
    done = replace(held.filing, phase=Phase.FINISHED, receipt=Receipt("900000001", now, ()))
    kept.store(held, done, StepNote(now, "finish.done"))

    with pytest.raises(Conflict, match="has report 900000001"):
        office.verbs.end.retry(ADA, failed)
    assert office.phase(failed) is Phase.FAILED


def test_nothing_of_a_report_is_in_the_audit_of_its_way(office: FilingOffice) -> None:
    """Ids and codes only."""
    report_id = office.queue(HILL)
    office.run(report_id)
    with office.home.house.engine.connect() as connection:
        told = [bytes(each) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars()]

    assert len(told) > len(WHOLE)
    for planted in (b"user-123", b"photo.jpg", b"meadow", b"sandbox", md5(HILL).encode()):
        assert not [each for each in told if planted in each]


def test_a_case_of_which_one_report_is_over_may_have_another(office: FilingOffice) -> None:
    """Nobody is reported only once for ever."""
    case = a_case(office.process.desk)
    first = office.process.approve(office.process.draft(case)).id
    office.run(first)
    second = office.process.approve(office.process.draft(case)).id
    office.run(second)

    assert len(office.finished()) == 2
    assert office.filing(second).then is not Then.FAIL
