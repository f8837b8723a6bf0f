"""Set up the channel to an authority, switch it on and off."""

from dataclasses import dataclass, replace

import structlog

from tutela.core.audit import JSON
from tutela.core.filing.channel import (
    MOST_APPROVERS,
    SPOKEN_TO,
    Channel,
    ChannelChange,
    OffBecause,
    changed,
    disabled,
    enabled,
    unready,
)
from tutela.core.filing.reporter_rules import of_reporter
from tutela.core.filing.service_address import checked_address
from tutela.core.permissions import Principal, demand, demand_one
from tutela.errors import BadInput, Refused, UnknownChannel
from tutela.flows.channel_door import LONGEST, ChannelDoor, Credentials
from tutela.ports.channels import Channels
from tutela.ports.clock import Clock
from tutela.ports.filings import Filings
from tutela.ports.reports import ReportAudit

SETS_UP, READS = "file", ("file", "reports")

_MOST_PERCENT = 100
_LONGEST_URL = 2083

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeepChannel:
    """Keep the channels. Whoever asks has the scope `file`; who draws up reports may read them."""

    channels: Channels
    filings: Filings
    door: ChannelDoor
    clock: Clock

    def all(self, principal: Principal) -> list[Channel]:
        """Return all channels, by authority."""
        demand_one(principal, READS)
        return self.channels.all()

    def one(self, principal: Principal, authority: str) -> Channel:
        """Return one.

        Raises:
            tutela.errors.UnknownChannel: It was never set up.
        """
        demand_one(principal, READS)
        return found(self.channels, authority)

    def set(
        self, principal: Principal, authority: str, change: ChannelChange, credentials: Credentials | None = None
    ) -> Channel:
        """Set up a channel, or change it.

        Another environment, address or credentials switch it off and ask for a new status check; what is on its way
        waits.

        Raises:
            tutela.errors.BadInput: It cannot be so; the place says what.
            tutela.errors.Refused: Whoever reports cannot be so; each place is named.
            tutela.errors.Conflict: It was changed at the same moment.
        """
        demand(principal, SETS_UP)
        if authority not in SPOKEN_TO:
            raise BadInput(
                f"No interface of this authority is spoken here; known: {', '.join(SPOKEN_TO)}.",
                place="authority",
                remedy="Reports to others are filed by hand.",
            )
        before = self.channels.channel(authority)
        channel = before or Channel(authority=authority)
        checked_change = self._checked(channel, change, credentials)
        after = changed(channel, checked_change)
        held = None if credentials is None else self.door.sealed(authority, credentials)
        stored = self.channels.put(
            before, after, _audit("set", principal, _told(change, credentials)), credentials=held
        )
        _log.info("channel_set", authority=authority, environment=stored.environment.value, enabled=stored.is_enabled)
        return stored

    def enable(self, principal: Principal, authority: str) -> Channel:
        """Let reports go out. Idempotent.

        Raises:
            tutela.errors.Refused: Something keeps it off; each place says what, and what to do.
        """
        demand(principal, SETS_UP)
        before = found(self.channels, authority)
        if missing := unready(before, self.clock.now()):
            raise Refused([(each.place, f"{each.sentence} {each.remedy}") for each in missing])
        if before.is_enabled:
            return before
        stored = self.channels.put(before, enabled(before), _audit("enabled", principal))
        self.filings.open_channel(authority, self.clock.now())
        _log.warning("channel_enabled", authority=authority, environment=stored.environment.value)
        return stored

    def disable(self, principal: Principal, authority: str) -> Channel:
        """Let nothing go out; what is on its way waits, and what is open at the authority may expire. Idempotent."""
        demand(principal, SETS_UP)
        before = found(self.channels, authority)
        if not before.is_enabled:
            return before
        stored = self.channels.put(before, disabled(before), _audit("disabled", principal))
        _log.warning("channel_disabled", authority=authority)
        return stored

    def disable_restored(self) -> int:
        """Switch everything off that came back from a backup; return how many channels.

        A report that was filed after the backup was made waits in it as if it had not been, and would be filed again.
        """
        on = [each for each in self.channels.all() if each.is_enabled]
        for channel in on:
            after = disabled(channel, OffBecause.RESTORED)
            self.channels.put(channel, after, ReportAudit("disabled", "system", {"because": "restored"}))
        return len(on)

    def _checked(self, channel: Channel, change: ChannelChange, credentials: Credentials | None) -> ChannelChange:
        environment = change.environment or channel.environment
        if credentials is not None and not credentials.is_usable():
            raise BadInput(
                f"Name and password are at most {LONGEST} printable characters, and a name holds no colon.",
                place="credentials",
            )
        _check_rule(change)
        if change.reporter is not None:
            wrong = [each for each in of_reporter(change.reporter, self.clock.now()) if each.is_blocking]
            if wrong:
                raise Refused([(f"reporter.{each.place}", f"{each.sentence} {each.remedy}") for each in wrong])
        url = None if change.base_url is None else checked_address(change.base_url, environment)
        return replace(change, base_url=url, has_credentials=credentials is not None)


def found(channels: Channels, authority: str) -> Channel:
    """Return a channel.

    Raises:
        tutela.errors.UnknownChannel: It was never set up.
    """
    channel = channels.channel(authority)
    if channel is None:
        raise UnknownChannel(place="authority", remedy="Set it up: `tutela channel set`.")
    return channel


def _check_rule(change: ChannelChange) -> None:
    rule = change.approval
    if rule is not None and not 1 <= rule.people <= MOST_APPROVERS:
        raise BadInput("A report is sent by one person, or by two.", place="approvers")
    if rule is not None and not 0 <= rule.least_complete_percent <= _MOST_PERCENT:
        raise BadInput("A share is 0 to 100 per cent.", place="least_complete_percent")
    url = change.schema_url
    if url is not None and not (url.startswith("https://") and len(url) <= _LONGEST_URL and url.isprintable()):
        raise BadInput("The schema has an https address.", place="schema_url", remedy="Of the production host.")


def _told(change: ChannelChange, credentials: Credentials | None) -> dict[str, JSON]:
    names = ("environment", "base_url", "reporter", "approval", "schema_url", "may_classify")
    told = [name for name in names if getattr(change, name) is not None]
    return {"changed": [*told, *(() if credentials is None else ("credentials",))]}


def _audit(what: str, principal: Principal, codes: dict[str, JSON] | None = None) -> ReportAudit:
    return ReportAudit(what, principal.id, codes or {})
