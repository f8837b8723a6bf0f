"""A bank of links: sorted digests that never change, and beside them the few changes since.

A lookup goes to the one or two digests that begin as the asked one does, and compares all sixteen bytes. A bank is a
value: a change gives another one that shares the sorted part, so that nobody who asks waits for whoever changes. Once
`is_due` says so, `compacted` sorts anew, beside the work.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tutela.core.links.hashing import Asked, EntryKind, LinkEntry, Match
from tutela.core.links.sorted_entries import NEVER, SortedEntries
from tutela.core.units import microseconds_of

_FEW_CHANGES: Final = 10_000
_SHARE_OF_CHANGES: Final = 50

_MEETS: Final = {
    Match.URL: (EntryKind.URL,),
    Match.URL_WITHOUT_QUERY: (EntryKind.URL,),
    Match.HOST: (EntryKind.HOST, EntryKind.DOMAIN),
    Match.DOMAIN: (EntryKind.DOMAIN,),
}


@dataclass(frozen=True, slots=True)
class LinkHit:
    """That a link meets an entry."""

    entry_id: int | str
    match: Match


@dataclass(frozen=True, slots=True)
class LinkBank:
    """Entries that can be asked for."""

    _sorted: SortedEntries = field(default_factory=SortedEntries, repr=False)
    _added: Mapping[bytes, tuple[LinkEntry, ...]] = field(default_factory=dict, repr=False)
    _ids: Mapping[int | str, bytes] = field(default_factory=dict, repr=False)  #: of what was added
    _gone: frozenset[int | str] = frozenset()  #: of what is sorted

    @classmethod
    def of(cls, entries: Iterable[LinkEntry]) -> "LinkBank":
        """Return a bank of *entries*, which are read once."""
        return cls(SortedEntries(entries))

    @property
    def changes(self) -> int:
        """Return how many changes are kept beside what is sorted."""
        return len(self._ids) + len(self._gone)

    @property
    def is_due(self) -> bool:
        """Return whether there are so many changes that it should be sorted anew."""
        return self.changes > max(_FEW_CHANGES, len(self._sorted) // _SHARE_OF_CHANGES)

    def __iter__(self) -> Iterator[LinkEntry]:
        """Yield what is in the bank."""
        yield from (each for each in self._sorted if each.entry_id not in self._gone)
        for entries in self._added.values():
            yield from entries

    def changed(self, added: Collection[LinkEntry] = (), removed: Collection[int | str] = ()) -> "LinkBank":
        """Return the bank after a change; what is added under an id that it has takes the place of the former."""
        going = {*removed, *(each.entry_id for each in added)}
        entries, ids = dict(self._added), dict(self._ids)
        for entry_id in going & ids.keys():
            digest = ids.pop(entry_id)
            entries[digest] = tuple(each for each in entries[digest] if each.entry_id != entry_id)
            if not entries[digest]:
                del entries[digest]
        for each in {each.entry_id: each for each in added}.values():
            entries[each.digest] = (*entries.get(each.digest, ()), each)
            ids[each.entry_id] = each.digest
        return LinkBank(self._sorted, entries, ids, self._gone | going)

    def compacted(self) -> "LinkBank":
        """Return the same bank with everything sorted."""
        return LinkBank.of(self)

    def hits(self, asked: Collection[Asked], at: datetime) -> tuple[LinkHit, ...]:
        """Return the entries that a link meets at a moment, the closest first; what has ended by then is none of them.

        Args:
            asked: As `LinkHasher` says it of the link.
            at: The present.
        """
        places = self._sorted.find(asked)
        added = self._added
        if not places and (not added or added.keys().isdisjoint([each[1] for each in asked])):
            return ()
        at_us = microseconds_of(at)
        found: dict[int | str, LinkHit] = {}
        for hit in sorted((*self._met(places, at_us), *self._met_of_added(asked, at_us)), key=_closeness):
            found.setdefault(hit.entry_id, hit)
        return tuple(found.values())

    def _met(self, places: Iterable[tuple[Asked, int]], at_us: int) -> Iterator[LinkHit]:
        stored = self._sorted
        for asked, number in places:
            entry_id = stored.id_of(number)
            if at_us < stored.end_us_of(number) and entry_id not in self._gone:
                yield from _hit(asked, entry_id, stored.kind_of(number))

    def _met_of_added(self, asked: Iterable[Asked], at_us: int) -> Iterator[LinkHit]:
        for each in asked:
            for entry in self._added.get(each[1], ()):
                if at_us < (NEVER if entry.ends_at is None else microseconds_of(entry.ends_at)):
                    yield from _hit(each, entry.entry_id, entry.kind)


def _hit(asked: Asked, entry_id: int | str, kind: EntryKind) -> Iterator[LinkHit]:
    match = asked[2]
    if kind in _MEETS[match]:
        # A domain meets its own host too: what counts is what the entry reaches.
        yield LinkHit(entry_id, Match.DOMAIN if kind is EntryKind.DOMAIN else match)


def _closeness(hit: LinkHit) -> Match:
    return hit.match
