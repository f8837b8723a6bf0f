"""The third act of the demo: what people write, held against banks of invented words, example hosts and one name.

Nothing in it means anything: the words are made up, the hosts are examples, the person does not exist.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutela.sandbox import operator
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.people import ADULT, YOUNGER, Somebody
from tutela.sandbox.second_act import may_message, open_cases
from tutela.sandbox.table import indented, table
from tutela_client import Client

NAME = "Anselma Quorrin"
ADVERT = (
    "lake boats for sale at the old pier, painted green and blue, with oars and a small anchor: ask the keeper of the "
    "pier any evening after seven, and bring a friend who can swim"
)
EDITED = (
    "hello all! lake boats for sale at the old pier, painted red and white, with oars and a small anchor: ask the "
    "keeper of the pier any evening after nine, and bring a friend who can swim"
)
NEW_ADVERT = "two lake boats, green and blue, lie at the pier since autumn and nobody knows whose they are or were"

PROBE = "probe."
"""How accounts begin that write only until every bank is asked; how many, depends on how quick the machine is."""

LIVE_WITHIN_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """What one account writes, and the queues in which it must lie then."""

    who: Somebody
    what: str  #: in the table
    text: str
    queues: frozenset[str] = frozenset()  #: none for an ordinary one
    to: Somebody | None = None


def _by(name: str) -> Somebody:
    return Somebody(name, ADULT, "DE")


TRADE, PROTECTION, GROOMING = "trade", "protection", "grooming"
MINOR = Somebody("young.sailor", YOUNGER, "DE")
TO_MINOR = Line(
    _by("egon.tarn"), "a word, to a minor", "do you know qu1mzat ru\u200bvo", frozenset({TRADE, GROOMING}), MINOR
)
CAUGHT = (
    Line(_by("arvid.loch"), "a word, in pieces", "has anybody got b l 0 r v e x for me", frozenset({TRADE})),
    Line(_by("bodo.weir"), "a link in disguise", "look at hxxps://boats.moorings[.]example/a", frozenset({TRADE})),
    Line(_by("cleo.fjord"), "a copied advert", EDITED, frozenset({TRADE})),
    Line(_by("dora.reed"), "the name, and a word", f"who knows {NAME}? BLORVEX", frozenset({TRADE, PROTECTION})),
    TO_MINOR,
)
NEAR_MISSES = (
    Line(_by("frida.bay"), "a longer word", "we were blorvexing on the lake all day"),
    Line(_by("gero.isle"), "another host", "look at https://moorings.example.garden.example/a"),
    Line(_by("hanna.dune"), "another advert", NEW_ADVERT),
    Line(_by("ilja.cape"), "the name alone", f"{NAME} came second in the regatta"),
    Line(_by("jutta.marsh"), "about the lake, to a minor", "the race begins at nine tomorrow", to=MINOR),
)


def play(client: Client, findings: Findings) -> None:
    """Have everybody write, and say who was laid before a person, because of which bank, and what was undone first."""
    say("\nWhat people write, held against banks of invented words, hosts, adverts and one protected name.")
    banks = operator.word_banks(NAME, ADVERT, ("blorvex", "quimzat ruvo"), "moorings.example")
    for bank in banks:
        operator.fill_word_bank(client, bank)
    are_live = _are_live(client, {bank.name for bank in banks})
    findings.expect(are_live, f"a bank of words was not asked within {LIVE_WITHIN_SECONDS:.0f} seconds")
    for number, line in enumerate((*CAUGHT, *NEAR_MISSES)):
        _write(client, f"line-{number}", line)
    cases = open_cases(client)
    rows = [("who writes", "what", "laid before a person", "bank", "undone first")]
    for line in (*CAUGHT, *NEAR_MISSES):
        mine = [case for case in cases if case["account"] == line.who.id]
        queues = {case["kind"] for case in mine}
        findings.expect(queues == line.queues, f"{line.who.id} lies in {sorted(queues)}, not {sorted(line.queues)}")
        rows.append((line.who.id, line.what, " ".join(sorted(queues)) or "-", *_told(client, mine)))
    say(indented(table(rows, is_of_words=True)))
    may_write = may_message(client, TO_MINOR.who, YOUNGER)
    say(f"\n  {TO_MINOR.who.id} {'may' if may_write else 'may not'} write to minors until a person has looked")
    findings.expect(not may_write, f"{TO_MINOR.who.id} may write to minors")


def _are_live(client: Client, banks: set[str]) -> bool:
    """Have accounts write until all banks are met: servers take up what changed in one within a second or so."""
    begun, tries = time.monotonic(), 0
    while time.monotonic() - begun < LIVE_WITHIN_SECONDS:
        tries += 1
        line = Line(_by(f"{PROBE}{tries}"), "", f"blorvex {ADVERT} https://moorings.example/a {NAME}", to=MINOR)
        if _write(client, f"probe-{tries}", line):
            cases = client.call("GET", f"/v1/cases?account={line.who.id}")["cases"]
            if banks <= {spot["bank"] for spot in _spots(client, cases)}:
                return True
        time.sleep(LOOK_AGAIN_SECONDS)
    return False


def _write(client: Client, name: str, line: Line) -> bool:
    """Have somebody write, and return whether a rule decided anything."""
    if line.to is None:
        item = {"id": name, "author": line.who.told(), "kind": "post", "text": line.text}
        return client.submit(item, []).decision is not None
    told: dict[str, Any] = {
        "id": name, "kind": "message", "author": line.who.told(), "recipient": line.to.told(),
        "channel": {"kind": "public"}, "text": line.text,
    }  # fmt: skip
    return client.call("POST", "/v1/events", told)["decision"] is not None


def _told(client: Client, cases: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the banks that were met, and what had to be undone before they were."""
    spots = list(_spots(client, cases))
    banks = dict.fromkeys(spot["bank"] for spot in spots)
    undone = dict.fromkeys(step for spot in spots for step in (*spot["steps"], *_share(spot)))
    return ", ".join(banks) or "-", ", ".join(undone) or "-"


def _share(spot: Mapping[str, Any]) -> tuple[str, ...]:
    return () if spot["share"] is None else (f"{spot['share']:.0%} of it",)


def _spots(client: Client, cases: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for case in cases:
        for fire in client.call("GET", f"/v1/cases/{case['id']}/rules")["fires"]:
            if fire["spotted"] is not None:
                yield from fire["spotted"]["spots"]
