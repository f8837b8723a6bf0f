"""Rows of banks of words as values, and back."""

from typing import Any

from sqlalchemy import RowMapping

from tutela.adapters.db import rows
from tutela.core.ids import ClauseId, WordBankId, WordEntryId
from tutela.core.word_banks import WordBank, WordBankKind, WordEntry


def changeable(bank: WordBank) -> dict[str, Any]:
    """Return what an operator may change of a bank."""
    return {
        "source": bank.source, "is_active": bank.is_active, "may_keep": bank.may_keep,
        "licence_ends_us": rows.maybe_us(bank.licence_ends_at),
    }  # fmt: skip


def bank_row(bank: WordBank) -> dict[str, Any]:
    """Return the row of a new bank, in which there is nothing yet."""
    return {
        "id": bank.id, "name": bank.name, "kind": bank.kind.value, "clause_id": bank.clause_id,
        "created_us": rows.to_us(bank.created_at), "version": bank.version, "entries": 0, **changeable(bank),
    }  # fmt: skip


def bank_of(row: RowMapping) -> WordBank:
    """Return the bank of a row."""
    ends_us = row["licence_ends_us"]
    return WordBank(
        id=WordBankId(row["id"]),
        name=row["name"],
        kind=WordBankKind(row["kind"]),
        clause_id=ClauseId(row["clause_id"]),
        source=row["source"],
        created_at=rows.from_us(row["created_us"]),
        is_active=row["is_active"],
        may_keep=row["may_keep"],
        licence_ends_at=None if ends_us is None else rows.from_us(ends_us),
        version=row["version"],
    )


def entry_row(entry: WordEntry) -> dict[str, Any]:
    """Return the row of an entry."""
    return {
        "bank_id": entry.bank_id, "id": entry.id, "mark": entry.mark.hex(), "held": entry.held,
        "added_us": rows.to_us(entry.added_at), "ends_us": rows.maybe_us(entry.ends_at), "category": entry.category,
    }  # fmt: skip


def entry_of(row: RowMapping) -> WordEntry:
    """Return the entry of a row."""
    return WordEntry(
        id=WordEntryId(row["id"]),
        bank_id=WordBankId(row["bank_id"]),
        mark=bytes.fromhex(row["mark"]),
        held=bytes(row["held"]),
        added_at=rows.from_us(row["added_us"]),
        ends_at=None if row["ends_us"] is None else rows.from_us(row["ends_us"]),
        category=row["category"],
    )
