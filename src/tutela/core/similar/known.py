"""Known texts, looked for in a message: the same, edited, or inside a longer one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tutela.core.keyed import Word
from tutela.core.similar.columns import Columns, EntryId, Rows, joined
from tutela.core.similar.shingles import SHINGLE_WORDS, Shingled
from tutela.core.similar.sketch import SKETCH, Sketch, upper

AT_LEAST: Final = 0.5
"""The share of a known text that a message has to hold, where a bank says nothing else."""

MIN_COMMON: Final = 4
"""Pieces that have to be common, whatever the share: one usual phrase of five words has three."""

MAX_MATCHES: Final = 16


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A known text is in a message, whole or in parts."""

    entry_id: EntryId
    contained: float  #: how much of the known text the message holds, 0 to 1
    likeness: float  #: how much of both is common to both (Jaccard), 0 to 1
    start: int  #: from the first piece that is common to the end of the last, in characters of the original
    end: int


@dataclass(frozen=True, slots=True)
class TextsFound:
    """The best matches of a message, the best first."""

    matches: tuple[TextMatch, ...]
    is_complete: bool  #: whether all of the message was looked at, and all that could match was compared


@dataclass(frozen=True, slots=True)
class KnownTexts:
    """All known texts: a large part that no longer changes, and a small one with what came since. Never changed."""

    check: bytes  #: of the key that all were made by
    base: Columns
    tail: Columns
    gone: frozenset[EntryId] = frozenset()  #: no longer of the base: taken out, or put in anew

    @classmethod
    def build(cls, texts: Iterable[tuple[EntryId, Sketch]], check: bytes) -> "KnownTexts":
        """Lay texts out; some six seconds for a million.

        Raises:
            tutela.errors.Misconfigured: One was made under another secret.
        """
        return cls(check, Columns.of(texts, check), Columns.of((), check))

    def changed(self, added: Iterable[tuple[EntryId, Sketch]], removed: Iterable[EntryId] = ()) -> "KnownTexts":
        """Return them with some put in, or put in place of those of the same identifier, and some taken out.

        Takes as long as what came since `build` or `settled` is large: a millisecond or two for a thousand.
        """
        latest = dict(added)
        leaving = {*latest, *removed}
        staying = [row for row, entry_id in enumerate(self.tail.entry_ids) if entry_id not in leaving]
        tail = joined([self.tail.only(np.array(staying, np.int64)), Columns.of(latest.items(), self.check)])
        return KnownTexts(self.check, self.base, tail, self.gone | leaving)

    def settled(self) -> "KnownTexts":
        """Return the same texts in one part; some seconds for a million."""
        rows = np.array([row for row, each in enumerate(self.base.entry_ids) if each not in self.gone], np.int64)
        base = self.base if not self.gone else self.base.only(rows)
        return KnownTexts(self.check, joined([base, self.tail]), self.tail.only(np.empty(0, np.int64)))

    def find(self, text: Shingled, words: Sequence[Word], *, at_least: float = AT_LEAST) -> TextsFound:
        """Return the known texts that a message holds.

        Args:
            text: Its pieces, made by the key of the known texts.
            words: The words that they were made of.
            at_least: The share of a known text that it has to hold. Short ones have to be the same as a whole.
        """
        if not text.words:
            return TextsFound((), is_complete=text.is_complete)
        matches, is_complete = [], text.is_complete
        for part, gone in ((self.base, self.gone), (self.tail, frozenset())):
            found, is_all = _found(part, text, words, at_least)
            matches += [match for match in found if match.entry_id not in gone]
            is_complete &= is_all
        matches.sort(key=lambda match: (-match.contained, -match.likeness))
        return TextsFound(tuple(matches[:MAX_MATCHES]), is_complete and len(matches) <= MAX_MATCHES)


def _found(part: Columns, text: Shingled, words: Sequence[Word], at_least: float) -> tuple[Iterable[TextMatch], bool]:
    if not len(part):
        return (), True
    same = part.same(text.whole)
    whole = [TextMatch(part.entry_ids[row], 1.0, 1.0, words[0][1], words[text.words - 1][2]) for row in same.tolist()]
    if text.is_short:
        return whole, True
    rows, is_all = part.candidates(upper(text))
    rows = rows[~np.isin(rows, same)] if len(same) else rows
    return (*whole, *_like(part, rows, text, words, at_least)), is_all


def _like(part: Columns, rows: Rows, text: Shingled, words: Sequence[Word], at_least: float) -> Iterator[TextMatch]:
    """Yield which of some texts are alike."""
    pieces = upper(text)
    enough = np.maximum(MIN_COMMON, at_least * np.minimum(part.shingles[rows], SKETCH) - 1e-6)
    rows = rows[part.at_most(rows, pieces) >= enough]
    is_common, places = part.common(rows, pieces)
    counts, sizes = is_common.sum(axis=1), part.shingles[rows].astype(np.int64)
    shares = counts / np.minimum(sizes, SKETCH)
    for which in np.flatnonzero((counts >= MIN_COMMON) & (shares >= at_least)).tolist():
        share, size = float(shares[which]), int(sizes[which])
        common = share * size
        begins = text.firsts[places[which][is_common[which]]]
        yield TextMatch(
            part.entry_ids[int(rows[which])],
            share,
            min(1.0, common / (size + len(text.hashes) - common)),
            words[int(begins.min())][1],
            words[int(begins.max()) + SHINGLE_WORDS - 1][2],
        )
