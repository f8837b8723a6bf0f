"""What enrolling a passkey and enrolling codes have in common: who may, and what follows."""

from dataclasses import dataclass

from tutela.core.people import Factor, Person
from tutela.core.permissions import Principal
from tutela.core.sessions import EndBecause, demand_proof, demand_session
from tutela.core.visitors import Visitor
from tutela.errors import Conflict, Unauthenticated
from tutela.ports.clock import Clock
from tutela.ports.people import Factors, People, Sessions


@dataclass(frozen=True, slots=True)
class Enrol:
    """Let people change by what they prove who they are."""

    people: People
    factors: Factors
    sessions: Sessions
    clock: Clock

    def who(self, principal: Principal) -> Person:
        """Return the person whose ways in are to change.

        Raises:
            tutela.errors.Forbidden: A key asks: it is nobody who could hold a device.
            tutela.errors.MustProve: The last proof is too old: a browser left open gives nobody a way in of their own.
        """
        person_id, _ = demand_session(principal)
        demand_proof(principal, self.clock.now())
        person = self.people.person(person_id)
        if person is None or person.ended_at is not None:
            raise Unauthenticated
        return person

    def enrolled(self, principal: Principal, visitor: Visitor, factor: Factor) -> None:
        """Count the new factor as a proof in this session, and end those that began without it."""
        person_id, session_id = demand_session(principal)
        self.sessions.proven(session_id, visitor, self.clock.now(), factor)
        self.sessions.end(person_id, EndBecause.CREDENTIALS, principal.id, but=session_id)

    def check_removal(self, person: Person, *, leaves: int) -> None:
        """Refuse to take the last second factor from somebody whose roles ask for one.

        Raises:
            tutela.errors.Conflict: It is the last one.
        """
        if leaves == 0 and (person.must_have_second_factor or not (person.has_password or person.has_provider)):
            raise Conflict("this is the last one, and one is needed", place="factor", remedy="Enrol another one first.")

    def removed(self, principal: Principal) -> None:
        """End every other session: it may be why the factor was removed."""
        person_id, session_id = demand_session(principal)
        self.sessions.end(person_id, EndBecause.CREDENTIALS, principal.id, but=session_id)
