"""`tutela keys`: the recovery copy of the master key."""

from pathlib import Path

import click

from tutela.bootstrap import open_keys, restore_keys
from tutela.cli.opening import Where, placed, read_passphrase
from tutela.errors import Misconfigured
from tutela.flows.cleanse_backup import cleanse

_PASSPHRASE_FILE = click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="File whose first line is the passphrase."
)


@click.group("keys")
def keys_command() -> None:
    """Keep the recovery copy of the master key, and take destroyed keys out of backups."""


@keys_command.command("escrow")
@click.argument("path", type=click.Path(path_type=Path))
@_PASSPHRASE_FILE
@click.option("--no-passphrase", is_flag=True, help="Write it in the clear, for a safe or a notary.")
@placed
def escrow(where: Where, path: Path, passphrase_file: Path | None, *, no_passphrase: bool) -> None:
    """Write a recovery copy of the master key to a new file. Move it off this machine, to two places.

    A lost master key is lost evidence: there is no back door.

    \b
    tutela keys escrow /media/stick/tutela-recovery.txt
    """  # noqa: D301  # \b is click's mark
    passphrase = None
    if not no_passphrase:
        passphrase = read_passphrase(passphrase_file, ask="Passphrase for the recovery copy", confirm=True)
        if passphrase is None:
            raise Misconfigured(
                "a passphrase is needed", remedy="Give --passphrase-file, or --no-passphrase if none is wanted."
            )
    keys = open_keys(where.settings())
    keys.escrow(path, passphrase)
    record = {"path": str(path), "fingerprint": keys.fingerprint(), "is_encrypted": passphrase is not None}
    where.tell(record, f"recovery copy of key {keys.fingerprint()} written to {path}; move it off this machine")


@keys_command.command("restore")
@click.argument("path", type=click.Path(path_type=Path))
@_PASSPHRASE_FILE
@placed
def restore_key(where: Where, path: Path, passphrase_file: Path | None) -> None:
    """Put the master key of a recovery copy back. Refuses where there is a master key already."""
    passphrase = recovery_passphrase(path, passphrase_file)
    keys = restore_keys(path, passphrase, where.settings().keys_folder)
    where.tell({"fingerprint": keys.fingerprint()}, f"master key {keys.fingerprint()} is back")


@keys_command.command("cleanse")
@click.argument("backup", type=click.Path(path_type=Path, exists=True, file_okay=False))
@placed
def cleanse_keys(where: Where, backup: Path) -> None:
    """Take every key out of the folder BACKUP that was destroyed since it was made.

    Do it to each backup that you keep, after each destruction: a certificate is only true when no copy of a key is
    left.

    \b
    tutela keys cleanse /backup/tutela-2026-11-22
    """  # noqa: D301  # \b is click's mark
    settings = where.settings()
    cleansed = cleanse(backup, settings.keys_folder, open_keys(settings).fingerprint())
    record = {"backup": str(backup), "keys_removed": list(cleansed.keys)}
    where.tell(record, f"{len(cleansed.keys)} destroyed keys were taken out of {backup}")


@keys_command.command("fingerprint")
@placed
def fingerprint(where: Where) -> None:
    """Print what tells this master key from others, and nothing else about it."""
    settings = where.settings()
    if not (settings.keys_folder / "master.key").exists():
        raise Misconfigured("there is no master key here", place=str(settings.keys_folder))
    keys = open_keys(settings)
    record = {"fingerprint": keys.fingerprint(), "has_escrow": keys.has_escrow()}
    where.tell(record, keys.fingerprint())


def recovery_passphrase(copy: Path, passphrase_file: Path | None) -> str | None:
    """Return the passphrase of a recovery copy; asks only when the copy needs one."""
    try:
        is_open = b'"protection":"none"' in copy.read_bytes()
    except OSError as error:
        raise Misconfigured("the recovery copy cannot be read", place=str(copy)) from error
    return None if is_open else read_passphrase(passphrase_file, ask="Passphrase of the recovery copy")
