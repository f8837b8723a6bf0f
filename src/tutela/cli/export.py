"""`tutela export`: hand evidence out to police."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tutela.cli.acting import who
from tutela.cli.hold import as_somebody, said
from tutela.cli.opening import Where, placed, table
from tutela.cli.person import whoever
from tutela.core.filing.custody import custody_json, custody_text
from tutela.core.filing.exports import Export
from tutela.core.ids import CaseId, EvidenceId, ExportId, MediaId, ReportId
from tutela.errors import Misconfigured
from tutela.flows.keep_exports import NewExport


@click.group("export")
def export_command() -> None:
    """Hand evidence out to police: one person asks, another approves, and then the package is made."""


@export_command.command("request")
@click.option("--agency", required=True, help="To whom.")
@click.option("--reference", required=True, help="The number of their letter or proceedings.")
@click.option("--reason", required=True, help="Why. Not in the package, and not in the audit.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="File of the key."
)
@click.option("--recipient", help="The key itself: a line that begins with age1 or ssh-.")
@click.option("--media", multiple=True, help="A content, by its id. Repeatable.")
@click.option("--case", "cases", multiple=True, help="The contents of a case. Repeatable.")
@click.option("--report", "reports", multiple=True, help="A report with its files and answers. Repeatable.")
@as_somebody
@placed
def request(  # noqa: PLR0913  # one argument an option
    where: Where, *, agency: str, reference: str, reason: str, key_file: Path | None, recipient: str | None,
    media: tuple[str, ...], cases: tuple[str, ...], reports: tuple[str, ...], name: str | None,
) -> None:  # fmt: skip
    """Ask for a package. Somebody else has to approve it.

    \b
    tutela export request --agency "LKA 7" --reference "14 Js 7/26" --reason "letter of today" \\
        --recipient age1... --report rep_01m7zt3q2xw9c5r8k4n6v0b1hd
    """  # noqa: D301  # \b is click's mark
    if (key_file is None) is (recipient is None):
        raise click.UsageError("say --key or --recipient")
    key = recipient if recipient is not None else _text(key_file or Path())
    new = NewExport(
        agency, reference, reason, key, tuple(MediaId(each) for each in media),
        tuple(CaseId(each) for each in cases), tuple(ReportId(each) for each in reports),
    )  # fmt: skip
    with where.house() as house:
        made = house.exports.request(who(name), new)
        contents = len(house.exports.book.contents(made.id))
    words = f"{made.id} waits for a second person: {contents} contents, to {made.recipient.fingerprint}"
    where.tell({**_record(made), "contents": contents}, words)


@export_command.command("approve")
@click.argument("export_id")
@as_somebody
@placed
def approve(where: Where, export_id: str, name: str | None) -> None:
    """Approve what somebody else asked for. Compare the key with what the agency says by another way first."""
    with where.house() as house:
        made = house.exports.approve(who(name), ExportId(export_id))
    where.tell(_record(made), f"{made.id} is approved, to {made.recipient.fingerprint}")


@export_command.command("decline")
@click.argument("export_id")
@as_somebody
@placed
def decline(where: Where, export_id: str, name: str | None) -> None:
    """End a request. Nothing is handed out."""
    with where.house() as house:
        made = house.exports.decline(who(name), ExportId(export_id))
    where.tell(_record(made), f"{made.id} is declined")


@export_command.command("make")
@click.argument("export_id")
@click.argument("file", type=click.Path(path_type=Path))
@as_somebody
@placed
def make(where: Where, export_id: str, file: Path, name: str | None) -> None:
    """Write the encrypted package into the new FILE, and print the checksum to tell the agency by another way."""
    with where.house() as house:
        made = house.exports.make(who(name), ExportId(export_id), file)
    where.tell({**_record(made), "file": str(file)}, f"{made.sha256}  {file}\n{made.size_bytes} bytes")


@export_command.command("list")
@click.option("--after", default="", help="Only those behind this id.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@placed
def list_exports(where: Where, after: str, limit: int) -> None:
    """List packages, oldest first."""
    with where.house() as house:
        records = [_record(each) for each in house.exports.page(whoever(), after=after, limit=limit)]
    columns = ("id", "state", "agency", "reference", "requested_by", "approved_by", "sha256")
    where.tell(records, table(records, columns, empty="nothing was handed out"))


@export_command.command("show")
@click.argument("export_id")
@placed
def show(where: Where, export_id: str) -> None:
    """Show a package, to whom it goes, and what is in it."""
    with where.house() as house:
        seen = house.exports.show(whoever(), ExportId(export_id))
    record = {**_record(seen.export), "contents": list(seen.contents)}
    lines = [f"{key}: {value}" for key, value in _shown(_record(seen.export)).items()]
    where.tell(record, "\n".join([*lines, *seen.contents]))


@export_command.command("custody")
@click.argument("ids", nargs=-1, required=True)
@click.option("--proof", is_flag=True, help="With the digests and signatures that prove it, as JSON.")
@placed
def custody(where: Where, ids: tuple[str, ...], *, proof: bool) -> None:
    """Print everything that is recorded about media and reports, in order of time."""
    with where.house() as house:
        found = house.exports.custody(whoever(), [EvidenceId(each) for each in ids])
    told = (
        custody_json(found) if proof or where.as_json else custody_text(found, f"Chain of custody of {', '.join(ids)}")
    )
    click.echo(told.decode(), nl=False)


def _record(export: Export) -> dict[str, Any]:
    return {
        "id": export.id, "state": export.state.value, "agency": export.agency, "reference": export.reference,
        "key_kind": export.recipient.kind.value, "fingerprint": export.recipient.fingerprint,
        "requested_by": export.requested_by, "requested_at": said(export.requested_at),
        "approved_by": export.approved_by, "approved_at": said(export.approved_at),
        "made_by": export.made_by, "made_at": said(export.made_at),
        "sha256": export.sha256, "size_bytes": export.size_bytes,
    }  # fmt: skip


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: "-" if value is None else value for key, value in record.items()}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured("the key cannot be read as text", place=str(file)) from error
