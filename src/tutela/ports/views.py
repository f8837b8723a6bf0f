"""Where views of evidence are kept: grants, uses, and what was really sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tutela.core.content import Media
from tutela.core.ids import CaseId, MediaId, PersonId, ViewId
from tutela.core.view_log import LoggedView, Span
from tutela.core.views import Grant, MediaState, Purpose, Rendition


@dataclass(frozen=True, slots=True)
class Opening:
    """What a grant is opened to."""

    rendition: Rendition
    size_bytes: int  #: of what is to be sent
    sha256: str | None  #: of the content
    width: int | None = None  #: in which a picture is shown
    height: int | None = None


@dataclass(frozen=True, slots=True)
class ViewFilter:
    """Which views are listed, newest first."""

    media_id: MediaId | None = None
    case_id: CaseId | None = None
    before: str | None = None  #: only those with an id before this one
    limit: int = 100


@dataclass(frozen=True, slots=True)
class CaseMedia:
    """One content that lies in a case, with its last known fault."""

    media: Media
    fault: MediaState | None


class Views(Protocol):
    """Keep views. Every write is one transaction with its own audit entry, which holds ids and numbers only."""

    def add(self, grant: Grant, token_mark: bytes) -> None:
        """Store a new grant under the keyed hash of its token."""
        ...

    def find(self, token_mark: bytes) -> Grant | None:
        """Return the grant of this token."""
        ...

    def grant(self, view_id: str) -> Grant | None:
        """Return the grant of this id, as it stands."""
        ...

    def open(self, grant: Grant, opening: Opening, at: datetime, ends_at: datetime) -> Grant | None:
        """Open a grant that nobody has opened or taken back; none when somebody was quicker."""
        ...

    def sent(self, view_id: ViewId, span: Span) -> None:
        """Note bytes that were sent: only ever after they were."""
        ...

    def refused(self, grant: Grant, by: PersonId, why: str) -> None:
        """Enter that a use of a grant was refused."""
        ...

    def revoke(self, grant: Grant, by: str, at: datetime) -> bool:
        """Take a grant back; return whether it was still there to be taken."""
        ...

    def looked_at_metadata(self, grant: Grant, sha256: str | None, *, is_exact: bool) -> None:
        """Enter that somebody read what a file says of its making."""
        ...

    def page(self, wanted: ViewFilter) -> list[LoggedView]:
        """Return views with what was sent by each, newest first."""
        ...

    def log_of(self, media_id: MediaId, purposes: Sequence[Purpose]) -> list[LoggedView]:
        """Return every opened view of a content for these purposes."""
        ...

    def fault(self, media_id: MediaId) -> MediaState | None:
        """Return the fault that was found last, and is not over."""
        ...

    def note_state(self, media_id: MediaId, state: MediaState, at: datetime) -> bool:
        """Keep how a content was found; return whether that is new. Whole ends whatever was wrong."""
        ...

    def faults(self) -> Mapping[MediaState, int]:
        """Return how many contents are known to be in each state that is wrong."""
        ...

    def media_of_case(self, case_id: CaseId, media_id: MediaId | None = None) -> list[CaseMedia] | None:
        """Return the media that lie in a case, or only the one named; none when there is no such case."""
        ...
