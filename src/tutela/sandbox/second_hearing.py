"""The second half of the seventh act: an appeal that is right, with the reasons given before, and public figures."""

import http.client
import io
import re
import textwrap
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tutela.sandbox.browser import Browser, Page
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.serving import DemoError
from tutela_client import Client

APPELLANT, POST = "irma.quay", "quay-1"
WITHIN_SECONDS = 20.0
LOOK_SECONDS = 0.2
WIDTH = 98
_JULY = 7
_LINE = re.compile(r"<li><bdi>(.*?)</bdi></li>", re.DOTALL)


def appeal(client: Client, officer: Browser, visitor: Browser, findings: Findings) -> None:
    """Read why a post was wrongly taken down, have its author appeal by the link of the statement, and overturn it."""
    say("\nSomebody under a measure is heard. A post about boats was taken for spam, and was none.")
    statement = statement_told(client)
    told = client.call("GET", f"/v1/statements/{statement['id']}")["text"]
    words = " ".join(each for section in told["sections"] for each in section["sentences"])
    say(_wrapped("reasons", textwrap.shorten(words, 3 * WIDTH, placeholder=" ...")))
    findings.expect(POST not in words and "house.spam" not in words, "the reasons name a post or a clause by its id")
    page = "/desk/en" + urlsplit(statement["appeal"]).path.removeprefix("/desk")
    visitor.open(page)
    visitor.send(page, {"words": "It was about our regatta, and nothing is for sale.", "contact": ""})
    say("appeal    sent on the page that the statement leads to; whoever decided does not decide again")
    for line in overturn(officer):
        say(_wrapped("plan", line))
    shown = visitor.open(page).text
    standing = client.standing(APPELLANT)
    answered = client.call("GET", f"/v1/items/{POST}")["answer"]
    pay = client.call("GET", f"/v1/accounts/{APPELLANT}/standing")["earning"]
    say(f"outcome   overturned; the post: {answered}; its author {'may' if standing.may_post else 'may not'} post")
    say(f"          what they earn: {pay}")
    findings.expect("You were right." in shown, "the page of the appeal does not say that it was right")
    findings.expect(answered == "publish" and standing.may_post and pay == "normal", "not everything is back")


def decide_wrongly(client: Client) -> None:
    """Take a harmless post down under a house rule. Its author is told when it can no more be taken back at once."""
    client.submit({"id": POST, "author": {"id": APPELLANT}, "kind": "post", "text": "Our boats race on Sunday!"}, [])
    item, account = {"kind": "item", "id": POST}, {"kind": "account", "id": APPELLANT}
    measures = [{"kind": "remove", "on": item}, {"kind": "no_payout", "on": account}]
    parts = [{"id": APPELLANT, "role": "actor"}]
    reason = {"code": "reported", "line": "taken for an offer"}
    wanted = {"clause": "house.spam", "reason": reason, "accounts": parts, "measures": measures}
    client.call("POST", "/v1/decisions", wanted)


def statement_told(client: Client) -> Mapping[str, Any]:
    """Wait until the author is told why, and return the statement."""
    end = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < end:
        told = client.call("GET", f"/v1/accounts/{APPELLANT}/standing")["statements"]
        if told and told[0].get("appeal"):
            statement: Mapping[str, Any] = told[0]
            return statement
        time.sleep(LOOK_SECONDS)
    raise DemoError("whoever was decided about was told no reasons")


def overturn(officer: Browser) -> list[str]:
    """Have the officer claim the appeal, read what overturning does, and do it; return what the plan said."""
    page = next(iter(re.findall(r'href="(/console/appeals/apl_\w+)"', officer.open("/console/appeals").text)), None)
    if page is None:
        raise DemoError("the appeal is not in the queue")
    version = officer.send(f"{page}/claim", {}).hidden["version"]
    form = {"outcome": "overturned", "code": "mistaken", "line": "It offers nothing.", "version": version}
    plan = officer.send(f"{page}/plan", form)
    lines = _lines(plan)
    officer.send(f"{page}/answer", {**form, "once": plan.hidden["once"]})
    return lines


def _lines(plan: Page) -> list[str]:
    """Return the lines of the plan: those of the form that is committed, which stand last."""
    return list(dict.fromkeys(_LINE.findall(plan.text)))


def show_figures(client: Client, visitor: Browser, findings: Findings) -> None:
    """Draw the figures of the last half-year up, publish them, and open the page that everybody may read."""
    period = last_half(datetime.now(UTC))
    drawn = client.call("POST", "/v1/transparency", {"period": period})
    client.call("POST", f"/v1/transparency/{drawn['id']}/publish")
    page = visitor.open("/desk/en/transparency")
    connection = http.client.HTTPConnection(urlsplit(visitor.origin).netloc, timeout=30)
    try:
        connection.request("GET", f"/desk/en/transparency/{drawn['id']}/files")
        files = connection.getresponse().read()
    finally:
        connection.close()
    with zipfile.ZipFile(io.BytesIO(files)) as package:
        sheets = [name for name in package.namelist() if name.endswith(".csv")]
    tables = page.text.count("<table")
    say(f"\nfigures   of {period}: {tables} charts on a page that everybody may read, and {len(sheets)} CSV files")
    say("          Only a period that is over is told: it ended before the demo began, so nothing is in it.")
    findings.expect(period in page.text and tables > 0, "the figures are not on their page")
    findings.expect(bool(sheets), "the figures have no files")


def last_half(now: datetime) -> str:
    """Return the last half of a year that is over, as in `2026-H1`."""
    return f"{now.year}-H1" if now.month >= _JULY else f"{now.year - 1}-H2"


def _wrapped(name: str, words: str) -> str:
    return textwrap.fill(words, WIDTH, initial_indent=f"{name:<9} ", subsequent_indent=" " * 10)
