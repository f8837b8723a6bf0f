"""`tutela sandbox`: stand-ins for outside systems, to try filing and to build clients against."""

import signal
import threading

import click

DEFAULT_PORT = 8430


@click.group("sandbox")
def sandbox_command() -> None:
    """Start stand-ins for outside systems, on this machine only."""


@sandbox_command.command("ncmec")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0 takes a free one."
)
@click.option("--username", default="sandbox", show_default=True, help="Who may submit.")
@click.option("--password", default="sandbox", show_default=True, help="Made up: never a real one of the authority.")
@click.option("--schema-2026", is_flag=True, help="Know the additions of 2026 and take them.")
@click.option("--quiet", is_flag=True, help="Print nothing but the addresses.")
def ncmec_command(port: int, username: str, password: str, *, schema_2026: bool, quiet: bool) -> None:
    """Stand in for the CyberTipline report service. Nothing that it is sent leaves this machine, or is kept.

    It checks order, number and form of every element, answers with the codes of the authority, lets reports expire by a
    clock that can be moved on, and fails on request: drops requests and answers, waits, answers with any status or
    code, receives other bytes than were sent.

    \b
    curl -u sandbox:sandbox http://127.0.0.1:8430/ispws/status
    curl -d '{"does": "drop_answer", "on": "/finish"}' http://127.0.0.1:8430/sandbox/faults
    curl -d '{"advance_seconds": 86400}' http://127.0.0.1:8430/sandbox/clock
    curl http://127.0.0.1:8430/sandbox/reports
    """  # noqa: D301  # \b is click's mark
    from tutela.sandbox.ncmec.server import Account, Sandbox, listening  # noqa: PLC0415  # needed by nothing else

    over = _until_told()
    stand_in = Sandbox(Account(username, password), is_2026=schema_2026)
    if not quiet:
        stand_in.told = click.echo
    with listening(stand_in, port=port) as listens:
        click.echo(f"report service: {listens.url}")
        click.echo(f"rule it:        {listens.control_url}")
        over.wait()


@sandbox_command.command("transparency")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT + 1, show_default=True, help="0 takes a free one."
)
@click.option("--token", default="sandbox", show_default=True, help="Made up: never a real one.")
@click.option("--quiet", is_flag=True, help="Print nothing but the addresses.")
def transparency_command(port: int, token: str, *, quiet: bool) -> None:
    """Stand in for the EU Transparency Database. Nothing that it is sent leaves this machine, or is kept.

    It checks every field and every rule between fields, takes batches whole or not at all, names a record whose key is
    there already, leads to it by 302, knows nobody whose token was replaced, and fails on request: drops requests and
    answers, waits, answers with any status.

    \b
    curl -H "Authorization: Bearer sandbox" http://127.0.0.1:8431/api/v1/statement/existing-puid/x
    curl -d '{"does": "drop_answer", "on": "statements"}' http://127.0.0.1:8431/sandbox/faults
    curl -X POST http://127.0.0.1:8431/sandbox/token
    curl http://127.0.0.1:8431/sandbox/statements
    """  # noqa: D301  # \b is click's mark
    from tutela.sandbox.transparency.server import Sandbox, listening  # noqa: PLC0415  # needed by nothing else

    over = _until_told()
    stand_in = Sandbox(token)
    if not quiet:
        stand_in.told = click.echo
    with listening(stand_in, port=port) as listens:
        click.echo(f"database: {listens.url}")
        click.echo(f"rule it:  {listens.control_url}")
        over.wait()


def _until_told() -> threading.Event:
    """Return what is set when somebody ends this."""
    over = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: over.set())
    return over
