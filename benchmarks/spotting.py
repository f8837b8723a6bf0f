"""What all banks of words together cost a text, in a real house: none, and many entries of every kind.

Every word, host, name and text is invented. Beside plain Python, which looks each word up in a set and each link in
another, and so finds nothing that is disguised, edited or in two words. Processor time of one thread.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tutela.bootstrap import House, build
from tutela.config import Settings
from tutela.core.ids import ClauseId, WordBankId, WordEntryId
from tutela.core.links import EntryKind, read
from tutela.core.word_banks import WordBank, WordBankKind, WordEntry
from tutela.core.words import Keyword

KEYWORDS, LINKS, NAMES, TEXTS = 10_000, 100_000, 10_000, 1_000
ASKED, ROUNDS, AT_ONCE = 500, 5, 5_000
SYLLABLES: Final = (
    "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi", "xo",
    "zu",
)  # fmt: skip
SHORT, LONG = 6, 40


def run() -> list[dict[str, Any]]:
    """Measure and return rows."""
    draw = random.Random(7)  # noqa: S311  # a load, not a secret
    texts = {words: [_text(draw, words) for _ in range(ASKED)] for words in (SHORT, LONG)}
    with tempfile.TemporaryDirectory() as folder:
        house = build(Settings(var=Path(folder)))
        try:
            rows = [_row(f"{words} words, no banks", house, texts[words], None) for words in texts]
            begun = time.perf_counter()
            _fill(house, draw)
            filled = time.perf_counter()
            house.word_engine.refresh()
            note = f"filled in {filled - begun:.0f} s, compiled in {time.perf_counter() - filled:.1f} s"
            held = f"{KEYWORDS:,} keywords, {LINKS:,} links, {NAMES:,} names, {TEXTS:,} texts"
            rows += [_row(f"{words} words, {held}", house, texts[words], note) for words in texts]
        finally:
            house.committer.close()
            house.scanner.close()
            house.engine.dispose()
    return rows


def _row(what: str, house: House, texts: Sequence[str], note: str | None) -> dict[str, Any]:
    known = {_word(random.Random(1)) for _ in range(KEYWORDS)}  # noqa: S311  # as above
    ours = _us(house.spot_words, texts)
    peer = _us(lambda text: known.isdisjoint(text.lower().split()), texts)
    return {
        "what": f"spotting: {what}",
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "unit": "us a text",
        "ratio": round(peer / ours, 3),
        "to_reach": None,
        "note": note or "links, shorteners and likeness, which need no bank; peer: words in a set",
    }


def _us(ask: Callable[[str], object], texts: Sequence[str]) -> float:
    for text in texts:
        ask(text)
    rounds = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        for text in texts:
            ask(text)
        rounds.append((time.thread_time() - begun) / len(texts) * 1e6)
    return statistics.median(rounds)


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(SYLLABLES, k=3))


def _text(draw: random.Random, words: int) -> str:
    return " ".join(_word(draw) for _ in range(words))


def _fill(house: House, draw: random.Random) -> None:
    secrets, ends_at = house.word_secrets, house.clock.now() + timedelta(days=365)
    numbers = iter(range(KEYWORDS + LINKS + NAMES + TEXTS))

    def entry(bank: WordBank, held: Callable[[WordEntryId], bytes]) -> WordEntry:
        number = next(numbers)
        entry_id = WordEntryId(f"wen_{number:026}")
        return WordEntry(entry_id, bank.id, number.to_bytes(16, "big"), held(entry_id), house.clock.now(), ends_at)

    bank = _bank(house, WordBankKind.KEYWORDS)
    phrases = (f"{_word(draw)} {_word(draw)}" for _ in range(KEYWORDS))
    _put(
        house,
        bank,
        (entry(bank, lambda i, p=phrase: secrets.hold_keyword(i, Keyword(i, (p,)))) for phrase in phrases),  # type: ignore[misc]  # a default of the loop
    )
    bank = _bank(house, WordBankKind.LINKS)
    hosts = [secrets.hash_link(read(f"{_word(draw)}{number}.example"), EntryKind.DOMAIN) for number in range(LINKS)]
    _put(house, bank, (entry(bank, lambda _, h=host: h) for host in hosts))  # type: ignore[misc]  # as above
    bank = _bank(house, WordBankKind.NAMES)
    names = [secrets.hash_name(f"{_word(draw)} {_word(draw)}", is_distinctive=False) for _ in range(NAMES)]
    _put(house, bank, (entry(bank, lambda i, n=name: secrets.hold_name(i, n, "a basis")) for name in names))  # type: ignore[misc]  # as above
    bank = _bank(house, WordBankKind.TEXTS)
    known = [secrets.hash_text(_text(draw, LONG)) for _ in range(TEXTS)]
    _put(house, bank, (entry(bank, lambda _, t=text: t) for text in known))  # type: ignore[misc]  # as above


def _bank(house: House, kind: WordBankKind) -> WordBank:
    made = WordBank(
        WordBankId(f"wbk_{kind.value}"), kind.value, kind, ClauseId("cse.seeking"), "invented", house.clock.now()
    )
    house.word_banks.create(made, "bench")
    return made


def _put(house: House, bank: WordBank, entries: Iterable[WordEntry]) -> None:
    every = list(entries)
    for start in range(0, len(every), AT_ONCE):
        house.word_banks.add(bank, every[start : start + AT_ONCE], "bench")
