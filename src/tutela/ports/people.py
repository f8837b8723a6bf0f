"""People, their ways in, their sessions, and what happens between two steps of signing in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tutela.core.ids import PersonId, SessionId
from tutela.core.lockout import Lane
from tutela.core.people import Factor, Invitation, Passkey, Person
from tutela.core.permissions import StaffRole
from tutela.core.sessions import EndBecause, Session
from tutela.core.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody's proofs are held against. Never leaves the flows."""

    person: Person
    password_hash: str | None = field(default=None, repr=False)
    totp: bytes | None = field(default=None, repr=False)  #: the secret, wrapped by the key ring
    totp_step: int = 0  #: of the last code that was taken: none is taken twice


@dataclass(frozen=True, slots=True)
class Access:
    """By what an invited person comes in from now on: a password, or who they are for the identity provider."""

    password_hash: str | None = field(default=None, repr=False)
    provider_subject: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What must be remembered between two steps: a challenge, or a password that was right. Taken once."""

    purpose: str
    person_id: PersonId | None
    body: Mapping[str, Any]
    ends_at: datetime


class People(Protocol):
    """Keep people. Every write is one transaction with its own audit entry, which holds ids and roles only."""

    def add(self, person: Person, invitation: Invitation, secret_hash: bytes, by: str) -> None:
        """Store a new person with an invitation.

        Raises:
            tutela.errors.Conflict: The login is taken.
        """
        ...

    def start_over(self, invitation: Invitation, secret_hash: bytes, by: str) -> None:
        """Take every way in away from a person, end what they have open, and store a new invitation."""
        ...

    def invitation(self, secret_hash: bytes) -> tuple[Invitation, Person] | None:
        """Return the invitation of this secret, open or not."""
        ...

    def accept(self, invitation: Invitation, access: Access, at: datetime) -> bool:
        """Use an invitation up; return whether it was still open.

        Raises:
            tutela.errors.Conflict: Somebody else is already known by this subject.
        """
        ...

    def all(self) -> list[Person]:
        """Return everybody, oldest first, those who left included."""
        ...

    def person(self, person_id: str) -> Person | None:
        """Return somebody."""
        ...

    def credentials(self, *, login: str = "", person_id: str = "", provider_subject: str = "") -> Credentials | None:
        """Return somebody's, found by one of these."""
        ...

    def change_roles(self, person_id: PersonId, roles: frozenset[StaffRole], by: str) -> None:
        """Give other roles.

        Raises:
            tutela.errors.Conflict: Nobody would be left who gives roles.
        """
        ...

    def end(self, person_id: PersonId, by: str) -> None:
        """Let somebody go: their sessions and tokens end with it.

        Raises:
            tutela.errors.Conflict: Nobody would be left who gives roles.
        """
        ...


class Factors(Protocol):
    """Keep by what people prove who they are. Audited like `People`."""

    def put_password(self, person_id: PersonId, password_hash: str, *, is_new: bool) -> None:
        """Store the hash of a password: a new one, or the same one hashed as is customary now."""
        ...

    def put_totp(self, person_id: PersonId, wrapped: bytes | None, step: int) -> None:
        """Store the secret of codes with the step of the code that proved it; none takes it away."""
        ...

    def use_totp_step(self, person_id: PersonId, step: int) -> bool:
        """Note that a code was used; return whether it is later than all before it."""
        ...

    def passkeys(self, person_id: PersonId) -> list[Passkey]:
        """Return the passkeys of somebody, oldest first."""
        ...

    def passkey(self, credential_id: str) -> Passkey | None:
        """Return one."""
        ...

    def add_passkey(self, passkey: Passkey) -> None:
        """Store one.

        Raises:
            tutela.errors.Conflict: It is there already.
        """
        ...

    def use_passkey(self, passkey: Passkey, sign_count: int, at: datetime) -> bool:
        """Note that one was used; return whether nobody used it in between."""
        ...

    def remove_passkey(self, person_id: PersonId, credential_id: str) -> bool:
        """Remove one; return whether it was there."""
        ...

    def put_recovery_codes(self, person_id: PersonId, hashes: Sequence[bytes]) -> None:
        """Store new ones in place of all before."""
        ...

    def use_recovery_code(self, person_id: PersonId, code_hash: bytes, at: datetime) -> bool:
        """Use one up; return whether it was there and unused."""
        ...

    def recovery_codes_left(self, person_id: PersonId) -> int:
        """Return how many are unused."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """A session that begins."""

    session: Session
    secret_hash: bytes = field(repr=False)
    factors: tuple[Factor, ...]
    replaces: bytes | None = field(default=None, repr=False)  #: hash of the secret that the browser had before
    device_id: str | None = None  #: of a browser that is known from now on
    device_hash: bytes | None = field(default=None, repr=False)  #: of its secret; none where it was known before


class Sessions(Protocol):
    """Keep sessions, and the browsers in which they began."""

    def open(self, opening: Opening) -> None:
        """Store a new session, end the one that it replaces, and know its browser from now on."""
        ...

    def find(self, secret_hash: bytes) -> tuple[Session, Person] | None:
        """Return the session of this secret with its person as they are now."""
        ...

    def seen(self, session_id: SessionId, at: datetime) -> None:
        """Note that it was used."""
        ...

    def proven(self, session_id: SessionId, visitor: Visitor, at: datetime, factor: Factor) -> None:
        """Note that its person proved anew who they are, and from where."""
        ...

    def of_person(self, person_id: PersonId, since: datetime) -> list[Session]:
        """Return those that were used since, newest first."""
        ...

    def end(
        self, person_id: PersonId, because: EndBecause, by: str, *, only: str | None = None, but: str | None = None
    ) -> int:
        """End sessions of somebody: one, or all but one; return how many were open."""
        ...

    def device(self, device_hash: bytes) -> tuple[str, PersonId] | None:
        """Return a browser that is known, and to whom it belongs."""
        ...

    def forget_before(self, moment: datetime) -> int:
        """Delete what ended before, and return how much; the audit keeps that it was."""
        ...


class Doorkeeper(Protocol):
    """Count tries, and remember what is between two steps."""

    def take_try(self, lanes: Iterable[Lane], now: datetime) -> float:
        """Count one try in every lane and return 0, or return the seconds to wait and count none."""
        ...

    def forget_tries(self, lanes: Iterable[Lane]) -> None:
        """Begin anew: it was who they said."""
        ...

    def give_back(self, lanes: Iterable[Lane]) -> None:
        """Take the last try back: it was right, and those before it were not its own."""
        ...

    def put(self, secret_hash: bytes, ceremony: Ceremony) -> None:
        """Remember."""
        ...

    def look(self, secret_hash: bytes, purpose: str, now: datetime) -> Ceremony | None:
        """Return what was remembered for this purpose and is not over."""
        ...

    def take(self, secret_hash: bytes, purpose: str, now: datetime) -> Ceremony | None:
        """Return what was remembered for this purpose, and forget it: of two who ask, one gets it."""
        ...

    def forget_before(self, moment: datetime) -> int:
        """Delete what is over, and return how much."""
        ...
