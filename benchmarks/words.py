"""A bank of 100,000 keywords over messages of 200 characters: most plain, some with accents, pictures or disguises.

Keywords and messages are syllables drawn at random, and ordinary words about lakes and gardens. Beside it, on the same
messages: Python's `in`, one keyword after the other, measured on a sample and scaled up; one large regular expression,
scaled up too; and FlashText, where it is installed. None of them sees through a disguise.
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
_ROUNDS: Final = 5
_SYLLABLES: Final = tuple(a + b for a in "bcdfghjklmnpqrstvwxyz" for b in "aeiou")
_ORDINARY: Final = [
    "the",
    "boat",
    "was",
    "on",
    "a",
    "lake",
    "near",
    "our",
    "garden",
    "and",
    "we",
    "were",
    "waiting",
    "for",
    "some",
    "others",
    "to",
    "come",
    "by",
    "with",
    "two",
    "oars",
    "and",
    "sails",
    "so",
    "that",
    "all",
    "of",
    "us",
    "could",
    "row",
    "across",
    "before",
    "it",
    "gets",
    "dark",
    "I",
    "still",
    "have",
    "your",
    "blue",
    "coat",
    "see",
    "you",
    "soon",
    "at",
    "the",
    "pier",
]  # it is a sentence


def run() -> list[dict[str, Any]]:
    """Measure and return rows."""
    draw = random.Random(7)  # noqa: S311  # the same each time
    keywords = _keywords(draw)
    mixed = [_message(draw, keywords, n) for n in range(MESSAGES)]
    plain = [_plain(draw) for _ in range(MESSAGES)]
    begun = time.perf_counter()
    bank = KeywordBank(Keyword(number, (term,)) for number, term in enumerate(keywords))
    built = time.perf_counter() - begun
    inside = KeywordBank(Keyword(n, (term,), is_whole_word=False) for n, term in enumerate(keywords))
    ours = _per_second(bank.find, mixed)
    naive = _per_second(_one_by_one(keywords[:SAMPLE]), mixed[:100]) * SAMPLE / KEYWORDS
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, keywords[:SAMPLE]))})\b", re.IGNORECASE)
    regex = _per_second(pattern.findall, mixed[:100]) * SAMPLE / KEYWORDS
    hits = sum(bool(bank.find(text).hits) for text in mixed)
    name = "words: messages a second, 100,000 keywords"
    rows = [
        _row(
            name,
            ours,
            naive,
            "1/s",
            TO_REACH,
            f"peer: `in` over {SAMPLE:,} keywords, scaled up; {hits} of {MESSAGES:,} hit",
        ),
        _row(name, ours, regex, "1/s", TO_REACH, f"peer: a regular expression of {SAMPLE:,}, scaled up"),
        _row("words: the same, plain messages only", _per_second(bank.find, plain), None, "1/s", "-"),
        _row("words: the same, keywords also inside words", _per_second(inside.find, mixed), None, "1/s", "-"),
        _row("words: compile 100,000 keywords", built, None, "s", "-"),
        _row("words: folded words of a message", _per_second(words_of, mixed), None, "1/s", "-"),
        _row("words: language of a message", _per_second(language_of, mixed[:300]), None, "1/s", "-", "loaded"),
    ]
    flash = _flashtext(keywords)
    if flash is not None:
        peer = _per_second(flash, mixed)
        rows.insert(2, _row(name, ours, peer, "1/s", TO_REACH, "peer: FlashText 2.7, which sees no disguise"))
    return rows


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
    """Return texts a second: the median of a few rounds after one that is not counted."""
    taken = []
    for _ in range(_ROUNDS + 1):
        begun = time.perf_counter()
        for text in texts:
            work(text)
        taken.append(time.perf_counter() - begun)
    return len(texts) / statistics.median(taken[1:])


def _row(what: str, ours: float, peer: float | None, unit: str, to_reach: str, note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 1), "peer": None if peer is None else round(peer, 2), "unit": unit,
        "ratio": None if peer is None else round(ours / peer, 1), "to_reach": to_reach, "note": note,
    }  # fmt: skip
