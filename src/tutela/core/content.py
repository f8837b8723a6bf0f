"""What a platform tells us: who posted what, where, carrying which media."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tutela.core.ids import AccountId, ItemId, MediaId
from tutela_client.tags import tag_of as tag_of  # noqa: PLC0414  # one rule for both sides


class AgeBand(StrEnum):
    """How old somebody is taken to be. Unknown gets the protection of a minor."""

    UNDER_13 = "under_13"
    FROM_13_TO_15 = "13_15"
    FROM_16_TO_17 = "16_17"
    ADULT = "adult"
    UNKNOWN = "unknown"

    @property
    def is_protected(self) -> bool:
        """Return whether this person gets the protection of a minor."""
        return self is not AgeBand.ADULT


class AgeProvenance(StrEnum):
    """How the age is known. An accusation needs a positive indication, never a guess."""

    DECLARED = "declared"
    ASSURED = "assured"
    INFERRED = "inferred"
    REPORTED = "reported"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Age:
    """An age band and how it is known."""

    band: AgeBand = AgeBand.UNKNOWN
    provenance: AgeProvenance = AgeProvenance.UNKNOWN


class ChannelKind(StrEnum):
    """How public the place is. Detection beyond `public` needs a recorded basis (P12)."""

    PUBLIC = "public"
    GROUP = "group"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Channel:
    """The place an item was posted in."""

    kind: ChannelKind = ChannelKind.PUBLIC
    is_encrypted: bool = False
    conversation: str | None = None  #: the platform's own name of the conversation


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the platform."""

    id: AccountId
    platform_id: str  #: the platform's own identifier; a personal payload, never in the audit
    age: Age
    regions: tuple[str, ...]  #: ISO 3166-1 alpha-2, where the account is known to be
    created_at: datetime


class ScanState(StrEnum):
    """How far media has been looked at. Only `scanned` may ever be called clean."""

    PENDING = "pending"  #: not decoded yet
    SCANNED = "scanned"  #: decoded and hashed
    HASH_ONLY = "hash_only"  #: the platform sent digests or hashes, no bytes
    UNSCANNABLE = "unscannable"  #: decoding failed: held, retried, raised


class EvidenceState(StrEnum):
    """Where the bytes are."""

    NONE = "none"  #: never received, or destroyed after the transient period
    RECEIVED = "received"  #: in the vault, under a transient key
    SEALED = "sealed"  #: in the vault, under an evidence key
    PLATFORM_HOLD = "platform_hold"  #: the platform confirmed that it keeps them
    DESTROYED = "destroyed"  #: they were evidence, and were destroyed by proof
    REPORT_ONLY = "report_only"  #: the operator may not keep them: hash and report only


GONE = frozenset({EvidenceState.NONE, EvidenceState.DESTROYED})
"""Of which there are no bytes anywhere that we know of: they are asked for, and taken in, when it is met again."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Cryptographic digests of the bytes as received, lower-case hex."""

    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None

    def known(self) -> tuple[tuple[str, str], ...]:
        """Return the digests present as (signal type, value), strongest first."""
        pairs = (("sha256", self.sha256), ("sha1", self.sha1), ("md5", self.md5))
        return tuple((name, value) for name, value in pairs if value)

    def agrees_with(self, other: "Digests") -> bool:
        """Return whether no digest says that these are two contents: two files can be made to share one MD5."""
        ours = dict(self.known())
        return all(ours.get(name, value) == value for name, value in other.known())

    def joined_with(self, other: "Digests") -> "Digests":
        """Return all digests that either has."""
        return Digests(self.md5 or other.md5, self.sha1 or other.sha1, self.sha256 or other.sha256)


@dataclass(frozen=True, slots=True)
class PdqHash:
    """One PDQ hash of one rendering of a picture."""

    value: bytes  #: 32 bytes, most significant bit first, as the reference prints it
    quality: int  #: 0 to 100; below 50 the hash says little and is not looked up by distance
    rendering: str = "frame:0"  #: `frame:N`, with `/on-black`, `/on-white`, `/without-alpha`
    orientations: tuple[bytes, ...] = ()  #: in the order of `pdq.ORIENTATIONS`; empty when unknown

    @property
    def hex(self) -> str:
        """Return the 64 hex digits of the field's notation."""
        return self.value.hex()


@dataclass(frozen=True, slots=True)
class Media:
    """One content, known by its digests; any number of items may carry it."""

    id: MediaId
    digests: Digests
    hashes: tuple[PdqHash, ...]
    scan: ScanState
    evidence: EvidenceState
    received_at: datetime
    media_type: str | None = None  #: by content, never by the name or header
    width: int | None = None
    height: int | None = None
    size_bytes: int | None = None
    failure: str | None = None  #: why it could not be scanned: a code of `ports.scanner.ScanFailure`, never free text
    content_id: str | None = None  #: where the vault keeps the bytes

    @property
    def content_key(self) -> str:
        """Return the natural key under which it is first stored: its strongest digest, or its hash alone."""
        known = self.digests.known()
        return f"{known[0][0]}:{known[0][1]}" if known else f"pdq:{self.hashes[0].hex}"


@dataclass(frozen=True, slots=True)
class Item:
    """One post, message, profile picture or whatever else the platform shows."""

    id: ItemId
    platform_id: str
    account_id: AccountId
    kind: str
    text: str | None
    media_ids: tuple[MediaId, ...]
    contains: tuple[ItemId, ...]  #: items that this one quotes or reposts: it never shows more than they do
    channel: Channel
    regions: tuple[str, ...]
    submitted_at: datetime
    tags: tuple[str, ...] = ()  #: as `tag_of` writes them, in order, each once
    language: str | None = None  #: of its text, as the platform says: a tag of BCP 47 in lower case
