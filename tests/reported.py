"""A console that files with the stand-in of the authority: a case that was found, its channel, its report."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from console_browser import Browser
from core.filing.reports import REPORTER
from make import photo
from reviewing import found
from tutela.bootstrap import House
from tutela.core.content import ChannelKind
from tutela.core.filing.channel import ApprovalRule, ChannelChange
from tutela.core.ids import CaseId
from tutela.core.permissions import Principal
from tutela.flows.channel_door import Credentials
from tutela.flows.refer import MediaReference
from tutela.sandbox.ncmec.server import Sandbox

NCMEC = "ncmec"
SCHEMA_URL = "https://authority.alt/ispws/xsd"
US = {"country": "US", "user_regions": ("US",), "services": (ChannelKind.PUBLIC,), "authorities": (NCMEC,)}


def operate_in_us(house: House) -> None:
    """Let the operator be one in the United States, with a public service."""
    house.profile.write(replace(house.profile.read(), **US))  # type: ignore[arg-type]  # fields of a profile


def set_channel_up(house: House, sandbox: Sandbox, by: Principal, *, people: int = 2, is_on: bool = True) -> None:
    """Set the channel to the stand-in up, check it, and switch it on."""
    change = ChannelChange(
        base_url=sandbox.url, reporter=REPORTER, schema_url=SCHEMA_URL, approval=ApprovalRule(people=people)
    )
    house.filing.keep.set(by, NCMEC, change, Credentials("sandbox", "sandbox"))
    house.filing.check.check(by, NCMEC)
    if is_on:
        house.filing.keep.enable(by, NCMEC)


def found_with_picture(house: House, *people: Principal, text: str = "a lake", **more: Any) -> CaseId:
    """Have these people find a post with a picture; return the case."""
    with house.receive_media.open() as reception:
        reception.write(photo("flower", width=400))
        media = MediaReference(reception.finish().id)
    return found(house, *people, text=text, media=(media,), **more)[0]


def draw_up(browser: Browser, case_id: CaseId) -> str:
    """Draw a report up in the console and return the address of its page."""
    drawn = browser.post(f"/console/cases/{case_id}/reports", {"authority": NCMEC})
    assert drawn.status_code == 303, drawn.text
    return drawn.headers["location"].partition("?")[0]


def version(browser: Browser, page: str) -> str:
    """Return as which version a report is read."""
    text = browser.get(page).text
    return text.partition('name="version" value="')[2].partition('"')[0]


def keep(browser: Browser, page: str, place: str, **form: Any) -> Any:
    """Type something at a place."""
    told = {"place": place, "version": version(browser, page), **form}
    return browser.post(f"{page}/edit", told)


def complete(browser: Browser, page: str) -> None:
    """Choose the kind, and say what a report must say."""
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("incident.kind", {"value": "Child Pornography (possession, manufacture, and distribution)"}),
        ("incident.at", {"value": f"{browser.house.clock.now() - timedelta(hours=2):%Y-%m-%dT%H:%M}"}),
        ("note", {"value": "A harmless picture of a flower, that stands in for something else in a test."}),
    )
    for place, form in asked:
        done = keep(browser, page, place, **form)
        assert done.status_code == 303, done.text
