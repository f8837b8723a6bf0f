"""Entries of banks of words as bytes, before they are sealed or as they are stored, and back.

`*_form` is what two entries share that find the same: by a keyed hash of it a bank has each entry once.
"""

import json
import struct
from collections.abc import Iterable
from typing import Any, Final

from tutela.core.ids import BankId
from tutela.core.keyed import CHECK_BYTES
from tutela.core.links.hashing import DIGEST_BYTES, EntryKind, LinkEntry
from tutela.core.names.entry import VARIANT_BYTES, NameEntry
from tutela.core.word_banks import WordEntry
from tutela.core.words.folding import Folded
from tutela.core.words.keywords import Context, Keyword, KeywordKind
from tutela.errors import BadInput, WrongKey

VERSION: Final = 1
PADDED_TO: Final = 64
"""Bytes: the length of what is sealed says little about the length of what it holds."""

_NAME: Final = struct.Struct(f"<B{CHECK_BYTES}sB")  # version, check, variants
_LINK: Final = struct.Struct(f"<BB{DIGEST_BYTES}s")  # version, kind, digest


def keyword_bytes(keyword: Keyword) -> bytes:
    """Return what is sealed of a keyword: all but its id and category, which stand beside it."""
    told = json.dumps({"version": VERSION, **_keyword(keyword)}, separators=(",", ":")).encode()
    return told.ljust(-(-len(told) // PADDED_TO) * PADDED_TO)


def keyword_of(entry: WordEntry, opened: bytes) -> Keyword:
    """Return the keyword that was sealed.

    Raises:
        tutela.errors.WrongKey: It has a form that this version does not know.
    """
    try:
        told = json.loads(opened)
        if told.pop("version") != VERSION:
            raise _unknown_form()
        contexts = tuple(Context(tuple(terms), within, is_refused=no) for terms, within, no in told.pop("contexts"))
        kind, terms = KeywordKind(told.pop("kind")), tuple(told.pop("terms"))
        return Keyword(entry.id, terms, kind, contexts=contexts, category=entry.category, **told)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _unknown_form() from None


def keyword_form(keyword: Keyword) -> bytes:
    """Return what two keywords share that find the same: not id, category and weight, and their terms folded."""
    told = _keyword(keyword)
    del told["weight"]
    if keyword.kind is not KeywordKind.PATTERN:
        told["terms"] = _folded(keyword.terms)
    told["contexts"] = sorted([_folded(each.terms), each.within_words, each.is_refused] for each in keyword.contexts)
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def _keyword(keyword: Keyword) -> dict[str, Any]:
    return {
        "terms": keyword.terms, "kind": keyword.kind.value, "within_words": keyword.within_words,
        "language": keyword.language, "is_whole_word": keyword.is_whole_word, "is_common": keyword.is_common,
        "contexts": [[each.terms, each.within_words, each.is_refused] for each in keyword.contexts],
        "weight": keyword.weight,
    }  # fmt: skip


def _folded(terms: Iterable[str]) -> list[str]:
    return sorted({" ".join(Folded(term).words) for term in terms})


def link_bytes(link: LinkEntry) -> bytes:
    """Return what is stored of a link: what it is, and its keyed hash."""
    return _LINK.pack(VERSION, link.kind, link.digest)


def link_of(entry: WordEntry) -> LinkEntry:
    """Return the entry that was stored.

    Raises:
        tutela.errors.WrongKey: It has a form that this version does not know.
    """
    try:
        version, kind, digest = _LINK.unpack(entry.held)
        if version != VERSION:
            raise _unknown_form()
        return LinkEntry(entry.id, digest, EntryKind(kind), entry.ends_at)
    except (struct.error, ValueError):
        raise _unknown_form() from None


def name_bytes(check: bytes, variants: tuple[bytes, ...], basis: str) -> bytes:
    """Return what is sealed of a name: keyed hashes, and why we may hold it, which may say more than it should."""
    return _NAME.pack(VERSION, check, len(variants)) + b"".join(variants) + basis.encode()


def name_form(variants: tuple[bytes, ...]) -> bytes:
    """Return what two entries of one name share, whatever their basis."""
    return b"".join(sorted(variants))


def name_of(entry: WordEntry, opened: bytes) -> NameEntry:
    """Return the entry that was sealed.

    Raises:
        tutela.errors.WrongKey: It has a form that this version does not know, or no end.
    """
    try:
        version, check, count = _NAME.unpack_from(opened)
        if version != VERSION or entry.ends_at is None:
            raise _unknown_form()
        begin, end = _NAME.size, _NAME.size + count * VARIANT_BYTES
        variants = tuple(opened[at : at + VARIANT_BYTES] for at in range(begin, end, VARIANT_BYTES))
        basis = opened[end:].decode()
        return NameEntry(entry.id, BankId(entry.bank_id), basis, entry.ends_at, check, variants)
    except (struct.error, ValueError, BadInput):
        raise _unknown_form() from None


def _unknown_form() -> WrongKey:
    return WrongKey("an entry of a bank of words has a form that this version does not know")
