"""Spot in a text what the banks of words hold. Bounded, and never an exception: what could not be asked is said so."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import structlog

from tutela.core.event_facts import Written
from tutela.core.keyed import Word
from tutela.core.links.extraction import extract
from tutela.core.links.found import Disguise, Extraction, FoundLink
from tutela.core.links.reading import CanonicalLink, read
from tutela.core.links.shorteners import is_shortener
from tutela.core.names.context import Beside, NameContext, weigh
from tutela.core.names.exemptions import Exemptions
from tutela.core.similar.clusters import MIN_WORDS, likeness_keys
from tutela.core.similar.shingles import shingled
from tutela.core.spotting import MAX_SPANS, MAX_SPOTS, Spot, Spotted
from tutela.core.word_banks import WordBank, WordBankKind
from tutela.core.words.folding import Folded, words_of
from tutela.core.words.language import language_of
from tutela.flows.word_engine import EVERY_KIND, CompiledWords, Opener, WordEngine
from tutela.ports.clock import Clock

MAX_CHARACTERS: Final = 100_000
"""Of a text that are read: as many as a platform may send."""

MAX_LINKS: Final = 200
"""Of a text that are looked up, and as many doubtful ones; of those named beside it, the first as many."""

ORDINARY: Final = frozenset({Disguise.NO_SCHEME, Disguise.SPACED_DOT, Disguise.WIDE, Disguise.PUNYCODE})
"""What happens to links without anybody hiding anything."""

_FEWEST_CHARACTERS: Final = 2 * MIN_WORDS - 1
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SpotWords:
    """Spot words, links, names and known texts."""

    engine: WordEngine
    opener: Opener
    exemptions: Exemptions
    clock: Clock

    def __call__(
        self, text: str | None, links: Sequence[str] = (), language: str | None = None, *,
        author_name: str | None = None, has_known_media: bool = False,
    ) -> Spotted:  # fmt: skip
        """Return everything about one text.

        Args:
            text: What was written.
            links: Addresses that were named beside it.
            language: As the platform says, a tag of BCP 47.
            author_name: What the author is called where others see it: nobody is found for saying their own name.
            has_known_media: That media of a bank is in the same item.
        """
        try:
            reading = _Reading(self, self.engine.compiled, text or "", links, self.clock.now())
            return reading.spotted(language, author_name, has_known_media=has_known_media)
        except Exception as error:  # noqa: BLE001  # the event is judged by all else, and by this it is unknown
            _log.error("words_not_spotted", error_type=type(error).__name__)
            return Spotted(is_complete=False, unasked=EVERY_KIND)


@dataclass(slots=True)
class SpotOnce:
    """Spot for one request: what is planned again is not read again."""

    spot: Callable[..., Spotted]
    _known: dict[tuple[object, ...], Spotted] = field(default_factory=dict)

    def __call__(self, written: Written, *, has_known_media: bool = False) -> Written:
        """Return what was written with what was spotted in it."""
        if written.body is None and not written.links:
            return written
        asked = (written.body, tuple(written.links), written.language)
        key = (*asked, written.author_name, has_known_media)
        if key not in self._known:
            self._known[key] = self.spot(*asked, author_name=written.author_name, has_known_media=has_known_media)
        return replace(written, spotted=self._known[key])


class _Reading:
    """One text, read once for all that is asked of it."""

    def __init__(self, flow: SpotWords, words: CompiledWords, text: str, links: Sequence[str], now: datetime) -> None:
        self._flow, self._words, self._now = flow, words, now
        self._text = text[:MAX_CHARACTERS]
        self._folded = Folded(self._text)
        self._named = [each for each in map(_read, links[:MAX_LINKS]) if each is not None]
        self._is_complete = len(text) <= MAX_CHARACTERS and len(links) <= MAX_LINKS
        self._spots = _Spots()
        self._is_disguised = False

    def spotted(self, language: str | None, author_name: str | None, *, has_known_media: bool) -> Spotted:
        """Return everything about the text."""
        words = self._words
        extracted = extract(self._text, most=MAX_LINKS)
        self._is_complete &= extracted.is_complete
        self._is_disguised |= any(_is_disguised(link) for link in extracted.links)
        found = None
        if language is None and words.is_by_language and (told := language_of(self._text)) is not None:
            found = told.tag
        self._find_keywords(language or found)
        self._find_links(extracted)
        read_words = self._read_words()
        likeness = self._find_texts(read_words)
        names = self._find_names(read_words, extracted, author_name, has_known_media=has_known_media)
        return Spotted(
            self._spots.told(), names, likeness, found, self._is_disguised,
            any(link.is_shortener for link in extracted.links) or any(is_shortener(each.host) for each in self._named),
            self._is_complete, words.unasked,
        )  # fmt: skip

    def _read_words(self) -> Sequence[Word]:
        """Return the words; where nothing has to be placed, without their places, which take the longest."""
        if self._words.texts is not None or self._words.names is not None:
            return words_of(self._folded)
        if len(self._text) < _FEWEST_CHARACTERS:
            return ()
        return [(word, 0, 0) for word in self._folded.words]

    def _bank_of(self, entry_id: int | str) -> WordBank | None:
        return self._words.bank_of(entry_id, self._now)

    def _find_keywords(self, language: str | None) -> None:
        if self._words.keywords is None or not self._text:
            return
        found = self._words.keywords.find(self._folded, language)
        self._is_complete &= found.is_complete
        for hit in found.hits:
            if (bank := self._bank_of(hit.entry_id)) is not None:
                self._spots.add(bank, hit.entry_id, hit.spans, (used.step for used in hit.steps))
                self._is_disguised |= hit.is_disguised

    def _find_links(self, extracted: Extraction) -> None:
        bank_of_links, hasher = self._words.links, self._flow.opener.links
        if bank_of_links is None:
            return
        for link in (*extracted.links, *extracted.doubtful):
            for asked in (hasher.asked(link.link), hasher.asked_of_likeness(link)):
                for hit in bank_of_links.hits(asked, self._now) if asked else ():
                    self._add_link(hit.entry_id, ((link.start, link.end),), link.steps)
        for named in self._named:
            for hit in bank_of_links.hits(hasher.asked(named), self._now):
                self._add_link(hit.entry_id, (), ())

    def _add_link(self, entry_id: int | str, spans: Sequence[tuple[int, int]], steps: Sequence[Disguise]) -> None:
        if (bank := self._bank_of(entry_id)) is not None:
            self._spots.add(bank, entry_id, spans, (step.value for step in steps))
            # Of a link that somebody listed, whatever keeps a machine from reading it counts.
            self._is_disguised |= any(step is not Disguise.NO_SCHEME for step in steps)

    def _find_texts(self, words: Sequence[Word]) -> tuple[str, ...]:
        """Look for known texts, and return what the text is alike by."""
        if not words or (self._words.texts is None and len(words) < MIN_WORDS):
            return ()
        pieces = shingled(words, self._flow.opener.texts)
        if self._words.texts is not None:
            found = self._words.texts.find(pieces, words)
            self._is_complete &= found.is_complete
            for match in found.matches:
                if (bank := self._bank_of(match.entry_id)) is not None:
                    share = round(match.contained, 3)
                    self._spots.add(bank, match.entry_id, ((match.start, match.end),), (), share)
        return tuple(f"{key:016x}" for key in likeness_keys(pieces))

    def _find_names(
        self, words: Sequence[Word], extracted: Extraction, author_name: str | None, *, has_known_media: bool
    ) -> int:
        """Look for names, and return how many count: never one alone."""
        if self._words.names is None or not words:
            return 0
        found = self._words.names.find(words, self._now)
        self._is_complete &= found.is_complete
        if not found.hits:
            return 0
        links = (*extracted.links, *extracted.doubtful)
        context = NameContext(
            self._beside(has_known_media=has_known_media),
            author_words=tuple(Folded(author_name[:MAX_SPOTS]).words) if author_name else (),
            link_hosts=(*(link.host for link in links), *(link.host for link in self._named)),
        )
        signal = weigh(found.hits, words, context, self._flow.exemptions).signal
        counting = [
            (hit, bank)
            for hit in (() if signal is None else signal.hits)
            if (bank := self._bank_of(hit.entry_id)) is not None
        ]
        for hit, bank in counting:
            # Beside the text of an item its place would tell the name to whoever has the database.
            self._spots.add(bank, hit.entry_id, (), ())
        return len({hit.entry_id for hit, _ in counting})

    def _beside(self, *, has_known_media: bool) -> frozenset[Beside]:
        kinds = self._spots.kinds
        beside = {
            Beside.KEYWORD: WordBankKind.KEYWORDS in kinds,
            Beside.LINK: WordBankKind.LINKS in kinds,
            Beside.MEDIA: has_known_media,
        }
        return frozenset(each for each, is_there in beside.items() if is_there)


class _Spots:
    """What was found so far, each entry once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Spot] = {}

    @property
    def kinds(self) -> frozenset[WordBankKind]:
        """Return the kinds of bank in which something was found."""
        return frozenset(spot.kind for spot in self._found.values())

    def add(
        self, bank: WordBank, entry_id: int | str, spans: Iterable[tuple[int, int]], steps: Iterable[str],
        share: float | None = None,
    ) -> None:  # fmt: skip
        """Take a hit in."""
        key = (bank.id, str(entry_id))
        spot = self._found.get(key) or Spot(bank.name, bank.kind, bank.clause_id, entry_id, (), (), share)  # type: ignore[arg-type]  # entries are compiled under the ids of `WordEntry`
        together = tuple(sorted({*spot.spans, *spans}))[:MAX_SPANS]
        self._found[key] = replace(spot, spans=together, steps=tuple(dict.fromkeys((*spot.steps, *steps))))

    def told(self) -> tuple[Spot, ...]:
        """Return them all; of too many the first of each bank, then the second of each."""
        spots = tuple(self._found.values())
        return spots if len(spots) <= MAX_SPOTS else tuple(_in_turn(spots))[:MAX_SPOTS]


def _in_turn(spots: Iterable[Spot]) -> Iterator[Spot]:
    by_bank: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        by_bank[spot.bank].append(spot)
    longest = max(map(len, by_bank.values()))
    for turn in range(longest):
        yield from (mine[turn] for mine in by_bank.values() if turn < len(mine))


def _is_disguised(link: FoundLink) -> bool:
    return not ORDINARY.issuperset(link.steps)


def _read(link: str) -> CanonicalLink | None:
    try:
        return read(link)
    except ValueError:
        return None
