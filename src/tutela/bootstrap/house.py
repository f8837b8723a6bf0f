"""Everything wired together: what the faces get.

Longer than a module should be: it is one list, a part a line or two, each wired by a module of its own beside this one.
"""

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import timedelta
from functools import cached_property, partial
from threading import Thread
from typing import TYPE_CHECKING

from tutela.adapters.db.choices import DatabaseChoices
from tutela.adapters.index.keeper import IndexKeeper
from tutela.bootstrap.appealing import appeal_jobs
from tutela.bootstrap.checklist import checklist_of
from tutela.bootstrap.deciding import Deciding
from tutela.bootstrap.desk import open_desk
from tutela.bootstrap.filing import end_soon, filing_workers, open_filing
from tutela.bootstrap.messaging import end_messaging, messaging_jobs, open_desk_mail, open_messaging, poster_of
from tutela.bootstrap.noticing import notice_jobs, open_notices
from tutela.bootstrap.preserving import open_destructions, open_exports, open_holds, preserving_jobs
from tutela.bootstrap.quality import quality_jobs
from tutela.bootstrap.statements import open_statements, statement_jobs, submitting_worker
from tutela.bootstrap.viewing import open_evidence
from tutela.core.units import Duration
from tutela.core.webhooks import EVENTS, MAX_ENDPOINTS
from tutela.errors import Unavailable
from tutela.flows.deliver import Deliver
from tutela.flows.evidence import Evidence
from tutela.flows.filing import Filing
from tutela.flows.find_anything import FindAnything
from tutela.flows.forget_counters import ForgetCounters
from tutela.flows.forget_deliveries import ForgetDeliveries
from tutela.flows.forget_windows import ForgetWindows
from tutela.flows.keep_bases import KeepBases
from tutela.flows.keep_choices import KeepChoices
from tutela.flows.keep_destructions import KeepDestructions
from tutela.flows.keep_exports import KeepExports
from tutela.flows.keep_holds import KeepHolds
from tutela.flows.keep_webhooks import KeepWebhooks
from tutela.flows.look_up_hashes import LookUpHashes
from tutela.flows.messaging import Messaging
from tutela.flows.on_call import OnCall
from tutela.flows.oversee_connections import OverseeConnections
from tutela.flows.permit import Permit
from tutela.flows.public_desk import PublicDesk
from tutela.flows.read_agreement import ReadAgreement
from tutela.flows.read_bases import ReadBases
from tutela.flows.read_figures import ReadFigures
from tutela.flows.show import Show
from tutela.flows.simulate_effects import SimulateEffects
from tutela.flows.verbs_of_drafting import Drafting
from tutela.flows.verbs_of_notices import NoticeVerbs
from tutela.flows.verbs_of_statements import StatementVerbs
from tutela.flows.verify import Verify
from tutela.flows.verify_beside import VerifyBeside
from tutela.flows.what_they_see import WhatTheySee
from tutela.worker import Job, Worker, run_once

if TYPE_CHECKING:
    from tutela.flows.report_figures import ReportFigures
    from tutela.flows.verbs_of_duties import DutyVerbs
    from tutela.flows.verbs_of_orders import OrderVerbs

SEAL_SECONDS = 10.0
"""How often the heads of the audit are signed: what is younger could still be rewritten without a trace."""

PAGE_SECONDS = 2.0
"""Between two looks for danger that nobody was paged for."""

SCRUB_SECONDS = 0.5
"""Between two steps of the scrub: 32 megabytes each, so that ten million hashes are looked through in a minute."""

IDEMPOTENT_FOR = timedelta(days=7)
"""How long a repeated request is answered as the first was."""


class House(Deciding):
    """Everything wired together: the faces get this and nothing else."""

    def __post_init__(self) -> None:
        """Wire the parts, and what is done in the background."""
        super().__post_init__()
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
        # A thread of its own: whoever is in danger waits for no other work.
        self.pager = Worker([Job("page_for_danger", self._page_for_danger, pause_seconds=PAGE_SECONDS)])
        # A thread of its own: while rules are compiled, the old ones serve and nothing else waits.
        self.ruler = Worker([Job("refresh_rules", self._refresh_rules, pause_seconds=1.0)])
        self.asker = Worker([Job("ask_classifiers", self._begin_questions, pause_seconds=0.5)])
        # A thread of its own: a hundred thousand keywords take some seconds, in which the old ones serve.
        self.speller = Worker([Job("refresh_words", self._refresh_words, pause_seconds=1.0, follows_commits=True)])
        self.filer, self.filing_watcher = filing_workers(self)
        # A thread of its own: a mail server may take its time over each.
        self.poster = poster_of(self)
        self.submitter = submitting_worker(self)
        # Each made when all before it are busy.
        self.couriers = ThreadPoolExecutor(MAX_ENDPOINTS * len(EVENTS), "webhook")

    def checklist(self) -> dict[str, bool]:
        """Return each line of what must be done and hold, and whether it is so."""
        return checklist_of(self)

    @property
    def jobs(self) -> list[Job]:
        """Return everything that is done in the background."""
        return [job for worker in self._workers for job in worker.jobs]

    def _refresh_rules(self) -> bool:
        return self.rules.engine.refresh()  # wired when it is first run: most commands need no rules

    def _refresh_words(self) -> bool:
        return self.word_engine.refresh()  # as above

    @property
    def _workers(self) -> tuple[Worker, ...]:
        looking = (self.pager, self.ruler, self.speller, self.asker)
        filing = (self.filer, self.filing_watcher) if self.settings.filing_in_server else ()
        telling = (self.deliverer, self.submitter, self.poster)
        return (self.feeder, self.worker, self.caretaker, self.bulker, *telling, *looking, *filing)

    def _after_commit(self) -> None:
        super()._after_commit()
        for worker in (self.feeder, self.worker, self.deliverer, self.poster):
            worker.wake()

    def _after_words(self) -> None:
        self.speller.wake()

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
            Job("close_dealt", self._close_dealt, pause_seconds=15.0),
            Job("watch_duties", self._watch_duties, pause_seconds=60.0),
            Job("watch_rota", self._watch_rota, pause_seconds=60.0),
            Job("watch_licences", self.watch_licences, pause_seconds=60.0),
            Job("forget_requests", self._forget_requests, pause_seconds=3600.0),
            Job("forget_windows", self.forget_windows, pause_seconds=3600.0),
            Job("forget_counters", self.forget_counters, pause_seconds=60.0),
            Job("forget_events", self.forget_events, pause_seconds=3600.0),
            Job("forget_words", self._forget_words, pause_seconds=600.0),
            Job("forget_questions", self._forget_questions, pause_seconds=3600.0),
            Job("lay_waiting", self.lay_waiting, pause_seconds=60.0),
            Job("forget_choices", self.keep_choices.forget_ended, pause_seconds=3600.0),
            Job("ask_for_facts", self._ask_for_facts, pause_seconds=5.0),
            Job("follow_overturned", self._follow_overturned, pause_seconds=30.0),
            Job("forget_deliveries", self.forget_deliveries, pause_seconds=600.0),
            Job("forget_sessions", self._forget_sessions, pause_seconds=60.0),
            *quality_jobs(self),
            *preserving_jobs(self),
            *appeal_jobs(self),
            *messaging_jobs(self),
            *notice_jobs(self),
            *statement_jobs(self),
        ]

    def _enact_settled(self) -> int:
        return self.enact_settled()  # wired when it is first run: a command that answers nothing needs none of it

    def _watch_seconds(self) -> int:
        return self.watch_seconds()  # as above

    def _page_for_danger(self) -> int:
        return self.on_call.page()  # as above

    def _watch_rota(self) -> int:
        return self.on_call.watch()  # as above

    def _ask_for_facts(self) -> int:
        return self.drafting.ask()  # as above

    def _follow_overturned(self) -> int:
        return self.drafting.follow()  # as above

    def _close_dealt(self) -> int:
        return self.duties.close()  # as above

    def _watch_duties(self) -> object:
        return self.duties.watch()  # as above

    def _forget_requests(self) -> int:
        return self.desk.forget_idempotent_before(self.clock.now() - IDEMPOTENT_FOR)

    def _forget_sessions(self) -> int:
        return self.staff.keep_sessions.forget()

    def _forget_words(self) -> int:
        return self.forget_words()  # wired when it is first run: most commands need no words

    def _begin_questions(self) -> None:
        self.classifying.begin()  # as above

    def _forget_questions(self) -> int:
        return self.classifying.forget()  # as above

    def _begin_deliveries(self) -> None:
        for claimed in self.deliver.begin():
            carry = partial(self.deliver.carry, claimed, self.deliverer.must_end)
            self.couriers.submit(run_once, Job("carry_webhook", carry, pause_seconds=0.0))

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
    def simulate_effects(self) -> SimulateEffects:
        """Compare two tables of effects on what is stored."""
        return SimulateEffects(self.store, self.clock)

    @cached_property
    def find_anything(self) -> FindAnything:
        """Find what somebody has at hand."""
        look_up = LookUpHashes(self.store, self.known, self.clock)
        return FindAnything(
            self.store, self.cases.find, look_up, self.find_copies, self.scanner, self.rules.keep.record,
            self.spot_words, self.clock,
        )  # fmt: skip

    @cached_property
    def evidence(self) -> Evidence:
        """Everything about views of evidence."""
        return open_evidence(self)

    @cached_property
    def drafting(self) -> Drafting:
        """Facts of accounts, and reports until they are approved."""
        from tutela.bootstrap.drafting import open_drafting  # noqa: PLC0415  # most commands draw up no report

        return open_drafting(self)

    @cached_property
    def notices(self) -> NoticeVerbs:
        """Everything about what people from outside tell us."""
        return open_notices(self)

    @cached_property
    def public_desk(self) -> PublicDesk:
        """What the pages of the public desk need."""
        return open_desk(self)

    @cached_property
    def holds(self) -> KeepHolds:
        """Everything about holds on evidence."""
        return open_holds(self)

    @cached_property
    def report_figures(self) -> "ReportFigures":
        """Everything about reports of figures."""
        from tutela.bootstrap.figuring import open_report_figures  # noqa: PLC0415  # most commands need none of it

        return open_report_figures(self)

    @cached_property
    def orders(self) -> "OrderVerbs":
        """Everything about orders of authorities."""
        from tutela.bootstrap.ordering import open_orders  # noqa: PLC0415  # most commands need none of it

        return open_orders(self)

    @cached_property
    def exports(self) -> KeepExports:
        """Everything about packages for police."""
        return open_exports(self)

    @cached_property
    def destructions(self) -> KeepDestructions:
        """Everything about destructions."""
        return open_destructions(self)

    @cached_property
    def statements(self) -> StatementVerbs:
        """Everything about statements of reasons."""
        return open_statements(self)

    @cached_property
    def filing(self) -> Filing:
        """Everything about reports on their way to authorities."""
        return open_filing(self)

    @cached_property
    def on_call(self) -> OnCall:
        """Everything about the rota and paging."""
        from tutela.bootstrap.paging import open_on_call, open_senders  # noqa: PLC0415  # as above

        return open_on_call(self, open_senders(self.settings, self.sender))

    @cached_property
    def messaging(self) -> Messaging:
        """Everything about clocks of, and messages to, the people who asked."""
        return open_messaging(self, open_desk_mail(self.settings))

    @cached_property
    def duties(self) -> "DutyVerbs":
        """Everything about what incidents owe to authorities."""
        from tutela.bootstrap.duties import open_duties  # noqa: PLC0415  # most commands need none of it

        return open_duties(self)

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
    def forget_counters(self) -> ForgetCounters:
        """Forget windows of counters that have expired."""
        return ForgetCounters(self.store, self.committer, self.clock)

    @cached_property
    def forget_deliveries(self) -> ForgetDeliveries:
        """Forget what was told long ago."""
        return ForgetDeliveries(self.deliveries, self.clock, Duration(days=self.settings.webhooks_keep_days))

    @cached_property
    def verify(self) -> Verify:
        """Verify everything."""
        return Verify(self.store, self.audit, self.vault, self.clock, self.effects)

    @cached_property
    def verify_beside(self) -> VerifyBeside:
        """Verify everything while somebody waits."""

        def begin(work: Callable[[], None]) -> None:
            job = Job("verify_beside", work, pause_seconds=0.0)
            Thread(target=run_once, args=(job,), name="verify", daemon=True).start()

        return VerifyBeside(self.verify, self.clock, begin)

    @cached_property
    def what_they_see(self) -> WhatTheySee:
        """Say what everybody sees of an item."""
        return WhatTheySee(self.show)

    @cached_property
    def read_figures(self) -> ReadFigures:
        """Read the figures of the work."""
        return ReadFigures(self.store, self.clock, ReadAgreement(self.store, self.clock))

    @cached_property
    def oversee_connections(self) -> OverseeConnections:
        """Oversee what is connected."""
        return OverseeConnections(
            self.keep_webhooks, self.read_classifiers, self.on_call, lambda: self.classifying.try_one
        )

    @cached_property
    def read_bases(self) -> ReadBases:
        """Read the register of bases."""
        return ReadBases(self.profile.read, self.clock)

    @cached_property
    def keep_bases(self) -> KeepBases:
        """Change the register of bases."""
        return KeepBases(self.profile, self.clock)

    def start(self) -> None:
        """Load the indexes and start the background work."""
        self.classifying.open()
        _ = self.feed_id  # before anything is told, so that a new database is known by its emptiness
        self.load_indexes()
        for worker in self._workers:
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
            ending.callback(self.classifying.close)  # what is under way is broken off, and recorded as stopped
            ending.callback(self.sender.close)  # what is under way is broken off, and given back by its courier
            for worker in self._workers:
                ending.callback(worker.close)
            if "messaging" in self.__dict__:
                ending.callback(end_messaging, self.messaging)  # as above
            if "statements" in self.__dict__:
                ending.callback(self.statements.service.close)  # what is under way is broken off, and asked for later
            if "filing" in self.__dict__:
                ending.callback(end_soon(self.filing).cancel)
                ending.callback(self.filing_watcher.close)
                ending.callback(self.filer.close)

    def _save_at_the_end(self, keeper: IndexKeeper) -> None:
        with suppress(Unavailable):  # nothing is lost: the next start reads it from the database
            keeper.save()
