"""What is answered about classifiers, and about links."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from tutela.api.answers import Told
from tutela.core.classifying.circuit import CircuitState
from tutela.core.classifying.spec import Kind, Use
from tutela.core.classifying.verdicts import Input
from tutela.core.content import ChannelKind
from tutela.ports.link_expander import Unexpanded

_STATE: dict[str, Any] = {
    "id": "our-words", "kind": "generic_json", "version": "2026-03", "takes": ["text"],
    "labels": [{"name": "persuasion", "clause": "cse.conversation", "threshold": 0.8}], "use": "signal",
    "switched_on": True, "inside": False, "may_send_out": True, "basis": "impact assessment 2026-14",
    "channels": ["public"], "licence_ends_at": None, "out": False,
    "breaker": {"state": "closed", "until": None, "failures": 0},
    "today": {
        "calls": 812, "calls_most": 20000, "cost_micro": 324800, "cost_most_micro": 5000000, "overcharged": False
    },
    "asked": 40211, "known": 40102, "unknown": {"timed_out": 109}, "cost_micro": 16084400, "median_milliseconds": 180,
    "waiting": 3, "oldest_waiting_at": "2026-11-26T09:00:00Z", "given_up": 0,
}  # fmt: skip
_FIGURES: dict[str, Any] = {
    "version": "2026-03", "label": "persuasion", "precision": {"agreed": 61, "of": 88},
    "recall": {"agreed": 40, "of": 52}, "agreed": {"agreed": 310, "of": 331}, "kappa": 0.78, "unknown": 4,
}  # fmt: skip


class ClassifierLabel(Told):
    """One thing that a classifier speaks of."""

    name: str
    clause: str
    threshold: Annotated[float | None, Field(description="null: rules read the score.")]


class Breaker(Told):
    """Whether it is asked at all now."""

    state: CircuitState
    until: datetime | None
    failures: Annotated[int, Field(description="In a row.")]


class Today(Told):
    """What was used of the budget of this day, in UTC; what is under way counts as the dearest that it may be."""

    calls: int
    calls_most: int
    cost_micro: Annotated[int, Field(description="Millionths of one unit of your money.")]
    cost_most_micro: int
    overcharged: Annotated[bool, Field(description="It took more than was agreed, and is not asked again today.")]


class Classifier(Told):
    """How one classifier stands."""

    id: str
    kind: Kind
    version: str
    takes: list[Input]
    labels: list[ClassifierLabel]
    use: Annotated[Use, Field(description="ordering: no rule reads it.")]
    switched_on: Annotated[bool, Field(description="It is inside, or may be sent content out on a basis.")]
    inside: bool
    may_send_out: bool
    basis: str
    channels: list[ChannelKind]
    licence_ends_at: datetime | None
    out: Annotated[bool, Field(description="Questions have waited for an hour, or it took more than was agreed.")]
    breaker: Breaker
    today: Today
    asked: Annotated[int, Field(description="Calls that may have left us, ever.")]
    known: int
    unknown: Annotated[dict[str, int], Field(description="By reason; also those for which nothing left us.")]
    cost_micro: int
    median_milliseconds: Annotated[int | None, Field(description="Of the newest answers that are kept.")]
    waiting: int
    oldest_waiting_at: datetime | None
    given_up: Annotated[int, Field(description="Questions that are kept and were never answered.")]
    example: ClassVar[Any] = _STATE


class Classifiers(Told):
    """All classifiers, in the order of the file."""

    classifiers: list[Classifier]
    example: ClassVar[Any] = {"classifiers": [_STATE]}


class Share(Told):
    """How many of how many."""

    agreed: int
    of: int


class Agreement(Told):
    """How one label of one version agrees with what people found within 90 days."""

    version: str
    label: str
    precision: Annotated[Share, Field(description="Of what it flagged, what people found.")]
    recall: Annotated[Share, Field(description="Of what people found for another reason, what it flagged.")]
    agreed: Annotated[Share, Field(description="Of what people saw for another reason, where both said the same.")]
    kappa: Annotated[float | None, Field(description="Cohen's; null where there are fewer than 30.")]
    unknown: int


class ClassifierWithAgreement(Classifier):
    """How one classifier stands, and how it agrees with people."""

    agreement: list[Agreement]
    example: ClassVar[Any] = {**_STATE, "agreement": [_FIGURES]}


class ExpandedLink(Told):
    """Where a link leads."""

    chain: Annotated[list[str], Field(description="The links that it led to, itself the first.")]
    known: Annotated[bool, Field(description="Whether the last one leads nowhere else.")]
    unknown: Annotated[Unexpanded | None, Field(description="Why it is not known.")]
    example: ClassVar[Any] = {
        "chain": ["https://short.example/a1", "https://lake.example/boats"], "known": True, "unknown": None
    }  # fmt: skip
