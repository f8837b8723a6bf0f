"""One process that compares: opens the members once, then a shard after the other, all mapped from files."""

import os
import signal
import threading
from multiprocessing import parent_process
from pathlib import Path

import numpy as np

from tutela.adapters.rescan.comparing import compare
from tutela.core.matching import Words
from tutela.core.rescans import Met

_blocks: list[tuple[Words, int]] = []


def begin(blocks: list[tuple[Path, int]], cache: Path) -> None:
    """Set this process up; *blocks* are files of members with their distance, *cache* is for compiled code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers in order
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ["NUMBA_CACHE_DIR"] = str(cache)
    _blocks[:] = [(mapped(path), bits) for path, bits in blocks]


def compare_shard(path: Path) -> list[Met]:
    """Return what the shard in a file met in each block."""
    shard = mapped(path)
    return [compare(shard, members, bits) for members, bits in _blocks]


def mapped(path: Path) -> Words:
    """Return hashes as they lie in a file."""
    opened: Words = np.load(path, mmap_mode="r").view(np.ndarray)
    return opened


def _end_with_parent() -> None:
    """End at once when the parent is gone: a killed one cannot tell its workers, and they would wait for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
