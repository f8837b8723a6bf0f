"""Set up, check and switch on the channel to the EU Transparency Database, and oversee what goes there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tutela.core.dsa.batches import NoReply, RecordState, fault_of
from tutela.core.dsa.channel import (
    ChannelChange,
    OffBecause,
    Stopped,
    TransparencyChannel,
    changed,
    check_token,
    disabled,
    enabled,
    missing,
)
from tutela.core.dsa.record import PUID_BYTES
from tutela.core.dsa.sheets import Sheet, written
from tutela.core.filing.service_address import checked_address
from tutela.core.filing.states import Environment
from tutela.core.permissions import Principal, demand, demand_one
from tutela.errors import BadInput, UnknownRecord
from tutela.flows.transparency_door import TransparencyDoor
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.transparency import (
    RecordCounts,
    StoredRecord,
    TransparencyChannels,
    TransparencyRecords,
    TransparencyService,
)

SETS = "file"
READS = ("file", "audit")
MOST_SHOWN = 100
PAGE_RECORDS = 500
LONGEST_PERIOD_DAYS = 3 * 366
_HTTPS = "https://"


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """The channel, what keeps it from being switched on, and how records stand."""

    channel: TransparencyChannel
    lacks: tuple[BadInput, ...]
    counts: RecordCounts
    refused: tuple[StoredRecord, ...]


@dataclass(frozen=True, slots=True)
class KeepTransparency:
    """Every verb of the channel and of records."""

    channels: TransparencyChannels
    records: TransparencyRecords
    door: TransparencyDoor
    service: TransparencyService
    clock: Clock
    entropy: Entropy

    def see(self, principal: Principal) -> ChannelSeen:
        """Return how it stands.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand_one(principal, READS)
        return self._seen(self.channels.channel())

    def set(self, principal: Principal, change: ChannelChange, token: str | None = None) -> ChannelSeen:
        """Set it up, or change it. Another environment, address or token switches it off.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: The address or the token cannot be used.
            tutela.errors.Conflict: Somebody else changed it meanwhile.
        """
        demand(principal, SETS)
        before = self.channels.channel()
        change = replace(change, has_new_token=token is not None)
        environment = change.environment or before.environment
        if change.base_url is not None:
            change = replace(change, base_url=checked_address(change.base_url, environment))
        if change.terms_url and not change.terms_url.startswith(_HTTPS):
            raise BadInput("The terms stand at an https address.", place="terms_url")
        sealed = None if token is None else self.door.sealed(check_token(token))
        return self._seen(self.channels.put(before, changed(before, change), "set", principal.id, token=sealed))

    def check(self, principal: Principal) -> ChannelSeen:
        """Ask the database for a record that nobody has: whoever is known is told that there is none.

        A good answer lets everything go on that had stopped.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownChannel: It has no address or no token.
            tutela.errors.BadInput: There was no answer, or one that says nothing.
        """
        demand(principal, SETS)
        channel, now = self.channels.channel(), self.clock.now()
        reply = self.service.existing(self.door.opened(channel), self.entropy.token(PUID_BYTES).hex())
        if isinstance(reply, NoReply):
            raise BadInput(
                f"The database did not answer: {reply.failure}.", place="url", remedy="Try again in a while."
            )
        if reply.status == 404:  # noqa: PLR2004  # not found: the one good answer
            after = replace(channel, answered_at=now, stopped=None)
            seen = self._seen(self.channels.put(channel, after, "checked", principal.id))
            self.records.hasten(now)
            return seen
        fault = fault_of(reply)
        if fault is None:
            raise BadInput(f"The database answered {reply.status}.", place="url", remedy="Try again in a while.")
        after = replace(channel, stopped=Stopped(fault, now))
        return self._seen(self.channels.put(channel, after, "checked", principal.id))

    def enable(self, principal: Principal) -> ChannelSeen:
        """Let records go out. In production what only the sandbox has goes out anew.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.BadInput: Something is missing.
        """
        demand(principal, SETS)
        before, now = self.channels.channel(), self.clock.now()
        after = self.channels.put(before, enabled(before), "enabled", principal.id)
        if after.environment is Environment.PRODUCTION:
            self.records.send_anew(now)
        return self._seen(after)

    def disable(self, principal: Principal) -> ChannelSeen:
        """Let nothing go out; records are drawn up and wait.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
        """
        demand(principal, SETS)
        before = self.channels.channel()
        return self._seen(self.channels.put(before, disabled(before), "disabled", principal.id))

    def disable_restored(self) -> bool:
        """Switch it off where it came back from a backup: a drill must not send beside what runs; return whether so."""
        before = self.channels.channel()
        if before.is_enabled:
            self.channels.put(before, disabled(before, OffBecause.RESTORED), "disabled", "system")
        return before.is_enabled

    def again(self, principal: Principal, puid: str) -> None:
        """Send a record again that was refused.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownRecord: There is none that was refused.
        """
        demand(principal, SETS)
        if not self.records.again(puid, self.clock.now(), principal.id):
            raise UnknownRecord(place="puid")

    def export(self, principal: Principal, since: date, until: date, sheet: Sheet) -> Iterator[bytes]:
        """Return a file of the records applied from one day to another, both included; sent or not.

        Raises:
            tutela.errors.Forbidden: It is not theirs to read.
            tutela.errors.BadInput: The days are in the wrong order, or far apart.
        """
        demand_one(principal, READS)
        if not 0 <= (until - since).days <= LONGEST_PERIOD_DAYS:
            raise BadInput("A period ends after it begins, and lasts three years at most.", place="until")
        return written(self._bodies(since.isoformat(), until.isoformat()), sheet)

    def _bodies(self, since: str, until: str) -> Iterator[dict[str, Any]]:
        after = ("", "")
        while page := self.records.page(since, until, after, PAGE_RECORDS):
            yield from (dict(each.body) for each in page)
            after = (page[-1].applied_on, page[-1].puid)

    def _seen(self, channel: TransparencyChannel) -> ChannelSeen:
        refused = self.records.of_state(RecordState.REFUSED, MOST_SHOWN)
        return ChannelSeen(channel, tuple(missing(channel)), self.records.counts(), tuple(refused))
