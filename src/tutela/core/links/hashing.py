"""What banks store in place of links: keyed hashes, which tell nothing to whoever has not the key.

What is hashed of a link, and so which entries it meets:

* the address with its query, with its port: an entry that is an address with a query meets exactly that one;
* the address without its query: an entry without one meets every query, since anybody can append one;
* both without the port: an entry without a port meets every port;
* the host, and each domain above it: an entry that is a host meets itself, one that is a domain all below as well.

Scheme, userinfo and fragment never count. The order of parameters does.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from struct import Struct
from typing import Final

from tutela.core.links.found import FoundLink
from tutela.core.links.reading import CanonicalLink, names_of

DIGEST_BYTES: Final = 16
"""Two of a million different links are one with a chance of less than 1 in 10^26."""

MIN_SECRET_BYTES, MAX_SECRET_BYTES = 16, 64
_NAME, _ADDRESS = b"n\0", b"a\0"
_PURPOSE: Final = b"tutela-links"

_head = Struct(">I").unpack_from


class EntryKind(IntEnum):
    """What an entry of a bank is; by number, as it is stored."""

    URL = 1  #: one address
    HOST = 2  #: everything of one host
    DOMAIN = 3  #: everything of a host and of all below it


class Match(IntEnum):
    """By what a link meets an entry, the closest first."""

    URL = 1  #: the address as it is
    URL_WITHOUT_QUERY = 2  #: an entry without a query, of a link that has one
    HOST = 3
    DOMAIN = 4


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """One entry of a bank, as it is stored."""

    entry_id: int | str
    digest: bytes = field(repr=False)
    kind: EntryKind
    ends_at: datetime | None = None  #: from then on it meets nothing


Asked = tuple[int, bytes, Match]
"""How a digest begins, the digest, and by what it would meet an entry."""

HEAD_BYTES: Final = 4
_HOSTS_REMEMBERED: Final = 16_384
"""Most hosts come again, and hashing is most of the work: each is remembered with what is asked of it."""


class LinkHasher:
    """Hash links and entries under one secret; the same for all banks that are asked together."""

    __slots__ = ("_address", "_name", "_names")

    def __init__(self, secret: bytes) -> None:
        """Take the secret.

        Raises:
            ValueError: It is too short or too long.
        """
        if not MIN_SECRET_BYTES <= len(secret) <= MAX_SECRET_BYTES:
            raise ValueError(f"a secret for links has {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} bytes")
        keyed = hashlib.blake2b(digest_size=DIGEST_BYTES, key=secret, person=_PURPOSE)
        self._name, self._address = keyed.copy(), keyed.copy()
        self._name.update(_NAME)
        self._address.update(_ADDRESS)
        self._names = lru_cache(_HOSTS_REMEMBERED)(self._asked_of_host)

    def entry(
        self, entry_id: int | str, link: CanonicalLink, kind: EntryKind, ends_at: datetime | None = None
    ) -> LinkEntry:
        """Return the entry that a link makes.

        Raises:
            ValueError: It has no host, and everything of one is to be met.
        """
        if kind is EntryKind.URL:
            digest = self._of_address(f"{link.host}{link.port}{link.path}{link.query}")
        elif link.host:
            digest = self._of_name(link.host)
        else:
            raise ValueError("this has no host")
        return LinkEntry(entry_id, digest, kind, ends_at)

    def asked(self, link: CanonicalLink) -> tuple[Asked, ...]:
        """Return what a bank is asked for *link*: three to five digests mostly."""
        host = link.host
        asked = self._addresses(host + link.path, link.query)
        if link.port:
            asked += self._addresses(f"{host}{link.port}{link.path}", link.query)
        return asked + self._names(host) if host else asked

    def asked_of_likeness(self, found: FoundLink) -> tuple[Asked, ...]:
        """Return what a bank is asked for the host that the host of a link looks like; nothing where it has none."""
        return () if found.looks_like is None else self.asked(replace(found.link, host=found.looks_like))

    def _addresses(self, address: str, query: str) -> tuple[Asked, ...]:
        state = self._address.copy()
        state.update(address.encode())
        plain = state.digest()
        if not query:
            return ((_head(plain)[0], plain, Match.URL),)
        state.update(query.encode())
        whole = state.digest()
        return (
            (_head(whole)[0], whole, Match.URL),
            (_head(plain)[0], plain, Match.URL_WITHOUT_QUERY),
        )

    def _asked_of_host(self, host: str) -> tuple[Asked, ...]:
        name, match, asked = self._name, Match.HOST, []
        for each in names_of(host):
            state = name.copy()
            state.update(each.encode())
            digest = state.digest()
            asked.append((_head(digest)[0], digest, match))
            match = Match.DOMAIN
        return tuple(asked)

    def _of_address(self, address: str) -> bytes:
        state = self._address.copy()
        state.update(address.encode())
        return state.digest()

    def _of_name(self, name: str) -> bytes:
        state = self._name.copy()
        state.update(name.encode())
        return state.digest()
