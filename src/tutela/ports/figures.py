"""Where figures of a period are counted from, and where editions of reports are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from tutela.core.ids import TransparencyId
from tutela.core.transparency.counted import Counted
from tutela.core.transparency.edition import Edition


class CountedReader(Protocol):
    """Count what happened. Rows of other features are read here and nowhere else for figures."""

    def count(self, since: datetime, until: datetime) -> Counted:
        """Return everything that happened from *since* on and before *until*, in one snapshot.

        What was overturned is as of now: drawing a report up later says more.
        """
        ...

    def began_at(self) -> datetime | None:
        """Return when this installation first wrote anything down; none where it never did."""
        ...


class Editions(Protocol):
    """Keep editions, and what the operator enters. Every write is one transaction with its audit entry."""

    def add(self, edition: Edition, package: bytes, summary: Mapping[str, Any]) -> None:
        """Store a new draft; an earlier draft of the same period is superseded.

        Raises:
            tutela.errors.Conflict: Somebody drew one up at the same moment.
        """
        ...

    def publish(self, edition_id: TransparencyId, package: bytes, at: datetime, by: str) -> None:
        """Publish a draft with the package that everybody reads from now on.

        Raises:
            tutela.errors.Conflict: It is no draft any more.
        """
        ...

    def edition(self, edition_id: TransparencyId) -> Edition | None:
        """Return one."""
        ...

    def package(self, edition_id: TransparencyId) -> bytes:
        """Return the package of one, byte for byte; empty where there is none."""
        ...

    def summary(self, edition_id: TransparencyId) -> Mapping[str, Any]:
        """Return what is told of one in public; empty where there is none."""
        ...

    def all(self) -> Sequence[Edition]:
        """Return every edition, the newest period and version first."""
        ...

    def entered(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what the operator entered, by name."""
        ...

    def enter(self, name: str, said: Mapping[str, Any], at: datetime, by: str) -> None:
        """Store what the operator enters under a name, in place of what was there."""
        ...
