"""Officers who tell an authority, by the keyboard alone: in a real browser, on a real server, to a stand-in."""

from collections.abc import Callable
from typing import Any

import pytest

from browser.chromium import Tab, chromium, installed, kept
from browser.test_review_journey import beside
from cli.place import Place
from login import join
from reported import found_with_picture, operate_in_us, set_channel_up
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of
from tutela.sandbox.ncmec.server import Sandbox, listening

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)")

OFFICER = StaffRole.CHILD_SAFETY_OFFICER
REPORT = "Report to CyberTipline (National Center for Missing & Exploited Children)"


def test_what_is_owed_is_drawn_up_typed_prepared_approved_by_another_and_arrives(
    place: Place, serving: Callable[..., tuple[str, Any]]
) -> None:
    """From the list of what is owed to the receipt, without a mouse; the second person is another one."""
    address, _ = serving()
    origin = address.replace("127.0.0.1", "localhost")
    with beside(place) as house, chromium() as open_tab, listening(Sandbox()) as sandbox:
        ada, bea = open_tab(), open_tab()
        there = visitor_of("127.0.0.1", str(ada.run("navigator.userAgent")))
        people = [join(house, login, OFFICER, visitor=there) for login in ("ada", "bea")]
        for tab, who in zip((ada, bea), people, strict=True):
            tab.is_signed_in(origin, who.signed.secret)
        operate_in_us(house)
        set_channel_up(house, sandbox, people[0].principal)
        found_with_picture(house, *(each.principal for each in people))
        page = draw_up(ada, origin)
        choose_the_kind(ada)
        say_when_it_was(ada)
        prepare(ada)
        approve(bea, origin + page)
        receipt(ada)
        assert ada.complaints() == bea.complaints() == []
        assert len(list(sandbox.authority.finished())) == 1
        house.sealer.seal()
    assert "sound" in place.run("audit", "verify").out


def draw_up(ada: Tab, origin: str) -> str:
    """Go from the list of what is owed to the case, and have its report drawn up; return where that is."""
    ada.go(f"{origin}/console/reports")
    ada.title("Reports")
    kept(ada, "filing-owed")
    ada.walk_to("Sexual images of children")
    ada.key("Enter")
    ada.title("What is owed: Sexual images of children")
    kept(ada, "filing-duties")
    ada.walk_to("Draw up a report")
    ada.key("Enter")
    ada.title(REPORT)
    kept(ada, "filing-draft")
    return str(ada.run("location.pathname"))


def choose_the_kind(ada: Tab) -> None:
    """It is suggested; a person chooses it."""
    ada.press("Choose the kind")
    ada.title("The incident: kind")
    kept(ada, "filing-kind")
    ada.walk_to("Keep it")
    ada.key("Enter")
    ada.says("Kept.")
    assert "only suggested" not in ada.text()


def say_when_it_was(ada: Tab) -> None:
    """The place is led to by what keeps the report back; the time is typed digit by digit."""
    ada.press("Nobody has said when it happened.")
    ada.title("The incident: time")
    ada.run("document.getElementById('value').focus()")
    for key in ("0", "3", "0", "2", "2", "0", "2", "6", "Tab", "0", "3", "3", "0", "P"):
        ada.key(key)
    assert ada.run("document.getElementById('value').value") == "2026-03-02T15:30"
    kept(ada, "filing-time")
    ada.walk_to("Keep it")
    ada.key("Enter")
    ada.says("2026-03-02 15:30:00 UTC")


def prepare(ada: Tab) -> None:
    """It says less than it should, so it asks why; whoever prepared it is told that another person approves."""
    ada.write("reason", "Nothing more is known.")
    ada.walk_to("Prepare it p")
    ada.key("Enter")
    ada.says("You prepared it: another person approves it.")
    kept(ada, "filing-prepared")


def approve(bea: Tab, page: str) -> None:
    """One key, by the other person, after reading it as the authority does."""
    bea.go(page)
    bea.title(REPORT)
    bea.press("As the authority reads it")
    bea.title("As the authority reads it")
    assert "incidentSummary" in bea.text()
    kept(bea, "filing-read")
    bea.press("Back to the report")
    bea.title(REPORT)
    bea.key("a")
    bea.says("Approved. It goes out by itself from now on.")


def receipt(ada: Tab) -> None:
    """Looked at again until it is there, by whoever drew it up."""
    ada.run("location.reload()")
    ada.says("On its way")

    def is_there() -> bool:
        if "Receipt" not in ada.text():
            ada.press("Look again")
        return "Receipt" in ada.text()

    ada.until(is_there, "the receipt")
    ada.says("the authority named exactly what was sent")
    kept(ada, "filing-receipt")
