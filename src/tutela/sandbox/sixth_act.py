"""The sixth act of the demo: whoever is under a measure is told why, and a stand-in gets what the EU asks for.

It begins early and ends last: in between, what may be told is told and sent by itself.
"""

import json
import textwrap
import time
from typing import Any

from tutela.sandbox.findings import Findings, say
from tutela.sandbox.serving import Server
from tutela.sandbox.stand_in import StandIn
from tutela_client import Client

SENT_WITHIN_SECONDS = 60.0
LOOK_SECONDS = 0.5
WIDTH = 98
CLAUSE, POST, AUTHOR = "house.spam", "sold-too-often", "anna-sells"
TERMS = "https://demo.alt/terms"


def begin(server: Server, client: Client, database: StandIn) -> None:
    """Switch the channel to the stand-in on, as an operator does, and have a person remove something harmless."""
    token = server.folder / "eu-token"
    token.write_text("sandbox\n", encoding="utf-8")
    server.command("eu-database", "set", "--url", database.url, "--token-file", str(token), "--terms-url", TERMS)
    server.command("eu-database", "check")
    server.command("eu-database", "enable")
    client.call("POST", "/v1/items", {
        "id": POST, "author": {"id": AUTHOR}, "kind": "post", "text": "Ten hills, cheap", "language": "en",
    })  # fmt: skip
    client.call("POST", "/v1/decisions", {
        "clause": CLAUSE, "reason": {"code": "advertising"}, "accounts": [{"id": AUTHOR, "role": "actor"}],
        "measures": [{"kind": "remove", "on": {"kind": "item", "id": POST}}],
    })  # fmt: skip


def finish(client: Client, server: Server, database: StandIn, findings: Findings) -> None:
    """Show what the author reads, and how much of what was told the database has."""
    statement = _statement(client, findings)
    if statement is None:
        return
    told = client.statement(statement)
    client.delivered(statement, "in_app")
    say(f"\nA person removed a post of {AUTHOR}. The platform tells them why, in its own app:")
    for line in told.text.splitlines():
        say(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ") if line else "")
    stored, waiting = _sent(server)
    findings.expect(stored > 0 and not waiting, "what people were told has not reached the EU database")
    listed = database.wish("statements")["statements"]
    named = [each for each in listed if AUTHOR in json.dumps(each)]
    findings.expect(not named, "somebody is named in a record for the EU database")
    say(f"\neu        {stored} records of what people were told are in the stand-in of the EU; nobody is named")


def _statement(client: Client, findings: Findings) -> str | None:
    end = time.monotonic() + SENT_WITHIN_SECONDS
    while time.monotonic() < end:
        page = client.call("GET", f"/v1/accounts/{AUTHOR}/statements")
        for each in page["statements"]:
            if each["code"] == "item_removed":
                return str(each["id"])
        time.sleep(LOOK_SECONDS)
    findings.expect(False, "nobody was told why a post was removed")  # noqa: FBT003  # it is not so
    return None


def _sent(server: Server) -> tuple[int, int]:
    """Return how many records are stored and how many wait, once none does."""
    end = time.monotonic() + SENT_WITHIN_SECONDS
    while True:
        shown: dict[str, Any] = json.loads(server.command("eu-database", "show", "--json"))
        if (shown["stored"] and not shown["waiting"]) or time.monotonic() > end:
            return shown["stored"], shown["waiting"]
        time.sleep(LOOK_SECONDS)
