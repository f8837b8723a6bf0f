"""Put entries into banks of words: lists with a preview, and single ones. What they hold is never told again."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final, TypeAlias

from tutela.core.ids import WordEntryId
from tutela.core.links.hashing import EntryKind
from tutela.core.word_banks import MAX_ENTRIES, WordBank, WordBankKind, WordEntry
from tutela.core.word_rows import NewName, NewText
from tutela.core.words.keyword_rows import RowError
from tutela.core.words.keywords import Keyword, check
from tutela.errors import BadInput
from tutela.flows.keep_word_banks import KeepWordBanks
from tutela.flows.prepare_words import Prepared, PrepareWords, Row, WordFormat, read_link
from tutela.flows.word_secrets import WordSecrets
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy

CHUNK_ROWS: Final = 5_000
MAX_LIST_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS_NAMED: Final = 100
"""Bad rows described; more are counted."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be looked for."""

    link: str = field(repr=False)
    kind: EntryKind | None = None  #: none: a host with all below it, or one address, as it is written
    ends_at: datetime | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class NewKeyword:
    """A keyword to be looked for."""

    keyword: Keyword = field(repr=False)
    ends_at: datetime | None = None


NewWord: TypeAlias = NewKeyword | NewLink | NewName | NewText

_KINDS: Final = {
    NewKeyword: WordBankKind.KEYWORDS, NewLink: WordBankKind.LINKS, NewName: WordBankKind.NAMES,
    NewText: WordBankKind.TEXTS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordList:
    """A list as it was sent."""

    content: bytes = field(repr=False)
    form: WordFormat
    ends_at: datetime | None = None  #: of each row that says no end itself


@dataclass(slots=True)
class WordsReport:
    """What came of a list, or would."""

    rows: int = 0
    added: int = 0  #: or would be
    known: int = 0  #: in the bank before; end and category are renewed
    repeated: int = 0  #: as a row before
    rejected: int = 0
    errors: list[RowError] = field(default_factory=list)  #: the first hundred, never with what a row holds


@dataclass(frozen=True, slots=True)
class FillWordBank:
    """Fill banks. Each entry is there once; what is there already is renewed."""

    keep: KeepWordBanks
    secrets: WordSecrets
    clock: Clock
    entropy: Entropy

    def take_list(self, name: str, words: WordList, by: str, *, is_preview: bool) -> WordsReport:
        """Take a list in, five thousand rows at a time, or say what that would do. A bad row is named.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: It is no list of this kind, or more than a bank holds; what went before is in.
        """
        size = self.keep.size(name)
        if len(words.content) > MAX_LIST_BYTES:
            raise BadInput(f"a list has {MAX_LIST_BYTES} bytes at most", remedy="Send it in parts.")
        prepare = PrepareWords(self.secrets, self.clock.now(), words.ends_at)
        report = WordsReport()
        rows = _sifted(prepare.rows(size.bank.kind, words.form, words.content), report)
        while some := list(islice(rows, CHUNK_ROWS)):
            there = self.keep.banks.marked(size.bank.id, [each.mark for each in some])
            fresh = sum(each.mark not in there for each in some)
            if size.entries + report.added + fresh > MAX_ENTRIES[size.bank.kind]:
                raise BadInput(f"a bank of {size.bank.kind} holds {MAX_ENTRIES[size.bank.kind]} entries at most")
            if not is_preview:
                entries = [self._entry(size.bank, each, there.get(each.mark)) for each in some]
                fresh = self.keep.banks.add(size.bank, entries, by)
            report.added += fresh
            report.known += len(some) - fresh
        return report

    def add(self, name: str, new: NewWord, by: str) -> tuple[WordEntryId, bool]:
        """Put one entry in, or renew it; return its id, and whether it is new.

        Raises:
            tutela.errors.UnknownBank: There is none of that name.
            tutela.errors.BadInput: It is of another kind, must not be held, or cannot be looked for.
        """
        bank = self.keep.find(name)
        if _KINDS[type(new)] is not bank.kind:
            raise BadInput(f"this is a bank of {bank.kind}", place=bank.kind)
        prepared = self._prepared(new)
        there = self.keep.banks.marked(bank.id, [prepared.mark]).get(prepared.mark)
        added = self.keep.banks.add(bank, [self._entry(bank, prepared, there)], by)
        return self.keep.banks.marked(bank.id, [prepared.mark])[prepared.mark], bool(added)

    def _prepared(self, new: NewWord) -> Prepared:
        prepare = PrepareWords(self.secrets, self.clock.now())
        if isinstance(new, NewKeyword):
            check(new.keyword)
            return prepare.keyword(new.keyword, new.ends_at)
        if isinstance(new, NewLink):
            read = read_link(new.link, new.kind, prepare.now)
            return prepare.listed(replace(read, ends_at=new.ends_at, category=new.category))
        return prepare.one(new)

    def _entry(self, bank: WordBank, new: Prepared, there: WordEntryId | None) -> WordEntry:
        entry_id = there or WordEntryId(self.entropy.new_id("word_entry"))
        return WordEntry(
            entry_id, bank.id, new.mark, new.hold(entry_id), self.clock.now(), new.ends_at, new.category
        )  # fmt: skip


def _sifted(rows: Iterator[Row], report: WordsReport) -> Iterator[Prepared]:
    """Yield what can be used, each once, and count the rest."""
    seen: set[bytes] = set()
    for _, row in rows:
        report.rows += 1
        if isinstance(row, RowError):
            report.rejected += 1
            if len(report.errors) < MAX_ROWS_NAMED:
                report.errors.append(row)
        elif row.mark in seen:
            report.repeated += 1
        else:
            seen.add(row.mark)
            yield row
