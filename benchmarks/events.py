"""Events over HTTP, durable, with fsync on, all default rules and their counters; and what a swap of rules costs."""

import json
import random
import sys
import threading
import time
from typing import Any

from benchmarks.load import Load, request, send_all
from benchmarks.rules import conditions, vocabulary
from benchmarks.server import Server, running
from tutela.core.ids import ClauseId
from tutela.core.rules.book import Book, RuleInForce
from tutela.core.rules.rule import Rule, RuleState

BATCHES, BATCH_EVENTS = 100, 100
SINGLES = 1500
PEOPLE = 5000
KINDS = ("message",) * 12 + ("login", "login", "follow", "follow", "join", "payment", "block", "mention")
TO_SOMEBODY = {"message", "follow", "payment", "block", "mention"}
SWAPPED_RULES = 1000
OSPREY_STACK = 83.0
"""Events a second through Osprey's whole stack with one rule, as a tester of the project reports it (not run here)."""


def run() -> list[dict[str, Any]]:
    """Measure and return a row each."""
    with running() as server:
        rows = _over_http(server)
    return [*rows, _swap()]


def _over_http(server: Server) -> list[dict[str, Any]]:
    rng = random.Random(11)  # noqa: S311  # a load, not a secret
    batches = [_batch(server.key, rng, number) for number in range(BATCHES + 10)]
    send_all(server.port, batches[:10], connections=1)
    batched = send_all(server.port, batches[10:], connections=2)
    singles = [request("/v1/events", server.key, json.dumps(_event(rng, f"s{n}")).encode()) for n in range(SINGLES)]
    one_by_one = send_all(server.port, singles, connections=8)
    per_second = BATCHES * BATCH_EVENTS / batched.seconds
    return [
        _row("in batches of 100", per_second, 2000, batched),
        _row("one by one, 8 connections", SINGLES / one_by_one.seconds, None, one_by_one),
    ]


def _row(what: str, ours: float, to_reach: float | None, load: Load) -> dict[str, Any]:
    latency = f"p50 {load.percentile_ms(0.5):.1f} ms, p99 {load.percentile_ms(0.99):.1f} ms a request"
    return {
        "what": f"events: {what}, all default rules and counters",
        "ours": round(ours, 1),
        "peer": OSPREY_STACK,
        "unit": "events/s",
        "ratio": round(ours / OSPREY_STACK, 1),
        "to_reach": to_reach,
        "note": f"{latency}; the peer's figure is its whole stack with one rule and no counters, as reported, not run",
    }


def _batch(key: str, rng: random.Random, number: int) -> bytes:
    events = [_event(rng, f"b{number}-{each}") for each in range(BATCH_EVENTS)]
    return request("/v1/events/batch", key, json.dumps({"events": events}).encode())


def _person(number: int) -> dict[str, Any]:
    band = ("13_15", "16_17", "unknown")[number % 3] if number % 10 < 3 else "adult"  # noqa: PLR2004  # three of ten
    return {"id": f"user-{number}", "age": {"band": band, "provenance": "declared"}, "regions": ["DE"]}


def _event(rng: random.Random, name: str) -> dict[str, Any]:
    kind = rng.choice(KINDS)
    author, other = rng.sample(range(PEOPLE), 2)
    event: dict[str, Any] = {
        "id": name, "kind": kind, "author": _person(author), "device": f"device-{author % 4000}",
        "channel": {"kind": "public", "conversation": f"room-{rng.randrange(200)}"},
    }  # fmt: skip
    if kind in TO_SOMEBODY:
        event["recipient"] = _person(other)
    if kind == "message":
        link = f" https://site{rng.randrange(300)}.example/a" if rng.random() < 0.1 else ""  # noqa: PLR2004  # one of ten
        event["text"] = f"see you at the lake tomorrow, the boats are out{link}"
    if kind == "payment":
        event["attributes"] = {"amount": 5}
    return event


def _swap() -> dict[str, Any]:
    """Look at events without a pause while a thousand rules are made ready and put in place, as the server does."""
    words = vocabulary()
    rules = [
        RuleInForce(Rule(f"rule-{n}", ClauseId("cse.conversation"), RuleState.LIVE, when, ()), "1", RuleState.LIVE)
        for n, when in enumerate(conditions(SWAPPED_RULES))
    ]
    held = [Book.of(rules[:100], words)]
    over, longest, looked_at = threading.Event(), [0.0], [0]

    def look() -> None:
        facts = {"event.sender_age": 30, "event.recipient_age": 12}
        last = time.perf_counter()
        while not over.is_set():
            held[0].program.run(facts, ())
            now = time.perf_counter()
            longest[0], last = max(longest[0], now - last), now
            looked_at[0] += 1

    looking = threading.Thread(target=look)
    looking.start()
    time.sleep(0.2)
    longest[0], begun = 0.0, time.perf_counter()
    held[0] = Book.of(rules, words)
    seconds = time.perf_counter() - begun
    time.sleep(0.2)
    over.set()
    looking.join()
    print(f"swapped in {seconds:.2f} s, {looked_at[0]} looks meanwhile", file=sys.stderr)
    return {
        "what": f"events: longest pause while {SWAPPED_RULES:,} rules are made ready and put in place",
        "ours": round(longest[0] * 1000, 1),
        "peer": None,
        "unit": "ms",
        "ratio": None,
        "to_reach": "at most 50",
        "note": f"made ready in {seconds:.2f} s beside a thread that never stops looking at events",
    }
