"""The channel to the EU Transparency Database: where records go, by which token, and whether any do.

Off until somebody has switched it on; in production not before a record was stored in the sandbox that the Commission
keeps beside it: whoever is taken on by their Digital Services Coordinator gets a token for that one first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from tutela.core.dsa.batches import StopFault
from tutela.core.filing.states import Environment
from tutela.errors import BadInput

MOST_TOKEN = 4096


class OffBecause(StrEnum):
    """Why nothing is sent."""

    NEW = "new"
    OPERATOR = "operator"
    RESTORED = "restored"  #: from a backup: whoever restores says where it stands now
    CHANGED = "changed"  #: address, token or environment were changed, and it was not switched on since


@dataclass(frozen=True, slots=True)
class Stopped:
    """That the database refused us as such."""

    fault: StopFault
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransparencyChannel:
    """The record. Its token lies beside it, sealed."""

    environment: Environment = Environment.TEST
    base_url: str = ""  #: to which `/api/v1/statement` is added
    base_url_of: Environment | None = None
    token_of: Environment | None = None  #: none where there is no token
    terms_url: str = ""  #: where the terms of the service stand, named in every record
    is_enabled: bool = False
    off_because: OffBecause = OffBecause.NEW
    stopped: Stopped | None = None
    answered_at: datetime | None = None  #: when the database last knew us
    tested_at: datetime | None = None  #: when its sandbox first stored a record
    version: int = 0  #: 0: not stored yet

    @property
    def sends(self) -> bool:
        """Return whether records go out."""
        return self.is_enabled and self.stopped is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChange:
    """What somebody sets; what is none stays."""

    environment: Environment | None = None
    base_url: str | None = None
    has_new_token: bool = False
    terms_url: str | None = None


def changed(channel: TransparencyChannel, change: ChannelChange) -> TransparencyChannel:
    """Return the channel with *change*; another place or token switches it off."""
    environment = change.environment or channel.environment
    after = replace(channel, environment=environment)
    if change.base_url is not None:
        after = replace(after, base_url=change.base_url, base_url_of=environment)
    if change.has_new_token:
        after = replace(after, token_of=environment)
    if change.terms_url is not None:
        after = replace(after, terms_url=change.terms_url)
    names = ("environment", "base_url", "base_url_of", "token_of")
    is_same = all(getattr(after, name) == getattr(channel, name) for name in names) and not change.has_new_token
    return after if is_same else replace(after, is_enabled=False, off_because=OffBecause.CHANGED, stopped=None)


def missing(channel: TransparencyChannel) -> Iterator[BadInput]:
    """Yield what keeps the channel from being switched on, each with its place and remedy."""
    if not channel.base_url or channel.base_url_of is not channel.environment:
        yield BadInput(
            "It has no address of this environment.", place="url", remedy="Set it: `tutela eu-database set --url`."
        )
    if channel.token_of is not channel.environment:
        yield BadInput("It has no token of this environment.", place="token", remedy="Make one there, and set it here.")
    if channel.stopped is not None:
        yield BadInput(
            "The database does not know us.", place="token",
            remedy="A newer token ends an older one: set the newest, then `tutela eu-database check`.",
        )  # fmt: skip
    if channel.environment is Environment.PRODUCTION and channel.tested_at is None:
        yield BadInput(
            "No record was stored in the sandbox yet.", place="environment",
            remedy="Set it up with --environment test first, switch it on, and let it send.",
        )  # fmt: skip


def enabled(channel: TransparencyChannel) -> TransparencyChannel:
    """Return the channel switched on.

    Raises:
        tutela.errors.BadInput: The first thing that is missing.
    """
    for lack in missing(channel):
        raise lack
    return replace(channel, is_enabled=True)


def disabled(channel: TransparencyChannel, because: OffBecause = OffBecause.OPERATOR) -> TransparencyChannel:
    """Return the channel switched off."""
    return replace(channel, is_enabled=False, off_because=because)


def check_token(token: str) -> str:
    """Return a token as it is sent.

    Raises:
        tutela.errors.BadInput: It cannot stand in a header.
    """
    bare = token.strip()
    if not 0 < len(bare) <= MOST_TOKEN or not bare.isascii() or not bare.isprintable() or " " in bare:
        raise BadInput("It is no token.", place="token", remedy="Copy the token as the database showed it.")
    return bare
