"""Sign in by a passkey alone: it is something one has, and its device verified whoever holds it."""

from dataclasses import dataclass

from tutela.core.people import Factor
from tutela.errors import WrongProof
from tutela.flows.open_session import Arrival, OpenSession, SignedIn
from tutela.flows.prove_passkey import Asked, ProvePasskey
from tutela.ports.people import People
from tutela.ports.proofs import Site

PURPOSE = "sign_in"


@dataclass(frozen=True, slots=True)
class SignInPasskey:
    """Let in whoever proves a passkey. No try is counted: nobody can guess one, so nobody can be slowed down here."""

    people: People
    prove_passkey: ProvePasskey
    open_session: OpenSession

    def begin(self, site: Site) -> Asked:
        """Ask the browser for any passkey that it has for this site; nobody is named."""
        return self.prove_passkey.ask(PURPOSE, None, site)

    def finish(self, ceremony: str, answer: str, site: Site, arrival: Arrival) -> SignedIn:
        """Begin the session of whom it belongs to.

        Raises:
            tutela.errors.WrongProof: It proves nobody, or somebody who has left.
        """
        passkey = self.prove_passkey.answered(PURPOSE, None, ceremony, answer, site)
        person = self.people.person(passkey.person_id)
        if person is None or person.ended_at is not None:
            raise WrongProof(place="passkey")
        return self.open_session(person, (Factor.PASSKEY,), arrival)
