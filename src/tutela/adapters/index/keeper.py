"""Keep an index in files: open them, follow what other processes save, save and merge segments, look for damage.

The database stays the truth: whatever is doubtful is built anew from it. Only who holds the folder's lock writes, so
one process at a time saves and merges for all of them, and readers never wait.
"""

import ctypes
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

import structlog

from tutela.adapters.index.files import Unusable
from tutela.adapters.index.folder import GRACE_SECONDS, SegmentFolder, Stamp
from tutela.adapters.index.live import LiveIndex
from tutela.adapters.index.manifest import Manifest, SavedSegment
from tutela.adapters.index.parts import NO_NUMBERS, Part, merged, settled
from tutela.adapters.index.probing import MAX_ENTRIES, Damaged
from tutela.adapters.index.scrub import STEP_BLOCKS, Scrub
from tutela.errors import StorageFull
from tutela.ports.index import FeedHistory, IndexState

LEAST_CHANGES = 4096
"""Fewer come from the database in a few hundredths of a second."""

MANY_SEQS = 200_000
"""Rows that are none of ours are passed over at a start, but not for nothing."""

MERGE_RATIO = 4
"""Each segment holds this many times what all newer ones hold together, so that five hold ten million."""

DEAD_SHARE = 4
"""A segment of which one part in so many was taken out is written anew."""

_log = structlog.get_logger(__name__)


class _Overtaken(Exception):  # noqa: N818  # never shown: the save is given up, and the next one begins anew
    """What was being saved is not in force any more."""


class IndexKeeper:
    """Keep one index in one folder: `save` and `scrub` are for one thread, `follow` for any."""

    def __init__(self, index: LiveIndex, folder: SegmentFolder, history: FeedHistory) -> None:
        """Keep *index*, whose feed has *history*, in *folder*."""
        self._index, self._folder, self._history = index, folder, history
        self._in_force: Manifest | None = None  # as it was last adopted or published here
        self._stamp: Stamp | None = None
        self._scrub = Scrub()
        self._damaged = 0
        self._is_unusable = False
        self._moving = Lock()  # while what is in force changes; merging and writing go on without it
        self._sweep_at = time.monotonic() + GRACE_SECONDS

    def state(self) -> IndexState:
        """Return what the index is made of, and how its files are."""
        return replace(self._index.state(), scrubbed_at=self._scrub.ended_at, damaged=self._damaged)

    def restore(self) -> bool:
        """Open what was saved and return whether there was something to answer from; the rest comes from the feed."""
        tried: Manifest | None = None
        try:
            while True:
                stamp = self._folder.stamp()  # before the manifest: what is published after it is followed
                if (manifest := self._folder.manifest()) is None:
                    return False
                try:
                    return self._open(manifest, stamp)
                except Unusable:
                    if manifest == tried:
                        raise
                    tried = manifest  # once more: another process may have replaced it while it was opened
        except Unusable as error:
            self._is_unusable = True
            _log.warning("index_file_discarded", index=self._folder.name, reason=str(error))
        return False

    def follow(self) -> bool:
        """Answer from what another process has saved since; return whether anything was taken over."""
        if self._folder.stamp() == self._stamp or not self._moving.acquire(blocking=False):
            return False
        try:
            return self._follow(self._folder.stamp())
        except Damaged:
            self._index.forget()
            return False
        except Unusable as error:
            if not self._is_unusable:  # said once; the next save replaces it
                self._is_unusable = True
                _log.warning("index_file_passed_over", index=self._folder.name, reason=str(error))
            return False
        finally:
            self._moving.release()

    def _follow(self, stamp: Stamp | None) -> bool:
        generation = self._index.generation
        manifest = None if stamp is None else self._folder.manifest()
        if manifest is None:
            # Withdrawn, by whoever found damage: what we hold of it is not to be trusted either.
            was_in_force, self._in_force, self._stamp = self._in_force, None, None
            if was_in_force is not None:
                self._index.forget()
            return was_in_force is not None
        if not self._history.has(manifest.mark):
            return False
        if manifest != self._in_force:
            parts = self._parts_of(manifest)
            if not self._index.adopt(parts, seq=manifest.mark.seq, generation=generation):
                return False  # it is tried again when one of both has moved on
        self._in_force, self._stamp, self._is_unusable = manifest, stamp, False
        return True

    def save(self) -> bool:
        """Save and merge what is due, if no other process is at it; return whether anything was saved.

        Raises:
            tutela.errors.StorageFull: A file could not be written. What was saved before stays in force.
        """
        self.follow()
        is_due, is_sweep_due = self._is_due(), time.monotonic() >= self._sweep_at
        if not is_due and not is_sweep_due:
            return False
        try:
            with self._folder.locked() as is_ours:
                if is_ours and is_sweep_due:
                    self._folder.sweep()
                    self._sweep_at = math.inf
                return is_ours and is_due and self._save()
        except OSError as error:
            raise StorageFull(
                "the index could not be saved", remedy="It is built from the database instead."
            ) from error

    def scrub(self) -> bool:
        """Compare some more blocks of the files in force with their checksums; False when one is damaged.

        Then nothing is in force any more, and this index answers nothing until it is built anew. Other processes see
        by `follow` that the manifest is gone, and do the same.
        """
        place = self._scrub.next(() if self._in_force is None else self._in_force.segments)
        if place is None:
            return True
        saved, first = place
        if self._folder.is_whole(saved, first, STEP_BLOCKS):
            self._scrub.passed(saved)
            return True
        self._scrub.skip()
        if not self._folder.has(saved.file):
            return True  # replaced and swept meanwhile
        self._found_damage(saved)
        return False

    def _found_damage(self, saved: SavedSegment) -> None:
        self._damaged += 1
        _log.error("index_block_damaged", index=self._folder.name, segment=saved.file)
        with self._moving:
            self._index.forget()  # first of all, whatever the disk says to the rest
            self._stamp = self._in_force = None
            try:
                self._folder.withdraw(saved.file)
            except OSError:
                _log.warning("index_file_not_withdrawn", index=self._folder.name, segment=saved.file)

    def _open(self, manifest: Manifest, stamp: Stamp | None) -> bool:
        if not self._history.has(manifest.mark):
            raise Unusable("another history")
        try:
            if not self._index.restore(self._parts_of(manifest), seq=manifest.mark.seq):
                return False
        except Damaged as error:
            raise Unusable("a segment is damaged") from error
        self._in_force, self._stamp, self._is_unusable = manifest, stamp, False
        return True

    def _parts_of(self, manifest: Manifest) -> list[Part]:
        """Open the files of *manifest*, those that are open already not again."""
        there = {part.file: part.segment for part in self._index.parts if part.file is not None}
        return [
            Part(there.get(saved.file) or self._folder.open(saved), saved.up_to_seq, NO_NUMBERS, saved.file)
            for saved in manifest.segments
        ]

    def _is_due(self) -> bool:
        if self._index.built_to_seq < 0:
            return False
        parts = self._index.parts
        return (
            self._must_settle() or any(part.file is None for part in parts) or self._first_to_merge(parts) < len(parts)
        )

    def _must_settle(self) -> bool:
        """Return whether there is enough in the tail, or the mark is so old, that a start would notice."""
        saved_seq = 0 if self._in_force is None else self._in_force.mark.seq
        is_old = bool(self._index.parts) and self._index.built_to_seq - saved_seq >= MANY_SEQS
        return self._is_unusable or is_old or self._index.tail_changes >= LEAST_CHANGES

    def _save(self) -> bool:
        self.follow()
        generation, stamp = self._index.generation, self._folder.stamp()
        in_force = self._readable()
        if in_force is not None and in_force.mark.seq > self._index.built_to_seq:
            return False  # another process has saved more
        if self._must_settle():
            self._index.settle()
        try:
            parts = self._merged(self._index.parts, generation)
            written = [self._written(part) for part in parts]
            return bool(parts) and self._put_in_force(written, generation, stamp)
        except _Overtaken:
            return False
        except Damaged:
            self._index.forget()
            return False

    def _put_in_force(self, written: Sequence[tuple[Part, SavedSegment]], generation: int, stamp: Stamp | None) -> bool:
        """Publish what was written, if nobody has found damage since *generation* and *stamp* were read.

        What was merged meanwhile may come from the damaged file: with a checksum of its own it would never be found.
        """
        seq = written[-1][0].up_to_seq
        manifest = Manifest(self._history.mark(seq), tuple(saved for _, saved in written))
        with self._moving:
            if self._index.generation != generation or self._folder.stamp() != stamp:
                return False
            self._folder.publish(manifest)
            self._index.adopt([part for part, _ in written], seq=seq, generation=generation)
            self._in_force, self._stamp, self._is_unusable = manifest, self._folder.stamp(), False
        _give_memory_back()
        self._sweep_at = time.monotonic() + GRACE_SECONDS
        return True

    def _readable(self) -> Manifest | None:
        """Return what another start would open, None when it would be discarded."""
        if self._is_unusable:
            return None
        try:
            manifest = self._folder.manifest()
        except Unusable:
            return None
        return manifest if manifest is not None and self._history.has(manifest.mark) else None

    def _merged(self, parts: Sequence[Part], generation: int) -> list[Part]:
        """Return the parts, those merged that are due: in memory first, so that a full disk leaves few segments too."""
        parts = settled(parts)
        first = self._first_to_merge(parts)
        if first >= len(parts):
            return list(parts)
        # A damaged block must not be copied into a file with a checksum that fits it.
        if not all(self._is_whole(part) for part in parts[first:]):
            return []
        segment = merged(parts[:first], parts[first:], self._index.native.kernels)
        part = Part(segment, parts[-1].up_to_seq, NO_NUMBERS)
        if not self._index.adopt([*parts[:first], part], seq=part.up_to_seq, generation=generation):
            raise _Overtaken
        return [*parts[:first], part]

    def _is_whole(self, part: Part) -> bool:
        saved = self._saved_as(part)
        if saved is None and part.file is not None:
            raise _Overtaken
        if saved is None or self._folder.is_whole(saved, 0, len(saved.checksums)) or not self._folder.has(saved.file):
            return True
        self._found_damage(saved)
        return False

    def _first_to_merge(self, parts: Sequence[Part]) -> int:
        """Return from which part on all are made one; their number when none is due."""
        first, newer = len(parts), 0
        if any(len(part.dead) > LEAST_CHANGES for part in parts):
            parts = settled(parts)  # what only the tail has taken out so far stays in any segment
        for number in range(len(parts) - 1, -1, -1):
            count = len(parts[number].segment)
            if count + newer > MAX_ENTRIES:
                break
            is_small = number < len(parts) - 1 and count < MERGE_RATIO * newer
            is_dead = len(parts[number].dead) > max(LEAST_CHANGES, count // DEAD_SHARE)
            is_lost = not self._folder.has(parts[number].file)
            if is_small or is_dead or is_lost:
                first = number
            newer += count
        return first

    def _written(self, part: Part) -> tuple[Part, SavedSegment]:
        saved = self._saved_as(part)
        if saved is None and part.file is not None:
            raise _Overtaken  # a file that is not in force any more must not come back under another name
        if saved is None:
            saved = self._folder.write(part.segment, part.up_to_seq)
            part = Part(self._folder.open(saved), part.up_to_seq, NO_NUMBERS, saved.file)
        return part, replace(saved, up_to_seq=part.up_to_seq)

    def _saved_as(self, part: Part) -> SavedSegment | None:
        """Return what is known of the file of a part; None while it is only in memory."""
        segments = () if self._in_force is None else self._in_force.segments
        return next((saved for saved in segments if saved.file == part.file), None)


def _give_memory_back() -> None:
    """Return freed pages to the system: glibc keeps 70 MB of what a million entries took, between small objects."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
