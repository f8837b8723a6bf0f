"""Everything wired together: what the faces get."""

import hashlib
import hmac
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial

from sqlalchemy import Engine

from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.choices import DatabaseChoices
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
from tutela.bootstrap.loading import load_quotas
from tutela.bootstrap.viewing import open_evidence
from tutela.config import Settings
from tutela.core.findings import Vocabulary
from tutela.core.ids import MediaId
from tutela.core.permissions import Principal, scopes_of
from tutela.core.policy import Ceilings, Policy
from tutela.core.sampling import Sampling
from tutela.core.units import Duration
from tutela.core.webhooks import MAX_ENDPOINTS
from tutela.errors import Unavailable
from tutela.flows.answer_case import AnswerCase
from tutela.flows.bulk import DecideInBulk
from tutela.flows.carry_out import CarryOut
from tutela.flows.decide import Decide
from tutela.flows.deliver import Deliver
from tutela.flows.enact_settled import EnactSettled
from tutela.flows.evidence import Evidence
from tutela.flows.feed_index import StoredHistory, refresh
from tutela.flows.find_copies import FindCopies
from tutela.flows.follow_media import FollowMedia
from tutela.flows.follow_reversals import FollowReversals
from tutela.flows.forget_deliveries import ForgetDeliveries
from tutela.flows.forget_windows import ForgetWindows
from tutela.flows.import_members import ImportMembers
from tutela.flows.keep_banks import KeepBanks
from tutela.flows.keep_choices import KeepChoices
from tutela.flows.keep_keys import KeepKeys
from tutela.flows.keep_opinions import KeepOpinions
from tutela.flows.keep_profile import KeepProfile
from tutela.flows.keep_quotas import KeepQuotas
from tutela.flows.keep_webhooks import KeepWebhooks
from tutela.flows.look_up import LookUp
from tutela.flows.match_late import MatchLate
from tutela.flows.move_case import CaseWork
from tutela.flows.name_feed import name_feed
from tutela.flows.open_window import OpenWindow
from tutela.flows.permit import Permit
from tutela.flows.read_bench import ReadBench
from tutela.flows.read_own_bank import ReadOwnBank
from tutela.flows.receive_media import ReceiveMedia
from tutela.flows.reconsider import CHUNK_ITEMS, Reconsider
from tutela.flows.retain import Retain
from tutela.flows.retry_scans import RetryScans
from tutela.flows.reverse import Reverse
from tutela.flows.run_bulks import RunBulks
from tutela.flows.show import Show
from tutela.flows.simulate_effects import SimulateEffects
from tutela.flows.staff import Staff
from tutela.flows.submit import Submit
from tutela.flows.take_back import TakeBack
from tutela.flows.tell_answer import ReadAnswers
from tutela.flows.verbs_of_cases import CaseVerbs, verbs
from tutela.flows.verify import Verify
from tutela.flows.watch_clocks import WatchClocks
from tutela.flows.watch_licences import WatchLicences
from tutela.flows.watch_reviews import WatchReviews
from tutela.flows.watch_seconds import WatchSeconds
from tutela.flows.weigh import Weigh
from tutela.flows.who_may_second import WhoMaySecond
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName, IndexState
from tutela.ports.proofs import Passwords
from tutela.ports.renderer import Renderer
from tutela.ports.scanner import MediaScanner
from tutela.ports.vault import Vault
from tutela.ports.webhooks import Sender
from tutela.worker import Job, Worker, run_once
from tutela_client.table import EffectTable

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
        self.profile = KeepProfile(self.desk)
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
        # Several threads: nothing that takes long keeps the indexes from what is new.
        self.feeder = Worker([Job("feed_index", self.feed_indexes, pause_seconds=0.5, follows_commits=True)])
        self.worker = Worker(self._jobs())
        self.caretaker = Worker(
            [
                Job("save_indexes", self.save_indexes, pause_seconds=5.0),
                Job("scrub_indexes", self.scrub_indexes, pause_seconds=SCRUB_SECONDS),
            ]
        )

        self.bulker = Worker([Job("run_bulks", lambda: self.run_bulks(self.bulker.must_end), pause_seconds=0.25)])
        self.deliverer = Worker([Job("deliver", self._begin_deliveries, pause_seconds=0.5, follows_commits=True)])
        self.couriers = ThreadPoolExecutor(MAX_ENDPOINTS, "webhook")  # each made when all before it are busy

    @property
    def indexes(self) -> dict[IndexName, LiveIndex]:
        """Return both indexes by name."""
        return {IndexName.KNOWN: self.known, IndexName.STORED: self.stored}

    @cached_property
    def feed_id(self) -> str:
        """Which history the change feed tells: another one in every database, and after every restore."""
        return name_feed(self.desk, self.store, self.entropy)

    @property
    def jobs(self) -> list[Job]:
        """Return everything that is done in the background."""
        return [*self.feeder.jobs, *self.worker.jobs, *self.caretaker.jobs, *self.bulker.jobs, *self.deliverer.jobs]

    def _after_commit(self) -> None:
        with self.changed:
            self.changed.notify_all()
        for worker in (self.feeder, self.worker, self.deliverer):
            worker.wake()

    def _jobs(self) -> list[Job]:
        return [
            Job("match_late", lambda: self.match_late(self.worker.must_end), pause_seconds=0.5, follows_commits=True),
            Job(
                "follow_media", lambda: self.follow_media(self.worker.must_end), pause_seconds=0.5, follows_commits=True
            ),
            Job(
                "follow_reversals",
                lambda: self.follow_reversals(self.worker.must_end),
                pause_seconds=0.5,
                follows_commits=True,
            ),
            Job("seal_heads", self.sealer.seal, pause_seconds=SEAL_SECONDS),
            Job("retry_scans", self.retry_scans, pause_seconds=10.0),
            Job("retain", lambda: self.retain(self.profile.read()), pause_seconds=600.0),
            Job("watch_reviews", self.watch_reviews, pause_seconds=60.0),
            Job("enact_settled", self._enact_settled, pause_seconds=2.0),
            Job("watch_seconds", self._watch_seconds, pause_seconds=60.0),
            Job("watch_clocks", self.watch_clocks, pause_seconds=60.0),
            Job("watch_licences", self.watch_licences, pause_seconds=60.0),
            Job("forget_requests", self._forget_requests, pause_seconds=3600.0),
            Job("forget_windows", self.forget_windows, pause_seconds=3600.0),
            Job("forget_choices", self.keep_choices.forget_ended, pause_seconds=3600.0),
            Job("forget_deliveries", self.forget_deliveries, pause_seconds=600.0),
            Job("forget_sessions", self._forget_sessions, pause_seconds=60.0),
        ]

    def _enact_settled(self) -> int:
        return self.enact_settled()  # wired when it is first run: a command that answers nothing needs none of it

    def _watch_seconds(self) -> int:
        return self.watch_seconds()  # as above

    def _forget_requests(self) -> int:
        return self.desk.forget_idempotent_before(self.clock.now() - IDEMPOTENT_FOR)

    def _forget_sessions(self) -> int:
        return self.staff.keep_sessions.forget()

    def _begin_deliveries(self) -> None:
        for claimed in self.deliver.begin():
            carry = partial(self.deliver.carry, claimed, self.deliverer.must_end)
            self.couriers.submit(run_once, Job("carry_webhook", carry, pause_seconds=0.0))

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
    def words(self) -> Vocabulary:
        """By what a measure can be narrowed."""
        return Vocabulary(frozenset(self.effects.surfaces))

    @cached_property
    def decide(self) -> Decide:
        """Decide by hand."""
        return Decide(
            self.store, self.committer, self.vault, self.policy, self.words, self.profile.read, self.clock,
            self.entropy, ReadOwnBank(self.ceilings), self.open_window,
        )  # fmt: skip

    @cached_property
    def open_window(self) -> OpenWindow:
        """Give decisions the time in which they may be taken back."""
        return OpenWindow(self.entropy, timedelta(seconds=self.settings.undo_seconds))

    @cached_property
    def take_back(self) -> TakeBack:
        """Take decisions back."""
        return TakeBack(self.store, self.committer, self.policy, self.clock, self.entropy)

    @cached_property
    def case_work(self) -> CaseWork:
        """What every verb about cases needs."""
        return CaseWork(self.store, self.committer, self.clock, self.entropy)

    @cached_property
    def who_may_second(self) -> WhoMaySecond:
        """Who may give a second answer."""
        return WhoMaySecond(self.desk, self._people_here)

    def _people_here(self) -> list[Principal]:
        people = self.staff.keep_people.people.all()
        here = (each for each in people if each.ended_at is None and not each.is_invited)
        return [Principal(each.id, scopes_of(each.roles), each.id) for each in here]

    @cached_property
    def carry_out(self) -> CarryOut:
        """Carry out what the answers to a case came to."""
        return CarryOut(self.decide, self.policy, self.entropy)

    @cached_property
    def watch_seconds(self) -> WatchSeconds:
        """Raise what waits for an answer that nobody may give."""
        return WatchSeconds(self.store, self.who_may_second, self.profile.read)

    @cached_property
    def read_bench(self) -> ReadBench:
        """Read what an answer is made from."""
        return ReadBench(self.who_may_second, self.profile.read)

    @cached_property
    def read_answers(self) -> ReadAnswers:
        """Read answers to cases."""
        return ReadAnswers(self.case_work, self.read_bench)

    @cached_property
    def answer_case(self) -> AnswerCase:
        """Answer cases."""
        sampling = Sampling(self.keys.derive("quality-samples/1"))
        return AnswerCase(
            self.store, self.committer, self.read_bench, self.carry_out, sampling, self.clock, self.entropy,
            self.enact_settled, self.open_window,
        )  # fmt: skip

    @cached_property
    def enact_settled(self) -> EnactSettled:
        """Go on with what is settled and not carried out."""
        return EnactSettled(self.store, self.committer, self.carry_out, self.clock)

    @cached_property
    def cases(self) -> CaseVerbs:
        """Work on cases."""
        return verbs(self.case_work, self._colleague)

    def _colleague(self, principal_id: str) -> Principal | None:
        person = self.staff.keep_people.people.person(principal_id)
        if person is not None:
            scopes = frozenset[str]() if person.ended_at is not None else scopes_of(person.roles)
            return Principal(person.id, scopes, person.id)
        known = {key.id: key for key in self.desk.keys() if key.revoked_at is None}  # noqa: SIM118  # no mapping
        key = known.get(principal_id)
        return None if key is None else self.keep_keys.principal_of(key)

    @cached_property
    def watch_clocks(self) -> WatchClocks:
        """Raise what is overdue."""
        return WatchClocks(self.store, self.clock)

    @cached_property
    def reverse(self) -> Reverse:
        """Undo decisions."""
        return Reverse(
            self.store, self.committer, self.policy, self.clock, self.entropy, self.who_may_second.has_people,
            self.open_window,
        )  # fmt: skip

    @cached_property
    def follow_reversals(self) -> FollowReversals:
        """Undo what rested on what was undone."""
        return FollowReversals(self.store, self.committer, self.policy, self.clock, self.entropy)

    @cached_property
    def look_up(self) -> LookUp:
        """The look-up in all banks."""
        return LookUp(self.known, self.policy, self.ceilings, self.clock)

    @cached_property
    def weigh(self) -> Weigh:
        """What a decision rests on."""
        return Weigh(self.vault, self.entropy, self.quotas.limits)

    @cached_property
    def submit(self) -> Submit:
        """Take items in."""
        return Submit(
            self.store, self.committer, self.look_up, self.weigh, self.policy, self.profile.read, self.clock,
            self.entropy,
        )  # fmt: skip

    @cached_property
    def reconsider(self) -> Reconsider:
        """Decide again about stored items."""
        return Reconsider(
            self.store, self.committer, self.look_up, self.weigh, self.policy, self.profile.read, self.clock,
            self.entropy,
        )  # fmt: skip

    @cached_property
    def run_bulks(self) -> RunBulks:
        """Decide on with decisions in bulk."""
        return RunBulks(
            self.store, self.committer, self.vault, self.policy, self.words, self.profile.read, self.clock,
            self.entropy,
        )  # fmt: skip

    @cached_property
    def decide_in_bulk(self) -> DecideInBulk:
        """Decide about many items."""
        return DecideInBulk(self.run_bulks)

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
    def watch_reviews(self) -> WatchReviews:
        """Lay before a person what waits past its review clock."""
        return WatchReviews(self.store, self.committer, self.clock, self.entropy)

    @cached_property
    def import_members(self) -> ImportMembers:
        """Import lists."""
        return ImportMembers(
            self.store, self.keep_banks, self.desk, self.stored, self.profile.read, self.clock, self.entropy
        )

    @cached_property
    def simulate_effects(self) -> SimulateEffects:
        """Compare two tables of effects on what is stored."""
        return SimulateEffects(self.store, self.clock)

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

    @cached_property
    def evidence(self) -> Evidence:
        """Everything about views of evidence."""
        return open_evidence(self)

    @cached_property
    def deliver(self) -> Deliver:
        """Tell platforms what changed."""
        holder = f"{socket.gethostname()}/{os.getpid()}/{self.entropy.token(8).hex()}"
        lease = Duration(seconds=2 * self.settings.webhooks_timeout_seconds)
        return Deliver(self.store, self.deliveries, self.sender, self.keys, self.clock, self.entropy, holder, lease)

    @cached_property
    def keep_webhooks(self) -> KeepWebhooks:
        """Change where platforms are told."""
        return KeepWebhooks(
            self.store, self.webhooks, self.deliveries, self.sender, self.keys, self.clock, self.entropy,
            self.settings.webhooks_allow_private,
        )  # fmt: skip

    @cached_property
    def forget_windows(self) -> ForgetWindows:
        """Forget windows that are over."""
        return ForgetWindows(self.store, self.committer, self.clock)

    @cached_property
    def forget_deliveries(self) -> ForgetDeliveries:
        """Forget what was told long ago."""
        return ForgetDeliveries(self.deliveries, self.clock, Duration(days=self.settings.webhooks_keep_days))

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
        _ = self.feed_id  # before anything is told, so that a new database is known by its emptiness
        self.load_indexes()
        for worker in (self.feeder, self.worker, self.caretaker, self.bulker, self.deliverer):
            worker.start()

    def close(self) -> None:
        """End in order: work, writes, a last seal, children, connections."""
        with ExitStack() as ending:  # last in, first out; each part ends whatever happened to the one before
            ending.callback(self.engine.dispose)
            ending.callback(self.scanner.close)
            ending.callback(self.renderer.close)
            ending.callback(self.sealer.seal)
            ending.callback(self.threads.shutdown)
            for keeper in self.index_keepers.values():
                ending.callback(self._save_at_the_end, keeper)
            ending.callback(self.committer.close)
            ending.callback(self.couriers.shutdown)
            ending.callback(self.sender.close)  # what is under way is broken off, and given back by its courier
            for worker in (self.feeder, self.worker, self.caretaker, self.bulker, self.deliverer):
                ending.callback(worker.close)

    def _save_at_the_end(self, keeper: IndexKeeper) -> None:
        with suppress(Unavailable):  # nothing is lost: the next start reads it from the database
            keeper.save()
