"""Draw evidence in child processes; see `ports.renderer`. What a child answers is trusted no more than its content."""

import json
import queue
import sys
import threading
from typing import Any, Final

import structlog

from tutela.adapters.media.drawing_child import MODULE
from tutela.adapters.media.film import HAS_FILM
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.process import Child, ChildDiedError, ChildTooSlowError
from tutela.core.picture_metadata import MAX_TAGS, MAX_VALUE_CHARACTERS, Location, PictureMetadata
from tutela.core.views import Rendition
from tutela.errors import ScannerUnavailable
from tutela.ports.renderer import Animated, Content, Picture

_log = structlog.get_logger(__name__)

CHILDREN: Final = 2
"""People look at one thing at a time; there are few of them."""

TRIES: Final = 2
"""A child may have died of something else than this content; twice is no accident."""

MAX_PICTURE_BYTES: Final = 256 * 1024 * 1024
_JPEG: Final = b"\xff\xd8\xff"


class ChildRenderer:
    """Two children at most, started when first needed, each ended when it fails or has done enough."""

    def __init__(self, limits: Limits | None = None, interpreter: str = sys.executable) -> None:
        """Prepare; nothing is started yet."""
        self._limits, self._interpreter = limits or Limits(), interpreter
        self._closing = threading.Lock()
        self._is_closed = False
        self._places: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(CHILDREN):
            self._places.put(None)

    @property
    def draws_films(self) -> bool:
        """Return whether PyAV is installed."""
        return HAS_FILM

    def render(self, content: Content, rendition: Rendition, mark: str) -> Picture | Animated | None:
        """Return *content* as it is shown, with *mark* across it."""
        line, picture = self._ask(content, {"what": rendition.value, "mark": mark})
        if not isinstance(line, dict):
            return None
        numbers = [line.get(name) for name in ("width", "height", "frames")]
        width, height, frames = (each if type(each) is int else 0 for each in numbers)
        if min(width, height, frames) < 1:
            return None
        if not picture and frames > 1:
            return Animated(frames)
        return Picture(picture, width, height) if picture.startswith(_JPEG) else None

    def metadata(self, content: Content) -> PictureMetadata | None:
        """Return what the file says of its making."""
        line, _ = self._ask(content, {"what": "metadata"})
        if not isinstance(line, dict):
            return None
        tags, place = line.get("tags"), line.get("place")
        if not isinstance(tags, list):
            return None
        pairs = [tuple(each) for each in tags[:MAX_TAGS] if isinstance(each, list) and len(each) == 2]  # noqa: PLR2004 - a pair
        told = tuple((str(name)[:MAX_VALUE_CHARACTERS], str(value)[:MAX_VALUE_CHARACTERS]) for name, value in pairs)
        return PictureMetadata(told, _location(place))

    def close(self) -> None:
        """Wait for what is under way and end the children; harmless when repeated."""
        self._is_closed = True
        with self._closing:
            for child in [self._places.get() for _ in range(CHILDREN)]:
                if child is not None:
                    child.end()
            for _ in range(CHILDREN):
                self._places.put(None)

    def _ask(self, content: Content, asked: dict[str, str]) -> tuple[Any, bytes]:
        if not 0 < content[0] <= self._limits.max_bytes:
            return None, b""
        for _ in range(TRIES):
            try:
                return self._ask_once(content, asked)
            except (ChildDiedError, ChildTooSlowError, ValueError) as error:
                _log.warning("drawing_child_replaced", error_type=type(error).__name__)
                if not isinstance(error, ChildDiedError):
                    break
        return None, b""

    def _ask_once(self, content: Content, asked: dict[str, str]) -> tuple[Any, bytes]:
        size_bytes, pieces = content
        child = self._places.get()
        kept: Child | None = None
        try:
            child = self._living(child)
            head = json.dumps(asked).encode()
            messages = [(len(head), [head]), (size_bytes, pieces())]
            answered = child.ask_in_pieces(messages, self._limits.timeout_seconds, MAX_PICTURE_BYTES)
            kept = child if child.scans < self._limits.images_per_child else None
            line, _, rest = answered.partition(b"\n")
            return json.loads(line), rest
        finally:
            if kept is None and child is not None:
                child.end()
            self._places.put(kept)

    def _living(self, child: Child | None) -> Child:
        if self._is_closed:
            raise ScannerUnavailable("The renderer is closed.")
        if child is not None and child.is_alive:
            return child
        if child is not None:
            child.end()
        try:
            return Child(self._interpreter, self._limits, module=MODULE)
        except (OSError, ChildDiedError, ChildTooSlowError) as error:
            remedy = "Check that the interpreter of this installation can be started, and that memory is left."
            raise ScannerUnavailable(place="media renderer", remedy=remedy) from error


def _location(place: Any) -> Location | None:
    if not isinstance(place, list) or len(place) != 2 or not all(isinstance(each, int | float) for each in place):  # noqa: PLR2004 - a pair
        return None
    latitude, longitude = (float(each) for each in place)
    return Location(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None  # noqa: PLR2004 - of the globe
