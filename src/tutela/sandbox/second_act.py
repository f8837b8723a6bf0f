"""The second act of the demo: a day of three hundred people, whom the rules lay before a person, and whom not."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from textwrap import fill
from typing import Any

from tutela.sandbox import analyst, operator
from tutela.sandbox.crowd import CAST, Crowd, crowd
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.people import ADULT, WITH_BASIS, WITHOUT_BASIS, YOUNGER, Somebody
from tutela.sandbox.table import WIDTH, indented, table
from tutela.sandbox.teller import Teller
from tutela_client import Client

SECONDS_AN_HOUR = 3600
GROOMING, SCHOOL = "grooming", "school"

WANTED: Mapping[Somebody, tuple[str, int, bool]] = {
    CAST.contacts_many: (GROOMING, 24, False),
    CAST.invites_away: (GROOMING, 4, False),
    CAST.offers_gifts: (GROOMING, 24, True),
    CAST.teacher: (SCHOOL, 24, False),
}
"""Who is laid before a person: in which queue, within how many hours, and whether they may go on writing to minors."""


def play(client: Client, findings: Findings) -> None:
    """Play the day of the crowd, and say what came of it."""
    everybody = crowd()
    operator.record_bases(client, WITH_BASIS, WITHOUT_BASIS)
    teller = Teller(client, findings)
    teller.tell(everybody.earlier)
    operator.label_school(client, CAST.teacher.id)
    say(f"\nA day of {len(everybody.people)} people: friends, families, a club, a school, a desk that answers all.")
    began = time.perf_counter()
    teller.tell(everybody.day)
    say(f"events    {teller.said(time.perf_counter() - began)}")
    cases = open_cases(client)
    show_found(client, cases, findings)
    show_why(client, cases)
    show_ordinary(client, cases, everybody, findings)
    analyst.try_in_shadow(client, teller, everybody, findings)
    analyst.replay_lower(client, findings)
    findings.expect(len(open_cases(client)) == len(cases), "a rule in the shadow opened a case")


def open_cases(client: Client) -> Sequence[Mapping[str, Any]]:
    """Return every open case that a rule opened."""
    found: list[Mapping[str, Any]] = []
    cursor = ""
    while True:
        page = client.call("GET", f"/v1/cases?limit=500{cursor}")
        found += [case for case in page["cases"] if case["reason"] == "rule"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def show_found(client: Client, cases: Iterable[Mapping[str, Any]], findings: Findings) -> None:
    """Say of each who was found in which queue, until when a person looks, and what they may do meanwhile."""
    rows = [("laid before a person", "queue", "looked at within", "may write to minors", "to adults")]
    for who, (queue, hours, may_write) in WANTED.items():
        mine = [case for case in cases if case["account"] == who.id]
        minor, adult = (may_message(client, who, age) for age in (YOUNGER, ADULT))
        rows.append((who.id, *_told(mine), _yes(is_so=minor), _yes(is_so=adult)))
        findings.expect([case["kind"] for case in mine] == [queue], f"{who.id} has no single case in {queue}")
        findings.expect([_hours(case) for case in mine] == [hours], f"{who.id} is not due within {hours} hours")
        findings.expect(minor is may_write, f"{who.id} {'may not' if may_write else 'may'} write to minors")
        findings.expect(adult, f"{who.id} may not write to adults")
    say(indented(table(rows, is_of_words=True)))


def show_why(client: Client, cases: Sequence[Mapping[str, Any]]) -> None:
    """Say what the rules saw, as whoever takes the case reads it."""
    say("\n  what the rules saw")
    room = max(len(who.id) for who in WANTED) + 4
    for who in WANTED:
        for case in (case for case in cases if case["account"] == who.id):
            fires = client.call("GET", f"/v1/cases/{case['id']}/rules")["fires"]
            for because in (fire["because"] for fire in reversed(fires) if fire["outcome"] == "acted"):
                first = f"  {who.id}".ljust(room)
                say(fill(because, WIDTH, initial_indent=first, subsequent_indent=" " * room))


def _told(cases: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    if not cases:
        return "-", "-"
    return cases[0]["kind"], f"{_hours(cases[0])} hours"


def _hours(case: Mapping[str, Any]) -> int:
    """Return within how many hours of its first event somebody looks."""
    opened_at, due_at = (datetime.fromisoformat(case[name]) for name in ("opened_at", "due_at"))
    return round((due_at - opened_at).total_seconds() / SECONDS_AN_HOUR)


def may_message(client: Client, who: Somebody, age: str) -> bool:
    """Return whether they may write to somebody of that age whom they do not know."""
    return client.may(who.id, "message", account={"id": "somebody.else", "age": age}).is_allowed


def _yes(*, is_so: bool) -> str:
    return "yes" if is_so else "no"


def show_ordinary(
    client: Client, cases: Iterable[Mapping[str, Any]], everybody: Crowd, findings: Findings
) -> None:  # fmt: skip
    """Say that nobody else has a case."""
    wrongly = sorted({case["account"] for case in cases} & everybody.ordinary)
    say(f"\nordinary  {len(everybody.ordinary)} accounts: {len(wrongly) or 'no'} case{'s' if len(wrongly) > 1 else ''}")
    findings.expect(may_message(client, CAST.coach, YOUNGER), "the coach may not write to minors")
    findings.expect(not wrongly, f"there are cases about ordinary accounts: {', '.join(wrongly)}")
