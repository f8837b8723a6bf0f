"""The first administrator, made at the machine, and the first reviewer: in a real browser, on a real server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pyotp
import pytest

from browser import chromium as browsers
from browser.chromium import Tab, chromium, installed
from cli.place import Place
from tutela.core.people import RECOVERY_CODES

PASSWORD = "seven harmless landscapes"  # noqa: S105 - of nobody

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)")

kept = partial(browsers.kept, narrow=360)  # people come in by their phones


def come_in(tab: Tab, link: str) -> None:
    """Open an invitation and choose a password."""
    tab.go(link)
    kept(tab, "invitation")
    tab.write("password", PASSWORD)
    tab.write("again", PASSWORD)
    tab.press("Come in")
    tab.title("Security")


def test_first_administrator_invitation_passkey_codes_and_sessions(
    place: Place, serving: Callable[..., tuple[str, Any]]
) -> None:
    """Made by a command, invited by a page, enrolled by a passkey and by an app, and every session ended at the end."""
    address, _ = serving()
    origin = address.replace("127.0.0.1", "localhost")
    made = place.run("person", "create", "ada", "--administrator", "--name", "Ada Lovelace", "--json")
    link = made.json["link"].replace("http://localhost:8420", origin)
    with chromium() as open_tab:
        ada, grace = open_tab(), open_tab()
        for tab in (ada, grace):
            tab.add_passkey_device()

        enrol_passkey(ada, origin, link)
        look_at_coverage(ada)
        invitation = invite(ada)
        shared = enrol_app(grace, invitation)
        sign_in_by_code(grace, shared)
        end_sessions(ada, grace, origin)
        assert ada.complaints() == grace.complaints() == []
    assert "sound" in place.run("audit", "verify").out


def enrol_passkey(ada: Tab, origin: str, link: str) -> None:
    """Come in, and make a passkey and recovery codes."""
    ada.go(f"{origin}/console")
    ada.title("Sign in")
    kept(ada, "sign-in")
    come_in(ada, link)
    kept(ada, "security-to-do")
    ada.write("passkey-name", "laptop")
    ada.press("Enrol a passkey")
    ada.until(lambda: "since 20" in str(ada.run("document.body.innerText")), "the passkey")
    ada.press("Make recovery codes")
    ada.title("Your recovery codes")
    assert ada.run("document.querySelectorAll('.codes li').length") == RECOVERY_CODES
    kept(ada, "recovery-codes")


def look_at_coverage(ada: Tab) -> None:
    """Go to what nothing looks for by the Tab key and Enter alone."""
    ada.walk_to("Oversight")
    ada.key("Enter")
    ada.walk_to("Coverage")
    ada.press("Coverage")
    ada.title("Coverage")
    assert "Nothing that works looks for 12 clauses" in str(ada.run("document.body.innerText"))
    assert ada.run("document.documentElement.scrollWidth <= innerWidth")
    kept(ada, "coverage")


def invite(ada: Tab) -> str:
    """Invite a reviewer, and return the link."""
    ada.press("People")
    ada.title("People")
    ada.write("login", "grace")
    ada.write("name", "Grace Hopper")
    ada.choose("role-reviewer")
    kept(ada, "people")
    ada.press("Invite")
    ada.title("Grace Hopper may come in")
    kept(ada, "invited")
    return str(ada.run("document.getElementById('link').innerText"))


def enrol_app(grace: Tab, link: str) -> pyotp.TOTP:
    """Come in, and give an app its secret."""
    come_in(grace, link)
    grace.press("Enrol an app")
    grace.title("Codes of an app")
    kept(grace, "codes")
    totp = pyotp.TOTP(str(grace.run("document.querySelector('.long').innerText")).replace(" ", ""))
    grace.write("code", totp.now())
    grace.press("Enrol")
    grace.title("Security")
    kept(grace, "security")
    return totp


def sign_in_by_code(grace: Tab, totp: pyotp.TOTP) -> None:
    """Sign out, and in again by password and the next code of the app: the one before was taken."""
    grace.press("Sign out")
    grace.title("Sign in")
    grace.write("login", "grace")
    grace.write("password", PASSWORD)
    grace.press("Sign in")
    grace.title("One more proof")
    kept(grace, "second")
    grace.write("code", totp.at(datetime.now(UTC) + timedelta(seconds=30)))
    grace.press("Go on")
    grace.title("Hello, Grace Hopper")
    kept(grace, "first")


def end_sessions(ada: Tab, grace: Tab, origin: str) -> None:
    """Sign in by the passkey alone, look at the sessions, and end those of somebody else."""
    ada.go(f"{origin}/console")
    ada.press("Sign out")
    ada.title("Sign in")
    ada.press("Use a passkey")
    ada.title("Hello, Ada Lovelace")
    ada.press("You")
    ada.press("Sessions")
    ada.title("Sessions")
    kept(ada, "sessions")
    ada.press("People")
    ada.title("People")
    ada.press("Grace Hopper")
    ada.title("Grace Hopper")
    kept(ada, "person")
    ada.press("End them all")
    ada.until(lambda: "0 open." in str(ada.run("document.body.innerText")), "the end of all sessions")
    grace.press("You")
    grace.press("Sessions")
    grace.title("Sign in")
