"""Change one's own password."""

from dataclasses import dataclass

from tutela.core.people import checked_password
from tutela.core.permissions import Principal
from tutela.flows.enrol import Enrol
from tutela.ports.proofs import Passwords


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Change passwords."""

    enrol: Enrol
    passwords: Passwords

    def __call__(self, principal: Principal, password: str) -> None:
        """Take a new password; every other session of this person ends.

        Raises:
            tutela.errors.Forbidden: It is no person in a session, or one whose last proof is too old.
            tutela.errors.BadInput: The password is too short or too plain.
        """
        person = self.enrol.who(principal)
        password_hash = self.passwords.hash(checked_password(password, person.login))
        self.enrol.factors.put_password(person.id, password_hash, is_new=True)
        self.enrol.removed(principal)
