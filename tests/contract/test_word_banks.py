"""What banks of words promise, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

import make
from make import AT
from tutela.adapters.clock import SystemEntropy
from tutela.adapters.db import word_banks as adapter
from tutela.adapters.db.chains import ChainWriter
from tutela.adapters.db.engine import open_engine
from tutela.adapters.db.word_banks import DatabaseWordBanks
from tutela.adapters.twins.clock import SetClock
from tutela.core import word_banks as core
from tutela.core.ids import ClauseId, WordBankId, WordEntryId
from tutela.core.word_banks import WordBank, WordBankKind, WordEntry
from tutela.errors import BadInput, Conflict, UnknownBank

LATER = AT + timedelta(days=1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Open the test's database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def banks(engine: Engine) -> DatabaseWordBanks:
    """Return the banks of one process."""
    return process(engine)


def process(engine: Engine, name: str = "main") -> DatabaseWordBanks:
    """Return the banks as one process has them."""
    return DatabaseWordBanks(engine, ChainWriter(name, SystemEntropy()), SetClock(AT))


def bank(banks: DatabaseWordBanks, name: str = "lakes", kind: WordBankKind = WordBankKind.KEYWORDS) -> WordBank:
    """Store a bank."""
    made = WordBank(WordBankId(make.new_id("word_bank")), name, kind, ClauseId("cse.conversation"), "a test", AT)
    banks.create(made, "per_1")
    return made


def entry(of: WordBank, number: int, **fields: Any) -> WordEntry:
    """Return an entry; the same number finds the same."""
    entry_id = WordEntryId(make.new_id("word_entry"))
    made = WordEntry(entry_id, of.id, number.to_bytes(16, "big"), b"sealed %d" % number, AT)
    return replace(made, **fields)


def audited(engine: Engine) -> list[tuple[str, bytes]]:
    """Return what stands in the audit."""
    query = (
        "SELECT e.kind, p.body FROM audit_entries e JOIN audit_payloads p ON p.chain = e.chain AND p.seq = e.seq "
        "ORDER BY e.seq"
    )
    with engine.connect() as connection:
        return [(row[0], bytes(row[1])) for row in connection.execute(text(query))]


def stored(banks: DatabaseWordBanks, of: WordBank) -> dict[int, WordEntry]:
    """Return the entries of a bank by their number."""
    return {int.from_bytes(each.mark, "big"): each for each in banks.entries(of.id)}


def test_a_bank_comes_back_as_it_was_stored(banks: DatabaseWordBanks) -> None:
    """With everything that is said about it."""
    made = bank(banks)
    changed = banks.change(
        made, replace(made, source="another", is_active=False, may_keep=False, licence_ends_at=LATER), "changed", "me"
    )
    assert banks.all() == [changed]
    assert changed == replace(made, source="another", is_active=False, may_keep=False, licence_ends_at=LATER, version=2)


def test_a_name_is_there_once(banks: DatabaseWordBanks) -> None:
    """Rules name banks by it."""
    bank(banks)
    with pytest.raises(Conflict):
        bank(banks)


def test_there_are_so_many_banks_and_no_more(banks: DatabaseWordBanks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text is compared with each."""
    monkeypatch.setattr(adapter, "MAX_WORD_BANKS", 1)
    bank(banks)
    with pytest.raises(Conflict):
        bank(banks, "boats")


def test_of_two_changes_at_once_one_is_refused(banks: DatabaseWordBanks) -> None:
    """What somebody else wrote is not written over."""
    made = bank(banks)
    banks.change(made, replace(made, is_active=False), "switched", "me")
    with pytest.raises(Conflict):
        banks.change(made, replace(made, source="other"), "changed", "you")


def test_entries_are_there_once_and_renewed(banks: DatabaseWordBanks) -> None:
    """Their end and category are those that were told last; what was sealed for another id is left."""
    made = bank(banks)
    first = [entry(made, number, ends_at=LATER) for number in (1, 2)]
    assert banks.add(made, first, "me") == 2
    again = entry(made, 1, category="boats", held=b"for another id")
    same = replace(first[1], held=b"for the same id", ends_at=None)
    assert banks.add(made, [again, same, entry(made, 3)], "me") == 1
    found = stored(banks, made)
    assert found[1] == replace(first[0], category="boats", ends_at=None)
    assert found[2] == replace(first[1], held=b"for the same id", ends_at=None)
    assert len(found) == 3


def test_marks_are_found_each_with_its_id(banks: DatabaseWordBanks) -> None:
    """In this bank only."""
    made, other = bank(banks), bank(banks, "boats")
    here = entry(made, 1)
    banks.add(made, [here], "me")
    banks.add(other, [entry(other, 2)], "me")
    assert banks.marked(made.id, [number.to_bytes(16, "big") for number in (1, 2, 3)]) == {here.mark: here.id}


def test_entries_come_in_pages_in_the_order_of_their_ids(
    banks: DatabaseWordBanks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, each once, and none of another bank."""
    monkeypatch.setattr(adapter, "PAGE_ROWS", 3)
    made, other = bank(banks), bank(banks, "boats")
    ids = sorted(WordEntryId(make.new_id("word_entry")) for _ in range(9))
    banks.add(made, [entry(made, number, id=each) for number, each in enumerate(ids)], "me")
    banks.add(other, [entry(other, 1)], "me")
    assert [each.id for each in banks.entries(made.id)] == ids
    assert [each.id for each in banks.page(made.id, ids[6], 10)] == ids[7:]
    assert list(banks.entries(WordBankId("wbk_none"))) == []


def test_every_change_is_noticed_and_nothing_else(banks: DatabaseWordBanks) -> None:
    """A process that holds what is compiled asks for the stamp, and compiles anew only what has another version."""
    stamps = [banks.stamp()]
    made = bank(banks)
    one = entry(made, 1, ends_at=AT)
    changes = (
        lambda: banks.add(made, [one], "me"),
        lambda: banks.remove(made, [one.id], "me"),
        lambda: banks.add(made, [one], "me"),
        lambda: banks.forget_ended(AT),
        lambda: banks.change(banks.all()[0], made, "changed", "me"),
    )
    versions = [banks.all()[0].version]
    for change in changes:
        stamps.append(banks.stamp())
        change()
        versions.append(banks.all()[0].version)
    stamps.append(banks.stamp())
    assert stamps == sorted(set(stamps))
    assert versions == sorted(set(versions))
    for nothing in (lambda: banks.remove(made, [one.id], "me"), lambda: banks.forget_ended(AT)):
        assert nothing() == 0
    assert banks.add(made, [], "me") == 0
    assert banks.stamp() == stamps[-1]


def test_what_is_removed_is_gone(banks: DatabaseWordBanks) -> None:
    """Of this bank, whatever else is named."""
    made, other = bank(banks), bank(banks, "boats")
    here, there = entry(made, 1), entry(other, 1)
    banks.add(made, [here, entry(made, 2)], "me")
    banks.add(other, [there], "me")
    assert banks.remove(made, [here.id, there.id, WordEntryId("wen_none")], "me") == 1
    assert set(stored(banks, made)) == {2}
    assert set(stored(banks, other)) == {1}


def test_what_has_ended_is_counted_and_then_forgotten(
    banks: DatabaseWordBanks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the moment itself it has ended; however many there are."""
    monkeypatch.setattr(adapter, "FORGOTTEN_AT_ONCE", 2)
    made, other = bank(banks), bank(banks, "boats")
    ends: list[datetime | None] = [AT, AT - timedelta(1), LATER, None]
    banks.add(made, [entry(made, number, ends_at=each) for number, each in enumerate(ends)], "me")
    banks.add(other, [entry(other, number, ends_at=AT) for number in range(5)], "me")
    assert [(each.bank.name, each.entries, each.ended) for each in banks.sizes(AT)] == [
        ("boats", 5, 5),
        ("lakes", 4, 2),
    ]
    assert banks.forget_ended(AT) == 7
    assert [(each.bank.name, each.entries, each.ended) for each in banks.sizes(AT)] == [
        ("boats", 0, 0),
        ("lakes", 2, 0),
    ]
    assert set(stored(banks, made)) == {2, 3}


def test_a_bank_holds_so_many_and_no_more(banks: DatabaseWordBanks, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be too many is refused whole."""
    monkeypatch.setitem(core.MAX_ENTRIES, WordBankKind.KEYWORDS, 2)
    made = bank(banks)
    with pytest.raises(BadInput):
        banks.add(made, [entry(made, number) for number in range(3)], "me")
    assert stored(banks, made) == {}
    assert banks.add(made, [entry(made, number) for number in range(2)], "me") == 2


def test_nothing_is_added_to_a_bank_that_is_not_there(banks: DatabaseWordBanks) -> None:
    """Nothing is kept of it."""
    made = WordBank(WordBankId("wbk_none"), "none", WordBankKind.LINKS, ClauseId("cse.conversation"), "a test", AT)
    with pytest.raises(UnknownBank):
        banks.add(made, [entry(made, 1)], "me")


def test_processes_that_add_the_same_at_once_add_it_once(engine: Engine, banks: DatabaseWordBanks) -> None:
    """And each row is counted once."""
    made = bank(banks)

    def fill(number: int) -> int:
        return process(engine, f"writer-{number}").add(made, [entry(made, each) for each in range(50)], "me")

    with ThreadPoolExecutor(4) as threads:
        added = list(threads.map(fill, range(4)))
    assert sorted(added) == [0, 0, 0, 50]
    assert [size.entries for size in banks.sizes(AT)] == [50]


def test_the_audit_holds_who_and_how_many_and_nothing_held(engine: Engine, banks: DatabaseWordBanks) -> None:
    """Each change has one entry."""
    made = bank(banks)
    one = entry(made, 1, ends_at=AT, category="of boats")
    banks.add(made, [one], "per_2")
    banks.remove(made, [one.id], "per_3")
    banks.add(made, [one], "per_2")
    banks.forget_ended(AT)
    banks.change(banks.all()[0], replace(made, is_active=False), "switched", "per_4")
    told = audited(engine)
    assert [kind for kind, _ in told] == [
        "operator:word_bank:created",
        "operator:word_bank:extended",
        "operator:word_bank:entries_removed",
        "operator:word_bank:extended",
        "system:word_bank:entries_ended",
        "operator:word_bank:switched",
    ]
    bodies = b"".join(body for _, body in told)
    assert all(by in bodies for by in (b"per_1", b"per_2", b"per_3", b"per_4"))
    assert not any(held in bodies for held in (b"sealed", b"of boats", one.mark, one.mark.hex().encode()))
