"""What reports and their filings promise, on both databases and with several processes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from filed import AUTHORITY, BY, LEASE, OFFICER, OTHER, PRODUCTION, TEST, Process, a_case, a_package, a_report, opened
from make import AT
from tutela.core.filing.answers import Fault
from tutela.core.filing.package import Override
from tutela.core.filing.report_key import report_period
from tutela.core.filing.states import Asked, FileState, Filing, Phase, Receipt, Send, Step, Then
from tutela.core.filing.transitions import asked, unreadable_file
from tutela.core.ids import CaseId, ReportId
from tutela.errors import BadInput, Conflict, KeyMissing, TakenOver
from tutela.ports.filings import StepNote
from tutela.ports.reports import ReportAudit, ReportKind, ReportState, StoredFile, StoredReport

NOTE = StepNote(AT, "submit.asked", Step.SUBMIT)


@pytest.fixture
def process(database_url: str, tmp_path: Path) -> Iterator[Process]:
    """Yield a process."""
    with opened(database_url, "one", tmp_path) as one:
        yield one


@pytest.fixture
def two(new_database: Callable[[], str], tmp_path: Path) -> Iterator[tuple[Process, Process]]:
    """Yield two processes on one database, with one clock."""
    url = new_database()
    with opened(url, "one", tmp_path) as one, opened(url, "two", tmp_path, one.clock) as two:
        yield one, two


def finished(filing: Filing) -> Filing:
    """Return it as it is when the authority has it."""
    return replace(filing, phase=Phase.FINISHED, asked=None, receipt=Receipt("900000001", AT, ()))


# --------------------------------------------------------------------------------------------------------- reports


def test_a_report_is_read_as_it_was_stored(process: Process) -> None:
    """With all that it has, and the order of its cases."""
    first, second = a_case(process.desk), a_case(process.desk)
    plain = process.draft(second, first)
    full = process.draft(
        first, kind=ReportKind.CORRECTION, corrects=plain.id, package=a_package([b"hill"]), prepared_by=OFFICER,
        prepared_at=AT, override=Override(OFFICER, "nothing more is known"), state=ReportState.PREPARED,
    )  # fmt: skip

    assert process.book.report(plain.id) == plain
    assert process.book.report(full.id) == full
    assert process.book.report("rep_none") is None


def test_nothing_that_a_report_says_lies_open_in_the_database(process: Process) -> None:
    """Neither in its tables nor in the audit; and with its key destroyed it is gone, while its line stays."""
    report = process.draft(override=Override(OFFICER, "the planted reason"))
    with process.engine.connect() as connection:
        rows = [str(row) for row in connection.execute(text("SELECT * FROM reports"))]
        told = [bytes(each) for each in connection.execute(text("SELECT body FROM audit_payloads")).scalars()]
    planted = ["user-123", "handle", "Ann", "192.0.2.10", "the planted reason"]

    assert not [each for each in planted if any(each in row for row in rows)]
    assert not [each for each in planted if any(each.encode() in body for body in told)]
    process.keys.destroy_period(report_period(report.id))
    with pytest.raises(KeyMissing):
        process.book.report(report.id)
    line = process.book.line(report.id)
    assert line is not None
    assert line.case_ids == report.case_ids


def test_a_report_is_changed_only_as_it_was_seen(process: Process) -> None:
    """Of two changes at once the second is refused."""
    report = process.draft()
    other = a_case(process.desk)
    after = replace(report, state=ReportState.PREPARED, prepared_by=OTHER, prepared_at=AT, case_ids=(other,))
    changed = process.book.change(report, after, ReportAudit("prepared", OTHER))

    assert changed == replace(after, version=2)
    assert process.book.report(report.id) == changed
    assert list(process.book.of_cases([*report.case_ids, other])) == [other]
    with pytest.raises(Conflict):
        process.book.change(report, replace(report, state=ReportState.WITHDRAWN), BY)
    with pytest.raises(BadInput):
        process.book.change(changed, replace(changed, state=ReportState.APPROVED), BY)


@pytest.mark.parametrize("state", [ReportState.APPROVED, ReportState.WITHDRAWN])
def test_what_was_approved_or_withdrawn_is_never_changed(process: Process, state: ReportState) -> None:
    """Nor approved once more."""
    draft = process.draft()
    if state is ReportState.APPROVED:
        over = process.approve(draft)
    else:
        over = process.book.change(draft, replace(draft, state=state), BY)

    with pytest.raises(Conflict):
        process.book.change(over, replace(over, state=ReportState.DRAFT), BY)
    with pytest.raises(Conflict):
        process.approve(over)


@pytest.mark.parametrize("cases", [0, 101])
def test_a_report_is_about_at_least_one_case_and_not_about_all(process: Process, cases: int) -> None:
    """Each of them once."""
    one = a_case(process.desk)
    with pytest.raises(BadInput, match="case"):
        process.book.add(a_report(*(CaseId(f"cas_{at}") for at in range(cases))), BY)
    with pytest.raises(BadInput, match="case"):
        process.book.add(a_report(one, one), BY)


def test_lists_tell_how_far_reports_are_newest_first(process: Process) -> None:
    """By state and phase, a page at a time."""
    drafts = [process.draft() for _ in range(3)]
    queued = process.queued()
    held = process.claimed()
    process.filings.store(held, finished(held.filing), StepNote(AT, "finish.done", Step.FINISH, code=0))

    page = process.book.page(limit=3)
    assert [each.id for each in page] == [queued, drafts[2].id, drafts[1].id]
    assert (page[0].phase, page[0].authority_report_id, page[0].finished_at) == (Phase.FINISHED, "900000001", AT)
    assert [each.id for each in process.book.page(limit=3, before=page[-1].id)] == [drafts[0].id]
    assert [each.id for each in process.book.page(limit=9, state=ReportState.APPROVED)] == [queued]
    assert [each.id for each in process.book.page(limit=9, phase=Phase.FINISHED)] == [queued]
    assert process.book.page(limit=9, phase=Phase.FAILED) == []


def test_a_list_leaves_out_what_is_about_certain_accounts(process: Process) -> None:
    """Those whom a report names, and those whose case it is about."""
    mine, theirs, other = a_case(process.desk), a_case(process.desk), a_case(process.desk)
    with process.desk.store.read() as reader:
        account, another = (case.account_id for case in map(reader.case_of, (mine, other)) if case is not None)
    of_case, named, left = process.draft(theirs, mine), process.draft(other, account_id=account), process.draft(theirs)

    found = {each.id for each in process.book.page(limit=9, but_about=[account])}
    assert found == {left.id}
    found = {each.id for each in process.book.page(limit=9, but_about=[another])}
    assert found == {of_case.id, left.id}
    assert {each.id for each in process.book.page(limit=9)} == {of_case.id, named.id, left.id}


# -------------------------------------------------------------------------------------------------------- approval


def test_an_approved_report_has_its_files_and_its_way_at_once(process: Process) -> None:
    """And the audit says by whom, where to, and about which cases."""
    report = process.draft(package=a_package([b"hill", b"mill"]))
    process.approve(report, [("cnt-1", 4), ("cnt-2", 4)], PRODUCTION, by=OTHER)
    stored = process.filings.filing(report.id)
    with process.desk.store.read() as reader:
        of_cases = reader.filings_of_cases([*report.case_ids, CaseId("cas_none")])
    with process.engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM audit_entries WHERE chain = 'one' ORDER BY seq")).scalars()
        assert list(kinds) == ["person:report:drawn_up", "person:report:approved"]

    assert [(each.position, each.content_id) for each in process.book.files(report.id)] == [(0, "cnt-1"), (1, "cnt-2")]
    assert stored is not None
    assert stored.filing.environment is PRODUCTION
    assert of_cases == {report.case_ids[0]: {AUTHORITY: (stored.filing,)}}


WRONG: dict[str, Callable[[StoredReport, list[StoredFile], Filing], tuple[StoredReport, list[StoredFile], Filing]]] = {
    "another digest": lambda after, files, filing: (after, [replace(files[0], md5="0" * 32), files[1]], filing),
    "another order": lambda after, files, filing: (after, files[::-1], filing),
    "a file is missing": lambda after, files, filing: (after, files[:1], filing),
    "another report": lambda after, files, filing: (after, files, replace(filing, key="rep_other")),
    "another environment": lambda after, files, filing: (after, files, replace(filing, environment=PRODUCTION)),
    "approved by nobody": lambda after, files, filing: (replace(after, approved_by=None), files, filing),
    "begun before": lambda after, files, filing: (after, files, replace(filing, phase=Phase.OPEN)),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_does_not_agree_is_not_approved(process: Process, wrong: Callable[..., Any]) -> None:
    """Package, files and filing name the same bytes, or nothing goes out."""
    report = process.draft(package=a_package([b"hill", b"mill"]))
    after = replace(report, state=ReportState.APPROVED, approved_by=OFFICER, approved_at=AT, environment=TEST)
    packed = report.package.files
    files = [StoredFile(report.id, at, each.key, f"cnt-{at}", each.md5, 4) for at, each in enumerate(packed)]
    filing = Filing(report.id, TEST, tuple(FileState(each.key, each.md5) for each in packed))

    with pytest.raises(BadInput):
        process.book.approve(report, *wrong(after, files, filing), BY)
    assert process.filings.filing(report.id) is None
    process.book.approve(report, after, files, filing, BY)


def test_of_two_officers_who_approve_at_once_one_does(two: tuple[Process, Process]) -> None:
    """The other is told; one report goes out."""
    report, gate = two[0].draft(), Barrier(2)

    def approve(process: Process) -> str:
        gate.wait()
        try:
            process.approve(report, by=process.name)
        except Conflict:
            return "conflict"
        return process.name

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(approve, two))
    stored = two[0].book.report(report.id)

    assert sorted(said).count("conflict") == 1
    assert stored is not None
    assert stored.approved_by in said


def test_one_report_about_an_incident_is_on_its_way_at_a_time(process: Process) -> None:
    """In each environment, to each authority; whatever cases it is about beside; until it is over."""
    case, other = a_case(process.desk), a_case(process.desk)
    process.queued(case)
    second, test = process.draft(other, case), process.draft(case)
    elsewhere = process.draft(case, authority="other")

    with pytest.raises(Conflict, match="on its way"):
        process.approve(second)
    process.approve(elsewhere)
    process.approve(test, environment=PRODUCTION)
    held = process.claimed()
    process.filings.store(held, finished(held.filing), NOTE)
    process.approve(second)


def test_two_reports_about_one_incident_that_are_approved_at_once_do_not_both_go_out(
    two: tuple[Process, Process],
) -> None:
    """The database backs what the code checks."""
    case, gate = a_case(two[0].desk), Barrier(2)
    drafts = [process.draft(case) for process in two]

    def approve(each: tuple[Process, StoredReport]) -> bool:
        gate.wait()
        try:
            each[0].approve(each[1])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, zip(two, drafts, strict=True))) == [False, True]


# ---------------------------------------------------------------------------------------------------- on their way


def test_a_report_is_claimed_once_until_its_lease_runs_out(two: tuple[Process, Process]) -> None:
    """Who was taken for dead writes nothing any more."""
    one, other = two
    report_id = one.queued()
    held = one.claimed()
    assert other.claim() is None
    one.clock.advance(seconds=LEASE.total_seconds() - 1)
    one.filings.renew(held, one.lease())
    one.clock.advance(seconds=LEASE.total_seconds() - 1)
    assert other.claim() is None
    one.clock.advance(seconds=2)

    taken = other.claimed()
    assert taken.report_id == report_id
    for write in (
        lambda: one.filings.store(held, asked(held.filing, Send(Step.SUBMIT), AT), NOTE),
        lambda: one.filings.renew(held, one.lease()),
    ):
        with pytest.raises(TakenOver):
            write()
    one.filings.give_back(held)
    assert one.claim() is None
    other.filings.give_back(taken)
    assert one.claimed().report_id == report_id


def test_many_reports_are_shared_without_being_claimed_twice(two: tuple[Process, Process]) -> None:
    """By two processes at once."""
    ids = {two[0].queued() for _ in range(12)}

    def claim_all(process: Process) -> list[ReportId]:
        return [held.report_id for _ in range(12) if (held := process.claim()) is not None]

    with ThreadPoolExecutor(2) as pool:
        claimed = [each for some in pool.map(claim_all, two) for each in some]
    assert sorted(claimed) == sorted(ids)


def test_danger_goes_first_and_nothing_goes_before_its_time_or_elsewhere(process: Process) -> None:
    """Not where the channel does not work either; what somebody gave up goes at once."""
    plain = process.queued()
    urgent = process.queued(package=a_package(is_urgent=True))
    process.queued(environment=PRODUCTION)
    first = process.claimed()
    later = replace(first.filing, not_before=AT + timedelta(minutes=5), attempts=1)
    process.filings.give_back(process.filings.store(first, later, StepNote(AT, "submit.again", Step.SUBMIT, code=1000)))
    second = process.claimed()
    stopped = replace(second.filing, is_stopped=True, fault=Fault.AUTH)
    process.filings.give_back(process.filings.store(second, stopped, StepNote(AT, "submit.channel_stopped")))

    assert (first.report_id, second.report_id) == (urgent, plain)
    assert process.claim() is None
    process.clock.advance(minutes=5)
    assert process.claimed().report_id == urgent
    process.filings.ask_abandon(plain, OFFICER, AT)
    assert process.claimed().report_id == plain


def test_what_became_of_a_step_and_its_line_in_the_log_are_one_write(process: Process) -> None:
    """Numbered, in order, with what their support asks for, and an entry in the audit each."""
    report_id = process.queued()
    held = process.claimed()
    going = asked(held.filing, Send(Step.SUBMIT), AT)
    held = process.filings.store(held, going, NOTE)
    answer = StepNote(AT, "submit.done", Step.SUBMIT, http_status=200, code=0, request_id="r-1")
    opened = replace(going, asked=None, phase=Phase.OPEN, report_id="7", opened_at=AT)
    held = process.filings.store(held, opened, answer)
    stored = process.filings.filing(report_id)
    with process.engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM audit_entries WHERE chain = 'one' ORDER BY seq")).scalars()

        assert list(kinds)[-2:] == ["system:report:submit.asked", "system:report:submit.done"]
    assert [(each.number, each.step) for each in process.filings.steps(report_id)] == [(1, NOTE), (2, answer)]
    assert going.asked == Asked(Step.SUBMIT, AT)
    assert stored is not None
    assert stored.filing == held.filing == opened
    line = process.book.line(report_id)
    assert line is not None
    assert (line.phase, line.authority_report_id) == (Phase.OPEN, "7")
    assert process.book.lines([report_id, ReportId("rep_nobody")]) == {report_id: line}


def test_what_is_over_is_held_by_nobody_and_claimed_no_more(process: Process) -> None:
    """Its receipt is told by its line."""
    report_id = process.queued()
    held = process.claimed()
    done = process.filings.store(held, finished(held.filing), NOTE)

    assert (done.stored.holder, done.stored.lease_until) == (None, None)
    assert done.stored.finished_at == AT
    process.clock.advance(days=1)
    assert process.claim() is None
    with pytest.raises(Conflict):
        process.filings.ask_abandon(report_id, OFFICER, AT)


def test_giving_up_is_noted_once_and_told_to_whoever_is_at_it(process: Process) -> None:
    """Also while a process is: it hears of it when it stores its next step."""
    report_id = process.queued()
    held = process.claimed()
    for _ in range(2):
        stored = process.filings.ask_abandon(report_id, OFFICER, AT)
    assert stored.abandon_by == OFFICER
    held = process.filings.store(held, held.filing, NOTE)
    assert held.stored.abandon_by == OFFICER
    leaving = replace(held.filing, phase=Phase.RETRACTING, then=Then.ABANDON, report_id="7", opened_at=AT)
    assert process.filings.store(held, leaving, NOTE).stored.abandon_by is None
    assert process.filings.ask_abandon(report_id, OFFICER, AT).abandon_by is None
    assert [each.step.note for each in process.filings.steps(report_id)] == [
        "abandon.asked",
        "submit.asked",
        "submit.asked",
    ]
    with pytest.raises(Conflict):
        process.filings.ask_abandon(process.draft().id, OFFICER, AT)


def test_what_was_told_meanwhile_is_not_told_a_second_time(process: Process) -> None:
    """Two drafts of one case: the second goes out only where it names the first, or was drawn up knowing it."""
    case = a_case(process.desk)
    first, second, knowing = process.draft(case), process.draft(case), process.draft(case)
    later = process.draft(case, created_at=AT + timedelta(seconds=1))
    process.approve(first, environment=PRODUCTION)
    held = process.claimed(PRODUCTION)
    process.filings.store(held, finished(held.filing), StepNote(AT, "finish.done", Step.FINISH, code=0))
    with pytest.raises(Conflict, match="has report 900000001"):
        process.approve(second, environment=PRODUCTION)
    line = process.book.line(second.id)
    assert line is not None
    assert (line.state, line.phase) == (ReportState.DRAFT, None)

    def name(draft: StoredReport) -> StoredReport:
        """Type the earlier number in."""
        said = draft.package.report
        suspects = tuple(replace(each, prior_reports=(900_000_001,)) for each in said.suspects)
        package = replace(draft.package, report=replace(said, suspects=suspects))
        return process.book.change(draft, replace(draft, package=package), BY)

    def end() -> None:
        """Give up what is on its way."""
        held = process.claimed(PRODUCTION)
        process.filings.store(held, replace(held.filing, phase=Phase.ABANDONED), StepNote(AT, "abandoned"))

    for other in (
        name(knowing),
        later,
        process.draft(case, kind=ReportKind.CORRECTION, corrects=first.id),
        process.draft(case, authority="other"),
    ):
        process.approve(other, environment=PRODUCTION)
        if other.authority == AUTHORITY:
            end()
    assert process.approve(second, environment=TEST).state is ReportState.APPROVED


def test_what_failed_is_tried_again_unless_another_one_is_on_its_way(process: Process) -> None:
    """Nor while somebody is at it, nor as it was not read."""
    case = a_case(process.desk)
    report_id = process.queued(case)
    held = process.claimed()
    waiting = process.filings.filing(report_id)
    assert waiting is not None
    with pytest.raises(Conflict):
        process.filings.change(waiting, held.filing, StepNote(AT, "retried", by=OFFICER))
    failed = process.filings.store(held, unreadable_file(held.filing, 0).filing, NOTE).stored
    second = process.queued(case)
    begun = replace(failed.filing, phase=Phase.READY, fault=Fault.NONE)

    assert [each.report_id for each in process.filings.watched()] == [second, report_id]
    with pytest.raises(Conflict):
        process.filings.change(failed, begun, StepNote(AT, "retried", by=OFFICER))
    process.filings.store(process.claimed(), finished(begun), NOTE)
    again = process.filings.change(failed, begun, StepNote(AT, "retried", by=OFFICER))
    assert again.filing == begun
    assert process.claimed().report_id == report_id


def test_how_one_ended_is_told_until_somebody_takes_note(process: Process) -> None:
    """Only of trouble, and only when it is over."""
    fine, failed = process.queued(), process.queued()
    with pytest.raises(Conflict):
        process.filings.take_note(failed, OFFICER, AT)
    held = process.claimed()
    process.filings.store(held, finished(held.filing), NOTE)
    held = process.claimed()
    process.filings.store(held, replace(held.filing, phase=Phase.FAILED), NOTE)

    assert (held.report_id, [each.report_id for each in process.filings.watched()]) == (failed, [failed])
    assert process.filings.take_note(failed, OFFICER, AT).seen_by == OFFICER
    assert process.filings.watched() == []
    assert fine != failed


def test_what_stopped_goes_on_when_the_channel_works_again(process: Process) -> None:
    """From where it stood; what did not stop is left alone."""
    stopped = process.queued()
    held = process.claimed()
    process.filings.give_back(process.filings.store(held, replace(held.filing, is_stopped=True, attempts=3), NOTE))
    process.queued()

    assert process.filings.open_channel("other", AT) == 0
    assert process.filings.open_channel(AUTHORITY, AT) == 1
    now = process.filings.filing(stopped)
    assert now is not None
    assert (now.filing.is_stopped, now.filing.attempts) == (False, 0)
    assert process.filings.steps(stopped)[-1].step.note == "channel.opened"


def test_how_far_a_filing_is_comes_back_as_it_was_stored(process: Process) -> None:
    """With all that it has."""
    report_id = process.queued()
    held = process.claimed()
    full = replace(
        held.filing,
        phase=Phase.RETRACTING, report_id="7", opened_at=AT, changed_at=AT, asked=Asked(Step.RETRACT, AT, None),
        attempts=2, not_before=AT, restarts=1, then=Then.START_OVER, fault=Fault.MEDIA, is_finish_asked=True,
        unknown_open=1, doubled=2, files=(FileState("file-0", "0" * 32, "f0", is_described=True),),
    )  # fmt: skip
    process.filings.store(held, full, NOTE)
    stored = process.filings.filing(report_id)

    assert stored is not None
    assert stored.filing == full
    done = replace(full, phase=Phase.FINISHED, receipt=Receipt("7", AT, ("f0",), missing=("f1",), surplus=("f2",)))
    assert process.filings.store(replace(held, stored=stored), done, NOTE).filing == done
