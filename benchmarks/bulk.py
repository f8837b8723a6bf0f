"""A decision about ten thousand items over HTTP, with somebody who submits beside it and one who follows changes."""

import json
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load import Load, request, send_all
from benchmarks.server import Server, prepared, started

ITEMS, BATCH_ITEMS = 10_000, 200
AUTHORS = 500
SUBMITS = 300
_PAUSE_SECONDS = 0.005
_SCOPES = ("submit", "read", "decide")
_ASK = {
    "clause": "house.spam", "code": "bench", "role": "actor", "measures": [{"kind": "remove"}],
    "filter": {"tag": "bench"},
}  # fmt: skip


def run() -> list[dict[str, Any]]:
    """Measure and return a row each."""
    with prepared(scopes=_SCOPES) as (var, secret), started(var, secret) as server:
        _fill(server)
        alone = _Submitting(server, "alone")
        alone.run(SUBMITS)
        shown_seconds = _timed(lambda: _post(server, "/v1/decisions/bulk", {**_ASK, "dry_run": True}))
        return [*_decided(server, alone.load()), _row("shown first (dry run)", shown_seconds, "s", "-")]


def _decided(server: Server, alone: Load) -> list[dict[str, Any]]:
    beside, watching = _Submitting(server, "beside"), _Watching(server)
    threads = [threading.Thread(target=beside.until_told), threading.Thread(target=watching.until_told)]
    for thread in threads:
        thread.start()
    begun = time.perf_counter()
    bulk = _post(server, "/v1/decisions/bulk", {**_ASK, "confirm_count": ITEMS})["bulk"]
    while not (told := _get(server, f"/v1/decisions/bulk/{bulk['id']}?limit=1"))["ended_at"]:
        time.sleep(0.05)
    ended = time.perf_counter()
    beside.is_over = True
    watching.settle(ended)
    for thread in threads:
        thread.join()
    if told["outcomes"]["decided"] != ITEMS:
        raise SystemExit(f"not all were decided: {told['outcomes']}")
    busy = beside.load()
    note = f"alone: p99 {alone.percentile_ms(0.99):.1f} ms, longest {alone.latencies_ms[-1]:.1f} ms"
    return [
        _row(f"{ITEMS:,} items decided, submits beside", ended - begun, "s", "at most 5"),
        _row("a submit beside it, longest", busy.latencies_ms[-1], "ms", "at most 100", note),
        _row("a submit beside it, p99", busy.percentile_ms(0.99), "ms", "-", note),
        _row("from the last commit to a long poll", max(watching.last - ended, 0.0), "s", "at most 1"),
    ]


def _fill(server: Server) -> None:
    batches = [
        json.dumps({
            "items": [
                {"id": f"b{n}", "author": {"id": f"u{n % AUTHORS}"}, "text": "words", "tags": ["bench"]}
                for n in range(start, start + BATCH_ITEMS)
            ]
        }).encode()
        for start in range(0, ITEMS, BATCH_ITEMS)
    ]  # fmt: skip
    send_all(server.port, [request("/v1/items/batch", server.key, each) for each in batches], connections=1)


@dataclass
class _Submitting:
    """Somebody who submits one text after the other, with a short pause between them."""

    server: Server
    name: str
    latencies_ms: list[float] = field(default_factory=list)
    is_over: bool = False

    def run(self, count: int) -> None:
        for _ in range(count):
            number = len(self.latencies_ms)
            body = json.dumps({"id": f"{self.name}-{number}", "author": {"id": f"{self.name}-{number % 9}"}}).encode()
            sent = send_all(self.server.port, [request("/v1/items", self.server.key, body)], connections=1)
            self.latencies_ms.append(sent.latencies_ms[0])
            time.sleep(_PAUSE_SECONDS)

    def until_told(self) -> None:
        while not self.is_over:
            self.run(1)

    def load(self) -> Load:
        return Load(0.0, tuple(sorted(self.latencies_ms)))


@dataclass
class _Watching:
    """Somebody who follows the change feed by long polls."""

    server: Server
    last: float = 0.0  #: when the newest change was told
    until: float = float("inf")

    def settle(self, ended: float) -> None:
        self.until = ended + 2.0

    def until_told(self) -> None:
        after = _get(self.server, "/v1/changes?limit=1000")["next"]
        while time.perf_counter() < self.until:
            told = _get(self.server, f"/v1/changes?limit=1000&wait_seconds=1&after={after}")
            if told["changes"]:
                self.last = time.perf_counter()
            after = told["next"]


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _post(server: Server, path: str, body: Any) -> Any:
    return _ask(server, path, json.dumps(body).encode())


def _get(server: Server, path: str) -> Any:
    return _ask(server, path, None)


def _ask(server: Server, path: str, body: bytes | None) -> Any:
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    asked = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", body, headers)  # our own server
    with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310  # our own server
        return json.load(answer)


def _row(what: str, ours: float, unit: str, to_reach: str, note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 2), "peer": None, "unit": unit, "ratio": None, "to_reach": to_reach,
        "note": note,
    }  # fmt: skip
