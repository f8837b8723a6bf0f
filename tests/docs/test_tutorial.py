"""The tutorial, done as a newcomer does it: its blocks run in one shell, and show what the page says they show."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "connect-a-platform.md"
BLOCK = re.compile(r"<!-- (run|shows|stop)(?:: (\w+))? -->\n(?:```\w+\n(.*?)```)?", re.DOTALL)
END = "--end-of-block--"
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Step:
    """One marked block of the page."""

    kind: str
    name: str | None
    text: str


def steps(page: str) -> list[Step]:
    """Return the marked blocks in order."""
    return [Step(kind, name or None, text) for kind, name, text in BLOCK.findall(page)]


def pattern(shown: str) -> re.Pattern[str]:
    """Return what is to be printed; `<id>` and the like stand for one word."""
    return re.compile(re.sub(r"<[a-z]+>", r"\\w+", re.escape(shown.strip())))


class Terminals:
    """A shell in a folder, a server in another terminal, and a forum in the background of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {"8420": _free_port(), "8421": _free_port()}
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.shell = self._start("sh", pipe=True)

    def _start(self, *command: str, pipe: bool = False) -> subprocess.Popen[str]:
        stream = subprocess.PIPE if pipe else None
        with (self.folder / "stderr.log").open("a") as errors:
            return subprocess.Popen(
                command, cwd=self.folder, env=self._environment(), text=True,
                stdin=stream or subprocess.DEVNULL, stdout=stream or errors, stderr=errors,
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUTELA_")}
        return {
            **kept,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{kept['PATH']}",
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "client" / "src"))),
            "TUTELA_PORT": self.ports["8420"],
            "FORUM_TUTELA": f"http://127.0.0.1:{self.ports['8420']}",
            "FORUM_PORT": self.ports["8421"],
            "FORUM": f"http://127.0.0.1:{self.ports['8421']}",
        }

    def open(self, name: str, text: str) -> None:
        """Start something that stays, and wait until it answers."""
        command = text.strip().removesuffix("&")
        if name == "forum":
            # What the shell exported is known to it alone, so the forum is its child.
            self.run(f"{command} >&2 & echo $! > forum.pid")
        else:
            self.running[name] = self._start(*command.split())
        self._await(self.ports["8420" if name == "server" else "8421"], "/readyz" if name == "server" else "/nobody")

    def _await(self, port: str, path: str) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            try:
                with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"nothing answers: {self.errors()}")

    def run(self, text: str) -> str:
        """Run a block in the shell and return what it printed."""
        for customary, free in self.ports.items():
            text = text.replace(f":{customary}", f":{free}")
        assert self.shell.stdin
        assert self.shell.stdout
        self.shell.stdin.write(f"{text}\necho {END}\n")
        self.shell.stdin.flush()
        return _until_end(self.shell.stdout)

    def stop(self, name: str) -> None:
        """End what was started."""
        process = self.running.pop(name)
        process.terminate()
        process.wait(WAIT_SECONDS)

    def close(self) -> None:
        """End everything."""
        assert self.shell.stdin
        assert self.shell.stdout
        self.run("test -f forum.pid && kill $(cat forum.pid)")
        self.shell.stdin.close()
        self.shell.wait(WAIT_SECONDS)
        self.shell.stdout.close()
        for name in list(self.running):
            self.stop(name)

    def errors(self) -> str:
        """Return what was printed as an error."""
        return (self.folder / "stderr.log").read_text(encoding="utf-8")[-4000:]


def _until_end(stream: IO[str]) -> str:
    lines: list[str] = []
    for line in stream:
        if line.strip() == END:
            break
        lines.append(line)
    return "".join(lines)


def _free_port() -> str:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return str(trial.getsockname()[1])


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[Terminals]:
    """Return terminals in a folder that looks like a checkout whose environment is active."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "bin").mkdir()
    for name, command in (("tutela", "-m tutela"), ("python", "")):
        script = tmp_path / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    terminals = Terminals(tmp_path)
    try:
        yield terminals
    finally:
        terminals.close()


def test_the_tutorial_does_what_it_says(terminals: Terminals) -> None:
    """From an empty folder to a verified record, with the page's own commands."""
    printed = ""
    for step in steps(PAGE.read_text(encoding="utf-8")):
        if step.kind == "shows":
            assert pattern(step.text).fullmatch(printed.strip()), (
                f"{step.text}\n--- printed:\n{printed}{terminals.errors()}"
            )
        elif step.kind == "stop":
            terminals.stop(str(step.name))
        elif step.name:
            terminals.open(step.name, step.text)
        else:
            printed = terminals.run(step.text)


def test_every_block_of_the_tutorial_is_run_but_the_activation() -> None:
    """A block without a mark would rot unseen."""
    page = PAGE.read_text(encoding="utf-8")

    assert page.count("\n```sh\n") == sum(step.kind == "run" for step in steps(page)) + 1
    assert page.count("\n```text\n") == sum(step.kind == "shows" for step in steps(page))
