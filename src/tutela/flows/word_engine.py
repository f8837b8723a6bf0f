"""Keep what the banks of words hold compiled, whatever process changed them.

What a bank would tell that cannot be opened is unknown, and never nothing: whoever asks is told what was not asked.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

import structlog

from tutela.core.ids import WordEntryId
from tutela.core.keyed import WordKey
from tutela.core.links.bank import LinkBank
from tutela.core.links.hashing import LinkEntry, LinkHasher
from tutela.core.names.entry import NameEntry
from tutela.core.names.index import NameIndex
from tutela.core.similar.known import KnownTexts
from tutela.core.similar.sketch import Sketch
from tutela.core.units import Duration
from tutela.core.word_banks import WordBank, WordBankKind, WordEntry
from tutela.core.words.keyword_bank import KeywordBank
from tutela.core.words.keyword_patterns import MAX_PATTERNS
from tutela.core.words.keywords import Keyword, KeywordKind, check
from tutela.errors import BadInput, TutelaError, WrongKey
from tutela.ports.clock import Clock
from tutela.ports.word_banks import WordBanks

RETRIED_AFTER: Final = Duration(minutes=1)
"""That a bank is tried again which could not be opened: its key may be back, and nothing tells us so."""

REST: Final = 4
"""Times that compiling took, in which nothing is compiled again: a list that comes in by parts slows nobody down."""

EVERY_KIND: Final = tuple(WordBankKind)

_log = structlog.get_logger(__name__)


class Opener(Protocol):
    """Open entries as they are stored, and hash texts under the same secrets."""

    @property
    def links(self) -> LinkHasher:
        """Return what asks a bank of links."""
        ...

    @property
    def names(self) -> WordKey:
        """Return what asks an index of names."""
        ...

    @property
    def texts(self) -> WordKey:
        """Return what asks known texts."""
        ...

    def keyword(self, entry: WordEntry) -> Keyword:
        """Return a keyword, under the id of its entry."""
        ...

    def link(self, entry: WordEntry) -> LinkEntry:
        """Return a link, under the id of its entry."""
        ...

    def name(self, entry: WordEntry) -> NameEntry:
        """Return a name, under the id of its entry."""
        ...

    def text(self, entry: WordEntry) -> tuple[WordEntryId, Sketch]:
        """Return a known text and the id of its entry."""
        ...


class Owner(NamedTuple):
    """Whose an entry is, and until when it finds anything."""

    bank: WordBank
    ends_at: datetime | None


Owners = Mapping[WordEntryId, Owner]


@dataclass(frozen=True, slots=True)
class CompiledWords:
    """All banks that are asked, as texts are compared with them. Never changed; safe in many threads."""

    keywords: KeywordBank | None = None
    links: LinkBank | None = None
    names: NameIndex | None = None
    texts: KnownTexts | None = None
    owners: Owners = field(default_factory=dict, repr=False)
    is_by_language: bool = False  #: some keywords are asked only of texts in their language
    unasked: tuple[WordBankKind, ...] = ()  #: of these a bank could not be opened, or nobody knows what changed

    def bank_of(self, entry_id: int | str, at: datetime) -> WordBank | None:
        """Return the bank of an entry; none where the entry, or all of its bank, finds nothing any more at a moment."""
        owner = self.owners[WordEntryId(str(entry_id))]
        holds = owner.bank.is_asked(at) and (owner.ends_at is None or owner.ends_at > at)
        return owner.bank if holds else None


@dataclass(frozen=True, slots=True)
class _Part:
    """The banks of one kind."""

    key: tuple[tuple[str, int], ...] = ()  #: which banks, in which version
    compiled: Any = None
    owners: Owners = field(default_factory=dict)
    broken: tuple[str, ...] = ()  #: names of banks that could not be opened
    due_at: datetime | None = None  #: when it has to be compiled anew though no bank changed

    def is_due(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now


@dataclass(slots=True)
class WordEngine:
    """Hold what is compiled. One thread at a time refreshes; any number reads `compiled`, which is always whole."""

    banks: WordBanks
    opener: Opener
    clock: Clock
    _compiled: CompiledWords | None = None
    _stamp: int | None = None
    _parts: dict[WordBankKind, _Part] = field(default_factory=dict)
    _due_at: datetime | None = None
    _rests_until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def compiled(self) -> CompiledWords:
        """Return all banks that are asked; compiled now where nothing was yet. Never an exception."""
        if self._compiled is None:
            try:
                self.refresh()
            except Exception as error:  # noqa: BLE001  # whatever it was: what banks would tell is unknown then
                _log.error("word_banks_not_read", error_type=type(error).__name__)
        return self._compiled or CompiledWords(unasked=EVERY_KIND)

    @property
    def not_opened(self) -> tuple[str, ...]:
        """Return the names of the banks that could not be opened, compiled now where nothing was yet."""
        _ = self.compiled
        with self._lock:
            return tuple(name for part in self._parts.values() for name in part.broken)

    def refresh(self) -> bool:
        """Compile anew what changed; return whether anything did. What was compiled serves meanwhile.

        Raises:
            tutela.errors.Unavailable: Nobody can tell what changed. What is compiled still finds what it knows, and
                what it does not find is unknown until a refresh succeeds.
        """
        with self._lock:
            try:
                return self._refresh(self.clock.now())
            except Exception:
                self._stamp = None
                self._compiled = replace(self._compiled or CompiledWords(), unasked=EVERY_KIND)
                raise

    def _refresh(self, now: datetime) -> bool:
        stamp = self.banks.stamp()
        if stamp == self._stamp and (self._due_at is None or now < self._due_at):
            return False
        if self._rests_until is not None and now < self._rests_until:
            return False
        every = self.banks.all()
        asked = [bank for bank in every if bank.is_asked(now)]
        for kind in EVERY_KIND:
            mine = tuple(bank for bank in asked if bank.kind is kind)
            known, key = self._parts.get(kind, _Part()), tuple((bank.id, bank.version) for bank in mine)
            if key != known.key or known.is_due(now):
                self._parts[kind] = self._part(kind, mine, now)
        self._compiled = self._whole()
        self._stamp = stamp
        moments = [part.due_at for part in self._parts.values()]
        moments += [bank.licence_ends_at for bank in asked if not bank.may_keep]
        self._due_at = min((moment for moment in moments if moment is not None and moment > now), default=None)
        self._rests_until = (done := self.clock.now()) + REST * (done - now)
        _log.info("word_banks_compiled", banks=len(asked), entries=len(self._compiled.owners))
        return True

    def _whole(self) -> CompiledWords:
        parts = self._parts
        compiled = {kind: parts[kind].compiled if kind in parts else None for kind in EVERY_KIND}
        keywords: KeywordBank | None = compiled[WordBankKind.KEYWORDS]
        return CompiledWords(
            keywords,
            compiled[WordBankKind.LINKS],
            compiled[WordBankKind.NAMES],
            compiled[WordBankKind.TEXTS],
            {entry_id: owner for part in parts.values() for entry_id, owner in part.owners.items()},
            keywords is not None and any(each.language is not None for each in keywords.entries),
            tuple(kind for kind, part in parts.items() if part.broken),
        )

    # ------------------------------------------------------------------------------------------------- one kind of bank

    def _part(self, kind: WordBankKind, banks: Sequence[WordBank], now: datetime) -> _Part:
        """Return the banks of a kind, compiled. One that cannot be opened is left out and named."""
        key = tuple((bank.id, bank.version) for bank in banks)
        retried_at = now + RETRIED_AFTER.delta
        opened: list[Any] = []
        owners: dict[WordEntryId, Owner] = {}
        broken: list[str] = []
        for bank in banks:
            try:
                mine = self._opened(bank, now)
            except TutelaError as error:
                broken.append(_not_opened(bank, error))
                continue
            opened += (value for _, value in mine)
            each_end: dict[datetime | None, Owner] = {}  # shared: there may be a million entries
            owners |= {entry.id: each_end.setdefault(entry.ends_at, Owner(bank, entry.ends_at)) for entry, _ in mine}
        try:
            compiled = self._compile(kind, opened) if opened else None
        except TutelaError as error:
            return _Part(key, broken=tuple(_not_opened(bank, error) for bank in banks), due_at=retried_at)
        return _Part(key, compiled, owners, tuple(broken), retried_at if broken else None)

    def _opened(self, bank: WordBank, now: datetime) -> list[tuple[WordEntry, Any]]:
        """Return the entries of a bank that have not ended."""
        entries = (each for each in self.banks.entries(bank.id) if each.ends_at is None or each.ends_at > now)
        opened = [(each, self._open(bank.kind, each)) for each in entries]
        if bank.kind is WordBankKind.KEYWORDS:
            _check_keywords([keyword for _, keyword in opened])
        return opened

    def _open(self, kind: WordBankKind, entry: WordEntry) -> Any:
        opener = self.opener
        if kind is WordBankKind.KEYWORDS:
            return opener.keyword(entry)
        if kind is WordBankKind.LINKS:
            return opener.link(entry)
        if kind is WordBankKind.NAMES:
            name = opener.name(entry)
            _same_secret(name.check, opener.names)
            return name
        text = opener.text(entry)
        _same_secret(text[1].check, opener.texts)
        return text

    def _compile(self, kind: WordBankKind, opened: Iterable[Any]) -> Any:
        compile_of: Mapping[WordBankKind, Callable[[Iterable[Any]], Any]] = {
            WordBankKind.KEYWORDS: KeywordBank,
            WordBankKind.LINKS: LinkBank.of,
            WordBankKind.NAMES: lambda names: NameIndex.build(names, self.opener.names),
            WordBankKind.TEXTS: lambda texts: KnownTexts.build(texts, self.opener.texts.check),
        }
        return compile_of[kind](opened)


def _check_keywords(keywords: Sequence[Keyword]) -> None:
    """Refuse what would keep all banks from being compiled together: one that is bad is one bank that is not opened."""
    if sum(each.kind is KeywordKind.PATTERN for each in keywords) > MAX_PATTERNS:
        raise BadInput(f"a bank has {MAX_PATTERNS} patterns at most")
    for each in keywords:
        check(each)


def _not_opened(bank: WordBank, error: TutelaError) -> str:
    """Say that a bank could not be opened, and return its name."""
    _log.error("word_bank_not_opened", bank=bank.id, kind=bank.kind.value, error_type=type(error).__name__)
    return bank.name


def _same_secret(check: bytes, key: WordKey) -> None:
    """Refuse what was hashed under another secret: it would silently find nothing."""
    if check != key.check:
        raise WrongKey("an entry of a bank of words was hashed under another secret")
