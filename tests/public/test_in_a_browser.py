"""The desk in a real Chromium, on a phone and on a desk: journeys by the keyboard, axe-core, the order of reading."""

import re

import pytest

from browser.axe import script
from browser.chromium import Tab, installed
from public.conftest import CODE_SHAPE, Desk
from public.screens import DESKTOP, PHONE, Screen, looked_over, read_aloud
from tutela.core.notices.branches import Branch
from tutela.public.front import address_of
from tutela.public.steps import STEPS, Telling
from tutela.public.table import PAGES
from tutela.public.words import tell, texts

pytestmark = [
    pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)"),
    pytest.mark.skipif(script() is None, reason="no axe-core here (./dev test installs it)"),
]

ANSWERS = {
    "links": "https://photos.example/p/1", "names": "kilo", "words": "It is me.", "email": "me@mail.example",
    "organisation": "Harbour police", "reference": "H-7", "signature": "Ann Other", "relation": "me",
}  # fmt: skip
"""What is typed, wherever a field of that name comes."""

TICKED = {"danger": "danger-yes", "age": "age-13_15", "signature": "good_faith"}
"""What is chosen on a page."""


def said(name: str, variant: str = "") -> str:
    """Return what the English page says."""
    return str(tell("en", name, variant))


def answer(tab: Tab, step: str) -> None:
    """Answer the question of a page by the keyboard."""
    if step in TICKED:
        tab.run(f"document.getElementById('{TICKED[step]}').focus()")
        tab.key(" ")
    fields = tab.run("[...document.querySelectorAll('main textarea, main input:not([type])')].map(e => e.id)")
    typed = tab.run("[...document.querySelectorAll('main input[type=text]')].map(e => e.id)")
    for field in [*fields, *typed]:
        tab.write(field, ANSWERS[field])


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=lambda screen: screen.name)
@pytest.mark.parametrize("branch", list(Branch), ids=lambda branch: branch.value)
def test_somebody_tells_it_all_by_the_keyboard_and_sees_how_it_stands(
    desk: Desk, tab: Tab, branch: Branch, screen: Screen
) -> None:
    """From the first page to the receipt, and by its code to how it stands; each page is looked over."""
    screen.on(tab)
    tab.go(f"{desk.origin}/desk/en")
    way = f"{branch.value}-{screen.name}"
    tab.run(f"document.querySelector('a[href$=\"{address_of(branch)}\"]').focus()")
    tab.key("Enter")
    tab.title(said(f"help.title.{branch.value}"))
    looked_over(tab, screen, f"{way}-help")
    tab.press(said("help.start"))
    telling = Telling(branch, "", STEPS[branch][0], told={"danger": "yes"})
    for step in telling.steps:
        tab.title(said(f"steps.{'answer' if step == 'contact' else step}.title", branch.value))
        answer(tab, step)
        looked_over(tab, screen, f"{way}-{step}", step)
        tab.press(said("steps.check.send") if step == "check" else said("common.continue"))
    tab.title(said("receipt.title"))
    code = str(tab.run("document.getElementById('code').innerText"))
    assert re.fullmatch(CODE_SHAPE, code)
    looked_over(tab, screen, f"{way}-receipt", "receipt")
    tab.press(said("receipt.status"))
    tab.title(said("status.ask_title"))
    tab.write("code", code.lower().replace("-", " "))
    tab.key("Enter")
    tab.title(said("status.title"))
    looked_over(tab, screen, f"{way}-status", "status")
    assert tab.complaints() == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_grave_is_on_any_other_page(desk: Desk, tab: Tab, language: str) -> None:
    """On a phone, in both themes and two languages: the first page, that of traces, and those of what went wrong."""
    PHONE.on(tab)
    plain = [each.path for each in PAGES if each.method == "GET" and "{" not in each.path and each.path != "/tell"]
    for path in [*plain, "/nowhere", "/tell/it-shows-me", "/tell/authority"]:
        tab.go(f"{desk.origin}/desk/{language}{path}")
        looked_over(tab, PHONE, f"{language}{path.replace('/', '-')}")
    tab.go(f"{desk.origin}/desk/{language}/status")
    tab.write("code", "hello")
    tab.key("Enter")
    tab.says(texts(language)["status"]["unknown"])
    looked_over(tab, PHONE, f"{language}-status-unknown")
    tab.run("f = document.forms[0]; f.action = f.action.replace('/status', '/tell'); f.submit()")
    tab.title(texts(language)["lost"]["title"])
    looked_over(tab, PHONE, f"{language}-lost")


def test_the_key_that_goes_back_leads_back_and_keeps_what_was_written(desk: Desk, tab: Tab) -> None:
    """The browser's own: no question whether to send again, and on from there to the end."""
    PHONE.on(tab)
    tab.go(f"{desk.origin}/desk/en/tell/saw-something")
    tab.press(said("help.start"))
    tab.title(said("steps.danger.title", "saw_something"))
    tab.press(said("common.continue"))
    tab.title(said("steps.links.title"))
    tab.write("links", "https://photos.example/p/9")
    tab.press(said("common.continue"))
    tab.title(said("steps.names.title", "saw_something"))
    tab.run("history.back()")
    tab.title(said("steps.links.title"))
    assert tab.run("document.getElementById('links').value") == "https://photos.example/p/9"
    tab.press(said("common.continue"))
    tab.title(said("steps.names.title", "saw_something"))


@pytest.mark.parametrize("way", ["it-shows-me", "threatened"])
def test_help_is_read_aloud_before_anything_is_asked(desk: Desk, tab: Tab, way: str) -> None:
    """The order in which a screen reader goes: out, the heading, danger, Take It Down, people who listen, start."""
    PHONE.on(tab)
    tab.go(f"{desk.origin}/desk/en/tell/{way}?country=DE")
    told = read_aloud(tab)
    branch = way.replace("-", "_")
    wanted = [
        said("common.skip"), said("common.exit"), said(f"help.title.{branch}"),
        str(tell("en", "help.emergency", numbers="110 / 112")),
        said("help.take_it_down_link"), "Nummer gegen Kummer", said("help.country_show"), said("help.start"),
        said("common.traces"),
    ]  # fmt: skip
    places = [next((at for at, each in enumerate(told) if each.startswith(words)), -1) for words in wanted]
    assert -1 not in places, [words for words, at in zip(wanted, places, strict=True) if at < 0]
    assert places == sorted(places)


def test_a_question_is_read_before_its_field_and_its_field_says_what_helps(desk: Desk, tab: Tab) -> None:
    """The heading, the hint, the field by its name, then the button."""
    PHONE.on(tab)
    tab.go(f"{desk.origin}/desk/en/tell/adult-intimate")
    tab.press(said("help.start"))
    tab.title(said("steps.age.title", "adult_intimate"))
    tab.press(said("common.continue"))
    tab.title(said("steps.links.title"))
    told = read_aloud(tab)
    wanted = ["Question 2 of 8", said("steps.links.title"), said("steps.links.hint")[:20], said("steps.links.label")]
    places = [next(at for at, each in enumerate(told) if each.startswith(words)) for words in wanted]
    assert places == sorted(places)
    described = tab.run("document.getElementById('hint').innerText.length > 20")
    assert described
    assert tab.run("document.getElementById('links').getAttribute('aria-describedby').trim()") == "hint"


def test_the_way_out_leaves_at_once_by_button_and_by_escape(desk: Desk, tab: Tab) -> None:
    """It replaces the page in the history, and no request was made to where it leads before it was pressed."""
    PHONE.on(tab)
    for leave in ("button", "escape"):
        tab.go(f"{desk.origin}/desk/en/traces")
        length = tab.run("history.length")
        assert [each for each in tab.requests if not each["url"].startswith((desk.origin, "data:"))] == []
        # Nothing outside is asked in a test: the neutral site is a page of ours, elsewhere.
        tab.run(f"document.getElementById('exit').href = '{desk.origin}/docs'")
        if leave == "button":
            tab.press(said("common.exit"))
        else:
            for _ in range(3):
                tab.key("Escape")
        tab.until(lambda: tab.run("location.pathname") == "/docs", "the neutral site")
        assert tab.run("history.length") == length
        assert tab.run("document.referrer") in {"", f"{desk.origin}/desk/en/traces"}
        tab.requests.clear()


def test_the_way_out_works_without_a_script(desk: Desk) -> None:
    """A plain link to what is set, that says nothing of where it comes from."""
    link = re.search(r'<a id="exit"[^>]*>', desk.get().text)
    assert link is not None
    assert f'href="{desk.house.settings.desk_exit_url}"' in link[0]
    assert "noreferrer" in link[0]


def test_a_journey_works_without_scripts(desk: Desk, tab: Tab) -> None:
    """Everything but the code of a picture, which the page says it can do without."""
    PHONE.on(tab)
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.go(f"{desk.origin}/desk/en/tell/it-shows-me")
        tab.press(said("help.start"))
        for step in ("danger", "links", "names", "picture", "words", "age", "answer"):
            tab.title(said(f"steps.{step}.title", "it_shows_me"))
            if step == "picture":
                assert said("steps.picture.without_script") in tab.text()
                assert said("steps.picture.label") not in tab.text()
            tab.press(said("common.continue"))
        tab.title(said("steps.check.title"))
        tab.press(said("steps.check.send"))
        tab.title(said("receipt.title"))
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
