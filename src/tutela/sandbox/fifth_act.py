"""The fifth act of the demo: what people found is reported to a stand-in that is killed in the middle, and arrives.

It begins early and ends last: in between the report waits for its next try, and nobody waits for it.
"""

import re
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape

from tutela.sandbox.browser import Browser, Page
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.serving import DemoError, Server
from tutela.sandbox.staff import Login, console_of, sign_in
from tutela.sandbox.stand_in import PASSWORD, USERNAME, StandIn
from tutela.sandbox.table import indented
from tutela_client import Client

CHANNEL = "/console/settings/channels/ncmec"
LOOK_SECONDS = 0.1
WIDTH = 98
IN_THE_MIDDLE_WITHIN_SECONDS = 30.0
PATIENCE_SECONDS = 8.0
"""How long whoever watches waits for a report that is tried again after a minute, most of which is over."""

FINISHED_WITHIN_SECONDS = 60.0
THERE = "<dt>Number</dt>"
AT_ONCE = "once the officer had it tried before the minute was over"

REPORTER: Mapping[str, str] = {
    "reporter.person.first_name": "Otto",
    "reporter.person.last_name": "Ohm",
    "reporter.person.emails": "safety@demo.alt",
    "reporter.template": "Legal process is served by post; this is a demo, and nobody answers.",
}
KIND = "Child Pornography (possession, manufacture, and distribution)"


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that is on its way, and who looks at it."""

    officer: Browser
    page: str


def begin(server: Server, client: Client, people: Sequence[Login], stand_in: StandIn, findings: Findings) -> Reported:
    """Decide the case of a known picture, draw its report up, approve it, kill the stand-in while a file is on its way.

    The picture was posted before, and is the only one whose bytes a verified list knows.
    """
    say("\nWhat people find is told to an authority: here to a stand-in for it, on this machine alone.")
    by_login = {each.login: each for each in people}
    senior, _ = sign_in(console_of(server), by_login["senior"])
    officer, _ = sign_in(console_of(server), by_login["officer"])
    set_channel_up(officer, stand_in)
    case = decide(client, senior)
    say(f"decided   {case}: by one person, because a verified list knows the bytes")
    page = draw_up(senior, case)
    stand_in.wish("faults", {"does": "delay", "on": "/upload", "seconds": 60})
    officer.send(f"{page}/approve", {"version": officer.open(page).hidden["version"]})
    is_in_the_middle = _until(officer, page, "Asked for sending file 1", IN_THE_MIDDLE_WITHIN_SECONDS)
    findings.expect(is_in_the_middle, "the report of the demo was never under way")
    stand_in.kill()
    say("killed    the stand-in, while a file was on its way to it: nothing of the report is left there")
    stand_in.start()
    say("back      it is up again, and empty; the report waits for its next try, in about a minute")
    return Reported(officer, page)


def finish(reported: Reported, findings: Findings) -> None:
    """Wait until the report has finished, and show its receipt and every step.

    It finishes by itself. Where the minute is not over yet, the officer has it tried at once, as officers may.
    """
    officer, page = reported.officer, reported.page
    is_by_itself = _until(officer, page, THERE, PATIENCE_SECONDS)
    if not is_by_itself:
        officer.send(f"{page}/retry", {})
    is_there = is_by_itself or _until(officer, page, THERE, FINISHED_WITHIN_SECONDS)
    findings.expect(is_there, "the report of the demo did not finish")
    told = officer.open(page).text
    say(f"\nThe report finished {'by itself' if is_by_itself else AT_ONCE}. Every step of it:")
    say(indented("\n".join(steps_of(told))))
    for name, value in receipt_of(told):
        say(textwrap.fill(value, WIDTH, initial_indent=f"{name.lower():<9} ", subsequent_indent=" " * 10))


def set_channel_up(officer: Browser, stand_in: StandIn) -> None:
    """Have the officer set the channel to the stand-in up, test it, and switch it on, in the console."""
    officer.open(CHANNEL)
    rule = {"environment": "test", "people": "2", "least_complete_percent": "30"}
    who = {"username": USERNAME, "password": PASSWORD, "schema_url": "https://authority.alt/ispws/xsd"}
    officer.send(CHANNEL, {**rule, **who, **REPORTER, "base_url": stand_in.url})
    for verb in ("check", "schema", "enable"):
        officer.send(f"{CHANNEL}/{verb}", {})
    say("channel   set up in the console, tested, its schema fetched, switched on: two people for each report")


def decide(client: Client, senior: Browser) -> str:
    """Have the senior reviewer find what a case is about whose bytes a verified list knows; return the case."""
    cases = client.call("GET", "/v1/cases?clause=cse.depiction&limit=500")["cases"]
    case = next(each for each in cases if each["reason"] == "exact_digest")
    at = f"/console/cases/{case['id']}"
    senior.open(at)
    version = senior.send(f"{at}/claim", {}).hidden["version"]
    finding = {
        "conclusion": "violation", "violated": "cse.depiction", "account": case["account"], "role": "actor",
        "version": version, "line": "a harmless photograph that stands in for something else",
    }  # fmt: skip
    plan = senior.send(f"{at}/plan", finding)
    senior.send(f"{at}/answer", {**finding, "once": plan.hidden["once"]})
    return str(case["id"])


def draw_up(senior: Browser, case: str) -> str:
    """Have the senior reviewer draw the report up, choose its kind, say when it was, and prepare it."""
    senior.open(f"/console/cases/{case}/duties")
    drawn = senior.send(f"/console/cases/{case}/reports", {"authority": "ncmec"})
    page = drawn.path
    when = datetime.now(UTC) - timedelta(minutes=1)
    note = "A harmless photograph of a demo. It stands in for something else; nobody is shown in it or harmed by it."
    typed = {
        "incident.kind": KIND, "incident.at": f"{when:%Y-%m-%dT%H:%M}", "incident.at_means": "of the upload",
        "note": note,
    }  # fmt: skip
    for place, value in typed.items():
        drawn = senior.send(f"{page}/edit", {"place": place, "value": value, "version": drawn.hidden["version"]})
    prepared = {"version": drawn.hidden["version"], "reason": "The demo's platform knows no more."}
    senior.send(f"{page}/prepare", prepared)
    say(f"report    {page.rpartition('/')[2]}: drawn up, its kind chosen, prepared, approved by another")
    return page


def steps_of(text: str) -> list[str]:
    """Return the steps that the page of a report tells, each with its time."""
    found = re.findall(r"<li><time [^>]*>([^<]*)</time> <span>(.*?)</span></li>", text, re.DOTALL)
    return [f"{at.partition(' ')[2]}  {_plain(told)}" for at, told in found]


def receipt_of(text: str) -> list[tuple[str, str]]:
    """Return the lines of the receipt that the page of a report shows."""
    receipt = text.partition('id="receipt"')[2].partition("</dl>")[0]
    return [(name, _plain(told)) for name, told in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", receipt, re.DOTALL)]


def _plain(told: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", told)).split())


def _until(browser: Browser, page: str, words: str, within_seconds: float) -> bool:
    """Look at a page until it says something, and return whether it came to that."""
    end = time.monotonic() + within_seconds
    while time.monotonic() < end:
        if words in _opened(browser, page).text:
            return True
        time.sleep(LOOK_SECONDS)
    return False


def _opened(browser: Browser, page: str) -> Page:
    try:
        return browser.open(page)
    except DemoError as error:
        raise DemoError(f"the report of the demo cannot be looked at: {error}") from error
