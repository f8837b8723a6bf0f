r"""Where a report is on its way to the authority, and what to do next. Values: storing and sending are done elsewhere.

    ready -> open -> finished
       ^       |  \
       |       v   v
       +-- retracting -> failed | abandoned

Each step is written down before it is sent, and its answer before the next. A report that was opened is left only when
it is proved not to be finished. The authority takes no key of idempotency, so a lost answer must mean something at each
step; what it means is in `transitions`. Promise P4: never two finished reports for one, and none lost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.filing.answers import Fault

OPEN_FOR, AFTER_CHANGE = timedelta(hours=24), timedelta(hours=1)
"""How long the authority keeps an unfinished report: from its opening, and from its last change; the later counts."""

ALARM_BEFORE_EXPIRY = timedelta(minutes=30)
ALARM_AFTER_ATTEMPTS = 5
MOST_RESTARTS = 5
"""How often a report is retracted and begun anew because a file may be doubled or was damaged on the way."""


class Environment(StrEnum):
    """Where reports go."""

    PRODUCTION = "production"
    TEST = "test"  #: never counts as filed


class Step(StrEnum):
    """One request."""

    SUBMIT = "submit"
    UPLOAD = "upload"
    FILEINFO = "fileinfo"
    FINISH = "finish"
    RETRACT = "retract"


class Phase(StrEnum):
    """Where it stands."""

    READY = "ready"  #: approved, and nothing of it is open
    OPEN = "open"  #: the authority gave it a number
    FINISHED = "finished"
    RETRACTING = "retracting"  #: being withdrawn, for what `then` says
    FAILED = "failed"  #: a person has to change something; nothing of it is open
    ABANDONED = "abandoned"  #: a person gave it up; nothing of it is open


class Then(StrEnum):
    """What follows when a report is withdrawn."""

    START_OVER = "start_over"
    FAIL = "fail"
    ABANDON = "abandon"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was written down, and may have been sent."""

    step: Step
    at: datetime
    file: int | None = None  #: which of the files


@dataclass(frozen=True, slots=True)
class FileState:
    """How far one file is."""

    key: str  #: ours
    md5: str  #: of the bytes in the vault
    file_id: str | None = None  #: theirs
    is_described: bool = False
    is_description_lost: bool = False  #: a description was sent and not answered

    def forgotten(self) -> "FileState":
        """Return it as it was before anything was sent."""
        return FileState(self.key, self.md5)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the authority has, as far as it said so."""

    report_id: str
    finished_at: datetime
    file_ids: tuple[str, ...] | None  #: none: it only said that the report was finished before
    missing: tuple[str, ...] = ()  #: files of ours that it did not name
    surplus: tuple[str, ...] = ()  #: files that it named and we know nothing of

    @property
    def is_verified(self) -> bool:
        """Return whether it has exactly what we sent."""
        return self.file_ids is not None and not self.missing and not self.surplus


@dataclass(frozen=True, slots=True)
class Filing:
    """One report on its way."""

    key: str  #: ours; one incident has one that is not over, in one environment
    environment: Environment
    files: tuple[FileState, ...] = ()
    is_urgent: bool = False  #: somebody is in danger: a doubled file is better than a lost hour
    is_batch: bool = False
    phase: Phase = Phase.READY
    report_id: str | None = None
    opened_at: datetime | None = None  #: when it was asked for: a little before the authority's own time
    changed_at: datetime | None = None
    asked: Asked | None = None
    attempts: int = 0  #: failures in a row
    not_before: datetime | None = None
    restarts: int = 0
    then: Then | None = None
    fault: Fault = Fault.NONE  #: what the trouble is, or was last
    is_stopped: bool = False  #: waits for the channel: credentials or addresses are wrong
    is_finish_asked: bool = False  #: for this number: it may be finished without our knowing
    unknown_open: int = 0  #: reports that may be open without our knowing their number; they expire by themselves
    doubled: int = 0  #: uploads that may be there twice
    receipt: Receipt | None = None
    drawn_up_at: datetime | None = None  #: when what it says was read; none of a correction, which tells no finding

    @property
    def is_over(self) -> bool:
        """Return whether nothing more is sent."""
        return self.phase in {Phase.FINISHED, Phase.FAILED, Phase.ABANDONED}

    @property
    def counts_as_filed(self) -> bool:
        """Return whether a duty is met: finished, in production. A test never counts."""
        return self.phase is Phase.FINISHED and self.environment is Environment.PRODUCTION

    @property
    def expires_at(self) -> datetime | None:
        """Return when the authority forgets it, as long as it is open."""
        if self.report_id is None or self.opened_at is None or self.is_over:
            return None
        return max(self.opened_at + OPEN_FOR, (self.changed_at or self.opened_at) + AFTER_CHANGE)


@dataclass(frozen=True, slots=True)
class Send:
    """Write this down, then send it."""

    step: Step
    file: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing before a moment; without one, before somebody does something."""

    until: datetime | None = None


class Alarm(StrEnum):
    """What a person has to be told of."""

    FAILED = "failed"
    CHANNEL_STOPPED = "channel_stopped"
    KEEPS_FAILING = "keeps_failing"
    EXPIRES_SOON = "expires_soon"
    FILES_MISSING = "files_missing"  #: after finish nothing can be added: another report names this one as a prior
    UNVERIFIED = "unverified"
    MAYBE_OPEN = "maybe_open"
    OTHER_ENVIRONMENT = "other_environment"  #: the channel was switched while it was on its way


OPEN_PHASES = frozenset({Phase.READY, Phase.OPEN, Phase.RETRACTING})


def next_move(filing: Filing, now: datetime, channel: Environment) -> Send | Wait:
    """Return what to do now.

    A request that was written down and not answered is settled first: see `resumed`. A report goes on only where it was
    begun: while the channel is switched to another environment it waits, because its number means nothing there.
    """
    if filing.is_over or filing.is_stopped or filing.asked is not None or channel is not filing.environment:
        return Wait()
    if filing.not_before is not None and now < filing.not_before:
        return Wait(filing.not_before)
    if filing.phase is Phase.READY:
        return Send(Step.SUBMIT)
    if filing.phase is Phase.RETRACTING:
        return Send(Step.RETRACT)
    return _next_of_open(filing)


def alarms(filing: Filing, now: datetime, channel: Environment) -> tuple[Alarm, ...]:
    """Return what a person has to be told of this report, with the *channel* switched as it is."""
    expires_at, receipt = filing.expires_at, filing.receipt
    is_old = filing.phase is Phase.OPEN and expires_at is not None and now >= expires_at - ALARM_BEFORE_EXPIRY
    found = {
        Alarm.FAILED: filing.phase is Phase.FAILED,
        Alarm.CHANNEL_STOPPED: filing.is_stopped,
        Alarm.KEEPS_FAILING: filing.attempts >= ALARM_AFTER_ATTEMPTS,
        Alarm.EXPIRES_SOON: is_old,
        Alarm.FILES_MISSING: receipt is not None and bool(receipt.missing),
        Alarm.UNVERIFIED: receipt is not None and not receipt.is_verified and not receipt.missing,
        Alarm.MAYBE_OPEN: filing.unknown_open > 0 and not filing.is_over,
        Alarm.OTHER_ENVIRONMENT: not filing.is_over and channel is not filing.environment,
    }
    return tuple(each for each, is_so in found.items() if is_so)


def _next_of_open(filing: Filing) -> Send:
    if filing.is_finish_asked:
        return Send(Step.FINISH)
    for at, file in enumerate(filing.files):
        if file.file_id is None:
            return Send(Step.UPLOAD, at)
        if not file.is_described:
            return Send(Step.FILEINFO, at)
    return Send(Step.FINISH)
