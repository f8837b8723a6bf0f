"""Submitting over HTTP, durable, with fsync on: text in batches and one by one, and pictures."""

import importlib
import importlib.util
import io
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw

from benchmarks.hashing import SIZE, jpeg
from benchmarks.load import Load, request, send_all
from benchmarks.server import Server, running

BATCHES, BATCH_ITEMS = 100, 100
SINGLES = 1500
HISTORY_ITEMS = 100_000
PICTURES = 120
HMA_USERS_FIGURE = 50.0
"""Requests a second of one pod of HMA, hash and match, as its users report it; HMA has no batch and stores nothing."""

_BOUNDARY = "tutela-bench"


def run() -> list[dict[str, Any]]:
    """Measure and return a row each."""
    with running() as server:
        rows = [*_texts(server), *_pictures(server)]
        return [*rows, _after_a_history(server, rows[0]["ours"])]


def _texts(server: Server) -> list[dict[str, Any]]:
    batches = [_batch(server.key, number) for number in range(BATCHES + 5)]
    send_all(server.port, batches[:5], connections=1)
    batched = send_all(server.port, batches[5:], connections=2)
    singles = [_single(server.key, number) for number in range(SINGLES)]
    one_by_one = send_all(server.port, singles, connections=8)
    alone = send_all(server.port, [_single(server.key, SINGLES + n) for n in range(300)], connections=1)
    per_second = BATCHES * BATCH_ITEMS / batched.seconds
    return [
        _row("text items in batches of 100", per_second, "items/s", 2000, _latency(batched)),
        _row(
            "text items one by one, 8 connections", SINGLES / one_by_one.seconds, "items/s", 300, _latency(one_by_one)
        ),
        _row("text items one by one, 1 connection", 300 / alone.seconds, "items/s", None, _latency(alone)),
        {
            "what": "text item one by one, 8 connections, p99",
            "ours": round(one_by_one.percentile_ms(0.99), 2),
            "peer": None,
            "unit": "ms",
            "ratio": None,
            "to_reach": "at most 60",
            "note": "",
        },
    ]


def _after_a_history(server: Server, before: float) -> dict[str, Any]:
    """Measure batches again when there are a hundred thousand items more, the last of them."""
    first = BATCHES + 5
    history = [_batch(server.key, first + number) for number in range(HISTORY_ITEMS // BATCH_ITEMS)]
    send_all(server.port, history, connections=2)
    first += len(history)
    load = send_all(server.port, [_batch(server.key, first + number) for number in range(BATCHES)], connections=2)
    after = BATCHES * BATCH_ITEMS / load.seconds
    return {
        "what": f"submit: text items in batches of 100, after {HISTORY_ITEMS:,} more",
        "ours": round(after, 1),
        "peer": before,
        "unit": "items/s",
        "ratio": round(after / before, 2),
        "to_reach": "as before",
        "note": f"beside the first row: submits do not grow with history; {_latency(load)}",
    }


def _latency(load: Load) -> str:
    return f"p50 {load.percentile_ms(0.5):.1f} ms, p99 {load.percentile_ms(0.99):.1f} ms a request"


def _row(what: str, ours: float, unit: str, to_reach: float | None, note: str) -> dict[str, Any]:
    return {
        "what": f"submit: {what}",
        "ours": round(ours, 1),
        "peer": HMA_USERS_FIGURE,
        "unit": unit,
        "ratio": round(ours / HMA_USERS_FIGURE, 1),
        "to_reach": to_reach,
        "note": f"{note}; the peer's figure is what HMA's users report for hash and match of one pod, not run here",
    }


def _batch(key: str, number: int) -> bytes:
    items = [_item(f"b{number}-{each}", f"user-{(number * 7 + each) % 400}") for each in range(BATCH_ITEMS)]
    return request("/v1/items/batch", key, json.dumps({"items": items}).encode())


def _single(key: str, number: int) -> bytes:
    return request("/v1/items", key, json.dumps(_item(f"s{number}", f"user-{number % 400}")).encode())


def _item(item: str, author: str) -> dict[str, Any]:
    return {"id": item, "author": {"id": author}, "kind": "post", "text": "the lake was calm this morning " * 4}


def _pictures(server: Server) -> list[dict[str, Any]]:
    pictures = different_pictures(PICTURES + 5)
    requests = [_multipart(server.key, number, picture) for number, picture in enumerate(pictures)]
    send_all(server.port, requests[:5], connections=1)
    before = server.cpu_seconds()
    load = send_all(server.port, requests[5:], connections=4)
    core_seconds = server.cpu_seconds() - before
    theirs = _peer_per_core(pictures)
    size = statistics.mean(map(len, pictures)) / 1000
    note = f"{size:.0f} kB JPEG {SIZE[0]}x{SIZE[1]}, hashed, looked up, sealed and stored; {_latency(load)}"
    rows = [
        ("a second of one core", PICTURES / core_seconds, 50),
        ("wall clock, 4 connections", PICTURES / load.seconds, None),
    ]
    return [
        {
            "what": f"submit: pictures, {name}",
            "ours": round(figure, 1),
            "peer": None if theirs is None else round(theirs, 1),
            "unit": "pictures/s",
            "ratio": None if theirs is None else round(figure / theirs, 2),
            "to_reach": to_reach,
            "note": f"{note}; the peer is threatexchange's hash and index in process, without HTTP or storing",
        }
        for name, figure, to_reach in rows
    ]


def different_pictures(count: int) -> list[bytes]:
    """Return *count* harmless pictures that differ in a corner, so that none is known already."""
    with Image.open(io.BytesIO(jpeg())) as opened:
        base = opened.convert("RGB")
    made = []
    for number in range(count):
        picture = base.copy()
        ImageDraw.Draw(picture).rectangle((0, 0, 40, 40), fill=(number % 256, number // 256, 90))
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=80)
        made.append(file.getvalue())
    return made


def _multipart(key: str, number: int, picture: bytes) -> bytes:
    item = json.dumps({"id": f"p{number}", "author": {"id": f"user-{number % 50}"}, "kind": "post"}).encode()
    body = b"".join((
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="item"\r\n\r\n'.encode(), item,
        f'\r\n--{_BOUNDARY}\r\nContent-Disposition: form-data; name="media"; filename="p"\r\n'.encode(),
        b"Content-Type: image/jpeg\r\n\r\n", picture, f"\r\n--{_BOUNDARY}--\r\n".encode(),
    ))  # fmt: skip
    return request("/v1/items", key, body, f"multipart/form-data; boundary={_BOUNDARY}")


def _peer_per_core(pictures: list[bytes]) -> float | None:
    """Return how many pictures a second the peer hashes and looks up on one core, or none when it is not installed."""
    if not importlib.util.find_spec("threatexchange"):
        return None
    signal = importlib.import_module("threatexchange.signal_type.pdq.signal").PdqSignal
    index = signal.get_index_cls().build([(value, None) for value in signal.get_examples()])
    look_up: Callable[[str], Any] = index.query
    begun = time.process_time()
    for picture in pictures[:30]:
        look_up(signal.hash_from_bytes(picture))
    return 30 / (time.process_time() - begun)
