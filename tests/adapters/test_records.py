"""Rows that were changed by hand, with the audit left alone: `tutela audit verify` names each."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import make
from make import Home, photo
from tutela.adapters.media.limits import Limits
from tutela.adapters.media.scanner import ChildScanner
from tutela.core.banks import SignalType
from tutela.core.content import Digests
from tutela.core.opinions import Opinion
from tutela.core.policy import Verification
from tutela.flows.keep_banks import BankChange
from tutela.flows.refer import MediaReference

_COPY_MEASURE = """
INSERT INTO measures SELECT 'msr_x', 'no_ads', subject_kind, subject_id, decision_id, clause_id, policy_version,
    starts_us, ends_us, review_us, NULL, is_automated, NULL, scope FROM measures WHERE subject_kind = 'item' LIMIT 1
"""
_COPY_DECISION = """
INSERT INTO decisions SELECT 'dec_x', item_id, account_id, source, clause_id, policy_version, is_automated, at_us,
    decided_by, reverses FROM decisions LIMIT 1
"""
_OTHER_EVIDENCE = """
UPDATE media SET content_id = (SELECT content_id FROM media WHERE evidence = 'received') WHERE evidence = 'sealed'
"""

TAMPERED = {
    "standing of the media emptied": ["UPDATE standing SET kinds = 0, measures = '[]' WHERE subject_kind = 'media'"],
    "standing of the item emptied": ["UPDATE standing SET kinds = 0, measures = '[]' WHERE subject_kind = 'item'"],
    "standing gone": ["DELETE FROM standing"],
    "standing without its bits": ["UPDATE standing SET kinds = 0"],
    "standing that ends": ["UPDATE standing SET measures = replace(measures, '\"ends_us\":null', '\"ends_us\":1')"],
    "standing of another kind": ["UPDATE standing SET measures = replace(measures, 'quarantine', 'no_ads')"],
    "standing that is no JSON": ["UPDATE standing SET measures = 'x'"],
    "measure gone with its standing": ["DELETE FROM measures WHERE kind = 'quarantine'", "DELETE FROM standing"],
    "measure revoked by hand": ["UPDATE measures SET revoked_by = decision_id", "DELETE FROM standing"],
    "measure that ends, everywhere": [
        "UPDATE measures SET ends_us = starts_us + 1 WHERE kind = 'quarantine'",
        "DELETE FROM standing",
    ],
    "measure that starts later": [
        "UPDATE measures SET starts_us = starts_us + 1 WHERE kind = 'exclude'",
        "DELETE FROM standing",
    ],
    "measure that reaches less far": [
        """UPDATE measures SET scope = '{"surfaces":["trends"]}' WHERE kind = 'exclude'""",
        "DELETE FROM standing",
    ],
    "measure moved": ["UPDATE measures SET subject_id = 'med_x' WHERE subject_kind = 'media'", "DELETE FROM standing"],
    "measure nobody granted": [_COPY_MEASURE],
    "measure of a decision nobody made": [
        _COPY_DECISION,
        "UPDATE measures SET decision_id = 'dec_x'",
    ],
    "evidence forgotten": ["UPDATE media SET evidence = 'received'"],
    "evidence of another content": [_OTHER_EVIDENCE],
    "evidence said to be elsewhere": ["UPDATE media SET evidence = 'platform_hold' WHERE evidence = 'sealed'"],
    "evidence said not to be kept": ["UPDATE media SET evidence = 'report_only' WHERE evidence = 'received'"],
    "answer": ["UPDATE items SET answer = 'publish'"],
    "media detached": ["DELETE FROM item_media"],
    "quotes forgotten": ["UPDATE items SET contains = '[]'"],
    "quotes that no reader sees": ["DELETE FROM item_inside"],
    "media and quotes that no reader looks for": ["UPDATE items SET carries = 0"],
    "item gone": ["DELETE FROM items WHERE platform_id = 'quotes'"],
    "case gone": ["DELETE FROM cases"],
    "draft report gone": ["DELETE FROM report_drafts"],
    "detection gone": ["DELETE FROM detections"],
    "decision gone": ["DELETE FROM decisions"],
    "opinion gone": ["DELETE FROM opinions"],
    "opinion turned": ["UPDATE opinions SET opinion = 'negative'"],
    "opinion with other words": ["UPDATE opinions SET classification = 'x'"],
    "opinion of somebody else": ["UPDATE opinions SET said_by = 'name:grace'"],
    "opinion nobody said": [
        "INSERT INTO opinions SELECT member_id, 'name:eve', 'negative', NULL, at_us, 0 FROM opinions LIMIT 1"
    ],
    "brake gone": ["DELETE FROM brakes"],
    "brake released by hand": ["UPDATE brakes SET released_us = 1, released_by = 'x' WHERE released_us IS NULL"],
    "brake closed again": [
        "DELETE FROM brakes WHERE released_us IS NULL",
        "UPDATE brakes SET released_us = NULL, released_by = NULL WHERE released_us IS NOT NULL",
    ],
    "brake that nothing tripped": [
        "INSERT INTO brakes SELECT 'brk_x', member_id, bank_id, 1, 1, 1, 'x' FROM brakes LIMIT 1"
    ],
    "triggers dropped": ["DROP TRIGGER audit_entries_no_update"],
}


@pytest.fixture(scope="module")
def scanner() -> Iterator[ChildScanner]:
    """Start one child process for the module."""
    started = ChildScanner(Limits(), children=1)
    yield started
    started.close()


@pytest.fixture
def home(tmp_path: Path, scanner: ChildScanner) -> Iterator[Home]:
    """Yield a house in which an item was sealed, one quotes another, and one was looked at for nothing."""
    with make.house(tmp_path, scanner) as built:
        known, clean = built.upload(photo("china")), built.upload(photo("flower"))
        built.submit("first", text="x", author="bob")
        built.submit("quotes", clean, author="bob", contains=("first",))
        built.list(make.md5(known))
        built.submit("sealed", known)
        brake_twice(built)
        built.house.sealer.seal()
        yield built


def brake_twice(home: Home) -> None:
    """Have a member of another bank be doubted, braked, released and braked again."""
    keep, value = home.house.keep_opinions, "ab" * 16
    home.list((SignalType.MD5, value), name="braked", verification=Verification.OWN)
    home.house.keep_banks.change("braked", BankChange(brake_accounts=1))
    member = keep.find("braked", SignalType.MD5, value)
    for each in (Opinion.NEGATIVE, Opinion.POSITIVE):
        keep.say("braked", member, each, by="name:ada", classification="a meadow")
    for round_of in range(2):
        for number in range(2):
            media = MediaReference(digests=Digests(md5=value, sha256=f"{round_of}{number}" * 32))
            home.submit(f"braked-{round_of}-{number}", media, author=f"user-{round_of}-{number}")
        if round_of == 0:
            keep.release("braked", member, by="name:ada")
            home.clock.advance(minutes=1)


def by_hand(home: Home, *statements: str) -> None:
    """Change rows as somebody with the file would; each statement must hit something."""
    with closing(sqlite3.connect(home.house.settings.var / "tutela.db", isolation_level=None)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0


def breaches(home: Home) -> list[str]:
    """Return what verification finds."""
    return [breach.detail for breach in home.house.verify().breaches]


def test_what_nobody_touched_is_sound(home: Home) -> None:
    """Also after a look that lifted and granted."""
    home.house.match_late()
    assert breaches(home) == []


@pytest.mark.parametrize("statements", TAMPERED.values(), ids=TAMPERED)
def test_a_row_changed_by_hand_is_a_breach(home: Home, statements: list[str]) -> None:
    """The chain still verifies: the rows no longer say what it says."""
    by_hand(home, *statements)
    assert breaches(home)


def test_an_entry_put_back_as_text_is_told_and_breaks_nothing(home: Home) -> None:
    """SQLite takes any type in any column."""
    by_hand(home, "DROP TRIGGER audit_payloads_no_update", "UPDATE audit_payloads SET body = '{}' WHERE seq = 3")
    assert "payload_differs" in breaches(home)


def test_seals_missing_from_the_exported_file_are_noted(home: Home) -> None:
    """A kill may leave one behind; more of them is somebody's question to ask."""
    (home.house.settings.var / "audit-heads.jsonl").unlink()
    [note] = home.house.verify().notes
    assert "1 seals, first 1" in note


def test_the_database_is_private_whatever_the_umask(home: Home) -> None:
    """Its write-ahead log holds the same rows."""
    files = list(home.house.settings.var.glob("tutela.db*"))
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
