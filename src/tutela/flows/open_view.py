"""Open a granted view, once, and send what it is for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from tutela.core.content import Media
from tutela.core.file_types import SNIFFED_BYTES, UNKNOWN, shown_type
from tutela.core.ids import PersonId
from tutela.core.permissions import Principal, demand
from tutela.core.ranges import UnsatisfiableError, part_asked
from tutela.core.sessions import demand_session
from tutela.core.view_log import Span
from tutela.core.views import (
    Grant,
    MediaState,
    Purpose,
    Rendition,
    ViewLimits,
    check_proof,
    check_use,
    is_no_picture,
    rendition_of,
)
from tutela.errors import GrantRefused, GrantRevoked, GrantUsed, NoSuchRendition, RangeOutside, TutelaError, UnknownView
from tutela.flows.inspect_media import InspectMedia
from tutela.flows.view_tokens import ViewTokens
from tutela.ports.clock import Clock
from tutela.ports.renderer import Animated, Picture, Renderer
from tutela.ports.vault import Manifest, Vault
from tutela.ports.views import Opening, Views

SENT_BYTES = 64 * 1024
"""How a rendition is cut: as the vault cuts an original."""


@dataclass(frozen=True, slots=True)
class PartAsked:
    """Which part a request asks for, as its headers say."""

    range: str | None = None
    if_range: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A view on its way to whoever asked. Nothing of it was sent yet."""

    grant: Grant
    media: Media
    rendition: Rendition
    media_type: str
    size_bytes: int | None  #: of the whole, in this form; none where only drawing it would tell
    span: Span | None  #: the part to send; none for the whole
    pieces: Iterator[bytes] = field(default_factory=lambda: iter(()), repr=False)

    @property
    def etag(self) -> str:
        """Return what names exactly these bytes: of one grant, since nobody keeps them."""
        return f'"{self.grant.id}"'

    @property
    def is_inline(self) -> bool:
        """Return whether a browser may show it; the others are handed over as a file."""
        return self.media_type != UNKNOWN


@dataclass(frozen=True, slots=True)
class OpenView:
    """Open views."""

    views: Views
    inspect: InspectMedia
    vault: Vault
    renderer: Renderer
    tokens: ViewTokens
    limits: ViewLimits
    clock: Clock

    def look_ahead(self, principal: Principal, token: str, asked: PartAsked) -> Opened:
        """Return what opening would send. It opens nothing, and is no use of the grant.

        Raises:
            tutela.errors.TutelaError: As opening does.
        """
        grant, media, manifest = self._checked(principal, token)
        rendition = self._rendition(grant, media)
        if rendition is Rendition.ORIGINAL:
            return self._original(grant, media, manifest, asked)
        return Opened(grant, media, rendition, "image/jpeg", None, None)

    def __call__(self, principal: Principal, token: str, asked: PartAsked) -> Opened:
        """Open it, and enter that in the audit before anything is sent.

        Raises:
            tutela.errors.Forbidden: A key asks, or somebody who may not see evidence.
            tutela.errors.MustProve: The last proof of who asks is too old for a first use.
            tutela.errors.UnknownView: There is no such grant.
            tutela.errors.GrantRefused: It is used, shared, expired or taken back; each is a class of its own.
            tutela.errors.RangeOutside: The part that is asked for is not in it.
            tutela.errors.NothingToSee: It cannot be opened; each state is a class of its own.
        """
        grant, media, manifest = self._checked(principal, token)
        rendition = self._rendition(grant, media)
        if rendition is not Rendition.ORIGINAL:
            drawn = self._drawn(grant, media, rendition)
            if drawn is not None:
                return self._open_drawn(grant, media, rendition, drawn)
        opened = self._original(grant, media, manifest, asked)
        first = self._first_piece(opened)
        opening = Opening(Rendition.ORIGINAL, manifest.size_bytes, manifest.digests.sha256, media.width, media.height)
        grant = self._begin(grant, opening)
        return replace(opened, grant=grant, pieces=chain(first, opened.pieces))

    def check(self, principal: Principal, opened: Opened) -> None:
        """Refuse to send more of what may not be seen any more. Asked every few pieces of a long answer.

        Raises:
            tutela.errors.Forbidden: The role is gone, or the session is another one.
            tutela.errors.GrantRefused: The grant was taken back, or its use is over.
        """
        demand(principal, "evidence")
        grant = self.views.grant(opened.grant.id)
        if grant is None or grant.revoked_at is not None:
            raise GrantRevoked(place="token")
        if grant.is_over(self.clock.now()):
            raise GrantUsed(place="token")

    def sent(self, opened: Opened, span: Span) -> None:
        """Note what was sent: after it was, so that a fall between the two claims too little and never too much."""
        self.views.sent(opened.grant.id, span)

    def cut(self, opened: Opened, because: TutelaError) -> None:
        """Enter that an answer was broken off, and why."""
        self.views.refused(opened.grant, opened.grant.person_id, _word(because))

    def _checked(self, principal: Principal, token: str) -> tuple[Grant, Media, Manifest]:
        demand(principal, "evidence")
        person_id, session_id = demand_session(principal)
        grant = self.views.find(self.tokens.mark(token))
        if grant is None:
            raise UnknownView(place="token")
        now = self.clock.now()
        try:
            check_use(grant, person_id, session_id, now)
        except GrantRefused as refused:
            self._refused(grant, person_id, refused)
            raise
        if grant.opened_at is None:
            check_proof(principal.proven_at, now, self.limits)
        media = self.inspect.media(grant.media_id)
        return grant, media, self.inspect(media)

    def _rendition(self, grant: Grant, media: Media) -> Rendition:
        asked = rendition_of(grant.purpose, media, draws_films=self.renderer.draws_films)
        return grant.rendition or asked or Rendition.ORIGINAL

    def _refused(self, grant: Grant, person_id: PersonId, refused: GrantRefused) -> None:
        self.views.refused(grant, person_id, _word(refused))

    def _original(self, grant: Grant, media: Media, manifest: Manifest, asked: PartAsked) -> Opened:
        size = manifest.size_bytes
        with self.inspect.watched(media):
            head = b"".join(self.vault.read(manifest.content_id, start=0, end=SNIFFED_BYTES))
        opened = Opened(grant, media, Rendition.ORIGINAL, shown_type(head), size, None)
        try:
            span = part_asked(asked.range, asked.if_range, opened.etag, size)
        except UnsatisfiableError:
            raise RangeOutside(size) from None
        return replace(opened, span=span, pieces=self._read(media, manifest, span))

    def _read(self, media: Media, manifest: Manifest, span: Span | None) -> Iterator[bytes]:
        with self.inspect.watched(media):
            if span is None:
                yield from self.vault.read(manifest.content_id)
                self.inspect.was_read(media)
            else:
                yield from self.vault.read(manifest.content_id, start=span.start, end=span.end)

    def _first_piece(self, opened: Opened) -> list[bytes]:
        """Fetch the first piece: what cannot be read is told as an error, and uses nothing up."""
        return [piece for piece in [next(opened.pieces, b"")] if piece]

    def _drawn(self, grant: Grant, media: Media, rendition: Rendition) -> Picture | None:
        """Return the picture as it is shown, or none where the file itself is to be sent.

        Raises:
            tutela.errors.MediaBroken: It cannot be drawn, and only a small form of it was granted.
        """
        mark = replace(grant, opened_at=self.clock.now()).mark
        content_id = media.content_id or ""
        with self.inspect.watched(media):
            content = (media.size_bytes or 0, lambda: self.vault.read(content_id))
            drawn = self.renderer.render(content, rendition, mark)
        if isinstance(drawn, Picture):
            self.inspect.was_drawn(media)
            return drawn
        if drawn is None and rendition is Rendition.FILTERED and is_no_picture(media):
            # A text, a sound, or a film that no decoder here knows: nothing is wrong with it, and nothing was used up.
            raise NoSuchRendition(place="purpose", remedy=f"Ask for a {Purpose.FULL_LOOK.value}.")
        if not isinstance(drawn, Animated):
            broken = self.inspect.found(media, MediaState.BROKEN)
            if grant.purpose is not Purpose.FULL_LOOK:
                raise broken
        return None

    def _open_drawn(self, grant: Grant, media: Media, rendition: Rendition, drawn: Picture) -> Opened:
        size = len(drawn.jpeg)
        opening = Opening(rendition, size, media.digests.sha256, drawn.width, drawn.height)
        grant = self._begin(grant, opening)
        return Opened(grant, media, rendition, "image/jpeg", size, None, iter(_cut_up(drawn.jpeg)))

    def _begin(self, grant: Grant, opening: Opening) -> Grant:
        """Open the grant, or go on with one that this session has opened a moment ago."""
        if grant.opened_at is not None:
            return grant
        now = self.clock.now()
        opened = self.views.open(grant, opening, now, now + self.limits.use.delta)
        if opened is not None:
            return opened
        after = self.views.grant(grant.id) or grant
        try:
            check_use(after, grant.person_id, grant.session_id, now)
        except GrantRefused as refused:
            self._refused(after, grant.person_id, refused)
            raise
        return after


def _cut_up(content: bytes) -> Iterable[bytes]:
    return (content[at : at + SENT_BYTES] for at in range(0, len(content), SENT_BYTES))


def _word(error: TutelaError) -> str:
    """Return the name of an error as the audit holds it."""
    return type(error).__name__
