"""Compare in processes of this machine, which read the hashes from mapped files; see `ports.rescans`."""

import shutil
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tutela.adapters.rescan.comparing import compare
from tutela.adapters.rescan.worker import begin, compare_shard
from tutela.core.matching import Words
from tutela.core.rescans import Met
from tutela.errors import StorageFull, WorkerLost
from tutela.ports.rescans import Block

FEW_MEMBERS = 500
"""So few are compared with a shard in less time than a process takes to start."""

_AHEAD = 2  # shards a process: one being compared, one waiting
_FOLDER = "shards-"


@dataclass(frozen=True, slots=True)
class ProcessExecutor:
    """Compare in *processes* of their own. For one re-scan at a time: what an earlier one left is deleted."""

    folder: Path
    cache: Path  #: for compiled code, so that it is compiled once an installation
    processes: int

    def compare(self, blocks: Sequence[Block], shards: Iterable[Words]) -> Iterator[list[Met]]:
        """Yield, for each shard in order, what it met in each block."""
        if sum(len(block.hashes) for block in blocks) <= FEW_MEMBERS:
            for shard in shards:
                yield [compare(shard, block.hashes, block.max_distance_bits) for block in blocks]
            return
        with self._scratch() as scratch:
            files = [
                (_write(scratch / f"members-{number}.npy", block.hashes), block.max_distance_bits)
                for number, block in enumerate(blocks)
            ]
            pool = ProcessPoolExecutor(self.processes, get_context("spawn"), begin, (files, self.cache))
            try:
                yield from self._pooled(pool, scratch, shards)
            except BrokenProcessPool as error:
                raise WorkerLost(
                    "a process that compared has died, killed or out of memory; what was finished is kept",
                    remedy="Run `tutela rescan --resume`, with fewer --processes or a smaller --shard if memory was "
                    "short.",
                ) from error
            finally:
                pool.shutdown(cancel_futures=True)

    def _pooled(self, pool: ProcessPoolExecutor, scratch: Path, shards: Iterable[Words]) -> Iterator[list[Met]]:
        waiting: deque[tuple[Future[list[Met]], Path]] = deque()
        for number, shard in enumerate(shards):
            path = _write(scratch / f"stored-{number}.npy", shard)
            waiting.append((pool.submit(compare_shard, path), path))
            if len(waiting) >= self.processes * _AHEAD:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for left in self.folder.glob(f"{_FOLDER}*"):
                shutil.rmtree(left, ignore_errors=True)
            scratch = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=self.folder))
        except OSError as error:
            raise _full(self.folder) from error
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _done(future: "Future[list[Met]]", path: Path) -> list[Met]:
    met = future.result()
    path.unlink(missing_ok=True)
    return met


def _write(path: Path, hashes: Words) -> Path:
    try:
        np.save(path, hashes)
    except OSError as error:
        raise _full(path.parent) from error
    return path


def _full(folder: Path) -> StorageFull:
    return StorageFull(
        "the hashes to be compared cannot be written; what was finished is kept",
        place=str(folder),
        remedy="Make room there (32 bytes a hash of the members and of a few shards), then `tutela rescan --resume`.",
    )
