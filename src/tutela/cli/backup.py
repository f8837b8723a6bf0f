"""`tutela backup`: copy everything but the master key while the server runs."""

import sys
from pathlib import Path

import click

from tutela.bootstrap import House, open_copies
from tutela.cli.opening import Where, placed
from tutela.flows.back_up import BackUp, Backup, Places, Tell


@click.command("backup")
@click.argument("destination", type=click.Path(path_type=Path))
@click.option("--rows", is_flag=True, help="Copy the database as rows, to restore into the other kind of database.")
@placed
def backup_command(where: Where, destination: Path, *, rows: bool) -> None:
    """Copy database, vault and period keys into the new folder DESTINATION, while the server runs.

    The master key is never part of it: a restore needs the recovery copy (`tutela keys escrow`). A vault in an object
    store is backed up where it is. Keep one or two generations: an older one still holds destroyed period keys.

    \b
    tutela backup /backup/tutela-$(date +%F)
    """  # noqa: D301  # \b is click's mark
    with where.house() as house:
        backup = back_up(house, destination, as_rows=rows, tell=_show if sys.stderr.isatty() else None)
        if not house.keys.has_escrow():
            click.echo("no recovery copy of the master key was made: this backup cannot be opened without it", err=True)
    record = {"destination": str(destination), **record_of(backup)}
    where.tell(record, f"{len(backup.files)} files, {backup.size_bytes} bytes in {destination}")


def back_up(house: House, destination: Path, *, as_rows: bool = False, tell: Tell | None = None) -> Backup:
    """Back *house* up into *destination*."""
    settings = house.settings
    is_folder = "://" not in settings.vault_url
    vault = (Path(settings.vault_url) if settings.vault_url else settings.var / "vault") if is_folder else None
    making = BackUp(open_copies(house), house.clock)
    places = Places(settings.keys_folder, vault)
    return making(places, destination, fingerprint=house.keys.fingerprint(), as_rows=as_rows, tell=tell)


def record_of(backup: Backup) -> dict[str, object]:
    """Return what a backup is, as JSON."""
    return {
        "made_at": backup.made_at,
        "fingerprint": backup.fingerprint,
        "database": backup.database.form,
        "has_vault": backup.has_vault,
        "files": len(backup.files),
        "size_bytes": backup.size_bytes,
    }


def _show(part: str, done: int) -> None:
    click.echo(f"\r{part}: {done}\x1b[K", nl=False, err=True)
