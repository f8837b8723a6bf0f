"""`tutela reports draw-up`, `edit`, `preview`, `prepare`, `approve`, `withdraw`, `correct`."""

import json
from collections.abc import Iterable
from typing import Any

import click

from tutela.cli import FAILED
from tutela.cli.acting import BY, who
from tutela.cli.opening import Where, placed
from tutela.core.filing.channel import SPOKEN_TO
from tutela.core.filing.editing import CLEAR
from tutela.core.filing.problems import Problem
from tutela.core.filing.typed_text import read_typed
from tutela.core.ids import CaseId
from tutela.errors import BadInput
from tutela.flows.preview_report import Preview
from tutela.flows.tell_reports import problems_told
from tutela.flows.verbs_of_drafting import Drafting
from tutela.ports.reports import StoredReport

_REPORT = click.argument("report_id")
_REASON = click.option("--reason", help="Why it is sent although it says less than it should.")
_VERSION = click.option("--version", type=click.IntRange(1), help="As which you read it; as it is now, without it.")


@click.command("draw-up")
@click.argument("case_ids", metavar="CASE", nargs=-1, required=True)
@BY
@click.option("--authority", default=SPOKEN_TO[0], show_default=True, help="As the table of duties names it.")
@click.option("--batch", "as_batch", is_flag=True, help="One file that many accounts shared: identifiers alone.")
@placed
def draw_up(where: Where, case_ids: tuple[str, ...], by: str | None, authority: str, *, as_batch: bool) -> None:
    """Draw up a report about a found case, and print its identifier."""
    cases = [CaseId(each) for each in case_ids]
    with where.house() as house:
        report = house.drafting.draw_up(who(by), cases, authority, as_batch=as_batch)
    where.tell(_record(report), report.id)


@click.command("edit")
@_REPORT
@click.argument("changes", metavar="PLACE=VALUE", nargs=-1)
@BY
@click.option("--clear", "cleared", multiple=True, metavar="PLACE", help="Let a place hold nothing; may be repeated.")
@click.option("--override", is_flag=True, help="Type over what the platform told. That is recorded.")
@_VERSION
@placed
def edit(where: Where, report_id: str, changes: tuple[str, ...], by: str | None, **more: Any) -> None:
    """Change a draft by places. A whole part is written as JSON.

    \b
    tutela reports edit rep_... --by Ann incident.kind=enticement incident.at=2026-11-20T18:04:05Z
    tutela reports edit rep_... --by Ann victims.0.person.age=14 --clear files.2 --override
    tutela reports edit rep_... --by Ann 'details.1={"kind":"web_page","urls":["https://..."]}'
    """  # noqa: D301  # \b is click's mark
    asked = {**dict(map(_change, changes)), **dict.fromkeys(more["cleared"], CLEAR)}
    with where.house() as house:
        verbs = house.drafting
        read = more["version"] or _version(verbs, by, report_id)
        report = verbs.edit(who(by), report_id, read, asked, overrides=more["override"])
    where.tell(_record(report), f"{report.id} has version {report.version}")


@click.command("preview")
@_REPORT
@BY
@click.option("--documents", is_flag=True, help="Print the documents themselves.")
@placed
def preview(where: Where, report_id: str, by: str | None, *, documents: bool) -> None:
    """Show what keeps a report back, what is missing, and its documents. The exit status is 1 when something blocks."""
    with where.house() as house:
        shown = house.drafting.preview(who(by), report_id)
    record = {
        **_record(shown.report), "percent": shown.meter.percent, "wanted": list(shown.meter.wanted),
        "kind_chosen": shown.is_kind_chosen, "problems": problems_told(shown.problems),
        "moved": list(shown.moved),
        "documents": {each.name: None if each.xml is None else each.xml.decode() for each in shown.documents},
    }  # fmt: skip
    where.tell(record, "\n".join(_lines(shown, has_documents=documents)))
    if any(each.is_blocking for each in shown.problems):
        click.get_current_context().exit(FAILED)


@click.command("prepare")
@_REPORT
@BY
@_REASON
@_VERSION
@placed
def prepare(where: Where, report_id: str, by: str | None, reason: str | None, version: int | None) -> None:
    """Prepare a report: every rule is asked, and every file read back."""
    with where.house() as house:
        verbs = house.drafting
        read = version or _version(verbs, by, report_id)
        done = verbs.prepare(who(by), report_id, read, reason)
    record = {**_record(done.report), "remarks": problems_told(done.remarks)}
    where.tell(record, "\n".join([f"{report_id} is prepared", *_problem_lines(done.remarks)]))


@click.command("approve")
@_REPORT
@BY
@_REASON
@_VERSION
@placed
def approve(where: Where, report_id: str, by: str | None, reason: str | None, version: int | None) -> None:
    """Approve a report; it goes out from then on, by a running server or `tutela reports work`."""
    with where.house() as house:
        verbs = house.drafting
        read = version or _version(verbs, by, report_id)
        report = verbs.approve(who(by), report_id, read, reason)
    environment = report.environment and report.environment.value
    where.tell({**_record(report), "environment": environment}, f"{report.id} is approved for {environment}")


@click.command("withdraw")
@_REPORT
@BY
@_VERSION
@placed
def withdraw(where: Where, report_id: str, by: str | None, version: int | None) -> None:
    """Withdraw a report that was not approved."""
    with where.house() as house:
        verbs = house.drafting
        report = verbs.edit.withdraw(who(by), report_id, version or _version(verbs, by, report_id))
    where.tell(_record(report), f"{report.id} is withdrawn")


@click.command("correct")
@_REPORT
@BY
@click.option("--why", required=True, help="What was wrong, in plain words: it stands in the correction.")
@placed
def correct(where: Where, report_id: str, by: str | None, why: str) -> None:
    """Draw up a correction of a report that an authority has, and print its identifier."""
    with where.house() as house:
        report = house.drafting.correct(who(by), report_id, why)
    where.tell(_record(report), report.id)


COMMANDS = (draw_up, edit, preview, prepare, approve, withdraw, correct)
"""In the order in which they are met."""


def _version(verbs: Drafting, by: str | None, report_id: str) -> int:
    return verbs.edit.find(who(by), report_id).version


def _change(said: str) -> tuple[str, Any]:
    place, sign, value = said.partition("=")
    if not sign:
        raise BadInput("A change is PLACE=VALUE.", place="changes", remedy="Write such as incident.kind=csam.")
    return place, read_typed(place, value)


def _record(report: StoredReport) -> dict[str, Any]:
    return {
        "id": report.id, "version": report.version, "state": report.state.value, "kind": report.kind.value,
        "authority": report.authority, "cases": list(report.case_ids), "corrects": report.corrects,
    }  # fmt: skip


def _problem_lines(problems: Iterable[Problem]) -> list[str]:
    return [f"{'!' if each.is_blocking else '-'} {each.place}: {each.sentence} {each.remedy}" for each in problems]


def _lines(shown: Preview, *, has_documents: bool) -> Iterable[str]:
    incident = shown.package.report.incident
    chosen = "" if shown.is_kind_chosen else " (only suggested: choose it)"
    yield f"{shown.report.id}, version {shown.report.version}, {shown.report.state.value}"
    yield f"kind: {incident.kind.value}{chosen}"
    yield f"complete: {shown.meter.percent} %; missing first: {'; '.join(shown.meter.wanted[:3]) or 'nothing'}"
    yield f"files: {len(shown.package.files)}, of them {len(shown.written)} written here"
    yield from _problem_lines(shown.problems)
    if has_documents:
        for each in shown.documents:
            yield f"\n==== {each.name}\n{'cannot be written yet' if each.xml is None else each.xml.decode()}"
        told = {place: each.origin.value for place, each in sorted(shown.package.sources.items())}
        yield f"\n==== sources\n{json.dumps(told, indent=1)}"
