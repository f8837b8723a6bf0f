"""Processes that compare: in order, out of mapped files, and loud when one dies or the disk is full."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tutela.adapters.rescan.guard import FileGuard
from tutela.adapters.rescan.processes import FEW_MEMBERS, ProcessExecutor
from tutela.core.matching import Words
from tutela.core.rescans import Met, compare_plainly
from tutela.errors import Conflict, StorageFull, WorkerLost
from tutela.ports.rescans import Block

rng = np.random.default_rng(5)


def words(count: int) -> Words:
    """Make hashes that have nothing in common."""
    return rng.integers(0, 2**64, (count, 4), dtype=np.uint64)


@pytest.fixture
def executor(tmp_path: Path) -> ProcessExecutor:
    """Return what compares in a process of its own, and has two shards in hand."""
    return ProcessExecutor(tmp_path / "rescan", tmp_path / "cache", 1)


@contextmanager
def files_limited_to(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow further, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def same(left: list[Met], right: list[Met]) -> bool:
    """Compare answers."""
    return len(left) == len(right) and all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for a, b in zip(left, right, strict=True)
        for name in Met.__slots__
    )


@pytest.mark.parametrize("members", [20, FEW_MEMBERS + 1, 30_000])
def test_shards_are_answered_in_order_with_what_each_met_in_each_block(executor: ProcessExecutor, members: int) -> None:
    """In this process, plainly in others, and compiled in others; nothing is left in the folder."""
    blocks = [Block(words(members), 31), Block(words(8), 60)]
    shards = [np.concatenate([words(7000), blocks[n % 2].hashes[n : n + 2]]) for n in range(7)]

    found = list(executor.compare(blocks, iter(shards)))

    expected = [[compare_plainly(s[-2000:], b.hashes, b.max_distance_bits) for b in blocks] for s in shards]
    counted = [[each.pairs for each in met] for met in found]
    assert counted == [[each.pairs for each in met] for met in expected]
    assert [sum(row) for row in counted] == [2] * 7
    assert not executor.folder.exists() or not list(executor.folder.iterdir())


def test_shards_are_taken_only_a_few_ahead(executor: ProcessExecutor) -> None:
    """What is stored by the million is never in the folder at once."""
    taken: list[int] = []

    def shards() -> Iterator[Words]:
        for number in range(20):
            taken.append(number)
            yield words(10)

    answers = executor.compare([Block(words(FEW_MEMBERS + 1), 31)], shards())
    next(answers)

    assert len(taken) <= 3
    answers.close()  # type: ignore[attr-defined]  # a generator


def test_a_dying_process_is_an_error_that_names_what_to_do(executor: ProcessExecutor) -> None:
    """What was yielded before stays true; nothing is left in the folder."""
    met = []

    def shards() -> Iterator[Words]:
        for number in range(50):
            if number == 10:
                [child, *_] = _children()
                os.kill(child, signal.SIGKILL)
            yield words(100)

    with pytest.raises(WorkerLost, match="--resume"):
        met.extend(executor.compare([Block(words(FEW_MEMBERS + 1), 31)], shards()))

    assert 0 < len(met) < 50
    assert list(executor.folder.iterdir()) == []


def _children() -> list[int]:
    """Return the workers, without the tracker of the interpreter's own."""
    found = map(int, Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_full_disk_is_named_with_the_folder_and_what_to_do(executor: ProcessExecutor) -> None:
    """Nothing half-written is compared, and nothing is left."""
    with files_limited_to(4096), pytest.raises(StorageFull, match=r"Make room there .*--resume") as error:
        list(executor.compare([Block(words(FEW_MEMBERS + 1), 31)], iter([words(10)])))

    assert error.value.place
    assert error.value.place.startswith(str(executor.folder))
    assert list(executor.folder.iterdir()) == []


def test_what_a_killed_one_left_is_cleared_away(executor: ProcessExecutor) -> None:
    """Its files would fill the disk one kill after the other."""
    left = executor.folder / "shards-left"
    left.mkdir(parents=True)
    (left / "stored-0.npy").write_bytes(b"x")

    list(executor.compare([Block(words(FEW_MEMBERS + 1), 31)], iter([words(10)])))

    assert list(executor.folder.iterdir()) == []


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    """The second is refused; after the first has let go it gets in."""
    first, second = FileGuard(tmp_path / "lock", "the first"), FileGuard(tmp_path / "lock", "the second")
    first.take()

    with pytest.raises(Conflict, match="runs already: the first"):
        second.take()
    first.release()
    second.take()
    second.release()

    (tmp_path / "file").touch()
    with pytest.raises(StorageFull, match="cannot be written"):
        FileGuard(tmp_path / "file" / "lock", "nobody").take()
