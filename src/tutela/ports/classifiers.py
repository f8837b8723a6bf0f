"""Classifiers: who is asked, how each stands, and where answers are kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from tutela.core.classifying.figures import Outcome
from tutela.core.classifying.setup import PixelSpec
from tutela.core.classifying.spec import Signal
from tutela.core.classifying.usage import Usage
from tutela.core.classifying.verdicts import Asked, Verdict

Told = TypeVar("Told")


class Classifier(Protocol):
    """Ask one classifier. Never raises for anything that the other side, or the way there, does."""

    def classify(self, asked: Asked) -> Verdict:
        """Return what it says of the content within `asked.seconds`, or why nothing is known."""
        ...

    def close(self) -> None:
        """Break off what is under way; everything from then on is `Reason.STOPPED`."""
        ...


class PixelSource(Protocol):
    """Decode pictures, in a process that may die."""

    def pixels(self, content: bytes, spec: PixelSpec, seconds: float) -> bytes | None:
        """Return the picture drawn to size: red, green and blue of each pixel, row by row; none where it cannot."""
        ...


class Usages(Protocol):
    """Keep how each classifier stands, for all processes together."""

    def step(self, classifier_id: str, change: Callable[[Usage], tuple[Usage, Told]]) -> Told:
        """Read the usage, a new one where there is none, write what *change* makes of it, and return what it tells.

        Nobody else writes between reading and writing: where somebody did, *change* is called again with what there is
        now. It has no effects of its own.

        Raises:
            tutela.errors.Unavailable: It cannot be read or written: nobody is asked then.
        """
        ...

    def read(self, classifier_id: str) -> Usage:
        """Return the usage, for metrics and pages."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """One content that is to be put to one classifier, as it is stored."""

    id: str
    classifier_id: str
    content_ref: str  #: the item or media, by an identifier of ours
    tries: int = 0  #: so far
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one try."""

    request_id: str
    classifier_id: str
    content_ref: str
    tries: int  #: this one among them
    at: datetime
    verdict: Verdict  #: as far as the licence lets it be kept
    signals: tuple[Signal, ...] = field(repr=False)  #: for the rules that wait for it
    priority: float | None  #: for the order of cases; none: unknown
    next_at: datetime | None  #: when it is asked again; none: this is the last word


class Contents(Protocol):
    """Find what is to be asked about."""

    def asked(self, content_ref: str, classifier_id: str) -> Asked | None:
        """Return the content with its channel and whether there is a basis; none when it is gone or sealed away."""
        ...


class Classifications(Protocol):
    """Keep answers. One transaction each, with its own audit entry: identifiers and reasons, never content or words."""

    def record(self, answered: Answered) -> None:
        """Store what came of a try, and when the next one is due.

        Raises:
            tutela.errors.Conflict: Another process has recorded this try already.
        """
        ...

    def outcomes(self, since: datetime) -> Iterable[Outcome]:
        """Return, counted, how answers stood beside what people found since then."""
        ...
