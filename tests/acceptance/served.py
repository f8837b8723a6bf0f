"""A real server over HTTP under load: asked by several connections, killed or stopped, asked again."""

import os
import random
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count, product
from pathlib import Path
from typing import Any

import make
from cli.place import Place
from tutela_client import Client, TutelaClientError
from tutela_client.answers import Answer
from tutela_client.table import shipped_table

CONNECTIONS = 3
PAUSE_SECONDS = 0.01
"""Between two requests of one connection: there is always one under way, and not more to look through than need be."""

KNOWN, NEAR, CLEAN = "china", "china", "flower"  # pictures of `make.photo`
MATCHED = ("match", "near", "apart", "hashes")
"""Kinds of requests whose items carry known material: nobody may ever see them."""

KINDS = ("text", "clean", "batch", *MATCHED)
AUTHORS = {"match": "locked", "hashes": "locked", "near": "held", "apart": "held"}
"""Who posts exact copies is locked for it; near copies are held whoever posts them."""

SCOPES = ("submit", "read", "detections", "lookup", "banks", "webhooks", "operate")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a platform that can be repeated under its key."""

    kind: str
    key: str
    names: tuple[str, ...]
    author: str


@dataclass
class Book:
    """What was asked, and what was acknowledged."""

    asked: dict[str, Asked] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)  #: of each item
    done: set[str] = field(default_factory=set)  #: keys of acknowledged requests
    errors: list[TutelaClientError] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(count()))

    def ask(self, client: Client, asked: Asked) -> None:
        """Send a request, and note what was acknowledged."""
        self.asked[asked.key] = asked
        for answer in _send(client, asked):
            assert self.answers.setdefault(answer.id, answer.answer) == answer.answer, asked
        self.done.add(asked.key)

    def new(self, kind: str) -> Asked:
        """Return a request that nobody has made."""
        number = next(self.numbers)
        key = f"{kind}-{number}"
        names = tuple(f"{key}.{part}" for part in range(5)) if kind == "batch" else (key,)
        return Asked(kind, key, names, AUTHORS.get(kind, "somebody"))

    @property
    def matched(self) -> dict[str, str]:
        """Return the items that carry known material, acknowledged or not, and their authors."""
        known = [asked for asked in self.asked.values() if asked.kind in MATCHED]
        return {name: asked.author for asked in known for name in asked.names}


def _send(client: Client, asked: Asked) -> Sequence[Answer]:
    [name, *_] = asked.names
    item: dict[str, Any] = {"id": name, "author": {"id": asked.author}, "kind": "post"}
    submit = partial(client.submit, idempotency_key=asked.key)
    match asked.kind:
        case "batch":
            items = [{**item, "id": each, "text": "a day by the lake"} for each in asked.names]
            answers = client.submit_batch(items, idempotency_key=asked.key)
            return [each for each in answers if isinstance(each, Answer)]
        case "text":
            return [submit({**item, "text": "a morning by the lake"})]
        case "hashes":
            held = {"md5": make.photo_md5(KNOWN), "held_by_platform": True}
            return [submit({**item, "media": [held]})]
        case "apart":
            uploaded = client.upload(make.photo(KNOWN) + asked.key.encode())
            return [submit({**item, "media": [{"id": uploaded.id}]})]
        case "match":
            return [submit(item, [make.photo(KNOWN)])]
        case kind:
            picture = make.photo(CLEAN if kind == "clean" else NEAR)
            return [submit(item, [picture + asked.key.encode()])]  # other bytes, the same picture


@dataclass
class Server:
    """A running `tutela serve`, and a client for it that tries nothing twice."""

    url: str
    process: "subprocess.Popen[str]"
    client: Client

    def kill(self) -> None:
        """End it as a power cut would. Whoever asks it at that moment still has the client's connections in hand."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it in order and return its status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self.client.close()
        return status


@dataclass
class Installation:
    """A folder and a database in which a server is started again and again."""

    place: Place
    key: str = ""
    started: list[Server] = field(default_factory=list)

    @classmethod
    def at(cls, folder: Path, url: str = "", **settings: object) -> "Installation":
        """Return an installation in the folder that nothing was started in yet."""
        folder.mkdir(exist_ok=True)
        environment = {f"TUTELA_{name.upper()}": str(value) for name, value in settings.items()}
        # Where nothing is said of it, what is decided is told at once: nobody here waits for what is not tried.
        place = Place(folder, {"TUTELA_SCANNER_PROCESSES": "1", "TUTELA_UNDO_SECONDS": "0", **environment})
        if url:
            place.environment["TUTELA_DATABASE_URL"] = url
        return cls(place)

    def make_key(self, *more: str) -> str:
        """Make the key that every client here uses, with more scopes than they need."""
        given = (word for scope in (*SCOPES, *more) for word in ("--scope", scope))
        done = self.place.call("key", "create", "platform", *given)
        assert done.status == 0, done.err
        self.key = done.out.strip()
        return self.key

    def begin(self, *words: object) -> "subprocess.Popen[str]":
        """Start a server and do not wait."""
        return self.place.start("serve", "--port", 0, *words, stderr=subprocess.DEVNULL)

    def ready(self, process: "subprocess.Popen[str]") -> Server:
        """Wait until a server is ready."""
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "ready at http://" in said, said
        url = said.split()[-1]
        self.started.append(Server(url, process, Client(url, self.key, timeout_seconds=20, retries=0)))
        return self.started[-1]

    def serve(self) -> Server:
        """Start a server and wait until it is ready."""
        return self.ready(self.begin())

    def close(self) -> None:
        """End whatever still runs."""
        while self.started:
            server = self.started.pop()
            if server.process.poll() is None:
                server.kill()
            server.client.close()
            server.process.communicate()


@contextmanager
def load(book: Book, *servers: Server, kinds: Sequence[str] = KINDS) -> Iterator[threading.Event]:
    """Ask from several connections to each server until the block ends or the connections break.

    Yields what is set when the load shall end by itself.
    """
    enough = threading.Event()

    def run(client: Client, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311  # an arrangement of test data
        with suppress(TutelaClientError):
            while not enough.wait(PAUSE_SECONDS):
                try:
                    book.ask(client, book.new(dice.choice(kinds)))
                except TutelaClientError as error:
                    book.errors.append(error)
                    raise

    threads = [
        threading.Thread(target=run, args=(server.client, number), daemon=True)
        for number, server in enumerate(server for server in servers for _ in range(CONNECTIONS))
    ]
    for thread in threads:
        thread.start()
    try:
        yield enough
    finally:
        enough.set()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()


def teach(client: Client) -> None:
    """Have a verified list know one picture by bytes and likeness."""
    bank = {"name": "known", "clause": "cse.depiction", "material": "apparent_csam", "source": "a test"}
    client.call("POST", "/v1/banks", {**bank, "verification": "several_analysts"})
    client.send_file("/v1/banks/known/media", make.photo(KNOWN))


def seen(client: Client, book: Book) -> list[tuple[str, str | None, str]]:
    """Return what known material anybody sees anywhere: the item, the viewer, the surface."""
    names = list(book.matched)
    viewers = [None, "a stranger", *sorted(set(book.matched.values()))]
    table = shipped_table()
    surfaces = [*table.groups, "home", "unregistered"]

    def look(asked: tuple[str | None, str, int]) -> list[tuple[str, str | None, str]]:
        viewer, surface, start = asked
        who = {"account": viewer} if viewer else {"anonymous": True}
        body = {"viewer": who, "surface": surface, "items": names[start : start + 500]}
        told = client.call("POST", "/v1/visibility", body)["verdicts"]
        return [(name, viewer, surface) for name, verdict in told.items() if verdict["exposure"] != "absent"]

    questions = product(viewers, surfaces, range(0, len(names), 500))
    with ThreadPoolExecutor(4) as pool:
        return [one for found in pool.map(look, questions) for one in found]


def lost(client: Client, book: Book) -> dict[str, object]:
    """Return the acknowledged items that are not there as they were answered."""

    def answer_of(name: str) -> object:
        try:
            return client.call("GET", f"/v1/items/{name}")["answer"]
        except TutelaClientError as error:
            return error.status

    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(book.answers, pool.map(answer_of, list(book.answers)), strict=True))
    return {name: answer for name, answer in found.items() if answer != book.answers[name]}


def all_changes(client: Client, after: str = "0") -> list[Any]:
    """Return the whole feed behind a cursor."""
    page = client.changes(after)
    found = list(page.changes)
    while page.has_more:
        page = client.changes(page.next)
        found.extend(page.changes)
    return found


def children_of(process_id: int) -> list[int]:
    """Return the processes that a process has started."""
    with suppress(FileNotFoundError):
        return [int(each) for each in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]
    return []


def is_there(process_id: int) -> bool:
    """Return whether a process runs."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
