"""Real processes of `tutela`, in a folder of their own, with nothing of this machine's configuration."""

import contextlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from click.testing import CliRunner

import forked
from tutela.cli import tutela


@contextlib.contextmanager
def logs_as_before() -> Iterator[None]:
    """Undo what a command in this process does to the logs: its standard error ends with it.

    Until it has set them up, what other houses of this process log goes to where it went before, not into its answer.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)


def messages(err: str) -> list[str]:
    """Return the lines of a standard error that are said to whoever called, without those of the log.

    The log has lines of its own at any moment: a busy machine adds some, and so does another house of this process.
    """
    return [line for line in err.splitlines() if not _is_logged(line)]


def _is_logged(line: str) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and record.keys() >= {"event", "level", "timestamp"}


@dataclass
class Done:
    """What a process said."""

    status: int
    out: str
    err: str

    @property
    def messages(self) -> list[str]:
        """Return what it said beside its answer, a line each: see `messages`."""
        return messages(self.err)

    @property
    def json(self) -> Any:
        """Return its answer."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Return its answers, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Place:
    """A folder with an installation, or none yet."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *words: object, is_new: bool = False, **streams: Any) -> subprocess.Popen[str]:
        """Start `tutela` and do not wait: forked from what has imported it, or as a new interpreter."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TUTELA_")}
        environment = {**clean, "PYTHONPATH": os.pathsep.join(forked.SOURCES), **self.environment}
        streams = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE, **streams}
        told = [*map(str, words)]
        if forked.IS_POSSIBLE and not is_new:
            return forked.Forked(forked.COMMAND, told, self.folder, environment, **streams)
        command = [sys.executable, "-m", "tutela", *told]
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, text=True, **streams)

    def call(self, *words: object) -> Done:
        """Run `tutela` to its end in this process, which is quicker by two seconds."""
        with contextlib.chdir(self.folder), logs_as_before():
            done = CliRunner(env=self.environment).invoke(tutela, [str(word) for word in words])
        return Done(done.exit_code, done.stdout, done.stderr)

    def run(self, *words: object, **more: Any) -> Done:
        """Run `tutela` to its end."""
        process = self.start(*words, **more)
        out, err = process.communicate(timeout=120)
        return Done(process.returncode, out, err)
