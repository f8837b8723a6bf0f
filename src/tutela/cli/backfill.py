"""`tutela backfill`: send an existing library through."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from tutela.cli import PARTLY
from tutela.cli.destinations import InHouse, OverHttp
from tutela.cli.opening import Where, placed, progress
from tutela.errors import BadInput, Misconfigured
from tutela.flows.back_fill import BATCH_ROWS, BackFill, Destination, Progress, RowError, StateFile

_PATH = click.Path(path_type=Path, dir_okay=False)


@click.command("backfill")
@click.argument("manifest", type=_PATH)
@click.option("--state", "state_path", type=_PATH, help="Where to write down how far it is.  [default: MANIFEST.state]")
@click.option("--url", help="Send to this server instead of working in this process.")
@click.option("--key-file", type=_PATH, help="With --url: file that holds a key with the scope submit.")
@click.option("--key", help="With --url: the key itself; other users of the machine may see it.")
@click.option("--batch", type=click.IntRange(1, 500), default=BATCH_ROWS, show_default=True, help="Rows at a time.")
@placed
def backfill_command(  # noqa: PLR0913  # each is an option of its own
    where: Where, manifest: Path, state_path: Path | None, url: str | None, key_file: Path | None, key: str | None,
    *, batch: int,
) -> None:  # fmt: skip
    """Send an existing library through: one JSON object a line, in the order in which it was posted.

    Needed: id and author. Beside them: kind, text, file or files (relative to the manifest), or md5, sha1, sha256, pdq
    where there are no bytes; contains, channel, regions, tags. A bad row is named, the rest goes in, and the exit
    status is 2. Killed at any moment, the same command goes on where it stood.

    \b
    tutela backfill library.jsonl
    tutela backfill library.jsonl --url http://127.0.0.1:8420 --key-file key.txt
    """  # noqa: D301  # \b is click's mark
    if not manifest.exists():
        raise BadInput("the manifest is not there", place=str(manifest))
    state = StateFile(state_path or manifest.with_name(manifest.name + ".state"), manifest)
    before = state.read()
    with ExitStack() as stack:
        destination: Destination
        if url is not None:
            destination = OverHttp(url, _secret(key_file, key))
        else:
            destination = InHouse(stack.enter_context(where.house(must_exist=False)))
        step = stack.enter_context(progress("sending", manifest.stat().st_size - before.offset_bytes))
        offset_bytes = before.offset_bytes

        def tell(now: Progress, errors: Sequence[RowError]) -> None:
            nonlocal offset_bytes
            step(now.offset_bytes - offset_bytes)
            offset_bytes = now.offset_bytes
            for error in errors:
                click.echo(f"line {error.line}: {error.message}", err=True)

        done = BackFill(destination, batch)(state, tell)
    where.tell(asdict(done), _in_words(done))
    if done.rejected:
        click.get_current_context().exit(PARTLY)


def _secret(key_file: Path | None, key: str | None) -> str:
    if key_file is not None:
        try:
            return key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured("the key cannot be read", place=str(key_file)) from error
    if not key:
        raise Misconfigured("a server wants a key", remedy="Give --key-file; see `tutela key create --help`.")
    return key


def _in_words(done: Progress) -> str:
    answers = ", ".join(f"{count} {answer}" for answer, count in sorted(done.answers.items())) or "none"
    return (
        f"{done.lines} lines: {done.sent} sent ({done.known} of them known before), {done.rejected} rejected\n"
        f"answers: {answers}"
    )
