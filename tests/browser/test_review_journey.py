"""Reviewers at their work, by the keyboard alone: in a real browser, on a real server, with harmless pictures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from browser.chromium import Tab, chromium, installed, kept
from cli.place import Place
from login import Member, join, quick_passwords
from make import photo
from reviewing import laid
from tutela.bootstrap import House, build
from tutela.config import load
from tutela.core.cases import CaseReason
from tutela.core.content import Media
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of
from tutela.flows.refer import MediaReference

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)")

PICTURE = "document.querySelector('[data-window] img')"


@contextmanager
def beside(place: Place) -> Iterator[House]:
    """Yield a house of this process on the folder in which the server runs."""
    house = build(load({**place.environment, "TUTELA_WRITER": "tests"}, var=place.folder / "var"))
    house.passwords = quick_passwords()
    try:
        yield house
    finally:
        house.close()


def upload(house: House, content: bytes) -> Media:
    """Upload bytes."""
    with house.receive_media.open() as reception:
        reception.write(content)
        return reception.finish()


def seated(house: House, tab: Tab, origin: str, login: str) -> Member:
    """Return a senior reviewer who is signed in in a tab, and proved a moment ago who they are."""
    there = visitor_of("127.0.0.1", str(tab.run("navigator.userAgent")))
    member = join(house, login, StaffRole.SENIOR_REVIEWER, visitor=there)
    member.prove()
    tab.is_signed_in(origin, member.signed.secret)
    return member


def test_a_reviewer_claims_understands_decides_undoes_holds_and_blanks_the_screen(
    place: Place, serving: Callable[..., tuple[str, Any]]
) -> None:
    """Two key presses from an open case to a committed violation; a second person then answers blind, and otherwise."""
    address, server = serving()
    origin = address.replace("127.0.0.1", "localhost")
    with beside(place) as house, chromium() as open_tab:
        ada, bea = open_tab(), open_tab()
        picture = MediaReference(upload(house, photo("flower", width=640)).id)
        first, _, _ = laid(house, author="lake-seller", text="Cheap lakes!", hours=-3, media=(picture,))
        second, _, _ = laid(
            house, author="other-lake", clause="cse.depiction", reason=CaseReason.NEAR_MATCH, media=(picture,)
        )
        seated(house, ada, origin, "ada")
        take_the_next(ada, origin)
        look_while_a_key_is_held(ada)
        decide_and_undo(ada)
        server = decide_across_a_restart(ada, serving, server, origin)
        write_and_blank(ada)
        hold_and_take_up_again(ada)
        seated(house, bea, origin, "bea")
        hand_over_and_back(ada, bea, origin)
        hand_in_first_answer(ada)
        answer_second(bea, origin, second)
        find_and_reverse(ada, first)
        assert ada.complaints() == bea.complaints() == []
        with house.store.read() as reader:
            ended = reader.case_of(first)
            waiting = reader.case_of(second)
        assert ended is not None
        assert ended.closed_by is not None
        assert waiting is not None
        assert waiting.state.value == "awaiting_third"
        house.sealer.seal()
    assert "sound" in place.run("audit", "verify").out


def take_the_next(ada: Tab, origin: str) -> None:
    """Go in by the first page: what waits is said, and one key claims it."""
    ada.go(f"{origin}/console")
    ada.says("1 overdue.")
    kept(ada, "review-first")
    ada.key("q")
    ada.title("Queue")
    kept(ada, "review-queue")
    ada.key("n")
    ada.says("Why this is here")
    assert "lake-seller" in ada.text()
    assert "claimed" in ada.text()
    kept(ada, "review-case")


def look_while_a_key_is_held(ada: Tab) -> None:
    """Nothing is shown before and after; the grant is used once, and given back."""
    assert ada.run(f"{PICTURE}.hidden")
    ada.key_down("h")
    ada.until(lambda: ada.run(f"!{PICTURE}.hidden && {PICTURE}.complete && {PICTURE}.naturalWidth > 0"), "a picture")
    kept(ada, "review-look")
    inside = f"{PICTURE}.getBoundingClientRect().bottom <= {PICTURE}.parentElement.getBoundingClientRect().bottom"
    assert ada.run(inside), "all of the small picture is seen"
    ada.key_up("h")
    ada.until(lambda: ada.run(f"{PICTURE}.hidden && !{PICTURE}.hasAttribute('src')"), "the end of the look")


def decide_and_undo(ada: Tab) -> None:
    """One key for the finding, Enter for the commit; the next case opens, and one key takes it back."""
    ada.key("1")
    ada.until(lambda: ada.run("document.activeElement.id") == "commit-button", "the plan")
    assert "the case ends" in ada.text()
    kept(ada, "review-plan")
    ada.key("Enter")
    ada.says("other-lake")
    ada.says("you may take back what you decided")
    kept(ada, "review-next")
    ada.key("z")
    ada.says("Taken back.")
    ada.says("lake-seller")


def decide_across_a_restart(
    ada: Tab, serving: Callable[..., tuple[str, Any]], server: Any, origin: str
) -> Any:  # fmt: skip
    """The server knows nothing of a plan: another process commits it."""
    ada.key("1")
    ada.until(lambda: ada.run("document.activeElement.id") == "commit-button", "the plan")
    server.kill()
    server.wait()
    _, again = serving("--port", origin.rpartition(":")[2])
    ada.key("Enter")
    ada.says("other-lake")
    return again


def write_and_blank(ada: Tab) -> None:
    """A half-written note is put back after the page was left; Esc blanks everything at once."""
    ada.key("m")
    ada.call("Input.insertText", text="the same lake as")
    ada.go(str(ada.run("location.href")))
    ada.until(lambda: ada.run("document.getElementById('note').value") == "the same lake as", "the note")
    ada.key("?")
    ada.says("Keys on this page")
    kept(ada, "review-keys")
    ada.key("Escape")
    ada.until(lambda: ada.run("getComputedStyle(document.body).visibility") == "hidden", "a blank screen")
    assert not ada.run("!!document.querySelector('dialog')"), "whatever was open"
    kept(ada, "review-blank")
    ada.key("Escape")
    ada.until(lambda: ada.run("getComputedStyle(document.body).visibility") == "visible", "the page again")


def hold_and_take_up_again(ada: Tab) -> None:
    """Let it wait, find it among one's own on the first page, and go on: by Tab and Enter."""
    ada.key("o")
    for _ in range(3):
        ada.key("Tab")
    assert ada.run("document.activeElement.innerText") == "Hold it"
    kept(ada, "review-hold")
    ada.key("Enter")
    ada.says("Held until after it is due")
    ada.go(str(ada.run("location.origin")) + "/console")
    ada.says("on hold")
    ada.walk_to("other-lake: cse.depiction")
    ada.key("Enter")
    ada.says("Take up again")
    ada.key("c")
    ada.says("Give back")


def hand_over_and_back(ada: Tab, bea: Tab, origin: str) -> None:
    """To a colleague, who finds it among their own on the first page, and hands it back."""
    ada.go(str(ada.run("location.href")))  # until now nobody else worked here
    for giver, taker in ((ada, bea), (bea, ada)):
        giver.key("t")
        giver.key("Tab")
        giver.key("Tab")
        assert giver.run("document.activeElement.innerText") == "Hand it over"
        giver.key("Enter")
        giver.says("Handed over.")
        taker.go(f"{origin}/console")
        taker.walk_to("other-lake: cse.depiction")
        taker.key("Enter")
        taker.says("Give back")


def hand_in_first_answer(ada: Tab) -> None:
    """Under one of the twelve it takes two: the plan says so, and what holds at once."""
    ada.key("1")
    ada.until(lambda: ada.run("document.activeElement.id") == "commit-button", "the plan")
    assert "Another person answers too" in ada.text()
    ada.key("Enter")
    ada.says("Somebody else answers too, without seeing it")
    ada.title("Queue")


def answer_second(bea: Tab, origin: str, case_id: Any) -> None:
    """The second sees nothing of the first, and comes to something else."""
    bea.go(f"{origin}/console/queue")
    bea.key("n")
    bea.says("Your own answer")
    page = bea.text()
    assert case_id in str(bea.run("location.href"))
    assert "What was answered before is kept from you" in page
    assert "Answers" not in page
    assert "locked" not in page
    kept(bea, "review-second")
    bea.key("o")  # a second answer is not put on hold: there is no such key
    bea.key("5")
    bea.until(lambda: bea.run("document.activeElement.id") == "commit-button", "the plan")
    bea.key("Enter")
    bea.says("Nobody here may give the next answer")


def find_and_reverse(ada: Tab, case_id: Any) -> None:
    """By the keyboard alone: Ctrl-K to the case, on to its decision, the preview, and the reversal."""
    ada.call("Input.dispatchKeyEvent", type="keyDown", key="k", code="KeyK", windowsVirtualKeyCode=75, modifiers=2)
    ada.until(lambda: ada.run("document.activeElement.id") == "find", "the field that finds")
    ada.call("Input.insertText", text=str(case_id))
    ada.key("Enter")
    ada.until(lambda: case_id in str(ada.run("location.href")), "the case")
    ada.press("decision")
    ada.title("Spam and artificial reach")
    ada.key("p")
    ada.says("The reversal")
    ada.until(lambda: ada.run("document.activeElement.innerText").startswith("Reverse it"), "the button")
    kept(ada, "review-reversal")
    ada.key("Enter")
    ada.says("Reversed. What rested on nothing else ends with it.")
    kept(ada, "review-reversed")
