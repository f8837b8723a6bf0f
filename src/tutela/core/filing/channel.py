"""The channel to an authority: where reports go, as whom, in whose name and by whose approval, as one record.

Environment, address and credentials belong together, and each says of which environment it is: a production report at
the test host is filed with nobody, and a test at the production host is a false report. Nothing goes out before
somebody has switched it on; in production not before a report was filed to its end in the test environment with the
same settings.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.addresses import HTTP
from tutela.core.filing.answers import Fault
from tutela.core.filing.package import ChannelFacts
from tutela.core.filing.report import Reporter
from tutela.core.filing.states import Environment
from tutela.core.filing.value_file import value_json
from tutela.core.filing.wire_words import Feature
from tutela.core.ids import ReportId

SPOKEN_TO = ("ncmec",)
"""The authorities whose interface is spoken here, as the table of duties names them. All others are filed with by hand.
"""

STATUS_EVERY = timedelta(hours=20)
"""How old an answer to a status check gets before the next: pre-flight wants one of the last day, with some room."""

RETRY_STATUS = timedelta(minutes=15)
"""How soon a check that failed is tried again by itself."""

STOPS = frozenset({Fault.AUTH, Fault.CONFIG})
"""Faults that no other try mends: they stop the channel."""

MOST_APPROVERS = 2


class OffBecause(StrEnum):
    """Why nothing is sent."""

    NEW = "new"
    OPERATOR = "operator"
    CHANGED = "changed"  #: address, credentials or environment were changed, and it was not switched on since
    RESTORED = "restored"  #: from a backup, which does not know what was filed since


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """Who may send a report."""

    people: int = 1  #: two: who approves has not prepared it
    least_complete_percent: int = 60  #: below it somebody says why it is sent all the same


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """What came of asking whether the authority knows us."""

    at: datetime
    is_ok: bool
    fault: Fault = Fault.NONE
    http_status: int | None = None
    code: int | None = None
    failure: str | None = None  #: why there was no answer
    remote_address: str | None = None  #: from where the authority says that it is asked


@dataclass(frozen=True, slots=True)
class Stopped:
    """That the authority refused us as such: nothing is sent before that is mended."""

    fault: Fault
    at: datetime


@dataclass(frozen=True, slots=True)
class FiledInTest:
    """A report that was filed to its end in the test environment."""

    report_id: ReportId
    at: datetime
    settings: str  #: what was in force, as `wire_settings` tells it


@dataclass(frozen=True, slots=True)
class SchemaFacts:
    """The schema that the operator downloaded."""

    sha256: str
    at: datetime
    source: str  #: `file` or `authority`
    features: frozenset[Feature] = frozenset()
    unknown_to_us: tuple[str, ...] = ()  #: elements that it has and we never send
    unknown_to_them: tuple[str, ...] = ()  #: elements that we send and it does not have

    @property
    def has_drifted(self) -> bool:
        """Return whether it says anything differently from our table."""
        return bool(self.unknown_to_us or self.unknown_to_them)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The record. Its credentials lie beside it, sealed."""

    authority: str
    environment: Environment = Environment.TEST
    base_url: str = ""
    base_url_of: Environment | None = None
    has_credentials: bool = False
    credentials_of: Environment | None = None
    reporter: Reporter | None = None
    approval: ApprovalRule = field(default_factory=ApprovalRule)
    schema_url: str = ""  #: of the production host, also in the test environment
    may_classify: bool = False  #: the operator has signed the industry's memorandum on sharing hashes
    is_enabled: bool = False
    off_because: OffBecause = OffBecause.NEW
    status: StatusCheck | None = None
    status_ok_at: datetime | None = None
    stopped: Stopped | None = None
    tested: FiledInTest | None = None
    schema: SchemaFacts | None = None
    is_schema_seen: bool = True  #: whether somebody has taken note of what it says differently
    version: int = 0  #: 0: not stored yet

    @property
    def sends(self) -> bool:
        """Return whether reports go out."""
        return self.is_enabled and self.stopped is None

    @property
    def features(self) -> frozenset[Feature]:
        """Return what of the newer additions may be sent: nothing where no schema says so."""
        return frozenset() if self.schema is None else self.schema.features


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChange:
    """What is to be different; none leaves it."""

    environment: Environment | None = None
    base_url: str | None = None
    has_credentials: bool = False  #: new ones come along
    reporter: Reporter | None = None
    approval: ApprovalRule | None = None
    schema_url: str | None = None
    may_classify: bool | None = None


@dataclass(frozen=True, slots=True)
class NotReady:
    """What keeps a channel from being switched on."""

    place: str
    sentence: str
    remedy: str


def changed(channel: Channel, change: ChannelChange) -> Channel:
    """Return *channel* changed. An address and credentials are taken to be of the environment that it then has.

    Another environment, address or credentials switch it off and make every earlier answer worthless.
    """
    environment = change.environment or channel.environment
    after = replace(channel, environment=environment)
    if change.base_url is not None:
        after = replace(after, base_url=change.base_url, base_url_of=environment)
    if change.has_credentials:
        after = replace(after, has_credentials=True, credentials_of=environment)
    if after != channel or change.has_credentials:
        after = replace(
            after,
            is_enabled=False,
            off_because=OffBecause.CHANGED,
            status=None,
            status_ok_at=None,
            stopped=None,
        )
    told = {
        name: value
        for name in ("reporter", "approval", "schema_url", "may_classify")
        if (value := getattr(change, name)) is not None
    }
    return replace(after, **told)


def wire_settings(channel: Channel) -> str:
    """Return a digest of everything of the channel that stands in a report."""
    told = replace(
        Channel(authority=channel.authority),
        reporter=channel.reporter,
        schema_url=channel.schema_url,
        may_classify=channel.may_classify,
        schema=SchemaFacts("", _NO_TIME, "", channel.features),
    )
    return hashlib.sha256(value_json(told)).hexdigest()


def unready(channel: Channel, now: datetime) -> tuple[NotReady, ...]:
    """Return what keeps *channel* from being switched on; nothing where it may be."""
    return (*_address(channel), *_identity(channel), *_status(channel, now), *_tested(channel))


def enabled(channel: Channel) -> Channel:
    """Return it switched on; whoever asks has looked at `unready`."""
    return replace(channel, is_enabled=True)


def disabled(channel: Channel, because: OffBecause = OffBecause.OPERATOR) -> Channel:
    """Return it switched off. What is on its way waits."""
    return replace(channel, is_enabled=False, off_because=because)


def checked(channel: Channel, check: StatusCheck) -> Channel:
    """Return *channel* after a status check: a refusal of us as such stops it, and a good answer lets it go on."""
    if check.is_ok:
        return replace(channel, status=check, status_ok_at=check.at, stopped=None)
    if check.fault in STOPS:
        return replace(channel, status=check, stopped=channel.stopped or Stopped(check.fault, check.at))
    return replace(channel, status=check)


def stopped_by(channel: Channel, fault: Fault, now: datetime) -> Channel:
    """Return *channel* stopped by the answer to a step."""
    return replace(channel, stopped=channel.stopped or Stopped(fault, now))


def noted_test(channel: Channel, report_id: ReportId, now: datetime) -> Channel:
    """Return *channel* after a report was filed to its end in the test environment: the first with these settings."""
    settings = wire_settings(channel)
    if channel.tested is not None and channel.tested.settings == settings:
        return channel
    return replace(channel, tested=FiledInTest(report_id, now, settings))


def is_check_due(channel: Channel, now: datetime) -> bool:
    """Return whether the authority should be asked whether it knows us."""
    if not (channel.base_url and channel.has_credentials):
        return False
    if channel.status is None:
        return True
    return now - channel.status.at >= (STATUS_EVERY if channel.status.is_ok else RETRY_STATUS)


def channel_facts(channel: Channel) -> ChannelFacts:
    """Return what pre-flight asks of the channel."""
    return ChannelFacts(
        channel.environment, channel.base_url_of, channel.credentials_of, channel.sends, channel.status_ok_at
    )


def is_troubled(channel: Channel, now: datetime, waiting: Iterable[Environment]) -> bool:
    """Return whether somebody has to look at the channel.

    It was stopped; it is on, and the authority has not said for a day that it knows us; its schema says something else
    than our table, and nobody took note; or a report waits for an environment that it is not switched to, or not on.

    Args:
        channel: As it is.
        now: As of when.
        waiting: The environment of each report on its way.
    """
    is_unanswered = channel.is_enabled and (
        channel.status_ok_at is None or now - channel.status_ok_at > timedelta(hours=24)
    )
    is_waited_for = any(each is not channel.environment or not channel.is_enabled for each in waiting)
    return channel.stopped is not None or is_unanswered or not channel.is_schema_seen or is_waited_for


def remote_address(description: str) -> str | None:
    """Return the address that the authority says it is asked from; none where it says none."""
    found = _ADDRESS.search(description)
    return None if found is None else found[1]


_ADDRESS = re.compile(r"[Rr]emote\s{0,3}[Ii][Pp]\s{0,3}:\s{0,3}([0-9a-fA-F:.]{2,45})")
_NO_TIME = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _address(channel: Channel) -> Iterator[NotReady]:
    if not channel.base_url:
        yield NotReady("base_url", "Nobody has said where reports go.", "Enter the address of the report service.")
    elif channel.base_url_of is not channel.environment:
        yield NotReady(
            "base_url",
            f"The address is of the environment {channel.base_url_of}, and the channel is switched to another.",
            "Enter the address of this one.",
        )
    elif channel.environment is Environment.PRODUCTION and channel.base_url.startswith(f"{HTTP}:"):
        yield NotReady("base_url", "Production is reached by https only.", "Enter its address with https.")
    if not channel.schema_url:
        yield NotReady(
            "schema_url", "A report names the schema it was written by.", "Enter its address at the production host."
        )


def _identity(channel: Channel) -> Iterator[NotReady]:
    if not channel.has_credentials:
        yield NotReady("credentials", "There are none.", "Enter name and password that the authority gave you.")
    elif channel.credentials_of is not channel.environment:
        yield NotReady(
            "credentials",
            f"They are of the environment {channel.credentials_of}, and the channel is switched to another.",
            "Enter those of this one.",
        )
    if channel.reporter is None or not channel.reporter.person.emails:
        yield NotReady("reporter", "Nobody reports who can be written to.", "Name somebody, with an e-mail address.")


def _status(channel: Channel, now: datetime) -> Iterator[NotReady]:
    if channel.stopped is not None:
        yield NotReady(
            "status", f"The authority refuses us ({channel.stopped.fault}).", "Mend it, and check the connection."
        )
    elif channel.status_ok_at is None or now - channel.status_ok_at > timedelta(hours=24):
        yield NotReady("status", "The authority has not said within a day that it knows us.", "Check the connection.")


def _tested(channel: Channel) -> Iterator[NotReady]:
    if channel.environment is Environment.TEST:
        return
    if channel.tested is None:
        yield NotReady(
            "tested",
            "No report was ever filed to its end in the test environment.",
            "Switch to the test environment and file one.",
        )
    elif channel.tested.settings != wire_settings(channel):
        yield NotReady(
            "tested",
            "What stands in every report was changed since one was filed in the test environment.",
            "Switch to the test environment and file one with these settings.",
        )
