"""The shape of an expression as it was written. Where it stood is kept beside it, and changes no equality."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """From one character of the source to before another."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """Return what reaches from this one to the end of *other*."""
        return Span(self.start, other.end)


NOWHERE = Span(0, 0)
"""Of what was made and not read."""


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number without a sign."""

    value: int | float
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text; also a duration or a time, where one is expected."""

    value: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted name."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """`[a, b]`."""

    items: tuple["Node", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`not a`, `-a`."""

    operator: str
    operand: "Node"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """A comparison, `in`, or arithmetic."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """`a and b and c`, or with `or`: never one directly in another of its kind, which would say the same."""

    operator: str
    parts: tuple["Node", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Keyword:
    """`name=value` in a call."""

    name: str
    value: "Node"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(a, name=b)`."""

    function: str
    arguments: tuple["Node", ...]
    keywords: tuple[Keyword, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


Node = Truth | Number | Text | Name | Items | Unary | Binary | Chain | Call
"""Any expression."""

AND, OR, NOT, NEGATIVE = "and", "or", "not", "-"
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
MEMBERSHIPS = ("in", "not in")
ARITHMETIC = ("+", "-", "*", "/", "%")


def chain(operator: str, parts: tuple[Node, ...], span: Span = NOWHERE) -> Node:
    """Return *parts* joined with `and` or `or`, each chain of the same kind among them opened."""
    opened: list[Node] = []
    for part in parts:
        opened += part.parts if isinstance(part, Chain) and part.operator == operator else (part,)
    return opened[0] if len(opened) == 1 else Chain(operator, tuple(opened), span)


def inside(node: Node) -> Iterator[Node]:
    """Yield the expressions that stand directly in *node*, from left to right."""
    match node:
        case Items(items):
            yield from items
        case Unary(_, operand):
            yield operand
        case Binary(_, left, right):
            yield left
            yield right
        case Chain(_, parts):
            yield from parts
        case Call(_, arguments, keywords):
            yield from arguments
            yield from (keyword.value for keyword in keywords)
        case _:
            return


def too_deep(node: Node, most: int) -> Node | None:
    """Return an expression that stands more than *most* deep in *node*; none where there is none."""
    waiting = [(node, 1)]
    while waiting:
        each, depth = waiting.pop()
        if depth > most:
            return each
        waiting.extend((part, depth + 1) for part in inside(each))
    return None
