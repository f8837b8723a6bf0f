"""A small server with the contract of the change feed and of submissions, which can be told to misbehave."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tutela_client.table import shipped_table

AT = "2026-11-22T08:30:00Z"


def held(kind: str = "quarantine", **more: Any) -> dict[str, Any]:
    """Return a measure as the feed tells it."""
    return {"id": f"msr_{kind}", "kind": kind, "starts_at": AT, "ends_at": None, "scope": {}, **more}


@dataclass
class Feed:
    """What the server knows, and how it behaves."""

    url: str = ""
    name: str = "first"  #: which history it tells
    told: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    seq: int = 0
    reached: int = 0  #: the largest cursor that anybody went on from
    page_rows: int = 1000
    is_down: bool = False
    status: int = 0  #: answer everything with it
    effects_status: int = 0  #: answer questions for the table with it
    answers: dict[str, str] = field(default_factory=dict)  #: by item; `publish` for the others
    submitted: list[tuple[str, str, bytes]] = field(default_factory=list)  #: item, idempotency key, body
    table: dict[str, Any] = field(default_factory=lambda: dict(shipped_table().source))
    changed: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, kind: str, name: str, *own: dict[str, Any], **more: Any) -> None:
        """Have a subject stand so from now on."""
        with self.changed:
            self.seq += 1
            item = {"author": more.get("author", "ann"), "published": True, "inside": []} if kind == "item" else {}
            self.told.pop((kind, name), None)
            self.told[kind, name] = {
                "seq": self.seq,
                "kind": kind,
                "id": name,
                "at": AT,
                "own": list(own),
                **item,
                **more,
            }
            self.changed.notify_all()

    def restore(self, name: str) -> None:
        """Begin another history."""
        with self.changed:
            self.name, self.told, self.seq = name, {}, 0
            self.changed.notify_all()

    def page(self, after: int, limit: int, wait_seconds: float) -> dict[str, Any]:
        """Return one page, as the server does."""
        until = time.monotonic() + wait_seconds
        with self.changed:
            while self.seq <= after and (left := until - time.monotonic()) > 0:
                self.changed.wait(left)
            rows = [row for row in self.told.values() if row["seq"] > after]
            some = rows[: min(limit, self.page_rows)]
            following = some[-1]["seq"] if len(some) < len(rows) else self.seq
            return {
                "changes": some,
                "next": str(following),
                "more": len(some) < len(rows),
                "feed": self.name,
                "table_version": self.table["version"],
            }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, feed: Feed) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.feed = feed


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def feed(self) -> Feed:
        """Return what the server knows."""
        assert isinstance(self.server, _Server)
        return self.server.feed

    def do_GET(self) -> None:
        """Tell the feed or the table."""
        if self.is_refused():
            return
        asked = urlsplit(self.path)
        if asked.path == "/v1/effects":
            self.reply(self.feed.effects_status or 200, self.feed.table)
            return
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if int(query["after"]) > self.feed.seq:
            self.reply(422, {"detail": "ahead", "place": "after"})
            return
        self.feed.reached = max(self.feed.reached, int(query["after"]))
        page = self.feed.page(int(query["after"]), int(query["limit"]), float(query["wait_seconds"]))
        if not self.is_refused():
            self.reply(200, page)

    def do_POST(self) -> None:
        """Take a submission."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.is_refused():
            return
        item = json.JSONDecoder().raw_decode(body[body.find(b"{") :].decode("latin-1"))[0]
        self.feed.submitted.append((item["id"], self.headers["Idempotency-Key"], body))
        answer = self.feed.answers.get(item["id"], "publish")
        if answer.isdecimal():
            self.reply(int(answer), {"detail": "It cannot be used."})
            return
        known = {"id": item["id"], "decision": None, "notice": None, "scanned": True, "new": True}
        self.reply(201, {**known, "answer": answer})

    def is_refused(self) -> bool:
        """Misbehave, and return whether it did."""
        if self.feed.is_down:
            self.close_connection = True
            return True
        if self.feed.status:
            self.reply(self.feed.status, {"detail": "no"})
        return bool(self.feed.status)

    def reply(self, status: int, value: Any) -> None:
        """Answer with JSON."""
        encoded = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def handle(self) -> None:
        """Serve a connection; whoever is killed breaks it off."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(feed: Feed) -> Iterator[Feed]:
    """Serve *feed* on a free port of this machine."""
    server = _Server(feed)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    feed.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield feed
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
