"""Send an existing library through, so that what was posted before is decided about like what is posted now.

Resumable: where it stands is written down after each batch is durable, and an item that is sent again is answered as
before, so that a kill at any moment loses nothing and repeats harmlessly.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, Protocol

from tutela.core.content import AgeBand, AgeProvenance, ChannelKind
from tutela.core.events import MESSAGE, SAY_HOW_PUBLIC
from tutela.core.signals.digest import DIGEST_HEX_DIGITS, parse_digest
from tutela.core.signals.pdq import parse_hex
from tutela.errors import BadInput

BATCH_ROWS = 100
MAX_LINE_BYTES = 1024 * 1024
MAX_ERRORS_KEPT = 100
_KEYS: Final = {
    "id", "author", "kind", "text", "file", "files", "sha256", "sha1", "md5", "pdq", "pdq_quality",
    "held_by_platform", "contains", "channel", "regions", "tags",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of the manifest, checked."""

    line: int
    item: Mapping[str, Any]  #: as `POST /v1/items` takes it, without the media of its files
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that did not go in. Never holds the row itself."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the destination said about one piece: an answer, or why it was refused."""

    answer: str | None
    is_new: bool = False
    error: str | None = None


class Destination(Protocol):
    """Where pieces go: this house, or a server."""

    def send(self, pieces: Sequence[Piece]) -> list[Outcome]:
        """Take *pieces* in, durably, and return an outcome for each, in order.

        Raises:
            tutela.errors.Unavailable: Nobody answers; nothing may be taken for done.
        """
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a backfill stands."""

    offset_bytes: int = 0  #: of the manifest: everything before it is durable
    lines: int = 0
    sent: int = 0
    known: int = 0  #: were there already
    rejected: int = 0
    answers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateFile:
    """Where it stands, on disk, beside the manifest unless told otherwise."""

    path: Path
    manifest: Path

    def read(self) -> Progress:
        """Return where the last run stood.

        Raises:
            tutela.errors.BadInput: It belongs to another manifest, or the manifest became shorter.
        """
        if not self.path.exists():
            return Progress()
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            progress = Progress(**stored["progress"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("the state of the backfill is unreadable", place=str(self.path), remedy=_AFRESH) from error
        is_other = stored.get("manifest") != str(self.manifest.resolve())
        if is_other or self.manifest.stat().st_size < progress.offset_bytes:
            raise BadInput("this state belongs to another manifest", place=str(self.path), remedy=_AFRESH)
        return progress

    def write(self, progress: Progress) -> None:
        """Write it down, durably and whole."""
        draft = self.path.with_name(self.path.name + ".part")
        with draft.open("w", encoding="utf-8") as file:
            json.dump({"manifest": str(self.manifest.resolve()), "progress": asdict(progress)}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)


_AFRESH: Final = "Delete it to start from the beginning; what is in already changes nothing."


@dataclass(frozen=True, slots=True)
class BackFill:
    """Send a manifest to *destination*, batch by batch."""

    destination: Destination
    batch_rows: int = BATCH_ROWS

    def __call__(
        self, state: StateFile, tell: Callable[[Progress, Sequence[RowError]], None] = lambda _p, _e: None
    ) -> Progress:
        """Go on where the last run stood, to the end of the manifest.

        Args:
            state: Which manifest, and where it is written down how far it is.
            tell: Called after each batch with where it stands and the rows of the batch that did not go in.

        Raises:
            tutela.errors.Unavailable: The destination stopped answering; run again to go on.
        """
        progress = state.read()
        with state.manifest.open("rb") as file:
            file.seek(progress.offset_bytes)
            while lines := list(islice(_lines(file), self.batch_rows)):
                moved, errors = self._batch(lines, progress, state.manifest.parent)
                progress = replace(moved, offset_bytes=file.tell())
                state.write(progress)
                tell(progress, errors)
        return progress

    def _batch(self, lines: Sequence[bytes], progress: Progress, root: Path) -> tuple[Progress, list[RowError]]:
        rows = [parse_row(n, line, root) for n, line in enumerate(lines, start=progress.lines + 1) if line.strip()]
        errors = [row for row in rows if isinstance(row, RowError)]
        pieces = _first_of_each_id([row for row in rows if isinstance(row, Piece)], errors)
        answers = dict(progress.answers)
        known = 0
        for piece, outcome in zip(pieces, self.destination.send(pieces) if pieces else (), strict=True):
            if outcome.answer is None:
                errors.append(RowError(piece.line, outcome.error or "was refused"))
            else:
                answers[outcome.answer] = answers.get(outcome.answer, 0) + 1
                known += not outcome.is_new
        moved = replace(
            progress,
            lines=progress.lines + len(lines),
            sent=progress.sent + len(rows) - len(errors),
            known=progress.known + known,
            rejected=progress.rejected + len(errors),
            answers=answers,
        )
        return moved, sorted(errors, key=lambda error: error.line)


def _first_of_each_id(pieces: Sequence[Piece], errors: list[RowError]) -> list[Piece]:
    first: dict[str, Piece] = {}
    again = [piece for piece in pieces if first.setdefault(piece.item["id"], piece) is not piece]
    errors.extend(RowError(piece.line, "the id of this row was used a few lines before") for piece in again)
    return list(first.values())


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE_BYTES):
        whole = line
        while not line.endswith(b"\n") and (line := file.readline(MAX_LINE_BYTES)):
            whole = b"{too long"  # fails as one row instead of filling memory
        yield whole


def parse_row(line: int, raw: bytes, root: Path) -> Piece | RowError:
    """Return a row of the manifest as it is sent, or why it cannot be.

    Args:
        line: Number of the line.
        raw: One JSON object: `id`, `author` and, if wanted, what `POST /v1/items` takes beside them.
        root: Folder that relative `file` names start from.
    """
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        return RowError(line, "not readable as JSON")
    if not isinstance(row, dict):
        return RowError(line, "not an object")
    try:
        return Piece(line, _item(row), tuple(root / name for name in _files(row)))
    except BadInput as error:
        return RowError(line, str(error))


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(row.keys() - _KEYS):
        raise BadInput(f"there is no key {unknown[0]!r}.", remedy=f"Known: {', '.join(sorted(_KEYS))}.")
    item: dict[str, Any] = {
        "id": _text(row, "id"),
        "author": _author(row.get("author")),
        "kind": row.get("kind", "post"),
    }
    _text(item, "kind")
    for name in ("text", "contains", "regions", "channel", "tags"):
        if row.get(name) is not None:
            item[name] = row[name]
    if not isinstance(item.get("text", ""), str):
        raise BadInput("must be text", place="text")
    for name in ("contains", "regions", "tags"):
        if not _is_list_of_text(item.get(name, [])):
            raise BadInput("must be a list of text", place=name)
    if item["kind"] == MESSAGE and "channel" not in item:
        told = "what is written to somebody says how public its channel is"
        raise BadInput(told, place="channel", remedy=SAY_HOW_PUBLIC)
    _check_channel(item.get("channel", {}))
    referred = _referred(row)
    return {**item, "media": [referred]} if referred else item


def _author(value: Any) -> dict[str, Any]:
    author = {"id": value} if isinstance(value, str) else value
    if not isinstance(author, dict) or author.keys() - {"id", "age", "regions"}:
        raise BadInput("must be an id, or an object with id, age and regions", place="author")
    _text(author, "id")
    if not _is_list_of_text(author.get("regions", [])):
        raise BadInput("must be a list of text", place="author.regions")
    age = author.get("age", {})
    if not isinstance(age, dict) or age.keys() - {"band", "provenance"}:
        raise BadInput("must be an object with band and provenance", place="author.age")
    if age.get("band", "unknown") not in set(AgeBand) or age.get("provenance", "unknown") not in set(AgeProvenance):
        raise BadInput("band or provenance is none that exists", place="author.age")
    return dict(author)


def _check_channel(channel: Any) -> None:
    if not isinstance(channel, dict) or channel.keys() - {"kind", "encrypted", "conversation"}:
        raise BadInput("must be an object with kind, encrypted, conversation", place="channel")
    if channel.get("kind", "public") not in set(ChannelKind) or not isinstance(channel.get("encrypted", False), bool):
        raise BadInput(f"kind is one of {', '.join(ChannelKind)}, encrypted true or false", place="channel")


def _referred(row: Mapping[str, Any]) -> dict[str, Any]:
    media: dict[str, Any] = {}
    for name in DIGEST_HEX_DIGITS:
        if row.get(name) is not None:
            media[name] = parse_digest(name, _text(row, name))
    if row.get("pdq") is not None:
        media["pdq"] = parse_hex(_text(row, "pdq")).hex()
        media["pdq_quality"] = row.get("pdq_quality", 100)
        if not isinstance(media["pdq_quality"], int):
            raise BadInput("must be a whole number", place="pdq_quality")
    if row.get("held_by_platform") is not None:
        media["held_by_platform"] = bool(row["held_by_platform"])
    return media


def _files(row: Mapping[str, Any]) -> list[str]:
    files = row.get("files", [row["file"]] if row.get("file") is not None else [])
    if not _is_list_of_text(files):
        raise BadInput("must be the name of a file, or files a list of names", place="file")
    return list(files)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise BadInput("must be text, not empty", place=name)
    return value


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
