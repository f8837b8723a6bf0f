"""The people of the demo: invited, let in and given a second factor by the pages on which everybody is."""

import base64
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from tutela.sandbox.browser import Browser, Page
from tutela.sandbox.serving import Server
from tutela.sandbox.table import indented, table

ADMINISTRATOR = "administrator"
OTHERS = (
    ("reviewer", "Rhea Reed", "reviewer"),
    ("senior", "Selma Sand", "senior_reviewer"),
    ("officer", "Otto Ohm", "child_safety_officer"),
    ("analyst", "Anja Alm", "policy_analyst"),
)
"""Login, name and role: whoever tries the demo types the login."""

STEP_SECONDS = 30
DIGITS = 6
"""Of the codes of every app. Source: RFC 6238, 4.1; RFC 4226, 5.3."""


@dataclass(slots=True)
class Login:
    """How one of them comes in. Only in the demo does anybody keep what others prove themselves by."""

    login: str
    password: str
    secret: str = ""  #: of the app for codes
    _last_step: int = field(default=0)

    def next_code(self, now: datetime) -> str:
        """Return a code that is taken now: that of the moment, or the next where this one was used."""
        step = max(_step(now), self._last_step + 1)
        self._last_step = step
        return self._at(step)

    def code(self, now: datetime) -> str:
        """Return the code that somebody is to type now, and use up none."""
        return self._at(max(_step(now), self._last_step + 1))

    def enrolling_code(self, now: datetime) -> str:
        """Return the code of the half minute before, which is taken as well, so that the one of now is left."""
        self._last_step = _step(now) - 1
        return self._at(self._last_step)

    def _at(self, step: int) -> str:
        key = base64.b32decode(self.secret)
        mac = hmac.digest(key, step.to_bytes(8), "sha1")
        at = mac[-1] & 0x0F
        number = int.from_bytes(mac[at : at + 4]) & 0x7FFF_FFFF
        return str(number % 10**DIGITS).zfill(DIGITS)


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def hire(server: Server) -> Sequence[Login]:
    """Make an administrator at the command line; have her invite the others, and everybody come in.

    Raises:
        tutela.sandbox.serving.DemoError: Somebody was not let in.
    """
    made = json.loads(
        server.command("person", "create", ADMINISTRATOR, "--name", "Ada Abt", "--administrator", "--json")
    )
    browser = Browser(console_of(server))
    people = [_come_in(browser, ADMINISTRATOR, made["link"])]
    for login, name, role in OTHERS:
        browser.open("/console/people")
        invited = browser.send("/console/people", {"login": login, "name": name, "role": role})
        people.append(_come_in(Browser(browser.origin), login, invited.long))
    return people


def console_of(server: Server) -> str:
    """Return where browsers find the console: passkeys know names, and no numbers."""
    return f"http://localhost:{server.port}"


def sign_in(origin: str, who: Login) -> tuple[Browser, Page]:
    """Sign in as everybody does, by password and code, and return the browser with the first page.

    Raises:
        tutela.sandbox.serving.DemoError: They were not let in.
    """
    browser = Browser(origin)
    browser.open("/console/sign-in")
    asked = browser.send("/console/sign-in", {"login": who.login, "password": who.password})
    if not asked.path.endswith("/second"):
        return browser, asked
    return browser, browser.send("/console/sign-in/second", {"code": who.next_code(datetime.now(UTC))})


def logins_told(people: Iterable[Login], now: datetime) -> str:
    """Return a table of the ways in, with the codes that are taken now."""
    rows = [("login", "password", "code now", "or give an app this")]
    rows += [(each.login, each.password, each.code(now), each.secret) for each in people]
    return indented(table(rows, is_of_words=True))


def _come_in(browser: Browser, login: str, link: str) -> Login:
    """Open an invitation, choose a password, and enrol codes of an app."""
    who = Login(login, "-".join(secrets.token_hex(2) for _ in range(4)))
    path = urlsplit(link).path
    browser.open(path)
    browser.send(path, {"login": login, "password": who.password, "again": who.password})
    codes = browser.send("/console/security/codes", {})
    who.secret = codes.long.replace(" ", "")
    told = {"ceremony": codes.hidden["ceremony"], "code": who.enrolling_code(datetime.now(UTC))}
    browser.send("/console/security/codes/confirm", told)
    return who
