"""What a rule is: a condition, what follows from it, and tests beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.policy import Severity
from tutela.core.units import Duration

NAME = re.compile(r"[a-z][a-z0-9_-]{2,60}")
"""Of rules, queues, labels and lists, whether a file or a person names them."""

NAME_IS = "3 to 61 of a-z, 0-9, `-` and `_`, a letter first"


class RuleState(StrEnum):
    """How far a rule has come."""

    DRAFT = "draft"  #: only its tests run
    SHADOW = "shadow"  #: evaluated and recorded, never acted on
    LIVE = "live"
    RETIRED = "retired"


class Target(StrEnum):
    """Whom, of an event, an effect is about."""

    AUTHOR = "author"
    RECIPIENT = "recipient"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That a case goes to another queue when something more holds: trust changes the queue, and never silences."""

    when: str  #: an expression, as it was written
    queue: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Lay the author before a person."""

    queue: str  #: the kind under which the case is listed
    severity: Severity
    because: str  #: what a reviewer reads; `{count}` and `{author.age_band}` are filled in
    on: Target = Target.AUTHOR  #: or the recipient
    elsewhere: tuple[Elsewhere, ...] = ()  #: the first that holds decides


@dataclass(frozen=True, slots=True)
class GrantMeasure:
    """Set a measure, as far as the ceiling lets a machine."""

    kind: MeasureKind
    on: Target
    lasts: Duration | None = None  #: none only for a hold, which ends with its case
    audience: str = "everyone"  #: or `minors`, of block_messaging


@dataclass(frozen=True, slots=True)
class AddLabel:
    """Put a label on an account, which other rules and people read."""

    label: str
    on: Target
    because: str
    lasts: Duration | None = None


@dataclass(frozen=True, slots=True)
class AddToList:
    """Put an account on a list that people go through."""

    name: str
    on: Target
    because: str
    lasts: Duration | None = None


@dataclass(frozen=True, slots=True)
class AskClassifier:
    """Put what was written or posted to a classifier; what it says comes back as an event of its own."""

    classifier: str  #: the operator's name of it


Effect = OpenCase | GrantMeasure | AddLabel | AddToList | AskClassifier
"""What may follow. A rule never applies one: they are collected, bounded and committed together."""


class Expectation(StrEnum):
    """What a test expects of its rule."""

    FIRES = "fires"
    SILENT = "silent"  #: it does not fire, and everything that it asks is known
    UNKNOWN = "unknown"  #: it does not fire, because something that it asks is not known


NOW = Duration()


@dataclass(frozen=True, slots=True)
class Given:
    """Events of a test: the same facts some times over, in the order in which they happen."""

    facts: Mapping[str, Any]  #: by dotted name; `{n}` in a text is the number of the event, from 1
    times: int = 1
    ago: Duration = NOW  #: before the event that is tested; all of them at that moment


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test beside a rule."""

    name: str
    given: Mapping[str, Any]  #: the facts of the event that is tested
    expect: Expectation
    queue: str | None = None  #: to which it must go, where it fires
    after: tuple[Given, ...] = ()  #: what happened before
    line: int | None = field(default=None, compare=False)  #: of its file, from 1; none of what stands in no file


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it was written."""

    name: str
    clause: ClauseId
    state: RuleState  #: that its file asks for
    when: str
    then: tuple[Effect, ...]
    tests: tuple[RuleTest, ...] = ()
    explains: str = ""  #: to whoever looks at what it found: a paragraph


MAX_CONDITION_CHARACTERS = 8_000
"""Of one expression: some hundred comparisons. A list that is longer belongs into a bank or a label."""

MAX_DEPTH = 50
"""Of one expression in another."""
