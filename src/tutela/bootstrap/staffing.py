"""Wire what is done about people."""

import hashlib
import hmac
from typing import TYPE_CHECKING

from tutela.adapters.db.doorkeeper import DatabaseDoorkeeper
from tutela.adapters.db.factors import DatabaseFactors
from tutela.adapters.db.people import DatabasePeople
from tutela.adapters.db.sessions import DatabaseSessions
from tutela.adapters.login.codes import AppCodes
from tutela.adapters.login.passkeys import WebAuthnPasskeys
from tutela.config import Settings
from tutela.flows.change_password import ChangePassword
from tutela.flows.door_secrets import DoorSecrets
from tutela.flows.enrol import Enrol
from tutela.flows.enrol_passkey import EnrolPasskey
from tutela.flows.enrol_totp import EnrolTotp
from tutela.flows.invite import Invite
from tutela.flows.keep_people import KeepPeople
from tutela.flows.keep_sessions import KeepSessions
from tutela.flows.keep_tokens import KeepTokens
from tutela.flows.name_staff import NameStaff
from tutela.flows.open_session import OpenSession
from tutela.flows.prove_passkey import ProvePasskey
from tutela.flows.re_authenticate import ReAuthenticate
from tutela.flows.recover import Recover
from tutela.flows.second_step import SecondStep
from tutela.flows.sign_in import SignIn
from tutela.flows.sign_in_passkey import SignInPasskey
from tutela.flows.sign_in_provider import SignInProvider
from tutela.flows.staff import Staff
from tutela.ports.clock import Clock
from tutela.ports.proofs import IdentityProvider, Passwords

if TYPE_CHECKING:
    from tutela.bootstrap.foundation import Foundation


def open_provider(settings: Settings, clock: Clock) -> IdentityProvider | None:
    """Return the identity provider of the settings, or none: nothing goes out unless it is set up."""
    if not settings.oidc_issuer:
        return None
    from tutela.adapters.login.provider import Client, OidcProvider  # noqa: PLC0415  # loads an HTTP client for those who have a provider

    client = Client(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    return OidcProvider(settings.oidc_name, client, clock)


def open_staff(house: "Foundation", passwords: Passwords, provider: IdentityProvider | None) -> Staff:
    """Return the verbs of people for *house*."""
    clock, entropy = house.clock, house.entropy
    pepper = house.keys.derive("people/1")
    secrets = DoorSecrets(entropy, lambda each: hmac.digest(pepper, each, hashlib.sha256))
    people = DatabasePeople(house.engine, house.chain, clock)
    factors = DatabaseFactors(house.engine, house.chain, clock)
    sessions = DatabaseSessions(house.engine, house.chain, clock)
    doorkeeper = DatabaseDoorkeeper(house.engine)
    open_session = OpenSession(sessions, clock, entropy, secrets)
    second_step = SecondStep(
        people, factors, doorkeeper, open_session, AppCodes(), house.keys, clock, secrets
    )  # fmt: skip
    prove_passkey = ProvePasskey(factors, doorkeeper, WebAuthnPasskeys(), clock, entropy, secrets)
    enrol = Enrol(people, factors, sessions, clock)
    invite = Invite(people, passwords, open_session, clock, entropy, secrets)
    return Staff(
        secrets=secrets,
        invite=invite,
        sign_in=SignIn(second_step, passwords),
        sign_in_passkey=SignInPasskey(people, prove_passkey, open_session),
        sign_in_provider=SignInProvider(provider, second_step, invite, entropy),
        re_authenticate=ReAuthenticate(sessions, second_step, prove_passkey, passwords),
        recover=Recover(enrol, second_step, invite, entropy),
        enrol_passkey=EnrolPasskey(enrol, prove_passkey),
        enrol_totp=EnrolTotp(enrol, second_step, entropy),
        change_password=ChangePassword(enrol, passwords),
        keep_sessions=KeepSessions(people, sessions, doorkeeper, clock, secrets),
        keep_tokens=KeepTokens(enrol, house.keep_keys),
        keep_people=KeepPeople(people, clock),
        names=NameStaff(people.all),
    )
