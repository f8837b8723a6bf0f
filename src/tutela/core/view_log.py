"""What was really sent of a content, to whom, and whether that was all of it: the basis of `viewed_by_esp`.

Source: 18 U.S.C. 2258A and the law around it: whether a person at the provider has opened a file decides whether the
police need a warrant for it. A claim too much is a false statement; one too little costs a warrant. This under-claims.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela.core.content import Media
from tutela.core.ids import PersonId
from tutela.core.views import Grant, Purpose, Rendition


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Bytes that lie side by side."""

    start: int
    end: int  #: exclusive

    def __post_init__(self) -> None:
        """Refuse what holds no bytes."""
        if not 0 <= self.start < self.end:
            raise ValueError(f"no bytes lie between {self.start} and {self.end}")


@dataclass(frozen=True, slots=True)
class LoggedView:
    """One grant, with what came of it."""

    grant: Grant
    sha256: str | None = None  #: of the content that was opened
    size_bytes: int | None = None  #: of what was to be sent, in the form in which it was
    width: int | None = None  #: in which a picture was shown
    height: int | None = None
    spans: tuple[Span, ...] = ()  #: what was sent

    @property
    def opened_at(self) -> datetime | None:
        """Return when it was opened."""
        return self.grant.opened_at


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same bytes in as few spans as there can be, in order; those that touch are one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def covers(spans: Iterable[Span], size_bytes: int) -> bool:
    """Return whether *spans* leave nothing out of a content of that size. Of nothing, nobody has seen anything."""
    return size_bytes > 0 and any(each.start == 0 and each.end >= size_bytes for each in union(spans))


def seen_whole_by(log: Iterable[LoggedView], media: Media) -> frozenset[PersonId]:
    """Return who was sent all of *media*, at full size, under their own name.

    Only what has the digest of *media* counts: a near copy, a group or a still of it is another thing. What one person
    was sent in several looks is put together; what two people were sent is not.
    """
    digest = media.digests.sha256
    if digest is None:
        return frozenset()
    full = [each for each in log if each.sha256 == digest and each.grant.purpose is Purpose.FULL_LOOK]
    people = {each.grant.person_id for each in full if each.grant.person_id}
    return frozenset(each for each in people if _was_sent([v for v in full if v.grant.person_id == each], media))


def was_seen_whole(log: Iterable[LoggedView], media: Media) -> bool:
    """Return whether somebody was sent all of *media*, at full size, under their own name."""
    return bool(seen_whole_by(log, media))


def metadata_was_seen(log: Iterable[LoggedView]) -> bool:
    """Return whether somebody read what the file says of its making."""
    return any(each.grant.purpose is Purpose.METADATA and each.opened_at is not None for each in log)


def _was_sent(log: list[LoggedView], media: Media) -> bool:
    originals = [each for each in log if each.grant.rendition is Rendition.ORIGINAL]
    sent = (span for each in originals for span in each.spans)
    if media.size_bytes is not None and covers(sent, media.size_bytes):
        return True
    return any(_is_whole_picture(each, media) for each in log)


def _is_whole_picture(view: LoggedView, media: Media) -> bool:
    """Return whether one picture was sent to its end, and no smaller than it is."""
    if view.grant.rendition is not Rendition.WATERMARKED or view.size_bytes is None or media.width is None:
        return False
    is_full_size = (view.width, view.height) == (media.width, media.height)
    return is_full_size and covers(view.spans, view.size_bytes)
