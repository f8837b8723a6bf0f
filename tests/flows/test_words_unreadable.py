"""Whoever has the database, its journal, a backup or the logs does not read what banks of words hold."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from make import Home
from tutela.adapters.db.copies import DatabaseCopies
from tutela.core.word_banks import WordBankKind
from tutela.core.word_rows import NewName, NewText
from tutela.core.words import Context, Keyword
from tutela.errors import BadInput
from tutela.flows.fill_word_bank import NewKeyword, NewLink, NewWord, WordList
from tutela.flows.keep_word_banks import NewWordBank
from tutela.flows.prepare_words import WordFormat

MARKS = [f"zqx{noun}xqz" for noun in ("term", "near", "link", "path", "given", "family", "basis", "script", "listed")]
"""Invented words: nothing else holds them, and folding leaves them as they are."""

PART = 6
"""Letters: a part that tells which word it was."""

SHOWN = "zqxcategoryxqz"
"""What the operator reads, and so what the search must find."""


def plant(home: Home) -> None:
    """Put marks into a bank of each kind, one by one and by list, well and badly."""
    term, near, link, path, given, family, basis, script, listed = MARKS
    end = home.clock.now() + timedelta(days=9)
    fill = home.house.fill_word_bank
    words: dict[WordBankKind, NewWord] = {
        WordBankKind.KEYWORDS: NewKeyword(
            Keyword("", (f"{term} lake",), contexts=(Context((near,)),), category=SHOWN), end
        ),
        WordBankKind.LINKS: NewLink(f"https://{link}.example/{path}?{path}=1", None, end, SHOWN),
        WordBankKind.NAMES: NewName(f"{given} {family}", f"told by {basis}", end, category=SHOWN),
        WordBankKind.TEXTS: NewText(f"have you seen {script} by the lake", end, SHOWN),
    }
    lists = {
        WordBankKind.KEYWORDS: f"term\n{listed}\n{listed}{'x' * 300}\n",
        WordBankKind.LINKS: f"link\n{listed}.example\n{listed} no link\n",
        WordBankKind.NAMES: f"name,basis,ends\n{listed} Vask,{basis},2026-03-09\n{listed} Vask,,{listed}\n",
        WordBankKind.TEXTS: f"text\nhave you seen {listed} by the lake\n{listed}\n",
    }
    for kind in WordBankKind:
        home.house.keep_word_banks.create(NewWordBank(kind.value, kind, "cse.conversation", "a test"), "per_1")
        entry_id, _ = fill.add(kind.value, words[kind], "per_1")
        home.house.keep_word_banks.remove(kind.value, entry_id, "per_1")
        fill.add(kind.value, words[kind], "per_1")
        report = fill.take_list(kind.value, WordList(lists[kind].encode(), WordFormat.CSV), "per_1", is_preview=False)
        assert (report.added, report.rejected) == (1, 1), kind
        structlog.get_logger(__name__).info("words", report=report, words=words[kind])
        with pytest.raises(BadInput) as caught:
            fill.add(kind.value, NewName(given, basis, None) if kind is WordBankKind.NAMES else NewLink(path), "per_1")
        structlog.get_logger(__name__).info("refused", error=str(caught.value), words=words[kind])


def forms_of(word: str) -> Iterator[bytes]:
    """Yield how a word could lie there: encoded, inside something encoded, or hashed without a key."""
    for written in (word, word.upper(), word.title(), word[::-1]):
        plain = written.encode()
        yield from (plain, plain.hex().encode(), plain.hex().upper().encode())
        yield from (written.encode("utf-16-le"), written.encode("utf-16-be"))
        for shift in range(3):  # wherever it begins in what is encoded; the signs at both ends depend on what is beside
            yield base64.b64encode(b"\0" * shift + plain)[4:-4]
            yield base64.urlsafe_b64encode(b"\0" * shift + plain)[4:-4]
        for name in ("md5", "sha1", "sha256", "blake2b"):
            digest = hashlib.new(name, plain, usedforsecurity=False).digest()
            yield from (digest[:12], digest.hex()[:24].encode())


def found_in(content: bytes, word: str) -> list[bytes]:
    """Return the forms of a word that are there."""
    return [form for form in forms_of(word) if form in content]


def stored(home: Home, folder: Path) -> bytes:
    """Return everything that is stored: the files as they are, and all rows with their bytes read."""
    folder.mkdir()
    DatabaseCopies(home.house.engine, folder / "heads").copy_out(folder, as_rows=True)
    files = [*folder.iterdir(), *home.house.settings.var.rglob("*")]
    database = home.house.engine.url.database or ""
    if home.house.engine.dialect.name == "sqlite":
        files += [Path(database), Path(f"{database}-wal")]
        assert files[-1].stat().st_size > 0, "what was deleted is still in the journal"
    content = b"".join(file.read_bytes() for file in files if file.is_file())
    return content + b"".join(map(unhexed, folder.glob("*.ndjson")))


def unhexed(path: Path) -> bytes:
    """Return the bytes of all cells of a copied table that are told in hex."""
    text = path.read_text(encoding="utf-8").replace("\n", '"').split('"')
    return b"|".join(bytes.fromhex(cell) for cell in text if len(cell) % 2 == 0 and is_hex(cell))


def is_hex(cell: str) -> bool:
    """Return whether these are hex digits."""
    return bool(cell) and not cell.strip("0123456789abcdef")


@pytest.mark.both_databases
def test_nobody_reads_banks_of_words_out_of_the_database(home_anywhere: Home, tmp_path: Path) -> None:
    """Neither in the files, nor in the journal, nor in a dump; what may be read is found by the same search."""
    plant(home_anywhere)
    content = stored(home_anywhere, tmp_path / "dump")
    assert {mark: found for mark in MARKS if (found := found_in(content, mark))} == {}
    assert found_in(content, SHOWN)
    # Nor a part of one. Three letters would be there by chance, in megabytes of what is sealed.
    assert [mark for mark in MARKS if mark[:PART].encode() in content.lower()] == []


def test_nobody_reads_banks_of_words_out_of_the_logs(home: Home) -> None:
    """Also where somebody logs what is on its way."""
    with structlog.testing.capture_logs() as records:
        plant(home)
    told = repr(records).encode()
    assert records
    assert {mark: found for mark in MARKS if (found := found_in(told, mark))} == {}


def test_the_search_would_find_each_form() -> None:
    """However a word is wrapped."""
    wrapped: list[Any] = [
        b"a zqxtermxqz b", b"ZQXTERMXQZ", "zqxtermxqz".encode("utf-16-le"), b"--" + b"zqxtermxqz".hex().encode(),
        base64.b64encode(b"the word zqxtermxqz and more"), hashlib.sha256(b"zqxtermxqz").digest(),
    ]  # fmt: skip
    assert all(found_in(content, "zqxtermxqz") for content in wrapped)


@pytest.mark.both_databases
def test_a_backup_of_rows_comes_back_and_finds_the_same(home_anywhere: Home, tmp_path: Path) -> None:
    """Sealed entries open in the database that is restored, under the same keys."""
    plant(home_anywhere)
    house = home_anywhere.house
    bank = house.keep_word_banks.find("keywords")
    opened = {house.word_secrets.keyword(each).terms for each in house.word_banks.entries(bank.id)}
    assert opened == {(f"{MARKS[0]} lake",), (MARKS[-1],)}
    stored(home_anywhere, tmp_path / "dump")
    rows = (tmp_path / "dump" / "word_entries.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(rows) == sum(size.entries for size in house.keep_word_banks.sizes())
