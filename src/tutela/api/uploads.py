"""Streams into the vault: what arrives is encrypted as it comes, and what breaks off leaves nothing."""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from typing import Protocol, TypeVar

import anyio

from tutela.api.calls import Call
from tutela.api.problems import TooManyRequests
from tutela.api.reading import HOP_BYTES, arriving
from tutela.core.content import Media
from tutela.errors import BadInput

Result_co = TypeVar("Result_co", covariant=True)
Poured = TypeVar("Poured")

SMALL_BYTES = 1024 * 1024
"""A body up to this is taken in memory and written in one hop."""


MAX_UPLOADS = 256
"""Larger bodies under way at once: each holds two files open and its part of the disk."""


class Sink(Protocol[Result_co]):
    """Takes one body in, in order, in any thread. Closing it before `finish` leaves nothing behind."""

    def write(self, piece: bytes) -> None:
        """Take the next piece in."""
        ...

    def finish(self) -> Result_co:
        """Return what became of it."""
        ...

    def close(self) -> None:
        """End. Harmless after `finish`."""
        ...


async def pour(call: Call, open_sink: Callable[[], Sink[Poured]]) -> Poured:
    """Stream the body of *call* into a sink and return what it makes of it."""
    stream = arriving(call.request)
    head, is_whole = await _head(stream)
    if is_whole:
        return await call.shared.in_thread(_at_once, open_sink, head)
    if call.shared.uploading >= MAX_UPLOADS:
        raise TooManyRequests("too many large uploads are under way", remedy="Try again in a moment.")
    call.shared.uploading += 1
    try:
        return await _through(call, open_sink, head, stream)
    finally:
        call.shared.uploading -= 1


async def _through(
    call: Call, open_sink: Callable[[], Sink[Poured]], head: bytes, stream: AsyncIterator[bytes]
) -> Poured:
    sink = await call.shared.in_thread(open_sink)
    try:
        await call.shared.in_thread(sink.write, head)
        async for piece in _grouped(stream):
            await call.shared.in_thread(sink.write, piece)
        return await call.shared.in_thread(sink.finish)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(sink.close, limiter=call.shared.threads)


async def _head(stream: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """Return the first pieces, and whether that was all."""
    head = bytearray()
    async for chunk in stream:
        head += chunk
        if len(head) > SMALL_BYTES:
            return bytes(head), False
    return bytes(head), True


async def _grouped(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    group = bytearray()
    async for chunk in stream:
        group += chunk
        if len(group) >= HOP_BYTES:
            yield bytes(group)
            group.clear()
    if group:
        yield bytes(group)


def _at_once(open_sink: Callable[[], Sink[Poured]], body: bytes) -> Poured:
    sink = open_sink()
    try:
        sink.write(body)
        return sink.finish()
    finally:
        sink.close()


class MediaSink:
    """One upload on its way into the vault."""

    def __init__(self, call: Call) -> None:
        """Open it."""
        self._call = call
        self._open = ExitStack()
        self._reception = self._open.enter_context(call.house.receive_media.open())
        self._size_bytes = 0

    def write(self, piece: bytes) -> None:
        """Take the next piece in."""
        if piece:
            self._reception.write(piece)
            self._size_bytes += len(piece)

    def finish(self) -> Media:
        """Make it durable and scan it.

        Raises:
            tutela.errors.BadInput: Nothing was sent; nothing was kept.
        """
        if not self._size_bytes:
            raise BadInput("there was no content", place="media")
        media = self._reception.finish()
        self._call.shared.metrics.upload_bytes.inc(self._size_bytes)
        return media

    def close(self) -> None:
        """End; what was not finished is gone."""
        self._open.close()
