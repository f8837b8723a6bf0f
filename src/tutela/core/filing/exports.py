"""A package of evidence for police: who asked, who agreed, what is in it, and how it is opened without Tutela."""

import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources
from typing import Any

from tutela.core.ids import EvidenceId, ExportId

FORMAT = "tutela-export/1"
FOLDER = "export-"
"""How the name of a folder begins in which a package waits to be sent."""

_BLOCK = 512
_RECORD = 20 * _BLOCK


class ExportState(StrEnum):
    """How far it is."""

    REQUESTED = "requested"
    DECLINED = "declined"
    APPROVED = "approved"
    MADE = "made"  #: at least once; each making is in the audit


class KeyKind(StrEnum):
    """For which tool a recipient's key is."""

    AGE = "age"
    OPENPGP = "openpgp"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a package is encrypted to."""

    kind: KeyKind
    key: str  #: public
    fingerprint: str  #: that both people compare with what the agency says by another way


@dataclass(frozen=True, slots=True)
class Export:
    """One package for one agency."""

    id: ExportId
    agency: str
    reference: str  #: of the proceedings, or of the letter
    reason: str
    recipient: Recipient
    requested_by: str
    requested_at: datetime
    state: ExportState = ExportState.REQUESTED
    approved_by: str | None = None  #: or declined
    approved_at: datetime | None = None
    made_by: str | None = None
    made_at: datetime | None = None
    sha256: str | None = None  #: of the encrypted package that was made last
    size_bytes: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a package."""

    path: str
    size_bytes: int
    sha256: str
    evidence_id: EvidenceId | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Something that was asked for and is not in the package."""

    id: EvidenceId
    reason: str  #: a code: `not_kept`, `damaged`


def manifest_json(
    export: Export, files: Sequence[PackedFile], absent: Sequence[Absent], at: datetime, public_key: bytes
) -> bytes:
    """Return the manifest: what is signed, byte for byte."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "id": export.id,
        "agency": export.agency,
        "reference": export.reference,
        "requested_by": export.requested_by,
        "requested_at": export.requested_at.isoformat(),
        "approved_by": export.approved_by,
        "approved_at": None if export.approved_at is None else export.approved_at.isoformat(),
        "made_at": at.isoformat(),
        "public_key": public_key.hex(),
        "files": [
            {
                "path": each.path, "size_bytes": each.size_bytes, "sha256": each.sha256,
                "evidence": each.evidence_id, "media_type": each.media_type,
            }
            for each in files
        ],
        "absent": [{"id": each.id, "reason": each.reason} for each in absent],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def checksums(files: Iterable[PackedFile]) -> bytes:
    """Return the checksums as `sha256sum -c` reads them."""
    return "".join(f"{each.sha256}  {each.path}\n" for each in files).encode()


def verifier() -> bytes:
    """Return the program that verifies a package; it needs Python and nothing else."""
    return resources.files("tutela.core.filing").joinpath("verify_package.py").read_bytes()


def instructions(export: Export, public_key: bytes) -> bytes:
    """Return what is to be done with a package, in words, and in commands that are on every machine."""
    name = f"tutela-{export.id}"
    suffix, opened = (
        ("tar.age", f"age --decrypt --identity KEY_FILE {name}.tar.age > {name}.tar")
        if export.recipient.kind is KeyKind.AGE
        else ("tar.pgp", f"gpg --output {name}.tar --decrypt {name}.tar.pgp")
    )
    return f"""{name}
Evidence for {export.agency}, {export.reference}

This package holds material that is illegal to possess without authority. Open it on a machine that is meant for it.

1. Compare the checksum of the encrypted file with the one that you were told by another way:

       sha256sum {name}.{suffix}

2. Decrypt and unpack it:

       {opened}
       tar -xf {name}.tar
       cd {name}

3. Verify it. The first command compares every file; the second also verifies the signature of the manifest and the
   chain of custody, and needs Python 3.8 or later and nothing else:

       sha256sum -c SHA256SUMS
       python3 -I verify.py --key {public_key.hex()}

   The key above is in this package too. Ask the sender for it by another way, and compare.

What is in it:

   manifest.json         what was asked for, by whom, who approved it, and each file with its SHA-256
   manifest.sig          the Ed25519 signature over manifest.json, in hex
   files/                the material, byte for byte as it was received
   reports/              what was reported to authorities: the documents as they were sent, and what was answered
   custody/custody.txt   every step that is recorded about this material, in order of time
   custody/custody.json  the same with the digests and signatures that prove it
   SHA256SUMS            the checksum of each file
   verify.py             the program of step 3; it is short, and was written to be read
""".encode()


def tar_stream(folder: str, files: Iterable[tuple[str, int, Iterable[bytes]]], at: datetime) -> Iterator[bytes]:
    """Yield a tar archive as it is made, with what each file holds; memory does not grow with it.

    Raises:
        ValueError: A file is not as long as it was said to be.
    """
    total = 0
    for path, size_bytes, chunks in files:
        header = tarfile.TarInfo(f"{folder}/{path}")
        header.size, header.mtime, header.mode = size_bytes, int(at.timestamp()), 0o600
        block = header.tobuf(tarfile.PAX_FORMAT)
        yield block
        sent = 0
        for chunk in chunks:
            sent += len(chunk)
            yield chunk
        if sent != size_bytes:
            raise ValueError("a file is not as long as it was said to be")
        padding = -size_bytes % _BLOCK
        yield bytes(padding)
        total += len(block) + size_bytes + padding
    end = 2 * _BLOCK
    yield bytes(end + -(total + end) % _RECORD)
