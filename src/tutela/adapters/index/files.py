"""The file of a segment: a head page, then the columns as they are in memory, each on a page of its own.

A file is written once under a name that never comes again, and only ever mapped for reading. What is in it, and the
checksum of each block, stands in the manifest (`manifest`).
"""

import mmap
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.adapters.index.bands import Banding
from tutela.adapters.index.entries import Entries
from tutela.adapters.index.probing import Buckets, bucket_sizes
from tutela.adapters.index.segment import Segment

FORMAT = 2
"""Raise it when columns, their order or band keys change: an older file is then built anew from the database."""

BLOCK_BYTES = 1 << 20
PRIVATE_FILE = 0o600
_PAGE_BYTES = 4096
_MAGIC = b"TUTELA INDEX SEGMENT\n"


class Unusable(Exception):  # noqa: N818  # never shown: the index is built from the database instead
    """A saved index that must not be answered from; the text is the reason, for the log."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the arrays of a segment are."""

    rows: int
    entries: int
    owner_bytes: int
    bands: int  #: 0 where there are too few rows for buckets
    gone: int
    gone_owner_bytes: int

    @classmethod
    def of(cls, segment: Segment) -> "Shape":
        """Return the shape of *segment*."""
        bands = 0 if segment.buckets is None else len(segment.buckets.banding.widths)
        gone = segment.gone
        return cls(len(segment.hashes), len(segment), segment.owners.itemsize, bands, len(gone), gone.owners.itemsize)

    def columns(self) -> list[tuple[str, tuple[int, ...]]]:
        """Return type and shape of each column, in the order of the file."""
        columns: list[tuple[str, tuple[int, ...]]] = [("u8", (self.rows, 4)), (f"S{self.owner_bytes}", (self.entries,))]
        columns += [("u8", (self.gone, 4)), (f"S{self.gone_owner_bytes}", (self.gone,))]
        if self.entries != self.rows:
            columns.append(("u4", (self.rows + 1,)))
        if self.bands:
            columns += [("u4", (size,)) for size in bucket_sizes(Banding.of(self.bands), self.rows)]
        return columns

    def size_bytes(self) -> int:
        """Return the length of the file."""
        return _PAGE_BYTES + sum(_whole_pages(_column_bytes(*column)) for column in self.columns())


def write_segment(path: Path, segment: Segment) -> list[int]:
    """Write a new file, synced, and return the checksums of its blocks; its folder is the caller's to sync.

    Raises:
        FileExistsError: There is one already. It is left alone.
        OSError: It could not be written. Nothing is left.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        try:
            checksums = list(_write_blocks(descriptor, _contents(segment)))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return checksums


def open_segment(path: Path, shape: Shape) -> Segment:
    """Map a file for reading. What is in it is compared with its checksums by `damaged_blocks`, later and in parts.

    Raises:
        Unusable: It is not what was written.
        FileNotFoundError: It is not there.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_size != shape.size_bytes():
            raise Unusable("another length")
        mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    finally:
        os.close(descriptor)
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise Unusable("no segment")
    columns = _columns(mapped, shape)
    hashes, owners, gone = next(columns), next(columns), Entries(next(columns), next(columns))
    firsts = next(columns) if shape.entries != shape.rows else None
    buckets = Buckets(Banding.of(shape.bands), next(columns), next(columns)) if shape.bands else None
    return Segment(hashes, firsts, owners, buckets, gone)


def are_whole(path: Path, checksums: Sequence[int], first: int) -> bool:
    """Return whether the blocks of a file from number *first* on are as they were written; *checksums* are theirs.

    Read, not through the map: pages that are only read once would count as resident until the end.
    """
    with path.open("rb", buffering=0) as file:
        file.seek(first * BLOCK_BYTES)
        buffer = memoryview(bytearray(BLOCK_BYTES))
        return all(zlib.crc32(buffer[: _fill(file, buffer)]) == checksum for checksum in checksums)


def _columns(mapped: mmap.mmap, shape: Shape) -> Iterator[NDArray[Any]]:
    at = _PAGE_BYTES
    for kind, size in shape.columns():
        yield np.frombuffer(mapped, kind, int(np.prod(size)), at).reshape(size)
        at += _whole_pages(_column_bytes(kind, size))


def _contents(segment: Segment) -> Iterator[memoryview]:
    yield memoryview(_MAGIC.ljust(_PAGE_BYTES, b"\0"))
    gone = segment.gone
    columns: list[NDArray[Any]] = [segment.hashes, segment.owners, gone.hashes, gone.owners]
    if segment.firsts is not None:
        columns.append(segment.firsts)
    if segment.buckets is not None:
        columns += [segment.buckets.starts, segment.buckets.rows]
    for column in columns:
        yield np.ascontiguousarray(column).reshape(-1).view(np.uint8).data
        yield memoryview(bytes(_whole_pages(column.nbytes) - column.nbytes))


def _write_blocks(descriptor: int, contents: Iterable[memoryview]) -> Iterator[int]:
    """Write everything and yield the checksum of each block of the file."""
    checksum = filled = 0
    for view in contents:
        for start in range(0, len(view), BLOCK_BYTES):
            rest = view[start : start + BLOCK_BYTES]
            while rest:
                # One `os.write` may take fewer bytes, which is how a full disk first shows.
                written = os.write(descriptor, rest[: BLOCK_BYTES - filled])
                checksum = zlib.crc32(rest[:written], checksum)
                filled, rest = filled + written, rest[written:]
                if filled == BLOCK_BYTES:
                    yield checksum
                    checksum = filled = 0
    if filled:
        yield checksum


def _fill(file: Any, buffer: memoryview) -> int:
    filled = 0
    while filled < len(buffer) and (got := file.readinto(buffer[filled:])):
        filled += got
    return filled


def _column_bytes(kind: str, size: tuple[int, ...]) -> int:
    return int(np.prod(size)) * np.dtype(kind).itemsize


def _whole_pages(size_bytes: int) -> int:
    return -(-size_bytes // _PAGE_BYTES) * _PAGE_BYTES
