"""`tutela eu-database`: send statements of reasons to the EU Transparency Database, and export them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, read_passphrase
from tutela.cli.person import whoever
from tutela.cli.telling import in_lines, plain
from tutela.core.dsa.channel import ChannelChange
from tutela.core.dsa.sheets import Sheet, read
from tutela.core.dsa.validator import breaches
from tutela.core.filing.states import Environment
from tutela.errors import BadInput, Misconfigured
from tutela.flows.keep_transparency import ChannelSeen
from tutela.flows.tell_reasons import channel_told

_SHEETS = click.Choice([each.value for each in Sheet])


@click.group("eu-database")
def eu_database_command() -> None:
    """Set up, check and switch on the channel to the EU Transparency Database; export and check records.

    \b
    tutela eu-database set --environment test --url https://SANDBOX-HOST --terms-url https://forum.example/terms
    tutela eu-database check
    tutela eu-database enable
    """  # noqa: D301  # \b is click's mark


@eu_database_command.command("show")
@placed
def show_command(where: Where) -> None:
    """Show how the channel stands, what keeps it off, and what of records is stored, waits or was refused."""
    with where.house() as house:
        _tell(where, house.statements.transparency.see(whoever()))


@eu_database_command.command("set")
@click.option("--environment", type=click.Choice([each.value for each in Environment]), help="test is their sandbox.")
@click.option("--url", help="Address of the database of that environment, before /api.")
@click.option("--token", "has_token", is_flag=True, help="Ask for a token of that environment.")
@click.option("--token-file", type=click.Path(path_type=Path), help="Read the token from its first line.")
@click.option("--terms-url", help="Where the terms of your service stand; named in every record from then on.")
@placed
def set_command(
    where: Where, *, environment: str | None, url: str | None, has_token: bool, token_file: Path | None,
    terms_url: str | None,
) -> None:  # fmt: skip
    """Set the channel up, or change it. Another environment, address or token switches it off.

    A new token ends the one before it: set it here at once when you make one there.
    """
    token = None
    if has_token or token_file is not None:
        token = read_passphrase(token_file, ask="Token")
        if not token:
            raise BadInput("There is no token.", place="--token-file", remedy="Name a file that holds it.")
    change = ChannelChange(
        environment=None if environment is None else Environment(environment), base_url=url, terms_url=terms_url
    )
    with where.house() as house:
        _tell(where, house.statements.transparency.set(whoever(), change, token))


@eu_database_command.command("check")
@placed
def check_command(where: Where) -> None:
    """Ask the database whether it knows us. The exit status is 1 when it does not say so.

    A good answer lets everything go on that had stopped.
    """
    with where.house() as house:
        seen = house.statements.transparency.check(whoever())
        _tell(where, seen)
    if seen.channel.stopped is not None:
        click.get_current_context().exit(FAILED)


@eu_database_command.command("enable")
@placed
def enable_command(where: Where) -> None:
    """Let records go out; in production only after one was stored in the sandbox."""
    with where.house() as house:
        _tell(where, house.statements.transparency.enable(whoever()))


@eu_database_command.command("disable")
@placed
def disable_command(where: Where) -> None:
    """Let nothing go out. Records are drawn up all the same, and wait."""
    with where.house() as house:
        _tell(where, house.statements.transparency.disable(whoever()))


@eu_database_command.command("again")
@click.argument("puid")
@placed
def again_command(where: Where, puid: str) -> None:
    """Send a record again that was refused."""
    with where.house() as house:
        house.statements.transparency.again(whoever(), puid)
    where.tell({"puid": puid}, f"{puid} waits again")


@eu_database_command.command("export")
@click.option("--since", required=True, help="A day, such as 2026-01-01.")
@click.option("--until", required=True, help="A day; both are included.")
@click.option("--format", "sheet", type=_SHEETS, default=Sheet.JSON_LINES.value, show_default=True)
@click.option("--to", "file", type=click.Path(path_type=Path), required=True, help="File to write.")
@placed
def export_command(where: Where, since: str, until: str, sheet: str, file: Path) -> None:
    """Write the records of measures that were applied in a period, sent or not."""
    with where.house() as house:
        pieces = house.statements.transparency.export(
            whoever(), _day(since, "--since"), _day(until, "--until"), Sheet(sheet)
        )
        size = _written(file, pieces)
    where.tell({"file": str(file), "bytes": size}, f"{file}: {size} bytes")


@eu_database_command.command("validate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "sheet", type=_SHEETS, default=Sheet.JSON_LINES.value, show_default=True)
@placed
def validate_command(where: Where, file: Path, sheet: str) -> None:
    """Check records of a file against the database's rules. The exit status is 1 when one breaks any."""
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Misconfigured(f"the file cannot be read: {reason}", place=str(file)) from error
    records = read(data, Sheet(sheet))
    found = [
        {"record": number, "field": each.field, "wrong": each.wrong.value, "message": each.message}
        for number, record in enumerate(records, start=1)
        for each in breaches(record)
    ]
    lines = [f"record {each['record']}: {each['field']} {each['message']}" for each in found]
    where.tell(found, "\n".join(lines) or f"{len(records)} records keep every rule")
    if found:
        click.get_current_context().exit(FAILED)


def _written(file: Path, pieces: Iterable[bytes]) -> int:
    try:
        with file.open("wb") as opened:
            return sum(opened.write(each) for each in pieces)
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Misconfigured(f"the file cannot be written: {reason}", place=str(file)) from error


def _day(said: str, place: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadInput("This is no day.", place=place, remedy="It looks like 2026-01-31.") from None


def _tell(where: Where, seen: ChannelSeen) -> None:
    record = plain(channel_told(seen))
    missing = [f"missing: {each['place']}: {each['message']} {each['remedy'] or ''}" for each in record["missing"]]
    refused = [f"refused: {each['puid']}: {each['errors']}" for each in record["refusals"]]
    lines = [*in_lines({**record, "missing": None, "refusals": None}), *missing, *refused]
    where.tell(record, "\n".join(lines))
