"""`tutela duty`: what incidents owe to authorities, and what was done about it."""

from datetime import UTC, datetime
from typing import Any

import click

from tutela.bootstrap import House
from tutela.cli.acting import BY, who
from tutela.cli.judging import moment
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.filing.duty import ChildKnown, Explicitness, Imagery, Trait
from tutela.core.filing.places import Places
from tutela.core.filing.sheets import DutySheet
from tutela.core.ids import CaseId
from tutela.flows.read_duties import Duties, OwedDuty
from tutela.flows.tell_duties import duties_told, table_told

_COLUMNS = ("authority", "obligation", "due_at", "stands", "reason")
_CASE = click.argument("case_id")
_AUTHORITY = click.argument("authority")
PAGE = 100


@click.group("duty")
def duty_command() -> None:
    """See what incidents owe to authorities, and record what was done about it."""


@duty_command.command("list")
@placed
def list_command(where: Where) -> None:
    """List found cases that have not ended, with what must still be told. The exit status is 1 when some is late."""
    found: list[Duties] = []
    with where.house() as house:
        after: str | None = ""
        while after is not None:
            page = house.duties.read.page(whoever(), after, PAGE)
            found += page.cases
            after = page.following
        now = house.clock.now()
    rows = [_row(each, now) for each in found]
    where.tell(rows, table(rows, ("case", "clause", "due_at", "must", "late"), empty="nothing is owed"))
    if any(each["late"] for each in rows):
        click.get_current_context().exit(1)


@duty_command.command("show")
@_CASE
@placed
def show_command(where: Where, case_id: str) -> None:
    """Show what a case owes to each authority, and why."""
    with where.house() as house:
        _tell(where, house, house.duties.read(whoever(), CaseId(case_id)))


@duty_command.command("sheet")
@_CASE
@BY
@click.option("--imagery", type=click.Choice([each.value for each in Imagery]), default=Imagery.UNKNOWN.value)
@click.option("--explicitness", type=click.Choice([each.value for each in Explicitness]), default="unknown")
@click.option("--child", type=click.Choice([each.value for each in ChildKnown]), default=ChildKnown.UNKNOWN.value)
@click.option("--trait", "traits", type=click.Choice([each.value for each in Trait]), multiple=True)
@click.option("--suspect-in", "suspects", multiple=True, help="A country, such as US.")
@click.option("--child-in", "children", multiple=True, help="A country.")
@click.option("--published-in", "published", multiple=True, help="A country.")
@placed
def sheet_command(where: Where, case_id: str, by: str | None, **said: Any) -> None:
    """Say what laws ask of an incident. What is left out nobody knows, and counts as the gravest it may be."""
    sheet = DutySheet(
        CaseId(case_id),
        Imagery(said["imagery"]),
        Explicitness(said["explicitness"]),
        ChildKnown(said["child"]),
        frozenset(map(Trait, said["traits"])),
        Places(said["suspects"], said["children"], said["published"]),
    )
    with where.house() as house:
        _tell(where, house, house.duties.fill(who(by), sheet))


@duty_command.command("decline")
@_CASE
@_AUTHORITY
@BY
@click.option("--reason", required=True, help="Why it is not told, in plain words.")
@placed
def decline_command(where: Where, case_id: str, authority: str, by: str | None, reason: str) -> None:
    """Decide that an authority is not told: only where the table leaves that open."""
    with where.house() as house:
        _tell(where, house, house.duties.decline(who(by), CaseId(case_id), authority, reason))


@duty_command.command("take")
@_CASE
@_AUTHORITY
@BY
@click.option("--until", help="By when, such as 2026-03-03T09:00:00Z; without it, until it is due.")
@placed
def take_command(where: Where, case_id: str, authority: str, by: str | None, until: str | None) -> None:
    """Say that you tell an authority, and by when."""
    due_at = None if until is None else moment(until, "--until")
    with where.house() as house:
        _tell(where, house, house.duties.take(who(by), CaseId(case_id), authority, due_at))


@duty_command.command("filed")
@_CASE
@_AUTHORITY
@BY
@click.option("--reference", required=True, help="What the authority gave as its receipt.")
@click.option("--at", "filed_at", help="When it was told; now, without it.")
@placed
def filed_command(
    where: Where, case_id: str, authority: str, by: str | None, reference: str, filed_at: str | None
) -> None:
    """Record that an authority was told by hand: by telephone, mail, or its own page."""
    with where.house() as house:
        at = house.clock.now() if filed_at is None else moment(filed_at, "--at")
        told = house.duties.file_by_hand(who(by), CaseId(case_id), authority, reference, at)
        _tell(where, house, told)


@duty_command.command("form")
@click.argument("report_id")
@_AUTHORITY
@BY
@placed
def form_command(where: Where, report_id: str, authority: str, by: str | None) -> None:
    """Print a report that was drawn up, in the order in which an authority without an interface asks for it."""
    with where.house() as house:
        laid = house.duties.lay_out(who(by), report_id, authority)
    where.tell({"authority": authority, "source": laid.form.source, "text": laid.text}, laid.text)


@duty_command.command("table")
@placed
def table_command(where: Where) -> None:
    """Show which table of duties is used, and who confirmed it. The exit status is 1 when nobody has."""
    with where.house() as house:
        confirm = house.duties.confirm
        last, is_confirmed = confirm.read(), confirm.is_confirmed()
    record = table_told(confirm)
    words = f"version {confirm.table.version}, checksum {confirm.table.checksum}\n"
    words += f"confirmed by {last.by} at {last.at:%Y-%m-%d %H:%M} UTC" if is_confirmed and last else "not confirmed"
    where.tell(record, words)
    if not is_confirmed:
        click.get_current_context().exit(1)


@duty_command.command("confirm")
@click.argument("version")
@BY
@placed
def confirm_command(where: Where, version: str, by: str | None) -> None:
    """Record that counsel has read this version of the table of duties."""
    with where.house() as house:
        made = house.duties.confirm(who(by), version)
    where.tell({"version": made.version, "by": made.by}, f"version {made.version} is confirmed by {made.by}")


def _row(duties: Duties, now: datetime) -> dict[str, Any]:
    return {
        "case": duties.case.id,
        "clause": duties.case.clause_id,
        "due_at": _at(duties.due_at),
        "must": ", ".join(duties.must),
        "late": ", ".join(line.duty.authority for line in duties.lines if line.is_late(now)),
    }


def _tell(where: Where, house: House, duties: Duties) -> None:
    now = house.clock.now()
    told = duties_told(duties, now, house.duties.confirm.table.version)
    rows = [
        {**row, "stands": _stands(line, now)} for row, line in zip(told["duties"], duties.lines, strict=True)
    ]  # fmt: skip
    shown = [{**row, "due_at": _at(row["due_at"])} for row in rows]
    end = "nothing is owed any more" if duties.is_settled else ""
    lines = [f"{each.authority}: {each.sentence} {each.remedy}" for each in duties.unmet]
    words = "\n".join(filter(None, (table(shown, _COLUMNS, empty="no authority is known"), *lines, end)))
    where.tell({**told, "duties": rows}, words)


def _stands(line: OwedDuty, now: datetime) -> str:
    dealt = line.dealt
    if dealt.by_hand:
        return f"filed: {dealt.by_hand[-1].reference}"
    if dealt.is_filed:
        return "filed: " + ", ".join(each.report_id or "" for each in dealt.filings if each.counts_as_filed)
    if dealt.declined and not line.is_open:
        return f"not told, by {dealt.declined.by}"
    if not line.duty.is_concerned:
        return "not concerned"
    if line.is_late(now):
        return "late"
    return f"{dealt.clock.by} has it" if dealt.clock else "open"


def _at(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="minutes")
