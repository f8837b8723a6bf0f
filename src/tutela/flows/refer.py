"""Resolve what a platform refers to when it says "this item carries that media"."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tutela.core.banks import SignalType
from tutela.core.content import Digests, EvidenceState, Media, PdqHash, ScanState
from tutela.core.ids import MediaId
from tutela.errors import UnknownMedia
from tutela.ports.entropy import Entropy
from tutela.ports.store import MediaUpdate, Reader


@dataclass(frozen=True, slots=True)
class MediaReference:
    """Media by our id, or by digests and hash when a platform will not send bytes."""

    media_id: MediaId | None = None
    digests: Digests = field(default_factory=Digests)
    pdq: PdqHash | None = None
    is_held_by_platform: bool = False  #: the platform confirms that it keeps the bytes (P5)


@dataclass(slots=True)
class Referred:
    """What the references stand for."""

    found: dict[MediaReference, Media] = field(default_factory=dict)
    new: list[Media] = field(default_factory=list)
    updates: list[MediaUpdate] = field(default_factory=list)

    def get(self, reference: MediaReference) -> Media:
        """Return the media.

        Raises:
            tutela.errors.UnknownMedia: It was given by an id that was never uploaded.
        """
        try:
            return self.found[reference]
        except KeyError:
            raise UnknownMedia(place="media", remedy="Upload it first with POST /v1/media.") from None


def refer(reader: Reader, references: Iterable[MediaReference], entropy: Entropy, now: datetime) -> Referred:
    """Return the media behind *references*; digests that nobody has sent before become new hash-only media."""
    referred = Referred()
    asked = dict.fromkeys(references)
    by_id = reader.media_by_id(each.media_id for each in asked if each.media_id is not None)
    by_digest = _by_digest(reader, asked)
    made: dict[tuple[Digests, bytes | None], Media] = {}
    for each in asked:
        if each.media_id is not None:
            media = by_id.get(each.media_id)
        else:
            known = (by_digest.get(pair) for pair in each.digests.known())
            content = (each.digests, each.pdq.value if each.pdq else None)
            media = next(filter(None, known), None) or made.get(content)
            if media is None:
                media = made[content] = _hash_only(each, entropy, now)
                referred.new.append(media)
        if media is not None:
            referred.found[each] = _confirmed(media, each, referred)
    return referred


def _by_digest(reader: Reader, asked: Iterable[MediaReference]) -> dict[tuple[str, str], Media]:
    pairs = {pair for each in asked if each.media_id is None for pair in each.digests.known()}
    found: dict[tuple[str, str], Media] = {}
    for signal_type in (SignalType.SHA256, SignalType.SHA1, SignalType.MD5):
        values = [value for name, value in pairs if name == signal_type.value]
        for media in reader.media_by_digest(signal_type, values) if values else ():
            found[signal_type.value, getattr(media.digests, signal_type.value)] = media
    return found


def _hash_only(reference: MediaReference, entropy: Entropy, now: datetime) -> Media:
    return Media(
        id=MediaId(entropy.new_id("media")),
        digests=reference.digests,
        hashes=(reference.pdq,) if reference.pdq else (),
        scan=ScanState.HASH_ONLY,
        evidence=EvidenceState.PLATFORM_HOLD if reference.is_held_by_platform else EvidenceState.NONE,
        received_at=now,
    )


def _confirmed(media: Media, reference: MediaReference, referred: Referred) -> Media:
    if reference.is_held_by_platform and media.evidence is EvidenceState.NONE:
        before, media = media, replace(media, evidence=EvidenceState.PLATFORM_HOLD)
        referred.updates.append(MediaUpdate(media, before=before))
    return media
