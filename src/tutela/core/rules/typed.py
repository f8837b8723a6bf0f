"""An expression that was checked: every name is a fact, every operator fits what it stands between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tutela.core.rules.facts import Technique
from tutela.core.rules.functions.function import Function
from tutela.core.rules.syntax import Node
from tutela.core.rules.types import Type, Value


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal."""

    written: Node
    type: Type
    value: Value


@dataclass(frozen=True, slots=True)
class Read:
    """A fact."""

    written: Node
    type: Type
    fact: str
    technique: Technique
    is_written: bool = False  #: it may hold words that somebody wrote


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of texts, some of which are no literals; unknown where one of them is."""

    written: Node
    type: Type
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Unknown where its operand is."""

    written: Node
    type: Type
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Every:
    """False where one part is false, true where all are true, else unknown."""

    written: Node
    type: Type
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """True where one part is true, false where all are false, else unknown."""

    written: Node
    type: Type
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison; unknown where one side is."""

    written: Node
    type: Type
    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Within:
    """Whether something is in a list; unknown where either is."""

    written: Node
    type: Type
    item: "Expression"
    among: "Expression | frozenset[Value]"  #: a set where all of the list are literals
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Computed:
    """Arithmetic; unknown where an operand is, or where there is no result."""

    written: Node
    type: Type
    operation: Callable[..., Any]
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of its arguments."""

    written: Node
    type: Type
    function: Function
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a counter holds; unknown where it was not asked, or its key is not known."""

    written: Node
    type: Type
    place: int  #: among the counters of its condition


Expression = Constant | Read | Listed | Not | Every | Some | Compared | Within | Computed | Applied | Counted


def parts_of(expression: Expression) -> Iterator[Expression]:
    """Yield what stands directly in *expression*, from left to right."""
    match expression:
        case Listed(items=parts) | Every(parts=parts) | Some(parts=parts):
            yield from parts
        case Computed(operands=parts) | Applied(arguments=parts):
            yield from parts
        case Not(operand=operand):
            yield operand
        case Compared(left=left, right=right):
            yield left
            yield right
        case Within(item=item, among=among):
            yield item
            if not isinstance(among, frozenset):
                yield among
        case _:
            return


def everything_in(expression: Expression) -> Iterator[Expression]:
    """Yield *expression* and all that stands in it."""
    yield expression
    for part in parts_of(expression):
        yield from everything_in(part)
