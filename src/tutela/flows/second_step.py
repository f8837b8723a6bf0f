"""Between a right password and the second factor: who that is, remembered for a few minutes for one browser."""

from dataclasses import dataclass, field

from tutela.core.lockout import Lane, LaneKind
from tutela.core.people import Factor, Person, totp_moments, totp_step
from tutela.core.permissions import Principal
from tutela.core.units import Duration
from tutela.errors import TooManyTries, WrongProof
from tutela.flows.door_secrets import DoorSecrets
from tutela.flows.open_session import Arrival, OpenSession, SignedIn
from tutela.ports.clock import Clock
from tutela.ports.keys import KeyRing
from tutela.ports.people import Ceremony, Credentials, Doorkeeper, Factors, People
from tutela.ports.proofs import Codes

HALF_WAY = "half_way"
HALF_WAY_LIFE = Duration(minutes=5)
KEYS_PERIOD = "people"
"""Under which the secrets of codes are wrapped."""


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody who showed one factor and has another one."""

    person: Person
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SecondStep:
    """Remember who is half way, and take codes."""

    people: People
    factors: Factors
    doorkeeper: Doorkeeper
    open_session: OpenSession
    codes: Codes
    keys: KeyRing
    clock: Clock
    secrets: DoorSecrets

    def after(self, person: Person, factor: Factor, arrival: Arrival) -> SignedIn | HalfWay:
        """Begin the session of whoever has one factor only; let everybody else show the second."""
        if not person.has_second_factor:
            return self.open_session(person, (factor,), arrival)
        secret, mark = self.secrets.new()
        told = {"factor": factor.value, "browser": arrival.visitor.browser, "network": arrival.visitor.network}
        ends_at = self.clock.now() + HALF_WAY_LIFE.delta
        self.doorkeeper.put(mark, Ceremony(HALF_WAY, person.id, told, ends_at))
        return HalfWay(person, secret)

    def who(self, secret: str, arrival: Arrival) -> tuple[Credentials, Factor]:
        """Return who is half way, and what they have shown.

        Raises:
            tutela.errors.WrongProof: Nobody is, it took too long, or another browser asks.
        """
        found = self.doorkeeper.look(self.secrets.mark(secret), HALF_WAY, self.clock.now())
        if found is None or found.person_id is None or found.body["browser"] != arrival.visitor.browser:
            raise WrongProof("sign in again: this took too long", place="session")
        credentials = self.people.credentials(person_id=found.person_id)
        if credentials is None or credentials.person.ended_at is not None:
            raise WrongProof(place="session")
        return credentials, Factor(found.body["factor"])

    def by_code(self, secret: str, code: str, arrival: Arrival) -> SignedIn:
        """Begin the session of whoever is half way and shows a code of their app.

        Raises:
            tutela.errors.WrongProof: The code is wrong or was used before, or nobody is half way.
            tutela.errors.TooManyTries: The next code is looked at only later.
        """
        credentials, first = self.who(secret, arrival)
        lanes = self.lanes(credentials.person, arrival)
        self.take_try(lanes)
        if not self.is_code_right(credentials, code):
            raise WrongProof(place="code")
        self.doorkeeper.forget_tries(lanes)
        return self.finish(secret, credentials.person, (first, Factor.TOTP), arrival)

    def finish(self, secret: str, person: Person, factors: tuple[Factor, ...], arrival: Arrival) -> SignedIn:
        """Begin the session, once: of two who bring the same half way, one gets it.

        Raises:
            tutela.errors.WrongProof: It was taken at this moment.
        """
        if self.doorkeeper.take(self.secrets.mark(secret), HALF_WAY, self.clock.now()) is None:
            raise WrongProof(place="session")
        return self.open_session(person, factors, arrival)

    def is_code_right(self, credentials: Credentials, code: str) -> bool:
        """Return whether it is a code of the app, of about now, that was not taken before; it is taken by this."""
        if credentials.totp is None or not (code.isascii() and code.isdigit()):
            return False
        person_id = credentials.person.id
        shared = self.keys.unwrap(KEYS_PERIOD, credentials.totp, context=person_id.encode()).decode()
        for moment in totp_moments(self.clock.now()):
            if self.codes.code(shared, moment) == code:
                return self.factors.use_totp_step(person_id, totp_step(moment))
        return False

    def lanes(self, person: Person, arrival: Arrival) -> tuple[Lane, ...]:
        """Return where tries of codes are counted: a known browser's own, or together, for six digits are few."""
        device_id = self.open_session.known_device(arrival, person.id)
        if device_id is not None:
            return (self.secrets.lane(LaneKind.DEVICE, "code", device_id),)
        return (self.secrets.lane(LaneKind.CODE, person.id),)

    def session_lane(self, principal: Principal) -> Lane:
        """Return where tries inside a session are counted: only its own."""
        return self.secrets.lane(LaneKind.DEVICE, "session", str(principal.session_id))

    def take_try(self, lanes: tuple[Lane, ...]) -> None:
        """Count one try before it is known whether it is right.

        Raises:
            tutela.errors.TooManyTries: It must wait.
        """
        wait_seconds = self.doorkeeper.take_try(lanes, self.clock.now())
        if wait_seconds > 0:
            raise TooManyTries(int(wait_seconds) + 1)
