"""Somebody appeals by the link that they were sent, a colleague overturns by the keyboard, and the page tells of it."""

from collections.abc import Callable
from typing import Any

import pytest

from appealed import AppealOffice
from browser.chromium import Tab, chromium, installed, kept
from browser.test_review_journey import beside, seated
from cli.place import Place
from make import at_home
from tutela.core.measures import Subject
from tutela.public.words import tell

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)")


def test_from_the_link_to_an_overturning_and_back_to_the_link(
    place: Place, serving: Callable[..., tuple[str, Any]]
) -> None:
    """Two people at two screens, without a mouse; nothing ends before the answer, and all of it does by the answer."""
    place.environment["TUTELA_DESK_IS_OPEN"] = "true"
    address, _ = serving()
    origin = address.replace("127.0.0.1", "localhost")
    with beside(place) as house, chromium() as open_tab:
        office, theirs, reviewer = AppealOffice(at_home(house)), open_tab(), open_tab()
        decision_id = office.spam()
        page = f"{origin}/desk/en/appeal/{office.link(decision_id)}"
        appeal(theirs, page)
        with house.store.read() as reader:
            item = Subject.item(reader.items_by_platform_id(["post"])["post"].item.id)
        assert office.held(item)[item] == [("remove", decision_id)]
        seated(house, reviewer, origin, "bea")
        overturn(reviewer, origin)
        assert office.held(item)[item] == []
        theirs.go(page)
        theirs.says(str(tell("en", "appeal.outcomes.overturned")))
        assert theirs.complaints() == reviewer.complaints() == []
    assert "sound" in place.run("audit", "verify").out


def appeal(tab: Tab, page: str) -> None:
    """Write and send it."""
    tab.go(page)
    tab.write("words", "It was a quotation.")
    tab.press(str(tell("en", "appeal.send")))
    tab.says(str(tell("en", "appeal.done.taken")))


def overturn(tab: Tab, origin: str) -> None:
    """Go to the first appeal, claim it, see what overturning does, and answer so."""
    tab.go(f"{origin}/console/appeals")
    tab.key("n")
    tab.title("Appeal of alice")
    tab.key("c")
    tab.says("Show what it does")
    tab.key("3")
    tab.write("line", "It is a landscape")
    tab.key("Enter")
    tab.until(lambda: tab.run("document.activeElement.innerText?.startsWith('Answer so')"), "the plan")
    kept(tab, "appeal-plan")
    tab.key("Enter")
    # Not by its words: a reason that can be chosen before begins like them.
    tab.until(lambda: tab.run("Boolean(document.getElementById('answers'))"), "the answer that was given")
    tab.says("It was decided")
    kept(tab, "appeal-decided")
