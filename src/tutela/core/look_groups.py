"""Group the media of a case, so that one look decides for all near copies, and say what need not be seen at all.

What is on a list byte by byte is decided from the match: nobody looks at it again to decide (console.md, Case).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tutela.core.banks import CUSTOMARY_THRESHOLD_BITS, QUALITY_FLOOR, Detection
from tutela.core.content import Media
from tutela.core.ids import MediaId
from tutela.core.policy import MatchKind

MOST_COMPARED = 200
"""Media of which each is compared with each: twenty thousand pairs, some milliseconds. What is beyond stands alone."""


@dataclass(frozen=True, slots=True)
class LookGroup:
    """Media that look alike. The first, which is the largest, is looked at for all."""

    media: tuple[Media, ...]
    is_exact: bool  #: on a list byte by byte: decided from the match, and not shown

    @property
    def first(self) -> Media:
        """Return the one that is looked at."""
        return self.media[0]


def exact_media(detections: Iterable[Detection]) -> frozenset[MediaId]:
    """Return the media that a list knows byte by byte; a match that was suppressed is none."""
    return frozenset(
        each.match.media_id
        for each in detections
        if each.match.kind is MatchKind.EXACT_DIGEST and each.match.bank_id is not None and not each.is_suppressed
    )


def look_groups(media: Sequence[Media], exact: Collection[MediaId]) -> tuple[LookGroup, ...]:
    """Return *media* in groups, what is to be looked at first. A group is exact only where all of it is."""
    shown = sorted((each for each in media if each.id not in exact), key=_largest_first)
    known = sorted((each for each in media if each.id in exact), key=_largest_first)
    return (
        *(LookGroup(tuple(group), is_exact=False) for group in _grouped(shown)),
        *(LookGroup(tuple(group), is_exact=True) for group in _grouped(known)),
    )


def _largest_first(media: Media) -> tuple[int, str]:
    return -(media.width or 0) * (media.height or 0), media.id


def _grouped(media: Sequence[Media]) -> list[list[Media]]:
    """Return each with the first that it is near to: never chained from copy to copy, which may drift far apart."""
    groups: list[list[Media]] = []
    for each in media[:MOST_COMPARED]:
        home = next((group for group in groups if is_near(group[0], each)), None)
        if home is None:
            groups.append([each])
        else:
            home.append(each)
    return [*groups, *([each] for each in media[MOST_COMPARED:])]


def is_near(one: Media, other: Media) -> bool:
    """Return whether two contents look alike by a hash that says enough, in any orientation that is known."""
    ours = [int.from_bytes(each.value) for each in one.hashes if each.quality >= QUALITY_FLOOR]
    theirs = [
        int.from_bytes(value)
        for each in other.hashes
        if each.quality >= QUALITY_FLOOR
        for value in (each.value, *each.orientations)
    ]
    return any((a ^ b).bit_count() <= CUSTOMARY_THRESHOLD_BITS for a in ours for b in theirs)
