"""Send records to the EU Transparency Database: a batch claimed, sent, and its answer stored before the next.

What is to be done is read from the tables each time. A claim marks records as sent before they are: whoever goes on
after a process died asks the database for them by key. What each answer means is said by `core.dsa.batches`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from tutela.core.dsa.batches import (
    Moment,
    NoReply,
    RecordState,
    Reply,
    StopFault,
    Turn,
    Turns,
    after_asking,
    after_sending,
)
from tutela.core.dsa.channel import Stopped, TransparencyChannel
from tutela.core.filing.states import Environment
from tutela.core.units import Duration
from tutela.errors import Conflict, TakenOver
from tutela.flows.transparency_door import TransparencyDoor
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.transparency import (
    Claimed,
    Place,
    TransparencyChannels,
    TransparencyRecords,
    TransparencyService,
)
from tutela.ports.webhooks import Lease

BY_ITSELF = "system"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SubmitRecords:
    """Send what is due; several processes share it."""

    records: TransparencyRecords
    channels: TransparencyChannels
    door: TransparencyDoor
    service: TransparencyService
    clock: Clock
    entropy: Entropy
    holder: str  #: this process, and no other that ever was
    lease: Duration

    def __call__(self, must_end: Callable[[], bool]) -> int:
        """Send until nothing is due, the channel is off or stopped, or *must_end*; return how many were stored."""
        stored = 0
        while not must_end() and (channel := self.channels.channel()).sends:
            now = self.clock.now()
            claimed = self.records.claim(Lease(self.holder, now, now + self.lease.delta))
            if claimed is None:
                break
            stored += self._carry(claimed, self.door.opened(channel))
        return stored

    def _carry(self, claimed: Claimed, place: Place) -> int:
        turns = self._asked(claimed, place) if claimed.is_unsure else self._sent(claimed, place)
        try:
            self.records.settle(claimed, turns.records, place.environment)
        except TakenOver:
            _log.warning("transparency_records_taken_over", records=len(claimed.records))
            return 0
        self._told(turns, place.environment)
        return sum(each.state is RecordState.STORED for each in turns.records)

    def _sent(self, claimed: Claimed, place: Place) -> Turns:
        bodies = [claimed.bodies[each.puid] for each in claimed.records]
        reply = self.service.one(place, bodies[0]) if len(bodies) == 1 else self.service.many(place, bodies)
        _log_reply("transparency_sent", reply, len(bodies))
        return after_sending(claimed.records, reply, self._moment())

    def _asked(self, claimed: Claimed, place: Place) -> Turns:
        turns: list[Turn] = []
        stop: StopFault | None = None
        for each in claimed.records:
            reply = self.service.existing(place, each.puid)
            _log_reply("transparency_asked", reply, 1)
            found = after_asking(each, reply, self._moment())
            turns += found.records
            stop = found.stop or stop
        return Turns(tuple(turns), stop)

    def _moment(self) -> Moment:
        return Moment(self.clock.now(), int.from_bytes(self.entropy.token(4)) / 2**32)

    def _told(self, turns: Turns, environment: Environment) -> None:
        refused = sum(each.state is RecordState.REFUSED for each in turns.records)
        if refused:
            _log.error("transparency_records_refused", records=refused)
        if turns.stop is not None:
            self._stop(turns.stop)
        is_stored = any(each.state is RecordState.STORED for each in turns.records)
        if is_stored and environment is Environment.TEST and self.channels.channel().tested_at is None:
            self._note("tested", lambda channel: replace(channel, tested_at=self.clock.now()))

    def _stop(self, fault: StopFault) -> None:
        _log.error("transparency_stopped", fault=fault.value)
        self._note("stopped", lambda channel: replace(channel, stopped=Stopped(fault, self.clock.now())))

    def _note(self, what: str, change: Callable[[TransparencyChannel], TransparencyChannel]) -> None:
        """Change the channel beside whoever else does: a stop is not lost because somebody set something."""
        while True:
            before = self.channels.channel()
            try:
                self.channels.put(before, change(before), what, BY_ITSELF)
            except Conflict:
                continue
            return


def _log_reply(event: str, reply: Reply | NoReply, records: int) -> None:
    if isinstance(reply, NoReply):
        _log.warning(event, records=records, failure=reply.failure, was_sent=reply.was_sent)
    else:
        _log.info(event, records=records, status=reply.status)
