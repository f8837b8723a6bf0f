"""The example forums as processes, and somebody who visits them."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

EXAMPLES = Path(__file__).parents[2] / "examples"
SOON_SECONDS = 40.0  # of a busy machine with pauses as they ship; it takes seconds
COMMANDS: dict[str, Sequence[str]] = {
    "fastapi": ("-m", "uvicorn", "--app-dir", str(EXAMPLES), "--log-level", "warning", "forum_fastapi:app", "--port"),
    "django": ("-W", "ignore", str(EXAMPLES / "forum_django.py"), "runserver", "--noreload"),
}


@dataclass
class Forum:
    """One forum, started again and again on its folder."""

    kind: str
    folder: Path
    port: int
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Know where it will be."""
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = [sys.executable, *COMMANDS[self.kind], str(self.port)]
        with (self.folder.parent / "forum.log").open("ab") as log:
            self.process = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log)
        soon(lambda: self.health() is not None)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self) -> None:
        """End it for good."""
        self.kill()
        self.client.close()

    def health(self) -> dict[str, Any] | None:
        """Return how old its knowledge is, or none while it does not answer."""
        try:
            answer = self.client.get("/health")
        except httpx.TransportError:
            return None
        return dict(answer.raise_for_status().json())

    def post(self, author: str, picture: bytes) -> tuple[str, str]:
        """Post a picture, and return its name and what became of it at once."""
        files = {"picture": ("picture.jpg", picture)}
        answer = self.client.post("/posts", data={"author": author, "text": "A morning"}, files=files)
        if answer.status_code == 403:
            return "", str(answer.json()["detail"])
        told = answer.raise_for_status().json()
        return str(told["id"]), str(told["state"])

    def feed(self, viewer: str | None = None) -> set[str]:
        """Return what somebody sees."""
        asked = {"viewer": viewer} if viewer else {}
        return {each["id"] for each in self.client.get("/feed", params=asked).raise_for_status().json()}

    def kept_pictures(self) -> set[str]:
        """Return of which posts the forum keeps the bytes."""
        with closing(sqlite3.connect(self.folder / "posts.db")) as database:
            return {row[0] for row in database.execute("SELECT id FROM posts WHERE picture IS NOT NULL")}

    def has_picture(self, name: str, viewer: str) -> bool:
        """Return whether the bytes are served to somebody."""
        return self.client.get(f"/pictures/{name}", params={"viewer": viewer}).status_code == 200


def soon(is_so: Callable[[], bool], seconds: float = SOON_SECONDS) -> None:
    """Wait until it is so."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
