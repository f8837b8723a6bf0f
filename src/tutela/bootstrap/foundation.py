"""What everything else is wired from: settings, database, keys, clock, indexes, and who may do what."""

import hashlib
import hmac
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Engine

from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.committer import GroupCommitter
from tutela.adapters.db.deliveries import DatabaseDeliveries
from tutela.adapters.db.desk import DatabaseDesk
from tutela.adapters.db.heads import DatabaseSealer
from tutela.adapters.db.store import DatabaseStore
from tutela.adapters.db.trail import DatabaseAuditReader
from tutela.adapters.db.webhooks import DatabaseWebhooks
from tutela.adapters.index.folder import SegmentFolder
from tutela.adapters.index.keeper import IndexKeeper
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.native import Native
from tutela.adapters.keys.files import FileKeyRing
from tutela.adapters.keys.signing import HeadSigner
from tutela.adapters.login.passwords import Argon2Passwords
from tutela.adapters.media.renderer import ChildRenderer
from tutela.adapters.webhooks.sender import HttpSender
from tutela.bootstrap.loading import aims_of, load_quotas
from tutela.config import Settings
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.findings import Vocabulary
from tutela.core.policy import Ceilings, Policy
from tutela.flows.feed_index import StoredHistory, refresh
from tutela.flows.fresh_accounts import FreshAccounts
from tutela.flows.keep_keys import KeepKeys
from tutela.flows.keep_profile import KeepProfile
from tutela.flows.keep_quotas import KeepQuotas
from tutela.flows.name_feed import name_feed
from tutela.flows.staff import Staff
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName, IndexState
from tutela.ports.proofs import Passwords
from tutela.ports.renderer import Renderer
from tutela.ports.scanner import MediaScanner
from tutela.ports.vault import Vault
from tutela.ports.webhooks import Sender
from tutela_client.table import EffectTable


@dataclass
class Foundation:
    """The parts that every flow needs."""

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
    classifier_specs: Mapping[str, ClassifierSpec] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    passwords: Passwords = field(default_factory=Argon2Passwords)
    renderer: Renderer = field(default_factory=ChildRenderer)

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
        self.profile = KeepProfile(self.desk, aims_of(self.settings))
        self.fresh_accounts = FreshAccounts(self.entropy)
        self.quotas = KeepQuotas(self.desk, load_quotas())
        self.webhooks = DatabaseWebhooks(self.engine, self.chain, self.clock)
        self.deliveries = DatabaseDeliveries(self.engine, self.chain, self.clock)
        self.sender: Sender = HttpSender(
            self.settings.webhooks_timeout_seconds, allows_private=self.settings.webhooks_allow_private
        )
        folder = self.settings.var / "index"
        native = Native(folder / "compiled")
        self.threads = ThreadPoolExecutor(1, "search")  # beside whoever asks: two cores for a large batch
        self.known, self.stored = (LiveIndex(native, self.threads) for _ in IndexName)
        self.index_keepers = {
            name: IndexKeeper(index, SegmentFolder(folder, name.value), StoredHistory(self.store, name))
            for name, index in self.indexes.items()
        }
        self.fresh_at: float | None = None

    @property
    def indexes(self) -> dict[IndexName, LiveIndex]:
        """Return both indexes by name."""
        return {IndexName.KNOWN: self.known, IndexName.STORED: self.stored}

    @cached_property
    def feed_id(self) -> str:
        """Which history the change feed tells: another one in every database, and after every restore."""
        return name_feed(self.desk, self.store, self.entropy)

    def _after_commit(self) -> None:
        with self.changed:
            self.changed.notify_all()

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

    def load_indexes(self) -> None:
        """Open what was saved and take in what was committed since; closing the house saves what changed much."""
        for keeper in self.index_keepers.values():
            keeper.restore()
        self.feed_indexes()

    def why_not_ready(self) -> list[str]:
        """Return what keeps the indexes from answering; empty when nothing does."""
        reasons = [
            f"the index {name.value} is not loaded" for name, index in self.indexes.items() if index.built_to_seq < 0
        ]
        behind_seconds = 0.0 if self.fresh_at is None else time.monotonic() - self.fresh_at
        if not reasons and behind_seconds > self.settings.index_stale_seconds:
            reasons.append(f"the indexes have not been brought up to date for {behind_seconds:.0f} seconds")
        return reasons

    @cached_property
    def words(self) -> Vocabulary:
        """By what a measure can be narrowed."""
        return Vocabulary(frozenset(self.effects.surfaces))

    @cached_property
    def keep_keys(self) -> KeepKeys:
        """Make, check and revoke API keys."""
        pepper = self.keys.derive("api-keys/1")
        return KeepKeys(self.desk, self.clock, self.entropy, lambda s: hmac.digest(pepper, s, hashlib.sha256))

    @cached_property
    def staff(self) -> Staff:
        """Everything about people who work here."""
        from tutela.bootstrap.staffing import open_provider, open_staff  # noqa: PLC0415  # a third of a second, and few commands need it

        return open_staff(self, self.passwords, open_provider(self.settings, self.clock))
