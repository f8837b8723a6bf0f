"""`tutela bank`: what is known."""

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import click

from tutela.cli import PARTLY
from tutela.cli.judging import change, moment, opine, release_brake, statistics
from tutela.cli.opening import Counted, Where, placed, progress, table
from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, Bank
from tutela.core.licences import licence_of
from tutela.core.policy import Material, Verification
from tutela.errors import BadInput, Conflict
from tutela.flows.export_bank import check_may_share, exported
from tutela.flows.import_members import ImportReport
from tutela.flows.keep_banks import BankChange, NewBank, find
from tutela.flows.read_rows import Row, RowError, rows_of_csv, rows_of_json

FORMATS: Final[dict[str, Callable[[Iterable[str]], Iterable[Row]]]] = {"csv": rows_of_csv, "ndjson": rows_of_json}
INDEXED_AT_ONCE: Final = 4096
"""After a larger import the index is built and saved here, so that the next server start need not do it."""

_BY_SUFFIX: Final = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson"}


@click.group("bank")
def bank_command() -> None:
    """Create, list, import, export and judge banks of known signals."""


@bank_command.command("create")
@click.argument("name")
@click.option("--clause", required=True, help="Clause of the policy that its members violate, as in cse.depiction.")
@click.option("--material", required=True, type=click.Choice([each.value for each in Material]))
@click.option("--verification", required=True, type=click.Choice([each.value for each in Verification]))
@click.option("--source", required=True, help="Who answers for the list, in your words.")
@click.option(
    "--threshold-bits", type=int, default=CUSTOMARY_THRESHOLD_BITS, show_default=True, help="Of PDQ, 0 to 63."
)
@click.option("--may-keep/--may-not-keep", default=True, help="Whether the licence allows keeping the hashes.")
@click.option("--licence-ends-at", help="As in 2027-01-31: a bank that may not be kept is not asked any more then.")
@click.option("--may-share/--may-not-share", default=False, help="Whether the licence allows exporting them.")
@placed
def create(  # noqa: PLR0913  # one argument for each thing an operator has to say about a list
    where: Where, name: str, clause: str, material: str, verification: str, source: str,
    *, threshold_bits: int, may_keep: bool, may_share: bool, licence_ends_at: str | None,
) -> None:  # fmt: skip
    """Create a bank. What a machine may do on its word follows from material and verification.

    \b
    tutela bank create hotline --clause cse.depiction --material apparent_csam \\
        --verification several_analysts --source "our hotline, agreement of 2026-03"
    """  # noqa: D301  # \b is click's mark
    new = NewBank(
        name, clause, Material(material), Verification(verification), source, threshold_bits,
        may_keep=may_keep, may_share=may_share,
        licence_ends_at=moment(licence_ends_at) if licence_ends_at else None,
    )  # fmt: skip
    with where.house(must_exist=False) as house:
        try:
            bank = house.keep_banks.create(new)
        except Conflict:
            remedy = f"See `tutela bank show {name}`, or choose another name."
            raise Conflict("there is a bank of that name", place="name", remedy=remedy) from None
    where.tell(
        _record(bank, bank.created_at),
        f"bank {name} created; import a list with `tutela bank import FILE --bank {name}`",
    )


@bank_command.command("list")
@placed
def list_banks(where: Where) -> None:
    """List all banks."""
    with where.house() as house, house.store.read() as reader:
        records = [_record(bank, house.clock.now()) for bank in reader.banks()]
    columns = ("name", "clause", "material", "verification", "threshold_bits", "is_active", "licence")
    where.tell(records, table(records, columns, empty="there is no bank yet: nothing can be recognised"))


@bank_command.command("show")
@click.argument("name")
@placed
def show(where: Where, name: str) -> None:
    """Show one bank with what a match may do at most."""
    with where.house() as house, house.store.read() as reader:
        bank = find(reader, name)
        record = {**_record(bank, house.clock.now()), "feedback_owed": reader.feedback_owed().get(bank.id, 0)}
    where.tell(record, "\n".join(f"{key:20}{_in_words(value)}" for key, value in record.items()))


@bank_command.command("enable")
@click.argument("name")
@placed
def enable(where: Where, name: str) -> None:
    """Let a bank be asked again."""
    _switch(where, name, is_active=True)


@bank_command.command("disable")
@click.argument("name")
@placed
def disable(where: Where, name: str) -> None:
    """Stop asking a bank. What was decided from it stays until a person decides otherwise."""
    _switch(where, name, is_active=False)


def _switch(where: Where, name: str, *, is_active: bool) -> None:
    with where.house() as house:
        bank = house.keep_banks.change(name, BankChange(is_active=is_active))
    where.tell(_record(bank, house.clock.now()), f"bank {name} is {'asked' if is_active else 'not asked any more'}")


@bank_command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--bank", "bank_name", required=True, help="Name of the bank.")
@click.option(
    "--format", "format_name", type=click.Choice(list(FORMATS)), help="If the name of the file does not tell."
)
@click.option("--preview", is_flag=True, help="Change nothing; say what it would hit.")
@click.option("--accept-flat", is_flag=True, help="Take picture hashes of zeros or ones only in as well.")
@placed
def import_list(  # one argument an option
    where: Where, file: Path, bank_name: str, format_name: str | None, *, preview: bool, accept_flat: bool
) -> None:
    """Import a list: CSV with the columns type and value (and opinion), or JSON lines with these keys.

    A bad row is named and the rest goes in; the exit status is then 2. An odd one goes in with a warning, but a picture
    hash of zeros or ones only, which would hit every flat picture, needs --accept-flat. Importing a list again adds
    nothing twice.
    `-` is standard input.

    \b
    tutela bank import hotline.csv --bank hotline --preview
    tutela bank import hotline.csv --bank hotline
    """  # noqa: D301  # \b is click's mark
    rows_of = FORMATS[format_name or _format_of(file)]
    with ExitStack() as stack:
        source, size_bytes = _opened(file, stack)
        house = stack.enter_context(where.house())
        house.load_indexes()  # from its files, where the import would otherwise read it from the database
        step = stack.enter_context(progress("reading", size_bytes))
        rows = rows_of(Counted(source, step))
        report = house.import_members(bank_name, rows, is_preview=preview, accepts_flat=accept_flat)
        if report.progress.rows_added >= INDEXED_AT_ONCE:
            house.feed_indexes()  # saved when the house closes
    where.tell(_report(report, is_preview=preview), _report_in_words(report, is_preview=preview))
    for error in report.sift.errors:
        click.echo(f"line {error.line}: {error.message}", err=True)
    for warning in report.sift.warnings:
        click.echo(f"line {warning.line}: warning: {warning.message}", err=True)
    if report.progress.rows_rejected:
        click.get_current_context().exit(PARTLY)


@bank_command.command("export")
@click.argument("name")
@click.option("--output", type=click.Path(path_type=Path), help="A new file instead of standard output.")
@placed
def export(where: Where, name: str, output: Path | None) -> None:
    """Write a bank's members as JSON lines, in the shape that `import` reads; only where its licence allows it."""
    with where.house() as house, ExitStack() as stack:
        with house.store.read() as reader:
            bank = find(reader, name)
        check_may_share(bank)
        target: IO[str] = stack.enter_context(output.open("x", encoding="utf-8")) if output else sys.stdout
        after = ""
        while True:
            with house.store.read() as reader:
                page = reader.members(bank.id, after=after)
                said = reader.opinions(member.id for member in page)
            if not page:
                return
            for member in page:
                target.write(json.dumps(exported(member, said.get(member.id, ()))) + "\n")
            after = page[-1].id


def _format_of(file: Path) -> str:
    try:
        return _BY_SUFFIX[file.suffix.lower()]
    except KeyError:
        raise BadInput("the name does not tell the format", place=str(file), remedy="Add --format.") from None


def _opened(file: Path, stack: ExitStack) -> tuple[IO[bytes], int | None]:
    if str(file) == "-":
        return sys.stdin.buffer, None
    try:
        return stack.enter_context(file.open("rb")), file.stat().st_size
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise BadInput(f"the list cannot be read: {reason}", place=str(file)) from error


def _record(bank: Bank, now: datetime) -> dict[str, Any]:
    ceiling = bank.ceiling
    return {
        "id": bank.id, "name": bank.name, "clause": bank.clause_id, "material": bank.material.value,
        "verification": bank.verification.value, "source": bank.source, "threshold_bits": bank.threshold_bits,
        "ceiling": {
            "visibility": ceiling.visibility.name.lower(), "account": ceiling.account.name.lower(),
            "propagation": ceiling.propagation.name.lower(), "report": ceiling.report.name.lower(),
        },
        "is_active": bank.is_active, "may_keep": bank.may_keep, "may_share": bank.may_share,
        "brake_accounts": bank.brake.accounts, "brake_window_hours": bank.brake.window_hours,
        "licence_ends_at": bank.licence_ends_at.isoformat(timespec="seconds") if bank.licence_ends_at else None,
        "licence": licence_of(bank, now).value,
        "created_at": bank.created_at.isoformat(timespec="seconds"),
    }  # fmt: skip


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{axis} {step}" for axis, step in value.items())
    return "-" if value is None else str(value)


def _report(report: ImportReport, *, is_preview: bool) -> dict[str, Any]:
    done = report.progress
    return {
        "import": done.id, "preview": is_preview, "read": done.rows_read, "added": done.rows_added,
        "known": done.rows_known, "rejected": done.rows_rejected, "opinions": report.opinions,
        "suspicious": report.sift.suspicious, "repeated": report.sift.repeated,
        "errors": _lines(report.sift.errors), "warnings": _lines(report.sift.warnings),
        "hits": {"media": report.hits.media, "items": report.hits.items, "accounts": report.hits.accounts},
        "would_brake": report.hits.braked,
    }  # fmt: skip


def _lines(rows: list[RowError]) -> list[dict[str, Any]]:
    return [{"line": row.line, "message": row.message} for row in rows]


def _report_in_words(report: ImportReport, *, is_preview: bool) -> str:
    done, would = report.progress, "would be " if is_preview else ""
    hits = f"{report.hits.media} media, {report.hits.items} items, {report.hits.accounts} accounts"
    braked = f"\n{report.hits.braked} members hit so many accounts at once that each is braked"
    return (
        f"{done.rows_read} rows read: {done.rows_added} {would}added, {done.rows_known} known already, "
        f"{done.rows_rejected} rejected\n{'would hit' if is_preview else 'hits'} among what is stored: {hits}"
        + (braked if report.hits.braked else "")
    )


for each in (opine, release_brake, change, statistics):
    bank_command.add_command(each)
