"""Name who did something: whoever works here may read who else wrote, moved or decided what they are shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tutela.core.people import Person
from tutela.core.permissions import Principal
from tutela.errors import Forbidden


@dataclass(frozen=True, slots=True)
class NameStaff:
    """Name colleagues to each other: nothing but the name, those who left included."""

    people: Callable[[], Iterable[Person]]

    def __call__(self, principal: Principal) -> Mapping[str, str]:
        """Return the name of everybody who works here or did, by their id.

        Raises:
            tutela.errors.Forbidden: A service asks: it knows people by their ids alone.
        """
        if principal.person_id is None and not principal.is_at_machine:
            remedy = "Sign in, or use a token of your own."
            raise Forbidden("names of colleagues are told to people", place="Authorization", remedy=remedy)
        return {each.id: each.name for each in self.people()}
