"""Names of victims in messages: a hundred thousand invented names, messages of about 35 words.

Beside a plain Python set with every way to write every name as text (which may not be stored), and `flashtext` with the
same texts where it can be imported. One message in fifty holds a name.
"""

import random
import statistics
import string
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tutela.core.ids import BankId
from tutela.core.keyed import Word
from tutela.core.names import NameEntry, NameIndex, name_key, variants_of

NAMES, MESSAGES, WORDS = 100_000, 2_000, 35
VOCABULARY: Final = 20_000
TO_REACH: Final = "at most 50"
NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)


def run() -> list[dict[str, Any]]:
    """Measure and return rows."""
    draw = random.Random(7)  # noqa: S311  # the same names each time
    people = [_name(draw) for _ in range(NAMES)]
    messages = _messages(draw, people)
    begun = time.perf_counter()
    entries = _entries(people)
    hashed = time.perf_counter() - begun
    begun = time.perf_counter()
    index = NameIndex.build(entries, name_key(bytes(range(32))))
    built = time.perf_counter() - begun
    ours = _us(lambda words: index.find(words, NOW), messages)
    plain = _plain(people)
    naive = _us(lambda words: _naive(plain, words), messages)
    found = sum(bool(index.find(words, NOW).hits) for words in messages)
    told = sum(bool(_naive(plain, words)) for words in messages)
    note = f"{found} of {MESSAGES:,} messages hold a name, {told} by comparing texts; peer: a set of texts, in Python"
    kept = f"{index.memory_bytes / 1e6:.0f} MB beside the entries"
    rows = [
        _row("names: look into a message of 35 words, 100,000 names", ours, naive, "us", TO_REACH, note),
        _row("names: hash all ways to write a name", hashed / NAMES * 1e6, None, "us", None),
        _row("names: lay 100,000 out", built, None, "s", None, kept),
    ]
    return rows + _flashtext(plain, messages, ours)


def _name(draw: random.Random) -> list[str]:
    count = draw.choice((2, 2, 3))
    return ["".join(draw.choices(string.ascii_lowercase, k=draw.randint(4, 8))) for _ in range(count)]


def _messages(draw: random.Random, people: Sequence[Sequence[str]]) -> list[list[Word]]:
    words = ["".join(draw.choices(string.ascii_lowercase, k=draw.randint(2, 9))) for _ in range(VOCABULARY)]
    weights = [1 / (place + 2) for place in range(VOCABULARY)]
    messages = []
    for number in range(MESSAGES):
        texts = draw.choices(words, weights, k=draw.randint(WORDS - 10, WORDS + 10))
        if number % 50 == 0:
            texts[5:5] = draw.choice(people)
        messages.append([(text, place, place + len(text)) for place, text in enumerate(texts)])
    return messages


def _entries(people: Sequence[Sequence[str]]) -> list[NameEntry]:
    key, ends_at = name_key(bytes(range(32))), NOW + timedelta(days=365)
    return [
        NameEntry(number, BankId("bnk_names"), "basis", ends_at, key.check, variants_of(" ".join(name), key, str.split))
        for number, name in enumerate(people)
    ]


def _plain(people: Sequence[Sequence[str]]) -> set[str]:
    """Return the same ways to write each name, as texts."""
    ways: set[str] = set()
    for given, *middle, family in people:
        for first in ([given, *middle], [given]):
            for way in ([*first, family], [family, *first]):
                ways |= {" ".join(way), "".join(way)}
    return ways


def _naive(ways: set[str], words: Sequence[Word]) -> list[str]:
    texts = [text for text, _, _ in words]
    stretches = (" ".join(texts[first : first + size]) for first in range(len(texts)) for size in range(1, 6))
    return [each for each in stretches if each in ways]


def _flashtext(ways: set[str], messages: Sequence[Sequence[Word]], ours: float) -> list[dict[str, Any]]:
    try:
        from flashtext import KeywordProcessor  # noqa: PLC0415  # a peer that need not be installed
    except ImportError:
        return []
    processor = KeywordProcessor()
    processor.add_keywords_from_list(sorted(ways))
    texts = [" ".join(text for text, _, _ in words) for words in messages]
    took = _us(processor.extract_keywords, texts)
    return [
        _row("names: the same beside flashtext", ours, took, "us", None, "it cuts words itself, and keeps the texts")
    ]


def _us(work: Callable[[Any], object], asked: Sequence[Any]) -> float:
    times = []
    for each in asked:
        begun = time.perf_counter()
        work(each)
        times.append((time.perf_counter() - begun) * 1e6)
    return statistics.median(times)


def _row(what: str, ours: float, peer: float | None, unit: str, to_reach: str | None, note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 1), "peer": peer and round(peer, 1), "unit": unit,
        "ratio": peer and round(peer / ours, 1), "to_reach": to_reach, "note": note,
    }  # fmt: skip
