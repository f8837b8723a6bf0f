"""Invite people: a link that is opened once by whoever it is handed to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tutela.core.ids import PersonId
from tutela.core.people import (
    Factor,
    Invitation,
    Person,
    checked_login,
    checked_name,
    checked_password,
    checked_roles,
    invitation_ends,
)
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import demand_proof
from tutela.errors import WrongProof
from tutela.flows.door_secrets import DoorSecrets
from tutela.flows.open_session import Arrival, OpenSession, SignedIn
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.people import Access, People
from tutela.ports.proofs import Passwords


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who may come in, and the secret of the link, which is never shown again."""

    person: Person
    invitation: Invitation
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invite:
    """Invite people, and let them come in."""

    people: People
    passwords: Passwords
    open_session: OpenSession
    clock: Clock
    entropy: Entropy
    secrets: DoorSecrets

    def __call__(self, principal: Principal, login: str, name: str, roles: Iterable[str]) -> Invited:
        """Make an account and an invitation to it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.MustProve: The last proof is too old.
            tutela.errors.BadInput: Login, name or roles cannot be used.
            tutela.errors.Conflict: The login is taken.
        """
        demand(principal, "people")
        demand_proof(principal, self.clock.now())
        person = Person(
            PersonId(self.entropy.new_id("person")), checked_login(login), checked_name(name), checked_roles(roles),
            self.clock.now(),
        )  # fmt: skip
        invitation, secret, mark = self.new_invitation(person.id)
        self.people.add(person, invitation, mark, principal.id)
        return Invited(person, invitation, secret)

    def new_invitation(self, person_id: PersonId) -> tuple[Invitation, str, bytes]:
        """Return an invitation that is not stored yet, its secret, and the mark of that."""
        secret, mark = self.secrets.new()
        ends_at = invitation_ends(self.clock.now())
        return Invitation(self.entropy.new_id("invitation"), person_id, ends_at), secret, mark

    def look(self, secret: str) -> tuple[Invitation, Person]:
        """Return whom an open link invites.

        Raises:
            tutela.errors.WrongProof: It invites nobody (any more).
        """
        found = self.people.invitation(self.secrets.mark(secret))
        if found is None or not found[0].is_open(self.clock.now()) or found[1].ended_at is not None:
            told = "this invitation is over, or was opened before"
            raise WrongProof(told, place="invitation", remedy="Ask an administrator for a new one.")
        return found

    def accept(self, secret: str, password: str, arrival: Arrival) -> SignedIn:
        """Come in by a password of one's own.

        Raises:
            tutela.errors.WrongProof: The link invites nobody (any more).
            tutela.errors.BadInput: The password is too short or too plain.
        """
        _, person = self.look(secret)
        access = Access(password_hash=self.passwords.hash(checked_password(password, person.login)))
        return self.accept_as(secret, access, Factor.PASSWORD, arrival)

    def accept_as(self, secret: str, access: Access, factor: Factor, arrival: Arrival) -> SignedIn:
        """Come in by *access*; of two who open the link at once, one does.

        Raises:
            tutela.errors.WrongProof: The link invites nobody (any more).
            tutela.errors.Conflict: Somebody else is known by this identity.
        """
        invitation, person = self.look(secret)
        if not self.people.accept(invitation, access, self.clock.now()):
            raise WrongProof("this invitation was opened at this moment", place="invitation")
        return self.open_session(person, (factor,), arrival)
