"""Sign in by login and password, and then by a code."""

import re
from dataclasses import dataclass

from tutela.core.lockout import Lane, LaneKind
from tutela.core.people import MAX_PASSWORD_CHARACTERS, Factor, normal_code, normal_password
from tutela.errors import WrongProof
from tutela.flows.open_session import Arrival, SignedIn
from tutela.flows.second_step import HalfWay, SecondStep
from tutela.ports.people import Credentials
from tutela.ports.proofs import Passwords

MAX_LOGIN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class SignIn:
    """Let in whoever proves who they are."""

    second_step: SecondStep
    passwords: Passwords

    def __call__(self, login: str, password: str, arrival: Arrival) -> SignedIn | HalfWay:
        """Look at a login and a password.

        Raises:
            tutela.errors.WrongProof: Together they are nobody's; which of them is wrong, or whether there is such a
                login, nobody learns, also not from the time that it takes.
            tutela.errors.TooManyTries: The next try from here is looked at only later.
        """
        step = self.second_step
        login = re.sub(r"\s", "", login).lower()[:MAX_LOGIN_CHARACTERS]
        found = step.people.credentials(login=login) if login else None
        mine, shared = self._lanes(login, found, arrival)
        step.take_try((*mine, *shared))
        kept = normal_password(password[: 2 * MAX_PASSWORD_CHARACTERS])
        is_here = found is not None and found.person.ended_at is None
        password_hash = found.password_hash if found is not None and is_here else None
        if not self.passwords.is_right(password_hash, kept) or found is None or password_hash is None:
            raise WrongProof("login and password do not belong together", place="password")
        step.doorkeeper.forget_tries(mine)
        step.doorkeeper.give_back(shared)
        if self.passwords.is_outdated(password_hash):
            step.factors.put_password(found.person.id, self.passwords.hash(kept), is_new=False)
        return step.after(found.person, Factor.PASSWORD, arrival)

    def by_code(self, half_way: str, code: str, arrival: Arrival) -> SignedIn:
        """Let in whoever showed the password and now shows a code of their app.

        Raises:
            tutela.errors.WrongProof: It is wrong or was used before, or too long ago.
            tutela.errors.TooManyTries: The next code is looked at only later.
        """
        return self.second_step.by_code(half_way, normal_code(code), arrival)

    def _lanes(
        self, login: str, found: Credentials | None, arrival: Arrival
    ) -> tuple[tuple[Lane, ...], tuple[Lane, ...]]:
        """Return where the try is counted: lanes that a right password clears, and those that it only leaves as is."""
        secrets, network = self.second_step.secrets, arrival.visitor.network
        person_id = None if found is None else found.person.id
        device_id = self.second_step.open_session.known_device(arrival, person_id)
        if device_id is not None:
            return (secrets.lane(LaneKind.DEVICE, "password", device_id),), ()
        return (secrets.lane(LaneKind.PLACE, login, network),), (secrets.lane(LaneKind.NETWORK, network),)
