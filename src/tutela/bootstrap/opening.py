"""Open keys, vault, database and house for what the settings say."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.cluster.ray_executor import RayExecutor
from tutela.adapters.db.copies import DatabaseCopies
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.migrate import upgrade
from tutela.adapters.db.rescans import DatabaseRescans
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.renderer import ChildRenderer
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.rescan.guard import FileGuard
from tutela.adapters.rescan.processes import ProcessExecutor
from tutela.adapters.vault.local import LocalVault
from tutela.adapters.vault.objects import ObjectVault
from tutela.bootstrap.classifying import load_classifiers
from tutela.bootstrap.house import House
from tutela.bootstrap.loading import load_ceilings, load_effects, load_policy
from tutela.config import Settings, desk_address
from tutela.errors import Misconfigured
from tutela.flows.rescan import SHARD_MEDIA, RescanStored
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing
from tutela.ports.rescans import ShardExecutor
from tutela.ports.vault import Vault

if TYPE_CHECKING:
    from starlette.applications import Starlette


def open_keys(settings: Settings) -> FileKeyRing:
    """Return the keys, made on first start; never made anew beside a database that exists."""
    folder = settings.keys_folder
    master = folder / "master.key"
    database = settings.var / "tutela.db"
    if not settings.database_url and database.exists():
        if not master.exists():
            raise Misconfigured(
                "there is a database but no master key: what is sealed could not be opened",
                place=str(master),
                remedy="Put the key back, or restore it with `tutela keys restore`.",
            )
        return FileKeyRing(folder, master)
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileKeyRing.opened(folder, master)


def open_vault(settings: Settings, keys: KeyRing, clock: Clock, entropy: Entropy) -> Vault:
    """Return the vault in its folder or object store."""
    if "://" in settings.vault_url:
        return ObjectVault.at(settings.vault_url, keys, clock, entropy)
    folder = Path(settings.vault_url) if settings.vault_url else settings.var / "vault"
    return LocalVault(folder, keys, clock, entropy)


def build(settings: Settings, *, clock: Clock | None = None) -> House:
    """Return the house for *settings*, its database migrated; nothing runs in the background yet."""
    clock, entropy = clock or SystemClock(), SystemEntropy()
    with _writable(settings.var):
        settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(settings.var, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with _writable(settings.keys_folder):
        keys = open_keys(settings)
    policy = load_policy(settings)
    classifiers = load_classifiers(settings, policy)
    engine = open_engine(settings.database)
    upgrade(engine)
    return House(
        settings=settings,
        policy=policy,
        ceilings=load_ceilings(),
        effects=load_effects(settings.effects_file),
        engine=engine,
        keys=keys,
        clock=clock,
        entropy=entropy,
        vault=open_vault(settings, keys, clock, entropy),
        scanner=ChildScanner(_limits(settings), children=settings.scanner_processes or None),
        renderer=ChildRenderer(_limits(settings)),
        classifier_specs=classifiers,
    )


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "not possible").lower()
        raise Misconfigured(
            f"this folder cannot be made or written: {reason}",
            place=str(folder),
            remedy="Name another one, or give this process the right to write there.",
        ) from error


@contextmanager
def running(settings: Settings, *, clock: Clock | None = None) -> Iterator[House]:
    """Yield a started house and close it in order."""
    house = build(settings, clock=clock)
    try:
        house.start()
        yield house
    finally:
        house.close()


def open_scanner(settings: Settings) -> ChildScanner:
    """Return a scanner of its own, for work that needs nothing else of the house."""
    return ChildScanner(_limits(settings), children=settings.scanner_processes or None)


def _limits(settings: Settings) -> Limits:
    return Limits(max_bytes=settings.upload_max_bytes, max_pixels=settings.pixels_max)


def open_api(house: House) -> "Starlette":
    """Return the machine face of *house* with the pages of people beside it; loaded only by who serves them."""
    from tutela.api.app import create_app  # noqa: PLC0415  # the command line starts in half the time without it
    from tutela.console.app import console_routes  # noqa: PLC0415  # as above
    from tutela.public.app import desk_routes  # noqa: PLC0415  # as above
    from tutela.public.doors import Doors  # noqa: PLC0415  # as above

    app = create_app(house)
    app.router.routes.extend(console_routes(house))
    app.router.routes.extend(desk_routes(house))
    if (address := desk_address(house.settings)) is not None:
        app.add_middleware(Doors, port=address[1])
    return app


def open_rescan(
    house: House, *, processes: int = 0, ray: str | None = None, shard_media: int = SHARD_MEDIA,
    executor: ShardExecutor | None = None,
) -> RescanStored:  # fmt: skip
    """Return what re-scans the house's stored hashes: in *processes* here, 0 for one a core, or on a *ray* cluster."""
    folder = house.settings.var / "rescan"
    cache = house.settings.var / "cache" / "numba"
    here = RayExecutor(ray) if ray else ProcessExecutor(folder, cache, processes or os.cpu_count() or 1)
    holder = f"process {os.getpid()} on {socket.gethostname()}"
    return RescanStored(
        house.store,
        house.reconsider,
        DatabaseRescans(house.engine, house.chain, house.clock),
        executor or here,
        FileGuard(folder / "lock", holder),
        house.profile.read,
        house.clock,
        house.entropy,
        holder,
        shard_media,
    )


def open_copies(house: House) -> DatabaseCopies:
    """Return what copies the house's database out and in."""
    return DatabaseCopies(house.engine, house.settings.var / "audit-heads.jsonl")


def restore_keys(copy: Path, passphrase: str | None, folder: Path) -> FileKeyRing:
    """Put the master key of a recovery copy back into the keys folder *folder*."""
    return FileKeyRing.restore_escrow(copy, passphrase, folder=folder, master_key_file=folder / "master.key")
