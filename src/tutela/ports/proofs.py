"""How a proof is checked: passwords, passkeys, codes, and the identity provider of the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tutela.core.people import Passkey, Person


class Passwords(Protocol):
    """Hash passwords so that a stolen table does not give them away."""

    def hash(self, password: str) -> str:
        """Return a salted hash.

        Raises:
            tutela.errors.Unavailable: Too many are hashed at this moment.
        """
        ...

    def is_right(self, password_hash: str | None, password: str) -> bool:
        """Return whether *password* is the one of the hash; without a hash the same work is done, for no.

        Raises:
            tutela.errors.Unavailable: As above.
        """
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether it was hashed more weakly than is customary now."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """Under which address the browser sees us: passkeys are bound to it."""

    origin: str  #: `https://tutela.example`
    domain: str


class PasskeyProver(Protocol):
    """Speak WebAuthn. Options and answers are JSON, as the browser takes and gives them."""

    def registration(self, person: Person, existing: Sequence[Passkey], challenge: bytes, site: Site) -> str:
        """Return the options by which a browser makes a passkey."""
        ...

    def registered(self, answer: str, challenge: bytes, site: Site) -> tuple[str, bytes, int]:
        """Return credential id, public key and count of what a browser made.

        Raises:
            tutela.errors.WrongProof: It is not an answer to this challenge at this site by somebody who was there.
        """
        ...

    def assertion(self, existing: Sequence[Passkey], challenge: bytes, site: Site) -> str:
        """Return the options by which a browser proves one of *existing*, or any that it has for this site."""
        ...

    def credential_of(self, answer: str) -> str:
        """Return which passkey an answer says that it is of.

        Raises:
            tutela.errors.WrongProof: It is no such answer.
        """
        ...

    def asserted(self, answer: str, passkey: Passkey, challenge: bytes, site: Site) -> int:
        """Return the new count of a passkey that was proved.

        Raises:
            tutela.errors.WrongProof: It was not.
        """
        ...


class Codes(Protocol):
    """Codes of an app (RFC 6238)."""

    def new_secret(self, random: bytes) -> str:
        """Return a secret as apps take it."""
        ...

    def address(self, secret: str, person: Person) -> str:
        """Return the `otpauth:` address that an app reads."""
        ...

    def code(self, secret: str, at: datetime) -> str:
        """Return the code of that moment."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is for the identity provider."""

    subject: str = field(repr=False)  #: issuer and subject together: neither alone is one person
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Journey:
    """What one sign-in at the provider is bound to."""

    state: str
    nonce: str
    verifier: str = field(repr=False)  #: PKCE: whoever steals the code cannot use it
    redirect: str


class IdentityProvider(Protocol):
    """OpenID Connect, the code flow with PKCE."""

    @property
    def name(self) -> str:
        """Return what the button says."""
        ...

    def address(self, journey: Journey) -> str:
        """Return where the browser is sent.

        Raises:
            tutela.errors.Unavailable: The provider does not answer.
        """
        ...

    def identity(self, code: str, journey: Journey) -> Identity:
        """Return who came back.

        Raises:
            tutela.errors.WrongProof: The provider does not vouch for it, or not for this journey.
            tutela.errors.Unavailable: It does not answer.
        """
        ...
