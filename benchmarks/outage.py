"""Take the server away from a platform with a cache, for as long as you like, and print what was seen meanwhile.

    python -m benchmarks.outage --minutes 10

A forum with a cache (examples/forum_fastapi.py) runs in front of a real server. Some pictures become known and are
sealed; then the server is killed, the forum takes posts and is looked at all the time, it is killed itself and started
again half-way, and in the end the server comes back. Nothing may be seen that is sealed, held or waiting, and nothing
else may be missing.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.server import free_port, tutela
from tutela.sandbox.pictures import generated
from tutela_client import Client

ROOT = Path(__file__).parents[1]
WITHIN_SECONDS = 300.0
KNOWN = range(5)  # numbers of pictures that become known
FIRST = 20
FORBIDDEN = 403


def picture(number: int) -> bytes:
    """Return a made-up picture: hills, waves and other shapes."""
    out = io.BytesIO()
    generated(number).save(out, "JPEG", quality=90)
    return out.getvalue()


def is_known(post: int) -> bool:
    """Return whether a new post carries a picture that was sealed before: every fourth does."""
    return post % 4 == 0


@dataclass
class Stage:
    """Both processes, and where they are."""

    folder: Path
    port: int = field(default_factory=free_port)
    forum_port: int = field(default_factory=free_port)
    key: str = ""
    server: "subprocess.Popen[bytes] | None" = None
    forum: "subprocess.Popen[bytes] | None" = None

    def start_server(self) -> None:
        """Start the server and wait until it is ready."""
        environment = {**os.environ, "TUTELA_VAR": str(self.folder / "var"), "TUTELA_LOG_LEVEL": "error"}
        self.server = self._start(("-m", "tutela", "serve", "--port", str(self.port)), environment)
        wait(lambda: self._answers(f"http://127.0.0.1:{self.port}/readyz"))

    def start_forum(self) -> None:
        """Start the forum and wait until it answers."""
        settings = {
            "FORUM_KEY": self.key,
            "FORUM_TUTELA": f"http://127.0.0.1:{self.port}",
            "FORUM_FOLDER": str(self.folder / "forum"),
        }
        words = ("-m", "uvicorn", "--app-dir", str(ROOT / "examples"), "--log-level", "error", "forum_fastapi:app")
        self.forum = self._start((*words, "--port", str(self.forum_port)), {**os.environ, **settings})
        wait(lambda: self._answers(f"http://127.0.0.1:{self.forum_port}/health"))

    def kill(self, name: str) -> None:
        """End one of them as a power cut would."""
        process = getattr(self, name)
        if process is not None:
            process.kill()
            process.wait()
            setattr(self, name, None)

    def _start(self, words: tuple[str, ...], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(
            [sys.executable, *words], env=environment, stdin=nowhere, stdout=nowhere, stderr=nowhere
        )

    def _answers(self, url: str) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # our own processes
                return True
        except OSError:
            return False

    def ask(self, path: str, **query: str) -> Any:
        """Return what the forum answers."""
        url = f"http://127.0.0.1:{self.forum_port}{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=30) as answer:  # our own process
            return json.load(answer)

    def post(self, author: str, content: bytes) -> tuple[str, str]:
        """Post a picture, and return its name and what became of it at once."""
        boundary = uuid.uuid4().hex
        fields = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (("author", author), ("text", "A morning"))
        )
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="picture"; filename="picture.jpg"\r\n\r\n'
        body = (fields + head).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.forum_port}/posts", body, headers)  # our own process
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # our own process
                told = json.load(answer)
                return told["id"], told["state"]
        except urllib.error.HTTPError as error:
            with error:
                if error.code != FORBIDDEN:
                    raise
            return "", "not allowed"

    def shown(self) -> set[str]:
        """Return what a stranger sees."""
        return {each["id"] for each in self.ask("/feed", viewer="stranger", newest="100000")}


@dataclass
class Book:
    """What must be seen, what must not, and what was seen."""

    clear: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    waiting: dict[int, str] = field(default_factory=dict)  #: by number
    looks: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, stage: Stage) -> None:
        """Look once, and note what is wrong."""
        seen = stage.shown()
        self.looks += 1
        self.wrong += [f"{name} is hidden and was seen" for name in seen & self.hidden]
        self.wrong += [f"{name} waits and was seen" for name in seen & set(self.waiting.values())]
        self.wrong += [f"{name} is clear and was not seen" for name in self.clear - seen]


def wait(is_so: Callable[[], bool], *, seconds: float = WITHIN_SECONDS) -> float:
    """Wait until it is so, and return how long it took."""
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > seconds:
            raise SystemExit("it did not come about in time")
        time.sleep(0.1)
    return time.monotonic() - begun


def say(words: str) -> None:
    """Print a line with the time."""
    print(f"{time.strftime('%H:%M:%S')}  {words}", flush=True)


def before(stage: Stage, book: Book) -> Client:
    """Fill the forum, and have some of it become known."""
    stage.start_server()
    stage.start_forum()
    wait(lambda: stage.ask("/health")["is_ready"])
    names = [stage.post(f"user-{number}", picture(number))[0] for number in range(FIRST)]
    client = Client(f"http://127.0.0.1:{stage.port}", stage.key)
    for number in KNOWN:
        client.send_file("/v1/banks/known/media", picture(number))
    book.hidden = {names[number] for number in KNOWN}
    book.clear = set(names) - book.hidden
    took = wait(lambda: stage.shown() == book.clear)
    say(f"{len(names)} posts, {len(book.hidden)} of them sealed by now (hidden everywhere after {took:.1f} s)")
    return client


def during(stage: Stage, book: Book, minutes: float) -> None:
    """Post and look while there is no server; half-way the forum is killed and started again."""
    stage.kill("server")
    say("the server is killed")
    begun, posts, is_restarted = time.monotonic(), 0, False
    while time.monotonic() - begun < minutes * 60:
        if not is_restarted and time.monotonic() - begun > minutes * 30:
            stage.kill("forum")
            stage.start_forum()
            is_restarted = True
            say("the forum was killed and is back; it knows what it knew")
        name, state = stage.post(f"new-{posts}", picture(posts % len(KNOWN) if is_known(posts) else 1000 + posts))
        if state != "waiting":
            book.wrong.append(f"a new post was answered {state} without a server")
        book.waiting[posts] = name
        posts += 1
        if stage.post("user-0", picture(2000))[0]:
            book.wrong.append("a locked account could post")
        for _ in range(4):
            book.look(stage)
            time.sleep(0.2)
    health = stage.ask("/health")
    say(
        f"{minutes * 60:.0f} s without a server: {book.looks} looks, {posts} new posts, {health['waiting']} wait; "
        f"stale: {health['is_stale']}, {health['failures_total']} failed attempts since the restart, "
        f"{health['verdicts_stale']} verdicts as last known, alarms {health['alarms']}"
    )


def after(stage: Stage, book: Book, client: Client) -> None:
    """Bring the server back, and see everything made up for."""
    stage.start_server()
    say("the server is back")
    followed = wait(lambda: stage.ask("/health")["failures"] == 0)
    decided = wait(lambda: stage.ask("/health")["waiting"] == 0)
    shown = stage.shown()
    book.wrong += [
        f"{name} was known before and is seen"
        for post, name in book.waiting.items()
        if is_known(post) and name in shown
    ]
    harmless = {name for post, name in book.waiting.items() if not is_known(post)}
    say(
        f"followed again after {followed:.1f} s, everything that waited is decided {decided:.1f} s later: "
        f"{len(shown & harmless)} of {len(harmless)} harmless posts are shown, and no known one"
    )
    client.send_file("/v1/banks/known/media", picture(FIRST - 1))
    took = wait(lambda: book.clear - stage.shown() != set())
    say(f"what becomes known now is hidden after {took:.1f} s")


def main() -> int:
    """Run it and return whether anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long there is no server")
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory(prefix="tutela-outage-") as name:
        stage, book = Stage(Path(name)), Book()
        scopes = [word for scope in ("submit", "read", "banks") for word in ("--scope", scope)]
        stage.key = json.loads(tutela(stage.folder / "var", "key", "create", "outage", *scopes, "--json"))["secret"]
        tutela(
            stage.folder / "var", "bank", "create", "known", "--clause", "cse.depiction", "--material", "apparent_csam",
            "--verification", "several_analysts", "--source", "made-up pictures",
        )  # fmt: skip
        try:
            client = before(stage, book)
            during(stage, book, minutes)
            after(stage, book, client)
        finally:
            stage.kill("forum")
            stage.kill("server")
    for each in sorted(set(book.wrong)):
        say(f"WRONG: {each}")
    say(f"{len(book.wrong)} wrong of {book.looks} looks")
    return min(len(book.wrong), 1)


if __name__ == "__main__":
    sys.exit(main())
