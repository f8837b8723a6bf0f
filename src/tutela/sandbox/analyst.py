"""What an analyst does with rules in the demo: try a new one in the shadow, and a changed one on what happened."""

import time
from typing import Any

from tutela.sandbox.crowd import CAST, Crowd
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.teller import Teller
from tutela_client import Client

NEW = "first-words-in-private"
SOURCE = f"""- rule: {NEW}
  clause: cse.conversation
  explains: Somebody who is known to be an adult wrote to a minor in private, and the two had never met here.
  when: >
    event.kind == "message" and channel.kind == "private" and contact.is_first and author.is_adult
    and recipient.is_minor
  then:
    - open_case: {{queue: contact, severity: low, because: "the first words between the two, in private"}}
  tests:
    - name: in private
      given: {{event.kind: message, channel.kind: private, contact.is_first: true, author.age_band: adult,
               recipient.age_band: "13_15"}}
      expect: fires
    - name: they know each other
      given: {{event.kind: message, channel.kind: private, contact.is_first: false, author.age_band: adult,
               recipient.age_band: "13_15"}}
      expect: silent
"""
SHIPPED = "adult-reaches-many-minors"
THRESHOLD, LOWER = "> 5", "> 3"

LOOK_AGAIN_SECONDS = 0.25


def try_in_shadow(client: Client, teller: Teller, everybody: Crowd, findings: Findings) -> None:
    """Write a rule, test it, put it into the shadow, play the evening, and say what it would have done."""
    tests = client.call("POST", "/v1/rules/test", {"source": SOURCE})["rules"][0]["tests"]
    passed = sum(test["passed"] for test in tests)
    written = client.call("PUT", f"/v1/rules/{NEW}", {"source": SOURCE})
    step = {"version": written["version"], "to": "shadow", "reason": "to see what it would find"}
    client.call("POST", f"/v1/rules/{NEW}/move", step)
    say(f"\nshadow    {NEW}: {passed} of {len(tests)} tests pass; one person may have it look on")
    begun = _until_it_looks(client, teller, everybody)
    teller.tell([*everybody.evening, *everybody.first_words[begun:]])
    rows = client.call("GET", f"/v1/rules/{NEW}/figures?since=1d")["rows"]
    fires, accounts, cases = (sum(row[name] for row in rows) for name in ("fires", "accounts", "cases"))
    say(f"          in an evening it would have laid {accounts} ordinary people before a person; {cases} cases opened")
    expected = len(everybody.first_words) - begun + 1
    findings.expect(passed == len(tests), f"a test of {NEW} does not pass")
    findings.expect({row["outcome"] for row in rows} == {"shadow"}, f"{NEW} did something in the shadow")
    findings.expect((fires, accounts, cases) == (expected, expected, 0), f"{NEW} fired {fires} times, not {expected}")


def _until_it_looks(client: Client, teller: Teller, everybody: Crowd) -> int:
    """Have people write first words until the rule sees it: servers take up what changed within a second or so."""
    for told, each in enumerate(everybody.first_words, start=1):
        teller.tell([each])
        if client.call("GET", f"/v1/rules/{NEW}/figures?since=1d")["rows"]:
            return told
        time.sleep(LOOK_AGAIN_SECONDS)
    return len(everybody.first_words)


def replay_lower(client: Client, findings: Findings) -> None:
    """Try a rule that ships with a lower threshold on everything of the demo, and say what would be otherwise."""
    shipped = client.call("GET", f"/v1/rules/{SHIPPED}")["versions"][-1]["source"]
    findings.expect(shipped.count(THRESHOLD) == 1, f"{SHIPPED} has no single `{THRESHOLD}`")
    replayed = client.call("POST", "/v1/rules/replay", {"source": shipped.replace(THRESHOLD, LOWER), "since": "1d"})
    won, lost = ([case["account"] for case in replayed[name]] for name in ("cases_won", "cases_lost"))
    say(f"replay    {SHIPPED} with `{LOWER}` for `{THRESHOLD}`, on {replayed['events']} recorded events:")
    say(f"          {_cases(won)} won, {_cases(lost)} lost; {_measures(replayed)}")
    say("          The one is a coach who writes to four players of the team. It is better left as it is.")
    findings.expect((won, lost) == ([CAST.coach.id], []), f"the replay wins {won} and loses {lost}")
    findings.expect(bool(replayed["events"]), "the replay saw no event")


def _cases(accounts: list[str]) -> str:
    if not accounts:
        return "no case"
    return f"{len(accounts)} case{'s' if len(accounts) > 1 else ''} ({', '.join(accounts)})"


def _measures(replayed: dict[str, Any]) -> str:
    return f"blocks of messages to minors: {replayed['measures_before']} before, {replayed['measures_after']} after"
