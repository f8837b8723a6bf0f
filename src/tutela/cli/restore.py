"""`tutela restore` and `tutela drill`: put a backup back and verify it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from tutela.bootstrap import build, open_copies, restore_keys, set_up_logs
from tutela.cli import FAILED
from tutela.cli.audit import in_words, record_of
from tutela.cli.backup import back_up
from tutela.cli.escrow import recovery_passphrase
from tutela.cli.opening import WRITER, Where, placed
from tutela.config import Settings
from tutela.errors import Conflict
from tutela.flows.back_up import DATABASE, KEYS, put_back, read_manifest
from tutela.flows.verify import Verified
from tutela.ports.copies import DatabaseCopy

_PATH = click.Path(path_type=Path)
_ESCROW = click.option("--escrow", required=True, type=_PATH, help="The recovery copy of the master key.")
_PASSPHRASE = click.option("--passphrase-file", type=_PATH, help="File whose first line is its passphrase.")


@click.command("restore")
@click.argument("source", type=_PATH)
@click.option("--var", "target", required=True, type=_PATH, help="The new folder to restore into.")
@_ESCROW
@_PASSPHRASE
@click.option(
    "--database-url", help="An empty PostgreSQL database for a backup made of rows; else SQLite in the folder."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def restore_command(  # each is an option of its own
    source: Path, target: Path, escrow: Path, passphrase_file: Path | None, database_url: str | None, *, as_json: bool
) -> None:
    """Put the backup SOURCE back into a new folder, every file checked, and verify everything.

    Nothing is left behind when a file is damaged or the recovery copy does not belong to it. Afterwards start the
    server with --var on the new folder; move keys and vault out of it where they were elsewhere before.

    \b
    tutela restore /backup/tutela-2026-11-22 --var /srv/tutela --escrow /media/stick/tutela-recovery.txt
    """  # noqa: D301  # \b is click's mark
    found = restored(source, target, escrow, passphrase_file, database_url=database_url or "")
    words = f"restored into {target}\n{in_words(found)}"
    Where(target, None, as_json).tell({"var": str(target), **record_of(found)}, words)
    if found.breaches:
        click.get_current_context().exit(FAILED)


@click.command("drill")
@_ESCROW
@_PASSPHRASE
@placed
def drill_command(where: Where, escrow: Path, passphrase_file: Path | None) -> None:
    """Back up, restore into a scratch folder with the recovery copy, verify, and mark it on the checklist.

    The scratch folder lies in the folder of the installation and is removed afterwards.

    \b
    tutela drill --escrow /media/stick/tutela-recovery.txt
    """  # noqa: D301  # \b is click's mark
    with where.house() as house, _scratch(house.settings.var) as scratch:
        back_up(house, scratch / "backup")
        found = restored(scratch / "backup", scratch / "restored", escrow, passphrase_file)
        if not found.breaches:
            house.profile.mark_done("restore_drilled")
    where.tell(record_of(found), in_words(found))
    if found.breaches:
        click.get_current_context().exit(FAILED)


def restored(
    source: Path, target: Path, escrow: Path, passphrase_file: Path | None, *, database_url: str = ""
) -> Verified:
    """Restore *source* into *target* and return what a verification of everything found."""
    if target.exists():
        raise Conflict("a restore never overwrites anything", place=str(target), remedy="Name a new folder.")
    manifest = read_manifest(source)
    passphrase = recovery_passphrase(escrow, passphrase_file)
    draft = target.with_name(target.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        put_back(source, manifest, draft)
        restore_keys(escrow, passphrase, draft / KEYS)
        settings = Settings(var=draft, database_url=database_url, writer=WRITER)
        if manifest.database.form == "rows":
            _read_rows_in(settings, draft / DATABASE, manifest.database)
        found = _verified(settings, has_vault=manifest.has_vault)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return found


def _read_rows_in(settings: Settings, folder: Path, copy: DatabaseCopy) -> None:
    set_up_logs("warning")
    house = build(settings)  # migrating leaves all tables empty
    try:
        open_copies(house).copy_in(folder, copy)
    finally:
        house.close()
    shutil.rmtree(folder)


def _verified(settings: Settings, *, has_vault: bool) -> Verified:
    set_up_logs("warning")
    house = build(settings)
    try:
        found = house.verify()
        if not has_vault:
            # Sealed contents are where they were, in the object store, which this folder does not name yet.
            rest = tuple(breach for breach in found.breaches if breach.promise != "P5")
            found = replace(found, breaches=rest, contents=0, notes=(*found.notes, _NO_VAULT))
        # Numbers of the change feed are given again from here on: whoever followed it before begins anew.
        feed = house.entropy.token(8).hex()
        if house.filing.keep.disable_restored():
            found = replace(found, notes=(*found.notes, _CHANNEL_OFF))
        if house.statements.transparency.disable_restored():
            found = replace(found, notes=(*found.notes, _DATABASE_OFF))
        house.desk.put_setting("restored", {"entries": found.entries, "breaches": len(found.breaches), "feed": feed})
    finally:
        house.close()
    return found


_NO_VAULT = "the vault is in an object store and not part of this backup; its contents were not looked at"


_CHANNEL_OFF = (
    "the channel to the authority is off: give up reports that were filed after the backup was made, then enable it"
)

_DATABASE_OFF = (
    "the channel to the EU Transparency Database is off: enable it; what was sent since the backup is not sent twice"
)


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="drill-", dir=parent))
    try:
        yield folder
    finally:
        master = folder / "restored" / KEYS / "master.key"
        if master.exists():
            master.write_bytes(bytes(master.stat().st_size))
        shutil.rmtree(folder, ignore_errors=True)
