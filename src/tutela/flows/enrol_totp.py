"""Enrol codes of an app, and remove them."""

from dataclasses import dataclass, field

from tutela.core.ids import PersonId
from tutela.core.people import Factor, normal_code, totp_moments, totp_step
from tutela.core.permissions import Principal
from tutela.core.units import Duration
from tutela.core.visitors import Visitor
from tutela.errors import WrongProof
from tutela.flows.enrol import Enrol
from tutela.flows.second_step import KEYS_PERIOD, SecondStep
from tutela.ports.entropy import Entropy
from tutela.ports.people import Ceremony

PURPOSE = "enrol_totp"
LIFE = Duration(minutes=10)
SECRET_BYTES = 20
"""Source: RFC 4226, 4, R6: 160 bits are recommended."""


@dataclass(frozen=True, slots=True)
class NewCodes:
    """What an app is to be given, and the secret under which it is remembered until a code proves it."""

    secret: str = field(repr=False)
    address: str = field(repr=False)
    ceremony: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnrolTotp:
    """Keep somebody's codes."""

    enrol: Enrol
    second_step: SecondStep
    entropy: Entropy

    def begin(self, principal: Principal) -> NewCodes:
        """Make a secret for an app; nothing changes until a code proves that the app has it.

        Raises:
            tutela.errors.Forbidden: It is no person in a session, or one whose last proof is too old.
        """
        person = self.enrol.who(principal)
        step = self.second_step
        shared = step.codes.new_secret(self.entropy.token(SECRET_BYTES))
        secret, mark = step.secrets.new()
        told = {"wrapped": self._wrapped(shared, person.id).hex()}
        step.doorkeeper.put(mark, Ceremony(PURPOSE, person.id, told, step.clock.now() + LIFE.delta))
        return NewCodes(shared, step.codes.address(shared, person), secret)

    def show(self, principal: Principal, ceremony: str) -> NewCodes:
        """Return the same again, for whoever mistyped the code.

        Raises:
            tutela.errors.WrongProof: It took too long.
        """
        person = self.enrol.who(principal)
        step = self.second_step
        shared = self._shared(self._found(ceremony, person.id), person.id)
        return NewCodes(shared, step.codes.address(shared, person), ceremony)

    def finish(self, principal: Principal, ceremony: str, code: str, visitor: Visitor) -> None:
        """Store the secret of which a code was shown.

        Raises:
            tutela.errors.WrongProof: The code is of another secret or moment, or it took too long.
        """
        person = self.enrol.who(principal)
        step = self.second_step
        found = self._found(ceremony, person.id)
        step.take_try((step.session_lane(principal),))
        shared, given = self._shared(found, person.id), normal_code(code)
        moment = next((each for each in totp_moments(step.clock.now()) if step.codes.code(shared, each) == given), None)
        if moment is None or step.doorkeeper.take(step.secrets.mark(ceremony), PURPOSE, step.clock.now()) is None:
            raise WrongProof("this is not the code that the app shows now", place="code")
        step.doorkeeper.forget_tries((step.session_lane(principal),))
        step.factors.put_totp(person.id, self._wrapped(shared, person.id), totp_step(moment))
        self.enrol.enrolled(principal, visitor, Factor.TOTP)

    def remove(self, principal: Principal) -> None:
        """Take the codes away.

        Raises:
            tutela.errors.Conflict: They are the last second factor, and the roles ask for one.
        """
        person = self.enrol.who(principal)
        self.enrol.check_removal(person, leaves=person.passkeys)
        self.enrol.factors.put_totp(person.id, None, 0)
        self.enrol.removed(principal)

    def _found(self, ceremony: str, person_id: PersonId) -> Ceremony:
        step = self.second_step
        found = step.doorkeeper.look(step.secrets.mark(ceremony), PURPOSE, step.clock.now())
        if found is None or found.person_id != person_id:
            raise WrongProof("this took too long; begin again", place="code")
        return found

    def _wrapped(self, shared: str, person_id: PersonId) -> bytes:
        return self.second_step.keys.wrap(KEYS_PERIOD, shared.encode(), context=person_id.encode())

    def _shared(self, found: Ceremony, person_id: PersonId) -> str:
        wrapped = bytes.fromhex(found.body["wrapped"])
        return self.second_step.keys.unwrap(KEYS_PERIOD, wrapped, context=person_id.encode()).decode()
