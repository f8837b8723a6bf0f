"""One visit of a page: who it is, what the form says, and what is sent back."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tutela.console.rooms import HouseLike
from tutela.console.site import HOME, safe_next
from tutela.console.spans import span
from tutela.console.words import say, tell
from tutela.core.permissions import Principal
from tutela.core.sessions import Hold
from tutela.core.units import Duration
from tutela.core.visitors import Visitor
from tutela.errors import TutelaError, Unauthenticated
from tutela.flows.keep_sessions import SESSION_COOKIE, Held, cookie_name
from tutela.flows.open_session import Arrival, SignedIn
from tutela.flows.second_step import HALF_WAY_LIFE, HalfWay
from tutela.flows.sign_in_provider import JOURNEY_LIFE
from tutela.flows.staff import Staff
from tutela.ports.proofs import Site
from tutela.statuses import status_of

DEVICE_COOKIE = "tutela_browser"
HALF_WAY_COOKIE = "tutela_half_way"
JOURNEY_COOKIE = "tutela_journey"
KNOWN_FOR = Duration(days=90)
MAX_COOKIE_CHARACTERS = 200

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    # Ours only: without any, browsers would say of our own forms that they come from nowhere.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(slots=True)
class Visit:
    """One visit."""

    house: HouseLike
    request: Request
    site: Site
    visitor: Visitor
    form: Mapping[str, list[str]]
    held: Held | None = None
    error: TutelaError | None = None  #: why the form on this page was not taken
    cookies: list[tuple[str, str, int | None]] = field(default_factory=list)
    file: bytes = field(default=b"", repr=False)  #: sent with the form, where its page takes one

    @property
    def staff(self) -> Staff:
        """Return the verbs of people."""
        return self.house.staff

    @property
    def session(self) -> Held:
        """Return the session of this visit."""
        if self.held is None:
            raise Unauthenticated
        return self.held

    @property
    def principal(self) -> Principal:
        """Return who asks."""
        return self.session.principal

    @property
    def arrival(self) -> Arrival:
        """Return the browser, with what it brought along."""
        return Arrival(self.visitor, self.cookie(DEVICE_COOKIE), self.cookie(SESSION_COOKIE))

    @property
    def following(self) -> str:
        """Return the page to go on to."""
        return safe_next(self.said("next") or self.request.query_params.get("next", ""))

    def said(self, name: str) -> str:
        """Return a field of the form, or nothing."""
        return self.form.get(name, [""])[0]

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def cookie(self, name: str) -> str:
        """Return a cookie of ours, or nothing."""
        value = self.request.cookies.get(self._named(name), "")
        return value if len(value) <= MAX_COOKIE_CHARACTERS else ""

    def keep(self, name: str, value: str, life: Duration | None = None) -> None:
        """Have the browser keep a cookie, until it is closed unless a life is given; an empty one is forgotten."""
        self.cookies.append((name, value, int(life.seconds) if life else None))

    def page(self, template: str, status: int = 200, **more: Any) -> Response:
        """Return a page."""
        if self.error is not None and status == 200:  # noqa: PLR2004  # the page as it is when nothing went wrong
            status = status_of(self.error)
        held = self.held
        text = _environment().get_template(template).render(
            error=self.error,
            person=held.person if held else None,
            scopes=held.principal.scopes if held else frozenset(),
            is_full=held is not None and held.hold is Hold.FULL,
            csrf=self.staff.secrets.csrf_token(held.secret) if held else "",
            following=self.following,
            said=self.said,
            here=self.request.url.path,
            late_clocks=self._late_clocks(),
            **more,
        )  # fmt: skip
        return self.answer(Response(text, status, media_type="text/html"))

    def _late_clocks(self) -> int:
        """Return how many clocks are past their time: everybody on shift sees it on every page (P7)."""
        held = self.held
        is_on_shift = held is not None and held.hold is Hold.FULL and held.principal.may("cases")
        return self.house.messaging.clocks.counts().late if is_on_shift else 0

    def go(self, address: str) -> Response:
        """Send the browser on; reloading repeats nothing."""
        return self.answer(RedirectResponse(address, status_code=303))

    def answer(self, response: Response) -> Response:
        """Put on a response what every one of ours has, and the cookies."""
        response.headers.update(_HEADERS)
        for name, value, life_seconds in self.cookies:
            response.set_cookie(
                self._named(name), value, max_age=0 if not value else life_seconds, path="/", httponly=True,
                samesite="lax", secure=self.house.settings.is_behind_tls,
            )  # fmt: skip
        return response

    def signed_in(self, signed: SignedIn | HalfWay) -> Response:
        """Let the browser keep a session that began, or send it on to the second factor."""
        if isinstance(signed, HalfWay):
            self.keep(HALF_WAY_COOKIE, signed.secret, HALF_WAY_LIFE)
            return self.go(f"/console/sign-in/second?next={quote(self.following)}")
        self.keep(HALF_WAY_COOKIE, "")
        self.keep(SESSION_COOKIE, signed.secret)
        if signed.device is not None:
            self.keep(DEVICE_COOKIE, signed.device, KNOWN_FOR)
        must_enrol = signed.person.must_have_second_factor and not signed.session.is_strong
        return self.go("/console/security" if must_enrol else self.following)

    def keep_journey(self, secret: str) -> None:
        """Have the browser keep what binds it to its journey to the identity provider."""
        self.keep(JOURNEY_COOKIE, secret, JOURNEY_LIFE)

    def _named(self, name: str) -> str:
        return cookie_name(name, is_behind_tls=self.house.settings.is_behind_tls)


Handler = Callable[[Visit], Response]


def plain_page(error: TutelaError) -> Response:
    """Return the least that can be said, for when it is not even known where we are."""
    told = f"<!doctype html><html lang=en><title>Tutela</title><p>{html.escape(str(error))}</p></html>"
    return Response(told, status_of(error), media_type="text/html", headers=_HEADERS)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tutela.console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["home"] = HOME
    environment.filters["moment"] = lambda at: at.strftime("%Y-%m-%d %H:%M UTC")
    environment.globals["say"] = say
    environment.globals["tell"] = tell
    environment.globals["span"] = span
    environment.filters["clock"] = lambda at: at.strftime("%H:%M:%S UTC")
    environment.filters["isotime"] = lambda at: at.isoformat()
    environment.filters["address"] = lambda name: quote(str(name), safe="")
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment
