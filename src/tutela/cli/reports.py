"""`tutela reports`: reports to authorities, how far each is, and what to do about one."""

import signal
import threading
from typing import Any

import click

from tutela.bootstrap import build, set_up_logs
from tutela.cli import drafting
from tutela.cli.acting import BY, who
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.cli.telling import in_lines, plain
from tutela.core.filing.states import Phase
from tutela.flows.read_reports import ReportShown
from tutela.flows.tell_reports import line_told, step_told, way_told
from tutela.ports.filings import StoredFiling
from tutela.ports.reports import ReportState

WRITER = "filing"
"""The audit chain of processes that file."""


@click.group("reports")
def reports_command() -> None:
    """Draw up and approve reports to authorities, read how far each is, give one up or have it tried again."""


for each in drafting.COMMANDS:
    reports_command.add_command(each)


@reports_command.command("list")
@click.option("--state", type=click.Choice([each.value for each in ReportState]), help="Only these.")
@click.option("--phase", type=click.Choice([each.value for each in Phase]), help="Only these, of approved ones.")
@click.option("--before", help="Only those before this one.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@placed
def list_reports(where: Where, state: str | None, phase: str | None, before: str | None, limit: int) -> None:
    """List reports, newest first; never what they say."""
    with where.house() as house:
        found = house.filing.read.page(
            whoever(),
            limit=limit,
            before=before,
            state=None if state is None else ReportState(state),
            phase=None if phase is None else Phase(phase),
        )
    records = [plain(line_told(each)) for each in found]
    shown = [{**each, "phase": each["phase"] or "-", "case": " ".join(each["cases"])} for each in records]
    columns = ("id", "authority", "environment", "state", "phase", "case", "created_at")
    where.tell(records, table(shown, columns, empty="there is none"))


@reports_command.command("show")
@click.argument("report_id")
@placed
def show(where: Where, report_id: str) -> None:
    """Show how far a report is."""
    with where.house() as house:
        record = shown_record(house.filing.read.one(whoever(), report_id))
    where.tell(record, "\n".join(in_lines(record)))


@reports_command.command("log")
@click.argument("report_id")
@placed
def log(where: Where, report_id: str) -> None:
    """Show every step of its way: what was asked, what was answered, and by which codes."""
    with where.house() as house:
        records = [plain(step_told(each)) for each in house.filing.read.steps(whoever(), report_id)]
    columns = ("number", "at", "note", "file", "http_status", "code", "request_id", "failure", "by")
    where.tell(records, table(records, columns, empty="nothing was sent yet"))


@reports_command.command("alarms")
@placed
def alarms(where: Where) -> None:
    """List the reports with which something is wrong."""
    with where.house() as house:
        found = house.filing.watch.wrong()
    records = [{"id": each.report_id, "alarms": [alarm.value for alarm in each.alarms]} for each in found]
    shown = [{**each, "alarms": " ".join(each["alarms"])} for each in records]
    where.tell(records, table(shown, ("id", "alarms"), empty="nothing is wrong"))


@reports_command.command("abandon")
@click.argument("report_id")
@BY
@placed
def abandon(where: Where, report_id: str, by: str | None) -> None:
    """Give a report up: what is open at the authority is withdrawn. It may turn out to be finished; then it counts."""
    with where.house() as house:
        stored = house.filing.end.abandon(who(by), report_id)
    where.tell(filing_record(stored), f"{report_id}: {_ended(stored)}")


@reports_command.command("retry")
@click.argument("report_id")
@BY
@placed
def retry(where: Where, report_id: str, by: str | None) -> None:
    """Have a report that failed tried from its beginning, or one that waits tried now."""
    with where.house() as house:
        stored = house.filing.end.retry(who(by), report_id)
    where.tell(filing_record(stored), f"{report_id} is tried again")


@reports_command.command("acknowledge")
@click.argument("report_id")
@BY
@placed
def acknowledge(where: Where, report_id: str, by: str | None) -> None:
    """Say that you know how a report ended: it is no alarm any more."""
    with where.house() as house:
        stored = house.filing.end.take_note(who(by), report_id)
    where.tell(filing_record(stored), f"{report_id} is noted")


@reports_command.command("work")
@click.option("--once", is_flag=True, help="File what is due now, and end.")
@placed
def work(where: Where, *, once: bool) -> None:
    """File reports in a process of its own, until Ctrl-C or SIGTERM.

    Several of them share the work, beside a server or without it (TUTELA_FILING_IN_SERVER=false); what one of them held
    when it died, another goes on with after TUTELA_FILING_LEASE_SECONDS.
    """
    settings = where.settings(writer=WRITER)
    set_up_logs(settings.log_level)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    house = build(settings)
    try:
        if once:
            taken = house.filing.work.work(over.is_set)
            where.tell({"taken": taken}, f"{taken} taken on")
            return
        house.filer.start()
        house.filing_watcher.start()
        click.echo("Tutela files reports")
        over.wait()
    finally:
        house.close()


def shown_record(shown: ReportShown) -> dict[str, Any]:
    """Return a report with its way."""
    way = {} if shown.stored is None else filing_record(shown.stored)
    return {**plain(line_told(shown.line)), **way}


def filing_record(stored: StoredFiling) -> dict[str, Any]:
    """Return how far a report is, and which process is at it."""
    record: dict[str, Any] = plain({**way_told(stored), "held_by": stored.holder})
    return record


def _ended(stored: StoredFiling) -> str:
    if stored.filing.is_over:
        return stored.filing.phase.value
    return "given up; what is open at the authority is withdrawn as soon as the channel works"
