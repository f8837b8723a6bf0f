"""Notices: two hundred a second for a minute, and what of them hides something; and all copies of one picture.

    python -m benchmarks.notices

A server process with its database on the disk and fsync on, asked over HTTP at a steady pace by eight connections. One
notice in twenty is about an item that is here: from the moment at which it is sent until a reader of `/v1/changes` has
seen that the item is held is what counts. Afterwards every receipt is asked for again: none may be lost. No peer takes
notices; there is nothing to measure beside it.
"""

import hashlib
import http.client
import json
import multiprocessing
import os
import statistics
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import banks
from benchmarks.load import Load, request, send_all
from benchmarks.server import Server, prepared, started
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.native import Native
from tutela.bootstrap import House, build
from tutela.config import Settings
from tutela.core.content import Digests, PdqHash
from tutela.flows.find_copies import FindCopies, Question
from tutela.flows.refer import MediaReference
from tutela.flows.submission import Author, Submission
from tutela.ports.index import FeedPage

SCOPES = ("submit", "read", "notices", "decide")
PER_SECOND = 200
SECONDS = int(os.environ.get("BENCH_NOTICE_SECONDS", "60"))
ONE_IN = 20
CONNECTIONS = 8
CARRIERS = 5000
BATCH_ITEMS = 100
WAIT_SECONDS = 20.0
ROWS = int(os.environ.get("BENCH_ROWS", "0").split(",")[-1]) or 10_000_000
CACHE = Path(__file__).parent.parent / ".venv" / "kernels"


def run() -> list[dict[str, Any]]:
    """Measure and return a row each."""
    with prepared(scopes=SCOPES) as (var, key), started(var, key) as server:
        rows = [*_steady(server), *_copies(server)]
    with multiprocessing.get_context("spawn").Pool(1) as pool:  # apart: ten million hashes stay in no other figure
        return [*rows, *pool.apply(_among_many)]


# ------------------------------------------------------------------------------------------------------- many notices


def _steady(server: Server) -> list[dict[str, Any]]:
    count = PER_SECOND * SECONDS
    real = [f"real-{number}" for number in range(0, count, ONE_IN)]
    _submit(server, [_picture(name, f"author-{name}", name) for name in real])
    watch = _Watch(server, _newest(server))
    sent = _Sent(server)
    watch.start()
    sent.run(count)
    watch.join_when(set(real))
    lost = sum(not _is_there(server, code) for code in sent.codes)
    hidden = sorted(watch.seen[each] - sent.at[each] for each in real if each in watch.seen)
    missing = len(real) - len(hidden)
    load = Load(sent.seconds, tuple(sorted(sent.latencies_ms)))
    note = f"{count:,} notices at {count / sent.seconds:.0f} a second; p50 {load.percentile_ms(0.5):.1f} ms an answer"
    return [
        _row("from a notice sent to its hold in /v1/changes, p99", hidden[int(len(hidden) * 0.99)], "s", "at most 1",
             f"{len(hidden)} items, {missing} never seen; p50 {hidden[len(hidden) // 2] * 1000:.0f} ms; {note}"),
        _row("notices lost", lost, "notices", "0", f"each of {count:,} receipts was asked for again by its code"),
        _row("answer to a notice, p99", load.percentile_ms(0.99), "ms", None, note),
    ]  # fmt: skip


class _Sent:
    """Notices, each sent at its own moment."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.at: dict[str, float] = {}
        self.codes: list[str] = []
        self.latencies_ms: list[float] = []
        self.seconds = 0.0

    def run(self, count: int) -> None:
        begun = time.perf_counter() + 0.2
        threads = [
            threading.Thread(target=self._share, args=(range(start, count, CONNECTIONS), begun))
            for start in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.seconds = time.perf_counter() - begun

    def _share(self, numbers: Sequence[int], begun: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        headers = {"Authorization": f"Bearer {self._server.key}", "Content-Type": "application/json"}
        for number in numbers:
            time.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            name = f"real-{number}"
            body = json.dumps(_notice(name if number % ONE_IN == 0 else f"nowhere-{number}", number))
            self.at[name] = sent = time.perf_counter()
            connection.request("POST", "/v1/notices", body, headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
            self.latencies_ms.append((time.perf_counter() - sent) * 1000)
            if answer.status != 201:  # noqa: PLR2004  # HTTP
                raise SystemExit(f"the server answered {answer.status}: {told}")
            self.codes.append(told["code"])


def _notice(item: str, number: int) -> dict[str, Any]:
    return {
        "branch": "it_shows_me", "items": [item], "words": "this picture shows me at the lake " * 3,
        "age_said": "13_15", "country": "DE", "language": "en", "source": f"user-{number % 997}",
    }  # fmt: skip


class _Watch:
    """A reader of the change feed that waits for what changes, as a platform does."""

    def __init__(self, server: Server, after: str) -> None:
        self._server, self._after = server, after
        self.seen: dict[str, float] = {}
        self._must_end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def join_when(self, wanted: set[str]) -> None:
        until = time.perf_counter() + WAIT_SECONDS
        while not wanted <= self.seen.keys() and time.perf_counter() < until:
            time.sleep(0.05)
        self._must_end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._must_end.is_set():
            page = _get(self._server, f"/v1/changes?after={self._after}&wait_seconds=1")
            now = time.perf_counter()
            for change in page["changes"]:
                if change["kind"] == "item" and not change["published"]:
                    self.seen.setdefault(change["id"], now)
            self._after = page["next"]


def _newest(server: Server) -> str:
    after = "0"
    while True:
        page = _get(server, f"/v1/changes?after={after}")
        after = page["next"]
        if not page["more"]:
            return str(after)


def _is_there(server: Server, code: str) -> bool:
    told = _post(server, "/v1/notices/status", {"code": code})
    return "received_at" in told


# ----------------------------------------------------------------------------------------------- copies of a picture


def _copies(server: Server) -> list[dict[str, Any]]:
    _submit(
        server, [_picture(f"copy-{number}", f"carrier-{number % 4000}", "one picture") for number in range(CARRIERS)]
    )
    names = [f"copy-{number}" for number in range(CARRIERS)]
    begun = time.perf_counter()
    decision = {
        "clause": "adults.intimate",
        "reason": {"code": "reported", "line": "whoever is shown asked for it"},
        "measures": [{"kind": "remove", "on": {"kind": "item", "id": "copy-0"}}],
    }
    _post(server, "/v1/decisions", decision)
    absent = 0
    while absent < CARRIERS and time.perf_counter() < begun + WAIT_SECONDS:
        absent = sum(_absent(server, names[start : start + 500]) for start in range(0, CARRIERS, 500))
    seconds = time.perf_counter() - begun
    note = f"{absent:,} of {CARRIERS:,} carriers absent for a stranger, asked of all by /v1/visibility, asking included"
    return [_row(f"a finding until all {CARRIERS:,} carriers are absent", seconds, "s", "at most 5", note)]


def _among_many() -> list[dict[str, Any]]:
    """Find the carriers of one picture among ten million stored hashes, as a notice with a digest does."""
    native = Native(CACHE)
    native.load()
    index = LiveIndex(native)
    with TemporaryDirectory(prefix="tutela-bench-") as folder:
        house = build(Settings(var=Path(folder)))
        try:
            media_id, value = _carried(house)
            page = FeedPage(range(ROWS + 1, ROWS + 2), [media_id], [value], [False])
            index.apply([*banks.pages(banks.uniform(ROWS)), page], after_seq=index.built_to_seq, up_to_seq=2 * ROWS)
            find = FindCopies(house.store, index, house.profile.read, house.clock)
            seconds, items = [], 0
            for _ in range(15):
                begun = time.perf_counter()
                [found] = find([Question(hashes=(value,))], limit=100)
                seconds.append(time.perf_counter() - begun)
                items = found.items
        finally:
            house.close()
    note = f"{items:,} carriers counted and the first 100 told; the slowest of 15 took {max(seconds) * 1000:.0f} ms"
    what = f"all copies of one picture among {ROWS:,} stored hashes"
    return [_row(what, statistics.median(seconds), "s", "at most 1", note)]


def _carried(house: House) -> tuple[str, bytes]:
    """Have five thousand people post one picture; return its media and its hash."""
    value = hashlib.sha256(b"pdq of one picture").digest()
    media = MediaReference(digests=Digests(sha256="ab" * 32), pdq=PdqHash(value, 90))
    posts = [Submission(f"copy-{n}", Author(f"carrier-{n}"), kind="post", media=(media,)) for n in range(CARRIERS)]
    for start in range(0, CARRIERS, BATCH_ITEMS):
        house.submit(posts[start : start + BATCH_ITEMS])
    with house.store.read() as reader:
        [stored] = reader.items_by_platform_id(["copy-0"]).values()
    return stored.item.media_ids[0], value


def _absent(server: Server, names: Sequence[str]) -> int:
    asked = {"viewer": {"account": "a stranger", "age": "adult"}, "surface": "home", "items": list(names)}
    told = _post(server, "/v1/visibility", asked)
    return sum(each["exposure"] == "absent" for each in told["verdicts"].values())


def _submit(server: Server, items: Sequence[dict[str, Any]]) -> None:
    batches = [items[start : start + BATCH_ITEMS] for start in range(0, len(items), BATCH_ITEMS)]
    bodies = [request("/v1/items/batch", server.key, json.dumps({"items": each}).encode()) for each in batches]
    send_all(server.port, bodies, connections=2)


def _picture(item: str, author: str, seed: str) -> dict[str, Any]:
    digest = hashlib.sha256(seed.encode()).hexdigest()
    media = {"sha256": digest, "pdq": hashlib.sha256(f"pdq {seed}".encode()).hexdigest(), "pdq_quality": 90}
    return {"id": item, "author": {"id": author}, "kind": "post", "media": [media]}


def _get(server: Server, path: str) -> Any:
    return _ask(server, "GET", path, None)


def _post(server: Server, path: str, body: dict[str, Any]) -> Any:
    return _ask(server, "POST", path, json.dumps(body))


def _ask(server: Server, method: str, path: str, body: str | None) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    if answer.status not in {200, 201}:
        raise SystemExit(f"{method} {path} answered {answer.status}: {told}")
    return told


def _row(what: str, ours: float, unit: str, to_reach: str | None, note: str) -> dict[str, Any]:
    return {
        "what": f"notices: {what}", "ours": round(ours, 3), "peer": None, "unit": unit, "ratio": None,
        "to_reach": to_reach, "note": note,
    }  # fmt: skip


if __name__ == "__main__":
    for row in run():
        print(row)
