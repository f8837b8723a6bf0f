"""Classifiers: who is asked, how each stands, and where questions and answers are kept."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from tutela.core.audit import JSON, AuditEvent
from tutela.core.classifying.figures import Outcome
from tutela.core.classifying.setup import PixelSpec
from tutela.core.classifying.spec import Signal
from tutela.core.classifying.usage import Usage
from tutela.core.classifying.verdicts import Asked, Classification, Input, Verdict
from tutela.core.content import Channel
from tutela.core.ids import AccountId, EventId, ItemId

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
class Origin:
    """Of what event the content is: as rules see the answer later, and whether anybody may look at it (P12)."""

    event_id: EventId
    author_id: AccountId
    recipient_id: AccountId | None
    item_id: ItemId | None
    channel: Channel
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One content that is to be put to one classifier, as it is stored."""

    id: str
    classifier_id: str
    content_ref: str  #: the media, by our identifier; of a text that of its event
    about: Input  #: a text, or a picture; of that the classifier may be sent a hash instead
    rule: str  #: that asks
    origin: Origin
    created_at: datetime
    sealed: bytes | None = field(default=None, repr=False)  #: the text, until there is a last word
    tries: int = 0  #: so far
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one try."""

    request: Request  #: as it was before it
    tries: int  #: this one among them
    at: datetime
    verdict: Verdict  #: as far as the licence lets it be kept
    signals: tuple[Signal, ...] = field(repr=False)  #: for the rules that wait for it
    priority: float | None  #: for the order of cases; none: unknown
    next_at: datetime | None  #: when it is asked again; none: this is the last word


@dataclass(frozen=True, slots=True)
class Settled:
    """What is stored of one try, beside what rules made of it."""

    answered: Answered  #: as far as the licence lets it be kept
    event_id: EventId | None = None  #: as which it was laid before the rules

    @property
    def entry(self) -> AuditEvent:
        """Return its entry in the audit: identifiers and reasons, never content, scores or words."""
        request, verdict = self.answered.request, self.answered.verdict
        body: dict[str, JSON] = {
            "classifier": request.classifier_id, "tries": self.answered.tries, "event": request.origin.event_id,
            "cost_micro": verdict.cost_micro,
        }  # fmt: skip
        if isinstance(verdict, Classification):
            return AuditEvent(
                "classifier:answer:known", request.id, {**body, "version": verdict.version, "laid_as": self.event_id}
            )
        again = self.answered.next_at is not None
        return AuditEvent(
            "classifier:answer:unknown", request.id, {**body, "reason": verdict.reason.value, "again": again}
        )


class Contents(Protocol):
    """Find what is to be asked about."""

    def asked(self, request: Request) -> Asked | None:
        """Return the content with its channel and whether there is a basis; none when it is gone or sealed away.

        Raises:
            tutela.errors.Unavailable: It cannot be read now.
        """
        ...


class Records(Protocol):
    """Take in what came of tries."""

    def record(self, answered: Answered, kept: Answered) -> None:
        """Store what came of a try, when the next one is due, and what rules make of it, in one transaction.

        Args:
            answered: All of it: what rules see.
            kept: As far as the licence lets it be stored.

        Raises:
            tutela.errors.Conflict: Another process has recorded this try already.
        """
        ...

    def outcomes(self, since: datetime) -> Iterable[Outcome]:
        """Return, counted, how answers stood beside what people found since then."""
        ...


@dataclass(frozen=True, slots=True)
class ClassifierStock:
    """What is kept of one classifier's questions."""

    waiting: int = 0
    oldest_waiting_at: datetime | None = None
    given_up: int = 0  #: of those that are kept
    answered: int = 0  #: of those that are kept
    median_milliseconds: int | None = None  #: of the newest answers that are kept


NO_STOCK = ClassifierStock()


class Classifications(Protocol):
    """Keep questions and answers.

    Each write is one transaction with its own audit entry: identifiers and reasons, never content or words. Questions
    are written with the event of which they are: see `ports.events.Observed`.
    """

    def claim(self, now: datetime, until: datetime, limit: int, busy: Collection[str] = ()) -> list[Request]:
        """Return questions that are due, the oldest first, which nobody else is given before *until*.

        Args:
            now: The moment.
            until: When whoever is given them counts as dead.
            limit: How many at most.
            busy: Classifiers that are asked enough already.
        """
        ...

    def is_open(self, request: Request) -> bool:
        """Return whether nobody has recorded a further try of it."""
        ...

    def settle(self, settled: Settled) -> None:
        """Store what came of a try of which rules are told nothing; a text is erased with the last word.

        Raises:
            tutela.errors.Conflict: Another process has recorded this try already.
        """
        ...

    def outcomes(self, since: datetime) -> list[Outcome]:
        """Return, counted, how answers stood beside what people found since then."""
        ...

    def stock(self) -> Mapping[str, ClassifierStock]:
        """Return what is kept, by classifier."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete questions and answers of before *before*, those that still wait among them; return how many rows."""
        ...


class QuestionReader(Protocol):
    """The part of `ports.store.Reader` about questions."""

    def questions_by_rule(self, rules: Iterable[str], since: datetime) -> dict[str, int]:
        """Return how many questions each of *rules* has asked after *since*."""
        ...

    def questions_by_classifier(self, classifier_ids: Iterable[str], since: datetime) -> dict[str, int]:
        """Return how many questions were asked of each classifier after *since*."""
        ...
