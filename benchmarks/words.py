"""A bank of 100,000 keywords over messages of 200 characters: most plain, some with accents, pictures or disguises.

Keywords and messages are syllables drawn at random, and ordinary words about lakes and gardens. Beside it, on the same
messages: Python's `in`, one keyword after the other, measured on a sample and scaled up; one large regular expression,
scaled up too; and FlashText, where it is installed. None of them sees through a disguise. Times are those of the
processor, not of the clock on the wall.
"""

import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from tutela.core.words import Keyword, KeywordBank, language_of, words_of

KEYWORDS: Final = 100_000
MESSAGES: Final = 2_000
CHARACTERS: Final = 200
SAMPLE: Final = 1_000
TO_REACH: Final = "at least 15,000"
_ROUNDS: Final = 7
_SYLLABLES: Final = tuple(a + b for a in "bcdfghjklmnpqrstvwxyz" for b in "aeiou")
_SENTENCE: Final = (
    "the boat was on a lake near our garden and we were waiting for some others to come by with two oars and sails "
    "so that all of us could row across before it gets dark I still have your blue coat see you soon at the pier"
)
_ORDINARY: Final = tuple(_SENTENCE.split())


def run() -> list[dict[str, Any]]:
    """Measure and return rows."""
    draw = random.Random(7)  # noqa: S311  # the same each time
    keywords = _keywords(draw)
    mixed = [_message(draw, keywords, n) for n in range(MESSAGES)]
    plain = [_plain(draw) for _ in range(MESSAGES)]
    begun = time.process_time()
    bank = KeywordBank(Keyword(number, (term,)) for number, term in enumerate(keywords))
    built = time.process_time() - begun
    inside = KeywordBank(Keyword(n, (term,), is_whole_word=False) for n, term in enumerate(keywords))
    return [
        *_beside_peers(bank, keywords, mixed),
        _row("words: the same, plain messages only", _per_second(bank.find, plain), None, "1/s", "-"),
        _row("words: the same, keywords also inside words", _per_second(inside.find, mixed), None, "1/s", "-"),
        _row("words: compile 100,000 keywords", built, None, "s", "-"),
        _row("words: folded words of a message", _per_second(words_of, mixed), None, "1/s", "-"),
        _row("words: language of a message", _per_second(language_of, mixed[:300]), None, "1/s", "-", "loaded"),
    ]


def _beside_peers(bank: KeywordBank, keywords: Sequence[str], texts: Sequence[str]) -> list[dict[str, Any]]:
    """Measure bank and peers in turns, so that what else the machine does falls on all of them."""
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, keywords[:SAMPLE]))})\b", re.IGNORECASE)
    share, few = SAMPLE / KEYWORDS, texts[:100]
    works: list[tuple[Callable[[str], object], Sequence[str]]] = [
        (bank.find, texts), (_one_by_one(keywords[:SAMPLE]), few), (pattern.findall, few),
    ]  # fmt: skip
    flash = _flashtext(keywords)
    if flash is not None:
        works.append((flash, texts))
    ours, naive, regex, *others = _in_turns(works)
    hits = sum(bool(bank.find(text).hits) for text in texts)
    name, said = "words: messages a second, 100,000 keywords", f"{hits} of {len(texts):,} messages hit"
    return [
        _row(name, ours, naive * share, "1/s", TO_REACH, f"peer: `in` over {SAMPLE:,} of them, scaled up; {said}"),
        _row(name, ours, regex * share, "1/s", TO_REACH, f"peer: a regular expression of {SAMPLE:,}, scaled up"),
        *(_row(name, ours, peer, "1/s", TO_REACH, "peer: FlashText 2.7, which sees no disguise") for peer in others),
    ]


def _keywords(draw: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < KEYWORDS:
        found[" ".join(_word(draw) for _ in range(draw.choice((1, 1, 1, 2, 3))))] = None
    return list(found)


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(draw.choice((2, 3, 3, 4, 5)))) + draw.choice("xzqn")


def _plain(draw: random.Random) -> str:
    # A tenth are words that no list has, as names are.
    words = [f"{_word(draw)}k" if draw.random() < 0.1 else draw.choice(_ORDINARY) for _ in range(60)]  # noqa: PLR2004  # a tenth
    ends = [word + draw.choice(("", "", "", "", ",", ".", "!")) for word in words]
    return " ".join(ends)[:CHARACTERS]


def _message(draw: random.Random, keywords: Sequence[str], number: int) -> str:
    """Return a message: of ten, seven are plain, one has accents, one pictures, and one a keyword in disguise."""
    text, kind = _plain(draw), number % 10
    if kind == 0:
        return text.replace("ea", "\xe9a").replace("ou", "o\xfc")
    if kind == 1:
        return "\U0001f6f6 ".join(text.split(" ", 6))[:CHARACTERS]
    if kind == 2:  # noqa: PLR2004  # the third kind
        disguise = draw.choice(_DISGUISES)
        return f"{text[:100]} {disguise(draw.choice(keywords))} {text[100:]}"[:CHARACTERS]
    return text


_DISGUISES: Final[tuple[Callable[[str], str], ...]] = (
    lambda word: word.translate(str.maketrans("aeio", "4310")),
    ".".join,
    "\u200b".join,
    lambda word: word.translate(str.maketrans("aeopcx", "\u0430\u0435\u043e\u0440\u0441\u0445")),
    lambda word: re.sub("([aeiou])", r"\1\1\1", word),
)


def _one_by_one(keywords: Sequence[str]) -> Callable[[str], object]:
    def find(text: str) -> list[str]:
        low = text.lower()
        return [keyword for keyword in keywords if keyword in low]

    return find


def _flashtext(keywords: Sequence[str]) -> Callable[[str], object] | None:
    try:
        from flashtext import KeywordProcessor  # noqa: PLC0415  # a peer that may be missing
    except ImportError:
        return None
    processor = KeywordProcessor()
    processor.add_keywords_from_list(list(keywords))
    find: Callable[[str], object] = processor.extract_keywords
    return find


def _per_second(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return texts a second of one core."""
    return _in_turns([(work, texts)])[0]


def _in_turns(works: Sequence[tuple[Callable[[str], object], Sequence[str]]]) -> list[float]:
    """Return texts a second of one core for each work: the median of a few rounds after one that is not counted."""
    rounds = [[_seconds_each(*each) for each in works] for _ in range(_ROUNDS + 1)]
    return [1 / statistics.median(taken) for taken in zip(*rounds[1:], strict=True)]


def _seconds_each(work: Callable[[str], object], texts: Sequence[str]) -> float:
    begun = time.process_time()
    for text in texts:
        work(text)
    return (time.process_time() - begun) / len(texts)


def _row(what: str, ours: float, peer: float | None, unit: str, to_reach: str, note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 1), "peer": None if peer is None else round(peer, 2), "unit": unit,
        "ratio": None if peer is None else round(ours / peer, 1), "to_reach": to_reach, "note": note,
    }  # fmt: skip
