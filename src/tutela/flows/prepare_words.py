"""Make what is stored of what a list holds: sealed or hashed, so that from here on nobody can say what it was."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeAlias

from tutela.core.ids import WordEntryId
from tutela.core.links.hashing import EntryKind
from tutela.core.links.importing import MAX_LINES, Broken, ListedLink, read_list
from tutela.core.links.reading import CanonicalLink
from tutela.core.word_banks import WordBankKind
from tutela.core.word_rows import (
    NewName,
    NewText,
    check_category,
    check_end,
    check_name,
    check_text,
    decoded,
    names_of_csv,
    names_of_json,
    texts_of_csv,
    texts_of_json,
    texts_of_paragraphs,
)
from tutela.core.words.keyword_patterns import MAX_PATTERNS
from tutela.core.words.keyword_rows import RowError, lines_of, rows_of_csv, rows_of_json, rows_of_text
from tutela.core.words.keywords import Keyword, KeywordKind
from tutela.errors import BadInput
from tutela.flows.word_secrets import WordSecrets, folded_words


class WordFormat(StrEnum):
    """How a list is written."""

    TEXT = "text"  #: a keyword or link a line, a known text a paragraph
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One entry before it has an id."""

    mark: bytes = field(repr=False)
    hold: Callable[[WordEntryId], bytes] = field(repr=False)  #: return what is stored under an id
    ends_at: datetime | None
    category: str


Row: TypeAlias = tuple[int, Prepared | RowError]

_BROKEN: Final[Mapping[Broken, tuple[str, str]]] = {
    Broken.NO_LINK: ("link", "neither a domain nor an address"),
    Broken.NO_HOST: ("link", "a host is asked for, and this is more or less"),
    Broken.TOO_WIDE: ("link", "this would meet what belongs to nobody in particular, or to everybody"),
    Broken.UNKNOWN_TYPE: ("type", "a type is url, host or domain"),
    Broken.BAD_DATE: ("ends", "an end is a day as in 2027-01-31, or a moment"),
    Broken.ENDED: ("ends", "this ended before now"),
    Broken.BAD_CATEGORY: ("category", "a category is a short line"),
    Broken.BROKEN_ROW: ("", "not readable as a row of this table"),
    Broken.TOO_LONG: ("", "this line is too long"),
}


@dataclass(frozen=True, slots=True)
class PrepareWords:
    """Prepare lists and single entries. Errors name a line and a column, and hold nothing of what stood there."""

    secrets: WordSecrets
    now: datetime
    ends_at: datetime | None = None  #: of whatever says no end itself

    def rows(self, kind: WordBankKind, form: WordFormat, content: bytes) -> Iterator[Row]:
        """Yield each row of a list, or why it cannot be used.

        Raises:
            tutela.errors.BadInput: The list is none of its kind, as a whole.
        """
        if kind is WordBankKind.LINKS:
            yield from self._links(form, content)
            return
        readers = _READERS[kind]
        if form not in readers:
            told = ", ".join(readers)
            raise BadInput(f"a list of {kind} in this format is not taken", place="format", remedy=f"Use {told}.")
        patterns = 0
        for line, row in readers[form](content):
            patterns += isinstance(row, Keyword) and row.kind is KeywordKind.PATTERN
            if patterns > MAX_PATTERNS:
                raise BadInput(f"a bank has {MAX_PATTERNS} patterns at most", place=f"line {line}")
            yield line, row if isinstance(row, RowError) else self._tried(line, partial(self.one, row))

    def _links(self, form: WordFormat, content: bytes) -> Iterator[Row]:
        if form is WordFormat.JSONL:
            raise BadInput("a list of links is a line each, or CSV", place="format", remedy="Use text or csv.")
        found = read_list(content, self.now)
        if not found.is_complete:
            raise BadInput(f"a list has {MAX_LINES} lines at most", remedy="Send it in parts.")
        told = {problem.line for problem in found.problems}
        for problem in found.problems:
            yield problem.line, RowError(problem.line, *_BROKEN[problem.reason])
        for _ in range(found.broken - len(told)):  # of the rest only how many is known
            yield 0, RowError(0, "", "")
        for each in found.links:
            yield each.line, self._tried(each.line, partial(self.listed, each))

    def _tried(self, line: int, make: Callable[[], Prepared]) -> Prepared | RowError:
        try:
            return make()
        except BadInput as error:
            return RowError(line, error.place or "", error.detail)

    def one(self, new: "Keyword | NewName | NewText") -> Prepared:
        """Prepare one entry that was checked as what it is.

        Raises:
            tutela.errors.BadInput: It must not be held, or cannot be looked for.
        """
        if isinstance(new, Keyword):
            return self.keyword(new, self.ends_at)
        return self.name(new) if isinstance(new, NewName) else self.text(new)

    def keyword(self, keyword: Keyword, ends_at: datetime | None) -> Prepared:
        """Prepare a keyword."""
        check_end(ends_at, self.now)
        check_category(keyword.category)
        _refuse_saying(keyword.category, *keyword.terms)
        mark = self.secrets.mark_of_keyword(keyword)
        return Prepared(mark, lambda entry_id: self.secrets.hold_keyword(entry_id, keyword), ends_at, keyword.category)

    def name(self, new: NewName) -> Prepared:
        """Prepare a name."""
        new = new if new.ends_at else NewName(new.name, new.basis, self.ends_at, new.is_distinctive, new.category)
        check_name(new, self.now)
        _refuse_saying(new.category, *folded_words(new.name))
        variants = self.secrets.hash_name(new.name, is_distinctive=new.is_distinctive)
        mark = self.secrets.mark_of_name(variants)
        basis = new.basis
        return Prepared(
            mark, lambda entry_id: self.secrets.hold_name(entry_id, variants, basis), new.ends_at, new.category
        )

    def text(self, new: NewText) -> Prepared:
        """Prepare a known text."""
        new = new if new.ends_at else NewText(new.text, self.ends_at, new.category)
        check_text(new, self.now)
        _refuse_saying(new.category, new.text)
        return self._hashed(WordBankKind.TEXTS, self.secrets.hash_text(new.text), new.ends_at, new.category)

    def listed(self, each: ListedLink) -> Prepared:
        """Prepare a link of a list."""
        return self.link(each.link, each.kind, each.ends_at, each.category or "")

    def link(
        self, link: CanonicalLink, kind: EntryKind, ends_at: datetime | None = None, category: str = ""
    ) -> Prepared:
        """Prepare a link."""
        ends_at = ends_at or self.ends_at
        check_end(ends_at, self.now)
        check_category(category)
        if link.host and link.host in category.casefold():
            raise _repeats()
        return self._hashed(WordBankKind.LINKS, self.secrets.hash_link(link, kind), ends_at, category)

    def _hashed(self, kind: WordBankKind, held: bytes, ends_at: datetime | None, category: str) -> Prepared:
        return Prepared(self.secrets.mark(kind, held), lambda _: held, ends_at, category)


def read_link(told: str, kind: EntryKind | None, now: datetime) -> ListedLink:
    """Return one link, read as a list of one: a host alone is a domain where no kind is said.

    Raises:
        tutela.errors.BadInput: It is none, or would meet too much; it is not repeated.
    """
    quoted = told.replace('"', '""').replace("\n", " ").replace("\r", " ")
    found = read_list(f'link,type\n"{quoted}",{kind.name if kind else ""}', now)
    if not found.links:
        column, message = _BROKEN[found.problems[0].reason if found.problems else Broken.NO_LINK]
        raise BadInput(message, place=column or "link")
    return found.links[0]


def _refuse_saying(category: str, *held: str) -> None:
    """Refuse a category that has all words of something that the entry holds: it is shown, and the entry never is."""
    words = set(folded_words(category))
    if words and any(words.issuperset(folded_words(each)) for each in held):
        raise _repeats()


def _repeats() -> BadInput:
    return BadInput("a category must not say what the entry holds", place="category")


_READERS: Final[Mapping[WordBankKind, Mapping[WordFormat, Callable[[bytes], Iterator[tuple[int, Any]]]]]] = {
    WordBankKind.KEYWORDS: {
        WordFormat.TEXT: lambda content: rows_of_text(lines_of(content)),
        WordFormat.CSV: lambda content: rows_of_csv(lines_of(content)),
        WordFormat.JSONL: lambda content: rows_of_json(lines_of(content)),
    },
    WordBankKind.NAMES: {
        WordFormat.CSV: lambda content: names_of_csv(decoded(content)),
        WordFormat.JSONL: lambda content: names_of_json(decoded(content)),
    },
    WordBankKind.TEXTS: {
        WordFormat.TEXT: lambda content: texts_of_paragraphs(decoded(content)),
        WordFormat.CSV: lambda content: texts_of_csv(decoded(content)),
        WordFormat.JSONL: lambda content: texts_of_json(decoded(content)),
    },
}
