"""Read who has seen what, and take grants back."""

from dataclasses import dataclass

from tutela.core.content import Media
from tutela.core.ids import MediaId, PersonId
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import demand_session
from tutela.core.view_log import LoggedView, metadata_was_seen, seen_whole_by
from tutela.core.views import Purpose
from tutela.errors import Forbidden, GrantNotYours, UnknownView
from tutela.flows.inspect_media import InspectMedia
from tutela.flows.view_tokens import ViewTokens
from tutela.ports.clock import Clock
from tutela.ports.views import ViewFilter, Views


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be said about who has seen a content."""

    media: Media
    whole_by: frozenset[PersonId]  #: who was sent all of it at full size: the basis of `viewed_by_esp`
    was_metadata_seen: bool


@dataclass(frozen=True, slots=True)
class KeepViews:
    """Read the log of views, and end grants."""

    views: Views
    inspect: InspectMedia
    tokens: ViewTokens
    clock: Clock

    def page(self, principal: Principal, wanted: ViewFilter) -> list[LoggedView]:
        """Return views, newest first, with what was sent by each.

        Raises:
            tutela.errors.Forbidden: It is not theirs to read; a service's key never may.
        """
        demand(principal, "audit")
        if principal.person_id is None and not principal.is_at_machine:
            raise Forbidden("who has seen evidence is told to people, and this takes the scope audit", place="session")
        return self.views.page(wanted)

    def seen(self, principal: Principal, media_id: MediaId) -> Seen:
        """Return who was sent all of a content.

        Raises:
            tutela.errors.Forbidden: As for a page.
            tutela.errors.UnknownMedia: There is none of this id.
        """
        self.page(principal, ViewFilter(limit=0))
        return self.seen_of(self.inspect.media(media_id))

    def seen_of(self, media: Media) -> Seen:
        """Return who was sent all of *media*: what a report to the authority states."""
        log = self.views.log_of(media.id, (Purpose.FULL_LOOK, Purpose.METADATA))
        return Seen(media, seen_whole_by(log, media), metadata_was_seen(log))

    def give_back(self, principal: Principal, token: str) -> None:
        """End a grant of one's own: what is still on its way to the screen is broken off.

        Raises:
            tutela.errors.Forbidden: A key asks, or somebody who may not see evidence.
            tutela.errors.UnknownView: There is no such grant.
            tutela.errors.GrantNotYours: It is somebody else's.
        """
        demand(principal, "evidence")
        person_id, _ = demand_session(principal)
        grant = self.views.find(self.tokens.mark(token))
        if grant is None:
            raise UnknownView(place="token")
        if grant.person_id != person_id:
            raise GrantNotYours(place="token")
        self.views.revoke(grant, person_id, self.clock.now())

    def revoke(self, principal: Principal, view_id: str) -> bool:
        """End anybody's grant; return whether it was still there to be ended.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownView: There is no such grant.
        """
        demand(principal, "people")
        grant = self.views.grant(view_id)
        if grant is None:
            raise UnknownView(place="id")
        return self.views.revoke(grant, principal.id, self.clock.now())
