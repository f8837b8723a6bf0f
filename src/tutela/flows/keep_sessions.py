"""Know sessions again at every request, list them, and end them."""

from dataclasses import dataclass, field
from datetime import timedelta

from tutela.core.people import Person
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import (
    ABSOLUTE,
    SEEN_EVERY,
    EndBecause,
    Hold,
    Session,
    demand_session,
    hold_of,
    principal_of,
)
from tutela.core.visitors import Visitor
from tutela.errors import Unauthenticated, UnknownPerson, UnknownSession
from tutela.flows.door_secrets import DoorSecrets
from tutela.ports.clock import Clock
from tutela.ports.people import Doorkeeper, People, Sessions

SESSION_COOKIE = "tutela_session"
CSRF_HEADER = "x-csrf-token"
KEPT_AFTER = timedelta(days=90)
"""How long ended sessions can be looked at, and a browser that is not used stays known."""


def cookie_name(name: str, *, is_behind_tls: bool) -> str:
    """Return the name of a cookie: under TLS one that no other host can set. Source: RFC 6265bis, 4.1.3.2."""
    return f"__Host-{name}" if is_behind_tls else name


@dataclass(frozen=True, slots=True)
class Held:
    """A session as it stands at this request."""

    session: Session
    person: Person
    hold: Hold
    principal: Principal
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeepSessions:
    """Keep sessions. Nothing of one is remembered between two requests, so whatever changes holds at the next one."""

    people: People
    sessions: Sessions
    doorkeeper: Doorkeeper
    clock: Clock
    secrets: DoorSecrets

    def check(self, secret: str, visitor: Visitor) -> Held:
        """Return the session of *secret* as it stands now.

        Raises:
            tutela.errors.Unauthenticated: There is none, or it is over; one that was stolen is ended by this.
        """
        now = self.clock.now()
        found = self.sessions.find(self.secrets.mark(secret))
        if found is None:
            raise Unauthenticated("nobody is signed in by this", place="session", remedy="Sign in at /console.")
        session, person = found
        hold = hold_of(session, person, visitor, now)
        if hold is Hold.STOLEN:
            self.sessions.end(person.id, EndBecause.OTHER_BROWSER, person.id, only=session.id)
        if hold in {Hold.STOLEN, Hold.ENDED}:
            raise Unauthenticated("nobody is signed in by this", place="session", remedy="Sign in at /console.")
        if now >= session.seen_at + SEEN_EVERY.delta:
            self.sessions.seen(session.id, now)
        return Held(session, person, hold, principal_of(session, person, hold), secret)

    def own(self, principal: Principal) -> list[Session]:
        """Return the sessions of whoever asks, newest first, those that are over in the last days included.

        Raises:
            tutela.errors.Forbidden: A key asks.
        """
        person_id, _ = demand_session(principal)
        return self.sessions.of_person(person_id, self.clock.now() - ABSOLUTE.delta)

    def revoke(self, principal: Principal, session_id: str) -> None:
        """End a session of one's own.

        Raises:
            tutela.errors.Forbidden: A key asks.
            tutela.errors.UnknownSession: There is no such open session of one's own.
        """
        person_id, own_id = demand_session(principal)
        because = EndBecause.SIGNED_OUT if session_id == own_id else EndBecause.REVOKED
        if not self.sessions.end(person_id, because, principal.id, only=session_id):
            raise UnknownSession(place="id")

    def revoke_others(self, principal: Principal) -> int:
        """End all sessions of one's own but this one; return how many.

        Raises:
            tutela.errors.Forbidden: A key asks.
        """
        person_id, own_id = demand_session(principal)
        return self.sessions.end(person_id, EndBecause.REVOKED, principal.id, but=own_id)

    def of_person(self, principal: Principal, person_id: str) -> list[Session]:
        """Return the sessions of somebody.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
            tutela.errors.UnknownPerson: There is nobody of this id.
        """
        demand(principal, "people")
        return self.sessions.of_person(self._person(person_id).id, self.clock.now() - ABSOLUTE.delta)

    def revoke_all(self, principal: Principal, person_id: str) -> int:
        """End all sessions of somebody; return how many. It needs no new proof: it only ever closes doors.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.UnknownPerson: There is nobody of this id.
        """
        demand(principal, "people")
        return self.sessions.end(self._person(person_id).id, EndBecause.REVOKED, principal.id)

    def forget(self) -> int:
        """Delete what has been over for long, and return how much; the audit keeps that it was."""
        now = self.clock.now()
        return self.sessions.forget_before(now - KEPT_AFTER) + self.doorkeeper.forget_before(now)

    def _person(self, person_id: str) -> Person:
        person = self.people.person(person_id)
        if person is None:
            raise UnknownPerson(place="id")
        return person
