"""The report service of an authority, as it is spoken to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tutela.core.filing.answers import AuthorityAnswer
from tutela.core.filing.states import Environment


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where it is, and who we are there."""

    base_url: str
    environment: Environment
    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """That nobody answered."""

    was_sent: bool  #: the request may have been done; otherwise no connection came about
    failure: str  #: a code of ours


@dataclass(frozen=True, slots=True)
class Content:
    """A file on its way: never in memory as a whole."""

    name: str  #: of ours: a number and an ending
    size_bytes: int
    chunks: Iterable[bytes] = field(repr=False)


Reply = AuthorityAnswer | NoAnswer


class ReportService(Protocol):
    """Send one request. Nothing is tried twice, no redirect is followed, nothing is kept of an answer but its codes.

    Nothing that an authority or the way there does is raised: it is a `NoAnswer`, or an answer without a code.
    """

    def status(self, at: Endpoint) -> Reply:
        """Ask whether we are known."""
        ...

    def schema(self, at: Endpoint) -> bytes | Reply:
        """Return the schema that is in force; an answer where it is not given."""
        ...

    def submit(self, at: Endpoint, document: bytes) -> Reply:
        """Open a report."""
        ...

    def upload(self, at: Endpoint, report_id: str, content: Content) -> Reply:
        """Send a file.

        Raises:
            tutela.errors.TutelaError: Whatever reading the content raised; the request was broken off in its middle.
        """
        ...

    def fileinfo(self, at: Endpoint, document: bytes) -> Reply:
        """Tell of a file."""
        ...

    def finish(self, at: Endpoint, report_id: str) -> Reply:
        """Complete a report."""
        ...

    def retract(self, at: Endpoint, report_id: str) -> Reply:
        """Withdraw a report."""
        ...

    def close(self) -> None:
        """Break off what is under way."""
        ...
