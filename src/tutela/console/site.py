"""Under which address we are visited, and whether a form comes from one of our own pages."""

import re
from urllib.parse import urlsplit

from tutela.config import Settings
from tutela.errors import Forbidden
from tutela.ports.proofs import Site

HOME = "/console"
_LOCAL = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(?::([0-9]{1,5}))?")
_PAGE = re.compile(r"/console(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_.=&%+-]*)?")


class WrongAddress(Forbidden):
    """This is not the address at which people sign in here."""


def site_of(host: str, settings: Settings) -> Site:
    """Return the site that the browser believes to be at; passkeys and forms are bound to it.

    Raises:
        WrongAddress: The browser was led here under another name, perhaps by somebody whose name it is.
    """
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        if host.lower() != parts.netloc:
            raise WrongAddress(place="Host", remedy=f"Go to {settings.public_url}{HOME}.")
        return Site(settings.public_url, parts.hostname or "")
    found = _LOCAL.fullmatch(host.lower())
    if found is None:
        raise WrongAddress(place="Host", remedy="Set TUTELA_PUBLIC_URL to the address that people type.")
    port = f":{found[2]}" if found[2] else ""
    return Site(f"http://localhost{port}", "localhost")


def check_from_here(fetch_site: str | None, origin: str | None, site: Site) -> None:
    """Refuse a form that another site had the browser send. Browsers say where one comes from, and pages cannot lie.

    Raises:
        tutela.errors.Forbidden: It comes from elsewhere, or nothing says where from.
    """
    is_ours = fetch_site == "same-origin" if fetch_site is not None else origin == site.origin
    if not is_ours:
        raise Forbidden("this form does not come from a page of ours", place="Origin", remedy="Open the page anew.")


def safe_next(address: str) -> str:
    """Return where to go on, when it is a page of ours; else the first page. Nobody is sent to another site."""
    return address if _PAGE.fullmatch(address) else HOME
