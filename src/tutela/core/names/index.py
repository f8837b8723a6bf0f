"""All names of all banks, looked for in a message at once: a tag for each word with its neighbour, then the whole hash.

Lives in memory and is built anew when names come or go; a hundred thousand names take about half a second and 21 MB.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.core.ids import BankId
from tutela.core.keyed import WHOLE_BYTES, Word, WordKey
from tutela.core.names.entry import MAX_WORDS, EntryId, NameEntry, products_of
from tutela.errors import Misconfigured

MAX_WORDS_LOOKED_AT: Final = 20_000
MAX_COMPARED: Final = 20_000
"""Stored hashes that are compared for one message, after their tag was found in it: an ordinary message takes none."""

MAX_HITS: Final = 1_000

_WORD_BYTES: Final = 16
_TAG_SHIFT: Final = np.uint64(32)
_PRESENT_PER_TAG: Final = 8
"""Places for each tag in the first table, which leaves about one word in ten to be searched for in the sorted one."""

_ROW: Final = np.dtype([("tag", "<u4"), ("whole", f"V{WHOLE_BYTES}")])


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name stands in a text. Alone that means nothing: see `context`."""

    entry_id: EntryId
    bank_id: BankId
    start: int  #: in characters of the original
    end: int
    first_word: int  #: its number in the words that were given
    words: int


@dataclass(frozen=True, slots=True)
class NamesFound:
    """The names in a text, in the order in which they stand there."""

    hits: tuple[NameHit, ...]
    is_complete: bool  #: whether all of the text was looked at


class NameIndex:
    """Names to look for. Never changed: `build` makes another one."""

    __slots__ = ("_entries", "_key", "_owners", "_present", "_shift", "_tags", "_wholes")

    def __init__(
        self, key: WordKey, entries: Sequence[NameEntry], tags: NDArray[np.uint32], wholes: bytes,
        owners: NDArray[np.uint32],
    ) -> None:  # fmt: skip
        """Keep the parts; `build` makes them."""
        self._key, self._entries = key, entries
        self._tags, self._wholes, self._owners = tags, wholes, owners
        bits = min(32, (len(tags) * _PRESENT_PER_TAG).bit_length())
        self._shift, self._present = np.uint64(64 - bits), np.zeros(1 << bits, np.bool_)
        self._present[tags >> np.uint32(32 - bits)] = True

    @classmethod
    def build(cls, entries: Iterable[NameEntry], key: WordKey) -> "NameIndex":
        """Lay all entries out.

        Raises:
            tutela.errors.Misconfigured: One was hashed under another secret, so that it would silently find nothing.
        """
        listed = tuple(entries)
        if any(each.check != key.check for each in listed):
            raise Misconfigured(
                "names were hashed under another secret and would find nothing", place="names",
                remedy="Give the secret that they were imported under, or import them again.",
            )  # fmt: skip
        rows = np.frombuffer(b"".join(variant for each in listed for variant in each.variants), _ROW)
        owners = np.repeat(np.arange(len(listed), dtype=np.uint32), [len(each.variants) for each in listed])
        order = np.argsort(rows["tag"], kind="stable")
        tags = rows["tag"][order].astype(np.uint32)
        return cls(key, listed, tags, rows["whole"][order].tobytes(), owners[order])

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._entries)

    @property
    def memory_bytes(self) -> int:
        """Return what the table takes, without the entries themselves."""
        return self._tags.nbytes + self._present.nbytes + len(self._wholes) + self._owners.nbytes

    def find(self, words: Sequence[Word], at: datetime) -> NamesFound:
        """Return the names in a message that are still to be looked for at a moment.

        Where two ways to write one name overlap, the longer one counts.
        """
        taken = words[:MAX_WORDS_LOOKED_AT]
        if not taken or not len(self._tags):
            return NamesFound((), is_complete=True)
        joined = self._key.words([text for text, _, _ in taken])
        spans: list[tuple[int, int, int]] = []
        is_complete, compared = len(taken) == len(words), 0
        for first, begins, ends in self._tagged(joined):
            compared += ends - begins
            if compared > MAX_COMPARED or len(spans) > MAX_HITS:
                is_complete = False
                break
            spans += [
                (owner, first, size)
                for owner, size in self._same(joined, first, begins, ends)
                if self._entries[owner].ends_at > at
            ]
        return NamesFound(tuple(self._hits(taken, spans)) if spans else (), is_complete)

    def _tagged(self, joined: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield each word from which a name may begin, and the stretch of the table with its tag."""
        products = products_of(joined)
        (possible,) = self._present[
            products >> self._shift
        ].nonzero()  # methods: numpy's functions cost a multiple here
        asked = (products[possible] >> _TAG_SHIFT).astype(np.uint32)
        begins = self._tags.searchsorted(asked)
        (there,) = (self._tags.take(begins, mode="clip") == asked).nonzero()
        count = len(joined) // _WORD_BYTES
        for which in there.tolist():
            end = self._tags.searchsorted(asked[which], side="right")
            yield int(possible[which]) % count, int(begins[which]), int(end)

    def _same(self, joined: bytes, first: int, begins: int, ends: int) -> Iterator[tuple[int, int]]:
        """Yield the owner, and the number of words, of each stored name that begins with a word."""
        start = first * _WORD_BYTES
        sizes = {
            self._key.whole(joined[start : start + size * _WORD_BYTES]): size
            for size in range(1, min(MAX_WORDS, len(joined) // _WORD_BYTES - first) + 1)
        }
        for row in range(begins, ends):
            size = sizes.get(self._wholes[row * WHOLE_BYTES : (row + 1) * WHOLE_BYTES])
            if size is not None:
                yield int(self._owners[row]), size

    def _hits(self, words: Sequence[Word], spans: Iterable[tuple[int, int, int]]) -> list[NameHit]:
        kept: list[tuple[int, int, int]] = []
        for owner, first, size in sorted(set(spans)):
            if kept and kept[-1][0] == owner and first < kept[-1][1] + kept[-1][2]:
                kept[-1] = max(kept[-1], (owner, first, size), key=lambda span: span[2])
            else:
                kept.append((owner, first, size))
        kept.sort(key=lambda span: span[1:])
        return [self._hit(words, *span) for span in kept]

    def _hit(self, words: Sequence[Word], owner: int, first: int, size: int) -> NameHit:
        entry, start, end = self._entries[owner], words[first][1], words[first + size - 1][2]
        return NameHit(entry.entry_id, entry.bank_id, start, end, first, size)
