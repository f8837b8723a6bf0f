"""Passkeys by WebAuthn: bound to our address, with whoever holds the device verified by it."""

from collections.abc import Sequence
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tutela.core.people import Passkey, Person
from tutela.errors import WrongProof
from tutela.ports.proofs import Site

NAME = "Tutela"
TIMEOUT_MS = 120_000


class WebAuthnPasskeys:
    """Speak WebAuthn; see `ports.proofs.PasskeyProver`."""

    def registration(self, person: Person, existing: Sequence[Passkey], challenge: bytes, site: Site) -> str:
        """Return the options by which a browser makes a passkey."""
        return options_to_json(
            generate_registration_options(
                rp_id=site.domain,
                rp_name=NAME,
                user_name=person.login,
                user_id=person.id.encode(),
                user_display_name=person.name,
                challenge=challenge,
                timeout=TIMEOUT_MS,
                # Kept by the device, so that it signs in without a name; and its holder is verified by it.
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=_described(existing),
            )
        )

    def registered(self, answer: str, challenge: bytes, site: Site) -> tuple[str, bytes, int]:
        """Return credential id, public key and count of what a browser made."""
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=site.domain,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except _NO_ANSWER as error:
            raise WrongProof("this is no new passkey for this site", place="passkey") from error
        return made.credential_id.hex(), made.credential_public_key, made.sign_count

    def assertion(self, existing: Sequence[Passkey], challenge: bytes, site: Site) -> str:
        """Return the options by which a browser proves one."""
        return options_to_json(
            generate_authentication_options(
                rp_id=site.domain,
                challenge=challenge,
                timeout=TIMEOUT_MS,
                allow_credentials=_described(existing),
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def credential_of(self, answer: str) -> str:
        """Return which passkey an answer says that it is of."""
        try:
            return parse_authentication_credential_json(answer).raw_id.hex()
        except _NO_ANSWER as error:
            raise WrongProof(place="passkey") from error

    def asserted(self, answer: str, passkey: Passkey, challenge: bytes, site: Site) -> int:
        """Return the new count of a passkey that was proved."""
        try:
            proved = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=site.domain,
                expected_origin=site.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except _NO_ANSWER as error:
            raise WrongProof(place="passkey") from error
        return proved.new_sign_count


# Beside its own, the library lets through what its parsers of CBOR and of JSON raise.
_NO_ANSWER: tuple[type[Exception], ...] = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


def _described(passkeys: Sequence[Passkey]) -> list[Any]:
    return [PublicKeyCredentialDescriptor(id=bytes.fromhex(each.id)) for each in passkeys]
