"""Everything that is done about people, in one place: what a face is handed."""

from dataclasses import dataclass

from tutela.flows.change_password import ChangePassword
from tutela.flows.door_secrets import DoorSecrets
from tutela.flows.enrol_passkey import EnrolPasskey
from tutela.flows.enrol_totp import EnrolTotp
from tutela.flows.invite import Invite
from tutela.flows.keep_people import KeepPeople
from tutela.flows.keep_sessions import KeepSessions
from tutela.flows.keep_tokens import KeepTokens
from tutela.flows.name_staff import NameStaff
from tutela.flows.re_authenticate import ReAuthenticate
from tutela.flows.recover import Recover
from tutela.flows.sign_in import SignIn
from tutela.flows.sign_in_passkey import SignInPasskey
from tutela.flows.sign_in_provider import SignInProvider


@dataclass(frozen=True, slots=True)
class Staff:
    """The verbs of people."""

    secrets: DoorSecrets
    invite: Invite
    sign_in: SignIn
    sign_in_passkey: SignInPasskey
    sign_in_provider: SignInProvider
    re_authenticate: ReAuthenticate
    recover: Recover
    enrol_passkey: EnrolPasskey
    enrol_totp: EnrolTotp
    change_password: ChangePassword
    keep_sessions: KeepSessions
    keep_tokens: KeepTokens
    keep_people: KeepPeople
    names: NameStaff
