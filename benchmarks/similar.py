"""Known texts in messages: a million invented texts of about 40 words, a fifth of each from usual phrases.

Every known text is made into its pieces as in the product. Beside plain Python, which compares the sets of pieces of a
sample of the texts one by one (told for all of them), and `datasketch`, where it can be imported, with fewer texts.
`BENCH_TEXTS` is another number than a million; that takes some two minutes and 1 GB.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from tutela.core.keyed import Word
from tutela.core.similar import KnownTexts, likeness_keys, shingled, sketch_of, text_key

WORDS, VOCABULARY, PHRASES = 40, 30_000, 2_000
ASKED: Final = 500
SAMPLE, PEER_TEXTS = 2_000, 10_000
KEY: Final = text_key(bytes(range(32)))
TO_REACH: Final = "at most 1"
_CHUNK: Final = 10_000


def run() -> list[dict[str, Any]]:
    """Measure and return rows."""
    size = int(os.environ.get("BENCH_TEXTS", "1000000"))
    kept: list[list[str]] = []
    begun = time.perf_counter()
    known = KnownTexts.build(_sketches(size, kept), KEY.check)
    built = time.perf_counter() - begun
    messages, unrelated = _messages(kept), [_words(text) for text in _texts(ASKED, 99)]
    plain = _naive(kept, messages) * size / SAMPLE
    looked = _ms(lambda words: known.find(shingled(words, KEY), words), messages)
    empty = _ms(lambda words: known.find(shingled(words, KEY), words), unrelated)
    found = sum(_first(known, words) == number for number, words in enumerate(messages))
    wrong = sum(_first(known, words) is not None for words in unrelated)
    laid = _settling(known)
    note = (
        f"each holds a known text with 3 words changed between 20 others: {found} of {ASKED} found, "
        f"{wrong} of {ASKED} others matched; peer: sets in Python, {SAMPLE:,} texts, told for all"
    )
    memory = f"{known.base.memory_bytes / 1e6:.0f} MB beside identifiers; {built / size * 1e6:.0f} us each with pieces"
    rows = [
        _row(f"similar: look into a message, {size:,} known texts", looked, plain, "ms", TO_REACH, note),
        _row("similar: the same, a message that holds none", empty, None, "ms", TO_REACH),
        _row("similar: lay all out again", laid, None, "s", None, memory),
        _row("similar: pieces of a message", _ms(lambda words: shingled(words, KEY), messages), None, "ms", None),
        _row("similar: cluster keys of its pieces", _keys(messages), None, "ms", None),
        _row("similar: put one in, 1,000 in the tail", _changing(known, kept), None, "ms", None),
    ]
    return rows + _datasketch(kept, messages)


def _texts(count: int, seed: int) -> Iterator[list[str]]:
    """Yield invented texts: words as frequent as in a language, and phrases of four that many share."""
    draw = np.random.default_rng(seed)
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{'aeiou'[n % 5]}{_letters(n)}" for n in range(VOCABULARY)]
    weights = 1 / np.arange(2, VOCABULARY + 2)
    odds, phrase_odds = weights / weights.sum(), weights[:PHRASES] / weights[:PHRASES].sum()
    phrases = np.random.default_rng(1).choice(VOCABULARY, (PHRASES, 4), p=odds)
    for first in range(0, count, _CHUNK):
        rows = min(_CHUNK, count - first)
        numbers = draw.choice(VOCABULARY, (rows, WORDS), p=odds)
        usual = phrases[draw.choice(PHRASES, (rows, 2), p=phrase_odds)]
        numbers[:, 4:8], numbers[:, 20:24] = usual[:, 0], usual[:, 1]
        for row in numbers.tolist():
            yield [words[number] for number in row]


def _letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


def _words(texts: Sequence[str]) -> list[Word]:
    return [(text, place, place + 1) for place, text in enumerate(texts)]


def _sketches(size: int, kept: list[list[str]]) -> Iterator[tuple[int, Any]]:
    for number, text in enumerate(_texts(size, 2)):
        if number < PEER_TEXTS:
            kept.append(text)
        yield number, sketch_of(shingled(_words(text), KEY), KEY.check)


def _messages(kept: Sequence[Sequence[str]]) -> list[list[Word]]:
    messages = []
    for text, other in zip(kept[:ASKED], _texts(ASKED, 3), strict=True):
        edited = list(text)
        edited[9] = edited[17] = edited[33] = "blorvex"
        messages.append(_words([*other[:10], *edited, *other[10:20]]))
    return messages


def _first(known: KnownTexts, words: Sequence[Word]) -> int | str | None:
    matches = known.find(shingled(words, KEY), words).matches
    return matches[0].entry_id if matches else None


def _pieces(texts: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(texts[first : first + 3]) for first in range(len(texts) - 2)}


def _naive(kept: Sequence[Sequence[str]], messages: Sequence[Sequence[Word]]) -> float:
    known = [_pieces(text) for text in kept[:SAMPLE]]

    def look(words: Sequence[Word]) -> int:
        asked = _pieces([text for text, _, _ in words])
        return max(range(len(known)), key=lambda row: len(known[row] & asked) / len(known[row]))

    return _ms(look, messages[:20])


def _settling(known: KnownTexts) -> float:
    begun = time.perf_counter()
    known.settled()
    return time.perf_counter() - begun


def _keys(messages: Sequence[Sequence[Word]]) -> float:
    return _ms(likeness_keys, [shingled(words, KEY) for words in messages])


def _changing(known: KnownTexts, kept: Sequence[Sequence[str]]) -> float:
    sketches = [(f"new{n}", sketch_of(shingled(_words(text), KEY), KEY.check)) for n, text in enumerate(kept[:1_020])]
    grown = known.changed(sketches[:1_000])
    return _ms(lambda each: grown.changed([each]), sketches[1_000:])


def _datasketch(kept: Sequence[Sequence[str]], messages: Sequence[Sequence[Word]]) -> list[dict[str, Any]]:
    try:
        from datasketch import MinHash, MinHashLSH  # noqa: PLC0415  # a peer that need not be installed
    except ImportError:
        return []

    def sketched(texts: Sequence[str]) -> Any:
        sketch = MinHash(num_perm=128)
        sketch.update_batch(["\x1f".join(piece).encode() for piece in _pieces(texts)])
        return sketch

    lsh = MinHashLSH(threshold=0.4, num_perm=128)
    for number, text in enumerate(kept):
        lsh.insert(number, sketched(text))
    asked = [[text for text, _, _ in words] for words in messages]
    took = _ms(lambda texts: lsh.query(sketched(texts)), asked)
    found = sum(number in lsh.query(sketched(texts)) for number, texts in enumerate(asked))
    few = KnownTexts.build(
        ((number, sketch_of(shingled(_words(text), KEY), KEY.check)) for number, text in enumerate(kept)), KEY.check
    )
    ours = _ms(lambda words: few.find(shingled(words, KEY), words), messages)
    ours_found = sum(_first(few, words) == number for number, words in enumerate(messages))
    note = f"datasketch MinHashLSH, 128 permutations, Jaccard 0.4: {found} of {ASKED} found; here {ours_found}"
    return [_row(f"similar: the same beside datasketch, {PEER_TEXTS:,} texts", ours, took, "ms", None, note)]


def _ms(work: Callable[[Any], object], asked: Sequence[Any]) -> float:
    times = []
    for each in asked:
        begun = time.perf_counter()
        work(each)
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


def _row(what: str, ours: float, peer: float | None, unit: str, to_reach: str | None, note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 3), "peer": peer and round(peer, 3), "unit": unit,
        "ratio": peer and round(peer / ours, 1), "to_reach": to_reach, "note": note,
    }  # fmt: skip
