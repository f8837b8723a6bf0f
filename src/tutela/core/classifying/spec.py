"""A classifier as its operator sets it up: what it speaks of, what it may be sent, and what bounds it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tutela.core.bounds import REVIEW_ONLY
from tutela.core.classifying.budget import Budget
from tutela.core.classifying.circuit import CircuitPolicy
from tutela.core.classifying.retrying import RetryPolicy
from tutela.core.classifying.setup import Setup
from tutela.core.classifying.verdicts import Classification, Input, Reason, Unknown, Verdict, score_of
from tutela.core.content import ChannelKind
from tutela.core.policy import NOTHING, Ceiling

DEFAULT_ANSWER_BYTES = 256 * 1024
DEFAULT_CONTENT_BYTES = 4 * 1024 * 1024

CLASSIFIER_ID = re.compile(r"[a-z][a-z0-9-]{0,62}")
"""What a classifier, or one of its labels, is called."""


class Kind(StrEnum):
    """By which adapter a classifier is asked."""

    OPENAI_MODERATION = "openai_moderation"
    GENERIC_JSON = "generic_json"
    POLICY_MODEL = "policy_model"
    ONNX_MODEL = "onnx_model"
    ARACHNID_SHIELD = "arachnid_shield"
    PHOTODNA_CLOUD = "photodna_cloud"
    CONTENT_SAFETY = "content_safety"
    SAFER = "safer"


class Use(StrEnum):
    """The most that may be made of what a classifier says."""

    SIGNAL = "signal"  #: rules may read it, beside other facts
    ORDERING = "ordering"  #: it says who is looked at first, and no rule reads it


USE_OF = dict.fromkeys(Kind, Use.SIGNAL) | {Kind.CONTENT_SAFETY: Use.ORDERING}
"""That a person reviews is a condition of Google's Content Safety API: its priorities order, and no more."""


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that a classifier speaks of."""

    name: str  #: the operator's own, as rules say it
    source: str  #: where the answer has it: a category, a pointer, a place in the output
    clause: str
    threshold: float | None = None  #: the operator's; none: rules read the score


@dataclass(frozen=True, slots=True)
class Sending:
    """Whether content may leave the house, and on what ground (P10, P12)."""

    is_inside: bool = False  #: it runs on our own machine or network, and is reached only there
    may_send_out: bool = False
    basis: str = ""  #: reference of the assessment; needed to send anything out

    @property
    def is_allowed(self) -> bool:
        """Return whether the classifier may be asked at all."""
        return self.is_inside or (self.may_send_out and bool(self.basis))


@dataclass(frozen=True, slots=True)
class Terms:
    """What the licence of a source allows."""

    may_retain: bool = True  #: what it says may be kept
    may_share_on: bool = False  #: what it says may be told to others
    ends_at: datetime | None = None
    words: str = ""  #: reference of the agreement


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, and how much."""

    timeout_seconds: float = 10.0  #: of a question with all its tries
    content_bytes: int = DEFAULT_CONTENT_BYTES
    answer_bytes: int = DEFAULT_ANSWER_BYTES


@dataclass(frozen=True, slots=True)
class ClassifierSpec:
    """One classifier."""

    id: str
    kind: Kind
    version: str  #: pinned: an answer by another version is unknown
    labels: tuple[Label, ...]
    takes: frozenset[Input]
    setup: Setup
    sending: Sending = field(default_factory=Sending)
    channels: frozenset[ChannelKind] = frozenset({ChannelKind.PUBLIC})
    budget: Budget = field(default_factory=Budget)
    limits: Limits = field(default_factory=Limits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    circuit: CircuitPolicy = field(default_factory=CircuitPolicy)
    terms: Terms = field(default_factory=Terms)

    @property
    def use(self) -> Use:
        """Return the most that may be made of what it says."""
        return USE_OF[self.kind]

    @property
    def ceiling(self) -> Ceiling:
        """Return the most that a machine may do because of it. The clause and the policy may bound it further."""
        return NOTHING if self.use is Use.ORDERING else REVIEW_ONLY

    @property
    def clauses(self) -> frozenset[str]:
        """Return the clauses of which it speaks."""
        return frozenset(label.clause for label in self.labels)


@dataclass(frozen=True, slots=True)
class Signal:
    """What a rule may read of one label."""

    label: str
    clause: str
    score: float | None  #: none: unknown
    is_over: bool | None  #: the operator's threshold, reached or passed; none: unknown, or there is none


def signals_of(spec: ClassifierSpec, verdict: Verdict) -> tuple[Signal, ...]:
    """Return a signal for each label, unknown ones too; none at all from a source that only orders."""
    if spec.use is Use.ORDERING:
        return ()
    return tuple(_signal(label, verdict) for label in spec.labels)


def _signal(label: Label, verdict: Verdict) -> Signal:
    score = verdict.scores.get(label.name) if isinstance(verdict, Classification) else None
    is_over = None if score is None or label.threshold is None else score >= label.threshold
    return Signal(label.name, label.clause, score, is_over)


def priority_of(verdict: Verdict) -> float | None:
    """Return by what waiting cases may be ordered: the highest score; none where nothing is known."""
    return max(verdict.scores.values(), default=None) if isinstance(verdict, Classification) else None


def wrong_with(spec: ClassifierSpec, answer: Classification) -> Reason | None:
    """Return why *answer* is none that *spec* can have given; none when it is."""
    if answer.version != spec.version:
        return Reason.WRONG_VERSION
    if answer.scores.keys() != {label.name for label in spec.labels}:
        return Reason.GARBAGE
    found = (score_of(score) for score in answer.scores.values())
    return next((each for each in found if isinstance(each, Reason)), None)


def kept(verdict: Verdict, terms: Terms) -> Verdict:
    """Return what may be stored of *verdict*: where the licence keeps its words and scores to itself, neither."""
    if terms.may_retain or isinstance(verdict, Unknown):
        return verdict
    return Classification({}, verdict.version, (), verdict.cost_micro, verdict.milliseconds)
