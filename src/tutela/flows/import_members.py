"""Import a list of signals: CSV or JSON lines, a chunk at a time; a bad row is named and the rest still goes in."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from tutela.core.banks import SignalType
from tutela.core.content import Media
from tutela.core.opinions import Opinion
from tutela.errors import BadInput
from tutela.flows.feed_index import refresh
from tutela.flows.keep_banks import KeepBanks, NewMember, find, parse_value
from tutela.ports.clock import Clock
from tutela.ports.desk import Desk, ImportProgress
from tutela.ports.entropy import Entropy
from tutela.ports.index import IndexName, SignalIndex
from tutela.ports.store import Store

CHUNK_ROWS = 1000
MAX_ERRORS_KEPT = 100
"""Bad rows described in the answer; more are counted."""

MAX_LINE_CHARACTERS = 64 * 1024


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that could not be used. Never holds the row itself: it may be a confidential signal."""

    line: int
    message: str


@dataclass(slots=True)
class ImportReport:
    """What came of an import, or would."""

    progress: ImportProgress
    errors: list[RowError] = field(default_factory=list)
    opinions: int = 0  #: of the source, that are new or other than before
    hits_media: int = 0  #: stored media that the new members match
    hits_items: int = 0
    hits_accounts: int = 0


Row = tuple[int, "NewMember | RowError"]


def rows_of_csv(lines: Iterable[str]) -> Iterator[Row]:
    """Yield each row of a CSV with a header: `type,value`, and maybe `classification,tags,opinion` (tags by `;`)."""
    reader = csv.reader(_bounded(lines))
    header = [name.strip().lower() for name in next(reader, [])]
    if not {"type", "value"} <= set(header):
        raise BadInput(
            "the first line must name the columns type and value", place="line 1", remedy="As in: type,value"
        )
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, RowError(reader.line_num, "not readable as CSV")
            continue
        if cells:
            pairs = dict(zip(header, cells, strict=False))
            yield reader.line_num, _member(reader.line_num, {**pairs, "tags": _tags(pairs.get("tags", ""))})


def rows_of_json(lines: Iterable[str]) -> Iterator[Row]:
    """Yield each row of JSON lines: objects with `type`, `value`, and maybe `classification`, `tags`, `opinion`."""
    for number, line in enumerate(_bounded(lines), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield number, RowError(number, "not readable as JSON")
            continue
        yield number, _member(number, row) if isinstance(row, dict) else RowError(number, "not an object")


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        # A line beyond the bound is cut, so that it fails as one row instead of filling memory.
        yield line[:MAX_LINE_CHARACTERS]


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(";") if tag.strip()]


def _member(line: int, row: Mapping[str, Any]) -> NewMember | RowError:
    try:
        signal_type = SignalType(str(row.get("type", "")).strip().lower())
    except ValueError:
        return RowError(line, f"type must be one of {', '.join(SignalType)}")
    value, classification, tags = row.get("value"), row.get("classification"), row.get("tags") or []
    if not isinstance(value, str) or not isinstance(classification, str | None) or not isinstance(tags, list):
        return RowError(line, "value and classification must be text, tags a list")
    try:
        parsed = parse_value(signal_type, value.strip(" \t"))
    except BadInput as error:
        return RowError(line, str(error))
    try:
        said = str(row.get("opinion") or "").strip().lower()
        opinion = Opinion(said) if said else None
    except ValueError:
        return RowError(line, f"opinion must be one of {', '.join(Opinion)}, or empty")
    return NewMember(signal_type, parsed, classification or None, tuple(str(tag) for tag in tags), opinion)


@dataclass(frozen=True, slots=True)
class ImportMembers:
    """Import into a bank, or preview what an import would hit. Idempotent: what is there already is counted."""

    store: Store
    keep_banks: KeepBanks
    desk: Desk
    stored: SignalIndex
    clock: Clock
    entropy: Entropy

    def __call__(
        self, bank_name: str, rows: Iterable[Row], *, is_preview: bool = False,
        on_progress: Callable[[ImportProgress], None] = lambda _: None,
    ) -> ImportReport:  # fmt: skip
        """Take *rows* in, a thousand at a time, each chunk durable before the next is read.

        Raises:
            tutela.errors.UnknownBank: There is no bank of that name; nothing was read.
        """
        with self.store.read() as reader:
            bank = find(reader, bank_name)
        import_id = self.entropy.new_id("import")
        report = ImportReport(ImportProgress(import_id, bank.id, self.clock.now(), None, 0, 0, 0, 0))
        hits: dict[str, Media] = {}
        source = iter(rows)
        while chunk := list(islice(source, CHUNK_ROWS)):
            members = self._sort(chunk, report)
            hits.update({media.id: media for media in self._would_hit(members, bank.threshold_bits)})
            added, known = self._add(bank_name, members, report, is_preview=is_preview)
            self._count(report, chunk, added, known)
            if not is_preview:
                self.desk.put_import(report.progress)
            on_progress(report.progress)
        report.progress = replace(report.progress, ended_at=self.clock.now())
        if not is_preview:
            self.desk.put_import(report.progress)
        self._count_hits(report, hits)
        return report

    def _sort(self, chunk: list[Row], report: ImportReport) -> list[NewMember]:
        errors = [row for _, row in chunk if isinstance(row, RowError)]
        report.errors.extend(errors[: MAX_ERRORS_KEPT - len(report.errors)])
        rejected = report.progress.rows_rejected + len(errors)
        report.progress = replace(report.progress, rows_rejected=rejected)
        return [row for _, row in chunk if isinstance(row, NewMember)]

    def _add(
        self, bank_name: str, members: list[NewMember], report: ImportReport, *, is_preview: bool
    ) -> tuple[int, int]:
        if not members:
            return 0, 0
        if not is_preview:
            done = self.keep_banks.add(bank_name, members)
            report.opinions += done.opinions
            return len(done.added), done.known
        with self.store.read() as reader:
            bank = find(reader, bank_name)
            there = {
                (hit.member.signal_type, hit.member.value)
                for kind in SignalType
                for hit in reader.members_by_value(
                    kind, [m.value for m in members if m.signal_type is kind], bank_id=bank.id
                )
            }
        fresh = {(m.signal_type, m.value) for m in members} - there
        return len(fresh), len(members) - len(fresh)

    def _count(self, report: ImportReport, chunk: list[Row], added: int, known: int) -> None:
        before = report.progress
        report.progress = replace(
            before,
            rows_read=before.rows_read + len(chunk),
            rows_added=before.rows_added + added,
            rows_known=before.rows_known + known,
        )

    def _would_hit(self, members: list[NewMember], threshold_bits: int) -> list[Media]:
        near = [(bytes.fromhex(m.value),) for m in members if m.signal_type is SignalType.PDQ]
        with self.store.read() as reader:
            found = [
                media
                for kind in (SignalType.MD5, SignalType.SHA1, SignalType.SHA256)
                for media in reader.media_by_digest(kind, [m.value for m in members if m.signal_type is kind])
            ]
            if near:
                refresh(reader, self.stored, IndexName.STORED)
                hits = self.stored.search(near, max_distance_bits=threshold_bits)
                owners = {hit.owner for each in hits for hit in each}
                found.extend(reader.media_by_id(owners).values())  # type: ignore[arg-type]  # owners are media ids here
        return found

    def _count_hits(self, report: ImportReport, hits: Mapping[str, Media]) -> None:
        report.hits_media = len(hits)
        with self.store.read() as reader:
            carriers = reader.carriers(media.id for media in hits.values())
            items = reader.items_by_id({item_id for ids in carriers.values() for item_id in ids})
        report.hits_items = len(items)
        report.hits_accounts = len({stored.item.account_id for stored in items.values()})
