"""One file of a report, and who has seen it: computed from the log of views, never claimed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.content import Media
from tutela.core.filing.traces import Device, IpEvent
from tutela.core.filing.wire_words import Classification, FileAnnotation, MetadataKind, Relevance
from tutela.core.ids import PersonId
from tutela.core.view_log import LoggedView, metadata_was_seen, seen_whole_by


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """Who was sent all of a file, and whether somebody read what it says of its making.

    Made by `view_facts` alone: whether a person opened the whole file decides whether police need a warrant for it.
    """

    whole_by: frozenset[PersonId] = frozenset()
    is_metadata_read: bool = False

    @property
    def is_viewed(self) -> bool:
        """Return whether somebody has seen the entire file."""
        return bool(self.whole_by)

    @property
    def is_exif_viewed(self) -> bool:
        """Return whether its metadata was read too: only claimed where the file was seen, as the schema demands."""
        return self.is_viewed and self.is_metadata_read


NOBODY_LOOKED = ViewFacts()
"""Nobody opened it, as for every text that we wrote ourselves."""


def view_facts(log: Iterable[LoggedView], media: Media) -> ViewFacts:
    """Return what the log of views proves of *media*. Looks at anything else prove nothing."""
    views = tuple(each for each in log if each.grant.media_id == media.id)
    return ViewFacts(seen_whole_by(views, media), metadata_was_seen(views))


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalHash:
    """A digest of the file as the user uploaded it, before anything was made of it."""

    kind: str  #: such as `SHA256`
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """One line of what a file says of itself."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a file says of itself."""

    kind: MetadataKind
    pairs: tuple[NamedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDetails:
    """What is told of one file. The two identifiers are the authority's, and known after the upload."""

    report_id: str = ""
    file_id: str = ""
    original_name: str | None = None
    uploaded_at: datetime | None = None
    url: str | None = None
    views: ViewFacts = field(default=NOBODY_LOOKED)
    is_public: bool | None = None
    relevance: Relevance = Relevance.REPORTED
    annotations: tuple[FileAnnotation, ...] = ()
    classification: Classification | None = None
    hashes: tuple[OriginalHash, ...] = ()
    ip_event: IpEvent | None = None
    devices: tuple[Device, ...] = ()
    metadata: tuple[Metadata, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_viewed(self) -> bool:
        """Return whether a person has seen the entire file."""
        return self.views.is_viewed

    @property
    def is_exif_viewed(self) -> bool:
        """Return whether a person has read its metadata."""
        return self.views.is_exif_viewed
