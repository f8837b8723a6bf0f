"""Keep who works here: list them, give other roles, let them go."""

from collections.abc import Iterable
from dataclasses import dataclass

from tutela.core.people import Person, checked_roles
from tutela.core.permissions import Principal, demand
from tutela.core.sessions import demand_proof
from tutela.errors import Refused, UnknownPerson
from tutela.ports.clock import Clock
from tutela.ports.people import People


@dataclass(frozen=True, slots=True)
class KeepPeople:
    """Keep people. Nobody changes what they themselves may do: another administrator does, or the command line."""

    people: People
    clock: Clock

    def all(self, principal: Principal) -> list[Person]:
        """Return everybody, oldest first, those who left included.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
        """
        demand(principal, "people")
        return self.people.all()

    def find(self, principal: Principal, person_id: str) -> Person:
        """Return somebody.

        Raises:
            tutela.errors.Forbidden: It is not theirs to see.
            tutela.errors.UnknownPerson: There is nobody of this id.
        """
        demand(principal, "people")
        return self._found(person_id)

    def change_roles(self, principal: Principal, person_id: str, roles: Iterable[str]) -> Person:
        """Give other roles; the person's next request is answered by them.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.MustProve: The last proof is too old.
            tutela.errors.Refused: It is oneself.
            tutela.errors.Conflict: Nobody would be left who gives roles.
            tutela.errors.UnknownPerson: There is nobody of this id, or they have left.
        """
        person, wanted = self._other(principal, person_id), checked_roles(roles)
        self.people.change_roles(person.id, wanted, principal.id)
        return self._found(person.id)

    def end(self, principal: Principal, person_id: str) -> Person:
        """Let somebody go: their sessions, tokens and ways in end at once. Irreversible.

        Who comes back is invited anew, as somebody else: what was decided before stays with who decided it.

        Raises:
            tutela.errors.Forbidden: It is not theirs to do.
            tutela.errors.MustProve: The last proof is too old.
            tutela.errors.Refused: It is oneself.
            tutela.errors.Conflict: Nobody would be left who gives roles.
            tutela.errors.UnknownPerson: There is nobody of this id, or they have left.
        """
        person = self._other(principal, person_id)
        self.people.end(person.id, principal.id)
        return self._found(person.id)

    def _other(self, principal: Principal, person_id: str) -> Person:
        demand(principal, "people")
        demand_proof(principal, self.clock.now())
        if person_id == principal.person_id:
            raise Refused([("id", "nobody changes what they themselves may do; another administrator does")])
        return self._found(person_id)

    def _found(self, person_id: str) -> Person:
        person = self.people.person(person_id)
        if person is None:
            raise UnknownPerson(place="id")
        return person
