"""The page of what is due: late ones for everybody on shift, times with their zone, who was not reached."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from asking import begin, hear, tell
from console.conftest import serving_pages
from console_browser import Browser, Reader
from tutela.adapters.twins.mail import MailTwin
from tutela.core.clocks import ClockSubject, Signal
from tutela.core.permissions import StaffRole

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def served_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Serve for this module: what is late here would be on the first page of others."""
    with serving_pages(tmp_path_factory.mktemp("console")) as browser:
        now = browser.house.clock.now()
        begin(browser.house, "ntc_first", now - 2 * DAY, ClockSubject.NOTICE)
        for number in range(60):
            begin(browser.house, f"apl_{number:02}", now - 8 * DAY - timedelta(minutes=number))
        begin(browser.house, "apl_answered", now - 3 * DAY)
        hear(browser.house, "apl_answered", now - 2 * DAY, Signal.DECIDED)
        yield browser


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.SENIOR_REVIEWER, StaffRole.CHILD_SAFETY_OFFICER])
def test_everybody_on_shift_sees_what_is_late(browser: Browser, member: Any, role: StaffRole) -> None:
    """With the zone of each time, and how much of what was kept; the menu leads there."""
    page = browser.as_member(member(role)).get("/console/due")
    words = Reader(page.text).words
    assert page.status_code == 200
    assert "Late by" in words or "late by" in words
    assert "All times are in UTC" in words
    assert "California Civil Code" in words
    assert words.count("UTC") > 50
    assert "Target missed" in words
    assert "apl_answered" not in words
    assert "64 late" in words
    assert '"/console/due" aria-current="page"' in page.text.replace("href=", "")


def test_what_has_a_page_is_a_link_for_whoever_may_open_it(browser: Browser, member: Any) -> None:
    """And nothing for the others."""
    senior = browser.as_member(member(StaffRole.SENIOR_REVIEWER)).get("/console/due?due=late").text
    reviewer = browser.as_member(member(StaffRole.REVIEWER)).get("/console/due?due=late").text
    assert '<a href="/console/appeals/apl_59">' in senior
    assert "/console/appeals/apl_" not in reviewer


def test_who_works_on_nothing_does_not_see_it(browser: Browser, member: Any) -> None:
    """An administrator works on no case."""
    assert browser.as_member(member(StaffRole.ADMINISTRATOR)).get("/console/due").status_code == 403


def test_a_long_list_goes_on_and_can_be_narrowed(browser: Browser, member: Any) -> None:
    """Each once; what is no list is said."""
    browser.as_member(member(StaffRole.REVIEWER))
    first = browser.get("/console/due?due=late").text
    following = next(str(a["href"]) for a in Reader(first).all("a") if a.get("rel") == "next")
    second = browser.get(following).text
    shown = [f"apl_{number:02}" for number in range(60)]
    assert all((each in first) is not (each in second) for each in shown)
    assert "apl_00" not in browser.get("/console/due?due=breached").text
    assert browser.get("/console/due?due=never").status_code == 422
    assert browser.get("/console/due?after=%00%FFx").status_code == 422


def test_who_was_not_reached_is_shown_and_a_mail_that_came_back_is_noted(
    browser: Browser, member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its identifier; no address is on the page."""

    class Reached:
        def contact_of(self, *_: object) -> str:
            return "anna@example.org"

        def language_of(self, *_: object) -> str:
            return "en"

    send: Any = browser.house.messaging.send
    monkeypatch.setattr(send, "mail", MailTwin())
    monkeypatch.setattr(send, "contacts", dict.fromkeys(send.contacts, Reached()))
    made = tell(browser.house, "ntc_7")
    browser.as_member(member(StaffRole.REVIEWER))
    while browser.house.messaging.outbox.counts(browser.house.clock.now()).waiting:
        browser.house.messaging.send()
    assert "ntc_7" not in browser.get("/console/due").text
    wrong = browser.post("/console/due/bounced", {"message": "msg_none"})
    assert (wrong.status_code, "msg_none" in wrong.text) == (404, True)
    noted = browser.post("/console/due/bounced", {"message": f" {made} "})
    assert noted.status_code == 303
    page = browser.get("/console/due?done=bounced").text
    assert "ntc_7" in page
    assert "It is noted" in page
    assert "anna@" not in page
