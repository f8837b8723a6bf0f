"""What a classifier says: scores, or that nothing is known and why. Nothing here is a decision, and unknown is no 0.

A classifier that failed has not called anything clean. So its answer has no scores at all, whoever reads it has to
say what unknown means to them, and rules read it as their third value.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from tutela.core.content import ChannelKind

MAX_WORDS = 8
MAX_WORD_CHARACTERS = 300
"""Of what a source says in its own words; what is longer is cut, so that no answer becomes a place to hide things."""


class Input(StrEnum):
    """What a classifier takes."""

    TEXT = "text"
    IMAGE = "image"
    DIGEST = "digest"  #: a hash that somebody else computed; the content stays here


class DigestKind(StrEnum):
    """Which hash a digest is."""

    PDQ = "pdq"
    PHOTODNA_EDGE = "photodna_edge"
    SHA256 = "sha256"
    MD5 = "md5"


@dataclass(frozen=True, slots=True)
class Text:
    """Something that was written."""

    words: str = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """Return how much would be sent."""
        return len(self.words.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it was received."""

    content: bytes = field(repr=False)
    media_type: str  #: by content, as `image/jpeg`

    @property
    def size_bytes(self) -> int:
        """Return how much would be sent."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash, and nothing of what it was made of."""

    kind: DigestKind
    value: str = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """Return how much would be sent."""
        return len(self.value)


Content = Text | Image | Digest


def input_of(content: Content) -> Input:
    """Return what *content* is to a classifier."""
    match content:
        case Text():
            return Input.TEXT
        case Image():
            return Input.IMAGE
        case Digest():
            return Input.DIGEST


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to one classifier."""

    content: Content
    channel: ChannelKind = ChannelKind.PUBLIC
    is_encrypted: bool = False  #: end to end: never asked about (P12)
    has_basis: bool = False  #: beyond public channels: `core.operator.may_use` says so, here and now
    seconds: float = 30.0  #: that are left for it


class Reason(StrEnum):
    """Why nothing is known."""

    # Nothing has left us.
    NO_CONSENT = "no_consent"  #: the operator has not said that content may be sent out
    NO_BASIS = "no_basis"  #: a channel in which this may not be looked at (P12)
    WRONG_INPUT = "wrong_input"  #: it does not take this
    TOO_LARGE = "too_large"  #: more than it takes
    LICENCE_ENDED = "licence_ended"
    OVER_BUDGET = "over_budget"  #: what it may do in a day is used up
    OVERCHARGED = "overcharged"  #: it took more for a call than was agreed: not asked again this day
    CIRCUIT_OPEN = "circuit_open"  #: it failed several times: left alone for a while
    NO_SECRET = "no_secret"  # noqa: S105  # the name of a reason
    NO_MODEL = "no_model"  #: the model's file is not there, or not the one that was pinned
    NO_CONTENT = "no_content"  #: what was to be asked about is gone
    NOT_SET_UP = "not_set_up"  #: there is no such classifier any more
    ADDRESS_REFUSED = "address_refused"  #: its name leads where we do not connect to
    NOT_REACHED = "not_reached"  #: no address, no connection, or not who it should be
    # It may have heard us.
    TIMED_OUT = "timed_out"
    BROKEN = "broken"  #: cut off, no HTTP, or an adapter that failed
    REDIRECTED = "redirected"  #: nobody follows
    BUSY = "busy"  #: 429
    SERVER = "server"  #: 5xx
    DENIED = "denied"  #: it does not know us, or is not there at all: 401, 403, 404, 405
    REFUSED = "refused"  #: it does not take this request: any other 4xx
    DECLINED = "declined"  #: it says that it will not, or cannot, say anything of this content
    ANSWER_TOO_LARGE = "answer_too_large"
    GARBAGE = "garbage"  #: not of the form that was agreed
    OUT_OF_RANGE = "out_of_range"  #: a score that is none
    WRONG_VERSION = "wrong_version"  #: another version than the one that was pinned
    STOPPED = "stopped"  #: this process ends


_STAYED = frozenset(
    {
        Reason.NO_CONSENT, Reason.NO_BASIS, Reason.WRONG_INPUT, Reason.TOO_LARGE, Reason.LICENCE_ENDED,
        Reason.OVER_BUDGET, Reason.OVERCHARGED, Reason.CIRCUIT_OPEN, Reason.NO_SECRET, Reason.NO_MODEL,
        Reason.NO_CONTENT, Reason.NOT_SET_UP, Reason.ADDRESS_REFUSED, Reason.NOT_REACHED,
    }
)  # fmt: skip
_AT_ONCE = frozenset({Reason.NOT_REACHED, Reason.BROKEN, Reason.SERVER})
_LATER = _AT_ONCE | {
    Reason.TIMED_OUT, Reason.BUSY, Reason.OVER_BUDGET, Reason.OVERCHARGED, Reason.CIRCUIT_OPEN, Reason.GARBAGE,
    Reason.OUT_OF_RANGE, Reason.WRONG_VERSION, Reason.ANSWER_TOO_LARGE, Reason.REDIRECTED, Reason.DENIED,
    Reason.NO_SECRET, Reason.NO_MODEL, Reason.ADDRESS_REFUSED, Reason.STOPPED,
}  # fmt: skip
_FAULTS = frozenset(
    {
        Reason.ADDRESS_REFUSED, Reason.NOT_REACHED, Reason.TIMED_OUT, Reason.BROKEN, Reason.REDIRECTED, Reason.BUSY,
        Reason.SERVER, Reason.DENIED, Reason.ANSWER_TOO_LARGE, Reason.GARBAGE, Reason.OUT_OF_RANGE,
        Reason.WRONG_VERSION, Reason.NO_SECRET, Reason.NO_MODEL,
    }
)  # fmt: skip


def has_left(reason: Reason) -> bool:
    """Return whether the other side may have seen the request, and so count and bill it."""
    return reason not in _STAYED


def is_worth_another_try(reason: Reason) -> bool:
    """Return whether it may be asked again at once."""
    return reason in _AT_ONCE


def may_pass_later(reason: Reason) -> bool:
    """Return whether another day, or an operator, may change the answer; of the content nothing has to change."""
    return reason in _LATER


def is_fault(reason: Reason) -> bool:
    """Return whether the classifier, and not the content or a bound of ours, is to blame: breakers count these."""
    return reason in _FAULTS


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known."""

    reason: Reason
    retry_after_seconds: float | None = None  #: as the other side asked for it
    cost_micro: int | None = None  #: that it said it took all the same
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Classification:
    """What one version of one classifier says of one content."""

    scores: Mapping[str, float]  #: of each label, by the operator's own names; 0 to 1
    version: str
    words: tuple[str, ...] = field(default=(), repr=False)  #: the source's own; may repeat content, so never logged
    cost_micro: int | None = None  #: millionths of a unit of money, when the source says it
    milliseconds: int = 0

    def __post_init__(self) -> None:
        """Keep the scores as they are, and the words short."""
        object.__setattr__(self, "scores", MappingProxyType(dict(self.scores)))
        cut = (each[:MAX_WORD_CHARACTERS] for each in self.words[:MAX_WORDS])
        object.__setattr__(self, "words", tuple("".join(c if c.isprintable() else " " for c in each) for each in cut))


Verdict = Classification | Unknown


def score_of(value: object) -> float | Reason:
    """Return *value*, as parsed from JSON, as a score; or why it is none. `true` is no 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Reason.GARBAGE
    # An integer may be too long for a float: it is compared first.
    if isinstance(value, int):
        return float(value) if 0 <= value <= 1 else Reason.OUT_OF_RANGE
    return value if math.isfinite(value) and 0.0 <= value <= 1.0 else Reason.OUT_OF_RANGE
