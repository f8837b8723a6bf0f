"""List who else works on cases, by name: whom a case may be handed to, and whose it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tutela.core.people import Person
from tutela.core.permissions import Principal, demand, scopes_of


@dataclass(frozen=True, slots=True)
class ListColleagues:
    """Name colleagues to each other: nothing but the name, and only of those who work on cases."""

    people: Callable[[], Iterable[Person]]

    def __call__(self, principal: Principal) -> Mapping[str, str]:
        """Return the names of all who may take a case, whoever asks included, by their id, in order of the name.

        Raises:
            tutela.errors.Forbidden: They do not work on cases.
        """
        demand(principal, "cases")
        here = (each for each in self.people() if each.ended_at is None and not each.is_invited)
        found = [each for each in here if "cases" in scopes_of(each.roles)]
        return {each.id: each.name for each in sorted(found, key=lambda each: (each.name.casefold(), each.id))}
