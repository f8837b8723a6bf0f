"""`tutela channel`: where reports to an authority go, as whom, and by whose approval."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, read_passphrase, table
from tutela.cli.person import whoever
from tutela.cli.telling import in_lines, plain
from tutela.config import read_toml
from tutela.core.filing.channel import MOST_APPROVERS, SPOKEN_TO, ApprovalRule, Channel, ChannelChange
from tutela.core.filing.reporter_file import EXAMPLE, read_reporter
from tutela.core.filing.states import Environment
from tutela.errors import BadInput, Misconfigured
from tutela.flows.channel_door import Credentials
from tutela.flows.tell_channels import channel_told

AUTHORITY = click.argument("authority", default=SPOKEN_TO[0])


@click.group("channel")
def channel_command() -> None:
    """Set up, check and switch on the channel to an authority.

    \b
    tutela channel example > reporter.toml
    tutela channel set --environment test --url https://HOST/ispws --username NAME \\
        --schema-url https://PRODUCTION-HOST/ispws/xsd --reporter reporter.toml
    tutela channel check
    tutela channel enable
    """  # noqa: D301  # \b is click's mark


@channel_command.command("example")
def example() -> None:
    """Print a file that says who reports, to be filled in."""
    click.echo(EXAMPLE, nl=False)


@channel_command.command("set")
@AUTHORITY
@click.option("--environment", type=click.Choice([each.value for each in Environment]), help="Where reports go.")
@click.option("--url", help="Address of the report service of that environment.")
@click.option("--username", help="That the authority gave you for that environment; the password is asked for.")
@click.option("--password-file", type=click.Path(path_type=Path), help="Read the password from its first line.")
@click.option("--schema-url", help="Of the schema at the production host; it stands in every report.")
@click.option("--reporter", type=click.Path(path_type=Path), help="TOML file that says who reports.")
@click.option("--approvers", type=click.IntRange(1, MOST_APPROVERS), help="2: who approves has not prepared it.")
@click.option("--least-complete", type=click.IntRange(0, 100), help="Per cent below which a reason is asked for.")
@click.option("--may-classify/--may-not-classify", default=None, help="You signed the memorandum on sharing hashes.")
@placed
def set_channel(  # noqa: PLR0913  # one for each option
    where: Where,
    authority: str,
    *,
    environment: str | None,
    url: str | None,
    username: str | None,
    password_file: Path | None,
    schema_url: str | None,
    reporter: Path | None,
    approvers: int | None,
    least_complete: int | None,
    may_classify: bool | None,
) -> None:
    """Set a channel up, or change it.

    An address and a name are taken to be of the environment that is given, or that the channel has; a new channel is
    of the test environment. Another environment, address or name switch it off: check it and switch it on again.
    """
    credentials = _credentials(username, password_file)
    change = ChannelChange(
        environment=None if environment is None else Environment(environment),
        base_url=url,
        reporter=None if reporter is None else read_reporter(read_toml(reporter, "the file of the reporter")),
        schema_url=schema_url,
        may_classify=may_classify,
    )
    with where.house() as house:
        keep, clock = house.filing.keep, house.clock
        if approvers is not None or least_complete is not None:
            known = house.filing.channels.channel(authority)
            change = replace(change, approval=_rule(known, approvers, least_complete))
        channel = keep.set(whoever(), authority, change, credentials)
        _tell(where, channel, clock.now())


@channel_command.command("list")
@placed
def list_channels(where: Where) -> None:
    """List all channels."""
    with where.house() as house:
        channels, now = house.filing.keep.all(whoever()), house.clock.now()
    records = [plain(channel_told(each, now)) for each in channels]
    shown = [{**each, "state": _state(channel)} for each, channel in zip(records, channels, strict=True)]
    columns = ("authority", "environment", "state", "url", "status_ok_at")
    where.tell(records, table(shown, columns, empty="there is no channel: no report can be filed by itself"))


@channel_command.command("show")
@AUTHORITY
@placed
def show(where: Where, authority: str) -> None:
    """Show a channel: how it stands, from where the authority sees us, and what keeps it from being switched on."""
    with where.house() as house:
        channel = house.filing.keep.one(whoever(), authority)
        _tell(where, channel, house.clock.now())


@channel_command.command("check")
@AUTHORITY
@placed
def check(where: Where, authority: str) -> None:
    """Ask the authority whether it knows us. The exit status is 1 when it does not say so.

    A good answer lets everything go on that had stopped.
    """
    with where.house() as house:
        channel = house.filing.check.check(whoever(), authority)
        _tell(where, channel, house.clock.now())
    if channel.status is None or not channel.status.is_ok:
        click.get_current_context().exit(FAILED)


@channel_command.command("enable")
@AUTHORITY
@placed
def enable(where: Where, authority: str) -> None:
    """Let reports go out; in production only after one was filed to its end in the test environment."""
    with where.house() as house:
        channel, now = house.filing.keep.enable(whoever(), authority), house.clock.now()
    where.tell(plain(channel_told(channel, now)), f"{authority} is on: {channel.environment.value}")


@channel_command.command("disable")
@AUTHORITY
@placed
def disable(where: Where, authority: str) -> None:
    """Let nothing go out. What is on its way waits, and what is open at the authority may expire."""
    with where.house() as house:
        channel, now = house.filing.keep.disable(whoever(), authority), house.clock.now()
    where.tell(plain(channel_told(channel, now)), f"{authority} is off")


@channel_command.command("schema")
@AUTHORITY
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--fetch", is_flag=True, help="Download it from the authority instead.")
@click.option("--seen", is_flag=True, help="Say that you know what it says differently.")
@placed
def schema(where: Where, authority: str, file: Path | None, *, fetch: bool, seen: bool) -> None:
    """Keep the authority's schema: each document is validated against it, and it is compared with our own table.

    \b
    tutela channel schema ncmec ispws.xsd
    tutela channel schema --fetch
    """  # noqa: D301  # \b is click's mark
    if (file is not None) + fetch + seen != 1:
        raise BadInput("Name a file, or --fetch, or --seen.", place="schema")
    with where.house() as house:
        keep, who = house.filing.schema, whoever()
        if file is not None:
            channel = keep.put(who, authority, _read(file))
        else:
            channel = keep.fetch(who, authority) if fetch else keep.see(who, authority)
        _tell(where, channel, house.clock.now())


def _state(channel: Channel) -> str:
    if channel.stopped is not None:
        return "stopped"
    return "on" if channel.is_enabled else "off"


def _tell(where: Where, channel: Channel, now: datetime) -> None:
    record = plain(channel_told(channel, now))
    missing = [f"missing: {each['place']}: {each['message']} {each['remedy']}" for each in record["missing"]]
    lines = [f"state = {_state(channel)}", *in_lines({**record, "missing": None}), *missing]
    where.tell(record, "\n".join(lines))


def _rule(known: Channel | None, approvers: int | None, least_complete: int | None) -> ApprovalRule:
    rule = ApprovalRule() if known is None else known.approval
    rule = rule if approvers is None else replace(rule, people=approvers)
    return rule if least_complete is None else replace(rule, least_complete_percent=least_complete)


def _credentials(username: str | None, password_file: Path | None) -> Credentials | None:
    if username is None:
        if password_file is not None:
            raise BadInput("A password belongs to a name.", place="--username")
        return None
    password = read_passphrase(password_file, ask="Password at the authority")
    if not password:
        raise BadInput("There is no password.", place="--password-file", remedy="Name a file that holds it.")
    return Credentials(username, password)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Misconfigured(f"the schema cannot be read: {reason}", place=str(file)) from error
