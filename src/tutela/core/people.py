"""The people who work here: what is known of them, how they come in, and what they must prove."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tutela.core.ids import PersonId
from tutela.core.permissions import NEEDS_SECOND_FACTOR, StaffRole
from tutela.core.units import Duration
from tutela.errors import BadInput

INVITATION_LIFE = Duration(hours=72)
"""How long the link of an invitation opens anything."""

MIN_PASSWORD_CHARACTERS = 12
MAX_PASSWORD_CHARACTERS = 256
MIN_DIFFERENT_CHARACTERS = 5
"""`aaaaaaaaaaaa` is long. Source: NIST SP 800-63B, 3.1.1: length counts, and rules of composition do not help."""

MAX_NAME_CHARACTERS = 80
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
"""80 random bits a code: nobody guesses one, so a keyed hash of it is enough."""

MAX_PASSKEYS = 10
TOTP_STEP_SECONDS = 30
TOTP_DIGITS = 6

MIN_BESIDE_LOGIN = 8
"""How long a password must be without one's own login in it."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here."""

    id: PersonId
    login: str  #: what they sign in by; never in a log and never in the audit
    name: str
    roles: frozenset[StaffRole]
    created_at: datetime
    ended_at: datetime | None = None  #: who has left keeps their row: their decisions stay theirs
    has_password: bool = False
    has_totp: bool = False
    passkeys: int = 0
    has_provider: bool = False  #: signs in by the identity provider of the house

    @property
    def has_second_factor(self) -> bool:
        """Return whether a password alone opens nothing."""
        return self.has_totp or self.passkeys > 0

    @property
    def must_have_second_factor(self) -> bool:
        """Return whether the roles ask for a passkey or codes."""
        return not self.roles.isdisjoint(NEEDS_SECOND_FACTOR)

    @property
    def is_administrator(self) -> bool:
        """Return whether this person gives roles now."""
        return self.ended_at is None and StaffRole.ADMINISTRATOR in self.roles

    @property
    def is_invited(self) -> bool:
        """Return whether this person has never come in."""
        return not (self.has_password or self.passkeys or self.has_provider)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that is opened once, by whoever it is handed to, and makes them this person."""

    id: str
    person_id: PersonId
    ends_at: datetime
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether it still opens anything."""
        return self.used_at is None and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Passkey:
    """A public key of somebody's device."""

    id: str  #: the credential's id as the device made it, in hexadecimal
    person_id: PersonId
    public_key: bytes
    sign_count: int
    name: str  #: as its owner calls it
    created_at: datetime
    used_at: datetime | None = None


class Factor(StrEnum):
    """By what somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105  # the word, not one
    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PROVIDER = "provider"

    @property
    def is_strong(self) -> bool:
        """Return whether it stands for a second factor: something the person has, and not only knows."""
        return self in {Factor.PASSKEY, Factor.TOTP, Factor.RECOVERY_CODE}


def invitation_ends(now: datetime) -> datetime:
    """Return until when an invitation made now is open."""
    return now + INVITATION_LIFE.delta


def checked_login(login: str) -> str:
    """Return *login* as it is kept.

    Raises:
        tutela.errors.BadInput: It has another shape.
    """
    kept = login.strip().lower()
    if not _LOGIN.fullmatch(kept):
        raise BadInput(
            "a login is 2 to 63 of the letters a to z, digits, dots, dashes and underscores, and begins with a letter "
            "or digit", place="login",
        )  # fmt: skip
    return kept


def checked_name(name: str, place: str = "name") -> str:
    """Return *name* without the blanks around it.

    Raises:
        tutela.errors.BadInput: It is empty, too long, or holds what nobody can see.
    """
    kept = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(kept) <= MAX_NAME_CHARACTERS or not kept.isprintable():
        raise BadInput(f"a name has 1 to {MAX_NAME_CHARACTERS} characters that can be seen", place=place)
    return kept


def checked_roles(roles: Iterable[str]) -> frozenset[StaffRole]:
    """Return the roles of those names.

    Raises:
        tutela.errors.BadInput: There is no such role, or none is named.
    """
    known = {role.value: role for role in StaffRole}
    names = list(roles)
    if not names or any(name not in known for name in names):
        raise BadInput("name one role or more", place="roles", remedy=f"Known: {', '.join(known)}.")
    return frozenset(known[name] for name in names)


def checked_password(password: str, login: str) -> str:
    """Return a new *password* as it is hashed: the same whatever keyboard composed its letters.

    Raises:
        tutela.errors.BadInput: It is too short, too long or too plain. It is not repeated.
    """
    kept = normal_password(password)
    if not MIN_PASSWORD_CHARACTERS <= len(kept) <= MAX_PASSWORD_CHARACTERS:
        told = f"a password has {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters"
        raise BadInput(told, place="password", remedy="Several words that do not belong together are easy to keep.")
    beside_login = kept.lower().replace(login, "")
    if len(set(kept)) < MIN_DIFFERENT_CHARACTERS or len(beside_login) < MIN_BESIDE_LOGIN:
        remedy = "Use more different characters, and not your own login."
        raise BadInput("this password is too easy to guess", place="password", remedy=remedy)
    return kept


def normal_password(password: str) -> str:
    """Return *password* with its letters composed in one way. Source: NIST SP 800-63B, 3.1.1.2."""
    return unicodedata.normalize("NFKC", password)


def normal_code(code: str) -> str:
    """Return a code without what people put in between to read it."""
    return re.sub(r"[\s-]", "", code).lower()


def totp_step(now: datetime) -> int:
    """Return the number of the half minute that *now* is in. Source: RFC 6238, 4.2."""
    return int(now.timestamp()) // TOTP_STEP_SECONDS


def totp_moments(now: datetime) -> tuple[datetime, ...]:
    """Return moments of this step and both beside it: clocks differ, and people are slow. Source: RFC 6238, 5.2."""
    beside = timedelta(seconds=TOTP_STEP_SECONDS)
    return now, now - beside, now + beside
