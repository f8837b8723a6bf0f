"""An officer calls back whoever says to be a hotline, by the keyboard alone, and what they named is hidden."""

from collections.abc import Callable
from typing import Any

import pytest

from browser.chromium import Tab, chromium, installed, kept
from browser.test_review_journey import beside
from cli.place import Place
from login import join
from make import submission
from tutela.bootstrap import House
from tutela.core.measures import MeasureKind, Subject
from tutela.core.notices.branches import Branch
from tutela.core.notices.draft import NoticeDraft
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of
from tutela.flows.take_notice import Teller

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)")

ITEM, OTHER = "post-of-the-lake", "post-of-the-hill"


def is_hidden(house: House, item: str) -> bool:
    """Return whether nobody sees an item for now."""
    with house.store.read() as reader:
        inner = reader.items_by_platform_id([item])[item].item.id
        return MeasureKind.HOLD in reader.standings([Subject.item(inner)])[Subject.item(inner)].kinds_at(
            house.clock.now()
        )


def test_an_officer_enrols_calls_back_and_what_was_named_is_hidden(
    place: Place, serving: Callable[..., tuple[str, Any]]
) -> None:
    """From the first page to what is hidden, without a mouse; before the call no more than anybody's word counts."""
    address, _ = serving()
    origin = address.replace("127.0.0.1", "localhost")
    with beside(place) as house, chromium() as open_tab:
        tab = open_tab()
        there = visitor_of("127.0.0.1", str(tab.run("navigator.userAgent")))
        officer = join(house, "ada", StaffRole.CHILD_SAFETY_OFFICER, visitor=there)
        tab.is_signed_in(origin, officer.signed.secret)
        house.submit([submission(each, author="alice", text="a lake") for each in (ITEM, OTHER)], None)
        asked = NoticeDraft(
            Branch.AUTHORITY, items=(ITEM, OTHER), words="Please hide the lake.", organisation="Harbour line"
        )
        house.notices.take(asked, Teller("192.0.2.9"))
        assert not (is_hidden(house, ITEM) and is_hidden(house, OTHER))
        enrol(tab, origin)
        read(tab, origin)
        call_back(tab)
        assert is_hidden(house, ITEM)
        assert is_hidden(house, OTHER)
        assert tab.complaints() == []
    assert "sound" in place.run("audit", "verify").out


def enrol(tab: Tab, origin: str) -> None:
    """Enrol the hotline, after calling the number of a directory; its key is shown once."""
    tab.go(f"{origin}/console/notifiers")
    tab.key("n")
    tab.until(lambda: tab.run("document.querySelector('details.card').open"), "the form")
    tab.run("document.getElementById('kind-hotline').focus()")
    tab.key(" ")
    for field, text in (("name", "Harbour line"), ("country", "DE"), ("checked_by", "+49 30 1, of the directory")):
        tab.write(field, text)
    tab.key("Enter")
    tab.says("Their key is shown this once.")
    kept(tab, "notice-enrolled")


def read(tab: Tab, origin: str) -> None:
    """Go from the first page to the one that is to be called back, and open what was told."""
    tab.go(f"{origin}/console")
    tab.walk_to("Notices of organisations that are to be called back: 1")
    tab.key("Enter")
    tab.title("Notices")
    tab.walk_to("I am an authority or a hotline")
    tab.key("Enter")
    tab.title("Notice: I am an authority or a hotline")
    tab.key("o")
    tab.says("Please hide the lake.")
    kept(tab, "notice-opened")


def call_back(tab: Tab) -> None:
    """Say who it was, and how it was made sure; then it stands on the page that all is hidden."""
    tab.run("document.getElementById('notifier').focus()")
    tab.run("document.getElementById('notifier').selectedIndex = 1")
    tab.write("how", "+49 30 1, of the directory")
    tab.press("Record the call")
    tab.says("They count as who they are")
    tab.says("hidden while people look")
    kept(tab, "notice-called-back")
