"""Codes of an app, by RFC 6238 with what every app knows: SHA-1, six digits, thirty seconds."""

import base64
from datetime import datetime

from pyotp import TOTP

from tutela.core.people import TOTP_DIGITS, TOTP_STEP_SECONDS, Person
from tutela.core.people import totp_step as step_of

ISSUER = "Tutela"


class AppCodes:
    """Make secrets and codes; see `ports.proofs.Codes`."""

    def new_secret(self, random: bytes) -> str:
        """Return a secret as apps take it."""
        return base64.b32encode(random).decode().rstrip("=")

    def address(self, secret: str, person: Person) -> str:
        """Return the address that an app reads."""
        return _totp(secret).provisioning_uri(name=person.login, issuer_name=ISSUER)

    def code(self, secret: str, at: datetime) -> str:
        """Return the code of that moment."""
        return _totp(secret).generate_otp(step_of(at))


def _totp(secret: str) -> TOTP:
    return TOTP(secret, digits=TOTP_DIGITS, interval=TOTP_STEP_SECONDS)
