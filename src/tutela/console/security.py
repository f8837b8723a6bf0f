"""Pages of one's own ways in: passkeys, codes, recovery codes, the password, and a fresh proof."""

import segno
from markupsafe import Markup
from starlette.responses import JSONResponse, Response

from tutela.console.visits import Visit
from tutela.core.people import MIN_PASSWORD_CHARACTERS
from tutela.errors import WrongProof
from tutela.flows.enrol_passkey import Answered
from tutela.flows.enrol_totp import NewCodes
from tutela.flows.prove_passkey import Asked


def security_page(visit: Visit) -> Response:
    """Show by what this person proves who they are."""
    person = visit.session.person
    factors = visit.staff.recover.enrol.factors
    return visit.page(
        "security.html",
        passkeys=factors.passkeys(person.id),
        codes_left=factors.recovery_codes_left(person.id),
        min_characters=MIN_PASSWORD_CHARACTERS,
    )


def passkey_options(visit: Visit) -> Response:
    """Ask the browser for a new passkey."""
    return _asked(visit, visit.staff.enrol_passkey.begin(visit.principal, visit.site))


def add_passkey(visit: Visit) -> Response:
    """Take the passkey that the browser made."""
    answered = Answered(visit.said("ceremony"), visit.said("answer"), visit.said("name"))
    visit.staff.enrol_passkey.finish(visit.principal, answered, visit.site, visit.visitor)
    return visit.go("/console/security")


def remove_passkey(visit: Visit) -> Response:
    """Remove a passkey."""
    visit.staff.enrol_passkey.remove(visit.principal, visit.said("passkey"))
    return visit.go("/console/security")


def begin_codes(visit: Visit) -> Response:
    """Show what an app is to be given."""
    return _codes_page(visit, visit.staff.enrol_totp.begin(visit.principal))


def codes_again(visit: Visit) -> Response:
    """Show the same again: the code was mistyped."""
    try:
        new = visit.staff.enrol_totp.show(visit.principal, visit.said("ceremony"))
    except WrongProof:
        return security_page(visit)
    return _codes_page(visit, new)


def confirm_codes(visit: Visit) -> Response:
    """Take the first code of an app."""
    ceremony, code = visit.said("ceremony"), visit.said("code")
    visit.staff.enrol_totp.finish(visit.principal, ceremony, code, visit.visitor)
    return visit.go("/console/security")


def remove_codes(visit: Visit) -> Response:
    """Take the codes away."""
    visit.staff.enrol_totp.remove(visit.principal)
    return visit.go("/console/security")


def make_recovery_codes(visit: Visit) -> Response:
    """Show new recovery codes, once."""
    return visit.page("recovery-codes.html", codes=visit.staff.recover.new_codes(visit.principal))


def change_password(visit: Visit) -> Response:
    """Take a new password."""
    if visit.said("password") != visit.said("again"):
        raise WrongProof("the two passwords differ", place="again")
    visit.staff.change_password(visit.principal, visit.said("password"))
    return visit.go("/console/security")


def prove_page(visit: Visit) -> Response:
    """Ask for a fresh proof."""
    return visit.page("prove.html")


def prove(visit: Visit) -> Response:
    """Take a code or a password as a fresh proof."""
    flow = visit.staff.re_authenticate
    if visit.session.person.has_second_factor:
        flow.by_code(visit.principal, visit.said("code"), visit.visitor)
    else:
        flow.by_password(visit.principal, visit.said("password"), visit.visitor)
    return visit.go(visit.following)


def prove_options(visit: Visit) -> Response:
    """Ask the browser for a passkey of this person."""
    return _asked(visit, visit.staff.re_authenticate.begin_passkey(visit.principal, visit.site))


def prove_passkey(visit: Visit) -> Response:
    """Take a passkey as a fresh proof."""
    ceremony, answer = visit.said("ceremony"), visit.said("answer")
    visit.staff.re_authenticate.finish_passkey(visit.principal, ceremony, answer, visit.site, visit.visitor)
    return visit.go(visit.following)


def _codes_page(visit: Visit, new: NewCodes) -> Response:
    picture = segno.make(new.address, error="m").svg_inline(scale=4, dark="#000", light="#fff", border=3, omitsize=True)
    spaced = " ".join(new.secret[at : at + 4] for at in range(0, len(new.secret), 4))
    return visit.page("codes.html", picture=Markup(picture), spaced=spaced, ceremony=new.ceremony)  # noqa: S704  # made here of an address that is only drawn


def _asked(visit: Visit, asked: Asked) -> Response:
    return visit.answer(JSONResponse({"options": asked.options, "ceremony": asked.ceremony}))
