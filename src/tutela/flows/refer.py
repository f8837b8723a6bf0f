"""Resolve what a platform refers to when it says "this item carries that media"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.banks import SignalType
from tutela.core.content import GONE, Digests, EvidenceState, Media, PdqHash, ScanState
from tutela.core.ids import MediaId
from tutela.errors import BadInput, UnknownMedia
from tutela.ports.committer import MediaUpdate
from tutela.ports.entropy import Entropy
from tutela.ports.store import Reader


@dataclass(frozen=True, slots=True)
class MediaReference:
    """Media by our id, or by digests and hash when a platform will not send bytes."""

    media_id: MediaId | None = None
    digests: Digests = field(default_factory=Digests)
    pdq: PdqHash | None = None
    is_held_by_platform: bool = False  #: the platform confirms that it keeps the bytes (P5)


@dataclass(frozen=True, slots=True)
class Referred:
    """What the references stand for."""

    found: Mapping[MediaReference, Media]
    stored: Mapping[MediaId, Media]  #: as they were read, before the references added to them
    new: list[Media]
    updates: list[MediaUpdate]
    contradictory: frozenset[MediaReference]  #: whose digests cannot be of one content

    def get(self, reference: MediaReference) -> Media:
        """Return the media.

        Raises:
            tutela.errors.UnknownMedia: It was given by an id that was never uploaded.
            tutela.errors.BadInput: Its digests belong to different contents.
        """
        if reference in self.contradictory:
            raise BadInput(
                "these digests are not of one content: the strongest is known with other ones",
                place="media",
                remedy="Send the digests of the same bytes.",
            )
        try:
            return self.found[reference]
        except KeyError:
            raise UnknownMedia(place="media", remedy="Upload it first with POST /v1/media.") from None


def refer(reader: Reader, references: Iterable[MediaReference], entropy: Entropy, now: datetime) -> Referred:
    """Return the media behind *references*; digests that nobody has sent before become new hash-only media."""
    asked = list(dict.fromkeys(references))
    known = _Known(reader, asked)
    for each in asked:
        known.take(each, entropy, now)
    found = {each: known.latest[media_id] for each, media_id in known.ids.items()}
    stored = {media_id: known.stored[media_id] for media_id in found_ids(found) & known.stored.keys()}
    updates = [
        MediaUpdate(after, has_new_hashes=_has_more(before, after), before=before)
        for media_id, before in stored.items()
        if (after := known.latest[media_id]) != before
    ]
    new = [media for media_id, media in known.latest.items() if media_id not in known.stored]
    return Referred(found, stored, new, updates, frozenset(known.contradictory))


class _Known:
    """Media by all names that a reference can have for them: those stored, and those made of references before."""

    def __init__(self, reader: Reader, asked: Sequence[MediaReference]) -> None:
        by_id = reader.media_by_id(each.media_id for each in asked if each.media_id is not None)
        read = [*by_id.values(), *_by_digest(reader, asked), *_by_picture(reader, asked)]
        self.stored = {media.id: media for media in read}
        self.latest = dict(self.stored)
        self.ids: dict[MediaReference, MediaId] = {}
        self.contradictory: set[MediaReference] = set()
        self._by_digest: dict[tuple[str, str], MediaId] = {}
        self._by_key: dict[str, MediaId] = {}
        for media in self.stored.values():
            self._name(media)

    def _name(self, media: Media) -> None:
        self._by_key[media.content_key] = media.id
        for pair in media.digests.known():
            self._by_digest.setdefault(pair, media.id)

    def take(self, each: MediaReference, entropy: Entropy, now: datetime) -> None:
        """Find or make the media of a reference, and add what the reference says of it."""
        if each.media_id is not None:
            media = self.latest.get(each.media_id)
        else:
            media = self._find(each) or self._new(each, entropy, now)
        if media is not None:
            media = _with_more(media, each)
            self.latest[media.id] = media
            self.ids[each] = media.id
            self._name(media)

    def _new(self, each: MediaReference, entropy: Entropy, now: datetime) -> Media | None:
        media = _hash_only(each, entropy, now)
        if media.content_key in self._by_key:
            self.contradictory.add(each)
            return None
        return media

    def _find(self, each: MediaReference) -> Media | None:
        pairs = each.digests.known()
        named = [self._by_digest.get(pair) for pair in pairs]
        if not pairs and each.pdq is not None:
            named = [self._by_key.get(f"pdq:{each.pdq.hex}")]
        found = (self.latest[media_id] for media_id in named if media_id is not None)
        # Of two files that were made to share an MD5, the one must not pass for the other.
        return next((media for media in found if media.digests.agrees_with(each.digests)), None)


def found_ids(found: Mapping[MediaReference, Media]) -> set[MediaId]:
    """Return the ids of all media that were found."""
    return {media.id for media in found.values()}


def _by_digest(reader: Reader, asked: Iterable[MediaReference]) -> Iterator[Media]:
    pairs = {pair for each in asked if each.media_id is None for pair in each.digests.known()}
    for signal_type in (SignalType.SHA256, SignalType.SHA1, SignalType.MD5):
        values = [value for name, value in pairs if name == signal_type.value]
        yield from reader.media_by_digest(signal_type, values) if values else ()


def _by_picture(reader: Reader, asked: Iterable[MediaReference]) -> Iterable[Media]:
    keys = [f"pdq:{each.pdq.hex}" for each in asked if each.pdq is not None and not each.digests.known()]
    return reader.media_by_content_key(keys).values() if keys else ()


def _hash_only(reference: MediaReference, entropy: Entropy, now: datetime) -> Media:
    return Media(
        id=MediaId(entropy.new_id("media")),
        digests=reference.digests,
        hashes=(reference.pdq,) if reference.pdq else (),
        scan=ScanState.HASH_ONLY,
        evidence=EvidenceState.NONE,
        received_at=now,
    )


def _with_more(media: Media, reference: MediaReference) -> Media:
    """Return *media* with what the reference adds: the platform keeps the bytes, or another digest or hash of them.

    Of what was received here we know digests and hashes ourselves.
    """
    if reference.is_held_by_platform and media.evidence in GONE:
        media = replace(media, evidence=EvidenceState.PLATFORM_HOLD)
    if media.scan is not ScanState.HASH_ONLY:
        return media
    pdq, values = reference.pdq, {each.value for each in media.hashes}
    if pdq is not None and pdq.value not in values:
        # A rendering is stored once; each hash that platforms sent of it stays.
        another = replace(pdq, rendering=f"{pdq.rendering}/{len(media.hashes)}") if media.hashes else pdq
        media = replace(media, hashes=(*media.hashes, another))
    return replace(media, digests=media.digests.joined_with(reference.digests))


def _has_more(before: Media, after: Media) -> bool:
    return (before.digests, before.hashes) != (after.digests, after.hashes)
