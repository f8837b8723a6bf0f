"""Leave out what nobody may look at (P12): nothing is looked for in it, and it is not counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tutela.core.content import Channel
from tutela.core.ids import MediaId
from tutela.core.operator import OperatorProfile, may_detect
from tutela.ports.store import Posting, Reader

_MEDIA_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class View:
    """What may be looked at under a profile at one moment."""

    profile: OperatorProfile
    now: datetime
    _known: dict[tuple[Channel, tuple[str, ...]], bool] = field(default_factory=dict, repr=False)

    def may_look(self, channel: Channel, regions: tuple[str, ...]) -> bool:
        """Return whether an item in *channel* may be looked at; *regions* are of the item and of its author."""
        if (channel, regions) not in self._known:
            self._known[channel, regions] = may_detect(channel, regions, self.profile.bases, self.now)
        return self._known[channel, regions]

    def postings(self, reader: Reader, media_ids: Iterable[MediaId]) -> Iterator[Posting]:
        """Yield the postings of these media that may be looked at, once each."""
        for posting in reader.postings(media_ids):
            if posting.is_detected and self.may_look(posting.channel, posting.regions):
                yield posting

    def media(self, reader: Reader, media_ids: Sequence[MediaId]) -> set[MediaId]:
        """Return which of these media may be looked at: posted where that is allowed, or not posted at all yet."""
        left: set[MediaId] = set()
        for start in range(0, len(media_ids), _MEDIA_AT_ONCE):
            some = media_ids[start : start + _MEDIA_AT_ONCE]
            hidden: set[MediaId] = set()
            seen: set[MediaId] = set()
            for posting in reader.postings(some):
                may = posting.is_detected and self.may_look(posting.channel, posting.regions)
                (seen if may else hidden).add(posting.media_id)
            left |= set(some) - (hidden - seen)
        return left
