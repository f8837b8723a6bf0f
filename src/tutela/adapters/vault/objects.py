"""The vault in an object store (S3, Google Cloud, Azure): the same files as in a folder, under the same names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import ObjectStore, from_url

from tutela.adapters.vault.sealed import SealedVault
from tutela.adapters.vault.segments import SEALED_SEGMENT_BYTES
from tutela.adapters.vault.shelf import BYTES_SUFFIX, MANIFEST_SUFFIX, StoredManifest, is_content_id, place_of
from tutela.adapters.vault.uploads import ObjectDraft
from tutela.errors import Conflict, ContentDamaged, ContentMissing, Misconfigured, Unavailable, VaultError
from tutela.ports.clock import Clock
from tutela.ports.entropy import Entropy
from tutela.ports.keys import KeyRing

_BLOCK_BYTES = 64 * SEALED_SEGMENT_BYTES  #: about 4 MiB a request: a request costs tens of milliseconds
_SCHEMES = ("s3", "gs", "az", "azure", "abfs", "abfss", "memory")
_FANS = tuple(f"{number:02x}" for number in range(256))


class ObjectVault(SealedVault):
    """A vault in an object store."""

    def __init__(self, store: ObjectStore, keys: KeyRing, clock: Clock, entropy: Entropy) -> None:
        super().__init__(ObjectShelf(store), keys, clock, entropy)

    @classmethod
    def at(cls, url: str, keys: KeyRing, clock: Clock, entropy: Entropy) -> Self:
        """Open the vault at *url*, `s3://bucket/prefix` for example; credentials come from the environment.

        Raises:
            tutela.errors.Misconfigured: It is not the address of an object store.
        """
        if url.partition("://")[0] not in _SCHEMES:
            # A local folder through an object store library is not synced to disk: that is what LocalVault is for.
            raise Misconfigured("This is not an object store.", remedy=f"Begin with one of {', '.join(_SCHEMES)}.")
        try:
            store = from_url(url)
        except (BaseError, ValueError) as error:
            raise Misconfigured("The address of the object store cannot be used.") from error
        return cls(store, keys, clock, entropy)


class ObjectShelf:
    """A `Shelf` in an object store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def begin(self, content_id: str) -> ObjectDraft:
        """Open a draft; nothing is sent before it holds enough for one part."""
        manifest, sealed = self._names(content_id)
        if self._size(manifest) is not None:
            raise VaultError("The source of randomness gave an identifier twice; nothing was written.")
        return ObjectDraft(self._store, manifest, sealed, answered)

    def manifest(self, content_id: str) -> StoredManifest:
        """Return the manifest; its version is what the store calls it."""
        manifest, _ = self._names(content_id)
        with answered():
            try:
                found = obstore.get(self._store, manifest)
            except FileNotFoundError:
                raise ContentMissing from None
            version = {name: found.meta[name] for name in ("e_tag", "version") if found.meta[name] is not None}
            return StoredManifest(bytes(found.bytes()), version)

    def replace_manifest(self, content_id: str, raw: bytes, version: Any) -> None:
        """Put *raw* in place of *version*, which the store compares."""
        manifest, _ = self._names(content_id)
        with answered():
            try:
                obstore.put(self._store, manifest, raw, mode=version)
            except FileNotFoundError:
                raise ContentMissing from None
            except (PreconditionError, AlreadyExistsError):
                raise Conflict from None

    def blocks(self, content_id: str, start: int, end: int, *, total: int) -> Iterator[bytes]:
        """Yield about 4 MiB at a time, one request each."""
        manifest, sealed = self._names(content_id)
        size = self._size(sealed)
        if size is None and self._size(manifest) is None:
            raise ContentMissing
        if size != total:
            raise ContentDamaged("The stored bytes are gone or not as long as their manifest says.")
        for at in range(start, end, _BLOCK_BYTES):
            length = min(_BLOCK_BYTES, end - at)
            with answered():
                block = bytes(obstore.get_range(self._store, sealed, start=at, length=length))
            if len(block) != length:
                raise ContentDamaged("The stored bytes end before their manifest says.")
            yield block

    def remove(self, content_id: str) -> None:
        """Delete the manifest, then the bytes."""
        for name in self._names(content_id):
            self._delete(name)

    def contents(self) -> Iterator[str]:
        """List the store."""
        for fan in _FANS:
            yield from sorted(self._listed(fan, MANIFEST_SUFFIX))

    def sweep(self, older_than: datetime) -> int:
        """Delete bytes without a manifest; parts of uploads that never ended need a lifecycle rule of the store."""
        return sum(self._sweep_fan(fan, older_than) for fan in _FANS)

    def _sweep_fan(self, fan: str, older_than: datetime) -> int:
        finished, swept = self._listed(fan, MANIFEST_SUFFIX), 0
        for content_id, written_at in self._listed(fan, BYTES_SUFFIX).items():
            manifest, sealed = self._names(content_id)
            # Asked once more: the content may have been finished between the two listings.
            if content_id not in finished and written_at < older_than and self._size(manifest) is None:
                self._delete(sealed)
                swept += 1
        return swept

    def _listed(self, fan: str, suffix: str) -> dict[str, datetime]:
        found = {}
        with answered():
            for page in obstore.list(self._store, prefix=fan):
                for entry in page:
                    content_id = entry["path"].rpartition("/")[2].removesuffix(suffix)
                    if entry["path"].endswith(suffix) and is_content_id(content_id):
                        found[content_id] = entry["last_modified"]
        return found

    def _size(self, name: str) -> int | None:
        with answered():
            try:
                return obstore.head(self._store, name)["size"]
            except FileNotFoundError:
                return None

    def _delete(self, name: str) -> None:
        with answered():
            try:
                obstore.delete(self._store, name)
            except FileNotFoundError:
                return

    def _names(self, content_id: str) -> tuple[str, str]:
        place = place_of(content_id)
        return f"{place}{MANIFEST_SUFFIX}", f"{place}{BYTES_SUFFIX}"


@contextmanager
def answered() -> Iterator[None]:
    """Turn what the store says into our errors, without its text: that may carry addresses and keys.

    Raises:
        tutela.errors.Misconfigured: The credentials do not let us do this.
        tutela.errors.Unavailable: Anything else: no network, a failing or full store.
    """
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError):
        raise Misconfigured(
            "The object store refused our credentials.", remedy="Grant read, write, list and delete on the bucket."
        ) from None
    except (BaseError, OSError) as error:
        raise Unavailable(f"The object store did not do it ({type(error).__name__}).") from None
