"""Keep an index in a file between starts. The database stays the truth: whatever is doubtful is built anew from it."""

import ctypes
import math
import time

import structlog

from tutela.adapters.index.files import Unusable
from tutela.adapters.index.folder import GRACE_SECONDS, SegmentFolder
from tutela.adapters.index.manifest import Manifest
from tutela.adapters.index.plain import PlainIndex
from tutela.adapters.index.segment import Segment
from tutela.errors import StorageFull
from tutela.ports.index import FeedHistory

_LEAST_CHANGES = 4096  # fewer come from the database in a few hundredths of a second
_CHANGED_SHARE = 50
_MANY_SEQS = 200_000  # rows that are none of ours are passed over at a start, but not for nothing

_log = structlog.get_logger(__name__)


class IndexKeeper:
    """Save one index when much has changed, and open it again at the next start. For one thread at a time."""

    def __init__(self, index: PlainIndex, folder: SegmentFolder, history: FeedHistory) -> None:
        """Keep *index*, whose feed has *history*, in *folder*."""
        self._index, self._folder, self._history = index, folder, history
        self._saved: Segment | None = None
        self._saved_seq = 0
        self._saved_changes = 0
        self._is_unusable = False
        self._sweep_at = time.monotonic() + GRACE_SECONDS

    def restore(self) -> bool:
        """Open what was saved and return whether there was something to answer from; the rest comes from the feed."""
        tried: Manifest | None = None
        try:
            while (manifest := self._folder.manifest()) is not None:
                try:
                    return self._open(manifest)
                except Unusable:
                    if manifest == tried:
                        raise
                    tried = manifest  # once more: another process may have replaced it while it was opened
        except Unusable as error:
            self._is_unusable = True
            _log.warning("index_file_discarded", index=self._folder.name, reason=str(error))
        return False

    def save(self, *, is_closing: bool = False) -> bool:
        """Save the index if enough has changed and no other process is saving; return whether it was saved.

        Raises:
            tutela.errors.StorageFull: The file could not be written. What was saved before stays in force.
        """
        is_due, is_sweep_due = self._is_due(is_closing=is_closing), time.monotonic() >= self._sweep_at
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

    def _open(self, manifest: Manifest) -> bool:
        if not self._history.has(manifest.mark):
            raise Unusable("another history")
        segment = self._folder.open(manifest)
        if not self._index.restore(segment, seq=manifest.mark.seq):
            return False
        self._note(segment, manifest.mark.seq, self._index.changes)
        return True

    def _is_due(self, *, is_closing: bool) -> bool:
        seq = self._index.built_to_seq
        if seq < 0:
            return False
        changed = self._index.changes - self._saved_changes
        share = 0 if is_closing else len(self._index) // _CHANGED_SHARE
        return self._is_unusable or changed >= max(_LEAST_CHANGES, share) or seq - self._saved_seq >= _MANY_SEQS

    def _save(self) -> bool:
        in_force = self._in_force()
        if in_force is not None and in_force.mark.seq > self._index.built_to_seq:
            return False  # another process has saved more
        segment, seq, changes = self._index.frozen()
        mark = self._history.mark(seq)
        if in_force is not None and segment is self._saved and in_force.mark.seq == self._saved_seq:
            self._folder.move_mark(in_force, mark)
        else:
            mapped = self._folder.put(segment, mark)
            self._index.adopt(segment, mapped)
            _give_memory_back()
            segment, self._sweep_at = mapped, time.monotonic() + GRACE_SECONDS
        self._note(segment, seq, changes)
        return True

    def _in_force(self) -> Manifest | None:
        """Return what another start would open, None when it would be discarded."""
        if self._is_unusable:
            return None
        try:
            manifest = self._folder.manifest()
        except Unusable:
            return None
        return manifest if manifest is not None and self._history.has(manifest.mark) else None

    def _note(self, segment: Segment, seq: int, changes: int) -> None:
        self._saved, self._saved_seq, self._saved_changes = segment, seq, changes
        self._is_unusable = False


def _give_memory_back() -> None:
    """Return freed pages to the system: glibc keeps 70 MB of what a million entries took, between small objects."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
