"""What is kept of packages for police, and what is read of custody, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import make
from filed import Process, opened
from make import AT
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.custody import DatabaseCustody
from tutela.adapters.db.exports import DatabaseExports
from tutela.adapters.db.heads import DatabaseSealer
from tutela.adapters.keys.signing import HeadSigner
from tutela.core.audit import AuditEvent
from tutela.core.filing.custody import custody_json
from tutela.core.filing.exports import Export, ExportState, KeyKind, Recipient
from tutela.core.filing.verify_package import check_custody
from tutela.core.ids import EvidenceId, ExportId
from tutela.errors import Conflict

KEY = Recipient(KeyKind.AGE, "age1xyz", "age1xyz")


@pytest.fixture
def process(database_url: str, tmp_path: Path) -> Iterator[Process]:
    """Yield a process."""
    with opened(database_url, "one", tmp_path) as one:
        yield one


def requested() -> Export:
    """Return a request."""
    return Export(ExportId(make.new_id("export")), "an agency", "7/26", "their letter", KEY, "ann", AT)


def test_an_export_is_kept_from_request_to_making(process: Process) -> None:
    """Each change once, from what was read."""
    book = DatabaseExports(process.engine, ChainWriter("test", SystemEntropy()), process.clock)
    before = requested()
    book.request(before, [EvidenceId("med_2"), EvidenceId("med_1")])
    approved = replace(before, state=ExportState.APPROVED, approved_by="ben", approved_at=AT)
    book.change(before, approved)
    with pytest.raises(Conflict):
        book.change(before, approved)
    made = replace(
        approved, version=2, state=ExportState.MADE, made_by="ann", made_at=AT, sha256="f" * 64, size_bytes=7
    )
    book.change(replace(approved, version=2), made)

    assert book.export(before.id) == replace(made, version=3)
    assert book.contents(before.id) == ["med_1", "med_2"]
    assert [each.id for each in book.page("", 10)] == [before.id]
    assert book.export(ExportId("exp_none")) is None


def test_custody_is_proved_by_the_first_head_over_each_entry(process: Process, tmp_path: Path) -> None:
    """With other entries before, between and behind; a later head is not needed."""
    chain, signer = ChainWriter("test", SystemEntropy()), HeadSigner(process.keys)
    sealer = DatabaseSealer(process.engine, process.clock, signer.sign, tmp_path / "heads.jsonl")

    def say(*subjects: str) -> None:
        events = tuple(AuditEvent("system:media:told", each, {"of": each}) for each in subjects)
        with process.engine.begin() as connection:
            chain.append(connection, events, process.clock.now())
        process.clock.advance(seconds=1)

    for subjects in (("med_0",), ("med_1", "med_2", "med_3"), ("med_4",), ("med_1",), ("med_5", "med_6")):
        say(*subjects)
        sealer.seal()
    say("med_1")

    custody = DatabaseCustody(process.engine).custody_of([EvidenceId("med_1")], ["med_5"])

    assert [each.entry.seq for each in custody.said] == [2, 6, 7, 9]
    assert [seal.number for seal, _ in custody.seals] == [2, 4, 5]
    assert {entry.seq for entry in custody.links} == {3, 4, 8}
    young: list[str] = []
    assert list(check_custody(_read(custody_json(custody)), signer.public_key(), young)) == []
    assert young == ["test/9"], "it is younger than the last head, and said so"
    unsealed = {**_read(custody_json(custody)), "seals": []}
    wrong = list(check_custody(unsealed, signer.public_key(), young))
    assert len([each for each in wrong if "is under no seal" in each]) == len(custody.said), (
        "no seal at all is no youth"
    )


def _read(raw: bytes) -> dict[str, object]:
    import json  # noqa: PLC0415  # only here

    read: dict[str, object] = json.loads(raw)
    return read
