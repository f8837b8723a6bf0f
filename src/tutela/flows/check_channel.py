"""Ask an authority whether it knows us: at start, after each change, daily, and when somebody asks."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from tutela.core.filing.answers import AuthorityAnswer, Fault, Outcome, judge
from tutela.core.filing.channel import (
    Channel,
    StatusCheck,
    checked,
    is_check_due,
    noted_test,
    remote_address,
    stopped_by,
)
from tutela.core.ids import ReportId
from tutela.core.permissions import Principal, demand
from tutela.errors import Conflict, TutelaError
from tutela.flows.channel_door import ChannelDoor
from tutela.flows.keep_channel import SETS_UP, found
from tutela.ports.authority import NoAnswer, Reply, ReportService
from tutela.ports.channels import Channels
from tutela.ports.clock import Clock
from tutela.ports.filings import Filings
from tutela.ports.reports import ReportAudit

BY = "system"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CheckChannel:
    """Keep what is known of how a channel works."""

    channels: Channels
    filings: Filings
    service: ReportService
    door: ChannelDoor
    clock: Clock
    mark_tested: Callable[[], None]  #: that the line of the checklist is done

    def check(self, principal: Principal, authority: str) -> Channel:
        """Ask now; a good answer lets go on what stopped, a refusal of us as such stops the channel.

        Raises:
            tutela.errors.UnknownChannel: It was never set up, or has no address or credentials.
        """
        demand(principal, SETS_UP)
        return self._check(found(self.channels, authority), principal.id)

    def check_due(self) -> int:
        """Ask wherever it is time; return how many were asked."""
        due = [each for each in self.channels.all() if is_check_due(each, self.clock.now())]
        for channel in due:
            self._check_by_itself(channel)
        return len(due)

    def check_all(self) -> None:
        """Ask everywhere, as at start."""
        for channel in self.channels.all():
            if channel.base_url and channel.has_credentials:
                self._check_by_itself(channel)

    def stop(self, authority: str, fault: Fault) -> None:
        """Let nothing more go out, because the answer to a step refused us as such."""
        self._put(authority, lambda channel: stopped_by(channel, fault, self.clock.now()), "stopped", fault)
        _log.error("channel_stopped", authority=authority, fault=fault.value)

    def note_test(self, authority: str, report_id: ReportId) -> None:
        """Note that a report was filed to its end in the test environment, with the settings as they are."""
        self._put(authority, lambda channel: noted_test(channel, report_id, self.clock.now()), "tested", Fault.NONE)
        self.mark_tested()

    def _check_by_itself(self, channel: Channel) -> None:
        try:
            self._check(channel, BY)
        except TutelaError as error:  # one channel that cannot be opened keeps no other from being asked
            _log.error("channel_unchecked", authority=channel.authority, error_type=type(error).__name__)

    def _check(self, channel: Channel, by: str) -> Channel:
        check = status_check(self.service.status(self.door.opened(channel)), self.clock)
        what = "checked" if check.is_ok else "check_failed"
        codes = {"fault": check.fault.value, "http_status": check.http_status, "code": check.code}
        after = self.channels.put(channel, checked(channel, check), ReportAudit(what, by, codes))
        if check.is_ok:
            self.filings.open_channel(channel.authority, check.at)
            _log.info("channel_checked", authority=channel.authority)
        elif after.stopped is not None:
            _log.error("channel_stopped", authority=channel.authority, fault=check.fault.value)
        else:
            _log.warning("channel_unanswered", authority=channel.authority, fault=check.fault.value)
        return after

    def _put(self, authority: str, change: Callable[[Channel], Channel], what: str, fault: Fault) -> None:
        for _ in range(_TRIES):
            channel = found(self.channels, authority)
            after = change(channel)
            if after == channel:
                return
            try:
                self.channels.put(channel, after, ReportAudit(what, BY, {"fault": fault.value}))
            except Conflict:
                continue
            return


_TRIES = 5
"""Of a write that meets another: they take milliseconds."""


def status_check(reply: Reply, clock: Clock) -> StatusCheck:
    """Return what an answer to a status check says."""
    now = clock.now()
    if isinstance(reply, NoAnswer):
        return StatusCheck(now, is_ok=False, fault=Fault.SERVER, failure=reply.failure)
    verdict = judge(reply)
    is_ok = verdict.outcome is Outcome.DONE
    return StatusCheck(
        now, is_ok, verdict.fault, reply.http_status, reply.code, remote_address=_address(reply) if is_ok else None
    )


def _address(answer: AuthorityAnswer) -> str | None:
    return remote_address(answer.description)
