"""Pages of whoever is not signed in yet."""

from starlette.responses import JSONResponse, Response

from tutela.console.visits import HALF_WAY_COOKIE, JOURNEY_COOKIE, Visit
from tutela.core.people import MIN_PASSWORD_CHARACTERS, Person
from tutela.errors import WrongProof
from tutela.flows.keep_sessions import SESSION_COOKIE


def sign_in_page(visit: Visit) -> Response:
    """Ask who it is."""
    return visit.page("sign-in.html", provider=_provider(visit))


def sign_in(visit: Visit) -> Response:
    """Take login and password."""
    return visit.signed_in(visit.staff.sign_in(visit.said("login"), visit.said("password"), visit.arrival))


def second_page(visit: Visit) -> Response:
    """Ask for the second factor."""
    try:
        person: Person = visit.staff.sign_in.second_step.who(visit.cookie(HALF_WAY_COOKIE), visit.arrival)[0].person
    except WrongProof as error:
        visit.error = visit.error or error
        return sign_in_page(visit)
    return visit.page("second.html", half_way=person)


def take_code(visit: Visit) -> Response:
    """Take a code of the app."""
    half_way = visit.cookie(HALF_WAY_COOKIE)
    return visit.signed_in(visit.staff.sign_in.by_code(half_way, visit.said("code"), visit.arrival))


def take_recovery_code(visit: Visit) -> Response:
    """Take a recovery code."""
    half_way = visit.cookie(HALF_WAY_COOKIE)
    return visit.signed_in(visit.staff.recover.by_code(half_way, visit.said("code"), visit.arrival))


def passkey_options(visit: Visit) -> Response:
    """Ask the browser for any passkey that it has for us."""
    asked = visit.staff.sign_in_passkey.begin(visit.site)
    return visit.answer(JSONResponse({"options": asked.options, "ceremony": asked.ceremony}))


def take_passkey(visit: Visit) -> Response:
    """Take a passkey."""
    ceremony, answer = visit.said("ceremony"), visit.said("answer")
    return visit.signed_in(visit.staff.sign_in_passkey.finish(ceremony, answer, visit.site, visit.arrival))


def to_provider(visit: Visit) -> Response:
    """Send the browser to the identity provider."""
    away = visit.staff.sign_in_provider.begin(_back(visit))
    visit.keep_journey(away.ceremony)
    return visit.go(away.address)


def invited_to_provider(visit: Visit) -> Response:
    """Send somebody who was invited to the identity provider."""
    secret = visit.part("secret")
    visit.staff.invite.look(secret)
    away = visit.staff.sign_in_provider.begin(_back(visit), secret)
    visit.keep_journey(away.ceremony)
    return visit.go(away.address)


def back_from_provider(visit: Visit) -> Response:
    """Take whom the identity provider vouches for."""
    said = visit.request.query_params
    visit.keep(JOURNEY_COOKIE, "")
    if "error" in said:
        raise WrongProof("the identity provider did not let you in", place="provider")
    flow = visit.staff.sign_in_provider
    return visit.signed_in(
        flow.finish(visit.cookie(JOURNEY_COOKIE), said.get("state", ""), said.get("code", ""), visit.arrival)
    )


def invitation_page(visit: Visit) -> Response:
    """Let somebody who was invited choose a password."""
    try:
        _, invited = visit.staff.invite.look(visit.part("secret"))
    except WrongProof as error:
        visit.error = visit.error or error
        return sign_in_page(visit)
    return visit.page(
        "invitation.html", invited=invited, provider=_provider(visit), min_characters=MIN_PASSWORD_CHARACTERS
    )


def accept(visit: Visit) -> Response:
    """Take the password of somebody who was invited."""
    password = visit.said("password")
    if password != visit.said("again"):
        raise WrongProof("the two passwords differ", place="again")
    return visit.signed_in(visit.staff.invite.accept(visit.part("secret"), password, visit.arrival))


def sign_out(visit: Visit) -> Response:
    """End this session."""
    visit.staff.keep_sessions.revoke(visit.principal, visit.session.session.id)
    visit.keep(SESSION_COOKIE, "")
    return visit.go("/console/sign-in")


def _provider(visit: Visit) -> str:
    provider = visit.staff.sign_in_provider.provider
    return provider.name if provider else ""


def _back(visit: Visit) -> str:
    return f"{visit.site.origin}/console/provider/back"
