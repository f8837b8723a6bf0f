"""What most commands share: where the installation is, the house opened for one command, output and progress."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import IO, Any

import click

from tutela.bootstrap import House, build, set_up_logs
from tutela.config import Settings, load
from tutela.errors import Misconfigured

WRITER = "cli"
"""The audit chain of the command line, so that it never waits for the server's head."""

NOT_SETTINGS = ("TUTELA_PROFILE_", "TUTELA_DEBUG")
"""Variables that the command line reads itself."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which installation a command is about, and how it answers."""

    var: Path | None
    config: Path | None
    as_json: bool

    def settings(self, **overrides: Any) -> Settings:
        """Return the settings in force."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(NOT_SETTINGS)}
        return load(environment, file=self.config, var=self.var, **overrides)

    @contextmanager
    def house(self, *, must_exist: bool = True) -> Iterator[House]:
        """Yield the house, nothing running in its background; may be used beside a running server.

        Raises:
            tutela.errors.Misconfigured: There is no installation here and the command does not start one.
        """
        settings = self.settings(writer=WRITER)
        is_new = not settings.database_url and not (settings.var / "tutela.db").exists()
        if must_exist and is_new:
            raise Misconfigured(
                "there is no installation here",
                place=str(settings.var),
                remedy="Name its folder with --var, or start a new one with `tutela serve`.",
            )
        set_up_logs("warning")
        house = build(settings)
        if is_new:  # in the wrong folder, this line is all that tells
            click.echo(f"there was no installation here: a new one was made in {settings.var.absolute()}", err=True)
        try:
            yield house
        finally:
            house.close()

    def tell(self, record: Any, words: str) -> None:
        """Print *record* as JSON when that was asked for, else *words*."""
        click.echo(json.dumps(record, ensure_ascii=False, default=str) if self.as_json else words)


def placed(function: Callable[..., None]) -> Callable[..., None]:
    """Add `--var`, `--config` and `--json`, and hand them in as the first argument, a `Where`."""

    @click.option("--var", type=click.Path(path_type=Path, file_okay=False), help="Folder of the installation.")
    @click.option("--config", type=click.Path(path_type=Path), help="Configuration file instead of ./tutela.toml.")
    @click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
    @wraps(function)
    def wrapper(*args: Any, var: Path | None, config: Path | None, as_json: bool, **rest: Any) -> None:
        function(Where(var, config, as_json), *args, **rest)

    return wrapper


def table(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...], *, empty: str) -> str:
    """Return *rows* in columns as wide as they need, with `-` for what there is none of, or *empty*."""
    if not rows:
        return empty
    cells = [list(columns), *(["-" if row[name] is None else str(row[name]) for name in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


@contextmanager
def progress(label: str, length: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function to be told each step; draws a bar on a terminal's standard error, else nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    drawn: Any = click.progressbar(length=length, label=label, file=sys.stderr)
    with drawn as bar:
        yield bar.update


class Counted:
    """Lines of a file, telling how many bytes were read."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        """Read *file*."""
        self._file, self._tell = file, tell

    def __iter__(self) -> Iterator[str]:
        """Yield each line; bytes that are no UTF-8 become marks, so that their row fails and no other."""
        for line in self._file:
            self._tell(len(line))
            yield line.decode("utf-8-sig", errors="replace")


def read_passphrase(path: Path | None, *, ask: str, confirm: bool = False) -> str | None:
    """Return the passphrase of a file's first line, or ask for it on a terminal; none where there is no terminal."""
    if path is not None:
        try:
            return path.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError) as error:
            raise Misconfigured("the passphrase cannot be read", place=str(path)) from error
    if not sys.stdin.isatty():
        return None
    asked: str = click.prompt(ask, hide_input=True, confirmation_prompt=confirm, default="", show_default=False)
    return asked or None
