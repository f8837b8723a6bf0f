"""Put a package for police together: material, reports with their answers, custody, and how to verify it all.

Every digest is known before the first byte is written, so that manifest and instructions come first and memory does not
grow with the material. What cannot be read is named in the manifest, and never left out in silence.
"""

import json
import mimetypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from tutela.core.filing.channel import Channel
from tutela.core.filing.custody import custody_json, custody_text
from tutela.core.filing.exports import (
    Absent,
    Export,
    PackedFile,
    checksums,
    instructions,
    manifest_json,
    tar_stream,
    verifier,
)
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.core.ids import EvidenceId, MediaId, ReportId
from tutela.errors import ContentMissing, KeyMissing, TutelaError, VaultError
from tutela.ports.clock import Clock
from tutela.ports.exports import CustodyReader, Encryptor, SealedPackage
from tutela.ports.filings import Filings, StepLine
from tutela.ports.reports import ReportBook, StoredReport
from tutela.ports.store import Store
from tutela.ports.vault import Vault


@dataclass(frozen=True, slots=True)
class Signing:
    """What a manifest is signed with."""

    sign: Callable[[bytes], bytes]
    public_key: bytes
    seal_heads: Callable[[], object]  #: so that the newest entries are under a signed head too


@dataclass(frozen=True, slots=True)
class Reported:
    """Where reports are, with how far they are and by which schema they were written."""

    book: ReportBook
    filings: Filings
    channel: Callable[[str], Channel | None]  #: of an authority


@dataclass(slots=True)
class _Packing:
    """What a package will hold."""

    files: list[PackedFile] = field(default_factory=list)
    chunks: list[Callable[[], Iterable[bytes]]] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    cases: set[str] = field(default_factory=set)
    there: set[EvidenceId] = field(default_factory=set)  #: what the files hold, each once

    def add(self, path: str, content: bytes) -> None:
        """Add a file that is written here."""
        self.files.append(PackedFile(path, len(content), sha256(content).hexdigest()))
        self.chunks.append(lambda: [content])


@dataclass(frozen=True, slots=True)
class PackExport:
    """Write packages."""

    store: Store
    vault: Vault
    reported: Reported
    custody: CustodyReader
    encryptor: Encryptor
    signing: Signing
    clock: Clock

    def __call__(self, export: Export, contents: Sequence[EvidenceId], target: Path) -> SealedPackage:
        """Write the encrypted package into the new file *target*.

        Raises:
            tutela.errors.ContentDamaged: Material turned out to be damaged on the way; nothing remains.
            tutela.errors.Conflict: *target* exists.
        """
        at, packing = self.clock.now(), _Packing()
        for each in contents:
            if each.startswith("rep_"):
                self._report(ReportId(each), packing)
        self._material(contents, packing)
        self._custody(export, contents, packing)
        public_key = self.signing.public_key
        packing.add("README.txt", instructions(export, public_key))
        packing.add("verify.py", verifier())
        return self.encryptor.encrypt(export.recipient, self._tar(export, packing, at), target)

    def _tar(self, export: Export, packing: _Packing, at: datetime) -> Iterator[bytes]:
        manifest = manifest_json(export, packing.files, packing.absent, at, self.signing.public_key)
        signature = self.signing.sign(manifest).hex().encode() + b"\n"
        first = {
            "manifest.json": manifest,
            "manifest.sig": signature,
            "SHA256SUMS": checksums([*packing.files, *(_described(*each) for each in (("manifest.json", manifest),))]),
        }

        def files() -> Iterator[tuple[str, int, Iterable[bytes]]]:
            for path, content in first.items():
                yield path, len(content), [content]
            # What says how to read the rest comes before the rest.
            for file, chunks in reversed(list(zip(packing.files, packing.chunks, strict=True))):
                yield file.path, file.size_bytes, chunks()

        return tar_stream(f"tutela-{export.id}", files(), at)

    def _material(self, contents: Sequence[EvidenceId], packing: _Packing) -> None:
        with self.store.read() as reader:
            lies = reader.contents_of(contents)
            media = reader.media_by_id(MediaId(each) for each in contents)
        there = packing.there
        for each in contents:
            stored = media.get(MediaId(each))
            if not each.startswith("rep_") and each not in there:
                self._content(each, lies.get(each), stored.media_type if stored else None, packing)

    def _content(self, each: EvidenceId, content_id: str | None, kind: str | None, packing: _Packing) -> None:
        try:
            manifest = self.vault.manifest(content_id or "")
        except (ContentMissing, KeyMissing):
            packing.absent.append(Absent(each, "not_kept"))
            return
        except VaultError:
            packing.absent.append(Absent(each, "damaged"))
            return
        # Never by the name that it came under: that may lead out of the folder, or say what nobody should read.
        path = f"files/{each}{mimetypes.guess_extension(kind or '') or '.bin'}"
        packing.files.append(PackedFile(path, manifest.size_bytes, manifest.digests.sha256 or "", each, kind))
        packing.there.add(each)
        packing.chunks.append(lambda: self.vault.read(manifest.content_id))

    def _report(self, report_id: ReportId, packing: _Packing) -> None:
        folder = f"reports/{report_id}"
        steps = self.reported.filings.steps(report_id)
        line = self.reported.book.line(report_id)
        if line is not None:
            packing.cases |= set(line.case_ids)
            told = {
                "id": report_id, "authority": line.authority, "number": line.authority_report_id,
                "environment": line.environment, "finished_at": _said(line.finished_at),
                "steps": [_step(each) for each in steps],
            }  # fmt: skip
            packing.add(f"{folder}/answers.json", json.dumps(told, ensure_ascii=False, indent=1).encode())
        try:
            report = self.reported.book.report(report_id)
        except KeyMissing:
            report = None
        if report is None:
            packing.absent.append(Absent(EvidenceId(report_id), "not_kept"))
            return
        self._documents(report, folder, packing)

    def _documents(self, report: StoredReport, folder: str, packing: _Packing) -> None:
        channel = self.reported.channel(report.authority) or Channel(authority=report.authority)
        asked = {"schema_url": channel.schema_url, "features": channel.features}
        at = report.approved_at or self.clock.now()
        try:
            packing.add(f"{folder}/report.xml", report_xml(report.package.report, now=at, **asked))  # type: ignore[arg-type]  # both go to several
            stored = self.reported.filings.filing(report.id)
            sent = stored.filing.files if stored else ()
            number = (stored.filing.report_id if stored else None) or "0"
            for position, file in enumerate(report.package.files):
                theirs = (sent[position].file_id if position < len(sent) else None) or "0"
                details = file_details_xml(file.details, report_id=number, file_id=theirs, now=at, **asked)  # type: ignore[arg-type]  # as above
                packing.add(f"{folder}/file-{position + 1:04}.xml", details)
        except TutelaError:
            # A draft that lacks what the schema asks for was never sent: what it says is given as it is stored.
            packing.absent.append(Absent(EvidenceId(report.id), "no_document"))
        self._files_of(report, packing)

    def _files_of(self, report: StoredReport, packing: _Packing) -> None:
        stored = self.reported.book.files(report.id)
        with self.store.read() as reader:
            media = reader.media_of_contents(each.content_id for each in stored)
            known = reader.media_by_id(media.values())
        for each in stored:
            media_id = media.get(each.content_id)
            evidence = EvidenceId(media_id or each.content_id)
            if evidence not in packing.there:
                kind = known[media_id].media_type if media_id else None
                self._content(evidence, each.content_id, kind, packing)

    def _custody(self, export: Export, contents: Sequence[EvidenceId], packing: _Packing) -> None:
        about = {*contents, *packing.there}
        self.signing.seal_heads()
        found = self.custody.custody_of(about, [*sorted(packing.cases), export.id])
        packing.add("custody/custody.json", custody_json(found))
        heading = f"Chain of custody of {len(about)} contents, for {export.agency}, {export.reference}"
        packing.add("custody/custody.txt", custody_text(found, heading))


def _described(path: str, content: bytes) -> PackedFile:
    return PackedFile(path, len(content), sha256(content).hexdigest())


def _step(line: StepLine) -> dict[str, object]:
    note = line.step
    return {
        "number": line.number, "at": note.at.isoformat(), "note": note.note, "step": note.step, "file": note.file,
        "http_status": note.http_status, "code": note.code, "request_id": note.request_id,
    }  # fmt: skip


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
