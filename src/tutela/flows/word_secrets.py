"""By what entries of banks of words are sealed and hashed, and how what is stored is opened again.

Everything comes from the master key, which is not in the database: whoever has only that reads no entry, and cannot try
words either.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from tutela.core.ids import WordEntryId
from tutela.core.keyed import WordKey
from tutela.core.links.hashing import EntryKind, LinkEntry, LinkHasher
from tutela.core.links.reading import CanonicalLink
from tutela.core.names.entry import NameEntry, name_key, variants_of
from tutela.core.similar.shingles import shingled, text_key
from tutela.core.similar.sketch import Sketch, sketch_of
from tutela.core.word_banks import WordBankKind, WordEntry
from tutela.core.word_records import (
    keyword_bytes,
    keyword_form,
    keyword_of,
    link_bytes,
    link_of,
    name_bytes,
    name_form,
    name_of,
)
from tutela.core.words.folding import Folded, words_of
from tutela.core.words.keywords import Keyword
from tutela.errors import BadInput, MalformedHash, WrongKey
from tutela.ports.keys import KeyRing
from tutela.ports.sealing import Seal

MARK_BYTES: Final = 16
MIN_TEXT_WORDS: Final = 3
"""Of a known text; what everybody says has fewer."""

SealUnder = Callable[[bytes], Seal]


class WordSecrets:
    """The secrets of this installation; texts are compared under them too. Safe in many threads."""

    def __init__(self, keys: KeyRing, seal_under: SealUnder) -> None:
        """Derive every secret once."""
        self._seal = seal_under(keys.derive("word-banks/sealed/1"))
        self._marking = keys.derive("word-banks/marks/1")
        self.links = LinkHasher(keys.derive("word-banks/links/1"))  #: ask a `LinkBank` with it
        self.names: WordKey = name_key(keys.derive("word-banks/names/1"))  #: ask a `NameIndex` with it
        self.texts: WordKey = text_key(keys.derive("word-banks/texts/1"))  #: ask `KnownTexts` with it

    # ------------------------------------------------------------------------------------------ what is stored, opened

    def keyword(self, entry: WordEntry) -> Keyword:
        """Return a keyword, under the id of its entry. Its end stands in the entry only.

        Raises:
            tutela.errors.WrongKey: It was sealed under another key, or for another entry.
        """
        return keyword_of(entry, self._seal.unseal(entry.held, context=entry.id.encode()))

    def link(self, entry: WordEntry) -> LinkEntry:
        """Return a link as a `LinkBank` takes it, with its end.

        Raises:
            tutela.errors.WrongKey: It has a form that this version does not know.
        """
        return link_of(entry)

    def name(self, entry: WordEntry) -> NameEntry:
        """Return a name as a `NameIndex` takes it, with its end.

        Raises:
            tutela.errors.WrongKey: It was sealed under another key, or for another entry.
        """
        return name_of(entry, self._seal.unseal(entry.held, context=entry.id.encode()))

    def text(self, entry: WordEntry) -> tuple[WordEntryId, Sketch]:
        """Return a known text as `KnownTexts` takes it. Its end stands in the entry only.

        Raises:
            tutela.errors.WrongKey: It has a form that this version does not know.
        """
        try:
            return entry.id, Sketch.decode(entry.held)
        except MalformedHash:
            raise WrongKey("an entry of a bank of words has a form that this version does not know") from None

    # ---------------------------------------------------------------------------------- what is stored of what is given

    def mark(self, kind: WordBankKind, form: bytes) -> bytes:
        """Return 16 bytes that two entries of a kind share that find the same."""
        return hashlib.blake2b(kind.encode() + b"\0" + form, digest_size=MARK_BYTES, key=self._marking).digest()

    def mark_of_keyword(self, keyword: Keyword) -> bytes:
        """Return the mark of a keyword."""
        return self.mark(WordBankKind.KEYWORDS, keyword_form(keyword))

    def hold_keyword(self, entry_id: WordEntryId, keyword: Keyword) -> bytes:
        """Return what is stored of a keyword under *entry_id*."""
        return self._seal.seal(keyword_bytes(keyword), context=entry_id.encode())

    def hash_link(self, link: CanonicalLink, kind: EntryKind) -> bytes:
        """Return what is stored of a link, whatever its id.

        Raises:
            tutela.errors.BadInput: It has no host, and everything of one is to be found.
        """
        try:
            return link_bytes(self.links.entry("", link, kind))
        except ValueError:
            raise BadInput("this has no host", place="link") from None

    def hash_name(self, name: str, *, is_distinctive: bool) -> tuple[bytes, ...]:
        """Return the hashes of the ways to write a name.

        Raises:
            tutela.errors.BadInput: It is no name that may be looked for; it is not repeated.
        """
        return variants_of(name, self.names, folded_words, is_distinctive=is_distinctive)

    def mark_of_name(self, variants: tuple[bytes, ...]) -> bytes:
        """Return the mark of a name, whatever its basis."""
        return self.mark(WordBankKind.NAMES, name_form(variants))

    def hold_name(self, entry_id: WordEntryId, variants: tuple[bytes, ...], basis: str) -> bytes:
        """Return what is stored of a name under *entry_id*."""
        return self._seal.seal(name_bytes(self.names.check, variants, basis), context=entry_id.encode())

    def hash_text(self, text: str) -> bytes:
        """Return what is stored of a known text, whatever its id.

        Raises:
            tutela.errors.BadInput: It has too few words, or too many.
        """
        pieces = shingled(words_of(text), self.texts)
        if pieces.words < MIN_TEXT_WORDS:
            raise BadInput(f"a known text has {MIN_TEXT_WORDS} words at least", place="text")
        if not pieces.is_complete:
            raise BadInput("this text has too many words", place="text")
        return sketch_of(pieces, self.texts.check).encode()


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of a text as names are compared by."""
    return tuple(Folded(text).words)
