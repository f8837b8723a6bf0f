"""Begin a session: always under a new secret, whatever the browser brought along."""

from dataclasses import dataclass, field

from tutela.core.ids import PersonId, SessionId
from tutela.core.people import Factor, Person
from tutela.core.sessions import Session
from tutela.core.visitors import Visitor
from tutela.flows.door_secrets import DoorSecrets
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.people import Opening, Sessions


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser, with what it brought along."""

    visitor: Visitor
    device: str = field(default="", repr=False)  #: secret by which it may be known here
    session: str = field(default="", repr=False)  #: secret of the session it had: ended by a new one


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun. Both secrets go into cookies, and nowhere else."""

    person: Person
    session: Session
    secret: str = field(repr=False)
    device: str | None = field(default=None, repr=False)  #: secret of a browser that was not known before


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Begin sessions."""

    sessions: Sessions
    clock: Clock
    entropy: Entropy
    secrets: DoorSecrets

    def __call__(self, person: Person, factors: tuple[Factor, ...], arrival: Arrival) -> SignedIn:
        """Begin a session of somebody who has proved who they are by *factors*."""
        now = self.clock.now()
        is_strong = any(factor.is_strong for factor in factors)
        session = Session(
            SessionId(self.entropy.new_id("session")), person.id, now, now, now, is_strong, arrival.visitor
        )
        secret, mark = self.secrets.new()
        device_id, new_device, device_mark = self.known_device(arrival, person.id), None, None
        if device_id is None:
            device_id = self.entropy.new_id("device")
            new_device, device_mark = self.secrets.new()
        replaces = self.secrets.mark(arrival.session) if arrival.session else None
        self.sessions.open(Opening(session, mark, factors, replaces, device_id, device_mark))
        return SignedIn(person, session, secret, new_device)

    def known_device(self, arrival: Arrival, person_id: PersonId | None) -> str | None:
        """Return which browser of this person it is, or none when it is not known as theirs."""
        if not arrival.device or person_id is None:
            return None
        found = self.sessions.device(self.secrets.mark(arrival.device))
        return found[0] if found is not None and found[1] == person_id else None
