"""Challenges for passkeys: made, remembered for two minutes, and taken once."""

from dataclasses import dataclass, field

from tutela.core.ids import PersonId
from tutela.core.people import Passkey
from tutela.core.units import Duration
from tutela.errors import WrongProof
from tutela.flows.door_secrets import DoorSecrets
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.people import Ceremony, Doorkeeper, Factors
from tutela.ports.proofs import PasskeyProver, Site

CHALLENGE_BYTES = 32
CHALLENGE_LIFE = Duration(minutes=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked, and the secret under which the challenge is remembered."""

    options: str  #: JSON, as the browser takes it
    ceremony: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProvePasskey:
    """Ask browsers for passkeys."""

    factors: Factors
    doorkeeper: Doorkeeper
    prover: PasskeyProver
    clock: Clock
    entropy: Entropy
    secrets: DoorSecrets

    def challenge(self, purpose: str, person_id: PersonId | None) -> tuple[bytes, str]:
        """Return a new challenge and the secret under which it is remembered."""
        challenge = self.entropy.token(CHALLENGE_BYTES)
        secret, mark = self.secrets.new()
        ends_at = self.clock.now() + CHALLENGE_LIFE.delta
        self.doorkeeper.put(mark, Ceremony(purpose, person_id, {"challenge": challenge.hex()}, ends_at))
        return challenge, secret

    def taken(self, ceremony: str, purpose: str, person_id: PersonId | None) -> bytes:
        """Return the challenge that was made for this purpose and person; it is over with this.

        Raises:
            tutela.errors.WrongProof: There is none, or it is too old.
        """
        found = self.doorkeeper.take(self.secrets.mark(ceremony), purpose, self.clock.now())
        if found is None or found.person_id != person_id:
            raise WrongProof("this took too long; begin again", place="passkey")
        return bytes.fromhex(found.body["challenge"])

    def ask(self, purpose: str, person_id: PersonId | None, site: Site) -> Asked:
        """Ask for a passkey of this person, or for any that the browser has for this site."""
        challenge, secret = self.challenge(purpose, person_id)
        existing = [] if person_id is None else self.factors.passkeys(person_id)
        return Asked(self.prover.assertion(existing, challenge, site), secret)

    def answered(self, purpose: str, person_id: PersonId | None, ceremony: str, answer: str, site: Site) -> Passkey:
        """Return the passkey that was proved.

        Raises:
            tutela.errors.WrongProof: None was, or one of somebody else.
        """
        challenge = self.taken(ceremony, purpose, person_id)
        passkey = self.factors.passkey(self.prover.credential_of(answer))
        if passkey is None or person_id not in {None, passkey.person_id}:
            raise WrongProof("this passkey is not known here", place="passkey")
        sign_count = self.prover.asserted(answer, passkey, challenge, site)
        if not self.factors.use_passkey(passkey, sign_count, self.clock.now()):
            raise WrongProof("this passkey was used elsewhere at the same moment", place="passkey")
        return passkey
