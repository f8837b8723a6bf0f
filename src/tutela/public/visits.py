"""One visit of a page of the desk: the language, what the form says, and what is sent back."""

import base64
import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tutela.public.rooms import HouseLike
from tutela.public.words import languages, moment, tell, texts

STYLE = Markup(  # noqa: S704  # a file of ours, which ships
    resources.files("tutela.public").joinpath("static", "desk.css").read_text(encoding="utf-8")
)
"""Stands in the pages that somebody may open first: one journey over a slow network less until they see anything."""

_STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'self' 'sha256-{_STYLE_DIGEST}'; script-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""No connection at all: a script of the desk could send nothing, even if it wanted to."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Content-Type-Options": "nosniff",
}
KEEPS_NOTHING = "no-store"
GOES_BACK = "private, no-cache"
"""A browser may show it again when somebody goes back, and asks nobody else. What was typed is in it sealed only."""

SMALLEST_PACKED_BYTES = 500


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit."""

    house: HouseLike
    request: Request
    language: str
    place: str  #: where somebody sits, for limits
    form: Mapping[str, list[str]]
    is_from_here: bool = True  #: the form comes from a page of ours, as far as the browser says

    def said(self, name: str) -> str:
        """Return a field of the form, or nothing."""
        return self.form.get(name, [""])[0]

    def asked(self, name: str) -> str:
        """Return a part of the address behind its question mark, or nothing."""
        return str(self.request.query_params.get(name, ""))

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def in_language(self, language: str) -> "Visit":
        """Return this visit in another language, where it is one of ours."""
        return replace(self, language=language) if language in languages() else self

    def tell(self, name: str, variant: str = "", /, **parts: object) -> Markup:
        """Return a message in the language of this visit."""
        return tell(self.language, name, variant, **parts)

    def at(self, path: str = "") -> str:
        """Return the address of a page of the desk in this language."""
        return f"/desk/{self.language}{path}"

    def page(self, template: str, status: int = 200, *, keeps: str = GOES_BACK, **more: Any) -> Response:
        """Return a page.

        Args:
            template: Its file.
            status: Of the answer.
            keeps: What a browser may keep of it; `KEEPS_NOTHING` where it shows what somebody wrote, or a code.
            more: What the template puts in.
        """
        text = (
            _environment()
            .get_template(template)
            .render(
                tell=self.tell, at=self.at, language=self.language,
                direction=texts(self.language)["common"]["direction"],
                languages=[(each, tell(each, "common.name")) for each in languages()], exit_url=self.exit_url,
                moment=lambda when: moment(self.language, when), here=self._here,
                style=STYLE if self.request.method == "GET" else "", **{"back_link": "", **more},
            )
        )  # fmt: skip
        # A page with a secret in it is not packed: its length would tell of it.
        is_packed = keeps != KEEPS_NOTHING
        return self.answer(Response(text, status, media_type="text/html"), keeps, is_packed=is_packed)

    def go(self, address: str) -> Response:
        """Send the browser on."""
        return self.answer(RedirectResponse(address, status_code=303), KEEPS_NOTHING)

    def answer(self, response: Response, keeps: str, *, is_packed: bool = False) -> Response:
        """Put on a response what every one of the desk has; pack it where that is wanted and understood."""
        response.headers.update({**HEADERS, "Cache-Control": keeps, "Content-Language": self.language})
        if is_packed and len(response.body) >= SMALLEST_PACKED_BYTES:
            response.headers["Vary"] = "Accept-Encoding, Accept-Language"
            if "gzip" in self.request.headers.get("accept-encoding", ""):
                response.body = gzip.compress(bytes(response.body), 6, mtime=0)
                response.headers["Content-Encoding"] = "gzip"
                response.headers["Content-Length"] = str(len(response.body))
        return response

    @property
    def exit_url(self) -> str:
        """Return where the way out leads."""
        return self.house.settings.desk_exit_url

    @property
    def _here(self) -> str | None:
        """Return what stands behind the language, or none where the page cannot be opened by its address."""
        if self.request.method != "GET":
            return None
        _, _, rest = str(self.request.url.path).removeprefix("/desk").lstrip("/").partition("/")
        query = self.request.url.query
        return (f"/{rest}" if rest else "") + (f"?{query}" if query else "")


Handler = Callable[[Visit], Response]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tutela.public"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
