"""Links: finding them in messages, and asking a bank of a million entries, beside plain Python and a peer.

Messages are words of a lake, some with a link, some with one in disguise. What a peer misses is told beside its time.
Times are those of the processor, so that what else runs on the machine counts less. Run it where `urlextract` or
`linkify-it-py` are installed to see them; peers that are missing are left out.
"""

import hashlib
import importlib
import re
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tutela.core.links import CanonicalLink, EntryKind, LinkBank, LinkEntry, LinkHasher, extract, read

ENTRIES: Final = 1_000_000
ASKED: Final = 20_000
CHUNK: Final = 500
NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
WORDS: Final = "the boat lies at the lake and the garden is green today. We meet there at noon, bring bread"
MESSAGES: Final = {
    "no link": WORDS,
    "a plain link": f"{WORDS} https://www.example.org/a/b?c=d",
    "a bare link": f"{WORDS} example.org/a/b?c=d",
    "a link in disguise": f"{WORDS} hxxps://www[.]example[dot]org/a/b",
    "another script": (
        "\u041b\u043e\u0434\u043a\u0430 \u043d\u0430 \u043e\u0437\u0435\u0440\u0435, "
        "\u0441\u0430\u0434 \u0437\u0435\u043b\u0435\u043d\u044b\u0439. https://example.org/a"
    ),
}
_ENOUGH_US: Final = 3_000_000
_NAIVE: Final = re.compile(r"https?://\S+")

Find = Callable[[str], object]


def run() -> list[dict[str, Any]]:
    """Measure and return rows."""
    return [*_found(), *_asked(), *_stored()]


# ------------------------------------------------------------------------------------------------------------- finding


def _found() -> Iterator[dict[str, Any]]:
    peers = _peers()
    for name, text in MESSAGES.items():
        ours = _median_us(extract, text)
        naive = _median_us(_NAIVE.findall, text)
        told = [f"a plain regex {naive:.1f} us and {len(_NAIVE.findall(text))} found"]
        times = {}
        for peer, find in peers.items():
            times[peer] = _median_us(find, text)
            told.append(f"{peer} {times[peer]:.1f} us and {find(text)} found")
        note = f"{len(extract(text).links)} found; {'; '.join(told)}"
        yield _row(
            f"links: find in {len(text)} signs, {name}", ours, min(times.values(), default=None), "us", note=note
        )
    text = f"{WORDS} " * (1_000_000 // len(WORDS))
    yield _row("links: find in a megabyte of words", _median_us(extract, text, 5) / 1_000, None, "ms")
    text = "https://www.example.org/a/b " * 10_000
    yield _row(
        "links: find among ten thousand links", _median_us(extract, text, 5) / 1_000, None, "ms", note="1,000 are taken"
    )


def _peers() -> dict[str, Find]:
    """Return the peers that are installed, each as its own documentation shows; they say how many they found."""
    found: dict[str, Find] = {}
    try:
        linkify = importlib.import_module("linkify_it").LinkifyIt()
        found["linkify-it-py"] = lambda text: len(linkify.match(text) or ())
    except ImportError:
        pass
    try:
        extractor = importlib.import_module("urlextract").URLExtract()
        found["urlextract"] = lambda text: len(extractor.find_urls(text))
    except (ImportError, OSError):  # it wants to fetch a list when its own is not there
        pass
    return found


# -------------------------------------------------------------------------------------------------------------- asking


def _asked() -> Iterator[dict[str, Any]]:
    bank = LinkBank.of(_entries())
    plain = {f"https://host{n}.example.org/listed/{n}" for n in range(ENTRIES)}
    shapes = {
        "hosts come again": lambda n: f"https://www.site{n % 500}.org/lake/{n}",
        "hosts come again, with a query": lambda n: f"https://www.site{n % 500}.org/lake/{n}?boat={n}",
        "no host comes again": lambda n: f"https://site{n}.org/lake/{n}",
        "no host comes again, with www and a query": lambda n: f"https://www.site{n}.org/lake/{n}?boat={n}",
    }
    for name, shape in shapes.items():
        links = [read(shape(n)) for n in range(ASKED)]
        ours = _us_a_link(bank, links)
        naive = _us_of_a_set(plain, links)
        note = f"hashing included; a set of plain words, which hides nothing, {naive:.2f} us"
        yield _row(f"links: ask 1,000,000 entries, {name}", ours, None, "us", "at most 5", note)
    many = [f"https://www.site{n}.org/lake/{n}?boat={n}" for n in range(2_000)]
    yield _row(
        "links: read one in its one writing", _median_us(lambda links: [*map(read, links)], many) / 2_000, None, "us"
    )


def _entries() -> Iterator[LinkEntry]:
    for n in range(ENTRIES):
        yield LinkEntry(n, _digest(n), EntryKind.URL)


def _digest(n: int) -> bytes:
    return hashlib.blake2b(b"%d" % n, digest_size=16).digest()


def _us_a_link(bank: LinkBank, links: Sequence[CanonicalLink]) -> float:
    hasher = LinkHasher(b"a secret of the benchmark")
    return _by_chunks(links, lambda link: bank.hits(hasher.asked(link), NOW))


def _us_of_a_set(plain: set[str], links: Sequence[CanonicalLink]) -> float:
    return _by_chunks(links, lambda link: (link.href in plain, link.host in plain))


def _by_chunks(links: Sequence[CanonicalLink], ask: Callable[[CanonicalLink], object]) -> float:
    times = []
    for start in range(0, len(links), CHUNK):
        begun = time.process_time()
        for link in links[start : start + CHUNK]:
            ask(link)
        times.append((time.process_time() - begun) * 1_000_000 / CHUNK)
    return statistics.median(times)


# ------------------------------------------------------------------------------------------------------------- storing


def _stored() -> Iterator[dict[str, Any]]:
    begun = time.process_time()
    bank = LinkBank.of(_entries())
    took = time.process_time() - begun
    del bank
    yield _row("links: sort 1,000,000 entries", took, None, "s")
    few = ENTRIES // 10
    ours = _mebibytes(lambda: LinkBank.of(LinkEntry(n, _digest(n), EntryKind.URL) for n in range(few)))
    numbers = _mebibytes(lambda: {int.from_bytes(_digest(n)[:8]): n for n in range(few)})
    words = _mebibytes(lambda: {f"https://host{n}.example.org/listed/{n}" for n in range(few)})
    note = f"by 100,000; a dict of 8-byte numbers to numbers {numbers * 10:.0f}, a set of plain words {words * 10:.0f}"
    yield _row("links: memory of 1,000,000 entries", ours * 10, None, "MiB", note=note)
    hasher = LinkHasher(b"a secret of the benchmark")
    base = LinkBank.of(_entries())
    one = hasher.entry("new", read("example.org"), EntryKind.DOMAIN)
    yield _row("links: add an entry to a million", _median_us(lambda entry: base.changed([entry]), one), None, "us")


def _mebibytes(make: Callable[[], object]) -> float:
    tracemalloc.start()
    kept = make()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size / 2**20


def _median_us(work: Callable[[Any], object], given: Any, times: int = 400) -> float:
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work(given)
        taken.append((time.process_time() - begun) * 1_000_000)
        if sum(taken) > _ENOUGH_US:
            break
    return statistics.median(taken)


def _row(what: str, ours: float, peer: float | None, unit: str, to_reach: str = "-", note: str = "") -> dict[str, Any]:
    return {
        "what": what, "ours": round(ours, 2), "peer": None if peer is None else round(peer, 2), "unit": unit,
        "ratio": None if peer is None else round(peer / ours, 1), "to_reach": to_reach, "note": note,
    }  # fmt: skip
