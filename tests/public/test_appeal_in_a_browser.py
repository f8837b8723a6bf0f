"""The page of an appeal in a real Chromium, on two screens: by the keyboard, axe-core, the order of reading."""

import pytest

from answering import BEA
from appealed import AppealOffice
from browser.axe import script
from browser.chromium import Tab, installed
from make import at_home
from public.conftest import Desk
from public.screens import DESKTOP, PHONE, Screen, looked_over, read_aloud
from tutela.core.appeals.states import Outcome
from tutela.public.words import tell

pytestmark = [
    pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)"),
    pytest.mark.skipif(script() is None, reason="no axe-core here (./dev test installs it)"),
]


def said(language: str, name: str) -> str:
    """Return what the page says."""
    return str(tell(language, f"appeal.{name}"))


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=lambda screen: screen.name)
@pytest.mark.parametrize("language", ["en", "de"])
def test_somebody_appeals_takes_it_back_appeals_again_and_reads_the_outcome(
    desk: Desk, tab: Tab, screen: Screen, language: str
) -> None:
    """By the keyboard alone; each state of the page is looked over."""
    screen.on(tab)
    office, name = AppealOffice(at_home(desk.house)), f"{language}-{screen.name}"
    decision_id = office.spam(f"post-{name}", f"appellant-{name}")
    tab.go(f"{desk.origin}/desk/{language}/appeal/{office.link(decision_id)}")
    tab.title(said(language, "title"))
    looked_over(tab, screen, f"{language}-appeal-asked")
    tab.walk_to(said(language, "send"))
    tab.write("words", "It was a quotation.")
    tab.press(said(language, "send"))
    tab.says(said(language, "done.taken"))
    looked_over(tab, screen, f"{language}-appeal-taken")
    tab.walk_to(said(language, "withdraw"))
    tab.key("Enter")
    tab.says(said(language, "done.withdrawn"))
    looked_over(tab, screen, f"{language}-appeal-withdrawn")
    tab.press(said(language, "send"))
    tab.says(said(language, "done.taken"))
    with desk.house.store.read() as reader:
        account = reader.accounts_by_platform_id([f"appellant-{name}"])[f"appellant-{name}"]
        [open_one] = [each for each in reader.appeals_against(decision_id, account.id) if each.is_open]
    office.decide(open_one, BEA, Outcome.OVERTURNED)
    tab.go(f"{desk.origin}/desk/{language}/appeal/{office.link(decision_id)}")
    tab.says(said(language, "outcomes.overturned"))
    assert said(language, "court") not in tab.run("document.body.innerText"), "there is nothing left to take to a court"
    looked_over(tab, screen, f"{language}-appeal-overturned")
    assert tab.complaints() == []


def test_what_was_decided_is_read_aloud_before_what_can_be_said_to_it(desk: Desk, tab: Tab) -> None:
    """Out, the heading, what happened, that no reason is needed, the fields by their names, send, what to keep."""
    PHONE.on(tab)
    office = AppealOffice(at_home(desk.house))
    tab.go(f"{desk.origin}/desk/en/appeal/{office.link(office.spam('post-aloud', 'appellant-aloud'))}")
    told = read_aloud(tab)
    wanted = [
        str(tell("en", "common.exit")), said("en", "title"), said("en", "codes.item_removed"), said("en", "say"),
        said("en", "lead"), said("en", "words"), said("en", "contact"), said("en", "send"), said("en", "keep_link"),
    ]  # fmt: skip
    places = [next((at for at, each in enumerate(told) if each.startswith(words)), -1) for words in wanted]
    assert -1 not in places, [words for words, at in zip(wanted, places, strict=True) if at < 0]
    assert places == sorted(places)


def test_a_link_that_does_not_work_says_what_to_do(desk: Desk, tab: Tab) -> None:
    """On a phone, in both languages."""
    PHONE.on(tab)
    for language in ("en", "de"):
        tab.go(f"{desk.origin}/desk/{language}/appeal/x")
        tab.title(said(language, "lost_title"))
        looked_over(tab, PHONE, f"{language}-appeal-lost")
