"""Every page in one table: who may open it, and what is shown when its form was not taken."""

from dataclasses import dataclass

from tutela.console import coverage, own, people, security, signing_in
from tutela.console.visits import Handler

OPEN = "open"
"""Nobody has to be signed in."""

ANY_SESSION = "any_session"
"""Signed in, also while something is still to be enrolled or proved."""

MUST_BE_PROVEN = "signed_in"
"""Signed in, with nothing left to prove; a second factor may still have to be enrolled."""

FULL = "full"
"""Signed in, with nothing left to do first."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or the form of one."""

    method: str
    path: str
    takes: str  #: one of the above, or a scope
    handler: Handler
    again: Handler | None = None  #: shows the page of a form that was not taken; none for what a script asks


PAGES = (
    Page("GET", "/console", FULL, own.first_page),
    Page("GET", "/console/sign-in", OPEN, signing_in.sign_in_page),
    Page("POST", "/console/sign-in", OPEN, signing_in.sign_in, signing_in.sign_in_page),
    Page("GET", "/console/sign-in/second", OPEN, signing_in.second_page),
    Page("POST", "/console/sign-in/second", OPEN, signing_in.take_code, signing_in.second_page),
    Page("POST", "/console/sign-in/recovery", OPEN, signing_in.take_recovery_code, signing_in.second_page),
    Page("POST", "/console/sign-in/passkey/options", OPEN, signing_in.passkey_options),
    Page("POST", "/console/sign-in/passkey", OPEN, signing_in.take_passkey, signing_in.sign_in_page),
    Page("GET", "/console/provider", OPEN, signing_in.to_provider, signing_in.sign_in_page),
    Page("GET", "/console/provider/back", OPEN, signing_in.back_from_provider, signing_in.sign_in_page),
    Page("GET", "/console/invitation/{secret}", OPEN, signing_in.invitation_page),
    Page("POST", "/console/invitation/{secret}", OPEN, signing_in.accept, signing_in.invitation_page),
    Page("GET", "/console/invitation/{secret}/provider", OPEN, signing_in.invited_to_provider, signing_in.sign_in_page),
    Page("POST", "/console/sign-out", ANY_SESSION, signing_in.sign_out, signing_in.sign_in_page),
    Page("GET", "/console/prove", ANY_SESSION, security.prove_page),
    Page("POST", "/console/prove", ANY_SESSION, security.prove, security.prove_page),
    Page("POST", "/console/prove/passkey/options", ANY_SESSION, security.prove_options),
    Page("POST", "/console/prove/passkey", ANY_SESSION, security.prove_passkey, security.prove_page),
    Page("GET", "/console/security", MUST_BE_PROVEN, security.security_page),
    Page("POST", "/console/security/passkeys/options", MUST_BE_PROVEN, security.passkey_options),
    Page("POST", "/console/security/passkeys", MUST_BE_PROVEN, security.add_passkey, security.security_page),
    Page("POST", "/console/security/passkeys/remove", FULL, security.remove_passkey, security.security_page),
    Page("POST", "/console/security/codes", MUST_BE_PROVEN, security.begin_codes, security.security_page),
    Page("POST", "/console/security/codes/confirm", MUST_BE_PROVEN, security.confirm_codes, security.codes_again),
    Page("POST", "/console/security/codes/remove", FULL, security.remove_codes, security.security_page),
    Page("POST", "/console/security/recovery-codes", FULL, security.make_recovery_codes, security.security_page),
    Page("POST", "/console/security/password", FULL, security.change_password, security.security_page),
    Page("GET", "/console/sessions", MUST_BE_PROVEN, own.sessions_page),
    Page("POST", "/console/sessions/end", MUST_BE_PROVEN, own.end_session, own.sessions_page),
    Page("POST", "/console/sessions/end-others", MUST_BE_PROVEN, own.end_others, own.sessions_page),
    Page("GET", "/console/tokens", FULL, own.tokens_page),
    Page("POST", "/console/tokens", FULL, own.create_token, own.tokens_page),
    Page("POST", "/console/tokens/revoke", FULL, own.revoke_token, own.tokens_page),
    Page("GET", "/console/coverage", "operate", coverage.coverage_page),
    Page("GET", "/console/people", "people", people.people_page),
    Page("POST", "/console/people", "people", people.invite, people.people_page),
    Page("GET", "/console/people/{id}", "people", people.person_page),
    Page("POST", "/console/people/{id}/roles", "people", people.change_roles, people.person_page),
    Page("POST", "/console/people/{id}/sessions", "people", people.end_sessions, people.person_page),
    Page("POST", "/console/people/{id}/start-over", "people", people.start_over, people.person_page),
    Page("POST", "/console/people/{id}/end", "people", people.end, people.person_page),
)
