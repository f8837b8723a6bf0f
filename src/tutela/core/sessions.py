"""Sessions: how long they live, what they are bound to, and what they let their person do at this moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import PersonId, SessionId
from tutela.core.people import Person
from tutela.core.permissions import Principal, scopes_of
from tutela.core.units import Duration
from tutela.core.visitors import Visitor
from tutela.errors import Forbidden, MustProve

IDLE = Duration(minutes=30)
"""A session that nobody used for so long has ended. Source: NIST SP 800-63B, 2.2.3, at most an hour."""

ABSOLUTE = Duration(hours=10)
"""No session outlives a working day, however busy. Source: NIST SP 800-63B, 2.2.3, at most 24 hours."""

PROVEN_FOR = Duration(minutes=5)
"""For how long a proof is fresh enough for a view of evidence, an export, or another person's roles."""

SEEN_EVERY = Duration(minutes=1)
"""How exactly the last use is written down: a write for each request would cost more than it tells."""


class EndBecause(StrEnum):
    """Why a session is over before its time."""

    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"  #: by its person or an administrator
    REPLACED = "replaced"  #: its browser signed in anew
    OTHER_BROWSER = "other_browser"  #: its secret came from another browser: it was stolen
    CREDENTIALS = "credentials"  #: a way in of its person was changed or taken away
    PERSON_ENDED = "person_ended"


class Hold(StrEnum):
    """What a session is good for at this moment."""

    FULL = "full"
    MUST_ENROL = "must_enrol"  #: the roles ask for a passkey or codes, and there is none yet
    MUST_PROVE = "must_prove"  #: a second factor exists and was not shown, or the network is another one
    ENDED = "ended"
    STOLEN = "stolen"  #: another browser sent it: it must be ended


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in, in one browser."""

    id: SessionId
    person_id: PersonId
    created_at: datetime
    seen_at: datetime
    proven_at: datetime  #: when its person last proved who they are
    is_strong: bool  #: whether by a passkey or a code, and not by a password alone
    visitor: Visitor  #: as whom it was opened, or last proved
    ended_at: datetime | None = None
    ended_because: EndBecause | None = None

    def is_live(self, now: datetime) -> bool:
        """Return whether it has neither been ended nor run out."""
        is_young = now < self.created_at + ABSOLUTE.delta
        return self.ended_at is None and is_young and now < self.seen_at + IDLE.delta

    def ends_at(self) -> datetime:
        """Return when it ends by itself if nobody uses it any more."""
        return min(self.created_at + ABSOLUTE.delta, self.seen_at + IDLE.delta)


def hold_of(session: Session, person: Person, visitor: Visitor, now: datetime) -> Hold:
    """Return what *session* is good for when *visitor* sends it now. Asked at every request, of what is stored."""
    if not session.is_live(now) or person.ended_at is not None:
        return Hold.ENDED
    if session.visitor.browser != visitor.browser:
        return Hold.STOLEN
    if session.visitor.network != visitor.network:
        return Hold.MUST_PROVE
    if session.is_strong or not (person.must_have_second_factor or person.has_second_factor):
        return Hold.FULL
    return Hold.MUST_PROVE if person.has_second_factor else Hold.MUST_ENROL


def principal_of(session: Session, person: Person, hold: Hold) -> Principal:
    """Return who asks: with all that the roles allow now, or with nothing while something is still to be done."""
    scopes = scopes_of(person.roles) if hold is Hold.FULL else frozenset[str]()
    # Whoever has come to a stranger's network with it has proved nothing there, however lately it was done elsewhere.
    proven_at = session.proven_at if hold in {Hold.FULL, Hold.MUST_ENROL} else None
    return Principal(person.id, scopes, person.id, session.id, proven_at)


def demand_session(principal: Principal) -> tuple[PersonId, SessionId]:
    """Refuse whoever is not a person in a session: what is one's own is kept by oneself, never by a key.

    Raises:
        tutela.errors.Forbidden: A key asks, or the command line.
    """
    if principal.person_id is None or principal.session_id is None:
        raise Forbidden("this is done by a person who is signed in", place="session", remedy="Sign in at /console.")
    return principal.person_id, principal.session_id


def demand_proof(principal: Principal, now: datetime) -> None:
    """Refuse whoever has not proved a moment ago who they are; keys never have, and the command line always has.

    Raises:
        tutela.errors.MustProve: The last proof is too old, or there was none.
    """
    if principal.is_at_machine:
        return
    if principal.proven_at is None or now >= principal.proven_at + PROVEN_FOR.delta:
        raise MustProve(place="session", remedy="Prove who you are at /console/prove, and ask again.")
