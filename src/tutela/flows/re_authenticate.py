"""Prove anew who one is, inside a session: before evidence is opened, roles are given, or a way in is changed."""

from dataclasses import dataclass

from tutela.core.ids import PersonId, SessionId
from tutela.core.people import Factor, normal_code, normal_password
from tutela.core.permissions import Principal
from tutela.core.sessions import demand_session
from tutela.core.visitors import Visitor
from tutela.errors import Unauthenticated, WrongProof
from tutela.flows.prove_passkey import Asked, ProvePasskey
from tutela.flows.second_step import SecondStep
from tutela.ports.people import Credentials, Sessions
from tutela.ports.proofs import Passwords, Site

PURPOSE = "prove"


@dataclass(frozen=True, slots=True)
class ReAuthenticate:
    """Take new proofs. It also binds the session to the network in which it is now."""

    sessions: Sessions
    second_step: SecondStep
    prove_passkey: ProvePasskey
    passwords: Passwords

    def by_password(self, principal: Principal, password: str, visitor: Visitor) -> None:
        """Take the password of somebody who has nothing better.

        Raises:
            tutela.errors.WrongProof: It is wrong, or a second factor exists: then that one is asked for.
            tutela.errors.TooManyTries: The next one is looked at only later.
        """
        credentials, session_id = self._who(principal)
        lane = self.second_step.session_lane(principal)
        self.second_step.take_try((lane,))
        is_right = self.passwords.is_right(credentials.password_hash, normal_password(password))
        if not is_right or credentials.person.has_second_factor:
            raise WrongProof(place="password")
        self.second_step.doorkeeper.forget_tries((lane,))
        self._proven(session_id, visitor, Factor.PASSWORD)

    def by_code(self, principal: Principal, code: str, visitor: Visitor) -> None:
        """Take a code of the app.

        Raises:
            tutela.errors.WrongProof: It is wrong or was used before.
            tutela.errors.TooManyTries: The next one is looked at only later.
        """
        credentials, session_id = self._who(principal)
        lane = self.second_step.session_lane(principal)
        self.second_step.take_try((lane,))
        if not self.second_step.is_code_right(credentials, normal_code(code)):
            raise WrongProof(place="code")
        self.second_step.doorkeeper.forget_tries((lane,))
        self._proven(session_id, visitor, Factor.TOTP)

    def begin_passkey(self, principal: Principal, site: Site) -> Asked:
        """Ask the browser for one of this person's passkeys."""
        person_id, _ = demand_session(principal)
        return self.prove_passkey.ask(PURPOSE, person_id, site)

    def finish_passkey(self, principal: Principal, ceremony: str, answer: str, site: Site, visitor: Visitor) -> None:
        """Take a passkey of this person.

        Raises:
            tutela.errors.WrongProof: It is of somebody else, or proves nothing.
        """
        person_id, session_id = demand_session(principal)
        self.prove_passkey.answered(PURPOSE, person_id, ceremony, answer, site)
        self._proven(session_id, visitor, Factor.PASSKEY)

    def _who(self, principal: Principal) -> tuple[Credentials, SessionId]:
        person_id, session_id = demand_session(principal)
        return self._credentials(person_id), session_id

    def _credentials(self, person_id: PersonId) -> Credentials:
        found = self.second_step.people.credentials(person_id=person_id)
        if found is None or found.person.ended_at is not None:
            raise Unauthenticated
        return found

    def _proven(self, session_id: SessionId, visitor: Visitor, factor: Factor) -> None:
        self.sessions.proven(session_id, visitor, self.second_step.clock.now(), factor)
