"""Grant one look at one content of one case to one person in one session."""

from dataclasses import dataclass, field

from tutela.core.content import Media
from tutela.core.file_types import SNIFFED_BYTES, is_film, shown_type
from tutela.core.ids import CaseId, MediaId, ViewId
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import demand_session
from tutela.core.views import (
    HOLDERS_ONLY,
    RENDITIONS,
    Grant,
    Purpose,
    Rendition,
    ViewLimits,
    ViewReason,
    check_proof,
    rendition_of,
)
from tutela.errors import BadInput, NoSuchRendition, NotForYou, UnknownCase, UnknownMedia
from tutela.flows.inspect_media import InspectMedia
from tutela.flows.keep_exposure import KeepExposure
from tutela.flows.move_case import actor_of, shown_case
from tutela.flows.view_tokens import ViewTokens
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.vault import Manifest
from tutela.ports.views import CaseMedia, Views


@dataclass(frozen=True, slots=True)
class Granted:
    """A new grant with its token, which is told once and kept nowhere."""

    grant: Grant
    media: Media
    rendition: Rendition
    token: str = field(repr=False)
    is_played: bool = False  #: it is sent as it is, and a browser can play it


@dataclass(frozen=True, slots=True)
class GrantView:
    """Grant views."""

    views: Views
    inspect: InspectMedia
    tokens: ViewTokens
    limits: ViewLimits
    clock: Clock
    entropy: Entropy
    exposure: KeepExposure
    draws_films: bool = False  #: whether stills of a film can be drawn here

    def __call__(
        self, principal: Principal, case_id: CaseId, media_id: MediaId, purpose: Purpose, reason: ViewReason
    ) -> Granted:
        """Grant it, and enter it in the audit.

        Raises:
            tutela.errors.Forbidden: A key asks, or somebody who may not see evidence.
            tutela.errors.MustProve: The last proof of who asks is too old.
            tutela.errors.UnknownCase: There is no such case.
            tutela.errors.NotForYou: It is about an account of theirs; or they want to decide, and do not hold it.
            tutela.errors.CapReached: They have seen as much as a day may hold.
            tutela.errors.UnknownMedia: It does not lie in this case.
            tutela.errors.NoSuchRendition: What is no picture has no small form.
            tutela.errors.NothingToSee: It cannot be opened; nothing was granted.
        """
        demand(principal, "evidence")
        person_id, session_id = demand_session(principal)
        now = self.clock.now()
        check_proof(principal.proven_at, now, self.limits)
        self._check_case(principal, case_id, reason)
        self.exposure.check(principal)
        if purpose not in RENDITIONS:
            raise BadInput("what a file says of its making is asked for directly", place="purpose")
        media = self._in_case(case_id, media_id)
        head = self._head(media, self.inspect(media))
        rendition = rendition_of(purpose, media, draws_films=self.draws_films and is_film(head))
        if rendition is None:
            raise NoSuchRendition(place="purpose", remedy=f"Ask for a {Purpose.FULL_LOOK.value}.")
        grant = Grant(
            id=ViewId(self.entropy.new_id("view")), person_id=person_id, session_id=session_id, media_id=media.id,
            case_id=case_id, purpose=purpose, reason=reason, granted_at=now, expires_at=now + self.limits.grant.delta,
        )  # fmt: skip
        token = self.tokens.new()
        self.views.add(grant, self.tokens.mark(token))
        is_played = rendition is Rendition.ORIGINAL and shown_type(head).startswith("video/")
        return Granted(grant, media, rendition, token, is_played)

    def _head(self, media: Media, manifest: Manifest) -> bytes:
        """Return the first bytes of what is no picture; of a picture it is known what it is."""
        if media.width is not None:
            return b""
        with self.inspect.watched(media):
            return b"".join(self.inspect.vault.read(manifest.content_id, start=0, end=SNIFFED_BYTES))

    def has_small_form(self, media: Media) -> bool:
        """Return whether *media* may be looked at small, grey and blurred: a film is known once it is asked for."""
        return rendition_of(Purpose.LOOK, media, draws_films=self.draws_films) is not None

    def media_of(self, principal: Principal, case_id: CaseId) -> list[CaseMedia]:
        """Return the media of a case, each with what is wrong with it: one that cannot be opened is told as such.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
            tutela.errors.UnknownCase: There is no such case.
        """
        demand(principal, "cases")
        found = self.views.media_of_case(case_id)
        if found is None:
            raise UnknownCase(place="id")
        return found

    def _check_case(self, principal: Principal, case_id: CaseId, reason: ViewReason) -> None:
        """Whoever looks to decide holds the case: a queue is no place to look around in."""
        with self.inspect.store.read() as reader:
            case = shown_case(reader, case_id).case
            actor = actor_of(reader, principal)
        if case.account_id in actor.own_accounts:
            raise NotForYou("nobody looks at a case about an account of their own", place="case")
        if reason in HOLDERS_ONLY and case.holder_at(self.clock.now()) != actor.id:
            raise NotForYou("whoever looks to decide holds the case", place="case", remedy="Claim it first.")

    def _in_case(self, case_id: CaseId, media_id: MediaId) -> Media:
        found = self.views.media_of_case(case_id, media_id)
        if found is None:
            raise UnknownCase(place="id")
        if not found:
            raise UnknownMedia("this media does not lie in this case", place="media")
        return found[0].media
