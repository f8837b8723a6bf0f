"""Known texts laid out as columns: about 205 bytes each, whatever their length. Nothing of it can be read as text.

Eight of the pieces of each text lead to it; what they lead to is compared with all that are kept. Since a comparison
is cheap, one common piece is enough to be compared: of texts that a message holds a share *c* of, (1 - c)^8 are
overlooked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutela.core.similar.shingles import MIN_SHINGLES
from tutela.core.similar.sketch import SKETCH, Sketch
from tutela.errors import Misconfigured

LEADING: Final = 8
"""Pieces that lead to a text."""

MAX_LED_TO: Final = 128
"""Texts that one piece leads to; of a phrase that more have among their eight, the first ones."""

MAX_CANDIDATES: Final = 256
"""Texts that are compared with one message: those that most pieces lead to."""

MAX_LED: Final = 65_536
"""Times that the pieces of one message lead to texts; of a longer message those count first that lead to few."""

EntryId: TypeAlias = int | str
Rows: TypeAlias = NDArray[np.int64]
_PADDING: Final = b"\xff"
_TABLE_BITS: Final = 16
_TABLE_MASK: Final = np.uint32((1 << _TABLE_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Columns:
    """Known texts by row. The arrays may be mapped from files; none is ever written to."""

    kept: NDArray[np.uint32]  #: 32 a row, in ascending order, then padding
    shingles: NDArray[np.uint32]  #: how many different pieces each text has
    wholes: NDArray[np.uint64]  #: in ascending order
    by_whole: NDArray[np.uint32]  #: the row of each
    leading: NDArray[np.uint32]  #: pieces that lead to texts, in ascending order
    led_to: NDArray[np.uint32]  #: the row of each
    entry_ids: Sequence[EntryId]

    @classmethod
    def of(cls, texts: Iterable[tuple[EntryId, Sketch]], check: bytes) -> "Columns":
        """Lay texts out.

        Raises:
            tutela.errors.Misconfigured: One was made under another secret, so that it would silently find nothing.
        """
        entry_ids: list[EntryId] = []
        kept, sizes, wholes = [], [], []
        for entry_id, sketch in texts:
            if sketch.check != check:
                raise Misconfigured("known texts were made under another secret and would find nothing", place="texts")
            entry_ids.append(entry_id)
            kept.append(sketch.kept.ljust(4 * SKETCH, _PADDING))
            sizes.append(sketch.shingles)
            wholes.append(sketch.whole)
        rows = np.frombuffer(b"".join(kept), "<u4").astype(np.uint32, copy=False).reshape(-1, SKETCH)
        return cls.laid_out(rows, np.array(sizes, np.uint32), np.array(wholes, np.uint64), entry_ids)

    @classmethod
    def laid_out(
        cls, kept: NDArray[np.uint32], shingles: NDArray[np.uint32], wholes: NDArray[np.uint64],
        entry_ids: Sequence[EntryId],
    ) -> "Columns":  # fmt: skip
        """Make the orders that are searched in; some two seconds for a million texts."""
        by_whole = np.argsort(wholes, kind="stable")
        long = np.flatnonzero(shingles >= MIN_SHINGLES).astype(np.uint32)
        is_there = np.arange(LEADING) < shingles[long, np.newaxis]
        leading, led_to = kept[long, :LEADING][is_there], np.repeat(long, is_there.sum(axis=1))
        order = np.argsort(leading, kind="stable")  # and so by row where several texts share a piece
        whole_order = (wholes[by_whole], by_whole.astype(np.uint32))
        return cls(kept, shingles, *whole_order, leading[order], led_to[order], entry_ids)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.shingles)

    @property
    def memory_bytes(self) -> int:
        """Return what the arrays take, without the identifiers."""
        arrays = (self.kept, self.shingles, self.wholes, self.by_whole, self.leading, self.led_to)
        return sum(array.nbytes for array in arrays)

    def only(self, rows: Rows) -> "Columns":
        """Return some of the texts, in the order of *rows*."""
        ids = [self.entry_ids[row] for row in rows.tolist()]
        return Columns.laid_out(self.kept[rows], self.shingles[rows], self.wholes_by_row()[rows], ids)

    def wholes_by_row(self) -> NDArray[np.uint64]:
        """Return the whole of each text."""
        wholes = np.empty(len(self), np.uint64)
        wholes[self.by_whole] = self.wholes
        return wholes

    def same(self, whole: int) -> Rows:
        """Return the texts that are the same as a whole."""
        asked = np.array([whole], np.uint64)
        begin, end = int(self.wholes.searchsorted(asked)[0]), int(self.wholes.searchsorted(asked, side="right")[0])
        return self.by_whole[begin : min(end, begin + MAX_LED_TO)].astype(np.int64)

    def candidates(self, pieces: NDArray[np.uint32]) -> tuple[Rows, bool]:
        """Return the texts to compare with a message that has these pieces, and whether none was left out."""
        begins = self.leading.searchsorted(pieces)
        widths = np.minimum(self.leading.searchsorted(pieces, side="right") - begins, MAX_LED_TO)
        is_all = int(widths.sum()) <= MAX_LED
        there = _rarest(widths)
        begins, widths = begins[there], widths[there]
        places = np.repeat(begins - (widths.cumsum() - widths), widths) + np.arange(int(widths.sum()))
        rows, counts = np.unique(self.led_to[places], return_counts=True)
        if len(rows) <= MAX_CANDIDATES:
            return rows.astype(np.int64), is_all
        best = np.argsort(-counts, kind="stable")[:MAX_CANDIDATES]
        return rows[best].astype(np.int64), False

    def at_most(self, rows: Rows, pieces: NDArray[np.uint32]) -> Rows:
        """Return how many kept pieces of each row a message can have: told by 16 bits of each, ten times as fast."""
        table = np.zeros(1 << _TABLE_BITS, np.bool_)
        table[pieces & _TABLE_MASK] = True
        counts: Rows = table[self.kept[rows] & _TABLE_MASK].sum(axis=1)
        return counts

    def common(self, rows: Rows, pieces: NDArray[np.uint32]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return which kept pieces of each row a message has, and the number of each among the message's pieces."""
        kept = self.kept[rows]
        places = np.minimum(pieces.searchsorted(kept), len(pieces) - 1)
        is_there = np.arange(SKETCH) < self.shingles[rows, np.newaxis]
        return (pieces[places] == kept) & is_there, places


def _rarest(widths: Rows) -> Rows:
    """Return the pieces that lead anywhere; where all of them lead too far, those that lead to few."""
    there: Rows = widths.nonzero()[0]
    if int(widths.sum()) <= MAX_LED:
        return there
    ordered: Rows = there[np.argsort(widths[there], kind="stable")]
    return ordered[widths[ordered].cumsum() <= MAX_LED]


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the texts of all parts, in their order."""
    kept = np.concatenate([part.kept for part in parts])
    shingles = np.concatenate([part.shingles for part in parts])
    wholes = np.concatenate([part.wholes_by_row() for part in parts])
    return Columns.laid_out(kept, shingles, wholes, [each for part in parts for each in part.entry_ids])
