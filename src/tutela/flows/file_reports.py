"""File reports that are due: each step written down, sent, and its answer stored before the next.

What is to be done is read from the tables each time. A report is claimed by one update that one process wins; a claim
runs out, so that what a dead process held is gone on with by a living one, from the last answer that was stored. What
each answer means, and each lost one, is said by `core.filing.transitions`; nothing here decides.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from tutela.core.filing.channel import Channel
from tutela.core.filing.preflight import Validator
from tutela.core.filing.states import Environment, Filing, Phase, Send, Then, next_move
from tutela.core.filing.transitions import (
    Turn,
    abandoned,
    answered,
    asked,
    lost,
    not_sent,
    resumed,
    unreadable_file,
    unwritable,
)
from tutela.core.units import Duration
from tutela.errors import (
    BadInput,
    ContentDamaged,
    ContentMissing,
    KeyMissing,
    TakenOver,
    TutelaError,
    Unavailable,
    VaultError,
)
from tutela.flows.channel_door import ChannelDoor
from tutela.flows.check_channel import CheckChannel
from tutela.flows.keep_alive import kept_alive
from tutela.flows.send_step import Going, SendStep
from tutela.ports.authority import NoAnswer, Reply
from tutela.ports.channels import Channels
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.filings import Filings, Held, StepNote
from tutela.ports.reports import ReportBook, StoredFile, StoredReport
from tutela.ports.webhooks import Lease

STORE_AGAIN_SECONDS = 1.0
"""Between two tries to store an answer that is in nobody else's hands."""

_UNREADABLE = (ContentDamaged, ContentMissing, KeyMissing)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FileReports:
    """Go on with reports, one at a time; several processes share them."""

    book: ReportBook
    filings: Filings
    channels: Channels
    door: ChannelDoor
    check: CheckChannel
    validator: Callable[[str], Validator | None]  #: by authority, of the schema that was downloaded
    send: SendStep
    clock: Clock
    entropy: Entropy
    holder: str  #: this process, and no other that ever was
    lease: Duration
    beat_seconds: float  #: between two words that this process is alive; several to a lease
    sleep: Callable[[float], None]

    def work(self, must_end: Callable[[], bool]) -> int:
        """Go on with what is due until nothing is, or *must_end*; return how many reports were taken on."""
        taken = 0
        while not must_end() and (held := self._claim()) is not None:
            self.carry(held, must_end)
            taken += 1
        return taken

    def carry(self, held: Held, must_end: Callable[[], bool]) -> None:
        """Go on with a report that was claimed until it is over, waits, or *must_end*.

        Raises:
            tutela.errors.Unavailable: Nothing can be stored; whoever claims it next goes on from what is.
        """
        try:
            with kept_alive(lambda: self.filings.renew(held, self._lease()), self.beat_seconds):
                self._carry(held, must_end)
        except TakenOver:
            _log.warning("report_taken_over", report=held.report_id)
        finally:
            with suppress(TutelaError):  # its lease runs out by itself
                self.filings.give_back(held)

    def _carry(self, held: Held, must_end: Callable[[], bool]) -> None:
        held = self._settled(held)
        # Once: what was approved is never changed, and a step for each file may ask for them.
        report, files = self._report(held), self.book.files(held.report_id)
        while not (held.filing.is_over or must_end()):
            if held.stored.abandon_by is not None and held.filing.then is not Then.ABANDON:
                held = self._store(held, abandoned(held.filing), by=held.stored.abandon_by)
                continue
            channel = self.channels.channel(held.stored.authority)
            if channel is None or not channel.sends:
                return
            move = next_move(held.filing, self.clock.now(), channel.environment)
            if not isinstance(move, Send):
                return
            held = self._step(held, move, self._going(report, files, channel))

    def _settled(self, held: Held) -> Held:
        """Settle the request of whoever held it before and is gone."""
        turn = resumed(held.filing, self.clock.now(), self._spread())
        if turn is None or held.filing.asked is None:
            return held
        was = held.filing.asked
        _log.warning("report_resumed", report=held.report_id, step=was.step.value)
        return self._store(held, turn, Send(was.step, was.file))

    def _report(self, held: Held) -> StoredReport | None:
        try:
            return self.book.report(held.report_id)
        except (KeyMissing, BadInput) as error:
            _log.error("report_unreadable", report=held.report_id, error_type=type(error).__name__)
            return None

    def _going(self, report: StoredReport | None, files: tuple[StoredFile, ...], channel: Channel) -> Going:
        return Going(report, files, channel, self.door.opened(channel), lambda: self.validator(channel.authority))

    def _step(self, held: Held, move: Send, going: Going) -> Held:
        try:
            request = self.send.made(going, held.filing, move)
        except BadInput as error:
            _log.error("report_unwritable", report=held.report_id, step=move.step.value, place=error.place)
            return self._store(held, unwritable(held.filing, move.step), move)
        now = self.clock.now()
        written = StepNote(now, f"{move.step.value}.asked", move.step, move.file)
        held = self.filings.store(held, asked(held.filing, move, now), written)
        turn, reply = self._sent(held, move, request)
        return self._store(held, turn, move, reply)

    def _sent(self, held: Held, move: Send, request: Callable[[], Reply]) -> tuple[Turn, Reply | None]:
        try:
            reply = request()
        except _UNREADABLE as error:
            _log.error("report_file_unreadable", report=held.report_id, error_type=type(error).__name__)
            return unreadable_file(held.filing, move.file or 0), None
        except (VaultError, Unavailable) as error:  # the request was broken off before its end: it cannot be done
            _log.warning("report_file_unavailable", report=held.report_id, error_type=type(error).__name__)
            return not_sent(held.filing, self.clock.now(), self._spread()), None
        now, spread = self.clock.now(), self._spread()
        if isinstance(reply, NoAnswer):
            return (lost if reply.was_sent else not_sent)(held.filing, now, spread), reply
        return answered(held.filing, reply, now, spread), reply

    def _store(
        self, held: Held, turn: Turn, send: Send | None = None, reply: Reply | None = None, by: str | None = None
    ) -> Held:
        """Store what became of it, with patience: until its lease is over nobody else can know it."""
        now = self.clock.now()
        after = self._stored(held, turn.filing, _note(turn, send, reply, now, by), now + self.lease.delta)
        self._told(after)
        return after

    def _stored(self, held: Held, filing: Filing, note: StepNote, until: datetime) -> Held:
        while True:
            try:
                return self.filings.store(held, filing, note)
            except Unavailable as error:
                _log.warning("report_not_stored", report=held.report_id, error_type=type(error).__name__)
                if self.clock.now() >= until:
                    raise
                self.sleep(STORE_AGAIN_SECONDS)

    def _told(self, held: Held) -> None:
        filing, authority = held.filing, held.stored.authority
        if filing.is_stopped:
            self.check.stop(authority, filing.fault)
        if filing.phase is Phase.FINISHED:
            _log.info("report_finished", report=held.report_id, environment=filing.environment.value)
            if filing.environment is Environment.TEST and _is_whole(filing):
                self.check.note_test(authority, held.report_id)
        elif filing.phase is Phase.FAILED:
            _log.error("report_failed", report=held.report_id, fault=filing.fault.value)

    def _claim(self) -> Held | None:
        for channel in self.channels.all():
            if channel.sends:
                held = self.filings.claim(channel.authority, channel.environment, self._lease())
                if held is not None:
                    return held
        return None

    def _lease(self) -> Lease:
        now = self.clock.now()
        return Lease(self.holder, now, now + self.lease.delta)

    def _spread(self) -> float:
        return int.from_bytes(self.entropy.token(4)) / 2**32


def _note(turn: Turn, send: Send | None, reply: Reply | None, now: datetime, by: str | None) -> StepNote:
    step, file = (None, None) if send is None else (send.step, send.file)
    if isinstance(reply, NoAnswer):
        return StepNote(now, turn.note, step, file, failure=reply.failure, by=by)
    if reply is None:
        return StepNote(now, turn.note, step, file, by=by)
    return StepNote(now, turn.note, step, file, reply.http_status, reply.code, reply.request_id, by=by)


def _is_whole(filing: Filing) -> bool:
    return filing.receipt is not None and filing.receipt.is_verified
