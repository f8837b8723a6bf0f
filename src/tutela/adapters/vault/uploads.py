"""Sealed bytes on their way into an object store: small ones in one request, larger ones part by part as they come."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from queue import Queue
from threading import Thread

import obstore
from obstore.store import ObjectStore

from tutela.errors import TutelaError, Unavailable

PART_BYTES = 5 * 1024 * 1024  #: the least that S3 takes as a part
_PARTS_AT_ONCE = 2
_PARTS_WAITING = 1


class _AbandonedError(Exception):
    """Raised inside the upload, which is how it learns to abort."""


class ObjectDraft:
    """A `Draft` in an object store. An abandoned upload is aborted there; its parts were never visible."""

    def __init__(
        self,
        store: ObjectStore,
        manifest: str,
        sealed: str,
        answered: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._store, self._manifest, self._sealed, self._answered = store, manifest, sealed, answered
        self._part = bytearray()
        self._upload: _Upload | None = None
        self._published = False

    def append(self, sealed: bytes) -> None:
        """Keep the bytes until they fill a part, then hand the part to the upload."""
        self._part += sealed
        if len(self._part) >= PART_BYTES:
            part, self._part = bytes(self._part), bytearray()
            if self._upload is None:
                self._upload = _Upload(self._store, self._sealed, self._answered)
            self._upload.send(part)

    def publish(self, manifest: bytes) -> None:
        """End the upload, then put the manifest, which must be new."""
        self._published = True
        rest = bytes(self._part)
        if self._upload is None:
            with self._answered():
                obstore.put(self._store, self._sealed, rest, mode="create", use_multipart=False)
        else:
            self._upload.send(rest)
            self._upload.complete()
        with self._answered():
            obstore.put(self._store, self._manifest, manifest, mode="create", use_multipart=False)

    def discard(self) -> None:
        """Abort the upload, and delete what a failed `publish` may have put."""
        self._part = bytearray()
        if self._upload is not None:
            self._upload.abandon()
        if self._published:
            self._delete(self._manifest)
            self._delete(self._sealed)

    def _delete(self, name: str) -> None:
        with self._answered():
            try:
                obstore.delete(self._store, name)
            except FileNotFoundError:
                return


class _Upload:
    """One multipart upload in a thread of its own, because obstore pulls and a writer is pushed."""

    def __init__(self, store: ObjectStore, name: str, answered: Callable[[], AbstractContextManager[None]]) -> None:
        self._store, self._name, self._answered = store, name, answered
        self._queue: Queue[bytes | None] = Queue(_PARTS_WAITING)
        self._is_abandoned = False
        self._failure: TutelaError | None = None
        self._thread = Thread(target=self._run, name="vault-upload", daemon=True)
        self._thread.start()

    def send(self, part: bytes) -> None:
        """Hand over a part; waits when the store is slower than the sender, so that memory stays bounded."""
        if self._failure is not None:
            raise self._failure
        if part:
            self._queue.put(part)

    def complete(self) -> None:
        """Wait until the store has everything."""
        self._end()
        if self._failure is not None:
            raise self._failure

    def abandon(self) -> None:
        """Abort. Idempotent, also after `complete`."""
        self._is_abandoned = True
        self._end()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _parts(self) -> Iterator[bytes]:
        while (part := self._queue.get()) is not None:
            yield part
        if self._is_abandoned:
            raise _AbandonedError

    def _run(self) -> None:
        try:
            with self._answered():
                obstore.put(
                    self._store,
                    self._name,
                    self._parts(),
                    use_multipart=True,
                    chunk_size=PART_BYTES,
                    max_concurrency=_PARTS_AT_ONCE,
                )
        except _AbandonedError:
            return
        except TutelaError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001  # a thread has nobody to raise to: the writer raises it instead
            self._fail(Unavailable(f"The upload ended ({type(error).__name__})."))

    def _fail(self, error: TutelaError) -> None:
        self._failure = error
        # The writer may be waiting for room: take what it sends until it notices or ends.
        while self._queue.get() is not None:
            pass
