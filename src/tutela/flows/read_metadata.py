"""Read what a file says of its making: on request, under one's own name, and logged before it is told."""

from dataclasses import dataclass, replace

from tutela.core.content import Media
from tutela.core.ids import MediaId, ViewId
from tutela.core.permissions import Principal, demand
from tutela.core.picture_metadata import Location, PictureMetadata
from tutela.core.sessions import demand_session
from tutela.core.views import RENDERED_MAX_BYTES, Grant, Purpose, ViewLimits, ViewReason, check_proof
from tutela.errors import NoSuchRendition
from tutela.flows.inspect_media import InspectMedia
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.renderer import Renderer
from tutela.ports.vault import Vault
from tutela.ports.views import Views


@dataclass(frozen=True, slots=True)
class MetadataRead:
    """What was told, and under which view it is logged."""

    view_id: ViewId
    media: Media
    metadata: PictureMetadata
    is_exact: bool


@dataclass(frozen=True, slots=True)
class ReadMetadata:
    """Read metadata."""

    views: Views
    inspect: InspectMedia
    vault: Vault
    renderer: Renderer
    limits: ViewLimits
    clock: Clock
    entropy: Entropy

    def __call__(
        self, principal: Principal, media_id: MediaId, reason: ViewReason, *, is_exact: bool = False
    ) -> MetadataRead:
        """Read it; the place is told to about ten kilometres unless it is asked for exactly.

        Raises:
            tutela.errors.Forbidden: A key asks, or somebody who may not read it.
            tutela.errors.MustProve: The last proof of who asks is too old.
            tutela.errors.UnknownMedia: There is none of this id.
            tutela.errors.NoSuchRendition: It is no picture that can be read here.
            tutela.errors.NothingToSee: It cannot be opened.
        """
        demand(principal, "metadata")
        person_id, session_id = demand_session(principal)
        now = self.clock.now()
        check_proof(principal.proven_at, now, self.limits)
        media = self.inspect.media(media_id)
        manifest = self.inspect(media)
        metadata = self._read(media) if manifest.size_bytes <= RENDERED_MAX_BYTES else None
        if metadata is None:
            raise NoSuchRendition("this content says nothing of its making that can be read here", place="id")
        grant = Grant(
            id=ViewId(self.entropy.new_id("view")), person_id=person_id, session_id=session_id, media_id=media.id,
            case_id=None, purpose=Purpose.METADATA, reason=reason, granted_at=now, expires_at=now, opened_at=now,
            ends_at=now,
        )  # fmt: skip
        self.views.looked_at_metadata(grant, media.digests.sha256, is_exact=is_exact)
        told = metadata if is_exact else replace(metadata, location=_coarse(metadata.location))
        return MetadataRead(grant.id, media, told, is_exact)

    def _read(self, media: Media) -> PictureMetadata | None:
        content_id = media.content_id or ""
        with self.inspect.watched(media):
            return self.renderer.metadata((media.size_bytes or 0, lambda: self.vault.read(content_id)))


def _coarse(location: Location | None) -> Location | None:
    return None if location is None else location.coarse
