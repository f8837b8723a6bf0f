"""`tutela demo` and `tutela bench`."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import click

from tutela.errors import Misconfigured


@click.command("demo")
@click.option("--once", is_flag=True, help="Play it through and stop.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the server; 8420, or a free one if it is taken.")
@click.option(
    "--var",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var"),
    show_default=True,
    help="Where the demo's folder is made; an earlier demo there is cleared away first.",
)
def demo_command(port: int | None, var: Path, *, once: bool) -> None:
    """Start Tutela beside a pretend platform with harmless pictures and people.

    \b
    tutela demo --once
    """  # noqa: D301  # \b is click's mark
    from tutela.sandbox.demo import run  # noqa: PLC0415  # its pictures and server are needed by nothing else

    click.get_current_context().exit(run(once=once, port=port, var=var))


@click.command("bench", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench_command(arguments: tuple[str, ...]) -> None:
    """Measure this machine; what follows is handed to the benchmarks. Needs a checkout of the project.

    \b
    tutela bench hashing --json
    """  # noqa: D301  # \b is click's mark
    sys.path.insert(0, str(Path.cwd()))
    if importlib.util.find_spec("benchmarks") is None:
        raise Misconfigured(
            "the benchmarks are not installed", remedy="Run `./dev bench` in a checkout of the project."
        )
    command = [sys.executable, "-m", "benchmarks", *arguments]
    done = subprocess.run(command, check=False)  # noqa: S603  # our own module
    click.get_current_context().exit(done.returncode)
