"""The fourth act of the demo: people come to work, and find cases of many kinds that they can decide in the console."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tutela.sandbox.browser import Browser, Page
from tutela.sandbox.crowd import CAST
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.serving import DemoError, Server
from tutela.sandbox.staff import Login, console_of, hire, logins_told, sign_in
from tutela.sandbox.third_act import PROBE
from tutela_client import Client

HAWKER = "lutz.kiosk"
OFFER = "Green boats, blue boats, boats for everybody! Come to the kiosk, today only, today only, today only!"
PAGE_CASES = 500
KINDS_WANTED = 4


@dataclass(frozen=True, slots=True)
class Console:
    """The console as the demo leaves it: where it is, and who may come in."""

    address: str
    people: Sequence[Login]
    browsers: Mapping[str, Browser] = field(default_factory=dict)  #: by login, signed in: a code is taken once


def hire_people(server: Server) -> Sequence[Login]:
    """Let the people in."""
    say("\nPeople come to work: invited by an administrator, each with a password and codes of an app.")
    people = hire(server)
    say(f"people    {len(people)} came in by invitation: {', '.join(each.login for each in people)}")
    return people


def play(server: Server, client: Client, people: Sequence[Login], findings: Findings) -> Console:
    """Lay two more cases before people, and see that every page they are led to answers."""
    say("\nPeople look around.")
    lay_before_people(client)
    show_waiting(client, findings)
    opened, browsers = 0, {}
    for who in people:
        try:
            browsers[who.login], first = sign_in(console_of(server), who)
            opened += _look_around(browsers[who.login], first)
        except DemoError as error:
            findings.expect(False, f"{who.login} does not get on: {error}")  # noqa: FBT003  # it is not so
    say(f"console   everybody signed in by password and code; {opened} pages answered; a plan was shown")
    return Console(f"{console_of(server)}/console", people, browsers)


def lay_before_people(client: Client) -> None:
    """Hold a hawker's post under a house rule until somebody decides, and say that a child may be in danger."""
    client.submit({"id": "hawker-1", "author": {"id": HAWKER}, "kind": "post", "text": OFFER}, [])
    hold = {"kind": "hold", "on": {"kind": "item", "id": "hawker-1"}}
    reason = {"code": "reported", "line": "the same offer again and again"}
    actor = [{"id": HAWKER, "role": "actor"}]
    told = {"clause": "house.spam", "reason": reason, "accounts": actor, "measures": [hold]}
    client.call("POST", "/v1/decisions", told)
    for case in client.call("GET", f"/v1/cases?account={CAST.invites_away.id}")["cases"]:
        client.call("POST", f"/v1/cases/{case['id']}/danger", {"in_danger": True})


def show_waiting(client: Client, findings: Findings) -> None:
    """Say how many cases of which kinds wait."""
    cases = list(_open_cases(client))
    reasons = Counter(str(case["reason"]).replace("_", " ") for case in cases)
    probes = sum(str(case["account"]).startswith(PROBE) for case in cases)
    told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    say(f"cases     {reasons.total()} wait: {told}")
    say(f"          {probes} of them were opened by rule while the banks of words were not all asked yet")
    findings.expect(len(reasons) >= KINDS_WANTED, f"only {len(reasons)} kinds of cases wait")


def _open_cases(client: Client) -> Iterator[Mapping[str, Any]]:
    cursor = ""
    while True:
        page = client.call("GET", f"/v1/cases?limit={PAGE_CASES}{cursor}")
        yield from page["cases"]
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"


def _look_around(browser: Browser, first: Page) -> int:
    """Open every page that the first one leads to, and see one plan; return how many pages answered."""
    if first.path != "/console":
        raise DemoError(f"the way in ends at {first.path}")
    pages = [browser.open(path) for path in dict.fromkeys(first.links)]
    if "/console/queue" not in first.links:
        return len(pages)
    case = browser.send("/console/queue/next", {})
    finding = {"conclusion": "no_violation", "version": case.hidden["version"]}
    browser.send(f"{case.path}/plan", finding)
    browser.send(f"{case.path}/release", {})
    return len(pages) + 2


def guide(console: Console, now: datetime) -> str:
    """Return the ways in, and a path through the console."""
    return f"""
The console: {console.address}
{logins_told(console.people, now)}
  (Each code is taken once. Press Enter here for new ones. These logins are of this demo only.)

  1. Sign in as `reviewer`. `n` opens the next case: why it is there is said on top; `?` lists the keys.
  2. `1` to `5` is a finding, and shows what it would do; Enter commits it, `z` takes it back for ten seconds.
  3. Under one of the twelve two people must agree: sign in as `senior` in a private window, and `n` there.
  4. Hold `h` to see a picture small and grey; it asks for a fresh code first. `e` shows what you have seen.
  5. Ctrl-K finds {HAWKER}, a case or an item; `analyst` sees what looks for what, `administrator` who works here.
  6. As `officer`: Reports lists what is owed, and the report that was filed, with its receipt and every step.
     Evidence has what is held and until when; Settings, Authorities the channel to the stand-in."""
