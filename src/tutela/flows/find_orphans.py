"""Find what has lost its other half: bytes that no record names, records whose bytes are gone, keys that open nothing.

It only tells. Bytes that nothing names may be evidence of a database that was restored from an older backup (P5).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import islice

from tutela.core.filing.report_key import report_of
from tutela.core.ids import EvidenceId, ReportId
from tutela.errors import ContentMissing, VaultError
from tutela.flows.preserve import EVIDENCE
from tutela.ports.clock import Clock
from tutela.ports.keys import KeyRing
from tutela.ports.store import Store
from tutela.ports.vault import Vault

PAGE_CONTENTS = 500
FRESH_FOR = timedelta(hours=1)
"""How long bytes may be there before their record is: an upload is recorded when its last byte has come."""

_CONTENT_ID_DIGITS = 32


class Loss(StrEnum):
    """What is missing."""

    NO_RECORD = "no_record"  #: bytes that no media names, and no report, drafts included
    UNREADABLE = "unreadable"  #: as above, and nobody can say how old they are
    NO_BYTES = "no_bytes"  #: a media whose bytes should be here
    DAMAGED = "damaged"  #: a media whose bytes are here and do not open
    NO_CONTENT = "no_content"  #: the key of a content that is not here


@dataclass(frozen=True, slots=True)
class Orphan:
    """One of them."""

    id: str  #: of the content in the vault, or of the media
    loss: Loss
    period: str | None = None  #: under which the bytes lie


@dataclass(frozen=True, slots=True)
class FindOrphans:
    """Go through vault, records and keys. Reads only; memory does not grow with their number."""

    store: Store
    vault: Vault
    keys: KeyRing
    clock: Clock

    def __call__(self) -> Iterator[Orphan]:
        """Yield each: bytes first, then records, then keys."""
        contents = iter(self.vault.contents())
        while page := list(islice(contents, PAGE_CONTENTS)):
            yield from self._bytes(page)
        yield from self._records()
        keys = iter(self._content_keys())
        while some := list(islice(keys, PAGE_CONTENTS)):
            yield from self._keys(some)

    def _bytes(self, contents: list[str]) -> Iterator[Orphan]:
        found: dict[str, str] = {}
        for each in sorted(set(contents) - self._named(contents)):
            try:
                manifest = self.vault.manifest(each)
            except ContentMissing:
                continue  # destroyed meanwhile
            except VaultError:
                yield Orphan(each, Loss.UNREADABLE)
                continue
            if self.clock.now() - manifest.stored_at >= FRESH_FOR:
                found[each] = manifest.period
        there = self._reports(found.values())
        yield from (
            Orphan(each, Loss.NO_RECORD, period) for each, period in found.items() if report_of(period) not in there
        )

    def _reports(self, periods: Iterable[str]) -> set[ReportId]:
        """Return the reports under whose keys something lies: a draft names what was written for it in itself alone."""
        with self.store.read() as reader:
            return reader.reports_among({each for each in map(report_of, periods) if each is not None})

    def _records(self) -> Iterator[Orphan]:
        with self.store.read() as reader:
            for media_id, content_id, _ in reader.evidence_states():
                try:
                    self.vault.manifest(content_id or "")
                except ContentMissing:
                    yield Orphan(media_id, Loss.NO_BYTES)
                except VaultError:
                    yield Orphan(media_id, Loss.DAMAGED)

    def _content_keys(self) -> Iterator[str]:
        for period in self.keys.periods():
            content_id = period.removeprefix(EVIDENCE)
            if period.startswith(EVIDENCE) and len(content_id) == _CONTENT_ID_DIGITS:
                yield content_id

    def _keys(self, content_ids: list[str]) -> Iterator[Orphan]:
        for each in sorted(set(content_ids) - self._named(content_ids)):
            try:
                self.vault.manifest(each)
            except ContentMissing:
                yield Orphan(each, Loss.NO_CONTENT, f"{EVIDENCE}{each}")
            except VaultError:
                continue  # told among the bytes

    def _named(self, content_ids: Iterable[str]) -> set[str]:
        ids = list(content_ids)
        with self.store.read() as reader:
            written = reader.contents_of(EvidenceId(each) for each in ids)
            return {*reader.media_of_contents(ids), *written.values()}
