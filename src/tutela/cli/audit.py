"""`tutela audit`: verify that nothing was changed quietly."""

import sys

import click

from tutela.cli import FAILED
from tutela.cli.opening import Where, placed
from tutela.flows.verify import Verified


@click.group("audit")
def audit_command() -> None:
    """Verify that nothing was changed quietly."""


@audit_command.command("verify")
@click.option("--no-contents", is_flag=True, help="Do not read every sealed content; only that it is there.")
@placed
def verify(where: Where, *, no_contents: bool) -> None:
    """Verify all chains, seals, measures and sealed contents. Exit status 1 when anything is wrong.

    Reads only; the server may run meanwhile.
    """
    with where.house() as house:
        # The command's own start and end may not hide a broken chain by sealing it: verify comes first.
        found = house.verify(read_contents=not no_contents, on_progress=_show if sys.stderr.isatty() else None)
    where.tell(record_of(found), in_words(found))
    if found.breaches:
        click.get_current_context().exit(FAILED)


def _show(part: str, done: int) -> None:
    click.echo(f"\r{part}: {done}\x1b[K", nl=False, err=True)


def record_of(found: Verified) -> dict[str, object]:
    """Return what was verified, as JSON."""
    return {
        "is_sound": not found.breaches,
        "entries": found.entries, "seals": found.seals, "measures": found.measures,
        "items": found.items, "contents": found.contents,
        "breaches": [{"promise": b.promise, "place": b.subject, "detail": b.detail} for b in found.breaches],
        "notes": list(found.notes),
    }  # fmt: skip


def in_words(found: Verified) -> str:
    """Return what was verified, for a person."""
    looked = (
        f"{found.entries} entries, {found.seals} seals, {found.measures} measures, {found.items} hidden items, "
        f"{found.contents} sealed contents"
    )
    lines = [f"{breach.promise} at {breach.subject}: {breach.detail}" for breach in found.breaches]
    verdict = f"NOT SOUND: {len(lines)} breaches in {looked}" if lines else f"sound: {looked}"
    return "\n".join([verdict, *lines, *found.notes])
