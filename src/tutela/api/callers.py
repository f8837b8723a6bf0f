"""Who asks: a service or a person's script by a key, or a person by the session of their browser."""

from starlette.requests import Request

from tutela.api.keys import CheckedKeys, InThread
from tutela.config import Settings
from tutela.core.permissions import Principal
from tutela.core.sessions import Hold
from tutela.core.visitors import Visitor, visitor_of
from tutela.errors import Forbidden, MustProve, Unauthenticated
from tutela.flows.keep_sessions import CSRF_HEADER, SESSION_COOKIE, Held, KeepSessions, cookie_name
from tutela.flows.staff import Staff

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing, so that another site gains nothing by having a browser send them."""

MAX_SECRET_CHARACTERS = 200


class Callers:
    """Know callers."""

    def __init__(self, keys: CheckedKeys, staff: Staff, settings: Settings) -> None:
        """Ask *keys* about keys and *staff* about sessions."""
        self._keys, self._staff, self._settings = keys, staff, settings
        self._cookie = cookie_name(SESSION_COOKIE, is_behind_tls=settings.is_behind_tls)

    async def principal(self, request: Request, in_thread: InThread) -> Principal:
        """Return who sends *request*. A key that is named wins over a cookie, which a browser sends unasked.

        Raises:
            tutela.errors.Unauthenticated: Nobody is known by what was sent.
            tutela.errors.Forbidden: A session has something to do first, or a change does not come from our own pages.
        """
        secret = request.cookies.get(self._cookie, "")
        if "authorization" in request.headers or not 0 < len(secret) <= MAX_SECRET_CHARACTERS:
            key = await self._keys.check(request, in_thread)
            return self._keys.principal_of(key)
        held = await in_thread(checked, self._staff.keep_sessions, secret, visitor_from(request, self._settings))
        token = request.headers.get(CSRF_HEADER, "")
        if request.method not in SAFE and not self._staff.secrets.is_csrf_token(secret, token):
            remedy = "Send the token of the page, or use a token of your own in the Authorization header."
            raise Forbidden("a change by a session carries X-CSRF-Token", place="X-CSRF-Token", remedy=remedy)
        return held.principal


def checked(keep_sessions: KeepSessions, secret: str, visitor: Visitor) -> Held:
    """Return a session that has nothing left to do first.

    Raises:
        tutela.errors.Unauthenticated: There is none, or it is over.
        tutela.errors.MustProve: It came from another network, or without the second factor.
        tutela.errors.Forbidden: Its person has no second factor yet, and needs one.
    """
    held = keep_sessions.check(secret, visitor)
    if held.hold is Hold.MUST_PROVE:
        raise MustProve(place="session", remedy="Prove who you are at /console/prove.")
    if held.hold is Hold.MUST_ENROL:
        remedy = "Enrol one at /console/security."
        raise Forbidden("your roles take a passkey or codes of an app first", place="session", remedy=remedy)
    if held.hold is not Hold.FULL:
        raise Unauthenticated(place="session")
    return held


def visitor_from(request: Request, settings: Settings) -> Visitor:
    """Return who is at the other end."""
    peer, headers = request.client.host if request.client else "", request.headers
    forwarded = headers.getlist("x-forwarded-for")
    return visitor_of(peer, headers.get("user-agent", ""), forwarded, settings.proxy_hops)
