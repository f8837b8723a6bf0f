"""How far the comparison of all files with their checksums has come: round and round, some blocks at a time."""

import time
from collections.abc import Sequence

from tutela.adapters.index.manifest import SavedSegment

STEP_BLOCKS = 32
"""Blocks of a megabyte that one step compares."""


class Scrub:
    """The place that is next, over files that come and go."""

    def __init__(self) -> None:
        """Begin with whatever file is asked about first."""
        self.ended_at: float | None = None  #: Unix seconds when all files had last been compared, whole
        self._file = ""
        self._block = 0
        self._done: set[str] = set()

    def next(self, segments: Sequence[SavedSegment]) -> tuple[SavedSegment, int] | None:
        """Return the file to go on with and the block to begin at; None when there is no file."""
        if not segments:
            return None
        by_name = {saved.file: saved for saved in segments}
        if self._file not in by_name:
            self._begin(segments)
        return by_name[self._file], self._block

    def passed(self, saved: SavedSegment) -> None:
        """Note that a step found nothing wrong."""
        self._block += STEP_BLOCKS
        if self._block >= len(saved.checksums):
            self._done.add(saved.file)
            self._file = ""

    def skip(self) -> None:
        """Leave the file at hand: it was replaced, or found to be damaged."""
        self._file = ""

    def _begin(self, segments: Sequence[SavedSegment]) -> None:
        waiting = [saved.file for saved in segments if saved.file not in self._done]
        if not waiting:
            self.ended_at, self._done = time.time(), set()
            waiting = [saved.file for saved in segments]
        self._file, self._block = waiting[0], 0
