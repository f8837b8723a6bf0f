"""Turning evidence into what a person is shown, in a process that may die."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tutela.core.picture_metadata import PictureMetadata
from tutela.core.views import Rendition

Content = tuple[int, Callable[[], Iterable[bytes]]]
"""How long it is, and its bytes piece by piece, as they are asked for."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is shown: pixels only, without anything that the file said beside them."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Animated:
    """It is more than one picture, so that no single one shows all of it."""

    frames: int


class Renderer(Protocol):
    """Decode and draw. Never raises for bad content: that it cannot be decoded is an answer, none."""

    @property
    def draws_films(self) -> bool:
        """Return whether a film is drawn as a grid of stills; else only pictures are drawn."""
        ...

    def render(self, content: Content, rendition: Rendition, mark: str) -> Picture | Animated | None:
        """Return *content* as it is shown, with *mark* across it; `Animated` only where a full picture is asked for.

        Raises:
            tutela.errors.ScannerUnavailable: No child can be started; nothing is known about the content.
        """
        ...

    def metadata(self, content: Content) -> PictureMetadata | None:
        """Return what the file says of its making; none when it cannot be read.

        Raises:
            tutela.errors.ScannerUnavailable: No child can be started; nothing is known about the content.
        """
        ...

    def close(self) -> None:
        """End the children."""
        ...
