"""Read what a sealed picture says of its making, for a report: by software, so that nobody has read it by that."""

from dataclasses import dataclass

import structlog

from tutela.core.content import Media
from tutela.core.picture_metadata import PictureMetadata
from tutela.core.views import RENDERED_MAX_BYTES
from tutela.errors import Unavailable, VaultError
from tutela.ports.renderer import Renderer
from tutela.ports.vault import Vault

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ReadMaking:
    """Read metadata, in the process that may die."""

    vault: Vault
    renderer: Renderer

    def __call__(self, media: Media) -> PictureMetadata | None:
        """Return what *media* says; none where it is no picture, too large, or cannot be read."""
        is_picture = (media.media_type or "").startswith("image/")
        size, content_id = media.size_bytes or 0, media.content_id
        if content_id is None or not is_picture or not 0 < size <= RENDERED_MAX_BYTES:
            return None
        try:
            return self.renderer.metadata((size, lambda: self.vault.read(content_id)))
        except (VaultError, Unavailable) as error:  # pre-flight reads the bytes back and says what is wrong with them
            _log.warning("making_unread", media=media.id, error_type=type(error).__name__)
            return None
