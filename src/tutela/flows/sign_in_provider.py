"""Sign in by the identity provider of the house: it stands for the password, and a second factor is still ours."""

import base64
import hmac
from dataclasses import dataclass, field

from tutela.core.people import Factor
from tutela.core.units import Duration
from tutela.errors import BadInput, WrongProof
from tutela.flows.invite import Invite
from tutela.flows.open_session import Arrival, SignedIn
from tutela.flows.second_step import HalfWay, SecondStep
from tutela.ports.entropy import Entropy
from tutela.ports.people import Access, Ceremony
from tutela.ports.proofs import IdentityProvider, Journey

PURPOSE = "provider"
JOURNEY_LIFE = Duration(minutes=10)
_BYTES = 32


@dataclass(frozen=True, slots=True)
class SentAway:
    """Where the browser goes, and the secret that it keeps meanwhile in a cookie."""

    address: str
    ceremony: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """Let in whom the provider vouches for, when they were invited here: it makes no accounts and gives no roles."""

    provider: IdentityProvider | None
    second_step: SecondStep
    invite: Invite
    entropy: Entropy

    def begin(self, redirect: str, invitation: str = "") -> SentAway:
        """Send the browser to the provider, bound to this journey.

        Raises:
            tutela.errors.BadInput: There is no provider here.
            tutela.errors.Unavailable: It does not answer.
        """
        secret, mark = self.second_step.secrets.new()
        journey = Journey(self._random(), self._random(), self._random(), redirect)
        address = self._there().address(journey)
        told = {
            "state": journey.state, "nonce": journey.nonce, "verifier": journey.verifier, "redirect": redirect,
            "invitation": invitation,
        }  # fmt: skip
        ends_at = self.second_step.clock.now() + JOURNEY_LIFE.delta
        self.second_step.doorkeeper.put(mark, Ceremony(PURPOSE, None, told, ends_at))
        return SentAway(address, secret)

    def finish(self, ceremony: str, state: str, code: str, arrival: Arrival) -> SignedIn | HalfWay:
        """Let in who came back.

        Raises:
            tutela.errors.WrongProof: Another browser went away, or the provider vouches for nobody known here.
            tutela.errors.Unavailable: The provider does not answer.
        """
        step = self.second_step
        found = step.doorkeeper.take(step.secrets.mark(ceremony), PURPOSE, step.clock.now())
        if found is None or not hmac.compare_digest(found.body["state"].encode(), state.encode()):
            raise WrongProof("this sign-in was begun elsewhere, or took too long", place="provider")
        told = found.body
        journey = Journey(told["state"], told["nonce"], told["verifier"], told["redirect"])
        identity = self._there().identity(code, journey)
        if told["invitation"]:
            access = Access(provider_subject=identity.subject)
            return self.invite.accept_as(told["invitation"], access, Factor.PROVIDER, arrival)
        credentials = step.people.credentials(provider_subject=identity.subject)
        if credentials is None or credentials.person.ended_at is not None:
            told_so = "nobody here is known by this identity"
            raise WrongProof(told_so, place="provider", remedy="Open the link of your invitation first.")
        return step.after(credentials.person, Factor.PROVIDER, arrival)

    def _there(self) -> IdentityProvider:
        if self.provider is None:
            raise BadInput("no identity provider is set up", place="provider", remedy="Sign in by another way.")
        return self.provider

    def _random(self) -> str:
        return base64.urlsafe_b64encode(self.entropy.token(_BYTES)).decode().rstrip("=")
