"""The only place that picks adapters."""

import errno
import hashlib
import hmac
import os
import socket
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from tutela.adapters.clock import SystemClock, SystemEntropy
from tutela.adapters.cluster.ray_executor import RayExecutor
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.choices import DatabaseChoices
from tutela.adapters.db.committer import GroupCommitter
from tutela.adapters.db.copies import DatabaseCopies
from tutela.adapters.db.desk import DatabaseDesk
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.heads import DatabaseSealer
from tutela.adapters.db.migrate import upgrade
from tutela.adapters.db.rescans import DatabaseRescans
from tutela.adapters.db.store import DatabaseStore
from tutela.adapters.db.trail import DatabaseAuditReader
from tutela.adapters.index.folder import SegmentFolder
from tutela.adapters.index.keeper import IndexKeeper
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.native import Native
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.keys.signing import HeadSigner
from tutela.adapters.logs import set_up_logs as set_up_logs  # noqa: PLC0414  # handed on to the faces
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.adapters.rescan.guard import FileGuard
from tutela.adapters.rescan.processes import ProcessExecutor
from tutela.adapters.vault.local import LocalVault
from tutela.adapters.vault.objects import ObjectVault
from tutela.config import Settings, read_toml
from tutela.core.effects_file import overlaid
from tutela.core.ids import MediaId
from tutela.core.policy import Ceilings, Policy, merge
from tutela.core.policy_file import parse_ceilings, parse_ordinary, parse_policy
from tutela.errors import Misconfigured, Unavailable
from tutela.flows.feed_index import StoredHistory, refresh
from tutela.flows.find_copies import FindCopies
from tutela.flows.follow_media import FollowMedia
from tutela.flows.import_members import ImportMembers
from tutela.flows.keep_banks import KeepBanks
from tutela.flows.keep_choices import KeepChoices
from tutela.flows.keep_keys import KeepKeys
from tutela.flows.keep_opinions import KeepOpinions
from tutela.flows.keep_profile import KeepProfile
from tutela.flows.look_up import LookUp
from tutela.flows.match_late import MatchLate
from tutela.flows.permit import Permit
from tutela.flows.receive_media import ReceiveMedia
from tutela.flows.reconsider import CHUNK_ITEMS, Reconsider
from tutela.flows.rescan import SHARD_MEDIA, RescanStored
from tutela.flows.retain import Retain
from tutela.flows.retry_scans import RetryScans
from tutela.flows.show import Show
from tutela.flows.submit import Submit
from tutela.flows.verify import Verify
from tutela.flows.watch_licences import WatchLicences
from tutela.flows.weigh import Weigh
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName, IndexState
from tutela.ports.keys import KeyRing
from tutela.ports.rescans import ShardExecutor
from tutela.ports.scanner import MediaScanner
from tutela.ports.vault import Vault
from tutela.worker import Job, Worker
from tutela_client.table import EffectTable, shipped_source, shipped_table

if TYPE_CHECKING:
    from fastapi import FastAPI

SEAL_SECONDS = 10.0
"""How often the heads of the audit are signed: what is younger could still be rewritten without a trace."""

SCRUB_SECONDS = 0.5
"""Between two steps of the scrub: 32 megabytes each, so that ten million hashes are looked through in a minute."""

IDEMPOTENT_FOR = timedelta(days=7)
"""How long a repeated request is answered as the first was."""


@dataclass
class House:
    """Everything wired together: the faces get this and nothing else."""

    settings: Settings
    policy: Policy
    ceilings: Ceilings
    effects: EffectTable
    engine: Engine
    keys: FileKeyRing
    clock: Clock
    entropy: Entropy
    vault: Vault
    scanner: MediaScanner
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        """Wire the parts that need each other."""
        self.chain = ChainWriter(self.settings.writer, self.entropy)
        self.store = DatabaseStore(self.engine)
        self.desk = DatabaseDesk(self.engine, self.chain, self.clock)
        self.committer = GroupCommitter(self.engine, self.chain, self.clock, self._after_commit)
        signer = HeadSigner(self.keys)
        exported = self.settings.var / "audit-heads.jsonl"
        self.sealer = DatabaseSealer(self.engine, self.clock, signer.sign, exported)
        self.audit = DatabaseAuditReader(self.engine, exported, signer.is_signed)
        self.profile = KeepProfile(self.desk)
        folder = self.settings.var / "index"
        native = Native(folder / "compiled")
        self.threads = ThreadPoolExecutor(1, "search")  # beside whoever asks: two cores for a large batch
        self.known, self.stored = (LiveIndex(native, self.threads) for _ in IndexName)
        self.index_keepers = {
            name: IndexKeeper(index, SegmentFolder(folder, name.value), StoredHistory(self.store, name))
            for name, index in self.indexes.items()
        }
        self.fresh_at: float | None = None
        # Three threads: nothing that takes long keeps the indexes from what is new.
        self.feeder = Worker([Job("feed_index", self.feed_indexes, pause_seconds=0.5, follows_commits=True)])
        self.worker = Worker(self._jobs())
        self.caretaker = Worker(
            [
                Job("save_indexes", self.save_indexes, pause_seconds=5.0),
                Job("scrub_indexes", self.scrub_indexes, pause_seconds=SCRUB_SECONDS),
            ]
        )

    @property
    def indexes(self) -> dict[IndexName, LiveIndex]:
        """Return both indexes by name."""
        return {IndexName.KNOWN: self.known, IndexName.STORED: self.stored}

    @cached_property
    def feed_id(self) -> str:
        """Which history the change feed tells; another one after every restore."""
        return str((self.desk.setting("restored") or {}).get("feed", "first"))

    @property
    def jobs(self) -> list[Job]:
        """Return everything that is done in the background."""
        return [*self.feeder.jobs, *self.worker.jobs, *self.caretaker.jobs]

    def _after_commit(self) -> None:
        with self.changed:
            self.changed.notify_all()
        self.feeder.wake()
        self.worker.wake()

    def _jobs(self) -> list[Job]:
        return [
            Job("match_late", lambda: self.match_late(self.worker.must_end), pause_seconds=0.5, follows_commits=True),
            Job(
                "follow_media", lambda: self.follow_media(self.worker.must_end), pause_seconds=0.5, follows_commits=True
            ),
            Job("seal_heads", self.sealer.seal, pause_seconds=SEAL_SECONDS),
            Job("retry_scans", self.retry_scans, pause_seconds=10.0),
            Job("retain", lambda: self.retain(self.profile.read()), pause_seconds=600.0),
            Job("watch_licences", self.watch_licences, pause_seconds=60.0),
            Job("forget_requests", self._forget_requests, pause_seconds=3600.0),
            Job("forget_choices", self.keep_choices.forget_ended, pause_seconds=3600.0),
        ]

    def _forget_requests(self) -> int:
        return self.desk.forget_idempotent_before(self.clock.now() - IDEMPOTENT_FOR)

    def feed_indexes(self) -> None:
        """Take over what other processes have saved, and bring both indexes up to what is committed."""
        for keeper in self.index_keepers.values():
            keeper.follow()
        with self.store.read() as reader:
            for name, index in self.indexes.items():
                refresh(reader, index, name)
        self.fresh_at = time.monotonic()

    def save_indexes(self) -> None:
        """Save and merge what has changed much, so that the next start need not read it from the database."""
        for keeper in self.index_keepers.values():
            keeper.save()

    def scrub_indexes(self) -> None:
        """Compare some more of the saved indexes with their checksums."""
        for keeper in self.index_keepers.values():
            keeper.scrub()

    def index_states(self) -> dict[IndexName, IndexState]:
        """Return what the indexes are made of."""
        return {name: keeper.state() for name, keeper in self.index_keepers.items()}

    @cached_property
    def look_up(self) -> LookUp:
        """The look-up in all banks."""
        return LookUp(self.known, self.policy, self.ceilings, self.clock)

    @cached_property
    def weigh(self) -> Weigh:
        """What a decision rests on."""
        return Weigh(self.vault, self.entropy)

    @cached_property
    def submit(self) -> Submit:
        """Take items in."""
        return Submit(
            self.store,
            self.committer,
            self.look_up,
            self.weigh,
            self.policy,
            self.profile.read,
            self.clock,
            self.entropy,
        )

    @cached_property
    def reconsider(self) -> Reconsider:
        """Decide again about stored items."""
        return Reconsider(
            self.store,
            self.committer,
            self.look_up,
            self.weigh,
            self.policy,
            self.profile.read,
            self.clock,
            self.entropy,
        )

    @cached_property
    def receive_media(self) -> ReceiveMedia:
        """Take uploads in."""
        return ReceiveMedia(
            self.store, self.committer, self.vault, self.scanner, self.clock, self.entropy,
            self.settings.upload_max_bytes, self._evidence_came,
        )  # fmt: skip

    def _evidence_came(self, media_id: MediaId) -> None:
        # The uploader waits for this; `follow_media` decides about the rest of a popular picture's carriers.
        self.reconsider([media_id], at_most=CHUNK_ITEMS)

    @cached_property
    def match_late(self) -> MatchLate:
        """Find stored items by hashes that were added after them."""
        return MatchLate(self.store, self.committer, self.stored, self.reconsider)

    @cached_property
    def find_copies(self) -> FindCopies:
        """Find what is stored of something, and who carries it."""
        return FindCopies(self.store, self.stored, self.profile.read, self.clock)

    @cached_property
    def follow_media(self) -> FollowMedia:
        """Decide again where more became known of a media."""
        return FollowMedia(self.store, self.committer, self.reconsider)

    @cached_property
    def retry_scans(self) -> RetryScans:
        """Try again what could not be scanned."""
        return RetryScans(self.store, self.committer, self.vault, self.scanner, self.reconsider, self.clock)

    @cached_property
    def retain(self) -> Retain:
        """End the transient period."""
        return Retain(self.store, self.committer, self.vault, self.keys, self.clock)

    @cached_property
    def keep_banks(self) -> KeepBanks:
        """Change what is known."""
        return KeepBanks(self.store, self.committer, self.policy, self.ceilings, self.clock, self.entropy)

    @cached_property
    def keep_choices(self) -> KeepChoices:
        """Keep what viewers choose not to see."""
        return KeepChoices(DatabaseChoices(self.engine), self.clock)

    @cached_property
    def show(self) -> Show:
        """Answer what a viewer may see."""
        return Show(self.store, self.clock, self.effects)

    @cached_property
    def permit(self) -> Permit:
        """Answer what an account may do."""
        return Permit(self.store, self.clock, self.effects)

    @cached_property
    def keep_opinions(self) -> KeepOpinions:
        """Change what members are worth."""
        return KeepOpinions(self.store, self.committer, self.clock)

    @cached_property
    def watch_licences(self) -> WatchLicences:
        """Record licences that are over."""
        return WatchLicences(self.store, self.committer, self.clock)

    @cached_property
    def import_members(self) -> ImportMembers:
        """Import lists."""
        return ImportMembers(
            self.store, self.keep_banks, self.desk, self.stored, self.profile.read, self.clock, self.entropy
        )

    @cached_property
    def keep_keys(self) -> KeepKeys:
        """Make, check and revoke API keys."""
        pepper = self.keys.derive("api-keys/1")
        return KeepKeys(self.desk, self.clock, self.entropy, lambda s: hmac.digest(pepper, s, hashlib.sha256))

    @cached_property
    def verify(self) -> Verify:
        """Verify everything."""
        return Verify(self.store, self.audit, self.vault, self.clock, self.effects)

    def why_not_ready(self) -> list[str]:
        """Return what keeps the indexes from answering; empty when nothing does."""
        reasons = [
            f"the index {name.value} is not loaded" for name, index in self.indexes.items() if index.built_to_seq < 0
        ]
        behind_seconds = 0.0 if self.fresh_at is None else time.monotonic() - self.fresh_at
        if not reasons and behind_seconds > self.settings.index_stale_seconds:
            reasons.append(f"the indexes have not been brought up to date for {behind_seconds:.0f} seconds")
        return reasons

    def load_indexes(self) -> None:
        """Open what was saved and take in what was committed since; closing the house saves what changed much."""
        for keeper in self.index_keepers.values():
            keeper.restore()
        self.feed_indexes()

    def start(self) -> None:
        """Load the indexes and start the background work."""
        self.load_indexes()
        for worker in (self.feeder, self.worker, self.caretaker):
            worker.start()

    def close(self) -> None:
        """End in order: work, writes, a last seal, children, connections."""
        with ExitStack() as ending:  # last in, first out; each part ends whatever happened to the one before
            ending.callback(self.engine.dispose)
            ending.callback(self.scanner.close)
            ending.callback(self.sealer.seal)
            ending.callback(self.threads.shutdown)
            for keeper in self.index_keepers.values():
                ending.callback(self._save_at_the_end, keeper)
            ending.callback(self.committer.close)
            for worker in (self.feeder, self.worker, self.caretaker):
                ending.callback(worker.close)

    def _save_at_the_end(self, keeper: IndexKeeper) -> None:
        with suppress(Unavailable):  # nothing is lost: the next start reads it from the database
            keeper.save()


def load_policy(settings: Settings) -> Policy:
    """Return the twelve clauses, the ordinary ones that ship, and the operator's own."""
    policy = parse_policy(_shipped("zero-tolerance.toml"), place="zero-tolerance.toml")
    version, clauses = parse_ordinary(_shipped("ordinary.toml"), place="ordinary.toml")
    policy = merge(policy, clauses, version=version)
    if settings.policy_file is not None:
        parsed = read_toml(settings.policy_file, "the operator's policy")
        version, clauses = parse_ordinary(parsed, place=str(settings.policy_file))
        policy = merge(policy, clauses, version=version)
    return policy


def load_ceilings() -> Ceilings:
    """Return the table of what a machine may do before a person looks."""
    return parse_ceilings(_shipped("ceilings.toml"), place="ceilings.toml")


def load_effects(file: Path | None) -> EffectTable:
    """Return the table of what each kind of measure does, with the operator's own rows in *file* laid over it."""
    if file is None:
        return shipped_table()
    return overlaid(shipped_source(), read_toml(file, "the operator's table of effects"), place=str(file))


def _shipped(name: str) -> Mapping[str, object]:
    return tomllib.loads(resources.files("tutela.policy").joinpath(name).read_text(encoding="utf-8"))


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
    engine = open_engine(settings.database)
    upgrade(engine)
    return House(
        settings=settings,
        policy=load_policy(settings),
        ceilings=load_ceilings(),
        effects=load_effects(settings.effects_file),
        engine=engine,
        keys=keys,
        clock=clock,
        entropy=entropy,
        vault=open_vault(settings, keys, clock, entropy),
        scanner=ChildScanner(
            Limits(max_bytes=settings.upload_max_bytes, max_pixels=settings.pixels_max),
            children=settings.scanner_processes or None,
        ),
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
    limits = Limits(max_bytes=settings.upload_max_bytes, max_pixels=settings.pixels_max)
    return ChildScanner(limits, children=settings.scanner_processes or None)


def open_api(house: House) -> "FastAPI":
    """Return the machine face of *house*; loaded only by who serves it."""
    from tutela.api.app import create_app  # noqa: PLC0415  # the command line starts in half the time without it

    return create_app(house)


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
