"""Write docs/reference/cli.md from the commands themselves: `python -m tutela.cli.reference FILE`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tutela.cli import COMMANDS, tutela

WIDTH = 100

_INTRODUCTION = """\
`python -m tutela` is the same as `tutela`. Commands may be used while a server runs on the same database.

Exit status: 0 done; 1 failed, or something wrong was found; 2 done in part (rows or files that could not be used are
named), or called wrongly; 130 interrupted. Errors are one line on standard error; `TUTELA_DEBUG=1` shows tracebacks."""


def page() -> str:
    """Return docs/reference/cli.md."""
    parts = [
        "# Command line",
        "<!-- Written by ./dev docs from the commands. Change those, not this page. -->",
        _INTRODUCTION,
    ]
    names = ["-h", "--help"]
    root = click.Context(
        tutela, info_name="tutela", terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=names
    )
    for name in COMMANDS:
        command = tutela.get_command(root, name)
        if command is not None:
            parts.extend(_sections(command, name, root))
    return "\n\n".join(parts) + "\n"


def _sections(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH)
    mark = "##" if parent.parent is None else "###"
    yield f"{mark} `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            if (inner := command.get_command(context, each)) is not None:
                yield from _sections(inner, each, context)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
