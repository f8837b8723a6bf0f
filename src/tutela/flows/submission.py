"""What a platform submits, and what it is told about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tutela.core.content import Age, Channel
from tutela.core.ids import DecisionId, ItemId
from tutela.core.measures import MeasureKind
from tutela.core.plans import Answer
from tutela.errors import BadInput
from tutela.flows.refer import MediaReference
from tutela.flows.stand_at_door import PostedWith


@dataclass(frozen=True, slots=True)
class Author:
    """What a platform says about who posted."""

    platform_id: str
    age: Age = field(default_factory=Age)
    regions: tuple[str, ...] = ()
    name: str | None = None  #: what others see them called; never kept


@dataclass(frozen=True, slots=True)
class Submission:
    """One item as a platform sends it."""

    platform_id: str
    author: Author
    kind: str
    text: str | None = None
    media: tuple[MediaReference, ...] = ()
    contains: tuple[str, ...] = ()  #: the platform's ids of items it quotes or reposts
    channel: Channel = field(default_factory=Channel)
    regions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    posted_with: PostedWith = field(
        default_factory=PostedWith
    )  #: compared with what is blocked; of rules' events kept as keyed hashes
    recipient: Author | None = None  #: whom a message is for


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the platform is told about one item."""

    platform_id: str
    item_id: ItemId
    answer: Answer
    decision_id: DecisionId | None
    is_new: bool
    is_detected: bool
    refused_by: tuple[MeasureKind, ...] = ()  #: what kept it out at the door; told to nobody, only counted


@dataclass(frozen=True, slots=True)
class Rejected:
    """One submission of a batch that could not be used; the others went in."""

    platform_id: str
    error: BadInput


Outcome = Submitted | Rejected


@dataclass(frozen=True, slots=True)
class Request:
    """Which request this is, so that a repetition is answered as the first was."""

    owner: str
    key: str
    fingerprint: str
    encode: Callable[[Sequence[Outcome]], bytes]
