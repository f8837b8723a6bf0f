"""Find what a question is about, as far as anybody may look at it now (P12)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tutela.core.classifying.spec import ClassifierSpec, Kind
from tutela.core.classifying.verdicts import Asked, Content, Digest, DigestKind, Image, Input, Text
from tutela.core.content import EvidenceState, Media
from tutela.core.event_facts import technique_asked
from tutela.core.ids import MediaId
from tutela.core.operator import OperatorProfile, may_use
from tutela.errors import VaultError
from tutela.ports.classifiers import Request
from tutela.ports.clock import Clock
from tutela.ports.store import Store
from tutela.ports.vault import Vault

_DIGESTS: Mapping[Kind, tuple[DigestKind, ...]] = {
    Kind.ARACHNID_SHIELD: (DigestKind.PDQ,),
    Kind.SAFER: (DigestKind.MD5,),
    Kind.GENERIC_JSON: (DigestKind.SHA256, DigestKind.MD5, DigestKind.PDQ),
}
"""Which hash a classifier is sent where there are no bytes. PhotoDNA takes edge hashes, which nothing here makes."""

UnsealText = Callable[[Request], str]
"""Open the text of a question. Raises `tutela.errors.KeyMissing` where its day is over."""


@dataclass(frozen=True, slots=True)
class StoredContents:
    """Find contents; see `ports.classifiers.Contents`."""

    specs: Mapping[str, ClassifierSpec]
    store: Store
    vault: Vault
    unseal: UnsealText
    profile: Callable[[], OperatorProfile]
    clock: Clock

    def asked(self, request: Request) -> Asked | None:
        """Return the content with its channel and whether there is a basis; none when it is gone."""
        spec = self.specs.get(request.classifier_id)
        content = None if spec is None else self._content(request, spec)
        if spec is None or content is None:
            return None
        origin = request.origin
        technique = technique_asked(request.about.value)
        has_basis = may_use(technique, origin.channel, origin.regions, self.profile().bases, self.clock.now())
        seconds = spec.limits.timeout_seconds
        return Asked(content, origin.channel.kind, origin.channel.is_encrypted, has_basis, seconds)

    def _content(self, request: Request, spec: ClassifierSpec) -> Content | None:
        try:
            if request.about is Input.TEXT:
                return None if request.sealed is None else Text(self.unseal(request))
            return self._picture(MediaId(request.content_ref), spec)
        except VaultError:
            return None

    def _picture(self, media_id: MediaId, spec: ClassifierSpec) -> Content | None:
        with self.store.read() as reader:
            media = reader.media_by_id([media_id]).get(media_id)
        if media is None:
            return None
        return (self._bytes(media, spec) if Input.IMAGE in spec.takes else None) or _hash(media, spec)

    def _bytes(self, media: Media, spec: ClassifierSpec) -> Image | None:
        """Return the picture as it was received. What is sealed as evidence is opened for nobody but a person."""
        is_picture = (media.media_type or "").startswith("image/")
        if media.content_id is None or media.evidence is not EvidenceState.RECEIVED or not is_picture:
            return None
        most = spec.limits.content_bytes
        if self.vault.manifest(media.content_id).size_bytes > most:
            return Image(bytes(most + 1), "")  # told as too large, and never sent
        return Image(b"".join(self.vault.read(media.content_id)), media.media_type or "")


def _hash(media: Media, spec: ClassifierSpec) -> Digest | None:
    if Input.DIGEST not in spec.takes:
        return None
    known = {DigestKind.SHA256: media.digests.sha256, DigestKind.MD5: media.digests.md5}
    known[DigestKind.PDQ] = media.hashes[0].hex if media.hashes else None
    found = ((kind, known.get(kind)) for kind in _DIGESTS.get(spec.kind, ()))
    return next((Digest(kind, value) for kind, value in found if value), None)
