"""Channels to authorities as they are stored: the record, its credentials, and the schema that was downloaded."""

from typing import Protocol

from tutela.core.filing.channel import Channel
from tutela.ports.reports import ReportAudit


class Channels(Protocol):
    """Keep channels. Every write is one transaction with its own audit entry, which holds no secret and no person."""

    def all(self) -> list[Channel]:
        """Return all of them, by authority."""
        ...

    def channel(self, authority: str) -> Channel | None:
        """Return one."""
        ...

    def credentials(self, authority: str) -> bytes | None:
        """Return its credentials, wrapped by the key ring; none where there are none."""
        ...

    def schema(self, authority: str) -> bytes | None:
        """Return the schema that was downloaded, byte for byte."""
        ...

    def put(
        self,
        before: Channel | None,
        after: Channel,
        audit: ReportAudit,
        *,
        credentials: bytes | None = None,
        schema: bytes | None = None,
    ) -> Channel:
        """Store a channel in the place of *before*, with what comes along; return it as it is now.

        Raises:
            tutela.errors.Conflict: It is no longer as it was *before*.
        """
        ...
