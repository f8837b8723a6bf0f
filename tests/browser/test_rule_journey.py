"""An analyst and an officer bring a rule live, by the keyboard alone: in a real browser, on a real server."""

from collections.abc import Callable
from typing import Any

import pytest

from browser.chromium import Tab, chromium, installed, kept
from cli.place import Place
from login import join, quick_passwords
from rulebook import links
from ruled import ADULT, YOUNG, message, who
from tutela.bootstrap import House, build
from tutela.config import load
from tutela.core.permissions import StaffRole
from tutela.core.visitors import visitor_of
from tutela.core.word_banks import WordBankKind
from tutela.flows.keep_word_banks import NewWordBank

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)")

FIELD = "document.querySelector('#text')"


def seated(house: House, tab: Tab, origin: str, login: str, role: StaffRole) -> None:
    """Have somebody be signed in in a tab."""
    member = join(house, login, role, visitor=visitor_of("127.0.0.1", str(tab.run("navigator.userAgent"))))
    member.prove()
    tab.is_signed_in(origin, member.signed.secret)


def test_a_rule_goes_from_a_mistake_to_live_and_what_it_would_see_is_known_before(
    place: Place, serving: Callable[..., tuple[str, Any]]
) -> None:
    """Checked while one writes, at its place; tried, kept, let into shadow, proposed, and approved by somebody else."""
    address, _ = serving()
    origin = address.replace("127.0.0.1", "localhost")
    house = build(load({**place.environment, "TUTELA_WRITER": "tests"}, var=place.folder / "var"))
    house.passwords = quick_passwords()
    try:
        with chromium() as open_tab:
            ann, ode = open_tab(), open_tab()
            seated(house, ann, origin, "ann", StaffRole.POLICY_ANALYST)
            seated(house, ode, origin, "ode", StaffRole.CHILD_SAFETY_OFFICER)
            told = [message(f"m{n}", who("rower", ADULT), who(f"kid-{n}", YOUNG), text="no lake") for n in range(4)]
            house.observe(told)
            write_with_a_mistake_and_mend_it(ann, origin)
            try_and_keep(ann)
            nothing_is_left(ann, origin)
            move(ann, "Version 1: draft to in shadow", "to see what it would find", "Moved.")
            move(
                ann,
                "Version 1: in shadow to live",
                "it found what it should",
                "It goes on when somebody else approves.",
            )
            approve(ode, origin)
            look_around(ode, origin)
            preview_and_import_words(house, ann, origin)
            assert ann.complaints() == ode.complaints() == []
    finally:
        house.close()
    assert "live" in place.run("rules", "list").out


def preview_and_import_words(house: House, ann: Tab, origin: str) -> None:
    """A preview leaves the list in its field, for no page ever brings it back; what is imported is gone from it."""
    bank = NewWordBank("pier-words", WordBankKind.KEYWORDS, "cse.links", "our own")
    house.keep_word_banks.create(bank, "name:tests")
    ann.go(f"{origin}/console/word-banks/pier-words")
    ann.press("Import a list")
    ann.write("list", "kelvarn\nostrelm\nkelvarn")
    ann.press("Preview")
    ann.says("This would happen: 3 rows read, 2 new, 0 known, 1 repeated, 0 refused.")
    kept(ann, "words-previewed")
    assert ann.run("document.querySelector('#list').value") == "kelvarn\nostrelm\nkelvarn"
    ann.press("Import")
    ann.says("Imported: 3 rows read, 2 new, 0 known, 1 repeated, 0 refused.")
    assert ann.run("document.querySelector('#list').value") == ""
    kept(ann, "words-imported")
    pages = {"first": "", "bases": "/bases", "metrics": "/metrics", "settings": "/settings", "banks": "/banks"}
    for name, path in pages.items():
        ann.go(f"{origin}/console{path}")
        kept(ann, name)


def write_with_a_mistake_and_mend_it(ann: Tab, origin: str) -> None:
    """Nobody presses a button: the mistake is there a moment later, and following it goes to its place."""
    ann.go(f"{origin}/console/rules")
    ann.key("w")
    ann.title("A new rule")
    ann.run(f"{FIELD}.focus(); {FIELD}.select()")
    ann.call("Input.insertText", text=links().replace("has_link and", "has_lnk and"))
    ann.says("did you mean `text.has_link`?")
    kept(ann, "rule-mistake")
    leave_and_come_back(ann, origin)
    ann.press("line 3, column 9")
    ann.until(lambda: ann.run(f"document.activeElement === {FIELD}"), "the field")
    assert ann.run(f"{FIELD}.value.slice({FIELD}.selectionStart, {FIELD}.selectionEnd)") == "text.has_lnk"
    ann.call("Input.insertText", text="text.has_link")
    ann.says("It can be used.")


def leave_and_come_back(ann: Tab, origin: str) -> None:
    """What was written and not saved is offered, where the page is loaded anew and where one comes back to it."""
    offer = "You wrote something here that was not saved."
    for address in (f"{origin}/console/write-rule", f"{origin}/console/rules"):
        ann.go(address)
    ann.run("history.back()")
    ann.title("A new rule")
    ann.says(offer)
    assert "name-of-the-rule" in ann.run(f"{FIELD}.value")
    kept(ann, "rule-unsaved")
    ann.press("Put it back")
    ann.says("did you mean `text.has_link`?")
    assert "has_lnk and" in ann.run(f"{FIELD}.value")
    assert offer not in ann.text()


def nothing_is_left(ann: Tab, origin: str) -> None:
    """What was saved is offered no more."""
    ann.go(f"{origin}/console/write-rule")
    ann.says("It is checked while you write")
    assert "was not saved" not in ann.text()
    assert "name-of-the-rule" in ann.run(f"{FIELD}.value")
    ann.go(f"{origin}/console/rules/many-links")


def try_and_keep(ann: Tab) -> None:
    """Its tests run, and it is tried on what happened; then it is a draft."""
    ann.press("Run its tests")
    ann.says("passed")
    ann.press("Try it on what happened")
    ann.says("4 events were looked at")
    assert "has_link and count" in ann.run(f"{FIELD}.value")
    kept(ann, "rule-tried")
    ann.press("Save as a draft")
    ann.title("many-links")
    ann.says("Saved as a draft.")


def move(ann: Tab, words: str, reason: str, told: str) -> None:
    """Choose a move and say why."""
    find = f"[...document.querySelectorAll('label')].find(each => each.innerText.startsWith({words!r}))"
    ann.until(lambda: ann.run(f"!!{find}"), words)
    ann.run(f"document.getElementById({find}.htmlFor).focus()")
    ann.key(" ")
    ann.write("line", reason)
    ann.key("Enter")
    ann.says(told)


def approve(ode: Tab, origin: str) -> None:
    """Somebody else finds it at the top of the list, reads it and approves it with one key."""
    ode.go(f"{origin}/console/rules")
    ode.says("version 1 is to go from in shadow to live")
    ode.press("many-links")
    ode.title("many-links")
    kept(ode, "rule-approve")
    ode.key("a")
    ode.says("Approved. It is so now.")


def look_around(ode: Tab, origin: str) -> None:
    """The page of an account, found by its name."""
    ode.go(f"{origin}/console/account?id=rower")
    ode.says("Who is around it")
    assert "4 times since" in ode.text()
    kept(ode, "account")
