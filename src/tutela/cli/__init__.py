"""The command line: `tutela`. Each command is loaded only when it is asked for."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from tutela.errors import TutelaError

FAILED = 1
PARTLY = 2
INTERRUPTED = 130

COMMANDS = {
    "serve": ("serve", "Start the server."),
    "demo": ("play", "Start Tutela beside a pretend platform with harmless pictures."),
    "checklist": ("operate", "Show what is to be done before anybody is protected."),
    "status": ("status", "Show how it stands, and what is wrong."),
    "coverage": ("coverage", "Show which clauses nothing looks for."),
    "profile": ("profile", "Show or record who runs this, and where."),
    "canary": ("canary", "Prove with a harmless picture that known pictures are recognised."),
    "bank": ("bank", "Create, list, import, export and judge banks of known signals."),
    "words": ("words", "Create, fill and list banks of keywords, links, names and known texts."),
    "lookup": ("lookup", "Look hashes or pictures up in the banks."),
    "copies": ("copies", "Find stored copies of something, and who carries them."),
    "hash": ("hashing", "Hash pictures: digests and PDQ, as JSON lines."),
    "backfill": ("backfill", "Send an existing library through, resumably."),
    "rescan": ("rescan", "Compare all that is stored with the banks, resumably."),
    "case": ("case", "Work on cases: what a person must look at, and by when."),
    "duty": ("duty", "See what incidents owe to authorities, and record what was done about it."),
    "clocks": ("clocks", "See by when notices, appeals and orders must be answered, and what was kept."),
    "message": ("message", "See what was told to the people who asked, and note a mail that came back."),
    "notice": ("notice", "Work on notices: what people from outside tell us."),
    "notifier": ("notifier", "Enrol hotlines, authorities and trusted flaggers, and end it."),
    "golden": ("quality", "Keep decided cases by which others are measured."),
    "agreement": ("quality", "Show how well people agree who answered blind to each other."),
    "statement": ("statement", "Read what people are told of measures, and change how long telling waits."),
    "decision": ("decision", "Decide by hand, read what was decided, and reverse it."),
    "bulk": ("bulk", "Decide about many items: shown first, then confirmed by their count."),
    "key": ("key", "Make, list and revoke the keys that platforms use."),
    "person": ("person", "Invite the first administrator; list people, let them begin anew, let them go."),
    "rules": ("rule_results", "Write rules, try them, and move them on."),
    "classifiers": ("classifiers", "Check and try classifiers, and see how each stands."),
    "links": ("links", "Ask where a shortened link leads."),
    "rota": ("rota", "Keep who is on call, and see whether somebody would come."),
    "page": ("page", "Read and acknowledge pages about danger, and try whether one would get out."),
    "channel": ("channel", "Set up the channel to an authority, check it, switch it on."),
    "eu-database": ("eu_database", "Send statements of reasons to the EU Transparency Database; export them."),
    "reports": ("reports", "Draw up reports to authorities, approve them, see how far each is."),
    "webhook": ("webhook", "Register where platforms are told what changed, and repeat deliveries."),
    "view": ("view", "Read who has looked at evidence."),
    "appeal": ("appeal", "Hear whoever a measure is on: take appeals, decide them, act on misuse."),
    "hold": ("hold", "Keep evidence for police, a court or reasons of our own; extend and release."),
    "order": ("order", "Keep orders of courts and authorities: verify them, give effect, tell of it."),
    "transparency": ("transparency", "Draw up reports of figures, publish and correct them."),
    "destruction": ("destruction", "End evidence by proof: propose, agree, order, and verify certificates."),
    "export": ("export", "Hand evidence out to police: an encrypted package with its chain of custody."),
    "evidence": ("evidence", "Find what has lost its other half: bytes, records and keys."),
    "desk": ("desk", "Lead people to the public desk: the key for signed links, and one link."),
    "keys": ("escrow", "Keep the recovery copy of the master key, and take destroyed keys out of backups."),
    "effects": ("effects", "Show what measures do, and what another table would change."),
    "audit": ("audit", "Verify that nothing was changed quietly."),
    "backup": ("backup", "Copy everything but the master key while the server runs."),
    "restore": ("restore", "Put a backup back in a new folder and verify it."),
    "drill": ("restore", "Prove that the newest state can be restored."),
    "settings": ("operate", "Print the settings in force, without secrets."),
    "sandbox": ("sandbox", "Start stand-ins for outside systems, to try filing against."),
    "bench": ("play", "Measure this machine."),
}
"""Each command: the module that holds it, and its line in the overview."""


class LazyGroup(click.Group):
    """A group that imports a command's module when it is asked for, so that `--help` and `hash` stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the commands in the order in which an operator meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """Return the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        gc.disable()  # a third of a start were collections: what is imported stays, and there is nothing to collect
        try:
            module = importlib.import_module(f"tutela.cli.{COMMANDS[cmd_name][0]}")
        finally:
            gc.enable()
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        """Write the overview without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]  # fewer names than click's, which nobody here gives
        """Run, and end with one line and a status instead of a traceback."""
        is_standalone = extra.pop("standalone_mode", True)
        try:
            status = super().main(args, standalone_mode=False, **extra)
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            status = INTERRUPTED
        except BrokenPipeError:
            # Whoever read our output has gone; Python would complain again when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = FAILED
        except TutelaError as error:
            _raise_if_debugging()
            click.echo(f"tutela: {one_line(error)}", err=True)
            status = FAILED
        except Exception as error:  # noqa: BLE001  # process edge: one line for the operator
            _raise_if_debugging()
            click.echo(f"tutela: {_unexpected(error)}", err=True)
            status = FAILED
        if is_standalone:
            sys.exit(status if isinstance(status, int) else 0)
        return status


def one_line(error: TutelaError) -> str:
    """Return place, message and remedy, each of the two latter a sentence."""
    detail = error.detail if error.detail.endswith((".", "?", "!")) else f"{error.detail}."
    return " ".join(part for part in (f"{error.place}:" if error.place else "", detail, error.remedy or "") if part)


def _raise_if_debugging() -> None:
    if os.environ.get("TUTELA_DEBUG"):
        raise  # noqa: PLE0704  # called only while an error is being handled


def _unexpected(error: Exception) -> str:
    # Its message may quote what was being worked on, so only its kind is told.
    return f"something broke inside ({type(error).__name__}). TUTELA_DEBUG=1 shows where."


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tutela", prog_name="tutela")
def tutela() -> None:
    """Recognise known abuse material, hide it, seal it, and account for every step.

    \b
    Start:   tutela serve
    Connect: tutela key create my-forum --scope submit --scope read
    Check:   tutela checklist

    Data is kept in ./var unless --var, a configuration file or TUTELA_VAR says otherwise.
    """  # noqa: D301  # \b is click's mark for "do not wrap", not an escape gone wrong


def main() -> None:
    """Run the command line."""
    tutela(prog_name="tutela")
