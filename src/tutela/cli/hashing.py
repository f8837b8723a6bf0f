"""`tutela hash`: digests and PDQ of files, one JSON line each, decoded in child processes."""

import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from tutela.bootstrap import open_scanner, set_up_logs
from tutela.cli import PARTLY
from tutela.cli.opening import Where, placed, progress
from tutela.core.content import PdqHash
from tutela.core.signals.digest import digests_of
from tutela.core.signals.pdq import ORIENTATIONS
from tutela.errors import TooLarge, TutelaError
from tutela.ports.scanner import MediaScanner

STDIN = "-"


@click.command("hash")
@click.argument("files", nargs=-1, required=True)
@placed
def hash_command(where: Where, files: tuple[str, ...]) -> None:
    """Hash pictures: MD5, SHA-1, SHA-256 and PDQ in all eight orientations, one JSON line each.

    Nothing is stored. A file that cannot be read or decoded gets a line with `error`, the others are done all the
    same, and the exit status is 2. `-` is standard input.

    \b
    tutela hash photo.jpg
    tutela hash uploads/*.png > hashes.jsonl
    curl -s https://example.org/picture.jpg | tutela hash -
    """  # noqa: D301  # \b is click's mark
    set_up_logs("error")
    settings = where.settings()
    scanner = open_scanner(settings)
    failed = 0
    try:
        with progress("hashing", len(files) if len(files) > 1 else None) as step:
            for record in _in_order(scanner, files, settings.upload_max_bytes):
                failed += "error" in record
                click.echo(json.dumps(record, ensure_ascii=False))
                step(1)
    finally:
        scanner.close()
    if failed:
        click.get_current_context().exit(PARTLY)


def _in_order(scanner: MediaScanner, files: Iterable[str], max_bytes: int) -> Iterator[dict[str, Any]]:
    """Hash a few files ahead of the one that is printed; memory does not grow with their number."""
    ahead = (os.cpu_count() or 1) + 1
    waiting: deque[Future[dict[str, Any]]] = deque()
    with ThreadPoolExecutor(ahead - 1) as pool:
        for file in files:
            waiting.append(pool.submit(record_of, scanner, file, max_bytes))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def record_of(scanner: MediaScanner, file: str, max_bytes: int) -> dict[str, Any]:
    """Return the line of one file."""
    try:
        content = read_bounded(file, max_bytes)
    except OSError as error:
        return {"file": file, "error": (os.strerror(error.errno) if error.errno else "cannot be read").lower()}
    except TutelaError as error:
        return {"file": file, "error": str(error)}
    digests = digests_of(content)
    record: dict[str, Any] = {
        "file": file, "md5": digests.md5, "sha1": digests.sha1, "sha256": digests.sha256, "size_bytes": len(content),
    }  # fmt: skip
    try:
        scan = scanner.scan(content)
    except TutelaError as error:
        return {**record, "error": str(error)}
    record.update({"type": scan.media_type, "width": scan.width, "height": scan.height})
    if scan.failure is not None:
        return {**record, "error": scan.failure.value}
    renderings = [pdq_record(pdq) for pdq in scan.hashes]
    record["pdq"] = {key: value for key, value in renderings[0].items() if key != "rendering"} if renderings else None
    return {**record, "renderings": renderings} if len(renderings) > 1 else record


def pdq_record(pdq: PdqHash) -> dict[str, Any]:
    """Return one hash with its orientations by name."""
    turned = {name: value.hex() for name, value in zip(ORIENTATIONS, pdq.orientations, strict=False)}
    return {"rendering": pdq.rendering, "hash": pdq.hex, "quality": pdq.quality, "orientations": turned}


def read_bounded(file: str, max_bytes: int) -> bytes:
    """Return the content of *file*, or of standard input for `-`.

    Raises:
        OSError: It cannot be read.
        tutela.errors.TooLarge: It is longer than *max_bytes*.
    """
    if file == STDIN:
        content = sys.stdin.buffer.read(max_bytes + 1)
    else:
        with Path(file).open("rb") as opened:
            content = opened.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise TooLarge
    return content
