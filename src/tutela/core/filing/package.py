"""A report with its files and where everything in it comes from, and the conditions under which it would be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.filing.provenance import Sources
from tutela.core.filing.report import Report
from tutela.core.filing.report_file import FileDetails, ViewFacts
from tutela.core.filing.states import Environment
from tutela.core.filing.wire_words import Feature


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One file that goes with a report."""

    key: str  #: ours, of the sealed content or the supplement
    details: FileDetails
    md5: str  #: of the bytes as they were sealed


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that is approved, and then sent."""

    report: Report
    files: tuple[PackageFile, ...] = ()
    sources: Sources = field(default_factory=dict)  #: places as in the report, and `files.N`
    is_urgent: bool = False  #: somebody is in danger: what is missing is shown, and blocks nothing

    @property
    def is_danger(self) -> bool:
        """Return whether nothing that is merely missing may hold it up."""
        return self.is_urgent or bool((self.report.incident.escalation or "").strip())


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """The channel as it stands: environment, host and credentials are one record, and must say the same."""

    environment: Environment
    host_environment: Environment | None  #: none: nobody said which one the address is of
    credentials_environment: Environment | None
    is_enabled: bool
    status_ok_at: datetime | None  #: when the authority last said that it knows us


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """That the bytes of a file were read back and digested, just now."""

    md5: str
    size_bytes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """That somebody sends it although it could say more, and why."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is known when a report is checked."""

    now: datetime
    channel: ChannelFacts
    schema_url: str
    features: frozenset[Feature] = frozenset()
    may_classify: bool = False  #: the operator has signed the industry's memorandum on sharing hashes
    evidence: Mapping[str, EvidenceCheck] = field(default_factory=dict)  #: by key of the file
    views: Mapping[str, ViewFacts] = field(default_factory=dict)  #: by key of the file, from the log as it is now
    least_complete_percent: int = 60
    override: Override | None = None
