"""The seventh act of the demo: people outside and people under a measure are heard, and the figures are public.

The picture is a landscape, and nobody is shown in it. It stands in for one that somebody wants gone.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from tutela.sandbox.browser import Browser, Page
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.fourth_act import Console
from tutela.sandbox.platform import Platform, Post
from tutela.sandbox.second_hearing import appeal, decide_wrongly, show_figures
from tutela.sandbox.serving import DemoError, Server
from tutela_client import Client

POSTER, COPIERS = "ulf.stern", ("vera.holm", "wim.brook")
WITHIN_SECONDS = 40.0
LOOK_SECONDS = 0.2
CLAUSE = "cse.depiction"
CODE = re.compile(r'id="code">([0-9A-Z-]{23})<')
_ANSWERS = re.compile(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Told:
    """A notice that was taken, and what it is about."""

    desk: Browser
    code: str
    post: Post
    case: str
    picture: bytes


def play(server: Server, client: Client, console: Console, picture: bytes, findings: Findings) -> None:
    """Play a notice to its outcome, an appeal that is right, and the figures.

    Args:
        server: Where the desk is.
        client: The platform's own.
        console: Who may come in, with the browsers in which they are signed in.
        picture: A harmless one that no bank knows.
        findings: Gets what did not happen as it must.
    """
    say("\nSomebody outside is heard: a landscape stands in for a picture that its subject wants gone.")
    decide_wrongly(client)
    told = tell(client, server, picture, findings)
    show_clock(console.browsers["officer"], findings)
    decide(client, console.browsers, told, findings)
    appeal(client, console.browsers["officer"], told.desk, findings)
    show_outcome(client, told, findings)
    show_figures(client, told.desk, findings)


def tell(client: Client, server: Server, picture: bytes, findings: Findings) -> _Told:
    """Have three accounts post a picture, and somebody without an account tell of the first one."""
    platform = Platform(client, "outside")
    post, *copies = [platform.post(who, picture) for who in (POSTER, *COPIERS)]
    findings.expect(all(each.answer.may_publish for each in (post, *copies)), "a landscape was not published")
    desk = Browser(f"http://localhost:{server.port}")
    link = f"https://photos.example/p/{post.id}"
    answers = {"links": link, "words": "It shows me. Please take it down.", "age": "13_15"}
    began = time.perf_counter()
    receipt = walk(desk, "it_shows_me", answers)
    found = CODE.search(receipt.text)
    if found is None:
        raise DemoError("the desk gave no receipt")
    seen = client.visibility("stranger", "feed", [post.id]).of(post.id).exposure.name.lower()
    seconds = time.perf_counter() - began
    standing = client.standing(POSTER)
    say("notice    told at the desk, without an account or a name; a receipt with a code at once")
    word = "untouched" if standing.locked is None and standing.may_post else "not left alone"
    say(f"at once   the post is {seen}, {seconds:.1f} s after the first page; its account is {word}")
    findings.expect(seen == "absent", "what somebody told about is still to be seen")
    findings.expect(word == "untouched", "an account was locked because somebody said something")
    cases = client.call("GET", f"/v1/cases?account={POSTER}")["cases"]
    case = next((str(each["id"]) for each in cases if each["reason"] in {"notice", "claim"}), None)
    if case is None:
        raise DemoError("no case was opened about what somebody told")
    return _Told(desk, found[1], post, case, picture)


def walk(desk: Browser, branch: str, answers: Mapping[str, str]) -> Page:
    """Answer the pages of one way in, one question each, as a phone without scripts does; return the receipt."""
    desk.open(f"/desk/en/tell/{branch.replace('_', '-')}?country=DE")
    page = desk.send("/desk/en/tell", {"branch": branch, "country": "DE"})
    while 'value="send"' not in page.text:
        given = {name: value for name, value in answers.items() if f'name="{name}"' in page.text}
        page = desk.send("/desk/en/tell", {"carried": page.hidden["carried"], "go": "next", **given})
    return desk.send("/desk/en/tell", {"carried": page.hidden["carried"], "go": "send"})


def show_clock(officer: Browser, findings: Findings) -> None:
    """Say what the page of what is due tells everybody on shift."""
    rows = re.findall(r"<tr>(.*?)</tr>", officer.open("/console/due?due=all").text, re.DOTALL)
    mine = [_plain(row) for row in rows if "ntc_" in row]
    findings.expect(bool(mine), "no clock of the notice is on the page of what is due")
    if mine:
        say(f"clock     on the page of what is due, for everybody on shift: {mine[0].partition(':')[0]}")


def decide(client: Client, browsers: Mapping[str, Browser], told: _Told, findings: Findings) -> None:
    """Have a first reviewer say no, and two others who do not see that say otherwise."""
    answer(browsers["reviewer"], told.case, {"conclusion": "no_violation"})
    seen = client.visibility("stranger", "feed", [told.post.id])
    findings.expect(not seen.is_shown(told.post.id), "one no made the post visible again")
    say("first     a reviewer says no: the post stays hidden; another person is asked, and sees no answer")
    finding = {"conclusion": "violation", "violated": CLAUSE, "account": POSTER, "role": "actor"}
    for login in ("senior", "officer"):
        answer(browsers[login], told.case, finding)
    say("others    two people say otherwise, each alone: it is decided")


def answer(browser: Browser, case: str, finding: Mapping[str, str]) -> None:
    """Have somebody take a case, read the plan, and answer it in the console."""
    at = f"/console/cases/{case}"
    browser.open(at)
    version = browser.send(f"{at}/claim", {}).hidden["version"]
    form = {**finding, "version": version, "line": "a landscape that stands in for something else"}
    plan = browser.send(f"{at}/plan", form)
    browser.send(f"{at}/answer", {**form, "once": plan.hidden["once"]})


def show_outcome(client: Client, told: _Told, findings: Findings) -> None:
    """Follow the status page to the outcome, and say what it tells and what it does not."""
    end = time.monotonic() + WITHIN_SECONDS
    page = told.desk.send("/desk/en/status", {"code": told.code})
    while "We decided" not in _answers(page) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        page = told.desk.send("/desk/en/status", {"code": told.code})
    answers = _answers(page)
    state, what = answers.get("How far we are", "-"), answers.get("What we did", "-")
    say("\nThe status page, opened with the code:")
    say(f"  {state}\n  {what}")
    copies = re.search(r"Copies that went with it: (\d+)", what)
    findings.expect("It is gone" in state, "the status page does not say that it is gone")
    findings.expect(copies is not None and int(copies[1]) >= len(COPIERS), "the copies are not counted")
    findings.expect(POSTER not in page.text, "the status page names an account")
    again = Platform(client, "again").post("xenia.moss", told.picture)
    findings.expect(not again.answer.may_publish, "the same picture was published again")
    say(f"  posted again by somebody else: {again.answer.answer}")


def _answers(page: Page) -> dict[str, str]:
    return {_plain(name): _plain(value) for name, value in _ANSWERS.findall(page.text)}


def _plain(told: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", told)).split())
