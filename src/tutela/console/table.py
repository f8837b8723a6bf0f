"""Every page in one table: who may open it, and what is shown when its form was not taken."""

from dataclasses import dataclass

from tutela.console import (
    case_page,
    coverage,
    deciding,
    decision,
    exposure,
    find,
    front,
    looking,
    measures,
    own,
    people,
    queue,
    security,
    signing_in,
)
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
    takes_file: bool = False  #: one file is sent with its form, and held in memory alone


CASE = "/console/cases/{id}"
DECISION = "/console/decisions/{id}"

PAGES = (
    Page("GET", "/console", FULL, front.first_page),
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
    Page("GET", "/console/queue", "cases", queue.queue_page),
    Page("POST", "/console/queue/next", "cases", queue.take_next, queue.queue_page),
    Page("GET", "/console/find", FULL, find.find_page),
    Page("POST", "/console/find", FULL, find.find, find.find_page),
    Page("POST", "/console/find/picture", FULL, find.find_picture, find.find_page, takes_file=True),
    Page("GET", CASE, "cases", case_page.case_page),
    Page("GET", f"{CASE}/items/{{item}}", "cases", case_page.item_page),
    Page("POST", f"{CASE}/claim", "cases", case_page.claim, case_page.case_page),
    Page("POST", f"{CASE}/renew", "cases", case_page.renew, case_page.case_page),
    Page("POST", f"{CASE}/release", "cases", case_page.release, case_page.case_page),
    Page("POST", f"{CASE}/resume", "cases", case_page.resume, case_page.case_page),
    Page("POST", f"{CASE}/skip", "cases", case_page.skip, case_page.case_page),
    Page("POST", f"{CASE}/hold", "cases", case_page.hold, case_page.case_page),
    Page("POST", f"{CASE}/hand-over", "cases", case_page.hand_over, case_page.case_page),
    Page("POST", f"{CASE}/danger", "cases", case_page.danger, case_page.case_page),
    Page("POST", f"{CASE}/notes", "cases", case_page.write_note, case_page.case_page),
    Page("POST", f"{CASE}/plan", "decide", deciding.show_plan, deciding.show_case_again),
    Page("POST", f"{CASE}/answer", "decide", deciding.answer_case, deciding.show_case_again),
    Page("GET", f"{CASE}/measures", "decide", measures.measures_page),
    Page("POST", f"{CASE}/measures/plan", "decide", measures.show_plan, measures.measures_page),
    Page("POST", f"{CASE}/measures", "decide", measures.decide, measures.measures_page),
    Page("GET", DECISION, "decide", decision.decision_page),
    Page("POST", f"{DECISION}/plan", "decide", decision.show_reversal, decision.show_again),
    Page("POST", f"{DECISION}/reversal", "decide", decision.reverse, decision.show_again),
    Page("POST", "/console/undo", "decide", deciding.undo, queue.queue_page),
    Page("POST", f"{CASE}/look", "evidence", looking.look, case_page.case_page),
    Page("POST", f"{CASE}/look/end", "evidence", looking.end_look, case_page.case_page),
    Page("GET", "/console/exposure", "cases", exposure.exposure_page),
    Page("POST", "/console/exposure", "cases", exposure.decline, exposure.exposure_page),
    Page("POST", "/console/exposure/comfort", "cases", exposure.keep_comfort, exposure.exposure_page),
    Page("GET", "/console/coverage", "operate", coverage.coverage_page),
    Page("GET", "/console/people", "people", people.people_page),
    Page("POST", "/console/people", "people", people.invite, people.people_page),
    Page("GET", "/console/people/{id}", "people", people.person_page),
    Page("POST", "/console/people/{id}/roles", "people", people.change_roles, people.person_page),
    Page("POST", "/console/people/{id}/sessions", "people", people.end_sessions, people.person_page),
    Page("POST", "/console/people/{id}/start-over", "people", people.start_over, people.person_page),
    Page("POST", "/console/people/{id}/end", "people", people.end, people.person_page),
)
